"""Which listings say themselves that they are about one subject: official references.

A list may name another list's reference of the same subject (`model.REFERENCES`): it and the owner's listing are joined,
and so are two listings that name the same reference where the owner's list is not in force. The starter register names
references of several authorities for each of its subjects.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import msgspec

from tocsin.model import REFERENCES, Listing

# Whose own references each kind holds: the authority, and on which of its lists (any, when none is named).
OWNERS: dict[str, tuple[str, frozenset[str]]] = {
    "un_ref": ("UN", frozenset()),
    "eu_ref": ("EU", frozenset({"eu_fsf"})),
    "uk_ref": ("UK", frozenset({"uk_sl"})),
    "ofac_uid": ("US", frozenset({"us_ofac", "us_ofac_nonsdn"})),
}
_OWN = {a: [(kind, lists) for kind, (of, lists) in OWNERS.items() if of == a] for a, _ in OWNERS.values()}
EXACT = frozenset({"un_ref"})  # two different ones are two subjects, wherever they stand


class Mention(msgspec.Struct, frozen=True, kw_only=True):
    """Two members that one official reference joins, and the reference as a person reads it."""

    one: str
    other: str
    ground: str


def member_of(listing: Listing) -> str:
    """The name under which a listing is joined: `list:ref`; all listings of a starter subject go under that subject."""
    if listing.subject is not None:
        return f"{listing.list_key}:{listing.subject}"
    return f"{listing.list_key}:{fold_ref(listing.ref)}"


def fold_ref(ref: str) -> str:
    """A reference without spaces; capitals count, since some lists tell references apart by them."""
    return "".join(ref.split())


def find_refs(listing: Listing, *, own: bool = True) -> dict[str, frozenset[str]]:
    """The official references of a listing by kind, folded: those that it names and, with `own`, its own."""
    refs = Refs.of(listing)
    return refs.every if own else refs.named


class Refs(msgspec.Struct, frozen=True, kw_only=True):
    """The official references of one listing: those that it names, and with its own."""

    list_key: str
    named: dict[str, frozenset[str]]
    every: dict[str, frozenset[str]]

    @classmethod
    def of(cls, listing: Listing) -> Refs:
        own = {
            kind: frozenset((fold_ref(listing.ref).casefold(),)) for kind, lists in _OWN.get(listing.authority, ())
            if not lists or listing.list_key in lists or listing.subject is not None
        }
        named: dict[str, frozenset[str]] = {}
        for identifier in listing.identifiers:
            kind = identifier.kind
            if kind in REFERENCES and kind not in own and identifier.number.strip():
                # A record that names another of its own list is not that one.
                named[kind] = named.get(kind, frozenset()) | {fold_ref(identifier.number).casefold()}
        return cls(list_key=listing.list_key, named=named, every=named | own)


def find_mentions(refs: Mapping[str, Iterable[Refs]]) -> tuple[Mention, ...]:
    """All pairs of members that an official reference joins, in a fixed order; each reference joins through its owner.
    `refs` are those of the listings of each member.

    A listing that names two references of one kind joins by neither, nor do two records of one list that name the same one;
    but for OFSI's groups, by which the UK itself says that its records are one subject.
    """
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    bearers: dict[tuple[str, str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for member, its in refs.items():
        for listing in its:
            for kind, numbers in listing.every.items():
                named = listing.named.get(kind, frozenset())
                for number in numbers:
                    if number not in named:
                        owners[kind, number].add(member)
                    elif len(named) == 1:
                        bearers[kind, number][listing.list_key].add(member)
    mentions = []
    for kind, number in sorted(bearers):
        own = sorted(owners.get((kind, number), ()), key=lambda m: (m.startswith("starter:"), m))
        sure = {
            m for members in bearers[kind, number].values() if len(members) == 1 or kind not in OWNERS for m in members
        }
        first, *others = [*own, *sorted(sure - set(own))] or [""]
        ground = f"{LABELS[kind]} {number}"
        mentions += [Mention(one=first, other=other, ground=ground) for other in others]
    return tuple(mentions)


LABELS: Mapping[str, str] = {
    "un_ref": "UN reference", "eu_ref": "EU reference", "uk_ref": "UK reference", "ofac_uid": "OFAC number",
    "uk_ofsi_group": "OFSI group",
}


def are_apart(one: Refs, other: Refs) -> bool:
    """Whether official references say that two listings are two subjects: other UN references, or, on one list, other
    references of any kind that it names."""
    for kind in EXACT:
        mine, its = one.every.get(kind), other.every.get(kind)
        if mine and its and mine.isdisjoint(its):
            return True
    if one.list_key != other.list_key:
        return False
    return any(numbers.isdisjoint(other.named[kind]) for kind, numbers in one.named.items() if kind in other.named)
