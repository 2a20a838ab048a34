"""Who lists a subject, since when and on what ground, and who does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tocsin.match import Index
from tocsin.model import Entity, Kind, Listing, PartialDate, Query
from tocsin.registry.aliases import score_listed
from tocsin.registry.derived import Derived, Rules, find_derived

DELISTED = "delisted_on"  # the key of the fact that says since when a listing is no longer in force


class WhoRow(msgspec.Struct, frozen=True, kw_only=True):
    """One authority's position. When `listed` is false nothing else is set: a list of it is in force and has no entry; but
    for a subject that it no longer lists, of which `delisted_on` says since when and the rest what it said last.

    `since` is the list's own date of listing, else the earliest date of a measure, else the date that the starter
    register has for this reference (`since_from` says "starter" then); absent when none gives one.

    `met` is the name of this listing that the asked name is nearest to; absent where none reaches the threshold: the
    authority lists the subject under other names.

    A row with `derived_from` ("un:QDe.004") is of its own kind: no list names the subject there, its listing follows from
    that other one, and `note` says how.
    """

    authority: str
    listed: bool
    list_key: str | None = None
    ref: str | None = None
    caption: str | None = None
    met: str | None = None
    since: PartialDate | None = None
    since_from: str | None = None
    programmes: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()
    delisted_on: str | None = None
    derived_from: str | None = None
    note: str | None = None


class WhoLists(msgspec.Struct, frozen=True, kw_only=True):
    """One subject that the name may mean: its score, the listed names that met, and a row for every authority."""

    subject: str
    caption: str
    kind: Kind
    score: float
    names: tuple[str, ...]
    rows: tuple[WhoRow, ...]


def who_lists(
    name: str, index: Index, *, threshold: float, limit: int, rules: Rules | None = None
) -> tuple[WhoLists, ...]:
    """The subjects that `name` may mean, best first; empty when no list in force has such a name.

    Rows are in order of authority, and there is one "not listed" for each authority of which a list is in force. `rules` say
    which listings follow from others.
    `BadInput` for a name without a letter or digit.
    """
    found = []
    for hit in index.find_hits(Query(names=(name,)), threshold=threshold, limit=limit):
        entity = next(e for e in index.find_entities(hit.subject) if e.id == hit.subject)
        met = _find_met(name, entity, threshold)
        rows = make_rows(entity, index.authorities, rules or Rules())
        found.append(WhoLists(
            subject=hit.subject, caption=hit.caption, kind=hit.kind, score=hit.score, names=hit.names,
            rows=tuple(msgspec.structs.replace(row, met=met.get((row.list_key, row.ref))) for row in rows),
        ))
    return tuple(found)


def _find_met(asked: str, entity: Entity, threshold: float) -> dict[tuple[str | None, str | None], str]:
    """Of each listing that has the asked name, the name that is nearest to it."""
    found: dict[tuple[str | None, str | None], str] = {}
    for listing in entity.listings:
        texts = dict.fromkeys(n.text for n in listing.names)
        best = max(((score_listed(asked, text, entity.kind), text) for text in texts), default=(0.0, ""), key=lambda x: x[0])
        if best[0] >= threshold:
            found[listing.list_key, listing.ref] = best[1]
    return found


def tell_former(subject: WhoLists) -> WhoLists:
    """A subject that is no longer listed, with the rows of who listed it; of others nothing is known."""
    return msgspec.structs.replace(subject, rows=tuple(row for row in subject.rows if row.delisted_on))


def find_delisted(entity: Entity) -> Iterator[tuple[Listing, str]]:
    """The listings of an entity that are no longer in force, and since when."""
    return ((listing, fact.text) for listing in entity.listings for fact in listing.facts if fact.key == DELISTED)


def make_rows(entity: Entity, authorities: tuple[str, ...], rules: Rules) -> tuple[WhoRow, ...]:
    """A row for each listing and for each that follows from one, and one for each authority that has none."""
    derived = find_derived(entity, authorities, rules)
    return tuple(row for authority in authorities for row in _rows_of(entity, authority, derived))


def find_since(listing: Listing, superseded: Sequence[Listing] = ()) -> tuple[PartialDate | None, str | None]:
    """Since when a subject stands on a list, and where that is from: the list's key, or "starter".

    The list's own date of listing, else the earliest date of a measure, else what the starter register has for this
    reference.
    """
    since = _since(listing)
    if since is not None:
        return since, listing.list_key
    replaced = (y for y in superseded if (y.authority, y.ref) == (listing.authority, listing.ref))
    since = next((d for y in replaced if (d := _since(y))), None)
    return since, "starter" if since else None


def _rows_of(entity: Entity, authority: str, derived: Sequence[Derived]) -> Iterator[WhoRow]:
    listings = [x for x in entity.listings if x.authority == authority]
    delisted = {(x.list_key, x.ref): day for x, day in find_delisted(entity)}
    following = [d for d in derived if d.authority == authority]
    for x in listings:
        since, since_from = find_since(x, entity.superseded)
        gone = delisted.get((x.list_key, x.ref))
        yield WhoRow(
            authority=authority, listed=gone is None, delisted_on=gone, list_key=x.list_key, ref=x.ref, caption=x.caption,
            since=since, since_from=since_from,
            programmes=tuple(dict.fromkeys(m.programme for m in x.measures)),
            grounds=tuple(dict.fromkeys(m.ground for m in x.measures if m.ground)),
        )
    for d in following:
        yield WhoRow(
            authority=authority, listed=True, list_key=d.list_key, since=d.since, since_from=d.since_from,
            programmes=(d.programme,), grounds=(d.ground,), derived_from=d.derived_from, note=d.text,
        )
    if not listings and not following:
        yield WhoRow(authority=authority, listed=False)


def _since(listing: Listing) -> PartialDate | None:
    dates = [m.since for m in listing.measures if m.since]
    return listing.listed_on or min(dates, key=lambda d: d.earliest, default=None)
