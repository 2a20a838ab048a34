"""Where every authority stands on one subject: lists it, covers it by reference, listed it once, or does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from tocsin.model import Entity, Listing, PartialDate
from tocsin.registry.derived import Derived, Rules, find_derived
from tocsin.registry.regimes import DEFAULT, Regime, find_regime, regimes_of
from tocsin.registry.who import find_since

Status = Literal["listed", "derived", "other_regime", "ended", "not_listed"]
COVERS: tuple[Status, ...] = ("listed", "derived")


class Stand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One listing of a subject: its own (`status` listed), one that follows from another (derived), one that ended, or its
    own under another regime than was asked for (other_regime).

    `since_from` says where the date is from: the list's key, or "starter" where the list gives none. `until` is the date of
    the first state of the list without it, `derived_from` the listing that it follows from ("un:QDe.004").
    """

    status: Status
    list_key: str
    ref: str | None = None
    caption: str | None = None
    since: PartialDate | None = None
    since_from: str | None = None
    until: dt.date | None = None
    programmes: tuple[str, ...] = ()
    regimes: tuple[Regime, ...] = ()
    derived_from: str | None = None
    note: str | None = None


class Position(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One authority on one subject. `status` is the most that one of its `stands` says; `since` is the earliest date of
    those that say it, with where it is from, absent when none has a date."""

    authority: str
    status: Status
    since: PartialDate | None = None
    since_from: str | None = None
    stands: tuple[Stand, ...] = ()


class Lag(msgspec.Struct, frozen=True, kw_only=True):
    """How many days after the first authority another listed the subject.

    The two numbers differ where a date lacks its day or month: the true lag is between them.
    """

    authority: str
    after: str
    least_days: int
    most_days: int


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """A listing that ended, and the date of the first state of its list without it."""

    listing: Listing
    until: dt.date


def make_positions(
    entity: Entity, authorities: Sequence[str], *, rules: Rules, regime: Regime | None = None, pasts: Sequence[Past] = ()
) -> tuple[Position, ...]:
    """The position of each authority, in the order given; with `regime` only listings under it count as such."""
    derived = find_derived(entity, authorities, rules)
    return tuple(_make_position(entity, authority, derived, regime, pasts) for authority in authorities)


def find_lags(positions: Sequence[Position]) -> tuple[Lag, ...]:
    """The lag of each authority behind the first, in order of date; empty where fewer than two have a date.

    Listings that ended count too: who listed first did so, whatever became of it.
    """
    dated = sorted(
        (since.earliest, p.authority, since) for p in positions
        if (since := p.since or min((s.since for s in p.stands if s.since), key=lambda d: d.earliest, default=None))
        and p.status in (*COVERS, "ended")
    )
    if len(dated) < 2:
        return ()
    _, first, start = dated[0]
    return tuple(
        Lag(
            authority=authority, after=first, most_days=(since.latest - start.earliest).days,
            least_days=max(0, (since.earliest - start.latest).days),
        )
        for _, authority, since in dated[1:]
    )


def _make_position(
    entity: Entity, authority: str, derived: Sequence[Derived], regime: Regime | None, pasts: Sequence[Past]
) -> Position:
    stands = tuple(_iter_stands(entity, authority, derived, regime, pasts))
    order: tuple[Status, ...] = ("listed", "derived", "other_regime", "ended")
    found = {stand.status for stand in stands}
    status: Status = next((s for s in order if s in found), "not_listed")
    dated = [(stand.since.earliest, stand) for stand in stands if stand.status == status and stand.since]
    first = min(dated, key=lambda pair: pair[0], default=(None, None))[1]
    return Position(
        authority=authority, status=status, stands=stands, since=first.since if first else None,
        since_from=first.since_from if first else None,
    )


def _iter_stands(
    entity: Entity, authority: str, derived: Sequence[Derived], regime: Regime | None, pasts: Sequence[Past]
) -> Iterator[Stand]:
    for x in entity.listings:
        if x.authority == authority:
            yield _make_stand(x, entity.superseded, "listed" if regime in (None, *regimes_of(x)) else "other_regime")
    for d in derived:
        its = find_regime(d.authority, d.programme) or DEFAULT
        if d.authority == authority and regime in (None, its):
            yield Stand(
                status="derived", list_key=d.list_key, since=d.since, since_from=d.since_from, programmes=(d.programme,),
                regimes=(its,), derived_from=d.derived_from, note=d.text,
            )
    for past in pasts:
        if past.listing.authority == authority and regime in (None, *regimes_of(past.listing)):
            yield _make_stand(past.listing, entity.superseded, "ended", until=past.until)


def _make_stand(
    listing: Listing, superseded: Sequence[Listing], status: Status, *, until: dt.date | None = None
) -> Stand:
    since, since_from = find_since(listing, superseded)
    return Stand(
        status=status, list_key=listing.list_key, ref=listing.ref, caption=listing.caption, since=since,
        since_from=since_from, programmes=tuple(dict.fromkeys(m.programme for m in listing.measures)),
        regimes=regimes_of(listing), until=until,
    )
