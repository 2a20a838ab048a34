"""The UN list in other encodings, and documents made to exhaust a reader."""

from __future__ import annotations

import codecs

import pytest

from tocsin.errors import ListRefused
from tocsin.sources.base import RawFile
from tocsin.sources.un import parse

RECORD = (
    "<INDIVIDUAL><DATAID>1</DATAID><FIRST_NAME>ÄLBERN</FIRST_NAME><REFERENCE_NUMBER>QDi.901</REFERENCE_NUMBER></INDIVIDUAL>"
)


def document(encoding: str, inner: str = RECORD, doctype: str = "") -> str:
    sections = f"<INDIVIDUALS>{inner}</INDIVIDUALS><ENTITIES/>"
    return f'<?xml version="1.0" encoding="{encoding}"?>{doctype}<CONSOLIDATED_LIST>{sections}</CONSOLIDATED_LIST>'


def refusal(data: bytes) -> str:
    with pytest.raises(ListRefused) as caught:
        parse([RawFile("consolidated.xml", data)])
    return caught.value.reason


@pytest.mark.parametrize(
    "data",
    [
        document("UTF-8").encode(),
        codecs.BOM_UTF8 + document("UTF-8").encode(),
        document("UTF-16").encode("utf-16"),
        codecs.BOM_UTF16_BE + document("UTF-16").encode("utf-16-be"),
        document("UTF-16").encode("utf-16-le"),
        document("UTF-16").encode("utf-16-be"),
        document("windows-1252").encode("cp1252"),
    ],
)
def test_the_declared_encoding_is_followed(data: bytes) -> None:
    (listing,) = parse([RawFile("consolidated.xml", data)]).listings
    assert listing.caption == "ÄLBERN"


BOMB = (
    '<!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("use", ["<INDIVIDUAL>&i;</INDIVIDUAL>", '<INDIVIDUAL x="&i;"/>', "<INDIVIDUAL/>"])
def test_a_document_that_declares_entities_is_refused_before_they_grow(encoding: str, use: str) -> None:
    declared = "UTF-8" if encoding == "utf-8" else "UTF-16"
    assert refusal(document(declared, use, BOMB).encode(encoding)) == "malformed"


def test_a_broken_utf_16_file_is_refused() -> None:
    whole = document("UTF-16").encode("utf-16")
    assert refusal(whole[:-1]) == "truncated"
    assert refusal(whole[:-40]) == "truncated"
    assert refusal(whole[:-4] + b"\x00\xd8\x00\xd8") == "malformed"


def test_elements_nested_too_deep_are_refused() -> None:
    assert refusal(document("UTF-8", "<a>" * 20 + "</a>" * 20).encode()) == "malformed"
    assert refusal(document("UTF-8", "<a>" * 2000 + "</a>" * 2000).encode()) == "malformed"


def test_more_tags_than_any_list_has_are_refused_before_they_are_read() -> None:
    assert refusal(document("UTF-8", "<a/>" * 2_000_001).encode()) == "too_large"
