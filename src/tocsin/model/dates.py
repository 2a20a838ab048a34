"""Dates as lists give them: without a day, without a month, "approximately", or between two years.

The written form is that of ISO 8601-2:2019 (EDTF) level 1: `1965`, `1965-02`, `1965-02-28`, `1965~` (approximate) and
`1965/1968` (an interval, ends included).
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

import msgspec

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class PartialDate(msgspec.Struct, frozen=True, kw_only=True):
    """A calendar date of which the day, or the day and the month, may be unknown. `ValueError` if it cannot exist."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a date with a day needs a month")
        dt.date(self.year, self.month or 1, self.day or 1)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """From `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. `ValueError` for anything else."""
        m = _PARTIAL.fullmatch(text.strip())
        if m is None:
            raise ValueError("expected YYYY, YYYY-MM or YYYY-MM-DD")
        year, month, day = (int(g) if g else None for g in m.groups())
        assert year is not None
        return cls(year=year, month=month, day=day)

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        return cls(year=day.year, month=day.month, day=day.day)

    @property
    def earliest(self) -> dt.date:
        return dt.date(self.year, self.month or 1, self.day or 1)

    @property
    def latest(self) -> dt.date:
        month = self.month or 12
        return dt.date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])

    @property
    def precision(self) -> str:
        """`year`, `month` or `day`."""
        return "day" if self.day else "month" if self.month else "year"

    def __str__(self) -> str:
        out = f"{self.year:04d}"
        if self.month:
            out += f"-{self.month:02d}"
        if self.day:
            out += f"-{self.day:02d}"
        return out


class DateSpan(msgspec.Struct, frozen=True, kw_only=True):
    """When something happened, as far as it is known: from `first` to `last`, both included (equal for one date).

    `circa` says that the source itself calls it approximate. `ValueError` when `last` is before `first`.
    """

    first: PartialDate
    last: PartialDate
    circa: bool = False

    def __post_init__(self) -> None:
        if self.last.latest < self.first.earliest:
            raise ValueError("an interval ends before it starts")

    @classmethod
    def at(cls, date: PartialDate, *, circa: bool = False) -> DateSpan:
        return cls(first=date, last=date, circa=circa)

    @classmethod
    def parse(cls, text: str) -> DateSpan:
        """From EDTF: `1965`, `1965-02-28`, `1965~`, `1965/1968`, `1965~/1968~`. `ValueError` for anything else."""
        circa = "~" in text
        ends = text.replace("~", "").split("/")
        if len(ends) > 2:
            raise ValueError("expected one date or two with '/' between")
        return cls(first=PartialDate.parse(ends[0]), last=PartialDate.parse(ends[-1]), circa=circa)

    @property
    def is_range(self) -> bool:
        return self.first != self.last

    def __str__(self) -> str:
        mark = "~" if self.circa else ""
        return f"{self.first}{mark}/{self.last}{mark}" if self.is_range else f"{self.first}{mark}"
