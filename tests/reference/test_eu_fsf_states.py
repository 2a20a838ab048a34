"""The EU's list of 2021-03-02 and of 2024-05-13 are read whole; facts were read in the files by hand."""

from __future__ import annotations

import csv
import gzip
import tarfile
import unicodedata
from pathlib import Path

import pytest
from lxml import etree

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources.base import Parsed, RawFile
from tocsin.sources.eu_acts import PROGRAMMES
from tocsin.sources.eu_fsf import parse

pytestmark = pytest.mark.reference

STATES = ("2021-03-02", "2024-05-13")
NAMESPACE = "{http://eu.europa.ec/fpi/fsd/export}"
# Rows of the table of cross-references that the list does not bear out: a remark there names another subject ("A leader of
# the Haqqani Network (TAe.012)"), and KPi.045 is written for two persons.
NO_CROSS_REFERENCE = {
    ("TAe.012", "EU.2272.60"), ("TAe.010", "EU.3701.11"), ("CFi.002", "EU.3883.11"), ("QDe.014", "EU.5341.25"),
    ("KPi.045", "EU.4075.27"), ("KPi.045", "EU.4076.89"),
}


def load(shared_data: Path, date: str) -> bytes:
    return gzip.decompress((shared_data / f"lists/eu/eu_fsf_{date}.xml.gz").read_bytes())


@pytest.fixture(scope="module")
def states(shared_data: Path) -> dict[str, Parsed]:
    return {date: parse([RawFile("eu.xml", load(shared_data, date))]) for date in STATES}


def get(parsed: Parsed, ref: str) -> Listing:
    return next(listing for listing in parsed.listings if listing.ref == ref)


@pytest.mark.parametrize(
    ("date", "listings", "persons", "enterprises"), [("2021-03-02", 2248, 1700, 569), ("2024-05-13", 4808, 3755, 1056)]
)
def test_a_state_has_all_its_records_and_nothing_unread(
    states: dict[str, Parsed], date: str, listings: int, persons: int, enterprises: int
) -> None:
    parsed = states[date]
    assert parsed.records == {"person": persons, "enterprise": enterprises}
    assert len({x.ref for x in parsed.listings}) == len(parsed.listings) == listings
    assert parsed.unread == ()
    assert f"{parsed.published_at:%Y-%m-%d}" == date
    for x in parsed.listings:
        assert x.names[0].role == "primary"
        assert x.measures
        assert x.listed_on
        assert x.record_id
        assert {m.programme for m in x.measures} <= PROGRAMMES.keys()


def test_oddities_are_noted(states: dict[str, Parsed]) -> None:
    assert states["2021-03-02"].notes == (
        "1 UN references (unitedNationId) that are not written as the UN does, kept as facts",
        "1 UN references that two subjects carry, kept as facts",
        "1 dates of birth that are no dates, kept as text",
        "21 subjects given under several programmes, joined",
    )
    assert states["2024-05-13"].notes == (
        "3 UN references (unitedNationId) that are not written as the UN does, kept as facts",
        "1 UN references that two subjects carry, kept as facts",
        "7 dates of birth that are no dates, kept as text",
        "1 records whose names are of both genders; none is kept",
        "3 subjects given under several programmes, joined",
    )


@pytest.mark.parametrize("date", STATES)
def test_no_name_number_or_citizenship_is_lost(shared_data: Path, states: dict[str, Parsed], date: str) -> None:
    """Counted apart from the reader on purpose, from the elements themselves."""
    listings = {x.ref: x for x in states[date].listings}
    root = etree.fromstring(load(shared_data, date))
    names: dict[str, set[str]] = {}
    for record in root:
        names.setdefault(record.get("euReferenceNumber"), set()).update(
            squeeze(alias.get("wholeName")) for alias in record.iterfind(f"{NAMESPACE}nameAlias")
        )
        numbers = {squeeze(i.get("number")).replace(" ", "") for i in record.iterfind(f"{NAMESPACE}identification")}
        listing = listings[record.get("euReferenceNumber")]
        kept = {i.number.replace(" ", "") for i in listing.identifiers}
        kept |= {part.replace(" ", "") for f in listing.facts if f.key == "document" for part in f.text.split(";")} | {"-"}
        assert numbers <= kept
        countries = {c.get("countryDescription") for c in record.iterfind(f"{NAMESPACE}citizenship")}
        assert countries - {"UNKNOWN"} <= {c.text for c in listing.countries}
    assert names == {ref: {squeeze(n.text) for n in x.names if n.origin.field == "nameAlias@wholeName"} for ref, x in listings.items()}


def squeeze(text: str) -> str:
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cf").split())


