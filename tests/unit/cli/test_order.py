"""Arguments as the command line takes them."""

from __future__ import annotations

import pytest

from tocsin.cli import order
from tocsin.cli.opening import DASH


@pytest.mark.parametrize(("given", "expected"), [
    ([], []), (["lists"], ["lists"]), (["--home", "d", "lists", "--json"], ["lists", "--home", "d", "--json"]),
    (["--home=d", "lists"], ["lists", "--home=d"]), (["--home", "d"], ["--home", "d"]), (["--home"], ["--home"]),
    (["--home", "d", "audit", "--last", "5"], ["audit", "--home", "d", "--last", "5"]),
    (["--home", "d", "audit", "verify"], ["audit", "verify", "--home", "d"]), (["--home", "d", "jobs"], ["jobs", "--home", "d"]),
    (["screen", "-", "--out", "-"], ["screen", DASH, "--out", DASH]), (["match", "A - B"], ["match", "A - B"]),
])
def test_home_comes_after_the_command_and_a_dash_is_no_option(given: list[str], expected: list[str]) -> None:
    assert order(given) == expected
