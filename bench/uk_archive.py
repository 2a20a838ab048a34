"""The UK Sanctions List as its XML, put together from what was archived of it.

The publisher's own files are not kept by anybody at hand. One archive has each record as YAML that mirrors the XML, but
without what the XML says of individuals; another, of two months later, has countries and numbers as CSV. Its dates of birth
are left out: they stand beside the wrong subjects (AFG0006, of 1945 or 1946 in the publisher's XML, has ten others there,
and CAF0010 has 202).
"""

from __future__ import annotations

import csv
import gzip
import io
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

# Key of the YAML -> element of the XML, where putting its words together is not enough.
ELEMENTS = {"unique_id": "UniqueID", "ofsi_group_id": "OFSIGroupID", "un_reference_number": "UNReferenceNumber",
            "uk_statement_of_reasons": "UKStatementofReasons", "non_latin_names": "NonLatinNames"}
ITEMS = {"Names": "Name", "NonLatinNames": "NonLatinName", "Addresses": "Address"}
SKIPPED = {"sanctions_imposed_indicators"}  # said by SanctionsImposed too
# Type of a country or number in the CSV -> where it stands in the XML.
COUNTRIES = {"nationality": ("Nationalities", "Nationality")}
NUMBERS = {"passport": ("PassportDetails", "Passport", "Passport"),
           "national": ("NationalIdentifierDetails", "NationalIdentifier", "NationalIdentifier")}
Rows = Mapping[str, Sequence[Mapping[str, str]]]


def make_xml(archive: Path, tables: Path | None) -> bytes:
    """The list as XML: the records of `archive` (.tar.xz of YAML), with countries and numbers from the CSV files in the
    folder `tables` where it is given."""
    countries, numbers = (_load_rows(tables, name) for name in ("countries", "identifiers"))
    root = etree.Element("Designations")
    etree.SubElement(root, "DateGenerated")
    for record in _iter_records(archive):
        key = record["unique_id"]
        element = etree.SubElement(root, "Designation")
        _add_record(element, record)
        if record["individual_entity_ship"] == "Individual":
            _add_person(element, countries.get(key, ()), numbers.get(key, ()))
    day = archive.name.removesuffix(".tar.xz").rpartition("_")[2].split("-")
    root[0].text = "/".join(reversed(day))
    return etree.tostring(root, xml_declaration=True, encoding="utf-8")


def _load_rows(tables: Path | None, name: str) -> Rows:
    found: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    if tables is not None:
        (path,) = tables.glob(f"uksl_*_subject_{name}.csv.gz")
        for row in csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())):
            found[row["unique_id"]].append(row)
    return found


def _iter_records(archive: Path) -> Iterable[dict[str, Any]]:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and not member.name.endswith("_index.yaml"):
                file = tar.extractfile(member)
                assert file is not None
                yield yaml.load(file, Loader=yaml.CSafeLoader)


def _add_record(parent: Any, value: Mapping[str, Any]) -> None:
    for key, item in value.items():
        if key in SKIPPED:
            continue
        tag = ELEMENTS.get(key) or "".join(word.capitalize() for word in key.split("_"))
        if isinstance(item, dict):
            group = etree.SubElement(parent, tag)
            for part in next(iter(item.values())):
                _add_record(etree.SubElement(group, ITEMS[tag]), part)
        else:
            etree.SubElement(parent, tag).text = _clean(str(item))


def _clean(text: str) -> str:
    return "".join(c for c in text if c in "\n\t" or c >= " ")


def _add_person(element: Any, countries: Any, numbers: Any) -> None:
    person = etree.SubElement(etree.SubElement(element, "IndividualDetails"), "Individual")
    for kind, (group, item) in COUNTRIES.items():
        _add_all(person, group, item, sorted({c["raw_value"] for c in countries if c["country_type"] == kind}))
    born_in = sorted({c["raw_value"] for c in countries if c["country_type"] == "birth"})
    if born_in:
        box = etree.SubElement(person, "BirthDetails")
        for text in born_in:
            etree.SubElement(etree.SubElement(box, "Location"), "CountryOfBirth").text = _clean(text)
    for kind, (group, item, stem) in NUMBERS.items():
        found = sorted({(n["raw_value"], n["additional_info"]) for n in numbers if n["identifier_type"] == kind})
        if found:
            box = etree.SubElement(person, group)
            for number, note in found:
                one = etree.SubElement(box, item)
                etree.SubElement(one, f"{stem}Number").text = _clean(number)
                etree.SubElement(one, f"{stem}AdditionalInformation").text = _clean(note)


def _add_all(parent: Any, group: str, item: str, texts: Sequence[str]) -> None:
    if texts:
        box = etree.SubElement(parent, group)
        for text in texts:
            etree.SubElement(box, item).text = _clean(text)
