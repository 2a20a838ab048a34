"""Joining members to subjects: which links hold, which must not, and which wait for a person.

Links are taken in order of trust: a person's decision, the starter register, official references, scored matches with the
surest first. A link is refused where it would bring together what must stay apart; nothing is taken back for a later one,
so that the outcome depends on the links alone and not on the order of listings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Literal

import msgspec

from tocsin.model import Listing, Reason
from tocsin.registry.likeness import Alike, Side, find_clash, is_far, is_unlike
from tocsin.registry.references import Refs, are_apart, find_mentions, member_of

Basis = Literal["decision", "starter", "reference", "score"]
Pair = tuple[str, str]  # two members, the lesser first
MARGIN = 1.0  # log-odds by which the best partner on a list must be ahead of the next


class Ruling(msgspec.Struct, frozen=True, kw_only=True):
    """A person's decision in force: whether two members are one subject."""

    number: int
    same: bool
    one: str
    other: str
    author: str
    ground: str


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Why two members are one subject."""

    one: str
    other: str
    basis: Basis
    author: str
    ground: str


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Two members of which a person should say whether they are one subject; `lacks` is why no rule does."""

    one: str
    other: str
    score: float
    lacks: str
    reasons: tuple[Reason, ...] = ()


class Joined(msgspec.Struct, frozen=True, kw_only=True):
    """What joining gives: groups of members, each sorted; the links that made them; the pairs that wait, surest first."""

    groups: tuple[tuple[str, ...], ...]
    links: tuple[Link, ...]
    waiting: tuple[Waiting, ...]


def make_pair(one: str, other: str) -> Pair:
    """The two in the order in which pairs are kept."""
    return (one, other) if one <= other else (other, one)


def join_listings(
    listings: Iterable[Listing], likenesses: Mapping[Pair, Alike], rulings: Sequence[Ruling], *, author: str
) -> Joined:
    """Join listings to subjects. `author` is named for what no person decided. The order of `listings` does not matter."""
    return _Joining(tuple(listings), likenesses, rulings, author).run()


