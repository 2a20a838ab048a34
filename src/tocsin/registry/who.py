"""Who lists a subject, since when and on what ground, and who does not."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tocsin.match import Index
from tocsin.model import Entity, Kind, Listing, PartialDate, Query

DELISTED = "delisted_on"  # the key of the fact that says since when a listing is no longer in force


class WhoRow(msgspec.Struct, frozen=True, kw_only=True):
    """One authority's position. When `listed` is false nothing else is set: a list of it is in force and has no entry; but
    for a subject that it no longer lists, of which `delisted_on` says since when and the rest what it said last.

    `since` is the list's own date of listing, else the earliest date of a measure, else the date that the starter
    register has for this reference (`since_from` says "starter" then); absent when none gives one.
    """

    authority: str
    listed: bool
    list_key: str | None = None
    ref: str | None = None
    caption: str | None = None
    since: PartialDate | None = None
    since_from: str | None = None
    programmes: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    delisted_on: str | None = None


class WhoLists(msgspec.Struct, frozen=True, kw_only=True):
    """One subject that the name may mean: its score, the listed names that met, and a row for every authority."""

    subject: str
    caption: str
    kind: Kind
    score: float
    names: tuple[str, ...]
    rows: tuple[WhoRow, ...]


def who_lists(name: str, index: Index, *, threshold: float, limit: int) -> tuple[WhoLists, ...]:
    """The subjects that `name` may mean, best first; empty when no list in force has such a name.

    Rows are in order of authority, and there is one "not listed" for each authority of which a list is in force.
    `BadInput` for a name without a letter or digit.
    """
    found = []
    for hit in index.find_hits(Query(names=(name,)), threshold=threshold, limit=limit):
        entity = next(e for e in index.find_entities(hit.subject) if e.id == hit.subject)
        found.append(WhoLists(
            subject=hit.subject, caption=hit.caption, kind=hit.kind, score=hit.score, names=hit.names,
            rows=make_rows(entity, index.authorities),
        ))
    return tuple(found)


def tell_former(subject: WhoLists) -> WhoLists:
    """A subject that is no longer listed, with the rows of who listed it; of others nothing is known."""
    return msgspec.structs.replace(subject, rows=tuple(row for row in subject.rows if row.delisted_on))


def find_delisted(entity: Entity) -> Iterator[tuple[Listing, str]]:
    """The listings of an entity that are no longer in force, and since when."""
    return ((listing, fact.text) for listing in entity.listings for fact in listing.facts if fact.key == DELISTED)


def make_rows(entity: Entity, authorities: tuple[str, ...]) -> tuple[WhoRow, ...]:
    """A row for each listing, and one for each authority that has none."""
    return tuple(row for authority in authorities for row in _rows_of(entity, authority))


def _rows_of(entity: Entity, authority: str) -> Iterator[WhoRow]:
    listings = [x for x in entity.listings if x.authority == authority]
    delisted = {(x.list_key, x.ref): day for x, day in find_delisted(entity)}
    for x in listings:
        since, since_from = _since(x), x.list_key
        if since is None:
            replaced = (y for y in entity.superseded if (y.authority, y.ref) == (x.authority, x.ref))
            since, since_from = next((d for y in replaced if (d := _since(y))), None), "starter"
        gone = delisted.get((x.list_key, x.ref))
        yield WhoRow(
            authority=authority, listed=gone is None, delisted_on=gone, list_key=x.list_key, ref=x.ref, caption=x.caption,
            since=since, since_from=since_from if since else None,
            programmes=tuple(dict.fromkeys(m.programme for m in x.measures)),
            grounds=tuple(dict.fromkeys(m.ground for m in x.measures if m.ground)),
        )
    if not listings:
        yield WhoRow(authority=authority, listed=False)


def _since(listing: Listing) -> PartialDate | None:
    dates = [m.since for m in listing.measures if m.since]
    return listing.listed_on or min(dates, key=lambda d: d.earliest, default=None)
