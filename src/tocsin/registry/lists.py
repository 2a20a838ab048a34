"""Which lists this installation can read, which are in force, in what state, and how old that is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import msgspec
from sqlalchemy import Connection

from tocsin.sources import Source, find_sources
from tocsin.store.history import Snapshot, find_confirmed, find_states


class ListState(msgspec.Struct, frozen=True, kw_only=True):
    """One list. When it is not `in_force` nothing of it was ever taken, and the fields after that are empty.

    `age_days` counts from the last moment at which the state is known to have been the publisher's: when the publisher
    was last asked, else its own date, else when the file was taken. `stale` says that this is longer ago than the
    list may be left. `kinds` counts listings by kind of subject, `records` the publisher's records by its own kinds;
    `unread` is how often something was met that no rule consumed.
    """

    list_key: str
    title: str
    authority: str
    in_force: bool
    stale: bool = False
    age_days: int | None = None
    stale_after_days: int
    published_at: dt.datetime | None = None
    recorded_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    digest: str | None = None
    origin: str | None = None
    listings: int = 0
    kinds: dict[str, int] = {}
    records: dict[str, int] = {}
    unread: int = 0
    notes: tuple[str, ...] = ()
    accepted: dict[str, str] = {}


def find_lists(
    connection: Connection | None, *, now: dt.datetime, sources: Mapping[str, Source] | None = None
) -> tuple[ListState, ...]:
    """Every list that can be read, by key; `connection` is absent when there is no register yet.

    `sources` are the published lists and those that were imported; the published ones alone when not given.
    """
    states = find_states(connection) if connection is not None else {}
    return tuple(
        ListState(
            list_key=key, title=source.title, authority=source.authority, in_force=False,
            stale_after_days=source.stale_after_days,
        )
        if connection is None or key not in states
        else _make_state(connection, source, states[key], now)
        for key, source in (sources or find_sources()).items()
    )


def _make_state(connection: Connection, source: Source, state: Snapshot, now: dt.datetime) -> ListState:
    confirmed = find_confirmed(connection, state.id)
    asked = [state.recorded_at] if _is_address(state.origin) else []
    if confirmed is not None and _is_address(confirmed[1]):
        asked.append(confirmed[0])
    seen = max(asked, default=state.published_at or state.recorded_at)
    age_days = max(0, (now - seen).days)
    return ListState(
        list_key=source.key, title=source.title, authority=source.authority, in_force=True,
        stale=age_days > source.stale_after_days, age_days=age_days, stale_after_days=source.stale_after_days,
        published_at=state.published_at, recorded_at=state.recorded_at,
        confirmed_at=confirmed[0] if confirmed else None, digest=state.digest, origin=state.origin,
        listings=state.listings, kinds=state.kinds, records=state.records,
        unread=sum(count for _, count in state.unread), notes=state.notes, accepted=state.accepted,
    )


def _is_address(origin: str) -> bool:
    return origin.startswith(("https://", "http://"))
