"""Partial dates and spans keep what is known and refuse what cannot be."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.model import DateSpan, PartialDate


@pytest.mark.parametrize("text", ["1965", "1965-02", "1965-02-28"])
def test_a_partial_date_is_written_as_it_was_read(text: str) -> None:
    assert str(PartialDate.parse(text)) == text


@pytest.mark.parametrize("text", ["", "65", "1965-13", "1985-02-30", "1965-2", "28-02-1965", "1965-02-28T00:00", "0000"])
def test_what_is_not_a_calendar_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        PartialDate.parse(text)


def test_a_year_reaches_from_its_first_to_its_last_day() -> None:
    year = PartialDate.parse("1964")
    assert (year.earliest, year.latest) == (dt.date(1964, 1, 1), dt.date(1964, 12, 31))


def test_a_month_ends_on_its_own_last_day() -> None:
    assert PartialDate.parse("1964-02").latest == dt.date(1964, 2, 29)


@pytest.mark.parametrize("text", ["1965", "1965~", "1965/1968", "1965~/1968~", "1965-02-28"])
def test_a_span_is_written_as_it_was_read(text: str) -> None:
    assert str(DateSpan.parse(text)) == text


def test_an_interval_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match="ends before it starts"):
        DateSpan.parse("1968/1965")


@given(st.dates())
def test_every_calendar_day_survives_writing_and_reading(day: dt.date) -> None:
    assert PartialDate.parse(str(PartialDate.of(day))).earliest == day
