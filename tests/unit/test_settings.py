"""Settings are read once, and a wrong one is told by its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.errors import BadInput
from tocsin.settings import DEFAULT_LIMIT, DEFAULT_THRESHOLD, load_settings


def test_without_variables_the_defaults_hold() -> None:
    settings = load_settings({"XDG_DATA_HOME": "/somewhere"})
    assert (settings.home, settings.threshold, settings.limit) == (Path("/somewhere/tocsin"), DEFAULT_THRESHOLD, DEFAULT_LIMIT)


def test_what_the_caller_says_goes_before_the_environment() -> None:
    assert load_settings({"TOCSIN_HOME": "/one"}, home=Path("/two")).home == Path("/two")
    assert load_settings({"TOCSIN_HOME": "/one"}).home == Path("/one")


@pytest.mark.parametrize(("name", "value"), [("TOCSIN_THRESHOLD", "1.5"), ("TOCSIN_LIMIT", "many"), ("TOCSIN_LIMIT", "nan"), ("TOCSIN_TIMEOUT_S", "0")])
def test_a_value_out_of_range_is_refused_by_the_name_of_its_variable(name: str, value: str) -> None:
    with pytest.raises(BadInput, match=name):
        load_settings({name: value})


def test_a_misspelt_setting_is_not_taken_for_the_default() -> None:
    with pytest.raises(BadInput, match="did you mean 'TOCSIN_LIMIT'"):
        load_settings({"TOCSIN_LIMITT": "5"})
