"""Writing a new state of a list: the snapshot, what it changed, and nothing twice.

All of it happens in the caller's transaction: it is in force when that is committed, and never in part.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, delete, insert, select

from tocsin.model import Listing
from tocsin.store.clock import to_stamp
from tocsin.store.history import FetchState, find_next, find_state
from tocsin.store.raw import KeptFile, digest_files
from tocsin.store.rows import chunk_rows, number_rows, write_rows
from tocsin.store.schema import CONFIRMATION, CONTENT, FETCH_STATE, LISTING, SNAPSHOT, VALUE
from tocsin.store.timeline import Key, Place, end_spans, find_spans, open_spans
from tocsin.store.values import iter_values

_ENCODE = msgspec.json.Encoder().encode


class NewState(msgspec.Struct, frozen=True, kw_only=True):
    """A state of a list that was read and found good. The fields are those of `history.Snapshot`."""

    list_key: str
    published_at: dt.datetime | None
    origin: str
    files: tuple[KeptFile, ...]
    listings: tuple[Listing, ...]
    records: Mapping[str, int]
    unread: tuple[tuple[str, int], ...] = ()
    notes: tuple[str, ...] = ()
    accepted: Mapping[str, str] = {}
    fetched: tuple[FetchState, ...] = ()
    code_version: str


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """What a new state did: its snapshot, and how many listings it added, removed and changed against the one before."""

    snapshot_id: int
    added: int
    removed: int
    changed: int


def write_state(
    connection: Connection, state: NewState, *, recorded_at: dt.datetime, valid_at: dt.datetime | None = None
) -> Difference:
    """Write a new state of a list. Only listings that changed get a new version.

    Without `valid_at` the state is put in force. The publisher's clock never runs back then: an older state that an operator
    accepts is in force from the date of the one that it replaces, so that no two states are in force at once.

    With `valid_at` the state is put where it belongs among the others, and holds until the moment of the one after it. The
    history that results is the same in whichever order states are written; what was known before stays known as of then.
    """
    before = find_state(connection, state.list_key)
    valid = valid_at or state.published_at or recorded_at
    if before is not None and valid_at is None:
        valid = max(valid, before.valid_from)
    after = find_next(connection, state.list_key, valid) if valid_at is not None else None
    bodies = {(x.authority, x.ref): _ENCODE(x) for x in state.listings}
    digests = {key: hashlib.sha256(body).hexdigest() for key, body in bodies.items()}
    current = find_spans(connection, state.list_key, to_stamp(valid))
    added = [key for key in bodies if key not in current]
    changed = [key for key in bodies if key in current and current[key].digest != digests[key]]
    removed = [key for key in current if key not in bodies]

    place = Place(
        snapshot=_write_snapshot(connection, state, digests, valid=valid, recorded_at=recorded_at),
        valid=to_stamp(valid), recorded=to_stamp(recorded_at),
        until=to_stamp(after.valid_from) if after else None, next_snapshot=after.id if after else None,
    )
    ids = {key: current[key].listing_id for key in (*changed, *removed)} | _write_listings(connection, state, added)
    fresh = {key: ids[key] for key in (*added, *changed)}
    contents = _write_contents(connection, state, bodies, digests, fresh)
    end_spans(connection, [current[key] for key in (*changed, *removed)], place)
    open_spans(connection, {fresh[key]: (contents[key], digests[key]) for key in fresh}, place)
    if after is None:
        write_fetch_states(connection, state.list_key, state.fetched)
    return Difference(snapshot_id=place.snapshot, added=len(added), removed=len(removed), changed=len(changed))


def write_confirmation(connection: Connection, snapshot_id: int, *, at: dt.datetime, origin: str) -> None:
    """Record that the state in force was looked at again and is unchanged."""
    row = {"snapshot_id": snapshot_id, "confirmed_at": to_stamp(at), "origin": origin}
    connection.execute(insert(CONFIRMATION), row)


def write_fetch_states(connection: Connection, list_key: str, fetched: Sequence[FetchState]) -> None:
    """What the addresses said of the bytes now in force; what they said of other bytes is forgotten."""
    connection.execute(delete(FETCH_STATE).where(FETCH_STATE.c.list_key == list_key))
    write_rows(connection, FETCH_STATE, ({"list_key": list_key, **msgspec.structs.asdict(state)} for state in fetched))


def digest_content(digests: Iterable[str]) -> str:
    """The digest of a list's listings, whatever their order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def digest_listings(listings: Iterable[Listing]) -> str:
    """The digest that `write_state` would give these listings: equal when nothing that was read differs."""
    return digest_content(hashlib.sha256(_ENCODE(listing)).hexdigest() for listing in listings)


