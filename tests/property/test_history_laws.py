"""The history of a list is what its states say, in whatever order they are learned, and what was known stays known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from tocsin.model import Listing, Name, Origin
from tocsin.settings import Server
from tocsin.store.database import open_writer
from tocsin.store.history import (
    find_changes,
    find_difference,
    find_listing,
    find_snapshots,
    find_states,
    find_versions,
    load_as_of,
)
from tocsin.store.raw import KeptFile
from tocsin.store.snapshots import NewState, write_state

FIRST = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
REFS = ("A", "B", "C")
DAYS = 8
Fresh = Callable[[], AbstractContextManager[Path | Server]]
State = dict[str, int]  # what a state says of each reference: which content


def day(number: float) -> dt.datetime:
    return FIRST + dt.timedelta(days=number)


def make_listing(ref: str, content: int) -> Listing:
    name = Name(text=f"Content {content}", role="primary", quality="strong", script="Latn", origin=Origin(field="NAME"))
    return Listing(list_key="un", authority="UN", ref=ref, kind="person", names=(name,))


def make_state(said: State, number: int) -> NewState:
    return NewState(
        list_key="un", published_at=day(number), origin="x", records={}, code_version="0",
        files=(KeptFile(name="x", digest=f"{number:064}", bytes=1),),
        listings=tuple(make_listing(ref, content) for ref, content in said.items()),
    )


@contextmanager
def write_all(fresh_register: Fresh, states: dict[int, State], order: Sequence[int]) -> Iterator[Connection]:
    """States put where they belong; the one that comes at place k is learned on day 100 + k."""
    with fresh_register() as database, open_writer(database) as connection:
        for k, number in enumerate(order):
            write_state(connection, make_state(states[number], number), recorded_at=day(100 + k), valid_at=day(number))
        yield connection


def say(states: dict[int, State], ref: str, moment: float) -> int | None:
    """What the last state before a moment says: the history as it must be."""
    before = [number for number in states if number <= moment]
    return states[max(before)].get(ref) if before else None


def read(listing: Listing | None) -> int | None:
    return int(listing.caption.removeprefix("Content ")) if listing else None


histories = st.dictionaries(
    st.integers(0, DAYS), st.dictionaries(st.sampled_from(REFS), st.integers(0, 1), min_size=1), min_size=1, max_size=6
)


@given(drawn=histories.flatmap(lambda states: st.tuples(st.just(states), st.permutations(sorted(states)))))
@settings(max_examples=60, deadline=None)
def test_a_history_is_the_same_in_whichever_order_its_states_are_learned(
    fresh_register: Fresh, drawn: tuple[dict[int, State], list[int]]
) -> None:
    states, order = drawn
    with write_all(fresh_register, states, sorted(states)) as one, write_all(fresh_register, states, order) as other:
        for ref in REFS:
            first, second = (
                [(v.listing, v.valid_from, v.valid_to) for v in find_versions(c, "un", ref)] for c in (one, other)
            )
            assert first == second
            assert all(a != b or c != d for (a, _, c), (b, d, _) in pairwise(first))  # nothing is cut where nothing changed


@given(drawn=histories.flatmap(lambda states: st.tuples(st.just(states), st.permutations(sorted(states)))))
@settings(max_examples=60, deadline=None)
def test_every_moment_is_answered_as_the_states_known_then_say(
    fresh_register: Fresh, drawn: tuple[dict[int, State], list[int]]
) -> None:
    states, order = drawn
    with write_all(fresh_register, states, order) as connection:
        for k in range(len(order) + 1):
            known = {number: states[number] for number in order[:k]}
            moment = day(100 + k - 0.5)
            for at in (n + 0.5 for n in range(-1, DAYS + 1)):
                told = {ref: say(known, ref, at) for ref in REFS}
                found = {
                    ref: read(find_listing(connection, "un", ref, valid_at=day(at), known_at=moment)) for ref in REFS
                }
                assert found == told
                loaded = {x.ref: read(x) for x in load_as_of(connection, valid_at=day(at), known_at=moment)}
                assert loaded == {ref: content for ref, content in told.items() if content is not None}


@given(drawn=histories.flatmap(lambda states: st.tuples(st.just(states), st.permutations(sorted(states)))))
@settings(max_examples=40, deadline=None)
def test_what_a_state_changed_is_its_difference_to_the_one_before(
    fresh_register: Fresh, drawn: tuple[dict[int, State], list[int]]
) -> None:
    states, order = drawn
    with write_all(fresh_register, states, order) as connection:
        assert [s.published_at for s in find_snapshots(connection)] == [day(n) for n in sorted(states)]
        assert find_states(connection)["un"].published_at == day(max(states))
        before: State = {}
        for snapshot, number in zip(find_snapshots(connection), sorted(states), strict=True):
            told = {
                ref: (before.get(ref), states[number].get(ref)) for ref in REFS if before.get(ref) != states[number].get(ref)
            }
            changes = find_changes(connection, snapshot.id)
            assert {(c.after or c.before).ref: (read(c.before), read(c.after)) for c in changes} == told  # type: ignore[union-attr]
            assert changes == find_difference(connection, "un", valid_from=day(number - 0.5), valid_to=day(number))
            before = states[number]


