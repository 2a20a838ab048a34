"""An alert waits exactly while no decision in force covers it, whatever was raised, decided, withdrawn, changed or has passed."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.app import App, alerting, alerts, deciding
from tocsin.app.alerting import make_alert, raise_alerts
from tocsin.app.alerts import Alerts
from tocsin.errors import BadInput, NotFound
from tocsin.match import Index, build_index, open_index
from tocsin.model import DateSpan, DateValue, Entity, Hit, Listing, Name, Origin, PartialDate, Query
from tocsin.model.alert import Alert, AlertFilter
from tocsin.model.hit_decision import OUTCOMES
from tocsin.screen.hit_decisions import apply_decisions
from tocsin.settings import Settings
from tocsin.store.desk import open_desk

HERE = Origin(field="X")
REFERENCES = st.sampled_from(["1", "2", None])
YEARS = st.sampled_from([1960, 1971])
SUBJECTS = "ABC"
STEPS = st.one_of(
    st.tuples(st.just("raise"), REFERENCES, YEARS, st.sampled_from(SUBJECTS)),
    st.tuples(st.just("decide"), st.integers(0, 5), st.sampled_from(OUTCOMES), st.sampled_from([None, 2])),
    st.tuples(st.just("elsewhere"), REFERENCES, YEARS, st.sampled_from(SUBJECTS)),
    st.tuples(st.just("withdraw"), st.integers(1, 6)),
    st.tuples(st.just("confirm"), st.integers(1, 6)),
    st.tuples(st.just("list"), st.sampled_from(SUBJECTS), st.none() | YEARS),
    st.tuples(st.just("days"), st.integers(1, 3)),
)


class SmallApp(App):
    """An application over an index of our own."""

    small: Index

    def index(self) -> Index:
        return self.small


def make_entity(subject: str, year: int) -> Entity:
    return Entity(id=subject, caption=f"Name {subject}", kind="person", listings=(Listing(
        list_key="un", authority="UN", ref=subject, kind="person",
        names=(Name(text=f"Name {subject}", role="primary", quality="strong", script="Latn", origin=HERE),),
        births=(DateValue(span=DateSpan.at(PartialDate(year=year)), origin=HERE),),
    ),))


def make_hit(subject: str) -> Hit:
    return Hit(score=0.9, subject=subject, caption=f"Name {subject}", kind="person", names=(), listings=(), reasons=())


def make_query(year: int) -> Query:
    return Query(names=("Somebody",), births=(DateSpan.at(PartialDate(year=year)),))


class World:
    """A register in which steps are done, and a clock."""

    def __init__(self, home: Path, *, four_eyes: bool) -> None:
        self.home, self.numbers = home, itertools.count()
        self.app = SmallApp(Settings(home=home, four_eyes=four_eyes))
        self.now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
        self.listed: dict[str, int] = dict.fromkeys(SUBJECTS, 1960)
        self._index()

    def do(self, step: tuple[Any, ...]) -> None:
        what, *rest = step
        with contextlib.suppress(BadInput, NotFound):  # what cannot be done changes nothing
            getattr(self, what)(*rest)

    def raise_(self, reference: str | None, year: int, subject: str) -> None:
        if subject not in self.listed:
            return
        new = make_alert(make_hit(subject), make_query(year), reference, source="search", name="A", place="")
        with open_desk(self.app.settings.desk, write=True) as connection:
            raise_alerts(connection, (new,), self.app.index(), at=self.now)

    def decide(self, at: int, outcome: Any, days: int | None) -> None:
        found = self.find()
        expires = self.now + dt.timedelta(days=days) if days else None
        if found:
            Alerts(self.app).decide(found[at % len(found)].number, outcome, ground="G", author="A", expires_at=expires)

    def elsewhere(self, reference: str | None, year: int, subject: str) -> None:
        self.app.decide_hit(make_query(year), subject, "false_match", author="A", ground="G", reference=reference)

    def withdraw(self, number: int) -> None:
        self.app.withdraw_hit_decision(number, author="B", ground="G")

    def confirm(self, number: int) -> None:
        self.app.confirm_hit_decision(number, author="B")

    def list(self, subject: str, year: int | None) -> None:
        self.listed = {s: y for s, y in {**self.listed, subject: year}.items() if y is not None}
        self._index()

    def days(self, count: int) -> None:
        self.now += dt.timedelta(days=count)

    def find(self) -> tuple[Alert, ...]:
        return Alerts(self.app).find(AlertFilter(state="all"), limit=100)[0]

    def _index(self) -> None:
        name = str(next(self.numbers))
        build_index([make_entity(s, y) for s, y in sorted(self.listed.items())], self.home / "small" / name, register=name)
        self.app.small = open_index(self.home / "small" / name)


setattr(World, "raise", World.raise_)


def is_covered(app: App, alert: Alert) -> bool:
    """Whether an answer that is given now has a decision in force on this subject."""
    held = app.find_held()
    if held is None or alert.query is None:
        return False
    judged = apply_decisions(
        alert.query, (make_hit(alert.subject),), held, reference=alert.reference, find_entities=app.index().find_entities
    )
    return any(r.state == "in_force" for r in (*judged.suppressed, *judged.decided))


@given(steps=st.lists(STEPS, min_size=4, max_size=14), four_eyes=st.booleans())
@settings(max_examples=30, deadline=None)
def test_an_alert_waits_exactly_while_no_decision_in_force_covers_it(
    tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[Any, ...]], four_eyes: bool
) -> None:
    world = World(tmp_path_factory.mktemp("home"), four_eyes=four_eyes)
    with pytest.MonkeyPatch.context() as patch:
        for module in (alerting, alerts, deciding):
            patch.setattr(module, "now_utc", lambda: world.now)
        for step in (("raise", "1", 1960, "A"), *steps):
            world.do(step)
            found = world.find()
            assert len({(a.identity, a.subject) for a in found}) == len(found)
            for alert in found:
                expected = "gone" if alert.subject not in world.listed else "closed" if is_covered(world.app, alert) else "open"
                assert alert.state == expected, (step, alert)
                assert (alert.decision is not None) == (alert.state == "closed")