def _write_snapshot(
    connection: Connection, state: NewState, digests: Mapping[Key, str], *, valid: dt.datetime, recorded_at: dt.datetime
) -> int:
    row = {
        "list_key": state.list_key, "digest": digest_files(state.files), "content": digest_content(digests.values()),
        "published_at": None if state.published_at is None else to_stamp(state.published_at),
        "valid_from": to_stamp(valid), "recorded_at": to_stamp(recorded_at), "origin": state.origin,
        "files": _text(state.files), "bytes": sum(file.bytes for file in state.files), "listings": len(state.listings),
        "kinds": _text(dict(Counter(x.kind for x in state.listings))), "records": _text(state.records),
        "unread": _text(state.unread), "notes": _text(state.notes),
        "accepted": _text(state.accepted) if state.accepted else None, "code_version": state.code_version,
    }
    key = connection.execute(insert(SNAPSHOT), row).inserted_primary_key
    assert key is not None
    return int(key[0])


def _write_listings(connection: Connection, state: NewState, added: Sequence[Key]) -> dict[Key, int]:
    """The numbers of listings that come (back) into force; those never seen before are entered."""
    query = select(LISTING.c.authority, LISTING.c.ref, LISTING.c.id).where(LISTING.c.list_key == state.list_key)
    known = {(authority, ref): number for authority, ref, number in connection.execute(query)}
    unseen = [key for key in added if key not in known]
    numbers = dict(zip(unseen, number_rows(connection, LISTING), strict=False))
    write_rows(connection, LISTING, (
        {"id": numbers[key], "list_key": state.list_key, "authority": key[0], "ref": key[1]} for key in unseen
    ))
    return {key: known.get(key) or numbers[key] for key in added}


def _write_contents(
    connection: Connection, state: NewState, bodies: Mapping[Key, bytes], digests: Mapping[Key, str],
    fresh: Mapping[Key, int],
) -> dict[Key, int]:
    """The numbers of contents; those never seen before are entered, with their values."""
    query = (
        select(CONTENT.c.listing_id, CONTENT.c.digest, CONTENT.c.id).join(LISTING, LISTING.c.id == CONTENT.c.listing_id)
        .where(LISTING.c.list_key == state.list_key)
    )
    known = {(row.listing_id, row.digest): row.id for row in connection.execute(query)} if fresh else {}
    unseen = [x for x in state.listings if (k := (x.authority, x.ref)) in fresh and (fresh[k], digests[k]) not in known]
    numbered = list(zip(number_rows(connection, CONTENT), unseen, strict=False))
    rows = {(x.authority, x.ref): number for number, x in numbered}
    write_rows(connection, CONTENT, (
        {"id": number, "listing_id": fresh[key], "digest": digests[key], "body": bodies[key]} for key, number in rows.items()
    ))
    _write_values(connection, (
        (number, v.kind, v.text, v.field, v.original) for number, listing in numbered for v in iter_values(listing)
    ))
    return {key: rows.get(key) or known[listing_id, digests[key]] for key, listing_id in fresh.items()}


def _write_values(connection: Connection, rows: Iterable[tuple[int, str, str, str, str | None]]) -> None:
    """Rows straight to the driver: half a million of them take half the time that they take as named parameters."""
    columns = ("content_id", "kind", "text", "field", "original")
    statement = str(insert(VALUE).compile(dialect=connection.dialect, column_keys=columns))
    for chunk in chunk_rows(rows):
        connection.exec_driver_sql(statement, chunk)


def _text(value: Any) -> str:
    return _ENCODE(value).decode()
