"""One subject with all that is known of it, every value with the place that it was read from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

import msgspec

from tocsin.errors import NotFound, suggest
from tocsin.match import Index
from tocsin.model import Entity, Listing
from tocsin.store.values import Value, iter_values


class ListedState(msgspec.Struct, frozen=True, kw_only=True):
    """The state of a list from which values were read: the digest of its bytes, the publisher's date and ours."""

    list_key: str
    digest: str
    published_at: dt.datetime | None
    recorded_at: dt.datetime
    origin: str


class ListingView(msgspec.Struct, frozen=True, kw_only=True):
    """One listing, all its values with their origin, and the state of its list."""

    listing: Listing
    values: tuple[Value, ...]
    state: ListedState | None


class SubjectView(msgspec.Struct, frozen=True, kw_only=True):
    """One subject: its entity, and its listings with values and states."""

    entity: Entity
    listings: tuple[ListingView, ...]


def show_subject(ref: str, index: Index, states: Mapping[str, ListedState]) -> tuple[SubjectView, ...]:
    """The subjects of that id ("lashkar-e-tayyiba") or reference ("QDi.264", "us_ofac:22812"); mostly one.

    `NotFound`, with the nearest reference, when nothing in force has it.
    """
    entities = index.find_entities(ref)
    if not entities:
        known = (key for e in index.entities() for key in (e.id, *(x.ref for x in e.listings)))
        raise NotFound(f"No list in force has the reference '{ref}'; {_nearest(ref, known)}")
    return tuple(
        SubjectView(entity=entity, listings=tuple(
            ListingView(listing=x, values=tuple(iter_values(x)), state=states.get(x.list_key)) for x in entity.listings
        ))
        for entity in entities
    )


def _nearest(ref: str, known: Iterable[str]) -> str:
    """The nearest of thousands of references; never all of them."""
    by_folded = {key.lower(): key for key in known}
    hint = suggest(ref, by_folded)
    near = hint.removeprefix("did you mean '").removesuffix("'?")
    return f"did you mean '{by_folded[near]}'?" if near in by_folded else "`tocsin match NAME` finds subjects by name."
