"""Moments as the database keeps them: UTC, to the microsecond, of fixed width, so that text sorts as time does."""

from __future__ import annotations

import datetime as dt


def to_stamp(moment: dt.datetime) -> str:
    """`2026-11-23T08:00:00.000000Z`. `ValueError` for a moment without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("expected a moment with a time zone")
    return moment.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def from_stamp(text: str) -> dt.datetime:
    """The moment that `to_stamp` wrote."""
    return dt.datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=dt.UTC)
