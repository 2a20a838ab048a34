"""The alert queue: hits that wait for a person, filtered, assigned, commented on, and decided, one or many at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec
from sqlalchemy import Connection

from tocsin.app import App
from tocsin.app.alerting import make_alert, raise_alerts, settle_alerts
from tocsin.app.asking import NEAR
from tocsin.app.deciding import MAX_AUTHOR, MAX_GROUND, Decided, check_text
from tocsin.app.register import now_utc
from tocsin.errors import BadInput, suggest
from tocsin.model import Hit, Query
from tocsin.model.alert import Alert, AlertEvent, AlertFilter, AlertSource
from tocsin.model.hit_decision import HitDecision, Outcome
from tocsin.screen.hit_decisions import check_reference, make_identity
from tocsin.store.access import list_users
from tocsin.store.alerts import (
    assign_alerts,
    find_alerts,
    find_assignees,
    find_events,
    find_number,
    find_round,
    find_sources,
    get_alerts,
    has_lapsed,
    has_purgeable,
    purge_queries,
    write_events,
)
from tocsin.store.desk import has_desk, open_desk
from tocsin.store.hit_decisions import find_key

MOST_SHOWN = 500   # alerts of one page
MOST_BULK = 500    # alerts that are assigned or decided at once
MOST_NEAR = 1_000  # hits among which that of an alert is looked for
BULK_OUTCOMES: tuple[Outcome, ...] = ("false_match", "needs_information")  # what many alerts at once can be decided to be
DECIDERS = ("analyst", "approver", "administrator")


class AlertFile(msgspec.Struct, frozen=True, kw_only=True):
    """An alert with where it came from, and what was done with it."""

    alert: Alert
    sources: tuple[AlertSource, ...]
    events: tuple[AlertEvent, ...]

    @property
    def returned(self) -> AlertEvent | None:
        """What tells why an alert that was decided, or gone, waits again."""
        last = next((e for e in reversed(self.events) if e.kind in ("returned", "closed", "gone")), None)
        return last if last is not None and last.kind == "returned" and self.alert.is_undecided else None


class Alerts:
    """The alerts of one register, as whoever acts (`Register.acting_as`) may look through and decide them."""

    def __init__(self, app: App) -> None:
        self._app = app

    def refresh(self) -> None:
        """Settle what lists and time have changed: a decision that lapsed since a fact or the day is another, a subject that
        went or came back; and forget what was asked of alerts that were decided long ago."""
        if not has_desk(self._app.settings.desk):
            return
        now = now_utc()
        before = now - dt.timedelta(days=self._app.settings.alert_days)
        with self._open() as connection:
            register = find_round(connection)
            if register is None:
                return
            is_old = register != self._app.index().register
            is_done = not (is_old or has_lapsed(connection, at=now) or has_purgeable(connection, before=before))
        if is_done:
            return
        with self._open(write=True, forgets=True) as connection:
            settle_alerts(connection, self._app.index, at=now, lapsed=not is_old)
            purged = purge_queries(connection, before=before)
            if purged:
                self._app.record("alerts", {"change": "purged", "queries": purged})

    def find(self, wanted: AlertFilter, *, limit: int = 100, offset: int = 0) -> tuple[tuple[Alert, ...], int]:
        """Alerts, the surest first, and how many there are in all. `BadInput` for a limit, offset or score out of range."""
        if not 1 <= limit <= MOST_SHOWN or not 0 <= offset <= 2**31:
            raise BadInput(f"limit: expected 1 to {MOST_SHOWN}, and an offset of 0 or more. Nothing was looked for.")
        if not 0 <= wanted.min_score <= wanted.max_score <= 1:
            raise BadInput("The scores: expected two numbers from 0 to 1, the lower one first. Nothing was looked for.")
        if not has_desk(self._app.settings.desk):
            return (), 0
        self.refresh()
        with self._open() as connection:
            return find_alerts(connection, wanted, limit=limit, offset=offset)

    def get(self, number: int) -> AlertFile:
        """`NotFound` when there is no alert of that number."""
        self.refresh()
        with self._open() as connection:
            (alert,) = get_alerts(connection, (number,))
            return AlertFile(
                alert=alert, sources=find_sources(connection, number), events=find_events(connection, number)
            )

    def find_assignees(self) -> tuple[str, ...]:
        """Who may be given alerts: users who may decide, and whoever has some."""
        with self._open() as connection:
            users = [u.name for u in list_users(connection) if u.active and u.role in DECIDERS]
            return tuple(sorted({*users, *find_assignees(connection)}))

    def find_hit(self, alert: Alert) -> Hit | None:
        """How the subject of an alert is met by what was asked, with what would change that; `None` where it is not, or no
        longer, or where what was asked is kept no longer."""
        if alert.query is None:
            return None
        return find_near(self._app, alert.query, alert.subject)

    def escalate(self, query: Query, subject: str, *, reference: str | None = None) -> Alert:
        """Raise a hit of a search, by the id of its subject, for others to decide on. `BadInput` when the subject is no hit
        of that query, nor near one, or when a decision on it is in force."""
        if reference is not None:
            check_reference(reference)
        hit = find_near(self._app, query, subject)
        if hit is None:
            raise BadInput("This subject is no hit of what was asked, nor near one. Nothing was raised.")
        now, index = now_utc(), self._app.index()
        new = make_alert(hit, query, reference, source="search", name=self._app.actor, place="")
        with self._change("raised", {"subject": hit.subject}) as connection:
            raise_alerts(connection, (new,), index, at=now)
            identity = make_identity(query, reference, key=find_key(connection) or b"")
            alert = _find_one(connection, identity, hit.subject)
        if alert is None:
            raise BadInput("A decision on this hit is in force; withdraw it first. Nothing was raised.")
        return alert

    def assign(self, numbers: Sequence[int], to: str | None) -> tuple[Alert, ...]:
        """Give undecided alerts, all or none, to somebody, or to nobody. `BadInput` for one that is decided, and for a name
        that none of those who may decide has."""
        with self._change("assigned", {"alerts": list(numbers), "to": to}) as connection:
            alerts = get_alerts(connection, _check_numbers(numbers))
            for alert in alerts:
                if not alert.is_undecided:
                    raise BadInput(f"Alert {alert.number} is {alert.state}. Nothing was done.")
            name = None if to is None else self._check_assignee(connection, to)
            moved = [a.number for a in alerts if a.assignee != name]
            assign_alerts(connection, moved, name)
            kind, told = ("assigned", name) if name is not None else ("released", "")
            write_events(connection, moved, kind, author=self._app.actor, text=told, at=now_utc())  # type: ignore[arg-type]
            return get_alerts(connection, numbers)

    def comment(self, number: int, text: str) -> AlertFile:
        """Add a comment; it stays as it is. `BadInput` when it is empty or too long."""
        said = check_text("The comment", text, MAX_GROUND)
        with self._change("commented", {"alerts": [number]}) as connection:
            get_alerts(connection, (number,))
            write_events(connection, (number,), "comment", author=self._app.actor, text=said, at=now_utc())
        return self.get(number)

    def decide(
        self, number: int, outcome: Outcome, *, ground: str, author: str | None = None, expires_at: dt.datetime | None = None
    ) -> HitDecision:
        """Decide on one alert, as `App.decide_hit`: what was asked is what the alert keeps."""
        return self.decide_each((number,), outcome, ground=ground, author=author, expires_at=expires_at)[0]

    def decide_many(
        self, numbers: Sequence[int], outcome: Outcome, *, ground: str, author: str | None = None,
        expires_at: dt.datetime | None = None,
    ) -> tuple[HitDecision, ...]:
        """Decide on alerts, all or none, with one ground. A true match is decided one by one: `BadInput`."""
        if outcome not in BULK_OUTCOMES:
            raise BadInput(
                f"Of many alerts at once: {suggest(outcome, BULK_OUTCOMES)} A true match is decided by itself. "
                "Nothing was decided."
            )
        return self.decide_each(_check_numbers(numbers), outcome, ground=ground, author=author, expires_at=expires_at)

    def decide_each(
        self, numbers: Sequence[int], outcome: Outcome, *, ground: str, author: str | None = None,
        expires_at: dt.datetime | None = None,
    ) -> tuple[HitDecision, ...]:
        """As `decide` for alerts of which each was looked at, all or none."""
        with self._open() as connection:
            alerts = get_alerts(connection, numbers)
        asked = []
        for alert in alerts:
            if alert.query is None:
                raise BadInput(
                    f"What was asked of alert {alert.number} is no longer kept; screen again. Nothing was decided."
                )
            asked.append(Decided(query=alert.query, subject=alert.subject, reference=alert.reference))
        return self._app.decide_hits(
            asked, outcome, author=author or self._app.actor, ground=ground, expires_at=expires_at
        )

    def _check_assignee(self, connection: Connection, name: str) -> str:
        """Where there are users, one of them who may decide, or whoever acts; else any name."""
        users = [u.name for u in list_users(connection) if u.active and u.role in DECIDERS]
        if users and name not in (*users, self._app.actor):
            raise BadInput(f"The assignee: {suggest(name[:80], users)} Nothing was done.")
        return check_text("The assignee", name, MAX_AUTHOR)

    @contextmanager
    def _open(self, *, write: bool = False, forgets: bool = False) -> Iterator[Connection]:
        with open_desk(self._app.settings.desk, write=write, forgets=forgets) as connection:
            yield connection

    @contextmanager
    def _change(self, change: str, details: Mapping[str, Any]) -> Iterator[Connection]:
        """A change, undone when its line cannot be written."""
        with self._open(write=True) as connection:
            yield connection
            self._app.record("alerts", {"change": change, **details})


def find_near(app: App, query: Query, subject: str) -> Hit | None:
    """The hit on a subject, or a near one, whatever was decided."""
    basis, index = app.open_basis()
    hits = index.find_hits(query, threshold=max(0.0, basis.threshold - NEAR), limit=MOST_NEAR)
    hit = next((h for h in hits if h.subject == subject), None)
    return None if hit is None else index.add_changes(query, (hit,), threshold=basis.threshold)[0]


def _find_one(connection: Connection, identity: str, subject: str) -> Alert | None:
    number = find_number(connection, identity, subject)
    return None if number is None else get_alerts(connection, (number,))[0]


def _check_numbers(numbers: Sequence[int]) -> tuple[int, ...]:
    found = tuple(dict.fromkeys(numbers))
    if not 1 <= len(found) <= MOST_BULK:
        raise BadInput(f"The alerts: expected 1 to {MOST_BULK}, found {len(found)}. Nothing was done.")
    return found
