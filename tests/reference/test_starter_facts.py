"""Every reference, date, programme and birth of the starter register stands in the real lists that it was checked against."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import html
import json
import re
import tarfile
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from tocsin.model import DateSpan, PartialDate
from tocsin.sources.starter import load_embedded
from tocsin.sources.starter_yaml import ListingEntry, SubjectEntry, read_starter

pytestmark = pytest.mark.reference

# The Department of State designates it; the SDN list has never carried the tag.
FTO_WITHOUT_TAG = {"12148"}
SUBJECTS = read_starter(load_embedded()[0].data).subjects


def entries(authority: str) -> Iterator[tuple[SubjectEntry, ListingEntry]]:
    return ((s, e) for s in SUBJECTS for e in s.listings if e.authority == authority)


def fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return re.sub(r"[^a-z0-9]", "", plain)


def texts(item: str | Any) -> str:
    return item if isinstance(item, str) else item.text


def parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


@pytest.fixture(scope="module")
def un(shared_data: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(shared_data / "lists/un/un_consolidated_2026-02-27.xml.gz") as file:
        root = etree.parse(file, parser()).getroot()
    out: dict[str, dict[str, Any]] = {}
    for row in root.iter("INDIVIDUAL", "ENTITY"):
        given = [row.findtext(f"{n}_NAME") or "" for n in ("FIRST", "SECOND", "THIRD", "FOURTH")]
        out[(row.findtext("REFERENCE_NUMBER") or "").strip()] = {
            "kind": "person" if row.tag == "INDIVIDUAL" else "organization",
            "listed_on": (row.findtext("LISTED_ON") or "")[:10],
            "regime": row.findtext("UN_LIST_TYPE"),
            "names": {fold(" ".join(given))} | {fold(n.text) for n in row.iter("ALIAS_NAME") if n.text},
            "years": {y.text for d in row.iter("INDIVIDUAL_DATE_OF_BIRTH") for y in d.iter("YEAR", "FROM_YEAR", "TO_YEAR")}
            | {d.text[:4] for d in row.iter("DATE") if d.text},
        }
    return out


@pytest.fixture(scope="module")
def us(shared_data: Path) -> dict[str, dict[str, Any]]:
    with gzip.open(shared_data / "lists/us/sdn_2024-05-07.xml.gz") as file:
        root = etree.parse(file, parser()).getroot()
    out: dict[str, dict[str, Any]] = {}
    for row in root.iter("{*}sdnEntry"):
        pairs = [(row.findtext("{*}firstName"), row.findtext("{*}lastName"))]
        pairs += [(a.findtext("{*}firstName"), a.findtext("{*}lastName")) for a in row.iter("{*}aka")]
        out[row.findtext("{*}uid")] = {
            "kind": {"Individual": "person", "Entity": "organization"}.get(row.findtext("{*}sdnType")),
            "programmes": {p.text for p in row.iter("{*}program")},
            "names": {fold(f"{first or ''} {last or ''}") for first, last in pairs},
            "years": {y for d in row.iter("{*}dateOfBirth") for y in re.findall(r"\d{4}", d.text or "")},
        }
    return out


def test_each_united_nations_reference_stands_on_the_list_with_its_date(un: dict[str, dict[str, Any]]) -> None:
    for subject, entry in entries("UN"):
        row = un[entry.ref]
        assert (subject.key, row["kind"], row["listed_on"]) == (subject.key, subject.kind, entry.listed_on)
        assert [m.programme for m in entry.measures] == [row["regime"]]


def test_a_united_nations_listing_is_said_to_have_ended_when_and_only_when_it_has(shared_data: Path) -> None:
    with tarfile.open(shared_data / "lists/un/un_yaml_2026-08-22.tar.xz") as tar:
        there = {Path(name).stem for name in tar.getnames()}

    for subject, entry in entries("UN"):
        assert (subject.key, entry.ended is None) == (subject.key, entry.ref.lower().replace(".", "-") in there)


def test_subjects_without_a_united_nations_listing_are_not_on_its_list(un: dict[str, dict[str, Any]]) -> None:
    listed = set().union(*(row["names"] for row in un.values()))
    for subject in SUBJECTS:
        if not any(e.authority == "UN" for e in subject.listings):
            strong = [n for n in subject.names if isinstance(n, str) and n.isascii()]
            assert (subject.key, [n for n in strong if fold(n) in listed]) == (subject.key, [])


def test_each_american_number_stands_on_the_list_with_its_programmes(us: dict[str, dict[str, Any]]) -> None:
    for subject, entry in entries("US"):
        row = us[entry.ref]
        programmes = {m.programme for m in entry.measures} - ({"FTO"} if entry.ref in FTO_WITHOUT_TAG else set())
        assert (subject.key, row["kind"]) == (subject.key, subject.kind)
        assert (subject.key, programmes) == (subject.key, row["programmes"] & {"FTO", "SDGT", "SDNTK"})


def test_each_american_number_is_still_there_in_november_2025(shared_data: Path) -> None:
    with gzip.open(shared_data / "lists/us/sdn_entities_2025-11.jsonl.gz") as file:
        rows = {str(row["entity_id"]): row for row in map(json.loads, file)}

    assert {e.ref for _, e in entries("US")} <= set(rows)
    let = {fold(n["full_name"]) for n in rows["7140"]["names"]}
    assert {fold("The Resistance Front"), fold("Kashmir Resistance Front")} <= let


def test_names_given_to_one_authority_are_names_on_its_list(
    un: dict[str, dict[str, Any]], us: dict[str, dict[str, Any]]
) -> None:
    later = {fold("The Resistance Front"), fold("Kashmir Resistance Front")}  # added in July 2025
    for rows, authority in ((un, "UN"), (us, "US")):
        for subject, entry in entries(authority):
            known = rows[entry.ref]["names"] | later
            strange = [texts(n) for n in entry.names if not any(fold(texts(n)) in name for name in known)]
            assert (subject.key, strange) == (subject.key, [])


def test_years_of_birth_are_those_of_the_lists(un: dict[str, dict[str, Any]], us: dict[str, dict[str, Any]]) -> None:
    for subject in SUBJECTS:
        known = set().union(
            *(un[e.ref]["years"] for e in subject.listings if e.authority == "UN"),
            *(us[e.ref]["years"] for e in subject.listings if e.authority == "US"),
        )
        for text in subject.births:
            span = DateSpan.parse(text)
            assert (subject.key, {str(span.first.year), str(span.last.year)} - known) == (subject.key, set())


def test_fourth_schedule_numbers_and_days_agree_with_the_notifications(shared_data: Path) -> None:
    with (shared_data / "lists/in/in_uapa_fourth_schedule_from_news.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    known: dict[str, dict[str, str]] = {}
    for row in rows:
        position = re.match(r"item (\d+) of 18", row["note"])
        number = row["serial"] or (str(13 + int(position[1])) if position else "")
        if number:
            known[number] = row

    for subject, entry in entries("IN"):
        if not entry.ref.startswith("UAPA-IV-"):
            continue
        row = known.get(entry.ref.removeprefix("UAPA-IV-"))
        if row is None:  # the sources of the last six of October 2020 do not number them
            assert 26 <= int(entry.ref.removeprefix("UAPA-IV-")) <= 31
            assert entry.listed_on == "2020-10-27"
            continue
        names = {fold(texts(n)) for n in (*entry.names, *subject.names)}
        assert names & {fold(n) for n in (row["name"], *row["aliases"].split("; "))}, subject.key
        if row["notified"][:5] != "2023 ":
            assert str(PartialDate.parse(row["notified"])) == entry.listed_on, subject.key


def test_first_schedule_numbers_agree_with_the_page_of_2015_and_later_facts(shared_data: Path) -> None:
    page = (shared_data / "lists/in/in_mha_banned_orgs_page_saved_2023-12-18.html").read_text("utf-8", errors="replace")
    lines = [t.strip() for t in html.unescape(re.sub(r"<[^>]+>", "\n", page)).split("\n") if t.strip()]
    start = lines.index("Organisation", lines.index("Sl -No"))
    rows = {lines[i]: fold(lines[i + 1]) for i in range(start, len(lines) - 1) if lines[i].isdigit()}
    with (shared_data / "lists/in/in_mha_first_schedule_2026-09_facts.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            rows[row["entry"]] = rows.get(row["entry"], "") + fold(row["primary_name"] + row["aliases"])

    later = {"UAPA-I-28/AQIS": "2018", "UAPA-I-44": "2023"}  # not in these two sources
    for subject, entry in entries("IN"):
        if not entry.ref.startswith("UAPA-I-") or entry.ref in later:
            continue
        text = rows[entry.ref.removeprefix("UAPA-I-").split("/")[0]]
        assert any(fold(texts(n)) in text for n in (*entry.names, *subject.names) if fold(texts(n))), subject.key


def test_dates_of_the_designation_of_lashkar_e_tayyiba_agree_with_its_history(shared_data: Path) -> None:
    with (shared_data / "text/let_designation_events.tsv").open(encoding="utf-8") as file:
        days = {row["date"] for row in csv.DictReader(file, delimiter="\t")}
    (subject,) = (s for s in SUBJECTS if s.key == "lashkar-e-tayyiba")
    amendments = {f.text[:10] for e in subject.listings for f in e.facts if e.authority == "US"}

    assert amendments <= days
    assert dt.date(2025, 7, 17).isoformat() in amendments
