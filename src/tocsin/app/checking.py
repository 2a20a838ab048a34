"""One checking of a monitored population against the state of the lists in force.

It reads, screens outside of any transaction, and writes all that came of it in one: killed before that, nothing is there and
the next checking does it all; killed after it, all is there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

import msgspec

from tocsin.app.asking import Asking
from tocsin.app.register import now_utc
from tocsin.errors import Busy
from tocsin.model import Basis, Query
from tocsin.settings import Settings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.exchange.notices import Event
    from tocsin.match import Index
    from tocsin.model.alert import NewAlert
    from tocsin.registry.update import Progress
    from tocsin.screen.hit_decisions import Held
    from tocsin.screen.reverse import Checker, Delta, Differences
    from tocsin.store.checkings import Found, ListState, Totals
    from tocsin.store.populations import Member, Population


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What a checking of a population did. `nothing` to do: it had been checked against this state already."""

    population: str
    register: str
    how: Literal["all", "affected", "nothing"]
    members: int = 0
    unscreenable: int = 0
    purged: int = 0
    subjects: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0


class Changed(Exception):
    """The population was changed while it was checked."""


class Checking:
    """One checking of one population: reads, screens outside of any transaction, and writes all in one."""

    def __init__(self, app: Asking, name: str, *, purged: int, progress: Progress) -> None:
        self._app, self._name, self._purged, self._progress = app, name, purged, progress

    def run(self) -> Checked:
        from tocsin.screen.reverse import Checker
        from tocsin.store.checkings import find_judged, find_references, load_findings
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import count_members, get_population, iter_members

        started, (basis, index) = now_utc(), self._app.open_basis()
        states, held = find_list_states(self._app.settings, index.register), self._app.find_held()
        with open_desk(self._app.settings.desk) as connection:
            population = get_population(connection, self._name)
            said, members = _describe(basis), count_members(connection, population.id)
            decisions = _digest_decisions(held, find_references(connection, population.id))
            is_same = population.revision == population.checked and decisions == find_judged(connection, population.id)
            if is_same and (population.register, population.basis) == (index.register, said):
                return Checked(
                    population=self._name, register=index.register, how="nothing", members=members, purged=self._purged
                )
            self._progress(f"population {self._name}", 0, members)
            after = index.digest_entities()
            checker = Checker(
                index, threshold=basis.threshold, delta=_find_delta(connection, population, said, after),
                known=load_findings(connection, population.id), held=held,
            )
            found = checker.check(iter_members(connection, population.id))
        totals = self._count(checker, found, said, states)
        self._write(population, index, checker, found, totals, after, started, held)
        self._progress(f"population {self._name}", members, members)
        return Checked(
            population=self._name, register=index.register, how=_how(checker), members=totals.members,
            unscreenable=totals.unscreenable, purged=self._purged, subjects=totals.subjects, new=totals.new,
            changed=totals.changed, gone=totals.gone,
        )

    def _count(self, checker: Checker, found: Differences, said: str, states: tuple[ListState, ...]) -> Totals:
        from tocsin.store.checkings import Totals
        from tocsin.store.populations import digest_references

        delta, told = checker.delta, found.tell()
        return Totals(
            members=checker.members, unscreenable=checker.unscreenable, warned=checker.warned, fresh=checker.fresh,
            purged=self._purged, subjects=len(delta.changed | delta.gone) if delta else 0, new=len(told.new),
            changed=len(told.changed), gone=len(told.gone), references=digest_references(checker.references), basis=said,
            states=states,
        )

    def _write(
        self, population: Population, index: Index, checker: Checker, found: Differences, totals: Totals,
        subjects: dict[str, bytes], started: dt.datetime, held: Held | None,
    ) -> None:
        from tocsin.app.alerting import raise_alerts
        from tocsin.exchange.notices import make_notices
        from tocsin.store.checkings import Outcome, write_checking
        from tocsin.store.desk import open_desk
        from tocsin.store.notices import write_notices
        from tocsin.store.populations import list_populations

        finished = now_utc()
        outcome = Outcome(
            register=index.register, how=_how(checker), started_at=started, finished_at=finished, totals=totals,
            new=tuple((member.id, its) for member, its in found.new),
            changed=tuple((finding.id, its) for finding, its in found.changed), gone=tuple(f.id for f in found.gone),
            subjects=subjects, left_out=found.left_out, decisions=_digest_decisions(held, checker.find_references(found)),
            faults=tuple((member.id, fault) for member, fault in checker.faults),
        )
        notices = make_notices(
            _make_events(found.tell()), population=population.name, register=index.register, engine=index.engine,
            checked_at=finished,
        )
        with open_desk(self._app.settings.desk, write=True) as connection:
            if not any(p.id == population.id and p.revision == population.revision for p in list_populations(connection)):
                raise Changed
            number = write_checking(connection, population, outcome)
            if met := [_make_alert(*one, population.name) for one in (*found.tell().new, *found.asked_anew)]:
                raise_alerts(connection, met, index, at=finished)
            bodies = [(notice.id, msgspec.json.encode(notice).decode()) for notice in notices]
            write_notices(connection, population, number, bodies, at=finished)
            self._app.record("monitor check", {
                "population": population.name, "checking": number, "register": index.register, "how": outcome.how,
                "members": totals.members, "references": totals.references, "unscreenable": totals.unscreenable,
                "subjects": totals.subjects, "new": totals.new, "changed": totals.changed, "gone": totals.gone,
                "notices": len(bodies), "basis": totals.basis,
            })


