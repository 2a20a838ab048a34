"""Which listings name each other: authorities state the references that a subject has on other authorities' lists.

"KPi.033" on an EU or UK listing is the UN's own number for the subject. Such statements join, by these rules, which keep one
authority's slip from making two people one:

1. A listing that names two references of one list joins by neither; nor do two records of one list that name the same one.
2. Two records of one list are two subjects, whoever says otherwise: a join that would put them together is not made.
3. A person is no organisation, vessel or aircraft, and two subjects of the starter register are two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tocsin.model import REFERENCES, Listing

AUTHORITIES = {"un_ref": "UN", "eu_ref": "EU", "uk_ref": "UK", "ofac_uid": "US"}  # whose references these are
ORDER = ("un", "us_ofac", "eu_fsf", "uk_sl")  # whose reference an entity is called by, where the starter has no name for it
Reference = tuple[str, str]


def find_subjects(listings: Sequence[Listing], subjects: Mapping[Reference, str]) -> dict[str, str]:
    """The id of the entity of each listing, by `key_of`: listings with one id are about one subject.

    `subjects` are the starter's, by reference. An id is the starter's where it has one, else of the listing
    whose list comes first in `ORDER`, then by alphabet: list and reference. The order of `listings` does not matter.
    """
    groups = _Groups(listings, subjects)
    for first, second in sorted(_find_pairs(listings, groups)):
        groups.join(first, second)
    return {key_of(x): groups.name(key_of(x)) for x in listings}


def key_of(listing: Listing) -> str:
    """What tells a listing from all others: authority, list and the reference on it."""
    return f"{listing.authority} {listing.list_key}:{listing.ref}"


def fold_reference(authority: str, ref: str) -> Reference:
    """A reference as it is compared: without spaces, in small letters."""
    return authority, "".join(ref.casefold().split())


def _find_pairs(listings: Sequence[Listing], groups: _Groups) -> Iterable[tuple[str, str]]:
    """The keys of two listings each that are said to be one, by rule 1."""
    named: dict[Reference, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))  # reference -> list -> keys
    for listing in listings:
        said: dict[str, set[str]] = defaultdict(set)
        for identifier in listing.identifiers:
            if identifier.kind in REFERENCES:
                said[AUTHORITIES.get(identifier.kind, identifier.kind)].add(identifier.number)
        for authority, refs in said.items():
            if len(refs) == 1:
                named[fold_reference(authority, refs.pop())][listing.list_key].add(key_of(listing))
    for reference, by_list in named.items():
        sure = sorted(next(iter(keys)) for keys in by_list.values() if len(keys) == 1)
        target = groups.find_key(reference)
        if target is not None:
            yield from ((target, key) for key in sure)
        else:
            yield from ((sure[0], key) for key in sure[1:])


class _Groups:
    """Keys of listings in groups, each of one subject."""

    def __init__(self, listings: Sequence[Listing], subjects: Mapping[Reference, str]) -> None:
        self._above: dict[str, str] = {}
        self._lists: dict[str, dict[str, set[str]]] = {}
        self._kinds: dict[str, set[str]] = {}
        self._starter: dict[str, str] = {}
        self._keys: dict[Reference, str] = {}
        for listing in listings:
            key, reference = key_of(listing), fold_reference(listing.authority, listing.ref)
            group = f"subject {subjects[reference]}" if reference in subjects else key
            self._above[key] = group
            self._above.setdefault(group, group)
            self._lists.setdefault(group, defaultdict(set))[listing.list_key].add(listing.ref)
            self._kinds.setdefault(group, set()).update({listing.kind} - {"unknown"})
            if reference in subjects:
                self._starter[group] = subjects[reference]
            self._keys.setdefault(reference, key)
        for reference, subject in subjects.items():  # also those of which no official list is in force
            group = f"subject {subject}"
            if group in self._above:
                self._keys.setdefault(reference, group)

    def find_key(self, reference: Reference) -> str | None:
        return self._keys.get(reference)

    def join(self, first: str, second: str) -> None:
        """Make two groups one, unless rule 2 or 3 forbids it."""
        a, b = self._find(first), self._find(second)
        if a == b or (a in self._starter and b in self._starter) or len(self._kinds[a] | self._kinds[b]) > 1:
            return
        if any(self._lists[a][key] != refs for key, refs in self._lists[b].items() if key in self._lists[a]):
            return
        self._above[b] = a
        for key, refs in self._lists.pop(b).items():
            self._lists[a][key] |= refs
        self._kinds[a] |= self._kinds.pop(b)
        if b in self._starter:
            self._starter[a] = self._starter.pop(b)

    def name(self, key: str) -> str:
        group = self._find(key)
        if group in self._starter:
            return self._starter[group]
        lists = self._lists[group]
        first = min(lists, key=lambda list_key: (ORDER.index(list_key) if list_key in ORDER else len(ORDER), list_key))
        return f"{first}:{min(lists[first])}"

    def _find(self, key: str) -> str:
        while self._above[key] != key:
            key = self._above[key]
        return key
