"""Files of name pairs: scores of the scorer that screens, all other columns as they were."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tocsin.errors import BadInput, StoreFailed, UnreadableFile
from tocsin.match import compare_names
from tocsin.screen.pairs import compare_pairs


def test_pairs_get_the_score_of_the_scorer_and_keep_their_columns(tmp_path: Path) -> None:
    source, target = tmp_path / "p.csv", tmp_path / "o.csv"
    source.write_text("case,name1,name2,schema\n7,Mohammed Said,Muhammad Saeed,Person\n=8,A,,Company\n9,A B,C D,Cat\n10,X\n")
    done = compare_pairs(str(source), target)
    with target.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert (done.pairs, done.failed) == (4, 3)
    assert [line["case"] for line in lines] == ["7", "=8", "9", "10"]
    assert lines[0]["score"] == f"{compare_names('Mohammed Said', 'Muhammad Saeed', kind='person').score:.6f}"
    assert [(line["score"], bool(line["error"])) for line in lines[1:]] == [("", True)] * 3


@pytest.mark.parametrize(("content", "error"), [
    (b"name1,name2\nA,B\n", BadInput), (b"", UnreadableFile), (b"\x89PNG", UnreadableFile), (b"name1,name2,schema\n\xff\xfe,B,Person\n", StoreFailed),
    (b'name1,name2,schema\n"A,B,Person\n' + b"x" * 20_000_000, StoreFailed),
])
def test_a_file_that_cannot_be_read_writes_nothing(tmp_path: Path, content: bytes, error: type[Exception]) -> None:
    (tmp_path / "p.csv").write_bytes(content)
    with pytest.raises(error):
        compare_pairs(str(tmp_path / "p.csv"), tmp_path / "o.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["p.csv"]


def test_the_file_being_read_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("name1,name2,schema\nA,B,Person\n")
    with pytest.raises(BadInput, match="being read"):
        compare_pairs(str(tmp_path / "p.csv"), tmp_path / "p.csv")
    with pytest.raises(BadInput, match="expected a file"):
        compare_pairs(str(tmp_path / "p.csv"), tmp_path)
