"""Laws of screening a file: every row is accounted for, and no bytes raise anything but our own errors."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import TocsinError
from tocsin.model import Hit, Query
from tocsin.screen import Options, Summary, open_writer, read_rows, screen_rows
from tocsin.screen.writing import make_harmless

LAX = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


class Nobody:
    """A matcher that finds nobody."""

    def find_many(self, queries: Sequence[Query], *, threshold: float, limit: int) -> list[tuple[Hit, ...]]:
        return [() for _ in queries]


def screen(path: Path, options: Options = Options()) -> Summary:  # noqa: B008
    totals = Summary()
    for result in screen_rows(read_rows(str(path), options), Nobody(), threshold=0.7, limit=1):
        totals.add(result)
    return totals


@LAX
@given(rows=st.lists(st.tuples(CELLS, CELLS), max_size=8))
def test_every_csv_row_is_screened_or_counted_as_not(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("id", "name"), *rows])
    path = tmp_path / "rows.csv"
    path.write_bytes(text.getvalue().encode("utf-8"))
    totals = screen(path)
    assert totals.rows == len(rows)
    assert totals.screened + totals.unscreenable == totals.rows


@LAX
@given(rows=st.lists(st.dictionaries(st.sampled_from(["id", "name", "born", "country"]), st.one_of(CELLS, st.integers(), st.none()), min_size=1), max_size=8))
def test_every_json_object_is_screened_or_counted_as_not(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps({"name": "x", **r}) + "\n" for r in rows) or "\n", encoding="utf-8")
    if rows:
        assert screen(path).rows == len(rows)


@LAX
@pytest.mark.parametrize("format", ["csv", "jsonl", "parquet"])
@given(data=st.binary(max_size=400))
def test_no_bytes_raise_anything_but_our_own_errors(tmp_path: Path, format: str, data: bytes) -> None:
    path = tmp_path / f"any.{format}"
    path.write_bytes(data)
    try:
        screen(path)
    except TocsinError as error:
        assert str(error)  # noqa: PT017


@given(text=st.text(max_size=20))
def test_no_cell_of_a_spreadsheet_begins_like_a_formula(text: str) -> None:
    assert not str(make_harmless(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_output_appears_when_it_is_complete_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("before")
    with pytest.raises(RuntimeError), open_writer(str(target)):
        raise RuntimeError
    assert target.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]
