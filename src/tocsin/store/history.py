"""Reading the register: the state in force, and what it was at another time.

A version is what a list said of one subject. It is *known* from `recorded_from` on, and until `superseded_at` where an older
state that was learned later put others in its place. That it ended is known from `recorded_to` on; whoever asks what was
known before that sees it as still in force.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, not_, or_, select

from tocsin.model import Listing
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.raw import KeptFile
from tocsin.store.schema import CONFIRMATION, CONTENT, FETCH_STATE, LISTING, LISTING_VERSION, SNAPSHOT, VALUE
from tocsin.store.values import Value

CHUNK = 2_000
_VERSION = LISTING_VERSION.c
_LISTING = msgspec.json.Decoder(Listing)
_IN_FORCE = (_VERSION.recorded_to.is_(None), _VERSION.superseded_at.is_(None))


class _Record(msgspec.Struct):
    list_key: str
    record_id: str | None = None


_RECORD = msgspec.json.Decoder(_Record)

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
    """What a list said of one subject, with both clocks; the ends are absent while it is in force.

    `opened_by` and `closed_by` are the snapshots with which it began and ended.
    """

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
    query = select(SNAPSHOT).order_by(SNAPSHOT.c.valid_from, SNAPSHOT.c.id)
    if list_key is not None:
        query = query.where(SNAPSHOT.c.list_key == list_key)
    return tuple(_make_snapshot(row) for row in connection.execute(query))


def find_states(
    connection: Connection, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
) -> dict[str, Snapshot]:
    """The state in force of every list that has one, by key, in alphabetical order; now, or at a moment, as known then."""
    query = select(SNAPSHOT).order_by(SNAPSHOT.c.list_key, SNAPSHOT.c.valid_from, SNAPSHOT.c.id)
    if valid_at is not None:
        query = query.where(SNAPSHOT.c.valid_from <= to_stamp(valid_at))
    if known_at is not None:
        query = query.where(SNAPSHOT.c.recorded_at <= to_stamp(known_at))
    last = {row.list_key: row for row in connection.execute(query)}
    return {key: _make_snapshot(row) for key, row in last.items()}


def find_state(connection: Connection, list_key: str, *, valid_at: dt.datetime | None = None) -> Snapshot | None:
    """The state of one list that is in force, or was at a moment."""
    query = select(SNAPSHOT).where(SNAPSHOT.c.list_key == list_key)
    if valid_at is not None:
        query = query.where(SNAPSHOT.c.valid_from <= to_stamp(valid_at))
    row = connection.execute(query.order_by(SNAPSHOT.c.valid_from.desc(), SNAPSHOT.c.id.desc()).limit(1)).first()
    return None if row is None else _make_snapshot(row)


def find_next(connection: Connection, list_key: str, moment: dt.datetime) -> Snapshot | None:
    """The first state of a list that came into force after a moment."""
    query = (
        select(SNAPSHOT).where(SNAPSHOT.c.list_key == list_key, SNAPSHOT.c.valid_from > to_stamp(moment))
        .order_by(SNAPSHOT.c.valid_from, SNAPSHOT.c.id).limit(1)
    )
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
    return _load(connection, list_key, _IN_FORCE)


def load_digested(connection: Connection) -> Iterator[tuple[Listing, str]]:
    """The listings in force of all lists, each with the digest of all that it says."""
    for body, digest in _iter_bodies(connection, None, _IN_FORCE):
        yield _LISTING.decode(body), digest


def load_record_ids(connection: Connection) -> Iterator[tuple[str, str]]:
    """The list and the publisher's own number of each listing in force that has one."""
    for body, _ in _iter_bodies(connection, None, _IN_FORCE):
        record = _RECORD.decode(body)
        if record.record_id:
            yield record.list_key, record.record_id


def load_as_of(
    connection: Connection, *, valid_at: dt.datetime, known_at: dt.datetime | None = None, list_key: str | None = None
) -> Iterator[Listing]:
    """The listings that were in force at `valid_at`, as known at `known_at` (now when not given). Both need a time zone."""
    return _load(connection, list_key, _are_in_force(to_stamp(valid_at), known_at))


