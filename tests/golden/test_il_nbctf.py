"""The invented lists beside this file, in the layouts of Israel's NBCTF, read as their JSON says, value by value."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec

from tocsin.sources import Parsed, RawFile, get_source
from workbooks import make_workbook

HERE = Path(__file__).parent


def load(folder: str) -> Parsed:
    return msgspec.json.decode((HERE / folder / "expected.json").read_bytes(), type=Parsed)


def test_invented_designations_read_as_written_beside_them() -> None:
    files = [
        RawFile(f"{name}.xlsx", make_workbook({"Sheet1": json.loads((HERE / "il_nbctf" / f"{name}.json").read_bytes())}))
        for name in ("individuals", "organizations")
    ]
    assert get_source("il_nbctf").parse(files) == load("il_nbctf")
    assert get_source("il_nbctf").parse(files[::-1]) == load("il_nbctf")


def test_an_invented_page_of_seizures_reads_as_written_beside_it() -> None:
    page = RawFile("page.html", (HERE / "il_nbctf_seizures" / "page.html").read_bytes())
    assert get_source("il_nbctf_seizures").parse([page]) == load("il_nbctf_seizures")
