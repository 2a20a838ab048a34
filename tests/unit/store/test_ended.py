"""Listings that are over, and what a state counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tocsin.errors import StoreFailed
from tocsin.model import Listing
from tocsin.settings import Server
from tocsin.store.counts import find_counts
from tocsin.store.ended import load_ended
from tocsin.store.snapshots import NewState, write_state

Make, MakeState = Callable[..., Listing], Callable[..., NewState]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, number, tzinfo=dt.UTC)


@pytest.fixture
def history(writer: Connection, make_listing: Make, make_state: MakeState) -> Connection:
    """A is listed throughout, B until the 5th, and again from the 9th; the states were learned on the days 20, 21, 22."""
    states = (("A", "B"), ("A",), ("A", "B"))
    for at, refs in enumerate(states):
        state = make_state(*map(make_listing, refs), published=day(1 + 4 * at), digest="abc"[at])
        write_state(writer, state, recorded_at=day(20 + at))
    return writer


def refs(connection: Connection, **moments: dt.datetime) -> list[tuple[str, int]]:
    return [(e.listing.ref, e.until.day) for e in load_ended(connection, **moments)]


def test_a_listing_is_over_from_the_first_state_without_it(history: Connection) -> None:
    assert refs(history, valid_at=day(4)) == []
    assert refs(history, valid_at=day(5)) == [("B", 5)]
    assert refs(history, valid_at=day(8)) == [("B", 5)]


def test_one_that_is_back_is_not_over(history: Connection) -> None:
    assert refs(history) == []
    assert refs(history, valid_at=day(9)) == []


def test_what_was_not_yet_known_to_be_over_was_in_force(history: Connection) -> None:
    assert refs(history, valid_at=day(8), known_at=day(20)) == []
    assert refs(history, valid_at=day(30), known_at=day(21)) == [("B", 5)]
    assert refs(history, valid_at=day(30), known_at=day(22)) == []


def test_counts_are_those_of_the_state_in_force_then(
    writer: Connection, make_listing: Make, make_state: MakeState, database: Path | Server
) -> None:
    write_state(writer, make_state(make_listing("A"), published=day(3)), recorded_at=day(20))
    writer.commit()
    assert find_counts(database, "un") == {"persons": 1}
    assert find_counts(database, "un", valid_at=day(2)) is None
    assert find_counts(database, "un", valid_at=day(3), known_at=day(19)) is None
    assert find_counts(database, "eu_fsf") is None


def test_without_a_database_nothing_is_counted_and_a_damaged_one_is_told(tmp_path: Path) -> None:
    assert find_counts(tmp_path / "register.db", "un") is None
    (tmp_path / "register.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreFailed, match="cannot be read"):
        find_counts(tmp_path / "register.db", "un")
