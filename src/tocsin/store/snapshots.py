"""Writing a new state of a list: the snapshot, what it changed, and nothing twice.

All of it happens in the caller's transaction: it is in force when that is committed, and never in part.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update

from tocsin.model import Listing
from tocsin.store.clock import to_stamp
from tocsin.store.history import FetchState, find_state
from tocsin.store.raw import KeptFile, digest_files
from tocsin.store.schema import CHANGE, CONFIRMATION, FETCH_STATE, LISTING, LISTING_VERSION, SNAPSHOT, VALUE
from tocsin.store.values import iter_values

CHUNK = 5_000  # rows handed over at once: bounds memory, and costs nothing in time
Key = tuple[str, str]  # authority, reference
T = TypeVar("T")
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
    """What a new state did: its snapshot, and how many listings it added, removed and changed."""

    snapshot_id: int
    added: int
    removed: int
    changed: int


class _Current(msgspec.Struct, frozen=True):
    listing_id: int
    version_id: int
    digest: str


def write_state(connection: Connection, state: NewState, *, recorded_at: dt.datetime) -> Difference:
    """Put a new state of a list in force. Only listings that changed get a new version.

    The publisher's clock never runs back: an older state that an operator accepted is in force from the date of the
    one that it replaces, so that no two states are in force at once.
    """
    before = find_state(connection, state.list_key)
    valid = state.published_at or recorded_at
    if before is not None:
        valid = max(valid, before.valid_from)
    bodies = {(x.authority, x.ref): _ENCODE(x) for x in state.listings}
    digests = {key: hashlib.sha256(body).hexdigest() for key, body in bodies.items()}
    current = _find_current(connection, state.list_key)
    added = [key for key in bodies if key not in current]
    changed = [key for key in bodies if key in current and current[key].digest != digests[key]]
    removed = [key for key in current if key not in bodies]

    snapshot_id = _write_snapshot(connection, state, digests, valid=valid, recorded_at=recorded_at)
    clocks = {"valid": to_stamp(valid), "recorded": to_stamp(recorded_at), "snapshot": snapshot_id}
    _close_versions(connection, [current[key].version_id for key in (*changed, *removed)], clocks)
    ids = {key: current[key].listing_id for key in (*changed, *removed)} | _write_listings(connection, state, added)
    fresh = set(added) | set(changed)
    rows = [(ids[key], x, bodies[key], digests[key]) for x in state.listings if (key := (x.authority, x.ref)) in fresh]
    _open_versions(connection, rows, clocks)
    kinds = [*((k, "added") for k in added), *((k, "removed") for k in removed), *((k, "changed") for k in changed)]
    _write(connection, CHANGE, ({"snapshot_id": snapshot_id, "listing_id": ids[k], "kind": kind} for k, kind in kinds))
    write_fetch_states(connection, state.list_key, state.fetched)
    return Difference(snapshot_id=snapshot_id, added=len(added), removed=len(removed), changed=len(changed))


def write_confirmation(connection: Connection, snapshot_id: int, *, at: dt.datetime, origin: str) -> None:
    """Record that the state in force was looked at again and is unchanged."""
    row = {"snapshot_id": snapshot_id, "confirmed_at": to_stamp(at), "origin": origin}
    connection.execute(insert(CONFIRMATION), row)


def write_fetch_states(connection: Connection, list_key: str, fetched: Sequence[FetchState]) -> None:
    """What the addresses said of the bytes now in force; what they said of other bytes is forgotten."""
    connection.execute(delete(FETCH_STATE).where(FETCH_STATE.c.list_key == list_key))
    _write(connection, FETCH_STATE, ({"list_key": list_key, **msgspec.structs.asdict(state)} for state in fetched))


def digest_content(digests: Iterable[str]) -> str:
    """The digest of a list's listings, whatever their order."""
    return hashlib.sha256("\n".join(sorted(digests)).encode()).hexdigest()


def digest_listings(listings: Iterable[Listing]) -> str:
    """The digest that `write_state` would give these listings: equal when nothing that was read differs."""
    return digest_content(hashlib.sha256(_ENCODE(listing)).hexdigest() for listing in listings)


def _find_current(connection: Connection, list_key: str) -> dict[Key, _Current]:
    version = LISTING_VERSION.c
    query = (
        select(LISTING.c.authority, LISTING.c.ref, version.listing_id, version.id, version.digest)
        .join(LISTING_VERSION, version.listing_id == LISTING.c.id)
        .where(LISTING.c.list_key == list_key, version.recorded_to.is_(None)).order_by(version.id)
    )
    return {(row[0], row[1]): _Current(*row[2:]) for row in connection.execute(query)}


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
    numbers = dict(zip(unseen, _numbers(connection, LISTING), strict=False))
    _write(connection, LISTING, (
        {"id": numbers[key], "list_key": state.list_key, "authority": key[0], "ref": key[1]} for key in unseen
    ))
    return {key: known.get(key) or numbers[key] for key in added}


def _close_versions(connection: Connection, versions: Sequence[int], clocks: Mapping[str, Any]) -> None:
    statement = update(LISTING_VERSION).where(LISTING_VERSION.c.id == bindparam("version")).values(
        valid_to=bindparam("valid"), recorded_to=bindparam("recorded"), closed_by=bindparam("snapshot")
    )
    for chunk in _chunks(versions):
        connection.execute(statement, [{"version": version, **clocks} for version in chunk])


def _open_versions(
    connection: Connection, rows: Sequence[tuple[int, Listing, bytes, str]], clocks: Mapping[str, Any]
) -> None:
    numbered = list(zip(_numbers(connection, LISTING_VERSION), rows, strict=False))
    _write(connection, LISTING_VERSION, (
        {
            "id": number, "listing_id": listing_id, "digest": digest, "body": body, "valid_from": clocks["valid"],
            "recorded_from": clocks["recorded"], "opened_by": clocks["snapshot"],
        }
        for number, (listing_id, _, body, digest) in numbered
    ))
    _write_values(connection, (
        (number, v.kind, v.text, v.field, v.original)
        for number, (_, listing, _, _) in numbered
        for v in iter_values(listing)
    ))


def _write_values(connection: Connection, rows: Iterable[tuple[int, str, str, str, str | None]]) -> None:
    """Rows straight to the driver: half a million of them take half the time that they take as named parameters."""
    columns = ("version_id", "kind", "text", "field", "original")
    statement = str(insert(VALUE).compile(dialect=connection.dialect, column_keys=columns))
    for chunk in _chunks(rows):
        connection.exec_driver_sql(statement, chunk)


def _numbers(connection: Connection, table: Table) -> Iterator[int]:
    """Free numbers: writers come one at a time, so that counting on from the highest is safe."""
    highest = connection.execute(select(func.max(table.c.id))).scalar() or 0
    number = int(highest)
    while True:
        number += 1
        yield number


def _write(connection: Connection, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    for chunk in _chunks(rows):
        connection.execute(insert(table), chunk)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _text(value: Any) -> str:
    return _ENCODE(value).decode()
