"""Laws of the readers of JSON lists: whatever the bytes, only a refusal escapes, and the order of records is nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.wb_text import read_name, read_remark

GOLDEN = Path(__file__).parents[1] / "golden"
# key -> its invented file, and where the records lie in it
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "fr_gels": ("register.json", ("Publications", "PublicationDetail")),
    "interpol_red": ("page.json", ("_embedded", "notices")),
    "pk_nacta": ("persons.json", ()),
    "wb_debarred": ("firms.json", ("response", "ZPROCSUPP")),
}
FILES = {key: (GOLDEN / key / name).read_bytes() for key, (name, _) in LISTS.items()}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=5,
)


def read(key: str, data: bytes) -> Parsed | None:
    try:
        return get_source(key).parse([RawFile("x.json", data)])
    except ListRefused:
        return None


def get_records(document: Any, path: tuple[str, ...]) -> list[dict[str, Any]]:
    for step in path:
        document = document[step]
    assert isinstance(document, list)
    return document


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=100)
@given(data=st.data())
def test_a_damaged_list_is_read_or_refused(key: str, data: st.DataObject) -> None:
    whole = FILES[key]
    at, length = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 60))
    piece = data.draw(st.sampled_from([b"", b"\x00", b"{", b"]", b'"', b"\\u0041", b"\xff", b"(((", b"*9"]) | st.binary(max_size=8))

    parsed = read(key, whole[:at] + piece + whole[at + length :])

    assert parsed is None or len({x.ref for x in parsed.listings}) == len(parsed.listings)


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=30)
@given(data=st.data())
def test_a_list_that_breaks_off_is_never_taken(key: str, data: st.DataObject) -> None:
    whole = FILES[key].rstrip()
    assert read(key, whole[: data.draw(st.integers(0, len(whole) - 1))]) is None


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_value_under_any_key_is_read_or_refused(key: str, data: st.DataObject) -> None:
    document = json.loads(FILES[key])
    record = data.draw(st.sampled_from(get_records(document, LISTS[key][1])))
    record[data.draw(st.sampled_from(sorted(record)))] = data.draw(VALUES)

    read(key, json.dumps(document).encode())


@pytest.mark.parametrize("key", LISTS)
@settings(max_examples=20)
@given(data=st.data())
def test_the_order_of_records_does_not_matter(key: str, data: st.DataObject) -> None:
    document = json.loads(FILES[key])
    records = get_records(document, LISTS[key][1])
    first = read(key, FILES[key])
    records[:] = data.draw(st.permutations(records))
    second = read(key, json.dumps(document).encode())

    assert first is not None
    assert second is not None
    assert {x.ref: x for x in first.listings} == {x.ref: x for x in second.listings}
    assert (first.published_at, first.records, first.unread, first.notes) == (
        second.published_at, second.records, second.unread, second.notes,
    )  # fmt: skip


@settings(max_examples=200)
@given(st.text(alphabet="AB *1(),.（）宋AKafk/d", max_size=60) | st.text(max_size=30))
def test_every_letter_of_a_world_bank_name_stays_in_a_value_or_its_origin(text: str) -> None:
    said, more = read_name(text), read_remark(text)
    assert len(said.names) >= 1
    for one in (said, more):
        for value in (*one.names, *one.facts, *one.identifiers):
            assert value.origin.text is None or set("".join(value.origin.text.split())) <= set(text)
