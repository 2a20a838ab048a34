"""Decisions are only ever added; what is in force follows from the order in which they were made."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from tocsin.store.decisions import (
    Compared,
    digest_decisions,
    find_compared,
    find_decisions,
    find_links,
    load_likenesses,
    load_members,
    write_compared,
    write_decision,
    write_links,
    write_subjects,
)

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def decide(writer: Connection, kind: str, one: str = "un:1", other: str = "eu:2") -> int:
    return write_decision(writer, kind, one=one, other=other, author="A. Analyst", ground="seen", at=NOW)  # type: ignore[arg-type]


def undo(writer: Connection, number: int) -> int:
    return write_decision(writer, "undo", undoes=number, author="B. Analyst", ground="mistaken", at=NOW)


def in_force(writer: Connection) -> list[int]:
    return [d.number for d in find_decisions(writer) if d.in_force]


def test_a_decision_is_kept_with_author_ground_and_time(writer: Connection) -> None:
    decide(writer, "same")
    (decision,) = find_decisions(writer)
    assert (decision.kind, decision.one, decision.other, decision.author, decision.ground, decision.decided_at) == (
        "same", "un:1", "eu:2", "A. Analyst", "seen", NOW
    )


def test_a_later_decision_on_the_same_two_takes_the_place_of_the_first_and_undoing_it_brings_that_back(writer: Connection) -> None:
    first, second = decide(writer, "same"), decide(writer, "different", "eu:2", "un:1")
    assert in_force(writer) == [second]
    undone = undo(writer, second)
    assert in_force(writer) == [first, undone]
    again = undo(writer, undone)
    assert in_force(writer) == [second, again]
    assert len(find_decisions(writer)) == 4


def test_the_digest_is_of_what_is_decided_and_not_of_who_decided_when(writer: Connection) -> None:
    assert digest_decisions(find_decisions(writer)) == ""
    decide(writer, "same")
    one = digest_decisions(find_decisions(writer))
    undo(writer, 1)
    assert digest_decisions(find_decisions(writer)) == ""
    write_decision(writer, "same", one="eu:2", other="un:1", author="C. Other", ground="read", at=NOW)
    assert digest_decisions(find_decisions(writer)) == one


@pytest.mark.parametrize("row", [{"kind": "undo", "one": "un:1", "other": "eu:2"}, {"kind": "same"}, {"kind": "perhaps"}])
def test_what_is_no_decision_is_refused_by_the_database(writer: Connection, row: dict[str, str]) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)constraint"), writer.begin_nested():
        write_decision(writer, author="A", ground="g", at=NOW, **row)  # type: ignore[arg-type]


def test_a_link_that_no_longer_holds_is_closed_and_not_removed(writer: Connection) -> None:
    link = ("un:1", "eu:2", "reference", "tocsin", "UN reference 1")
    write_links(writer, [link], at=NOW)
    write_links(writer, [link], at=NOW + dt.timedelta(days=1))
    write_links(writer, [], at=NOW + dt.timedelta(days=2))
    (stored,) = find_links(writer, ["eu:2"])
    assert (stored.recorded_from, stored.recorded_to) == (NOW, NOW + dt.timedelta(days=2))
    assert find_links(writer, ["uk:9"]) == ()


def test_what_was_kept_of_a_member_is_forgotten_when_it_is_compared_again_or_gone(writer: Connection) -> None:
    row = Compared(digest="d", keys=b"\x00\x00\x00\x01")
    write_compared(writer, dict.fromkeys("abc", row), (), [("a", "b", "1"), ("b", "c", "2")], rules="r")
    write_compared(writer, {"a": row}, ("c",), [("a", "b", "3")], rules="r")
    assert load_likenesses(writer) == [("a", "b", "3")]
    assert find_compared(writer, "r") == {"a": row, "b": row}
    assert find_compared(writer, "other rules") == {}


def test_members_are_known_by_their_last_id(writer: Connection) -> None:
    write_subjects(writer, [("un:1", "un:1")], {"un:1": "un:1", "eu:2": "un:1"}, {}, at=NOW)
    write_subjects(writer, [("eu:2", "eu:2")], {"eu:2": "eu:2"}, load_members(writer), at=NOW)
    assert load_members(writer) == {"un:1": "un:1", "eu:2": "eu:2"}
