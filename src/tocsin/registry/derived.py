"""Listings that follow from another list's: computed each time, shown with what they follow from, and never stored.

Two rules are known. India's First Schedule takes in, by its entry 33, the organisations on the UN's list for terrorism,
without naming them. And OFAC tags with its programme FTO the organisations that the State Department has designated,
which is told where the State Department's own list is not in force. A listing of the UK or the EU that carries out one of
the UN is that authority's own act, and is no derived listing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import Entity, Listing, PartialDate

FTO = "FTO"
UN_TERRORISM = frozenset({"Al-Qaida", "ISIL (Da'esh) and Al-Qaida", "Taliban"})  # the second is the first, as it is now
ENTRY = "incorporated_lists"  # what `in_uapa` counts: entries that take in another list


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """Which rules hold in a register: whether India takes in the UN's list, whether OFAC's tag speaks for the FTO list."""

    un_by_in: bool = True
    fto_by_ofac: bool = True


class Derived(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that follows from the listing `derived_from` ("un:QDe.004"). `list_key` is the list that it counts for.

    `since` is set only where the date of the derived listing itself is known: that of the listing it follows from is not
    its date. `text` says in words what it rests on.
    """

    authority: str
    list_key: str
    derived_from: str
    text: str
    programme: str
    ground: str
    since: PartialDate | None = None
    since_from: str | None = None


def make_rules(first_schedule: dict[str, int] | None, fto: dict[str, int] | None) -> Rules:
    """The rules that hold, from what the states in force of `in_uapa` and `us_fto` counted (`None`: not in force).

    Without a state of `in_uapa` the entry is taken to be there: it has been in every state since 2015. A state that lacks
    it ends it.
    """
    return Rules(un_by_in=first_schedule is None or first_schedule.get(ENTRY, 0) > 0, fto_by_ofac=fto is None)


def find_derived(entity: Entity, authorities: Sequence[str], rules: Rules) -> tuple[Derived, ...]:
    """What follows from a subject's listings, for those `authorities` of which a list is in force.

    India's is left out where India lists the subject by name.
    """
    return tuple(d for d in _iter_derived(entity, rules) if d.authority in authorities)


def _iter_derived(entity: Entity, rules: Rules) -> Iterator[Derived]:
    named = {x.authority for x in entity.listings}
    for x in entity.listings:
        if rules.un_by_in and "IN" not in named and _is_taken_in(x, entity):
            yield Derived(
                authority="IN", list_key="in_uapa", derived_from=f"{x.list_key}:{x.ref}", programme="UAPA-I",
                text="covered by reference to the UN list (First Schedule, entry 33)",
                ground="Unlawful Activities (Prevention) Act 1967, s.35, First Schedule, entry 33",
            )
        tags = [m for m in x.measures if m.programme == FTO and x.list_key == "us_ofac"]
        if rules.fto_by_ofac and tags:
            since, since_from = _find_fto_date(entity, x)
            yield Derived(
                authority="US", list_key="us_fto", derived_from=f"{x.list_key}:{x.ref}", programme=FTO,
                text="Foreign Terrorist Organization by OFAC's programme FTO (list us_fto is not in force)",
                ground=tags[0].ground or "Immigration and Nationality Act, section 219", since=since, since_from=since_from,
            )


def _is_taken_in(listing: Listing, entity: Entity) -> bool:
    """Organisations only: India's order names "organisations listed", and the Fourth Schedule takes in nobody."""
    return listing.authority == "UN" and "organization" in (listing.kind, entity.kind) and any(
        m.programme in UN_TERRORISM for m in listing.measures
    )


def _find_fto_date(entity: Entity, listing: Listing) -> tuple[PartialDate | None, str | None]:
    """When the programme FTO began: as the listing says, else as the starter register does."""
    for x in (listing, *(y for y in entity.superseded if (y.authority, y.ref) == (listing.authority, listing.ref))):
        for measure in x.measures:
            if measure.programme == FTO and measure.since:
                return measure.since, x.list_key
    return None, None
