"""Joining listings that are about one subject.

The starter register says which references of several authorities name one subject, and authorities say which references
a subject has on others' lists (`references`); official listings with those references are joined. Names alone never join.
Joining is computed anew from the listings each time, so that it can be undone by changing the file, and the listings stay
as they are.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tocsin.model import Entity, Kind, Listing
from tocsin.registry.references import Reference, find_subjects, fold_reference, key_of
from tocsin.sources import find_sources

JOINING = "4"  # part of the register state: change it when the same listings would be joined otherwise

# Lists that give only a part of what their authority lists: they join, but their silence does not unlist anybody.
SUPPLEMENTS = frozenset({"us_fto", "us_ofac_nonsdn"})
# Lists that are each one whole part of what their authority lists, and how the references of that part begin: their
# silence unlists in that part only.
PARTS = {"in_uapa": "UAPA-I-", "in_uapa_individuals": "UAPA-IV-"}


def make_entities(listings: Iterable[Listing], *, joining: Iterable[Listing] = ()) -> tuple[Entity, ...]:
    """One entity for each subject, in order of id; the order of `listings` does not matter.

    `joining` are listings of the starter that only join: what it knows of a subject's references holds for other times too.

    Where an official list of an authority is in force, the starter's own listings for that authority (or that part of
    its lists, see `PARTS`) only join: what the official list does not have is not listed. A subject without any listing
    left is no entity.
    """
    every = tuple(listings)
    bridges = [x for x in every if x.subject is not None]
    there = {(x.subject, _reference(x)) for x in bridges}
    only_joining = [x for x in joining if x.subject is not None and (x.subject, _reference(x)) not in there]
    official = [x for x in every if x.subject is None]
    known = find_sources().keys() - SUPPLEMENTS  # an imported list never unlists anybody either
    whole = {(x.authority, PARTS.get(x.list_key, "")) for x in official if x.list_key in known}
    subjects = {_reference(x): x.subject for x in (*only_joining, *bridges) if x.subject is not None}
    subject_of = find_subjects(official, subjects)
    members: dict[str, list[Listing]] = defaultdict(list)
    for listing in official:
        members[subject_of[key_of(listing)]].append(listing)
    for bridge in bridges:
        if bridge.subject is not None and not _is_superseded(bridge, whole):
            members[bridge.subject].append(bridge)
    bridges_of: dict[str, list[Listing]] = defaultdict(list)
    for bridge in (*only_joining, *bridges):
        bridges_of[bridge.subject or ""].append(bridge)
    return tuple(_make_entity(key, members[key], bridges_of.get(key, ())) for key in sorted(members))


def make_register_state(states: Mapping[str, tuple[str, str]]) -> str:
    """The name of a register state: a short digest over what each list in force gave.

    `states` has for each list the digest of its bytes and the digest of what was read from them. The same lists, read
    the same way, give the same name on every machine.
    """
    lines = [f"{JOINING}\n", *(f"{key}\t{raw}\t{content}\n" for key, (raw, content) in sorted(states.items()))]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def _is_superseded(bridge: Listing, whole: set[tuple[str, str]]) -> bool:
    """Whether an official list in force speaks for what this listing of the starter claims."""
    return any(bridge.authority == authority and bridge.ref.startswith(part) for authority, part in whole)


def _reference(listing: Listing) -> Reference:
    return fold_reference(listing.authority, listing.ref)


def _order(listing: Listing) -> tuple[str, str, str]:
    return listing.authority, listing.ref, listing.list_key


def _make_entity(key: str, listings: Sequence[Listing], bridges: Sequence[Listing]) -> Entity:
    ordered = sorted(listings, key=_order)
    named = sorted(bridges, key=_order) or ordered
    superseded = tuple(x for x in sorted(bridges, key=_order) if x not in listings)
    return Entity(
        id=key, caption=_caption(named), kind=_kind([*named, *ordered]), listings=tuple(ordered), superseded=superseded
    )


def _caption(listings: Sequence[Listing]) -> str:
    """The subject's usual name where the starter register gives one (its first shared name), else the primary name."""
    usual = [name.text for x in listings if x.subject for name in x.names if name.origin.field == "names[0]"]
    return usual[0] if usual else listings[0].caption


def _kind(listings: Sequence[Listing]) -> Kind:
    return next((x.kind for x in listings if x.kind != "unknown"), "unknown")
