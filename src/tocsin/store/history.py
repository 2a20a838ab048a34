"""Reading the register: the state in force, and what it was at another time.

A version is what a list said of one subject. It is *known* from `recorded_from` on. That it ended is known from
`recorded_to` on; whoever asks what was known before that sees it as still in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from tocsin.model import Listing
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.raw import KeptFile
from tocsin.store.schema import CHANGE, CONFIRMATION, FETCH_STATE, LISTING, LISTING_VERSION, SNAPSHOT, VALUE
from tocsin.store.values import Value

CHUNK = 2_000
_LISTING = msgspec.json.Decoder(Listing)
_BEFORE, _AFTER = LISTING_VERSION.alias("before"), LISTING_VERSION.alias("after")


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """One state of one list as taken. `digest` is that of its bytes, `content` that of what was read from them.

    `valid_from` is when it came into force on the publisher's clock, `recorded_at` when we took it. `listings` is how
    many it has, `kinds` these by kind of subject, `records` the publisher's records by its own kinds, `unread` what no
    rule consumed with how often. `accepted` maps each bound that an operator overrode to what was wrong.
    """

    id: int
    list_key: str
    digest: str
    content: str
    published_at: dt.datetime | None
    valid_from: dt.datetime
    recorded_at: dt.datetime
    origin: str
    files: tuple[KeptFile, ...]
    bytes: int
    listings: int
    kinds: dict[str, int]
    records: dict[str, int]
    unread: tuple[tuple[str, int], ...]
    notes: tuple[str, ...]
    accepted: dict[str, str]
    code_version: str


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """What a list said of one subject, with both clocks; the ends are absent while it is in force."""

    listing: Listing
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None
    opened_by: int
    closed_by: int | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What one snapshot did to one listing: `kind` is added, removed or changed."""

    kind: str
    before: Listing | None
    after: Listing | None


class FetchState(msgspec.Struct, frozen=True, kw_only=True):
    """What a publisher's address said of the bytes in force."""

    url: str
    etag: str | None = None
    last_modified: str | None = None


def find_snapshots(connection: Connection, list_key: str | None = None) -> tuple[Snapshot, ...]:
    """All states taken, of one list or of all, oldest first."""
    query = select(SNAPSHOT).order_by(SNAPSHOT.c.id)
    if list_key is not None:
        query = query.where(SNAPSHOT.c.list_key == list_key)
    return tuple(_make_snapshot(row) for row in connection.execute(query))


def find_states(connection: Connection) -> dict[str, Snapshot]:
    """The state in force of every list that has one, by key, in alphabetical order."""
    last = select(func.max(SNAPSHOT.c.id)).group_by(SNAPSHOT.c.list_key)
    query = select(SNAPSHOT).where(SNAPSHOT.c.id.in_(last)).order_by(SNAPSHOT.c.list_key)
    return {row.list_key: _make_snapshot(row) for row in connection.execute(query)}