def test_cross_references_are_those_of_the_table_that_the_list_bears_out(shared_data: Path, states: dict[str, Parsed]) -> None:
    with (shared_data / "resolution/xref_un_eu_2024.tsv").open(encoding="utf-8", newline="") as file:
        table = {(row["un_ref"], row["eu_reference"]) for row in csv.DictReader(file, delimiter="\t")}
    found = {(i.number, x.ref) for x in states["2024-05-13"].listings for i in x.identifiers if i.kind == "un_ref"}
    assert len(table) == 83
    assert found == table - NO_CROSS_REFERENCE


def test_a_listing_of_2003_is_that_of_the_file(states: dict[str, Parsed]) -> None:
    for parsed in states.values():
        x = get(parsed, "EU.27.28")
        assert (x.record_id, x.caption, x.gender, x.kind) == ("13", "Saddam Hussein Al-Tikriti", "male", "person")
        assert [(n.text, n.note) for n in x.names[1:]] == [("Abu Ali", None), ("Abou Ali", "language: FR")]
        assert [str(b.span) for b in x.births] == ["1937-04-28"]
        assert [(p.city, p.country) for p in x.birth_places] == [("al-Awja, near Tikrit", "iq")]
        assert [(m.programme, str(m.since)) for m in x.measures] == [("IRQ", "2003-07-08")]
        assert (str(x.listed_on), x.updated_on) == ("2003-07-08", ())


def test_the_main_name_is_one_in_both_states_though_the_file_changed_its_order(states: dict[str, Parsed]) -> None:
    assert {get(parsed, "EU.39.56").caption for parsed in states.values()} == {"Qusay Saddam Hussein Al-Tikriti"}


def test_a_subject_under_two_programmes_is_one_listing(states: dict[str, Parsed]) -> None:
    x = get(states["2024-05-13"], "EU.334.4")
    assert [m.programme for m in x.measures] == ["AFG", "TAQA"]
    assert str(x.listed_on) == "2001-02-23"
    assert sum(n.role == "primary" for n in x.names) == 1


def test_a_year_of_the_iranian_calendar_is_no_date_of_birth(states: dict[str, Parsed]) -> None:
    x = get(states["2024-05-13"], "EU.6131.26")
    assert [f.text for f in x.facts if f.key == "birth_text"] == ["year 1343, calendar ISLAMIC; Iranian Hijri calendar"]


def test_a_mention_of_another_subject_is_no_cross_reference(states: dict[str, Parsed]) -> None:
    x = get(states["2024-05-13"], "EU.2272.60")
    assert (x.caption, [f.text for f in x.facts if f.key == "un_ref_mentioned"]) == ("Nasiruddin Haqqani", ["TAe.012"])
    assert not any(i.kind == "un_ref" for i in x.identifiers)


def test_main_names_are_mostly_those_of_the_official_journal(shared_data: Path, states: dict[str, Parsed]) -> None:
    """The annexes print the main name first; compared where exactly one of several names stands there as one."""
    printed = set(load_main_names(shared_data))
    for kind, least in (("person", 0.97), ("organization", 0.89)):
        met = missed = 0
        for x in states["2024-05-13"].listings:
            folded = {fold(n.text) for n in x.names}
            if x.kind == kind and len(folded) > 1 and len(folded & printed) == 1:
                met, missed = met + (fold(x.caption) in printed), missed + (fold(x.caption) not in printed)
        assert met / (met + missed) > least


def load_main_names(shared_data: Path) -> list[str]:
    names = []
    with tarfile.open(shared_data / "lists/eu/eu_oj_annexes_csv_2026-08.tar.xz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".csv") else None
            if stream:
                rows = csv.DictReader(stream.read().decode("utf-8").splitlines(keepends=True))
                names += [fold(name) for row in rows for name in row["name"].split(";") if name.strip()]
    return names


def fold(text: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def test_error_pages_are_refused(shared_data: Path) -> None:
    reasons = {}
    for path in sorted((shared_data / "lists/bad_downloads").glob("eu_*.xml")):
        with pytest.raises(ListRefused) as caught:
            parse([RawFile(path.name, path.read_bytes())])
        reasons[path.name] = caught.value.reason
    assert reasons == {
        "eu_2021-02-09.xml": "error_page", "eu_2021-11-04.xml": "error_page", "eu_2022-06-23.xml": "error_page",
        "eu_2022-08-27.xml": "empty",
    }


def test_a_state_of_the_un_list_is_refused(shared_data: Path) -> None:
    data = gzip.decompress((shared_data / "lists/un/un_consolidated_2024-05-15.xml.gz").read_bytes())
    with pytest.raises(ListRefused, match="found 'CONSOLIDATED_LIST'"):
        parse([RawFile("un.xml", data)])
