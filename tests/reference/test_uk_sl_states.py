"""The UK's real list: the publisher's own fragment and header, and whole states, written back into XML and CSV.

The whole states at hand are one YAML file for each record, with the XML's elements as keys but without those of persons,
entities and ships; dates of birth, countries and numbers come from tables of a state of April 2026.
"""

from __future__ import annotations

import csv
import gzip
import io
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import msgspec
import pytest
import yaml

from tocsin.model import Listing
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.uk_csv import COLUMNS
from tocsin.sources.uk_tables import GROUPS

pytestmark = pytest.mark.reference
Values = dict[str, list[tuple[str, ...]]]
ONE = {
    "unique_id": "unique_id", "ofsi_group": "ofsi_group_id", "un_ref": "un_reference_number", "kind": "individual_entity_ship",
    "regime": "regime_name", "source": "designation_source", "measures": "sanctions_imposed", "comment": "other_information",
    "reasons": "uk_statement_of_reasons", "updated": "last_updated", "designated": "date_designated",
}
MANY = {
    "name": ("names", (*(f"name{n}" for n in range(1, 7)), "name_type", "alias_strength")),
    "original": ("non_latin_names", ("name_non_latin_script", "non_latin_script_type", "non_latin_script_language")),
    "address": ("addresses", (*(f"address_line{n}" for n in range(1, 7)), "address_postal_code", "address_country")),
}


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "lists" / "uk"


def load_records(path: Path) -> Iterator[Values]:
    """The records of an archive, by the groups of the reader's own table; dates as the publisher writes them."""
    with tarfile.open(path) as archive:
        members = sorted((m for m in archive if m.name.endswith(".yaml") and "_index" not in m.name), key=lambda m: m.name)
        for member in members:
            stream = archive.extractfile(member)
            assert stream is not None
            record = yaml.load(stream, yaml.CSafeLoader)
            values: Values = {key: [(str(record[field]),)] for key, field in ONE.items() if record.get(field)}
            for key in ("updated", "designated"):
                values[key] = [("/".join(reversed(values[key][0][0].split("-"))),)]
            for key, (field, inner) in MANY.items():
                items = (record.get(field) or {}).get("addresses" if field == "addresses" else "names", [])
                values[key] = [tuple(item.get(name) or "" for name in inner) for item in items]
            yield values


def load_details(folder: Path) -> dict[str, Values]:
    details: dict[str, Values] = defaultdict(lambda: defaultdict(list))

    def rows(name: str) -> Iterator[dict[str, str]]:
        text = gzip.decompress((folder / f"uksl_2026-04-29_subject_{name}.csv.gz").read_bytes()).decode("utf-8-sig")
        yield from csv.DictReader(io.StringIO(text))

    for row in rows("dobs"):
        date = f"{row['day'] or 'dd'}/{row['month'] or 'mm'}/{row['year']}"
        details[row["unique_id"]]["birth"].append((date,))
    for row in rows("countries"):
        key = {"nationality": "nationality", "birth": "birth_place"}.get(row["country_type"])
        if key:
            details[row["unique_id"]][key].append((row["raw_value"],) if key == "nationality" else ("", row["raw_value"]))
    kinds = {"passport": "passport", "national": "national_id", "imo": "imo", "business_registration_numbers": "registration"}
    for row in rows("identifiers"):
        key = kinds[row["identifier_type"]]
        number = (row["raw_value"], row["additional_info"]) if key in ("passport", "national_id") else (row["raw_value"],)
        details[row["unique_id"]][key].append(number)
    return {ref: {key: list(dict.fromkeys(found)) for key, found in values.items()} for ref, values in details.items()}


def render_xml(records: list[Values]) -> bytes:
    return ("<Designations>" + "".join(map(_render_record, records)) + "</Designations>").encode()


def _render_record(record: Values) -> str:
    tree: dict[str, Any] = {}
    for key, found in record.items():
        group = GROUPS[key]
        *path, last = group.item.split("/")
        node = tree
        for name in path:
            node = node.setdefault(name, {})
        node[last] = [
            escape(values[0]) if group.tags == ("",)
            else "".join(f"<{tag}>{escape(value)}</{tag}>" for tag, value in zip(group.tags, values, strict=True) if value)
            for values in found
        ]
    return f"<Designation>{_render(tree)}</Designation>"