def load_former(connection: Connection) -> Iterator[tuple[Listing, dt.datetime]]:
    """What was last said of each listing that is no longer in force, and when that ended, by list and reference."""
    ends = (
        select(_VERSION.listing_id, func.max(_VERSION.valid_to).label("ended")).where(_VERSION.superseded_at.is_(None))
        .group_by(_VERSION.listing_id).having(func.count() == func.count(_VERSION.valid_to)).subquery()
    )
    query = (
        select(CONTENT.c.body, ends.c.ended).join(LISTING_VERSION, _VERSION.content_id == CONTENT.c.id)
        .join(ends, and_(ends.c.listing_id == _VERSION.listing_id, ends.c.ended == _VERSION.valid_to))
        .join(LISTING, LISTING.c.id == _VERSION.listing_id).where(_VERSION.superseded_at.is_(None))
        .order_by(LISTING.c.list_key, LISTING.c.ref)
    )
    for row in connection.execute(query):
        yield _LISTING.decode(row.body), from_stamp(row.ended)


def _load(connection: Connection, list_key: str | None, conditions: Iterable[ColumnElement[bool]]) -> Iterator[Listing]:
    return (_LISTING.decode(body) for body, _ in _iter_bodies(connection, list_key, conditions))


def _iter_bodies(
    connection: Connection, list_key: str | None, conditions: Iterable[ColumnElement[bool]]
) -> Iterator[tuple[bytes, str]]:
    query = (
        select(CONTENT.c.body, CONTENT.c.digest).join(LISTING_VERSION, _VERSION.content_id == CONTENT.c.id)
        .join(LISTING, LISTING.c.id == _VERSION.listing_id).where(*conditions).order_by(_VERSION.id)
    )
    if list_key is not None:
        query = query.where(LISTING.c.list_key == list_key)
    for rows in connection.execute(query.execution_options(yield_per=CHUNK)).partitions(CHUNK):
        yield from ((row.body, row.digest) for row in rows)


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
    return (
        select(CONTENT.c.body).join(LISTING_VERSION, _VERSION.content_id == CONTENT.c.id)
        .join(LISTING, LISTING.c.id == _VERSION.listing_id)
        .where(LISTING.c.list_key == list_key, LISTING.c.ref == ref, *_are_in_force(valid, known_at))
        .order_by(_VERSION.recorded_from.desc(), _VERSION.id.desc()).limit(1)
    )


def _are_in_force(valid: str, known_at: dt.datetime | None) -> tuple[ColumnElement[bool], ...]:
    """That a version was in force at a moment, as known now or at another."""
    begun, ended = _VERSION.valid_from <= valid, _VERSION.valid_to <= valid
    if known_at is None:
        return begun, or_(_VERSION.valid_to.is_(None), not_(ended)), _VERSION.superseded_at.is_(None)
    known = to_stamp(known_at)
    return (
        begun, or_(_VERSION.valid_to.is_(None), not_(ended), _VERSION.recorded_to > known), _VERSION.recorded_from <= known,
        or_(_VERSION.superseded_at.is_(None), _VERSION.superseded_at > known),
    )


def find_versions(
    connection: Connection, list_key: str, ref: str, *, known_at: dt.datetime | None = None
) -> tuple[Version, ...]:
    """All that a list ever said under `ref`, oldest first, as known now or at another moment."""
    query = (
        select(LISTING_VERSION, CONTENT.c.body).join(LISTING, LISTING.c.id == _VERSION.listing_id)
        .join(CONTENT, CONTENT.c.id == _VERSION.content_id)
        .where(LISTING.c.list_key == list_key, LISTING.c.ref == ref).order_by(_VERSION.valid_from, _VERSION.id)
    )
    if known_at is None:
        return tuple(_make_version(row, None) for row in connection.execute(query.where(_VERSION.superseded_at.is_(None))))
    known = to_stamp(known_at)
    query = query.where(
        _VERSION.recorded_from <= known, or_(_VERSION.superseded_at.is_(None), _VERSION.superseded_at > known)
    )
    return tuple(_make_version(row, known) for row in connection.execute(query))


