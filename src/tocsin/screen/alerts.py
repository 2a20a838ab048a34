"""Whether a decision holds on an alert. Pure: alerts, entities and decisions in, how each stands out.

An alert is closed exactly while a decision on it is in force: made on the facts that are there now, confirmed where that is
needed, neither expired nor withdrawn. One whose subject is listed no longer is gone: nothing is left to be decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tocsin.model import Entity
from tocsin.model.hit_decision import HitDecision, Ruling
from tocsin.screen.hit_decisions import FindEntities, find_rulings
from tocsin.store.alerts import Standing, Weighed


def find_subject(subject: str, find_entities: FindEntities) -> Entity | None:
    """The subject in force that has an id, or had it before it was joined."""
    found = find_entities(subject)
    exact = (e for e in found if e.id == subject)
    return next(exact, None) or next((e for e in found if subject in e.former), None)


def weigh_alert(
    one: Weighed, entity: Entity | None, decisions: Sequence[HitDecision], *, now: dt.datetime, is_new: bool = False
) -> Standing:
    """How an alert stands. Of one that `is_new` or comes back it is told why an earlier decision does not hold."""
    if entity is None:
        is_same = one.state == "gone"
        said = f"{one.caption} is listed no longer."
        return Standing(number=one.number, state="gone", told=None if is_same else ("gone", "", said))
    rulings = find_rulings(one, entity, one.asked, decisions, now=now)
    ruling = next((r for r in rulings if r.state != "proposed"), None)
    proposal = next((r for r in rulings if r.state == "proposed"), None)
    if ruling is not None and ruling.state == "in_force":
        return _close(one, ruling, proposal)
    return Standing(
        number=one.number, state="open", proposal=proposal.decision if proposal else None,
        lapses_at=proposal.expires_at if proposal else None,
        told=("returned", "", _tell_return(one, ruling)) if one.state != "open" or (is_new and ruling) else None,
    )


def _close(one: Weighed, ruling: Ruling, proposal: Ruling | None) -> Standing:
    is_same = (one.state, one.decision) == ("closed", ruling.decision)
    ends = [r.expires_at for r in (ruling, proposal) if r is not None and r.expires_at is not None]
    return Standing(
        number=one.number, state="closed", decision=ruling.decision, outcome=ruling.outcome,
        proposal=proposal.decision if proposal else None, lapses_at=min(ends, default=None),
        told=None if is_same else ("closed", ruling.author, f"{ruling.text} {ruling.ground}"),
    )


def _tell_return(one: Weighed, ruling: Ruling | None) -> str:
    if ruling is not None:
        return ruling.text
    if one.state == "gone":
        return f"{one.caption} is listed again."
    return f"Decision {one.decision} was withdrawn."