def _render(tree: dict[str, Any]) -> str:
    return "".join(
        f"<{name}>{_render(inner)}</{name}>" if isinstance(inner, dict) else "".join(f"<{name}>{i}</{name}>" for i in inner)
        for name, inner in tree.items()
    )


def render_csv(records: list[Values]) -> bytes:
    """As many rows as the longest group has values, each cell repeated: what the publisher's product of all says."""
    out = io.StringIO(newline="")
    out.write("Report Date: 22-Aug-2026\r\n")
    writer = csv.DictWriter(out, COLUMNS, restval="")
    writer.writeheader()
    for record in records:
        for i in range(max(map(len, record.values()))):
            writer.writerow({
                column: value for key, found in record.items() if found
                for column, value in zip(GROUPS[key].columns, found[i % len(found)], strict=True)
            })
    return out.getvalue().encode()


@pytest.fixture(scope="module")
def august(folder: Path) -> list[Values]:
    details = load_details(folder)
    records = load_records(folder / "uk_yaml_2026-08-22.tar.xz")
    return [record | details.get(record["unique_id"][0][0], {}) for record in records]


@pytest.fixture(scope="module")
def parsed(august: list[Values]) -> Parsed:
    return read("x.xml", render_xml(august))


@pytest.fixture(scope="module")
def by_ref(parsed: Parsed) -> dict[str, Listing]:
    return {listing.ref: listing for listing in parsed.listings}


def read(name: str, data: bytes) -> Parsed:
    return get_source("uk_sl").parse([RawFile(name, data)])


def numbers(listing: Listing, kind: str) -> list[str]:
    return [i.number for i in listing.identifiers if i.kind == kind]


def test_the_publishers_own_fragment_is_read_whole(folder: Path) -> None:
    parsed = read("a.xml", (folder / "uksl_xml_fragment_2026-09-02.xml").read_bytes())

    assert (parsed.unread, parsed.notes) == ((), ())
    assert str(parsed.published_at) == "2026-09-02 00:00:00+00:00"
    firm, person = parsed.listings
    assert (firm.ref, firm.kind, len(firm.names), len(firm.addresses)) == ("AFG0001", "organization", 3, 2)
    assert (numbers(firm, "un_ref"), numbers(firm, "uk_ofsi_group")) == (["TAe.010"], ["12703"])
    assert (person.caption, [str(b.span) for b in person.births]) == ("MOHAMMAD HASSAN AKHUND", ["1945", "1946"])
    assert (str(person.listed_on), [str(d) for d in person.updated_on]) == ("2001-01-25", ["2026-04-14"])
    assert [f.text for f in person.facts if f.key == "designation_source"] == ["UN"]


def test_the_columns_are_those_of_the_publishers_header(folder: Path) -> None:
    date, header = (folder / "uksl_csv_header_2026-10-08.csv").read_text(encoding="utf-8-sig").splitlines()[:2]

    assert date == "Report Date: 08-Oct-2026"
    assert set(next(csv.reader([header]))) == set(COLUMNS)


def test_a_whole_state_is_read_with_nothing_unread(parsed: Parsed) -> None:
    assert len(parsed.listings) == 6_349
    assert parsed.unread == ()
    assert parsed.records == {"Individual": 4_036, "Entity": 1_647, "Ship": 666}
    assert all(listing.names and listing.listed_on and listing.updated_on for listing in parsed.listings)


def test_an_earlier_state_is_read_with_nothing_unread(folder: Path) -> None:
    parsed = read("x.xml", render_xml(list(load_records(folder / "uk_yaml_2026-02-23.tar.xz"))))

    assert (len(parsed.listings), parsed.unread) == (5_738, ())


def test_the_same_state_as_csv_gives_the_same_values(august: list[Values], parsed: Parsed) -> None:
    def contents(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: contents(v) for k, v in value.items() if k != "origin"}
        return [contents(v) for v in value] if isinstance(value, list | tuple) else value

    table = read("x.csv", render_csv(august))
    assert table.unread == ()
    for one, other in zip(parsed.listings, table.listings, strict=True):
        assert contents(msgspec.to_builtins(one)) == contents(msgspec.to_builtins(other))