class _Joining:
    def __init__(
        self, listings: Sequence[Listing], likenesses: Mapping[Pair, Alike], rulings: Sequence[Ruling], author: str
    ) -> None:
        self._listings_of: dict[str, list[Listing]] = defaultdict(list)
        for listing in sorted(listings, key=lambda x: (x.authority, x.ref)):
            self._listings_of[member_of(listing)].append(listing)
        self._group_of = {member: [member] for member in self._listings_of}
        refs = {m: [Refs.of(x) for x in xs] for m, xs in self._listings_of.items()}
        self._refs = {m: its for m, its in refs.items() if any(r.every for r in its)}
        self._kinds = {
            m: frozenset(x.kind == "person" for x in xs if x.kind != "unknown") for m, xs in self._listings_of.items()
        }
        self._dated = {m for m, xs in self._listings_of.items() if any(x.births for x in xs)}
        self._sides: dict[str, list[Side]] = {}
        self._ruled = {make_pair(r.one, r.other): r for r in rulings if {r.one, r.other} <= self._listings_of.keys()}
        self._apart: dict[str, set[str]] = defaultdict(set)
        for (one, other), ruling in self._ruled.items():
            if not ruling.same:
                self._apart[one].add(other)
                self._apart[other].add(one)
        self._likenesses = {p: x for p, x in likenesses.items() if set(p) <= self._listings_of.keys()}
        self._author = author
        self._links: list[Link] = []
        self._blocked: list[Waiting] = []

    def run(self) -> Joined:
        for (one, other), ruling in sorted(self._ruled.items(), key=lambda item: item[1].number):
            if ruling.same and not self._is_ruled_apart(one, other):
                self._join(Link(one=one, other=other, basis="decision", author=ruling.author, ground=ruling.ground))
        self._join_starter()
        self._join_references()
        self._join_scored()
        groups = {id(g): tuple(sorted(g)) for g in self._group_of.values()}
        return Joined(groups=tuple(sorted(groups.values())), links=tuple(self._links), waiting=self._find_waiting())

    def _join_starter(self) -> None:
        bridges: dict[tuple[str, str], str] = {}
        for member, listings in sorted(self._listings_of.items()):
            bridges |= {_reference(x): member for x in listings if x.subject is not None}
        for member, listings in sorted(self._listings_of.items()):
            for listing in listings:
                subject = bridges.get(_reference(listing))
                if subject is not None and listing.subject is None and not self._is_ruled_apart(subject, member):
                    ground = f"reference {listing.ref} in the starter register"
                    self._join(Link(one=subject, other=member, basis="starter", author=self._author, ground=ground))

    def _join_references(self) -> None:
        for mention in find_mentions(self._refs):
            one, other = mention.one, mention.other
            if self._is_joined(one, other) or self._is_ruled_apart(one, other):
                continue
            lacks = self._find_reference_fault(one, other)
            if not lacks:
                self._join(Link(one=one, other=other, basis="reference", author=self._author, ground=mention.ground))
            else:
                self._blocked.append(Waiting(one=one, other=other, score=0.0, lacks=f"{mention.ground}: {lacks}"))

    def _find_reference_fault(self, one: str, other: str) -> str:
        """What makes an official reference doubtful; publishers mistype them."""
        if self._has_kind_clash(one, other):
            return "one list files it as a person and the other does not"
        if self._are_refs_apart(one, other):
            return "other references say that they are two"
        likeness = self._likenesses.get(make_pair(one, other))
        if likeness is not None and likeness.verdict == "join":
            return ""  # all that both lists say was weighed, and speaks for it
        pairs = list(product(self._sides_of(one), self._sides_of(other)))
        if any(find_clash(a, b) for a, b in pairs):
            return "dates of birth and documents contradict it"
        return "the names have nothing in common" if all(is_unlike(a, b) for a, b in pairs) else ""

    def _join_scored(self) -> None:
        sure = [(x, p) for p, x in self._likenesses.items() if x.verdict == "join"]
        rivals = self._find_rivals()
        for likeness, (one, other) in sorted(sure, key=lambda item: (-item[0].logit, item[1])):
            if self._is_joined(one, other) or self._is_ruled_apart(one, other):
                continue
            if (one, other) in rivals:
                self._wait(one, other, likeness, "another listing of the same list fits nearly as well")
            elif self._has_list_twice(one, other):
                self._wait(one, other, likeness, "a list has a record of its own for each of the two")
            elif not self._is_kept_apart(one, other):
                ground = f"scored {likeness.score:.4f}: {', '.join(r.code for r in likeness.reasons)}"
                self._join(Link(one=one, other=other, basis="score", author=self._author, ground=ground))

    def _find_rivals(self) -> set[Pair]:
        """Pairs of which one side has another partner on the other's list that fits nearly as well."""
        partners: dict[tuple[str, str], list[tuple[float, Pair]]] = defaultdict(list)
        for pair, likeness in self._likenesses.items():
            for mine, its in (pair, pair[::-1]):
                partners[mine, _list_of(its)].append((likeness.logit, pair))
        rivals: set[Pair] = set()
        may_be = cache(lambda p: not (p in self._ruled or self._has_list_twice(*p) or self._is_kept_apart(*p)))
        for found in partners.values():
            best = sorted((x for x in found if may_be(x[1])), reverse=True) if len(found) > 1 else ()
            rivals.update(pair for logit, pair in best[1:])
            if len(best) > 1 and best[1][0] > best[0][0] - MARGIN:
                rivals.add(best[0][1])
        return rivals

    def _find_waiting(self) -> tuple[Waiting, ...]:
        """One pair for each two groups that may be one, unless rules or a person keep them apart."""
        doubts = [(-x.score, *p, x) for p, x in self._likenesses.items() if x.verdict == "doubt"]
        blocked = [(-w.score, w.one, w.other, w) for w in self._blocked]
        chosen: dict[tuple[int, ...], Waiting] = {}
        for _, one, other, found in sorted((*blocked, *doubts), key=lambda x: x[:3]):
            groups = tuple(sorted((id(self._group_of[one]), id(self._group_of[other]))))
            if groups in chosen or self._is_joined(one, other) or self._is_ruled_apart(one, other):
                continue
            if isinstance(found, Waiting):
                chosen[groups] = found
            elif not self._has_list_twice(one, other) and not self._is_kept_apart(one, other):
                chosen[groups] = Waiting(one=one, other=other, score=found.score, lacks=found.lacks, reasons=found.reasons)
        return tuple(chosen.values())

    def _wait(self, one: str, other: str, likeness: Alike, lacks: str) -> None:
        if not self._is_kept_apart(one, other):
            self._blocked.append(
                Waiting(one=one, other=other, score=likeness.score, lacks=lacks, reasons=likeness.reasons)
            )

    def _join(self, link: Link) -> None:
        if self._is_joined(link.one, link.other):
            return
        kept, gone = sorted((self._group_of[link.one], self._group_of[link.other]), key=len, reverse=True)
        kept.extend(gone)
        for member in gone:
            self._group_of[member] = kept
        self._links.append(link)

    def _is_joined(self, one: str, other: str) -> bool:
        return self._group_of[one] is self._group_of[other]

    def _is_ruled_apart(self, one: str, other: str) -> bool:
        """Whether a person decided that a member of one group and one of the other are two subjects."""
        its = set(self._group_of[other])
        return any(not its.isdisjoint(self._apart[m]) for m in self._group_of[one] if m in self._apart)

    def _is_kept_apart(self, one: str, other: str) -> bool:
        """Whether a score may not join the groups: kinds, references or dates of birth contradict."""
        mine, its = self._group_of[one], self._group_of[other]
        if self._has_kind_clash(one, other) or self._are_refs_apart(one, other):
            return True
        dated = [m for m in mine if m in self._dated], [m for m in its if m in self._dated]
        return any(is_far(a, b) for m, n in product(*dated) for a, b in product(self._sides_of(m), self._sides_of(n)))

    def _has_list_twice(self, one: str, other: str) -> bool:
        lists = {_list_of(m) for m in self._group_of[one]}
        return not lists.isdisjoint(_list_of(m) for m in self._group_of[other])

    def _are_refs_apart(self, one: str, other: str) -> bool:
        mine, its = ([r for m in self._group_of[x] for r in self._refs.get(m, ())] for x in (one, other))
        return any(are_apart(a, b) for a, b in product(mine, its))

    def _has_kind_clash(self, one: str, other: str) -> bool:
        mine, its = (frozenset[bool]().union(*(self._kinds[m] for m in self._group_of[x])) for x in (one, other))
        return bool(mine and its) and mine.isdisjoint(its)

    def _sides_of(self, member: str) -> Sequence[Side]:
        if member not in self._sides:
            self._sides[member] = [Side(x) for x in self._listings_of[member]]
        return self._sides[member]


def _list_of(member: str) -> str:
    return member.partition(":")[0]


def _reference(listing: Listing) -> tuple[str, str]:
    return listing.authority, "".join(listing.ref.casefold().split())


def iter_members(groups: Iterable[Sequence[str]]) -> Iterator[tuple[str, int]]:
    """Each member with the number of its group."""
    for number, group in enumerate(groups):
        for member in group:
            yield member, number
