"""A subject as one FollowTheMoney entity: what all its listings say, joined under the subject's id, and what belongs to it.

An export has one entity for each listing (`exchange.ftm`); who asks for a subject gets one, as a deduplicated collection has
it. The listings' own ids are its `referents`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from tocsin.exchange.ftm import Key, make_id, make_things
from tocsin.exchange.ftm_model import REVERSE, get_links
from tocsin.exchange.selection import Chosen
from tocsin.model import Entity, Listing
from tocsin.sources.imported.ftm_words import SCHEMA_OF

FtmEntity = dict[str, Any]
FindTarget = Callable[[str], tuple[Entity, ...]]  # entities of a reference
BESIDE = re.compile(r"(.+)-(?:address|sanction|document|wallet|link)-[0-9a-f]{12}")
_SAFE = re.compile(r"[^A-Za-z0-9_.:~-]")

# What being on a list makes somebody; a list that is not here makes its subjects sanctioned.
TOPICS: dict[str, tuple[str, ...]] = {
    "interpol_red": ("wanted",), "wb_debarred": ("debarment",),
    **dict.fromkeys((
        "ae_local", "ca_listed", "il_nbctf", "il_nbctf_seizures", "in_uapa", "in_uapa_individuals", "pk_nacta", "starter",
        "tr_masak", "us_fto",
    ), ("sanction", "crime.terror")),
}
_RISKS = ("sanction", "debarment", "crime", "wanted", "poi", "reg.", "export.", "asset.", "role.pep", "role.rca", "mare.")


class Seen(msgspec.Struct, frozen=True):
    """When this register first knew a listing, since when it says what it says, and when its list was last looked at."""

    first: dt.datetime
    change: dt.datetime
    last: dt.datetime


class Subject(msgspec.Struct, frozen=True):
    """A subject's entity, and the entities that belong to it."""

    entity: FtmEntity
    beside: tuple[FtmEntity, ...] = ()


def make_subject_id(entity_id: str) -> str:
    """A subject's id as it may stand in a path: one with other characters gets a digest behind it."""
    plain = _SAFE.sub("-", entity_id)
    return plain if plain == entity_id else f"{plain}-{hashlib.sha256(entity_id.encode()).hexdigest()[:8]}"


def key_of(listing: Listing) -> Key:
    """What tells a listing from all others."""
    return (listing.list_key, listing.authority, listing.ref)


def make_listing_ids(entity: Entity) -> dict[Key, str]:
    """The id of each of a subject's listings, as an export gives them."""
    return {key_of(x): make_id(x.list_key, x.ref) for x in entity.listings}


def find_topics(entity: Entity, published: frozenset[str]) -> tuple[str, ...]:
    """What the subject is of interest for: what an imported list says itself, and what a published one is kept for."""
    found: dict[str, None] = {}
    for x in entity.listings:
        said = [f.text for f in x.facts if f.key == "topics"]
        found.update(dict.fromkeys(said or (TOPICS.get(x.list_key, ("sanction",)) if x.list_key in published else ())))
    return tuple(found)


def make_subject(
    entity: Entity, *, seen: Mapping[Key, Seen], published: frozenset[str], find_target: FindTarget | None = None
) -> Subject:
    """The subject as one entity. `published` are the keys of lists whose publishers list for being sanctioned or wanted;
    with `find_target` ties to other subjects are told, without it they are left out."""
    mine = make_subject_id(entity.id)
    ids: dict[Key, str] = {key_of(x): mine for x in entity.listings}
    merged: FtmEntity = {
        "id": mine, "caption": entity.caption, "schema": SCHEMA_OF[entity.kind], "properties": {},
        "datasets": sorted({x.list_key for x in entity.listings}), "referents": list_referents(entity),
    }
    extra: dict[str, Any] = {"subject": entity.id}
    beside: dict[str, FtmEntity] = {}
    for listing in entity.listings:
        others = _find_targets(listing, find_target) if find_target else {}
        as_one = msgspec.structs.replace(
            listing, kind=entity.kind, relations=listing.relations if find_target else (),
        )
        thing, belongings = make_things(Chosen(entity, as_one), {**others, **ids})
        _merge(thing, merged["properties"], extra)
        for other in belongings:
            known = beside.setdefault(other["id"], other)
            known["datasets"] = sorted({*known["datasets"], listing.list_key})
    _tidy_names(merged["properties"])
    topics = find_topics(entity, published)
    if topics:
        merged["properties"]["topics"] = list(topics)
    merged["target"] = any(topic.startswith(_RISKS) for topic in topics)
    merged.update(_tell_times(entity, seen))
    merged["tocsin"] = extra
    for other in beside.values():
        other.update(_tell_times(entity, seen))
    return Subject(merged, tuple(beside.values()))


