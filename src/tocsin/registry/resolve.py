"""Joining listings that are about one subject.

Official references join first (`registry.references`, and the starter register's bridges), then scored matches with
evidence beyond names (`registry.likeness`); what is doubtful waits for a person, whose decisions outrank all else
(`registry.joining`). Names alone never join. Joining is worked out anew from the listings and the decisions each time, so
that it can be undone, and the listings stay as they are. `docs/resolution.md` has the rules and their measurements.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tocsin.match import DEFAULT_ENGINE
from tocsin.model import Entity, Kind, Listing
from tocsin.names.tables import load_tables
from tocsin.registry.identity import Given, Named, name_groups
from tocsin.registry.joining import Joined, Pair, Ruling, join_listings
from tocsin.registry.likeness import Alike
from tocsin.registry.references import member_of
from tocsin.sources import find_sources
from tocsin.store.decisions import Rests

JOINING = "4"  # part of the register state: change it when the same listings would be joined otherwise

# Lists that give only a part of what their authority lists: they join, but their silence does not unlist anybody.
SUPPLEMENTS = frozenset({"us_fto", "us_ofac_nonsdn"})
# Lists that are each one whole part of what their authority lists, and how the references of that part begin: their
# silence unlists in that part only.
PARTS = {"in_uapa": "UAPA-I-", "in_uapa_individuals": "UAPA-IV-"}


def find_rules() -> str:
    """What decides how listings are joined: the rules, the engine that weighs names, and the name data."""
    return f"{JOINING} {DEFAULT_ENGINE} {load_tables().version}"


def make_entities(
    listings: Iterable[Listing], *, likenesses: Mapping[Pair, Alike] | None = None, rulings: Sequence[Ruling] = (),
    given: Sequence[Given] = (), last_known: Mapping[str, str] | None = None, joining: Iterable[Listing] = (),
) -> tuple[Entity, ...]:
    """One entity for each subject, in order of id; the order of `listings` does not matter.

    `joining` are listings of the starter that only join: what it knows of a subject's references holds for other times too.

    Without `likenesses` only references and decisions join; without `given` and `last_known` ids are as in a new
    register. See `assemble_entities` for what becomes of the starter's listings.
    """
    every = tuple(listings)
    there = {_order(x) for x in every}
    silent = [x for x in joining if x.subject is not None and _order(x) not in there]
    joined = join_listings((*every, *silent), likenesses or {}, rulings, author=find_author())
    named = name_groups(joined.groups, given, last_known or {})
    return assemble_entities(every, joined, named, silent=silent)


def find_author() -> str:
    """Who is named as the author of a join that no person decided."""
    return f"tocsin, joining rules {JOINING}"


def assemble_entities(
    listings: Sequence[Listing], joined: Joined, named: Sequence[Named], *, silent: Sequence[Listing] = ()
) -> tuple[Entity, ...]:
    """The entities of a joining; listings that are `silent` only took part in that.

    Where an official list of an authority is in force, the starter's own listings for that authority (or that part of
    its lists, see `PARTS`) only join: what the official list does not have is not listed. A subject without any listing
    left is no entity.
    """
    known = find_sources().keys() - SUPPLEMENTS  # an imported list never unlists anybody either
    whole = {(x.authority, PARTS.get(x.list_key, "")) for x in listings if x.subject is None and x.list_key in known}
    said = {_order(x) for x in listings}
    listings_of: dict[str, list[Listing]] = defaultdict(list)
    for listing in (*listings, *silent):
        listings_of[member_of(listing)].append(listing)
    entities = []
    for group, name in zip(joined.groups, named, strict=True):
        every = [x for member in group for x in listings_of[member]]
        bridges = [x for x in every if x.subject is not None]
        members = [x for x in every if x.subject is None or (_order(x) in said and not _is_superseded(x, whole))]
        if members:
            entities.append(_make_entity(name, members, bridges))
    return tuple(sorted(entities, key=lambda e: e.id))


def make_register_state(
    states: Mapping[str, tuple[str, str]], rests: Rests | None = None, *, rules: str | None = None
) -> str:
    """The name of a register state: a short digest over what each list in force gave, and what joining rests on.

    `states` has for each list the digest of its bytes and the digest of what was read from them; `rests` has digests of
    the decisions in force and of the ids that have a history; `rules` are those of now (`find_rules`) when not said. The
    same lists, read the same way and decided alike, give the same name on every machine.
    """
    beyond = rests or Rests()
    lines = [
        f"{rules or find_rules()}\n", f"decisions\t{beyond.decisions}\nids\t{beyond.ids}\n" if beyond != Rests() else "",
        *(f"{key}\t{raw}\t{content}\n" for key, (raw, content) in sorted(states.items())),
    ]
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]


def _is_superseded(bridge: Listing, whole: set[tuple[str, str]]) -> bool:
    """Whether an official list in force speaks for what this listing of the starter claims."""
    return any(bridge.authority == authority and bridge.ref.startswith(part) for authority, part in whole)


def _order(listing: Listing) -> tuple[str, str, str]:
    return listing.authority, listing.ref, listing.list_key


def _make_entity(name: Named, listings: Sequence[Listing], bridges: Sequence[Listing]) -> Entity:
    ordered = sorted(listings, key=_order)
    named = sorted(bridges, key=_order) or ordered
    superseded = tuple(x for x in sorted(bridges, key=_order) if x not in listings)
    return Entity(
        id=name.id, caption=_caption(named), kind=_kind([*named, *ordered]), listings=tuple(ordered),
        superseded=superseded, former=name.former,
    )


def _caption(listings: Sequence[Listing]) -> str:
    """The subject's usual name where the starter register gives one (its first shared name), else the primary name."""
    usual = [name.text for x in listings if x.subject for name in x.names if name.origin.field == "names[0]"]
    return usual[0] if usual else listings[0].caption


def _kind(listings: Sequence[Listing]) -> Kind:
    return next((x.kind for x in listings if x.kind != "unknown"), "unknown")
