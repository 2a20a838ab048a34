"""The invented lists beside this file, in the layouts before and since November 2025, read value by value."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import msgspec
import pytest

from tocsin.model import Listing
from tocsin.sources.au_dfat import parse
from tocsin.sources.base import Parsed, RawFile
from workbooks import make_workbook

HERE = Path(__file__).parent / "au_dfat"
LAYOUTS = ("layout_2024", "layout_2025")


def read(layout: str) -> Parsed:
    with (HERE / f"{layout}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    return parse([RawFile("list.xlsx", make_workbook({"Sheet1": rows}, saved="2025-11-20T01:02:03Z"))])


def find(ref: str, layout: str = "layout_2025") -> Listing:
    return next(listing for listing in read(layout).listings if listing.ref == ref)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_invented_list_reads_as_written_beside_it(layout: str) -> None:
    expected = msgspec.json.decode((HERE / f"{layout}.json").read_bytes())

    assert msgspec.json.decode(msgspec.json.encode(read(layout))) == expected


def test_both_layouts_give_the_same_subjects_but_for_what_only_the_new_one_says() -> None:
    for ref in ("9001", "9002", "9003"):
        old, new = find(ref, "layout_2024"), find(ref)
        assert [(n.text, n.role) for n in old.names] == [(n.text, n.role) for n in new.names]
        assert msgspec.structs.replace(new, names=old.names, facts=old.facts) == old


def test_the_new_layout_tells_weak_names_and_measures() -> None:
    weak = [n.text for n in find("9001").names if n.quality == "weak"]
    assert weak == ["Abu Test", "أبو تست"]
    assert [f.text for f in find("9001").facts if f.key == "measure"] == ["Targeted Financial Sanction", "Travel Ban"]


def test_a_person_is_read_whole() -> None:
    person = find("9001")
    assert (person.kind, person.authority, person.gender, person.caption) == ("person", "AU", "male", "OMAR TEST INVENTED")
    assert [(n.text, n.role, n.origin.text) for n in person.names[1:3]] == [
        ("عمر المخترع", "original_script", None), ("Umar INVENTED", "alias", "INVENTED, Umar"),
    ]
    assert [str(b.span) for b in person.births] == ["1955~/1958~", "1961-10-14", "1962", "1963"]
    assert person.births[3].note == "as Abu Test"
    assert [(p.city, p.country) for p in person.birth_places] == [("Testpur, Invented Province", "pk"), ("Kabul", "af")]
    assert [(c.role, c.code) for c in person.countries] == [("citizenship", "pk"), ("citizenship", "af")]
    assert [(i.kind, i.number) for i in person.identifiers] == [("un_ref", "QDi.901"), ("passport", "AB1234567")]
    assert person.identifiers[0].origin.text == "Qdi.901"
    assert (str(person.listed_on), [str(d) for d in person.updated_on]) == (
        "2001-01-25", ["2003-09-03", "2007-07-18", "2019-05-01", "2019-05-14"],
    )
    assert person.measures[0].since == person.listed_on


def test_rows_apart_in_the_file_are_one_subject() -> None:
    assert [(n.text, n.role) for n in find("9002").names] == [
        ("Invented Trading Co.", "primary"), ("Old Invented Trading", "former"), ("ITC", "alias"),
    ]


def test_a_vessel_has_its_imo_number_and_no_date_of_birth() -> None:
    ship = find("9004")
    assert (ship.kind, ship.births) == ("vessel", ())
    assert [(i.kind, i.number, i.origin.text) for i in ship.identifiers] == [("imo", "9074729", "IMO 9074729")]
    assert ship.measures[0].ground == (
        "Autonomous Sanctions Act 2011 (Cth); Autonomous Sanctions (Sanctioned Vessels – Russia) Designation 2025"
    )


def test_the_day_on_which_the_workbook_was_saved_is_the_lists() -> None:
    assert read("layout_2024").published_at == dt.datetime(2025, 11, 20, 1, 2, 3, tzinfo=dt.UTC)
