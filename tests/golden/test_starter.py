"""The invented register beside this file reads as its JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec

from tocsin.sources.base import RawFile
from tocsin.sources.starter import parse

HERE = Path(__file__).parent / "starter"


def test_the_invented_register_reads_as_written_beside_it() -> None:
    parsed = parse([RawFile("tiny.yaml", (HERE / "tiny.yaml").read_bytes())])

    expected = msgspec.json.decode((HERE / "tiny.json").read_bytes())
    assert msgspec.json.decode(msgspec.json.encode(parsed)) == expected
