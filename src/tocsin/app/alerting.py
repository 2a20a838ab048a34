"""Raising alerts, and settling them: inside the transaction of whatever makes it necessary, so that no reader finds an alert
open on which a decision is in force, nor one closed without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

import msgspec

from tocsin.app.register import now_utc
from tocsin.model import Hit, Query
from tocsin.model.alert import NewAlert, SourceKind
from tocsin.screen.alerts import find_subject, weigh_alert
from tocsin.screen.hit_decisions import digest_query, hold, make_identity
from tocsin.store.alerts import (
    Raised,
    Weighed,
    hold_round,
    iter_parts,
    iter_queries,
    iter_weighed,
    set_identity,
    write_alerts,
    write_standings,
)
from tocsin.store.hit_decisions import find_hit_decisions, find_key, get_key

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.match import Index
    from tocsin.model.hit_decision import HitDecision
    from tocsin.store.alerts import Standing

FindIndex = Callable[[], "Index"]


def raise_alerts(connection: Connection, found: Iterable[NewAlert], index: Index, *, at: dt.datetime) -> int:
    """Raise alerts for hits on which no decision is in force; how many of them are new. Once for all: what was raised before
    only learns where it was met again, and what was asked now."""
    hold_round(connection)
    key = get_key(connection)
    raised = [_make_raised(one, key) for one in found]
    decisions = _find_decisions(connection, {one.identity for one in raised})
    decided = {one.key for one in raised if one.identity in decisions and _is_decided(one, decisions, index, at)}
    new = write_alerts(connection, raised, decided=decided, register=index.register, at=at)
    if decisions:
        settle_alerts(connection, lambda: index, at=at, identities=decisions, new=frozenset(new))
    return len(new)


def settle_alerts(
    connection: Connection, find_index: FindIndex, *, at: dt.datetime, identities: Collection[str] | None = None,
    lapsed: bool = False, new: Collection[int] = (),
) -> None:
    """Close and open alerts as the decisions on them say now: those of identities, those of which a decision has expired
    (`lapsed`), or all, which are then settled against the state in force."""
    hold_round(connection)
    some = iter_weighed(connection, identities=identities, lapsed_at=at if lapsed else None)
    for part in iter_parts(some):
        index = find_index()
        decisions = _find_decisions(connection, {one.identity for one in part})
        stood = (
            (one, weigh_alert(
                one, find_subject(one.subject, index.find_entities), decisions.get(one.identity, ()), now=at,
                is_new=one.number in new,
            ))
            for one in part
        )
        write_standings(connection, [standing for one, standing in stood if _differs(one, standing)], at=at)
    if identities is None and not lapsed:
        hold_round(connection, register=find_index().register)


def settle_decided(connection: Connection, find_index: FindIndex, decisions: Iterable[HitDecision]) -> None:
    """Close and open the alerts on which these were decided, confirmed or withdrawn."""
    settle_alerts(connection, find_index, at=now_utc(), identities={one.identity for one in decisions})


def rekey_alerts(connection: Connection, key: bytes) -> None:
    """Give alerts the identities that they have under another key, before the first decision. Until then all that was asked
    is kept, but for subjects that have gone: those stay as they are."""
    for number, identity, query in iter_queries(connection):
        reference = identity.removeprefix("ref:") if identity.startswith("ref:") else None
        set_identity(connection, number, make_identity(query, reference, key=key), digest_query(query, key=key))


def make_alert(hit: Hit, query: Query, reference: str | None, *, source: SourceKind, name: str, place: str) -> NewAlert:
    """What is raised of a hit."""
    return NewAlert(
        query=query, reference=reference, subject=hit.subject, caption=hit.caption, score=hit.score,
        lists=tuple(x.list_key for x in hit.listings), authorities=tuple(x.authority for x in hit.listings),
        source=source, name=name, place=place,
    )


def _make_raised(one: NewAlert, key: bytes) -> Raised:
    return Raised(
        identity=make_identity(one.query, one.reference, key=key), asked=digest_query(one.query, key=key),
        **msgspec.structs.asdict(one),
    )


def _find_decisions(connection: Connection, identities: set[str]) -> dict[str, tuple[HitDecision, ...]]:
    """The decisions that are held on these identities; only those that have any."""
    key, found = find_key(connection), dict[str, tuple["HitDecision", ...]]()
    for part in iter_parts(sorted(identities)):
        some = find_hit_decisions(connection, identities=part, held=True)
        found |= hold(some, key=key or b"", now=now_utc()).decisions
    return found


def _is_decided(
    one: Raised, decisions: dict[str, tuple[HitDecision, ...]], index: Index, at: dt.datetime
) -> bool:
    weighed = Weighed(
        number=0, identity=one.identity, subject=one.subject, caption=one.caption, score=one.score, asked=one.asked,
        state="open", decision=None, proposal=None,
    )
    entity = find_subject(one.subject, index.find_entities)
    return weigh_alert(weighed, entity, decisions[one.identity], now=at).state != "open"


def _differs(one: Weighed, standing: Standing) -> bool:
    was = (one.state, one.decision, one.proposal)
    return standing.told is not None or (standing.state, standing.decision, standing.proposal) != was
