"""List D of August 2026, from another project's copy of its cells, put back under the list's headings."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from tocsin.sources import Parsed, RawFile, get_source
from workbooks import make_workbook

pytestmark = pytest.mark.reference

COLUMNS = {
    "name": "GERÇEK/TÜZEL KİŞİ/KURULUŞ/ORGANİZASYON ADI SOYADI ÜNVANI", "passport_number": "Pasaport No/ Diğer Muhtelif  Bilgiler",
    "nationality": "Uyruğu", "listed_date": "Listeye Alınma Tarihi", "date_of_birth": "Doğum Tarihi", "address": "Adres",
    "official_gazette": "R.Gazete Tarih Sayı", "decision_number": "BKK-CBK Karar Tarih ve Sayısı", "remarks": "Diğer Bilgiler",
    "reference_number": "Sıra No", "place_of_birth": "Doğum Yeri",
}  # fmt: skip


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    records: list[dict[str, Any]] = []
    with tarfile.open(shared_data / "lists/tr/tr_hmb_yaml_2026-08-08.tar.xz") as archive:
        for member in archive.getmembers():
            stream = archive.extractfile(member) if "/tr-" in member.name else None
            records += [yaml.safe_load(stream.read())] if stream else []
    rows = [[str(record.get(key) or "") for key in COLUMNS] for record in records]
    book = make_workbook({"D": [list(COLUMNS.values()), *rows]})
    source = get_source("tr_masak")
    assert source.parse_partial is not None
    return source.parse_partial([RawFile("D.xlsx", book)])


def test_the_list_is_read_whole_and_without_remainder(parsed: Parsed) -> None:
    assert parsed.records == {"A": 0, "B": 0, "C": 0, "D": 276}
    assert parsed.unread == ()
    assert all(x.countries[0].code for x in parsed.listings)
    assert all(x.listed_on for x in parsed.listings)


def test_numbers_and_dates_are_those_of_the_list(parsed: Parsed) -> None:
    kinds = [i.kind for x in parsed.listings for i in x.identifiers]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "bic": 1, "email": 2, "imo": 13, "national_id": 1, "other_id": 49, "passport": 16, "phone": 4,
    }  # fmt: skip
    assert sum(bool(x.births) for x in parsed.listings) == 72
    (found,) = (x for x in parsed.listings if x.caption == "KİM SE GON")
    assert (str(found.births[0].span), found.identifiers[0].number, str(found.listed_on)) == ("1969-11-13", "PD472310104", "2021-02-24")
