"""What is loaded at the start: counted in modules, not in seconds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "pyarrow", "sqlalchemy", "alembic", "lxml", "httpx2", "babel", "yaml"}


def loaded(code: str, *, home: Path) -> set[str]:
    """Top-level modules that are loaded after `code` has run in a fresh interpreter."""
    tail = "\nimport sys, json\nprint('\\n' + json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    run = subprocess.run(
        [sys.executable, "-c", code + tail], capture_output=True, text=True, check=True,
        env={**os.environ, "TOCSIN_HOME": str(home)},
    )
    return set(json.loads(run.stdout.splitlines()[-1]))


def test_importing_tocsin_loads_nothing_from_outside_the_standard_library(tmp_path: Path) -> None:
    modules = loaded("import tocsin", home=tmp_path) - set(loaded("", home=tmp_path))
    assert {m for m in modules if m not in sys.stdlib_module_names} == {"tocsin"}


def test_help_loads_no_heavy_library_and_no_matcher(tmp_path: Path) -> None:
    modules = loaded("from tocsin.cli import run\nassert run(['--help']) == 0", home=tmp_path)
    assert modules & (HEAVY | {"rapidfuzz", "msgspec", "sqlite3"}) == set()


@pytest.mark.parametrize("command", [["match", "Hafiz Mohd Saeed"], ["match", "Hafiz Mohd Saeed", "--json"], ["who", "al-Qaida"]])
def test_asking_loads_no_database_toolkit_and_no_frames(tmp_path: Path, command: list[str]) -> None:
    first = f"from tocsin.cli import run\nrun({command!r})"
    loaded(first, home=tmp_path)  # makes the register
    assert loaded(first, home=tmp_path) & HEAVY == set()
