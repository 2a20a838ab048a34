"""Countries are recognised in the spellings of lists and customers, and unknown ones are refused with help."""

from __future__ import annotations

import pytest

from tocsin.errors import BadInput
from tocsin.names.countries import find_country, get_country


@pytest.mark.parametrize(
    ("text", "code"),
    [("pk", "pk"), ("PAK", "pk"), ("Pakistan", "pk"), ("Iran (Islamic Republic of)", "ir"), ("Syrian Arab Republic", "sy"),
     ("Democratic People's Republic of Korea", "kp"), ("Côte d'Ivoire", "ci"), ("भारत", "in"), ("پاکستان", "pk"),
     ("Россия", "ru"), ("Türkiye", "tr"), ("UK", "gb"), ("Inde", "in")],
)
def test_codes_and_names_in_several_languages_are_read(text: str, code: str) -> None:
    assert find_country(text) == code


@pytest.mark.parametrize("text", ["", "Atlantis", "zz", "Unknown", "1"])
def test_what_is_no_country_is_not_guessed(text: str) -> None:
    assert find_country(text) is None


def test_a_misspelt_country_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(BadInput, match="did you mean 'pakistan'"):
        get_country("Pakistann")
