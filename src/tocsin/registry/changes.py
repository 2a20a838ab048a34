"""What changed between two states of a list, by reference."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tocsin.model import Listing


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """References of the listings that came, went, or have other content now; each sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def diff_listings(old: Iterable[Listing], new: Iterable[Listing]) -> Changes:
    """The difference of two states of one list. The order of listings does not matter; within one it does.

    References are taken as unique in each state, which every reader sees to.
    """
    before = {listing.ref: listing for listing in old}
    after = {listing.ref: listing for listing in new}
    return Changes(
        added=tuple(sorted(after.keys() - before.keys())),
        removed=tuple(sorted(before.keys() - after.keys())),
        changed=tuple(sorted(ref for ref in before.keys() & after.keys() if before[ref] != after[ref])),
    )
