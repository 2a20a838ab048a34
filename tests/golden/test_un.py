"""The invented lists beside this file, one for each layout since 2017, read as their JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.un import parse

HERE = Path(__file__).parent / "un"
LAYOUTS = ("layout_2017", "layout_2021", "layout_2023")


def read(layout: str) -> Parsed:
    return parse([RawFile("consolidated.xml", (HERE / f"{layout}.xml").read_bytes())])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invented_list_reads_as_written_beside_it(layout: str) -> None:
    expected = msgspec.json.decode((HERE / f"{layout}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(layout))) == expected


def test_the_layout_makes_no_difference_to_what_is_read() -> None:
    first, second, third = (read(layout).listings for layout in LAYOUTS)

    assert first == second == third
