from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tocsin.registry.lists import ListState, find_lists
from tocsin.sources import RawFile
from tocsin.sources.fetch import Fetched, NotModified
from tocsin.store.database import open_reader

FIRST = "date 2026-01-01\nA.1 Amina Testova\nA.2 Boris Probin"


def state_of(register: Any, monkeypatch: pytest.MonkeyPatch) -> ListState:
    monkeypatch.setattr("tocsin.registry.lists.find_sources", lambda: {"un": register.source})
    with open_reader(register.settings.database) as connection:
        (state,) = find_lists(connection, now=register.now)
    return state


def test_a_list_brought_by_file_is_as_old_as_its_publisher_says(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    register.update(FIRST)
    state = state_of(register, monkeypatch)
    assert (state.age_days, state.stale) == (59, True)  # of 1 January, looked at on 1 March
    register.update(FIRST)  # bringing the same file again makes it no newer
    assert state_of(register, monkeypatch).age_days == 59


def test_a_list_without_a_date_is_as_old_as_its_arrival(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    register.update("A.1 Amina Testova")
    register.now += dt.timedelta(days=11)
    assert (state_of(register, monkeypatch).age_days, state_of(register, monkeypatch).stale) == (11, True)


def test_a_fetched_list_is_as_old_as_the_last_question_to_its_publisher(
    register: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    register.published = Fetched((RawFile("un", FIRST.encode()),), {})
    register.update(None)
    register.now += dt.timedelta(days=30)
    assert (state_of(register, monkeypatch).age_days, state_of(register, monkeypatch).stale) == (30, True)
    register.published = NotModified()
    register.update(None)
    state = state_of(register, monkeypatch)
    assert (state.age_days, state.stale, state.confirmed_at) == (0, False, register.now)


def test_a_list_tells_its_counts_and_what_was_overridden(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    register.update("\n".join(f"A.{n} Name {n}" for n in range(9)), accept=True)
    state = state_of(register, monkeypatch)
    assert (state.listings, state.kinds, state.records, state.unread) == (9, {"person": 9}, {"persons": 9}, 2)
    assert list(state.accepted) == ["implausible_count"]
