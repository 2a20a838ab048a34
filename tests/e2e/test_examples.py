"""The README shows what the program answers, and the docs say what the engine in force does."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

import make_examples
from tocsin.match import DEFAULT_ENGINE, load_engine
from tocsin.match.engine import to_score

DOCS = Path(__file__).resolve().parents[2] / "docs"
STALE = "the README or its picture is no longer what the program answers; run `make examples`"
NUMBER = re.compile(r"(?<![\w.-])[01]\.\d\d(?![\w.]*\d)")
BASIS = re.compile(r"Register \w+, ")


def strip(text: str) -> str:
    """`text` without scores, which a refitted engine moves a little, and without the digest of the register."""
    return NUMBER.sub("0.00", BASIS.sub("", text))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


def test_each_example_of_the_readme_is_what_the_program_answers(home: Path) -> None:
    text = make_examples.README.read_text(encoding="utf-8")
    examples = make_examples.EXAMPLE.findall(text)
    assert examples
    for command, shown in examples:
        said = make_examples.answer(command, home)
        assert strip(shown) == strip(said), STALE
        for before, now in zip(NUMBER.findall(shown), NUMBER.findall(said), strict=True):
            assert float(before) == pytest.approx(float(now), abs=0.05), STALE


def test_the_picture_shows_what_the_program_answers(home: Path) -> None:
    def read(svg: str) -> list[str]:
        return [strip(html.unescape(part)) for part in re.findall(r">([^<>]+)</text>", svg)]

    assert read(make_examples.PICTURE.read_text(encoding="utf-8")) == read(make_examples.make_picture(home)), STALE


def test_the_picture_fetches_nothing_from_elsewhere() -> None:
    svg = make_examples.PICTURE.read_text(encoding="utf-8")
    assert "url(http" not in svg
    assert "@font-face" not in svg


def test_the_page_on_matching_states_the_gates_and_bounds_of_the_engine_in_force() -> None:
    page, engine = (DOCS / "matching.md").read_text(encoding="utf-8"), load_engine()
    assert f"in {DEFAULT_ENGINE} {engine.gate_low:.0%} of the worse covered one and {engine.gate_high:.0%} of the better".replace("%", " %") in page
    assert f"Names that differ in anything score at most {to_score(engine.highest):.3f}" in page
    assert f"reaches {to_score(engine.weak_highest):.2f} by itself" in page
    assert f"engines/{DEFAULT_ENGINE}.toml" in page
