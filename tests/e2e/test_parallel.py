"""Several processes give the same results in the same order as one."""

from __future__ import annotations

from pathlib import Path

import pytest

import tocsin
from tocsin.cli import run


def test_two_jobs_write_the_same_file_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    tocsin.open(tmp_path / "home")
    source = tmp_path / "customers.csv"
    names = ["Hafiz Mohd Saeed", "Anita Fernandes", "", "Zakiur Rehman Lakhwi", "John Baker"]
    source.write_text("id,name\n" + "".join(f"{i},{names[i % 5]}\n" for i in range(1_050)))
    outputs = []
    for jobs in ("1", "2"):
        target = tmp_path / f"out{jobs}.jsonl"
        assert run(["screen", str(source), "--out", str(target), "--all", "--jobs", jobs]) == 3
        outputs.append(target.read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0].count(b"\n") == 1_050


@pytest.mark.parametrize("jobs", ["0", "1000", "x"])
def test_a_number_of_jobs_that_is_none_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    source = tmp_path / "customers.csv"
    source.write_text("name\nA B\n")
    assert run(["screen", str(source), "--jobs", jobs]) == 2
