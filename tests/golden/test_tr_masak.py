"""The invented workbooks beside this file, read as their JSON says, value by value."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from tocsin.sources import Parsed, RawFile, get_source
from workbooks import make_workbook

HERE = Path(__file__).parent / "tr_masak"


def test_invented_workbooks_read_as_written_beside_them() -> None:
    expected = msgspec.json.decode((HERE / "expected.json").read_bytes(), type=Parsed)
    files = [
        RawFile(f"{letter}.xlsx", make_workbook({"Sayfa1": json.loads((HERE / f"{letter}.json").read_bytes())}))
        for letter in "abcd"
    ]

    assert get_source("tr_masak").parse(files) == expected
    assert get_source("tr_masak").parse(files[::-1]) == expected
