"""Which listings of the register in force are to go out."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from tocsin.errors import NotFound, suggest
from tocsin.match import Index
from tocsin.model import Entity, Kind, Listing


class Chosen(msgspec.Struct, frozen=True):
    """A listing, and the subject that it is joined to."""

    entity: Entity
    listing: Listing


class Selection(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for. Each part narrows the choice; several words of one part widen it again; none is everything.

    `refs` are references ("QDi.264"), `list:reference`, or subject ids.
    """

    lists: tuple[str, ...] = ()
    authorities: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    refs: tuple[str, ...] = ()


def choose(index: Index, selection: Selection) -> tuple[Chosen, ...]:
    """The listings that are asked for, in order of subject. `NotFound` for a list, authority or reference of which nothing
    is in force, and when nothing fits."""
    entities = _find(index, selection.refs)
    _check(index, selection)
    found = tuple(Chosen(e, x) for e in entities for x in e.listings if _fits(x, selection))
    if not found:
        raise NotFound("Nothing in force fits the selection. Nothing was written.")
    return found


def _find(index: Index, refs: tuple[str, ...]) -> Iterator[Entity] | list[Entity]:
    if not refs:
        return iter(index.entities())
    found: dict[str, Entity] = {}
    for ref in refs:
        entities = index.find_entities(ref)
        if not entities:
            raise NotFound(f"No list in force has the reference '{ref[:80]}'. Nothing was written.")
        found.update({e.id: e for e in entities})
    return list(found.values())


def _check(index: Index, selection: Selection) -> None:
    if selection.authorities:
        for authority in selection.authorities:
            if authority not in index.authorities:
                hint = suggest(authority, index.authorities)
                raise NotFound(f"No list of authority '{authority[:40]}' is in force; {hint} Nothing was written.")
    if selection.lists:
        known = {x.list_key for e in index.entities() for x in e.listings}
        for key in selection.lists:
            if key not in known:
                raise NotFound(f"No list '{key[:40]}' is in force; {suggest(key, known)} Nothing was written.")


def _fits(listing: Listing, selection: Selection) -> bool:
    return (
        (not selection.lists or listing.list_key in selection.lists)
        and (not selection.authorities or listing.authority in selection.authorities)
        and (not selection.kinds or listing.kind in selection.kinds)
    )
