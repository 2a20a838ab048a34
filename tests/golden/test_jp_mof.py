"""The invented list beside this file, in the columns of Japan's CSV, read as its JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.sources import Parsed, RawFile, get_source

HERE = Path(__file__).parent / "jp_mof"


def test_an_invented_list_reads_as_written_beside_it() -> None:
    expected = msgspec.json.decode((HERE / "expected.json").read_bytes(), type=Parsed)
    file = HERE / "shisantouketsu20260820.csv"

    assert get_source("jp_mof").parse([RawFile(file.name, file.read_bytes())]) == expected
