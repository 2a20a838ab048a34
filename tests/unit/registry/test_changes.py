"""The difference of two states of a list."""

from __future__ import annotations

from tocsin.model import Fact, Listing, Origin
from tocsin.registry.changes import Changes, diff_listings


def listing(ref: str, text: str = "") -> Listing:
    facts = (Fact(key="comment", text=text, origin=Origin(field="COMMENTS1")),)
    return Listing(list_key="un", authority="UN", ref=ref, kind="person", names=(), facts=facts)


def test_added_removed_and_changed_references_come_sorted() -> None:
    old = [listing("D"), listing("C"), listing("B"), listing("A")]
    new = [listing("F"), listing("E"), listing("B", "new"), listing("A", "new")]

    assert diff_listings(old, new) == Changes(added=("E", "F"), removed=("C", "D"), changed=("A", "B"))


def test_order_of_listings_is_no_change() -> None:
    assert diff_listings([listing("A"), listing("B")], [listing("B"), listing("A")]) == Changes()
