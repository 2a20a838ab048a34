"""Files of our own writing and what becomes of them: `*.expected.json` beside each, as people can read it."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from tocsin.sources import Parsed, RawFile
from tocsin.sources.imported.description import About, Description, Layout, read_description
from tocsin.sources.imported.reader import make_source

HERE = Path(__file__).parent / "imports"
ABOUT = About(key="theirs", title="Theirs", authority="XX")


def read(name: str, described: Description) -> Parsed:
    return make_source(described).parse([RawFile(name, (HERE / name).read_bytes())])


def mapped(name: str) -> Description:
    return read_description((HERE / name).read_bytes(), name=name)


CASES = {
    "watch.csv": mapped("watch.yaml"),
    "nested.jsonl": mapped("nested.yaml"),
    "entities.ftm.json": Description(list=ABOUT, file=Layout(format="ftm")),
    "statements.csv": Description(list=ABOUT, file=Layout(format="statements")),
    "senzing.json": Description(list=ABOUT, file=Layout(format="senzing")),
}


@pytest.mark.parametrize("name", CASES)
def test_each_file_gives_the_listings_that_stand_beside_it(name: str) -> None:
    parsed = read(name, CASES[name])
    plain = json.loads(msgspec.json.encode(parsed, enc_hook=str))
    assert plain == json.loads((HERE / f"{name}.expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_the_order_of_records_does_not_matter(name: str) -> None:
    first, *rest = (HERE / name).read_bytes().splitlines(keepends=True)
    is_table = name.endswith(".csv")
    turned = first + b"".join(reversed(rest)) if is_table else b"".join([*reversed(rest), first])
    parsed = make_source(CASES[name]).parse([RawFile(name, turned)])
    if name != "statements.csv":  # there the order of an entity's names is that of its lines
        assert {x.ref: x for x in parsed.listings} == {x.ref: x for x in read(name, CASES[name]).listings}
    assert {x.ref for x in parsed.listings} == {x.ref for x in read(name, CASES[name]).listings}
