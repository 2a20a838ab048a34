"""Which subjects the lists tie to which: from each side, also where only the other side's list says so.

A list names the other by a reference of its own, or by name alone. A name is taken for a subject only where exactly one of
that list bears it as its primary name, letter for letter but for capitals and spaces; else it stays a name. Texts of a
listing that name others by the UN's permanent references are relations too: the UN's list ties its subjects by nothing else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

import msgspec

from tocsin.model import Entity, Listing, Relation

IN_TEXT = "named in its text"
_UN_REF = re.compile(r"\b[A-Z]{2}[ei]\.\d{3}\b")  # QDe.004, TAi.017: "e" for entities, "i" for individuals
Find = Callable[[str], tuple[Entity, ...]]  # the subjects of an id or reference


class Tie(msgspec.Struct, frozen=True, kw_only=True):
    """One relation of a subject, as its list words it, and the authorities that state it.

    `other` is the id of the other subject, where it is one of the register, and `caption` what it is called. `is_theirs`:
    the other's listing states it, of this one ("leader of" then reads from the other to this). `by_name` where the list gave
    no reference.
    """

    kind: str
    caption: str
    by: tuple[str, ...]
    other: str | None = None
    is_theirs: bool = False
    by_name: bool = False


class Relations:
    """All relations of one state. Making it reads every subject once."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._bearers: dict[tuple[str, str], set[str]] = defaultdict(set)
        self._captions: dict[str, str] = {}
        stated: list[tuple[str, Listing, Relation]] = []
        for entity in entities:
            for listing in entity.listings:
                self._bearers[listing.list_key, fold_name(listing.caption)].add(entity.id)
                stated += ((entity.id, listing, relation) for relation in iter_relations(listing))
            self._captions[entity.id] = entity.caption
        self._stated = stated
        self._towards: dict[str, list[tuple[str, Listing, Relation, bool]]] | None = None

    def find_ties(self, entity: Entity, find: Find) -> tuple[Tie, ...]:
        """The relations of a subject, each once: its own before those that others state, then by kind and name."""
        if self._towards is None:
            towards = defaultdict(list)
            for source, listing, relation in self._stated:
                for target, by_name in self._find_targets(listing, relation, find):
                    towards[target].append((source, listing, relation, by_name))
            self._towards = towards
        return _merge((*self._iter_own(entity, find), *self._iter_theirs(entity)))

    def _iter_own(self, entity: Entity, find: Find) -> Iterator[Tie]:
        for listing in entity.listings:
            for relation in iter_relations(listing):
                targets: list[tuple[str | None, bool]] = [*self._find_targets(listing, relation, find)]
                for target, by_name in targets or [(None, False)]:
                    if target == entity.id:
                        continue
                    yield Tie(
                        kind=relation.kind, caption=self._captions.get(target or "", relation.target),
                        by=(listing.authority,), other=target, by_name=by_name,
                    )

    def _iter_theirs(self, entity: Entity) -> Iterator[Tie]:
        assert self._towards is not None
        for source, listing, relation, by_name in self._towards.get(entity.id, ()):
            if source != entity.id:
                yield Tie(
                    kind=relation.kind, caption=self._captions[source], by=(listing.authority,), other=source,
                    is_theirs=True, by_name=by_name,
                )

    def _find_targets(self, listing: Listing, relation: Relation, find: Find) -> list[tuple[str, bool]]:
        """The ids of the subjects that a relation means, mostly one, and whether they were found by name alone."""
        if relation.ref:
            found = find(f"{listing.list_key}:{relation.ref}") or find(relation.ref)
            return [(entity.id, False) for entity in found]
        bearers = self._bearers.get((listing.list_key, fold_name(relation.target)), set())
        return [(next(iter(bearers)), True)] if len(bearers) == 1 else []


def iter_relations(listing: Listing) -> Iterator[Relation]:
    """The relations that a listing states, and those that its texts tell by a UN reference, each reference once."""
    yield from listing.relations
    known = {listing.ref, *(r.ref for r in listing.relations)}
    for fact in listing.facts:
        for ref in dict.fromkeys(_UN_REF.findall(fact.text)):
            if ref not in known:
                known.add(ref)
                yield Relation(kind=IN_TEXT, target=ref, ref=ref, origin=fact.origin)


def fold_name(name: str) -> str:
    """A name as it is compared with another of its list: without capitals and doubled spaces."""
    return " ".join(name.casefold().split())


def _merge(ties: Iterable[Tie]) -> tuple[Tie, ...]:
    """Ties that say the same of the same, as one that names all authorities; in a fixed order."""
    found: dict[tuple[bool, str, str], list[Tie]] = {}
    for tie in ties:
        found.setdefault((tie.is_theirs, tie.kind, tie.other or fold_name(tie.caption)), []).append(tie)
    merged = [
        msgspec.structs.replace(
            same[0], by=tuple(sorted({a for t in same for a in t.by})), by_name=all(t.by_name for t in same),
            caption=min(t.caption for t in same),
        )
        for same in found.values()
    ]
    return tuple(sorted(merged, key=lambda t: (t.is_theirs, t.kind, t.caption.casefold(), t.other or "")))
