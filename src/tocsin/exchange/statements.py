"""The completeness statement of a population: that everyone was checked against which state of every list, and when.

For each list it tells the four moments of "without delay": when its state was published, when it was taken here, when
everyone was first checked against it, and when what was found had been told. Who could not be checked is named, with the
reason; it is `complete` only when there is nobody of whom that has to be said.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from tocsin.store.checkings import Checking
from tocsin.store.notices import Told
from tocsin.store.populations import Population, Refused


class ListStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One list's state. `told` is `nothing` where nothing was found, `feed` where only the feed tells, `delivered`, or
    `under_way` while a delivery is still tried. `delay_s` runs from publication to `told_at`, or to `checked_at` where there
    was nothing to tell; absent where the list does not say when it was published."""

    list_key: str
    digest: str
    published_at: dt.datetime | None
    taken_at: dt.datetime
    checked_at: dt.datetime
    told: Literal["nothing", "feed", "delivered", "under_way"]
    told_at: dt.datetime | None
    delay_s: float | None


class NotChecked(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was not checked: a member by reference, and why."""

    reference: str
    reason: str


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """`references` is the digest of all members' references at the last checking (`store.populations.digest_references`).

    `complete`: the state checked against is the one in force, no member has come since, and every member and every row that
    was given could be checked. `reasons` say what is missing to that.
    """

    population: str
    purpose: str
    complete: bool
    reasons: tuple[str, ...]
    made_at: dt.datetime
    members: int
    references: str | None
    register: str | None
    register_in_force: str | None
    basis: str | None
    checking: int | None
    how: str | None
    affected_subjects: int | None
    started_at: dt.datetime | None
    finished_at: dt.datetime | None
    findings: int
    lists: tuple[ListStatement, ...]
    not_checked: tuple[NotChecked, ...]
    checked_without_a_field: tuple[NotChecked, ...]
    not_registered: tuple[Refused, ...]
    purged: int


class Members(msgspec.Struct, frozen=True, kw_only=True):
    """The members as they are now: how many, how many of them were never checked, who cannot be, and who only partly."""

    count: int
    waiting: int
    not_checked: tuple[NotChecked, ...]
    without_a_field: tuple[NotChecked, ...]


def make_statement(
    population: Population, checkings: Sequence[Checking], *, told: Mapping[int, Told], members: Members, findings: int,
    in_force: str | None, at: dt.datetime,
) -> Statement:
    """The statement of the last of a population's `checkings`, which come oldest first."""
    last = checkings[-1] if checkings else None
    reasons = _find_reasons(population, last, members, in_force)
    return Statement(
        population=population.name, purpose=population.purpose, complete=not reasons, reasons=reasons, made_at=at,
        members=members.count, references=last.totals.references if last else None, register=last.register if last else None,
        register_in_force=in_force, basis=last.totals.basis if last else None, checking=last.id if last else None,
        how=last.how if last else None, affected_subjects=last.totals.subjects if last else None,
        started_at=last.started_at if last else None, finished_at=last.finished_at if last else None, findings=findings,
        lists=_make_lists(checkings, told), not_checked=members.not_checked,
        checked_without_a_field=members.without_a_field, not_registered=population.refused,
        purged=sum(c.totals.purged for c in checkings),
    )


def _find_reasons(
    population: Population, last: Checking | None, members: Members, in_force: str | None
) -> tuple[str, ...]:
    reasons = []
    if last is None:
        reasons.append("The population was never checked.")
    elif last.register != in_force:
        reasons.append("Another state of the lists is in force than the one that was checked against.")
    if members.waiting:
        reasons.append(f"{members.waiting:,} members came or were changed since the last checking.")
    if members.not_checked:
        reasons.append(f"{len(members.not_checked):,} members cannot be checked.")
    if population.refused:
        reasons.append(f"{len(population.refused):,} rows could not be registered.")
    return tuple(reasons)


def _make_lists(checkings: Sequence[Checking], told: Mapping[int, Told]) -> tuple[ListStatement, ...]:
    if not checkings:
        return ()
    return tuple(
        _make_list(state.list_key, state.digest, checkings, told)
        for state in sorted(checkings[-1].totals.states, key=lambda s: s.list_key)
    )


def _make_list(key: str, digest: str, checkings: Sequence[Checking], told: Mapping[int, Told]) -> ListStatement:
    """A list by the first of the latest checkings that were all against this state of it."""
    first, state = checkings[-1], next(s for s in checkings[-1].totals.states if s.list_key == key)
    for checking in reversed(checkings):
        same = next((s for s in checking.totals.states if s.list_key == key and s.digest == digest), None)
        if same is None:
            break
        first, state = checking, same
    its = told.get(first.id)
    how: Literal["nothing", "feed", "delivered", "under_way"] = (
        "nothing" if its is None else "feed" if not its.deliveries else "delivered" if its.told_at else "under_way"
    )
    told_at = its.told_at if its else None
    end = told_at or (first.finished_at if how == "nothing" else None)
    return ListStatement(
        list_key=key, digest=digest, published_at=state.published_at, taken_at=state.taken_at,
        checked_at=first.finished_at, told=how, told_at=told_at,
        delay_s=(end - state.published_at).total_seconds() if end and state.published_at else None,
    )


def describe_statement(statement: Statement) -> str:
    """The statement as text that people read."""
    head = "COMPLETE" if statement.complete else "NOT COMPLETE"
    lines = [
        f"Completeness statement: population {statement.population} - {head}", f"Purpose: {statement.purpose}",
        *(f"  {reason}" for reason in statement.reasons),
        f"Members: {statement.members:,}; digest of their references: {statement.references or '-'}",
        f"Register checked against: {statement.register or '-'}; in force: {statement.register_in_force or '-'}",
    ]
    if statement.finished_at and statement.started_at:
        how = "all against all subjects" if statement.how == "all" else f"{statement.affected_subjects:,} affected subjects"
        lines.append(
            f"Checking {statement.checking}: {_tell(statement.started_at)} to {_tell(statement.finished_at)}, {how}; "
            f"findings in force: {statement.findings:,}; {statement.basis}"
        )
    if statement.purged:
        lines.append(f"Members removed by retention, over all checkings: {statement.purged:,}")
    for one in statement.lists:
        lines.append(
            f"  {one.list_key} {one.digest[:12]}: published {_tell(one.published_at)}, taken {_tell(one.taken_at)}, checked "
            f"{_tell(one.checked_at)}, told: {_tell(one.told_at) if one.told_at else one.told.replace('_', ' ')}"
        )
    lines += (f"  not checked: {one.reference}: {one.reason}" for one in statement.not_checked)
    lines += (f"  checked without a field: {one.reference}: {one.reason}" for one in statement.checked_without_a_field)
    lines += (f"  not registered: {one.reason}" for one in statement.not_registered)
    return "\n".join([*lines, f"Made {_tell(statement.made_at)}."])


def _tell(moment: dt.datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "on an unknown date"
