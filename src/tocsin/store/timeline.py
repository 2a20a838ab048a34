"""The publisher's clock of a list: what was in force from when to when, cut and joined where states are put.

Every moment of a list's history is what the last state before it says. So a state speaks for the time from its own moment to
that of the state after it, and the same states give the same history in whatever order they are learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select, update

from tocsin.store.rows import chunk_rows, number_rows, write_rows
from tocsin.store.schema import CONTENT, LISTING, LISTING_VERSION, SNAPSHOT

Key = tuple[str, str]  # authority, reference
_SPAN = (CONTENT.c.digest, *(LISTING_VERSION.c[name] for name in (
    "id", "listing_id", "content_id", "valid_from", "valid_to", "opened_by", "closed_by"
)))


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it stands now: from when to when a listing had a content."""

    id: int
    listing_id: int
    content_id: int
    digest: str
    valid_from: str
    valid_to: str | None
    opened_by: int
    closed_by: int | None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a state belongs on the publisher's clock: from its own moment to that of the state after it, if there is one."""

    valid: str
    until: str | None
    recorded: str
    snapshot: int
    next_snapshot: int | None


def find_spans(connection: Connection, list_key: str, valid: str) -> dict[Key, Span]:
    """What the list says at a moment of the publisher's clock, as known now."""
    v = LISTING_VERSION.c
    query = (
        select(LISTING.c.authority, LISTING.c.ref, *_SPAN)
        .join(LISTING_VERSION, v.listing_id == LISTING.c.id).join(CONTENT, CONTENT.c.id == v.content_id)
        .where(LISTING.c.list_key == list_key, v.superseded_at.is_(None), v.valid_from <= valid)
        .where(or_(v.valid_to.is_(None), v.valid_to > valid)).order_by(v.id)
    )
    return {(row.authority, row.ref): _make_span(row) for row in connection.execute(query)}


def _make_span(row: Any) -> Span:
    return Span(
        id=row.id, listing_id=row.listing_id, content_id=row.content_id, digest=row.digest, valid_from=row.valid_from,
        valid_to=row.valid_to, opened_by=row.opened_by, closed_by=row.closed_by,
    )


def end_spans(connection: Connection, spans: Sequence[Span], place: Place) -> None:
    """End versions where a state says otherwise. One that was open is closed; others give way to what is left of them."""
    closed = [s for s in spans if place.until is None and s.valid_to is None and s.valid_from < place.valid]
    _change(connection, closed, {"valid_to": place.valid, "recorded_to": place.recorded, "closed_by": place.snapshot})
    done = {s.id for s in closed}
    cut = [s for s in spans if s.id not in done]
    _supersede(connection, cut, place)
    rows = []
    for s in cut:
        common = {"listing_id": s.listing_id, "content_id": s.content_id, "recorded_from": place.recorded}
        if s.valid_from < place.valid:
            rows.append(common | {
                "valid_from": s.valid_from, "opened_by": s.opened_by, "valid_to": place.valid,
                "recorded_to": place.recorded, "closed_by": place.snapshot,
            })
        if place.until is not None and (s.valid_to is None or s.valid_to > place.until):
            rows.append(common | {
                "valid_from": place.until, "opened_by": place.next_snapshot, "valid_to": s.valid_to,
                "recorded_to": s.valid_to and place.recorded, "closed_by": s.closed_by,
            })
    _write_versions(connection, rows)


def open_spans(connection: Connection, fresh: Mapping[int, tuple[int, str]], place: Place) -> None:
    """Versions that begin with a state. One that goes on unchanged in the state after it becomes one with that."""
    following = _find_following(connection, place)
    goes_on = {x: s for x, s in following.items() if x in fresh and s.digest == fresh[x][1]}
    _supersede(connection, tuple(goes_on.values()), place)
    rows = []
    for listing_id, (content_id, _) in fresh.items():
        s = goes_on.get(listing_id)
        valid_to, closed_by = (s.valid_to, s.closed_by) if s else (place.until, place.next_snapshot)
        rows.append({
            "listing_id": listing_id, "content_id": content_id, "valid_from": place.valid, "recorded_from": place.recorded,
            "opened_by": place.snapshot, "valid_to": valid_to, "recorded_to": valid_to and place.recorded,
            "closed_by": closed_by,
        })
    _write_versions(connection, rows)


def _find_following(connection: Connection, place: Place) -> dict[int, Span]:
    """The versions that begin with the state after this one."""
    if place.until is None:
        return {}
    v = LISTING_VERSION.c
    query = (
        select(*_SPAN)
        .join(CONTENT, CONTENT.c.id == v.content_id).join(SNAPSHOT, SNAPSHOT.c.id == place.next_snapshot)
        .join(LISTING, and_(LISTING.c.id == v.listing_id, LISTING.c.list_key == SNAPSHOT.c.list_key))
        .where(v.valid_from == place.until, v.superseded_at.is_(None))
    )
    return {row.listing_id: _make_span(row) for row in connection.execute(query)}


def _supersede(connection: Connection, spans: Sequence[Span], place: Place) -> None:
    _change(connection, spans, {"superseded_at": place.recorded, "superseded_by": place.snapshot})


def _change(connection: Connection, spans: Sequence[Span], values: Mapping[str, Any]) -> None:
    for chunk in chunk_rows(s.id for s in spans):
        connection.execute(update(LISTING_VERSION).where(LISTING_VERSION.c.id.in_(chunk)).values(**values))


def _write_versions(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    numbered = zip(number_rows(connection, LISTING_VERSION), rows, strict=False)
    write_rows(connection, LISTING_VERSION, ({"id": number, **row} for number, row in numbered))


