"""The invented schedules beside this file, one for each layout, read as their JSON says, value by value."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.model import Listing
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile

HERE = Path(__file__).parent / "in_uapa"
ORGANISATIONS = ("organisations_2015.html", "organisations_2024.html", "organisations_16092026.pdf")
INDIVIDUALS = ("individuals_paragraphs.html", "individuals_table.html")


def read(name: str) -> Parsed:
    key = "in_uapa" if name in ORGANISATIONS else "in_uapa_individuals"
    return get_source(key).parse([RawFile(name, (HERE / name).read_bytes())])


@pytest.mark.parametrize("name", [*ORGANISATIONS, *INDIVIDUALS])
def test_an_invented_schedule_reads_as_written_beside_it(name: str) -> None:
    expected = msgspec.json.decode((HERE / f"{name}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(name))) == expected


@pytest.mark.parametrize("names", [ORGANISATIONS, INDIVIDUALS])
def test_the_layout_makes_no_difference_to_who_is_listed(names: tuple[str, ...]) -> None:
    first, *others = (tuple(map(say_who, read(name).listings)) for name in names)

    assert all(other == first for other in others)


def say_who(listing: Listing) -> Listing:
    """The listing without the address of the notification, which only some layouts have."""
    return msgspec.structs.replace(listing, facts=tuple(f for f in listing.facts if f.key != "notification"))


def test_both_layouts_of_the_page_give_the_address_of_the_notification() -> None:
    for name in ("organisations_2024.html", *INDIVIDUALS):
        links = [f.text for x in read(name).listings for f in x.facts if f.key == "notification"]
        assert len(links) == 7
        assert all(link.startswith("https://www.mha.gov.in/sites/default/files/2024-11/") for link in links)
        assert not any(" " in link for link in links)
