from __future__ import annotations

import datetime as dt

from tocsin.registry.lists import ListState
from tocsin.registry.watch import Finding
from tocsin.registry.watch_series import check_series, find_rhythm
from tocsin.store.history import Snapshot

START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def make_state(day: int, listings: int, *, content: str = "", persons: int | None = None) -> Snapshot:
    moment = START + dt.timedelta(days=day)
    kinds = {"person": listings} if persons is None else {"person": persons, "organization": listings - persons}
    return Snapshot(
        id=day, list_key="un", digest=f"{day}", content=content or f"{day}", published_at=moment, valid_from=moment,
        recorded_at=moment, origin="https://lists.example/un", files=(), bytes=0, listings=listings, kinds=kinds, records={},
        unread=(), notes=(), accepted={}, code_version="0",
    )


def check(states: list[Snapshot], *, today: int, asked: int | None = None) -> dict[str, Finding]:
    """Findings on `today` of a list whose publisher was last asked on day `asked`."""
    age = today - (states[-1].id if asked is None else asked)
    listed = ListState(
        list_key="un", title="", authority="UN", in_force=True, stale=age > 7, age_days=age, stale_after_days=7,
    )
    return {f.rule: f for f in check_series(states, listed, now=START + dt.timedelta(days=today))}


def test_the_rhythm_is_told_from_the_states_that_said_something_new() -> None:
    states = [make_state(0, 100), make_state(2, 100), make_state(5, 101), make_state(9, 101, content="5")]
    rhythm = find_rhythm(states, stale_after_days=7, now=START + dt.timedelta(days=10))
    assert (rhythm.states, rhythm.quiet_days, rhythm.usual_days, rhythm.longest_days) == (4, 5, 2.5, 3)
    assert (rhythm.since, rhythm.changed_on) == (dt.date(2026, 1, 1), dt.date(2026, 1, 6))


def test_one_state_has_no_rhythm_yet_and_nothing_to_warn_of() -> None:
    found = check([make_state(0, 100)], today=0)
    assert list(found) == ["rhythm"]
    assert found["rhythm"].severity == "info"
    assert "not known yet" in found["rhythm"].seen


def test_a_list_that_nobody_asked_for_is_stale_and_not_silent() -> None:
    states = [make_state(5 * n, 100) for n in range(20)]
    assert set(check(states, today=200)) == {"rhythm", "rhythm.stale"}


def test_a_publisher_that_says_nothing_for_longer_than_ever_is_silent() -> None:
    states = [make_state(20 * n, 100) for n in range(10)]
    assert set(check(states, today=210, asked=210)) == {"rhythm"}  # 30 days: 1.5 times its longest pause of 20
    assert set(check(states, today=211, asked=211)) == {"rhythm", "rhythm.silent"}
    assert set(check(states[:8], today=400, asked=400)) == {"rhythm"}  # too few to know
    assert set(check([make_state(10 * n, 100) for n in range(12)], today=400, asked=400)) == {"rhythm"}  # too short a time


def test_a_list_that_lost_many_at_once_is_told_with_both_numbers() -> None:
    found = check([make_state(0, 1000), make_state(1, 950)], today=1)["shrunk.step"]
    assert (found.severity, found.count, found.of) == ("warning", 50, 1000)
    assert "950 listings, 50 fewer than the 1,000 of 2026-01-01" in found.seen
    assert set(check([make_state(0, 1000), make_state(1, 951)], today=1)) == {"rhythm"}
    assert set(check([make_state(0, 39), make_state(1, 36)], today=1)) == {"rhythm"}  # three delistings are no shrinkage


def test_a_list_that_loses_a_few_each_time_is_found_and_one_that_did_so_over_years_is_not() -> None:
    slow = [make_state(20 * n, 1000 - 12 * n) for n in range(12)]
    assert set(check(slow, today=220)) == {"rhythm", "shrunk.slowly"}
    assert "132 fewer than the 1,000" in check(slow, today=220)["shrunk.slowly"].seen
    years = [make_state(90 * n, 1000 - 12 * n) for n in range(12)]
    assert set(check(years, today=990)) == {"rhythm"}


def test_a_kind_that_vanishes_inside_a_list_that_grows_is_found() -> None:
    found = check([make_state(0, 1000, persons=960), make_state(1, 1010, persons=1010)], today=1)
    assert set(found) == {"rhythm", "shrunk.kind"}
    assert found["shrunk.kind"].fields == ("organization",)
