"""The commands of screening jobs that tell what a file was taken for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.cli import run


def test_what_the_columns_of_a_job_were_taken_for_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    (tmp_path / "a.csv").write_text("id,full name,dob\n1,Anna Berg,14 Feb 1965\n2,?,1970\n3,Bo Ek,32 Feb 1970\n", encoding="utf-8")
    assert run(["jobs", "add", str(tmp_path / "a.csv")]) == 0
    job = capsys.readouterr().out.strip()
    assert run(["jobs", "columns", job[:8]]) == 0
    said = capsys.readouterr()
    assert "full name: used as name" in said.out
    assert "born: 3 values, 1 cleaned, 1 refused. Row 3, born:" in said.out
    assert "Of all 3 rows 1 cannot be screened." in said.err
    assert run(["jobs", "columns", job, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["unscreenable"] == 1
    assert run(["jobs", "columns", "none"]) == 1