def _describe(basis: Basis) -> str:
    """What findings rest on beside the lists: with another engine, name data, code or threshold all are checked anew."""
    return f"engine {basis.engine}, name data {basis.name_data}, code {basis.code}, threshold {basis.threshold:g}"


def _how(checker: Checker) -> Literal["all", "affected"]:
    return "all" if checker.delta is None else "affected"


def _find_delta(connection: Connection, population: Population, said: str, after: dict[str, bytes]) -> Delta | None:
    """The subjects that differ from the state before; `None` when all have to be asked about."""
    from tocsin.screen.reverse import compare_subjects
    from tocsin.store.checkings import load_subjects

    if population.register is None or population.basis != said:
        return None
    before = load_subjects(connection, population.register)
    return None if before is None else compare_subjects(before, after)


def _digest_decisions(held: Held | None, references: Collection[str]) -> str:
    """A digest of the decisions on members of whom there are findings, as they are now; nothing without any."""
    if held is None:
        return ""
    said = [
        f"{d.number} {d.is_confirmed} {d.is_expired(held.now)}"
        for reference in sorted(references) for d in held.decisions.get(f"ref:{reference}", ())
    ]
    return hashlib.sha256("\n".join(said).encode()).hexdigest() if said else ""


def _make_alert(member: Member, found: Found, population: str) -> NewAlert:
    from tocsin.model.alert import NewAlert

    return NewAlert(
        query=member.query or Query(), reference=member.reference, subject=found.subject, caption=found.caption,
        score=found.score, lists=tuple(x.list_key for x in found.listings),
        authorities=tuple(x.authority for x in found.listings), source="population", name=population, place=member.reference,
    )


def _make_events(found: Differences) -> list[Event]:
    from tocsin.exchange.notices import Event

    return [
        *(Event(kind="new", reference=member.reference, found=its) for member, its in found.new),
        *(Event(kind="changed", reference=finding.reference, found=its) for finding, its in found.changed),
        *(Event(kind="gone", reference=finding.reference, found=finding.found) for finding in found.gone),
    ]


def find_list_states(settings: Settings, register: str) -> tuple[ListState, ...]:
    """The states of all lists that make up a register state, which must be the one in force. `Busy` otherwise."""
    from tocsin.registry.resolve import make_register_state
    from tocsin.store.checkings import ListState
    from tocsin.store.database import open_reader
    from tocsin.store.decisions import find_rests
    from tocsin.store.history import find_states

    with open_reader(settings.database) as connection:
        states = find_states(connection)
        rests = find_rests(connection)
    if make_register_state({key: (s.digest, s.content) for key, s in states.items()}, rests) != register:
        raise Busy(
            "The index is not that of the register's state in force (an update is under way, or another machine made "
            "one: `tocsin store index`). Nobody was checked; try again."
        )
    return tuple(
        ListState(list_key=key, digest=s.digest, published_at=s.published_at, taken_at=s.recorded_at)
        for key, s in states.items()
    )
