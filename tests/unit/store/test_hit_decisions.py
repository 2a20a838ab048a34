"""Decisions on hits on the desk: only ever added, each with its later steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from msgspec import structs
from sqlalchemy import Connection, text

from tocsin.errors import BadInput, NotFound, StoreFailed
from tocsin.model.hit_decision import HitDecision
from tocsin.settings import Settings
from tocsin.store.desk import open_desk
from tocsin.store.hit_decisions import (
    count_hit_decisions,
    find_hit_decisions,
    find_key,
    get_key,
    take_hit_decisions,
    write_hit_decision,
    write_step,
)

NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
ONE = HitDecision(
    number=0, identity="ref:4711", subject="un:1", caption="Amina Testova", outcome="false_match", author="A. Analyst",
    ground="seen", decided_at=NOW, asked={"names": ("ab",)}, listed={"names": ("Amina Testova",)},
)


@pytest.fixture
def desk(settings: Settings) -> Iterator[Connection]:
    with open_desk(settings.desk, write=True) as connection:
        yield connection


def test_a_decision_is_read_as_it_was_written(desk: Connection) -> None:
    number = write_hit_decision(desk, structs.replace(ONE, expires_at=NOW, proposed=True), at=NOW)
    assert find_hit_decisions(desk) == (structs.replace(ONE, number=number, expires_at=NOW, proposed=True),)


def test_decisions_are_found_by_identity_and_those_withdrawn_are_left_aside_where_asked(desk: Connection) -> None:
    first = write_hit_decision(desk, ONE, at=NOW)
    second = write_hit_decision(desk, structs.replace(ONE, identity="ref:2"), at=NOW)
    assert [d.number for d in find_hit_decisions(desk, identities=["ref:2"])] == [second]
    write_step(desk, second, "withdraw", author="B", ground="wrong", at=NOW)
    assert [d.number for d in find_hit_decisions(desk, held=True)] == [first]
    assert find_hit_decisions(desk, number=second)[0].withdrawn_ground == "wrong"
    assert count_hit_decisions(desk) == 2


def test_a_proposal_is_confirmed_once_and_by_another_person(desk: Connection) -> None:
    number = write_hit_decision(desk, structs.replace(ONE, proposed=True), at=NOW)
    with pytest.raises(BadInput, match="another person"):
        write_step(desk, number, "confirm", author="a. ANALYST", ground="yes", at=NOW)
    assert write_step(desk, number, "confirm", author="B", ground="yes", at=NOW).confirmed_by == "B"
    with pytest.raises(BadInput, match="nobody's confirmation"):
        write_step(desk, number, "confirm", author="C", ground="yes", at=NOW)


def test_nothing_can_be_done_with_what_is_withdrawn_expired_or_not_there(desk: Connection) -> None:
    number = write_hit_decision(desk, structs.replace(ONE, proposed=True, expires_at=NOW), at=NOW)
    with pytest.raises(BadInput, match="has expired"):
        write_step(desk, number, "confirm", author="B", ground="yes", at=NOW)
    write_step(desk, number, "withdraw", author="B", ground="wrong", at=NOW)
    with pytest.raises(BadInput, match="was withdrawn"):
        write_step(desk, number, "withdraw", author="B", ground="wrong", at=NOW)
    for nobody in (number + 1, 0, -1, 10**30):
        with pytest.raises(NotFound):
            write_step(desk, nobody, "withdraw", author="B", ground="wrong", at=NOW)


@pytest.mark.parametrize("statement", ["UPDATE hit_decision SET ground = 'x'", "DELETE FROM hit_decision", "DELETE FROM hit_step"])
def test_the_database_refuses_to_change_or_remove_a_row(settings: Settings, statement: str) -> None:
    with open_desk(settings.desk, write=True) as desk:
        write_step(desk, write_hit_decision(desk, ONE, at=NOW), "withdraw", author="B", ground="wrong", at=NOW)
    with pytest.raises(StoreFailed), open_desk(settings.desk, write=True) as desk:
        desk.execute(text(statement))
    with open_desk(settings.desk) as desk:
        assert find_hit_decisions(desk)[0].withdrawn_by == "B"


def test_the_key_is_made_once(desk: Connection) -> None:
    assert find_key(desk) is None
    key = get_key(desk)
    assert len(key) == 32
    assert get_key(desk, wanted=b"k" * 32) == key == find_key(desk)


def test_what_is_taken_twice_is_there_once_and_new_steps_are_added(desk: Connection) -> None:
    proposal = structs.replace(ONE, number=17, proposed=True)
    (number,), known = take_hit_decisions(desk, [proposal], at=NOW)
    assert known == 0
    confirmed = structs.replace(proposal, confirmed_by="B", confirmed_at=NOW)
    assert take_hit_decisions(desk, [confirmed, confirmed], at=NOW) == ((), 2)
    assert find_hit_decisions(desk) == (structs.replace(confirmed, number=number),)
