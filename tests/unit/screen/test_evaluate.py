"""A user's own labelled file: its shape, its truth, the figures and the wrongly decided cases."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tocsin.errors import BadInput, UnreadableFile
from tocsin.match import compare_names
from tocsin.model import Entity, Hit, Query, Reason
from tocsin.screen import Options, read_rows
from tocsin.screen.evaluate import WRONG, Report, evaluate_cases
from tocsin.screen.labelled import Judged, find_shape, judge_pairs, judge_rows
from tocsin.screen.tables import open_table

PAIRS = """case,name1,name2,schema,is_match
1,Mohammed Said,Muhammad Saeed,Person,true
2,Anna Larsson,Peter Okafor,Person,false
3,Anna Larsson,Anna Larsson,Person,FALSE
4,Zarqon Trading Ltd,Quite Another Company,Company,Yes
5,A B,C D,Cat,true
6,A B,C D,Person,perhaps
7,,C D,Person,true
"""
ROWS = """id,full_name,expected
a,Zarqon the Elder,S-1
b,Anna Larsson,
c,=Zarqon Bakery,none
d,Peter Okafor,s-1
e,Zarqon,QDi.999
f,,
g,Zarqon,QDi.999; s-1
"""


HIT = Hit(
    score=0.91, subject="s-1", caption="=Zarqon Ibn Test", kind="person", names=("Zarqon Ibn Test",), listings=(),
    reasons=(Reason(code="name.same", text="The name is the same.", effect="for"),),
)


class FakeRegister:
    """Finds `HIT` for each name with "Zarqon" in it, and knows it by its id."""

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        return (HIT,) if any("Zarqon" in name for name in query.names) else ()

    def find_entities(self, ref: str) -> tuple[Entity, ...]:
        return (Entity(id="s-1", caption="Z", kind="person", listings=()),) if ref.lower() == "s-1" else ()


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., str]:
    def save(text: str, name: str = "labelled.csv") -> str:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return str(tmp_path / name)

    return save


def judge(path: str) -> list[Judged]:
    shape, expected = find_shape(path)
    if shape == "pairs":
        return list(judge_pairs(path, compare_names))
    return list(judge_rows(read_rows(path, Options(carry=(expected,))), FakeRegister(), expected=expected))


def report(path: str, *, threshold: float = 0.7, wrong: Path | None = None) -> Report:
    shape, _ = find_shape(path)
    with open_table(wrong, WRONG, option="--wrong", source=path) as write:
        return evaluate_cases(judge(path), shape=shape, threshold=threshold, engine="x", write_wrong=write)


def test_pairs_are_counted_by_their_truth_and_faulty_ones_left_out_and_told(save: Callable[..., str]) -> None:
    found = report(save(PAIRS))
    assert (found.shape, found.matches, found.others, found.failed) == ("pairs", 2, 2, 3)
    assert (found.default.precision, found.default.recall) == (1 / 2, 1 / 2)
    assert [e.split(":")[0] for e in found.errors] == ["Pair 5, schema", "Pair 6, is_match", "Pair 7"]


def test_rows_are_found_by_the_expected_subject_and_strangers_by_nobody(save: Callable[..., str]) -> None:
    found = report(save(ROWS))
    assert (found.shape, found.matches, found.others, found.failed) == ("rows", 3, 2, 2)
    assert (found.default.recall, found.default.alerted, found.default.hits_a_row) == (2 / 3, 1 / 2, 3 / 5)
    assert found.errors[0] == "Row 5, expected: no subject in force has that reference. It was left out."
    assert [(b.low, b.cases, b.matches) for b in found.bands] == [(0.9, 3, 2)]


def test_wrongly_decided_cases_are_written_with_score_and_reasons_and_run_no_formula(
    save: Callable[..., str], tmp_path: Path
) -> None:
    report(save(ROWS), wrong=tmp_path / "wrong.csv")
    with (tmp_path / "wrong.csv").open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [(x["id"], x["decision"], x["score"]) for x in lines] == [("c", "false alert", "0.91"), ("d", "missed", "0.0")]
    assert (lines[0]["name"], lines[0]["caption"]) == ("'=Zarqon Bakery", "'" + HIT.caption)
    assert lines[0]["reasons"] == "The name is the same."
    assert lines[1]["expected"] == "s-1"


def test_no_message_repeats_a_name(save: Callable[..., str]) -> None:
    said = " ".join([*report(save(PAIRS)).errors, *report(save(ROWS)).errors])
    assert not any(word in said for word in ("Zarqon", "Larsson", "C D"))


def test_json_lines_and_parquet_have_rows_too(save: Callable[..., str], tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    lines = save('{"name": "Zarqon", "Expected": "s-1"}\n{"name": "Anna Larsson"}\n', "x.jsonl")
    assert [(j.is_match, j.score) for j in judge(lines)] == [(True, 0.91), (False, 0.0)]
    table = pa.table({"name": ["Zarqon", "Anna Larsson"], "expected": ["s-1", None]})
    pq.write_table(table, tmp_path / "x.parquet")
    assert [(j.is_match, j.score) for j in judge(str(tmp_path / "x.parquet"))] == [(True, 0.91), (False, 0.0)]


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-8-sig"), ("|", "utf-16")])
def test_pairs_are_read_with_other_delimiters_and_encodings(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(f"name1,name2, schema ,is_match\n{'Anna Larsson,Anna Larsson,Person,1'}\n".replace(",", delimiter), encoding=encoding)
    assert [(j.score, j.is_match) for j in judge(str(path))] == [(1.0, True)]


@pytest.mark.parametrize(("header", "said"), [
    ("name,expectd\n", "'expected' is missing.*did you mean 'expectd'"), ("name\n", "'expected' is missing"),
    ("name1,name2,is_match\n", "'schema' is missing"), ("name1,name_2,schema,is_match\n", "'name2' is missing.*did you mean"),
    ("name1,name2,schema\n", "'is_match' is missing"), ("nmae,expected\nA B,\n", "'nmae' is not known; did you mean 'name'"),
])
def test_a_missing_or_unknown_column_is_refused_with_the_nearest(save: Callable[..., str], header: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        judge(save(header))


@pytest.mark.parametrize("content", ["", "%PDF-1.7", "{broken\n"])
def test_what_is_no_table_is_told(save: Callable[..., str], content: str) -> None:
    with pytest.raises(UnreadableFile):
        judge(save(content))


def test_a_first_row_in_place_of_a_header_is_not_repeated(save: Callable[..., str]) -> None:
    with pytest.raises(BadInput) as caught:
        judge(save("Zarqon Ibn Test,1965\n"))
    assert "Zarqon" not in str(caught.value)


def test_pairs_in_json_lines_are_refused(save: Callable[..., str]) -> None:
    with pytest.raises(BadInput, match="CSV only"):
        judge(save('{"name1": "A", "name2": "B", "schema": "Person", "is_match": "true"}\n', "x.jsonl"))


def test_standard_input_and_a_file_of_faults_only_are_refused(save: Callable[..., str]) -> None:
    with pytest.raises(BadInput, match="Expected a file"):
        find_shape("-")
    with pytest.raises(BadInput, match="None of the 1 cases"):
        report(save("name1,name2,schema,is_match\nA,B,Cat,true\n"))


@pytest.mark.parametrize("threshold", [0.0, 0.39, 1.01, float("nan")])
def test_a_threshold_that_rows_cannot_have_is_refused(save: Callable[..., str], threshold: float) -> None:
    with pytest.raises(BadInput, match=r"0\.40 to 1"):
        report(save(ROWS), threshold=threshold)


def test_a_fault_leaves_no_file_of_wrong_cases(save: Callable[..., str], tmp_path: Path) -> None:
    path = save(PAIRS)
    with pytest.raises(BadInput, match="being read"):
        report(path, wrong=Path(path))
    with pytest.raises(BadInput, match="expected a file"):
        report(path, wrong=tmp_path)
    with pytest.raises(BadInput, match="threshold"):
        report(path, threshold=2, wrong=tmp_path / "wrong.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["labelled.csv"]


def test_a_report_becomes_json(save: Callable[..., str]) -> None:
    assert msgspec.json.decode(msgspec.json.encode(report(save(PAIRS))))["default"]["threshold"] == 0.7
