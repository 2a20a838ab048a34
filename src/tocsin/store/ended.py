"""Listings that a list once had and no longer has: the last that it said under a reference, and when that ended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, or_, select

from tocsin.model import Listing
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.schema import CONTENT, LISTING_VERSION

CHUNK = 500  # contents asked for at once; databases bound the number of parameters
_VERSION = LISTING_VERSION.c
_LISTING = msgspec.json.Decoder(Listing)


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that ended. `until` is the date of the first state without it: it was gone by then."""

    listing: Listing
    until: dt.datetime


def load_ended(
    connection: Connection, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
) -> Iterator[Ended]:
    """What lists said under references that they no longer had at a moment (now when not given), as known at another.

    Reads the times of all versions and the contents of those that are given only.
    """
    valid, known = (to_stamp(moment) if moment else None for moment in (valid_at, known_at))
    query = (
        select(_VERSION.listing_id, _VERSION.content_id, _VERSION.valid_to, _VERSION.recorded_to)
        .order_by(_VERSION.valid_from, _VERSION.id)
    )
    if valid is not None:
        query = query.where(_VERSION.valid_from <= valid)
    if known is None:
        query = query.where(_VERSION.superseded_at.is_(None))
    else:
        query = query.where(
            _VERSION.recorded_from <= known, or_(_VERSION.superseded_at.is_(None), _VERSION.superseded_at > known)
        )
    last = {row.listing_id: row for row in connection.execute(query)}
    gone = {row.content_id: row.valid_to for row in last.values() if _has_ended(row.valid_to, row.recorded_to, valid, known)}
    for start in range(0, len(gone), CHUNK):
        numbers = sorted(gone)[start:start + CHUNK]
        for row in connection.execute(select(CONTENT.c.id, CONTENT.c.body).where(CONTENT.c.id.in_(numbers))):
            yield Ended(listing=_LISTING.decode(row.body), until=from_stamp(gone[row.id]))


def _has_ended(valid_to: str | None, recorded_to: str | None, valid: str | None, known: str | None) -> bool:
    if valid_to is None or (valid is not None and valid_to > valid):
        return False
    return known is None or (recorded_to is not None and recorded_to <= known)
