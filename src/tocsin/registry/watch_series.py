"""What the row of a list's states shows: how often it changes, whether it has fallen silent, whether it shrinks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from tocsin.registry.lists import ListState
from tocsin.registry.watch import Finding, make_finding
from tocsin.registry.watch_rules import SILENT_DAYS, SILENT_FACTOR, SILENT_PAUSES, YEAR_DAYS
from tocsin.store.history import Snapshot


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """How often a list changed here, by the publisher's own dates where it has them.

    `states` that were taken, oldest `since`; `changed_on` is the day of the last one that said something new, which was
    `quiet_days` ago; `usual_days` and `longest_days` are the median and the longest pause between two such states,
    absent with fewer than two of them. `stale_after_days` is how long the list may go without being asked for.
    """

    list_key: str
    states: int
    since: dt.date
    changed_on: dt.date
    quiet_days: int
    stale_after_days: int
    usual_days: float | None = None
    longest_days: int | None = None


def find_rhythm(states: Sequence[Snapshot], *, stale_after_days: int, now: dt.datetime) -> Rhythm:
    """The rhythm of a list with at least one state; `states` are all that were taken, oldest first."""
    changed = _find_new(states)
    pauses = _find_pauses(changed)
    return Rhythm(
        list_key=states[-1].list_key, states=len(states), since=states[0].valid_from.date(),
        changed_on=changed[-1].date(), quiet_days=max(0, (now - changed[-1]).days), stale_after_days=stale_after_days,
        usual_days=float(median(pauses)) if pauses else None, longest_days=max(pauses, default=None),
    )


def check_series(states: Sequence[Snapshot], listed: ListState, *, now: dt.datetime) -> tuple[Finding, ...]:
    """Rhythm and shrinkage of a list in force; `listed` says when its publisher was last asked."""
    rhythm = find_rhythm(states, stale_after_days=listed.stale_after_days, now=now)
    found = (*_check_rhythm(states, rhythm, listed), *_check_shrinkage(states))
    return tuple(finding for finding in found if finding is not None)


def _check_rhythm(states: Sequence[Snapshot], rhythm: Rhythm, listed: ListState) -> Iterator[Finding | None]:
    key = rhythm.list_key
    usual = "its rhythm is not known yet" if rhythm.usual_days is None else (
        f"it changes every {rhythm.usual_days:g} days in the middle, with a longest pause of {rhythm.longest_days} days"
    )
    yield make_finding("rhythm", count=1, list_key=key, seen=(
        f"Last change {rhythm.changed_on} ({rhythm.quiet_days} days ago); {usual}. States taken since {rhythm.since}: "
        f"{rhythm.states:,}."
    ))
    if listed.stale:
        yield make_finding("rhythm.stale", count=1, list_key=key, seen=(
            f"The list is {listed.age_days} days old; it should not be left for more than {listed.stale_after_days}."
        ))
    pauses = _find_pauses(_find_new(states))
    silent = rhythm.quiet_days - (listed.age_days or 0)  # until the publisher was last asked; after that nobody knows
    is_known = len(pauses) >= SILENT_PAUSES and (rhythm.changed_on - rhythm.since).days >= SILENT_DAYS
    if is_known and silent > max(SILENT_FACTOR * max(pauses), listed.stale_after_days):
        yield make_finding("rhythm.silent", count=1, list_key=key, seen=(
            f"The publisher has said nothing new for {silent} days; its longest pause before was {max(pauses)} days."
        ))


def _check_shrinkage(states: Sequence[Snapshot]) -> Iterator[Finding | None]:
    if len(states) < 2:
        return
    before, now = states[-2:]
    key, day = now.list_key, f"{before.valid_from:%Y-%m-%d}"
    lost = before.listings - now.listings
    step = make_finding("shrunk.step", count=lost, of=before.listings, list_key=key, seen=(
        f"{now.listings:,} listings, {lost:,} fewer than the {before.listings:,} of {day}."
    )) if lost > 0 else None
    yield step
    for kind, had in sorted(before.kinds.items()):
        gone = had - now.kinds.get(kind, 0)
        if gone > 0:
            seen = f"{had - gone:,} listings of kind '{kind}', {gone:,} fewer than the {had:,} of {day}."
            yield make_finding("shrunk.kind", count=gone, of=had, fields=(kind,), seen=seen, list_key=key)
    year = [s for s in states if (now.valid_from - s.valid_from).days <= YEAR_DAYS]
    most = max(year, key=lambda s: s.listings)
    lost = most.listings - now.listings
    if lost > 0 and not (step and most is before):
        yield make_finding("shrunk.slowly", count=lost, of=most.listings, list_key=key, seen=(
            f"{now.listings:,} listings, {lost:,} fewer than the {most.listings:,} of {most.valid_from:%Y-%m-%d}, "
            f"over {len(states) - 1 - states.index(most)} states."
        ))


def _find_new(states: Sequence[Snapshot]) -> list[dt.datetime]:
    """When states came that said something else than the one before."""
    return [s.valid_from for at, s in enumerate(states) if at == 0 or s.content != states[at - 1].content]


def _find_pauses(moments: Sequence[dt.datetime]) -> list[int]:
    return [(b - a).days for a, b in pairwise(moments)]