def test_names_have_the_publishers_types_and_strengths(parsed: Parsed) -> None:
    names = [n for x in parsed.listings for n in x.names]

    assert sum(n.role == "primary" for n in names) == 6_349
    assert sum(n.quality == "weak" for n in names) == 620
    assert sum(n.note == "Primary name variation" for n in names) == 5_493
    scripts = Counter(n.script for n in names if n.role == "original_script")
    assert (scripts["Cyrl"], scripts["Arab"], scripts["Latn"]) == (2_792, 746, 0)  # 2,798 and 748 with those given twice


def test_every_country_but_two_and_every_regime_has_its_code(parsed: Parsed) -> None:
    places = [p for x in parsed.listings for p in (*x.addresses, *x.birth_places) if p.country_text]
    assert {p.country_text for p in places if p.country is None} == {"Former USSR", "Occupied Golan Heights"}
    assert all(c.code for x in parsed.listings for c in x.countries)
    assert all(m.programme != m.ground for x in parsed.listings for m in x.measures)


def test_references_to_other_lists_are_those_of_the_table_of_april(folder: Path, by_ref: dict[str, Listing]) -> None:
    text = gzip.decompress((folder / "uksl_2026-04-29_subjects.csv.gz").read_bytes()).decode("utf-8-sig")
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["unique_id"] in by_ref]
    assert len(rows) > 6_000
    for row in rows:
        found = by_ref[row["unique_id"]]
        refs = [row["un_reference_number"]] if row["un_reference_number"] not in ("", "N/A") else []
        assert [r.casefold() for r in numbers(found, "un_ref")] == [r.casefold() for r in refs], row["unique_id"]
        assert numbers(found, "uk_ofsi_group") == ([row["ofsi_group_id"]] if row["ofsi_group_id"] else [])


def test_references_of_the_un_are_written_as_the_un_does(by_ref: dict[str, Listing]) -> None:
    assert sum(bool(numbers(x, "un_ref")) for x in by_ref.values()) == 1_004
    assert numbers(by_ref["AQD0031"], "un_ref") == ["QDe.145"]  # published as QDE.145
    assert numbers(by_ref["SYR0200"], "un_ref") == []  # published as N/A


def test_which_listings_the_uk_takes_over_from_the_un(parsed: Parsed) -> None:
    sources = Counter("|".join(f.text for f in x.facts if f.key == "designation_source") for x in parsed.listings)

    assert sources == {"UK": 5_292, "UN": 964, "UK|UN": 93}


def test_ships_have_their_numbers_and_bare_names(by_ref: dict[str, Listing]) -> None:
    ships = [x for x in by_ref.values() if x.kind == "vessel"]
    assert sum(bool(numbers(x, "imo")) for x in ships) == 665
    assert all(len(n) == 7 and n.isdigit() for x in ships for n in numbers(x, "imo"))
    assert not any(n.text.startswith("IMO ") for x in ships for n in x.names)


@pytest.mark.parametrize(
    ("ref", "caption", "listed_on", "programme", "un_ref", "group"),
    [
        ("AQD0065", "LASHKAR-E-TAYYIBA", "2005-05-02", "ISIL (Da'esh) and Al-Qaida", ["QDe.118"], ["7241"]),
        ("AQD0358", "MOHAMMED MASOOD AZHAR ALVI", "2019-05-01", "ISIL (Da'esh) and Al-Qaida", ["QDi.422"], ["13787"]),
        ("CTI0033", "Hizbul Mujahideen (HM)", "2020-12-31", "Counter-Terrorism (International)", [], ["8803"]),
        ("CTD0012", "Babbar Akali Lehar", "2025-12-04", "Counter-Terrorism (Domestic)", [], ["17226"]),
    ],
)
def test_listings_checked_by_hand(
    by_ref: dict[str, Listing], ref: str, caption: str, listed_on: str, programme: str, un_ref: list[str], group: list[str]
) -> None:
    listing = by_ref[ref]

    assert (listing.caption, str(listing.listed_on)) == (caption, listed_on)
    assert [m.programme for m in listing.measures] == [programme]
    assert (numbers(listing, "un_ref"), numbers(listing, "uk_ofsi_group")) == (un_ref, group)
