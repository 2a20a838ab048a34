"""The ministry's page of 2015 as saved, and what else is known of India's schedules."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from tocsin.errors import ListRefused
from tocsin.model import PartialDate
from tocsin.registry.resolve import make_entities
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.in_uapa_names import split_organisation, split_tail
from tocsin.sources.in_uapa_tables import KNOWN, fold
from tocsin.sources.starter import load_embedded
from tocsin.sources.starter import parse as parse_starter

pytestmark = pytest.mark.reference

PAGE = "lists/in/in_mha_banned_orgs_page_saved_2023-12-18.html"


@pytest.fixture(scope="module")
def page(shared_data: Path) -> Parsed:
    return get_source("in_uapa").parse([RawFile("page.html", (shared_data / PAGE).read_bytes())])


def rows(shared_data: Path, name: str) -> list[dict[str, str]]:
    with (shared_data / "lists/in" / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_the_page_of_2015_is_read_without_remainder(page: Parsed, shared_data: Path) -> None:
    timeline = {row["date"]: row["first_schedule_orgs"] for row in rows(shared_data, "in_uapa_counts_timeline.tsv")}
    assert page.published_at is not None
    assert page.records == {"entries": int(timeline["2015-03-30"]), "incorporated_lists": 1}
    assert str(PartialDate.of(page.published_at.date())) == "2015-03-30"
    assert page.unread == ()
    assert len(page.notes) == 1
    assert "Entry 33" in page.notes[0]
    assert [x.ref for x in page.listings] == [
        *(f"UAPA-I-{n}" for n in range(1, 8)), "UAPA-I-7/HUJI", *(f"UAPA-I-{n}" for n in range(8, 40) if n != 33)
    ]
    assert all(x.record_id == x.ref.removeprefix("UAPA-I-").split("/")[0] for x in page.listings)


@pytest.mark.parametrize(
    ("ref", "names", "scope"),
    [
        ("UAPA-I-1", ["Babbar Khalsa International"], None),
        ("UAPA-I-5", ["Lashkar-E-Taiba", "Pasban-E-Ahle Hadis"], None),
        ("UAPA-I-8", ["Hizb-Ul-Mujahideen", "Hizb-Ul-Mujahideen Pir Panjal Regiment"], None),
        ("UAPA-I-12", ["National Democratic Front of Bodoland", "NDFB"], None),
        ("UAPA-I-24", ["Communist Party of India (Marxist-Leninist) -- People’s War"], "All its formations and front organizations"),
        ("UAPA-I-34", ["Communist Party of India (Maoist)"], "all its formations and front organizations"),
        ("UAPA-I-38", ["Islamic State", "Islamic State of Iraq and Levant", "Islamic State of Iraq and Syria", "Daish"], "and all its Manifestations"),
        ("UAPA-I-39", ["National Socialist Council of Nagaland (Khaplang)", "NSCN (K)"], "all its formations and front organizations"),
    ],
)
def test_entries_checked_by_hand(page: Parsed, ref: str, names: list[str], scope: str | None) -> None:
    listing = next(x for x in page.listings if x.ref == ref)
    assert [n.text for n in listing.names] == names
    assert {f.key: f.text for f in listing.facts}.get("scope") == scope


def test_strings_split_by_others_by_hand_give_the_same_names(shared_data: Path) -> None:
    data = yaml.safe_load((shared_data / "lists/in/in_mha_banned_opensanctions.yml").read_text("utf-8"))
    options = [o for o in data["lookups"]["names"]["options"] if "match" in o and len(o["entities"]) == 1]
    theirs, ours = {}, {}
    for option in options:
        text = option["match"]
        if "associates or affiliates" in text or ("all its" not in text and "/" not in text):
            continue  # unlawful associations (section 3)
        theirs[text] = {re.sub(r"[^A-Za-z]", "", n).lower().removeprefix("the") for n in option["entities"][0]["main_name"].split(";")}
        ours[text] = {re.sub(r"[^A-Za-z]", "", p.text).lower().removeprefix("the") for p in split_organisation(split_tail(text)[0])}
    different = {text.split("/")[0]: (ours[text] - theirs[text], theirs[text] - ours[text]) for text in ours if ours[text] != theirs[text]}
    assert len(ours) == 20
    assert different == {
        # Theirs leaves out the first name, and leaves two names together.
        "Al-Qaida": ({"alqaida"}, set()),
        "Islamic State": ({"islamicstate", "islamicstateofiraqandlevant"}, {"islamicstateislamicstateofiraqandlevant"}),
    }


def test_known_numbers_are_those_of_the_schedules(shared_data: Path) -> None:
    first = [r for r in rows(shared_data, "in_mha_first_schedule_2026-09_facts.tsv") if r["entry"].isdigit() and r["primary_name"]]
    for row in first:
        pieces = split_organisation(row["primary_name"])
        assert KNOWN["in_uapa"].get(fold(pieces[0].text)) == row["entry"], row["entry"]
    assert len(first) == 11
    checked = 0
    for row in rows(shared_data, "in_uapa_fourth_schedule_from_news.tsv"):
        position = re.match(r"item (\d+) of 18", row["note"])
        number = row["serial"] or (str(13 + int(position[1])) if position else "")
        names = [fold(n) for n in (row["name"], *row["aliases"].split("; ")) if n]
        keys = [*names, *(f"{names[0]}@{n}" for n in names[1:])]
        found = {KNOWN["in_uapa_individuals"][k] for k in keys if k in KNOWN["in_uapa_individuals"]}
        assert found <= {number} or not number, number
        checked += bool(found and number)
    assert checked >= 28


def test_the_listings_join_the_subjects_of_the_starter_register(page: Parsed) -> None:
    starter = parse_starter(load_embedded()).listings
    claimed = {x.ref for x in starter if x.authority == "IN" and x.ref.startswith("UAPA-I-")}
    later = {"UAPA-I-28/AQIS", "UAPA-I-38/ISIL-K", "UAPA-I-42", "UAPA-I-44"}  # not yet on the list of 2015
    assert claimed - {x.ref for x in page.listings} == later
    entities = {e.id: e for e in make_entities([*starter, *page.listings])}
    for key in ("hizbul-mujahideen", "lashkar-e-tayyiba"):
        assert "in_uapa" in {x.list_key for x in entities[key].listings}
    assert {x.list_key for x in entities["hafiz-muhammad-saeed"].listings if x.authority == "IN"} == {"starter"}


def test_error_pages_of_publishers_are_refused(shared_data: Path) -> None:
    reasons = {}
    for path in sorted((shared_data / "lists/bad_downloads").iterdir()):
        with pytest.raises(ListRefused) as caught:
            get_source("in_uapa").parse([RawFile(path.name, path.read_bytes())])
        reasons[path.name] = caught.value.reason
    assert set(reasons.values()) == {"error_page", "empty"}
