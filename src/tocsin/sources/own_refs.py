"""A reference of its own for each record, where a publisher gives one number to several."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import msgspec

from tocsin.model import Listing


def give_own_refs(
    listings: Sequence[Listing], notes: Counter[str], *, row: str, number: str, key: Callable[[Listing], str] = repr
) -> tuple[Listing, ...]:
    """Records that say the same are one. Of different ones with one reference the first by content has it bare, others get
    REF/DIGEST, so that the order of the list does not matter. `row` and `number` are what the notes call them;
    `key` is what of a record counts."""
    same = list(dict.fromkeys(listings))
    groups: dict[str, list[Listing]] = defaultdict(list)
    for listing in same:
        groups[listing.ref].append(listing)
    notes[f"{row}s that say the same twice, read once"] += len(listings) - len(same)
    notes[f"{row}s with the {number} of another {row}, kept beside it"] += len(same) - len(groups)
    refs: dict[Listing, str] = {}
    for ref, group in groups.items():
        first, *others = sorted(group, key=key)
        refs[first] = ref
        refs |= {x: f"{ref}/{hashlib.sha256(key(x).encode()).hexdigest()[:6]}" for x in others}
    return tuple(msgspec.structs.replace(x, ref=refs[x]) for x in same)
