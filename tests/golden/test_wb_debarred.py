"""The invented list beside this file, in the World Bank's layout, read as its JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.sources import Parsed, RawFile, get_source

HERE = Path(__file__).parent / "wb_debarred"


def test_an_invented_list_reads_as_written_beside_it() -> None:
    expected = msgspec.json.decode((HERE / "expected.json").read_bytes(), type=Parsed)

    assert get_source("wb_debarred").parse([RawFile("firms.json", (HERE / "firms.json").read_bytes())]) == expected
