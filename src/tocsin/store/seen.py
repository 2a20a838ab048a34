"""When the register came to know its listings: for who asks what is new since a moment."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, select

from tocsin.store.clock import from_stamp
from tocsin.store.schema import LISTING, LISTING_VERSION

Key = tuple[str, str, str]  # list, authority, reference
_VERSION = LISTING_VERSION.c


def find_seen(connection: Connection) -> dict[Key, tuple[dt.datetime, dt.datetime]]:
    """For each listing in force: when it was first recorded, and since when it is recorded as it is now."""
    first = (
        select(_VERSION.listing_id, func.min(_VERSION.recorded_from).label("first")).group_by(_VERSION.listing_id).subquery()
    )
    query = (
        select(LISTING.c.list_key, LISTING.c.authority, LISTING.c.ref, first.c.first, _VERSION.recorded_from)
        .join(LISTING_VERSION, _VERSION.listing_id == LISTING.c.id).join(first, first.c.listing_id == LISTING.c.id)
        .where(_VERSION.valid_to.is_(None), _VERSION.superseded_at.is_(None))
    )
    return {
        (row.list_key, row.authority, row.ref): (from_stamp(row.first), from_stamp(row.recorded_from))
        for row in connection.execute(query)
    }