def _make_version(row: Row[Any], known: str | None) -> Version:
    has_ended = row.recorded_to is not None and (known is None or row.recorded_to <= known)
    return Version(
        listing=_LISTING.decode(row.body), opened_by=row.opened_by,
        valid_from=from_stamp(row.valid_from), recorded_from=from_stamp(row.recorded_from),
        valid_to=from_stamp(row.valid_to) if has_ended else None,
        recorded_to=from_stamp(row.recorded_to) if has_ended else None, closed_by=row.closed_by if has_ended else None,
    )


def find_references(connection: Connection, ref: str) -> tuple[tuple[str, str], ...]:
    """The lists that ever had this reference, in any capitals and spaces, each with how it writes it."""
    folded = func.lower(func.replace(LISTING.c.ref, " ", ""))
    query = select(LISTING.c.list_key, LISTING.c.ref).where(folded == "".join(ref.lower().split())).distinct()
    return tuple((row.list_key, row.ref) for row in connection.execute(query.order_by(LISTING.c.list_key, LISTING.c.ref)))


def find_changes(connection: Connection, snapshot_id: int) -> tuple[Change, ...]:
    """What a snapshot added, removed and changed against the state before it, in the order of references."""
    snapshot = connection.execute(select(SNAPSHOT).where(SNAPSHOT.c.id == snapshot_id)).one()
    return _compare(connection, snapshot.list_key, {
        "before": (_VERSION.valid_to == snapshot.valid_from, _VERSION.superseded_at.is_(None)),
        "after": (_VERSION.valid_from == snapshot.valid_from, _VERSION.superseded_at.is_(None)),
    })


def find_difference(
    connection: Connection, list_key: str, *, valid_from: dt.datetime, valid_to: dt.datetime,
    known_at: dt.datetime | None = None,
) -> tuple[Change, ...]:
    """What differs in a list between two moments, as known now or at another, in the order of references."""
    return _compare(connection, list_key, {
        "before": _are_in_force(to_stamp(valid_from), known_at), "after": _are_in_force(to_stamp(valid_to), known_at),
    })


def _compare(
    connection: Connection, list_key: str, sides: Mapping[str, Iterable[ColumnElement[bool]]]
) -> tuple[Change, ...]:
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for side, conditions in sides.items():
        query = (
            select(LISTING.c.ref, LISTING.c.authority, CONTENT.c.body, CONTENT.c.id)
            .join(LISTING_VERSION, _VERSION.content_id == CONTENT.c.id).join(LISTING, LISTING.c.id == _VERSION.listing_id)
            .where(LISTING.c.list_key == list_key, *conditions).order_by(_VERSION.id)
        )
        for row in connection.execute(query):
            found.setdefault((row.ref, row.authority), {})[side] = row
    return tuple(
        _make_change(pair.get("before"), pair.get("after")) for _, pair in sorted(found.items())
        if len({row.id for row in pair.values()}) == 2 or len(pair) == 1
    )


def _make_change(before: Any | None, after: Any | None) -> Change:
    kind = "added" if before is None else "removed" if after is None else "changed"
    return Change(
        kind=kind, before=None if before is None else _LISTING.decode(before.body),
        after=None if after is None else _LISTING.decode(after.body),
    )


def find_values(connection: Connection, text: str) -> tuple[tuple[Listing, Value], ...]:
    """The listings in force that have exactly this value, and where each was read."""
    query = (
        select(CONTENT.c.body, VALUE.c.kind, VALUE.c.text, VALUE.c.field, VALUE.c.original)
        .join(CONTENT, CONTENT.c.id == VALUE.c.content_id).join(LISTING_VERSION, _VERSION.content_id == CONTENT.c.id)
        .where(VALUE.c.text == text, _VERSION.recorded_to.is_(None), _VERSION.superseded_at.is_(None)).order_by(VALUE.c.id)
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
