"""India's two schedules as an operator brings them: one command, or one file at a time, and neither wipes the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.cli import run

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "in_uapa"
FIRST, FOURTH = str(GOLDEN / "organisations_2024.html"), str(GOLDEN / "individuals_table.html")


pytestmark = pytest.mark.usefixtures("at_database")


def answer(capfd: pytest.CaptureFixture[str], *arguments: str) -> Any:
    run([*arguments, "--json"])
    return json.loads(capfd.readouterr().out)


def held(capfd: pytest.CaptureFixture[str]) -> dict[str, int]:
    return {x["list_key"]: x["listings"] for x in answer(capfd, "lists")["lists"] if x["list_key"].startswith("in_")}


def test_both_pages_in_one_command_are_two_lists(capfd: pytest.CaptureFixture[str]) -> None:
    results = answer(capfd, "update", "in_uapa", "--from", FIRST, "--from", FOURTH, "--accept")["results"]
    assert [(r["list_key"], r["outcome"], r["listings"]) for r in results] == [
        ("in_uapa", "updated", 7), ("in_uapa_individuals", "updated", 7)
    ]


def test_a_page_alone_changes_its_own_list_only(capfd: pytest.CaptureFixture[str]) -> None:
    answer(capfd, "update", "in_uapa", "--from", FIRST, "--accept")
    (result,) = answer(capfd, "update", "in_uapa", "--from", FOURTH, "--accept")["results"]
    assert (result["list_key"], result["removed"]) == ("in_uapa_individuals", 0)
    assert held(capfd) == {"in_uapa": 7, "in_uapa_individuals": 7}


def test_the_starters_individuals_stay_listed_when_only_organisations_are_brought(capfd: pytest.CaptureFixture[str]) -> None:
    def claims() -> set[str]:
        found = answer(capfd, "match", "Hafiz Muhammad Saeed", "--born", "1950")["hits"][0]["listings"]
        return {x["ref"] for x in found if x["authority"] == "IN"}

    answer(capfd, "update", "starter")
    assert claims() == {"UAPA-IV-2"}
    answer(capfd, "update", "in_uapa", "--from", FIRST, "--accept")
    assert claims() == {"UAPA-IV-2"}


def test_without_a_file_the_command_says_how_to_get_the_pages(capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["update", "in_uapa"]) == 2
    said = capfd.readouterr().err
    assert "tocsin update in_uapa --from PAGE.html --from PAGE2.html" in said
    assert "https://www.mha.gov.in/en/page/individual-terrorists-under-uapa" in said
