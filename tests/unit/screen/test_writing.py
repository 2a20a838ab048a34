"""Results to files: whole or not at all, in three formats, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import gzip
import json
import os
import threading
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tocsin.errors import BadInput, StoreFailed
from tocsin.model import Hit
from tocsin.screen import RowFault, RowResult, open_writer
from tocsin.screen.writing import COLUMNS, make_harmless

FAULT = RowFault(code="bad_born", text="Row 1, born: no date.", field="born")


@pytest.fixture
def results(matcher: object) -> list[RowResult]:
    from tocsin.model import Query

    hits: tuple[Hit, ...] = matcher.find_hits(Query(names=("Zarqon",)), threshold=0, limit=9)  # type: ignore[attr-defined]
    return [
        RowResult(row=1, id="=1+1", hits=hits * 2, warnings=(FAULT,)), RowResult(row=2, id="b"), RowResult(row=3, error=FAULT),
    ]


def write_all(path: Path, results: list[RowResult], **options: str) -> None:
    with open_writer(str(path), **options) as write:
        for result in results:
            write(result)


def test_json_lines_have_one_object_a_row(tmp_path: Path, results: list[RowResult]) -> None:
    write_all(tmp_path / "a.jsonl", results)
    objects = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [sorted(o) for o in objects] == [["hits", "id", "row", "warnings"], ["hits", "id", "row"], ["error", "hits", "id", "row"]]
    assert objects[0]["hits"][0]["listings"][0]["ref"] == "QDi.900"


def test_csv_has_one_line_a_hit_and_no_formulas(tmp_path: Path, results: list[RowResult]) -> None:
    write_all(tmp_path / "a.csv", results)
    with (tmp_path / "a.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert tuple(lines[0]) == COLUMNS
    assert [line["row"] for line in lines] == ["1", "1", "2", "3"]
    assert (lines[0]["id"], lines[0]["caption"]) == ("'=1+1", "'=Zarqon Ibn Test")
    assert (lines[0]["authorities"], lines[0]["listings"], lines[0]["listed_on"]) == ("UN; US", "un:QDi.900; us:1", "2019")
    assert lines[3]["error"] == FAULT.text


def test_parquet_has_the_same_lines_with_types(tmp_path: Path, results: list[RowResult]) -> None:
    write_all(tmp_path / "a.parquet", results * 3000)
    table = pq.read_table(tmp_path / "a.parquet")
    assert tuple(table.column_names) == COLUMNS
    assert table.num_rows == 12_000
    assert pq.ParquetFile(tmp_path / "a.parquet").num_row_groups == 3
    assert table.slice(0, 1).to_pylist()[0] | {"reasons": None} == {
        "row": 1, "id": "=1+1", "score": 0.91, "subject": "s-1", "caption": "=Zarqon Ibn Test", "kind": "person",
        "names": "Zarqon Ibn Test", "authorities": "UN; US", "listings": "un:QDi.900; us:1", "programmes": "Test", "listed_on": "2019",
        "reasons": None, "error": None, "warnings": FAULT.text,
    }


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz"])
def test_packed_output_is_the_same_bytes_each_time(tmp_path: Path, results: list[RowResult], name: str) -> None:
    write_all(tmp_path / name, results)
    first = (tmp_path / name).read_bytes()
    assert b"QDi.900" in gzip.decompress(first)
    write_all(tmp_path / name, results)
    assert (tmp_path / name).read_bytes() == first


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.csv.gz", "a.parquet"])
def test_a_run_that_fails_leaves_what_was_there_and_nothing_else(tmp_path: Path, results: list[RowResult], name: str) -> None:
    (tmp_path / name).write_text("old")
    with pytest.raises(AttributeError):  # half way
        write_all(tmp_path / name, [results[0], None])  # type: ignore[list-item]
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "old"


def test_the_file_being_read_is_not_written_under_any_name(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text("name\n")
    (tmp_path / "link.csv").symlink_to(source)
    for name in ("a.csv", "link.csv", "../" + tmp_path.name + "/a.csv"):
        with pytest.raises(BadInput, match="is the file being screened"), open_writer(str(tmp_path / name), source=str(source)):
            pass
    assert source.read_text() == "name\n"


def test_what_a_link_points_to_is_written_and_the_link_stays(tmp_path: Path, results: list[RowResult]) -> None:
    (tmp_path / "real.jsonl").write_text("old")
    (tmp_path / "link.jsonl").symlink_to("real.jsonl")
    write_all(tmp_path / "link.jsonl", results)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert len((tmp_path / "real.jsonl").read_text().splitlines()) == 3


def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path, results: list[RowResult]) -> None:
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    write_all(pipe, results)
    reader.join(10)
    assert got[0].count(b"\n") == 3
    assert pipe.is_fifo()


@pytest.mark.parametrize("name", ["no/folder/a.jsonl", "folder.csv"])
def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, results: list[RowResult], name: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(StoreFailed, match="cannot be written"):
        write_all(tmp_path / name, results)
    assert [p.name for p in tmp_path.iterdir()] == ["folder.csv"]


def test_a_name_of_an_unknown_format_is_refused_unless_the_format_is_said(tmp_path: Path, results: list[RowResult]) -> None:
    with pytest.raises(BadInput, match=r"ends in \.jsonl, \.csv or \.parquet"):
        write_all(tmp_path / "a.xlsx", results)
    write_all(tmp_path / "a.xlsx", results, format="csv")
    assert (tmp_path / "a.xlsx").read_text().startswith("row,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_text_that_begins_like_a_formula_is_made_harmless(start: str) -> None:
    assert make_harmless(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"


def test_other_text_and_numbers_stay() -> None:
    assert [make_harmless(v) for v in ("a=1", "", None, -1.5)] == ["a=1", "", None, -1.5]