def list_referents(entity: Entity) -> list[str]:
    """The other ids under which the subject is found: those of its listings, and those that it had before."""
    mine = make_subject_id(entity.id)
    ids = [*(make_id(x.list_key, x.ref) for x in entity.listings), *map(make_subject_id, entity.former)]
    return [one for one in dict.fromkeys(ids) if one != mine]


def nest(subject: Subject, get_other: Callable[[str], FtmEntity | None]) -> FtmEntity:
    """The entity with what belongs to it in its place, under the properties that lead there. `get_other` gives the entity
    at the other end of a tie."""
    entity = {**subject.entity, "properties": dict(subject.entity["properties"])}
    for name, others in find_adjacent(subject, get_other).items():
        entity["properties"][name] = others
    return entity


def find_adjacent(subject: Subject, get_other: Callable[[str], FtmEntity | None]) -> dict[str, list[FtmEntity]]:
    """What is one step from the entity, by the property that leads there."""
    mine = subject.entity["id"]
    found: dict[str, list[FtmEntity]] = {}
    for other in subject.beside:
        if other["schema"] == "Address":
            found.setdefault("addressEntity", []).append(other)
            continue
        for name in other["properties"]:
            reverse = REVERSE.get((other["schema"], name))
            if reverse and mine in other["properties"][name] and reverse in get_links(subject.entity["schema"]):
                found.setdefault(reverse, []).append(_without(other, mine, get_other))
    return found


def _without(other: FtmEntity, mine: str, get_other: Callable[[str], FtmEntity | None]) -> FtmEntity:
    """An entity that leads to `mine`, without the way back, and with the entities at its other end."""
    properties: dict[str, list[Any]] = {}
    for name, values in other["properties"].items():
        if (other["schema"], name) not in REVERSE:
            properties[name] = values
        else:
            kept = [get_other(value) or value for value in values if value != mine]
            if kept:
                properties[name] = kept
    return {**other, "properties": properties}


def _find_targets(listing: Listing, find_target: FindTarget) -> dict[Key, str]:
    """The ids of the subjects that a listing's ties lead to."""
    found: dict[Key, str] = {}
    for relation in listing.relations:
        if relation.ref:
            entities = find_target(f"{listing.list_key}:{relation.ref}") or find_target(relation.ref)
            if len(entities) == 1:
                found[(listing.list_key, listing.authority, relation.ref)] = make_subject_id(entities[0].id)
    return found


def _merge(thing: FtmEntity, properties: dict[str, list[Any]], extra: dict[str, Any]) -> None:
    """Add what one listing says: its properties, and the dates for which the vocabulary has no form."""
    for name, values in thing["properties"].items():
        _add(properties, name, values)
    for name, values in thing["tocsin"].items():
        if isinstance(values, list):
            _add(extra, name, values)


def _tidy_names(properties: dict[str, list[Any]]) -> None:
    """Each name once, as the strongest that any list calls it: one list's alias is another's primary name."""
    told: set[str] = set()
    for role in ("name", "alias", "previousName", "weakAlias"):
        names = [name for name in properties.pop(role, ()) if name not in told]
        told.update(names)
        if names:
            properties[role] = names


def _tell_times(entity: Entity, seen: Mapping[Key, Seen]) -> dict[str, str]:
    told = [seen[key_of(x)] for x in entity.listings if key_of(x) in seen]
    if not told:
        return {}
    return {
        "first_seen": write_moment(min(s.first for s in told)), "last_seen": write_moment(max(s.last for s in told)),
        "last_change": write_moment(max(s.change for s in told)),
    }


def write_moment(moment: dt.datetime) -> str:
    """A moment as such collections write it: UTC to the second, without a zone."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _add(into: dict[str, list[Any]], name: str, values: list[Any]) -> None:
    known = into.setdefault(name, [])
    known += [value for value in values if value not in known]
