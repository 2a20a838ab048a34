"""The house rules: imports go downhill, modules stay readable, commands stay quick to start."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "tocsin"


def test_imports_go_downhill(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("importlinter.cli._configure_logging", lambda verbose: None)  # it switches all other loggers off
    assert lint_imports(cache_dir=None) == 0


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("*.py")), ids=lambda p: str(p.relative_to(SOURCE)))
def test_each_module_says_what_it_is_for_and_stays_under_500_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.lstrip().startswith('"""')
    assert len(text.splitlines()) <= 500


def tracked_files() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split("\n")
    return [ROOT / n for n in names if n and (ROOT / n).is_file()]


def test_no_tracked_file_names_a_package_registry_or_a_path_of_one_machine() -> None:
    hosts = re.compile("python" + r"hosted|py" + r"pi\.org|registry\.npm" + r"js|deb\.deb" + r"ian|crates\.i" + "o")
    paths = re.compile(r"(?<![\w.])/(?:work|farm|root)/[a-z.]")
    for path in tracked_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        assert not hosts.search(text), path
        assert not paths.search(text), path


def test_no_tracked_file_is_large() -> None:
    assert [p for p in tracked_files() if p.stat().st_size > 1_000_000] == []


def test_every_requirement_is_pinned_with_a_hash() -> None:
    for path in [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "bench" / "peer.txt"]:
        blocks = re.split(r"\n(?=\S)", path.read_text().strip())
        for block in blocks:
            assert "==" in block, path
            assert "--hash=sha256:" in block, path
