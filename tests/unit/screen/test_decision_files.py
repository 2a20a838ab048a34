"""Files of decisions: what goes out comes back, and no spreadsheet runs a cell."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from msgspec import structs

from tocsin.errors import BadInput, UnreadableFile
from tocsin.model.hit_decision import HitDecision
from tocsin.screen.decision_files import name_key, read_decision_lines, read_key, write_decision_lines, write_key

KEY = b"k" * 32
ONE = HitDecision(
    number=1, identity="ref:4711", subject="un:1", caption="Amina Testova", outcome="false_match", author="A", ground="seen",
    decided_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC), asked={"names": ("ab",)}, listed={"names": ("Amina Testova",)},
)
MANY = (
    ONE,
    structs.replace(ONE, number=2, ground='=HYPERLINK("x")', proposed=True, confirmed_by="@B", confirmed_at=ONE.decided_at),
    structs.replace(ONE, number=3, ground="'=quoted,\r\nand more", expires_at=ONE.decided_at, caption="+1"),
)


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_what_is_written_is_read(tmp_path: Path, format: str) -> None:
    path = tmp_path / "decisions"
    path.write_bytes(write_decision_lines(MANY, KEY, format).encode())  # type: ignore[arg-type]
    assert read_decision_lines(path) == (MANY, name_key(KEY))


def test_a_spreadsheets_capitals_do_not_put_a_proposal_in_force(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(write_decision_lines([structs.replace(ONE, proposed=True)], KEY, "csv").replace(",True,", ",TRUE,"))
    assert read_decision_lines(path)[0][0].proposed
    path.write_text(write_decision_lines([ONE], KEY, "csv").replace(",False,", ",perhaps,"))
    with pytest.raises(BadInput, match="a cell cannot be read"):
        read_decision_lines(path)


def test_no_cell_begins_like_a_formula(tmp_path: Path) -> None:
    rows = list(csv.reader(write_decision_lines(MANY, KEY, "csv").splitlines(keepends=True)))
    assert len(rows) == 4
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "with the columns number"), ('{"number": 1}\n', "decision 1"), ("{nonsense\n", "expected a JSON object"), ("a,b\n1,2\n", "with the columns"),
        (write_decision_lines([ONE], KEY, "jsonl").replace("2026-03-01T00:00:00Z", "2026-03-01T00:00:00"), "time zone"),
        (write_decision_lines([ONE], KEY, "jsonl").replace("ref:4711", "4711"), "begins with ref"),
        (write_decision_lines([ONE], KEY, "jsonl") + write_decision_lines([ONE], b"o" * 32, "jsonl"), "same key"),
        (write_decision_lines([ONE], KEY, "csv").replace("False", "False,x"), "expected 18 cells"),
    ],
)
def test_a_file_that_is_none_is_refused_with_the_place(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "decisions.jsonl"
    path.write_text(content)
    with pytest.raises(BadInput, match=told):
        read_decision_lines(path)


def test_a_key_is_its_owners_alone_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "key"
    write_key(path, KEY)
    assert read_key(path) == KEY
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(BadInput, match="already"):
        write_key(path, KEY)
    path.write_text("no key")
    with pytest.raises(UnreadableFile, match="expected a file with a key"):
        read_key(path)
