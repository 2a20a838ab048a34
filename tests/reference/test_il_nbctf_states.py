"""The table of wallets of the NBCTF's page, from another project's copy of its cells, put back into a page."""

from __future__ import annotations

import csv
import html
from pathlib import Path

import pytest

from tocsin.sources import Parsed, RawFile, get_source

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    with (shared_data / "lists/other/il_nbctf_crypto_wallets.csv").open(encoding="utf-8", newline="") as file:
        rows = ["".join(f"<td>{html.escape(cell)}</td>" for cell in row) for row in csv.reader(file)]
    table = "".join(f"<tr>{row}</tr>" for row in rows)
    page = f'<html><body><table class="ms-rteTable-4">{table}</table></body></html>'
    return get_source("il_nbctf_seizures").parse([RawFile("page.html", page.encode())])


def test_the_table_is_read_whole_and_without_remainder(parsed: Parsed) -> None:
    assert parsed.records == {"listings": 896, "orders": 35}
    assert parsed.unread == ()
    assert parsed.notes == (
        "1 addresses with letters of another script, made Latin", "3 rows that say the same twice, read once",
    )  # fmt: skip


def test_wallets_accounts_and_holders_are_those_of_the_table(parsed: Parsed) -> None:
    kinds = [i.kind for x in parsed.listings for i in x.identifiers]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "national_id": 216, "other_id": 392, "passport": 43, "wallet": 495,
    }  # fmt: skip
    assert sum(bool(x.names) for x in parsed.listings) == 290
    newest = [x for x in parsed.listings if x.measures[0].programme == "Seizure order ASO 18/26"]
    assert len(newest) == 37
    assert newest[0].identifiers[0].number == "TWB9xgNG9nmJuwW4etsQEb9RRnrnVnoNnJ"
