"""Invented answers of INTERPOL's notices service, read as the JSON beside them says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.sources import Parsed, RawFile, get_source

HERE = Path(__file__).parent / "interpol_red"


def test_invented_answers_read_as_written_beside_them() -> None:
    expected = msgspec.json.decode((HERE / "expected.json").read_bytes(), type=Parsed)
    files = [RawFile(name, (HERE / name).read_bytes()) for name in ("page.json", "notice.json")]

    assert get_source("interpol_red").parse(files) == expected


def test_the_order_of_answers_does_not_matter() -> None:
    files = [RawFile(name, (HERE / name).read_bytes()) for name in ("page.json", "notice.json")]
    one, other = (get_source("interpol_red").parse(given) for given in (files, files[::-1]))

    assert {x.ref: x for x in one.listings} == {x.ref: x for x in other.listings}
