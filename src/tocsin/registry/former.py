"""Subjects that were listed and no longer are: findable, and shown as what they are."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection

from tocsin.model import Entity, Fact, Listing, Origin
from tocsin.registry.resolve import make_entities, make_register_state
from tocsin.registry.who import DELISTED
from tocsin.store.history import find_snapshots, load_former, load_record_ids


def make_former(connection: Connection) -> tuple[Entity, ...]:
    """One entity for each subject that is on no list any more under the reference that it had there.

    Each listing is as it last stood, with the day from which on it is gone as the fact `delisted_on`. A record that goes on
    under another reference is not delisted, nor is a listing of the starter register, which is nobody's list.
    """
    current = set(load_record_ids(connection))
    former = ((x, ended) for x, ended in load_former(connection) if x.subject is None)
    gone = [_mark(x, ended) for x, ended in former if (x.list_key, x.record_id) not in current]
    return make_entities(gone)


def name_former(connection: Connection) -> str:
    """The name of what `make_former` gives: another one when any state was taken."""
    taken = find_snapshots(connection)
    return make_register_state({f"{s.list_key} {s.valid_from.isoformat()}": (s.digest, s.content) for s in taken})


def _mark(listing: Listing, ended: dt.datetime) -> Listing:
    fact = Fact(key=DELISTED, text=f"{ended:%Y-%m-%d}", origin=Origin(field="(state without the record)"))
    return msgspec.structs.replace(listing, facts=(*listing.facts, fact))