def find_state(connection: Connection, list_key: str) -> Snapshot | None:
    """The state in force of one list."""
    query = select(SNAPSHOT).where(SNAPSHOT.c.list_key == list_key).order_by(SNAPSHOT.c.id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else _make_snapshot(row)


def find_confirmed(connection: Connection, snapshot_id: int) -> tuple[dt.datetime, str] | None:
    """When a state was last looked at again and found unchanged, and where it was looked at."""
    query = select(CONFIRMATION.c.confirmed_at, CONFIRMATION.c.origin).where(CONFIRMATION.c.snapshot_id == snapshot_id)
    row = connection.execute(query.order_by(CONFIRMATION.c.id.desc()).limit(1)).first()
    return None if row is None else (from_stamp(row.confirmed_at), row.origin)


def find_fetch_states(connection: Connection, list_key: str) -> tuple[FetchState, ...]:
    """What the addresses of a list said when its state in force was fetched; empty when it came by file."""
    query = select(FETCH_STATE).where(FETCH_STATE.c.list_key == list_key).order_by(FETCH_STATE.c.url)
    rows = connection.execute(query)
    return tuple(FetchState(url=r.url, etag=r.etag, last_modified=r.last_modified) for r in rows)


def load_current(connection: Connection, list_key: str | None = None) -> Iterator[Listing]:
    """The listings in force, of one list or of all, in the order in which they came."""
    query = (
        select(LISTING_VERSION.c.body).join(LISTING, LISTING.c.id == LISTING_VERSION.c.listing_id)
        .where(LISTING_VERSION.c.recorded_to.is_(None)).order_by(LISTING_VERSION.c.id)
    )
    if list_key is not None:
        query = query.where(LISTING.c.list_key == list_key)
    for rows in connection.execute(query).partitions(CHUNK):
        for row in rows:
            yield _LISTING.decode(row.body)


def find_listing(
    connection: Connection, list_key: str, ref: str, *, valid_at: dt.datetime, known_at: dt.datetime | None = None
) -> Listing | None:
    """What a list said under `ref` at `valid_at`, as known at `known_at` (now when not given).

    `None` when it was not listed then, or when the register did not hold the list yet: a list's history begins with the
    publisher's date of its first state here. Both moments need a time zone. One indexed query.
    """
    row = connection.execute(_as_of(list_key, ref, to_stamp(valid_at), known_at)).first()
    return None if row is None else _LISTING.decode(row.body)


def _as_of(list_key: str, ref: str, valid: str, known_at: dt.datetime | None) -> Select[Any]:
    version = LISTING_VERSION.c
    open_end: ColumnElement[bool] = version.recorded_to.is_(None)
    if known_at is not None:
        open_end = or_(open_end, version.recorded_to > to_stamp(known_at))
    query = (
        select(version.body).join(LISTING, LISTING.c.id == version.listing_id)
        .where(LISTING.c.list_key == list_key, LISTING.c.ref == ref, version.valid_from <= valid)
        .where(or_(open_end, version.valid_to > valid))
        .order_by(version.recorded_from.desc()).limit(1)
    )
    return query if known_at is None else query.where(version.recorded_from <= to_stamp(known_at))


def find_versions(connection: Connection, list_key: str, ref: str) -> tuple[Version, ...]:
    """All that a list ever said under `ref`, oldest first."""
    query = (
        select(LISTING_VERSION).join(LISTING, LISTING.c.id == LISTING_VERSION.c.listing_id)
        .where(LISTING.c.list_key == list_key, LISTING.c.ref == ref).order_by(LISTING_VERSION.c.id)
    )
    return tuple(
        Version(
            listing=_LISTING.decode(row.body), valid_from=from_stamp(row.valid_from), valid_to=_moment(row.valid_to),
            recorded_from=from_stamp(row.recorded_from), recorded_to=_moment(row.recorded_to),
            opened_by=row.opened_by, closed_by=row.closed_by,
        )
        for row in connection.execute(query)
    )


def find_changes(connection: Connection, snapshot_id: int) -> tuple[Change, ...]:
    """What a snapshot added, removed and changed, in the order of references."""
    of_listing = CHANGE.c.listing_id
    query = (
        select(CHANGE.c.kind, _BEFORE.c.body.label("before"), _AFTER.c.body.label("after"))
        .join(LISTING, LISTING.c.id == of_listing)
        .outerjoin(_BEFORE, and_(_BEFORE.c.listing_id == of_listing, _BEFORE.c.closed_by == snapshot_id))
        .outerjoin(_AFTER, and_(_AFTER.c.listing_id == of_listing, _AFTER.c.opened_by == snapshot_id))
        .where(CHANGE.c.snapshot_id == snapshot_id).order_by(LISTING.c.ref, LISTING.c.authority)
    )
    return tuple(
        Change(
            kind=row.kind, before=None if row.before is None else _LISTING.decode(row.before),
            after=None if row.after is None else _LISTING.decode(row.after),
        )
        for row in connection.execute(query)
    )


def find_values(connection: Connection, text: str) -> tuple[tuple[Listing, Value], ...]:
    """The listings in force that have exactly this value, and where each was read."""
    query = (
        select(LISTING_VERSION.c.body, VALUE.c.kind, VALUE.c.text, VALUE.c.field, VALUE.c.original)
        .join(LISTING_VERSION, LISTING_VERSION.c.id == VALUE.c.version_id)
        .where(VALUE.c.text == text, LISTING_VERSION.c.recorded_to.is_(None)).order_by(VALUE.c.id)
    )
    return tuple(
        (_LISTING.decode(row.body), Value(row.kind, row.text, row.field, row.original))
        for row in connection.execute(query)
    )


def _make_snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(
        id=row.id, list_key=row.list_key, digest=row.digest, content=row.content,
        published_at=_moment(row.published_at), valid_from=from_stamp(row.valid_from),
        recorded_at=from_stamp(row.recorded_at), origin=row.origin, bytes=row.bytes, listings=row.listings,
        files=msgspec.json.decode(row.files, type=tuple[KeptFile, ...]),
        kinds=msgspec.json.decode(row.kinds, type=dict[str, int]),
        records=msgspec.json.decode(row.records, type=dict[str, int]),
        unread=msgspec.json.decode(row.unread, type=tuple[tuple[str, int], ...]),
        notes=msgspec.json.decode(row.notes, type=tuple[str, ...]),
        accepted=msgspec.json.decode(row.accepted, type=dict[str, str]) if row.accepted else {},
        code_version=row.code_version,
    )


def _moment(text: str | None) -> dt.datetime | None:
    return None if text is None else from_stamp(text)
