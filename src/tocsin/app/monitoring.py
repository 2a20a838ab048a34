"""Monitored populations: who is registered once and checked against every new state of the lists, and told about."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from tocsin.app.asking import Asking
from tocsin.app.checking import Changed, Checked, Checking
from tocsin.app.register import now_utc, tell_nobody
from tocsin.errors import BadInput, Busy

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.exchange.statements import Members, Statement
    from tocsin.registry.update import Progress
    from tocsin.screen import Options
    from tocsin.screen.rows import DateOrder
    from tocsin.store.checkings import Finding
    from tocsin.store.notices import Delivery, Kept
    from tocsin.store.populations import Channel, Loaded, NewMember, Population, Refused

TRIES = 3  # of a checking, where the population is changed meanwhile


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """How many deliveries succeeded, how many failed and are tried again, and how many wait in all, with what went wrong."""

    delivered: int
    failed: int
    waiting: int
    errors: tuple[str, ...] = ()


class MadePopulation(msgspec.Struct, frozen=True, kw_only=True):
    """A new population, and the secrets that sign for each of its webhooks: they are told this once."""

    population: str
    secrets: dict[str, str]


class Monitoring(Asking):
    """What is done with monitored populations."""

    def add_population(
        self, name: str, *, purpose: str, by: str, retention_days: int | None = None, webhooks: Sequence[str] = (),
        emails: Sequence[str] = (),
    ) -> MadePopulation:
        """Register a population, without members yet. `BadInput` for a name, purpose, URL or address that cannot be used."""
        from tocsin.exchange.delivery import check_address, check_webhook
        from tocsin.exchange.notices import make_secret
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import Channel, add_population

        channels: list[Channel] = [
            *(Channel(kind="webhook", target=check_webhook(url), secret=make_secret()) for url in dict.fromkeys(webhooks)),
            *(Channel(kind="email", target=check_address(address)) for address in dict.fromkeys(emails)),
        ]
        with open_desk(self.settings.desk, write=True) as connection:
            made = add_population(
                connection, name, purpose=purpose, by=by, at=now_utc(), retention_days=retention_days, channels=channels
            )
            self._audit("monitor add", made, {"by": by, "retention_days": retention_days, "channels": len(channels)})
        return MadePopulation(population=name, secrets={c.target: c.secret for c in channels if c.secret})

    def list_populations(self) -> tuple[Population, ...]:
        """All populations. The desk is not opened where nobody ever wrote to it."""
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.populations import list_populations

        if not has_desk(self.settings.desk):
            return ()
        with open_desk(self.settings.desk) as connection:
            return list_populations(connection)

    def read_members(
        self, name: str, file: str, options: Options, *, dates: DateOrder | None = None, replace: bool = False
    ) -> Loaded:
        """Give a population the members of a file, with the columns of `tocsin screen` and a reference in each row.

        With `replace` the population is then exactly this file. Errors as `screen.read_rows`, and then nothing is changed.
        """
        from tocsin.screen import read_rows
        from tocsin.screen.members import MemberReader

        reader = MemberReader(dates)
        members = list(reader.read(read_rows(file, options)))
        return self.set_members(name, members, refused=reader.refused, replace=replace)

    def set_members(
        self, name: str, members: Iterable[NewMember], *, refused: Sequence[Refused] = (), replace: bool = False
    ) -> Loaded:
        """Give a population these members. Checking them is `check_populations`."""
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population, set_members

        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            population = get_population(connection, name)
            loaded = set_members(connection, population, members, at=now_utc(), refused=refused, replace=replace)
            self._audit("monitor members", population, {
                "added": loaded.added, "changed": loaded.changed, "unchanged": loaded.unchanged, "removed": loaded.removed,
                "unscreenable": loaded.unscreenable, "refused": len(refused),
            })
        return loaded

    def remove_members(self, name: str, references: Sequence[str]) -> int:
        """Remove members with all that is known of them. `NotFound`, and nothing is removed, when one is no member."""
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population, remove_members

        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            population = get_population(connection, name)
            removed = remove_members(connection, population, references)
            self._audit("monitor members", population, {"removed": removed})
        return removed

    def remove_population(self, name: str) -> int:
        """Remove a population with all that is known of it; how many members it had. The audit's lines stay."""
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population, remove_population

        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            population = get_population(connection, name)
            members = remove_population(connection, population)
            self._audit("monitor remove", population, {"members": members})
        return members

    def list_members(self, name: str) -> tuple[tuple[str, str | None, bool], ...]:
        """Each member's reference, why it cannot be checked if so, and whether it still waits for its first checking."""
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population, iter_members

        with open_desk(self.settings.desk) as connection:
            population = get_population(connection, name)
            return tuple((m.reference, m.fault, m.fresh) for m in iter_members(connection, population.id))

    def check_populations(self, names: Sequence[str] = (), *, progress: Progress | None = None) -> tuple[Checked, ...]:
        """Check populations, all without names, against the state in force: only what that can affect, see `screen.reverse`.

        `Busy` when the index is not that of the state in force yet; then nothing was done and it can be tried again.
        """
        populations = names or [p.name for p in self.list_populations()]
        return tuple(self._check(name, progress or tell_nobody) for name in dict.fromkeys(populations))

    def _check(self, name: str, progress: Progress) -> Checked:
        purged, tries = 0, 0
        while True:
            try:
                purged += self._purge(name)
                return Checking(self, name, purged=purged, progress=progress).run()
            except Changed:
                tries += 1
                if tries == TRIES:
                    raise Busy(f"Population {name} is being changed. Nothing was lost; check it again.") from None

    def _purge(self, name: str) -> int:
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population, purge

        with open_desk(self.settings.desk) as connection:
            if get_population(connection, name).retention_days is None:
                return 0
        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            population = get_population(connection, name)
            purged = purge(connection, population, at=now_utc())
            if purged:
                self._audit("monitor purge", population, {"members": purged})
        return purged

    def findings(self, name: str, *, gone: bool = False, decisions: bool = True) -> tuple[Finding, ...]:
        """The findings in force of a population; with `gone` those that were, too. Without `decisions` also those that
        decisions on hits left out at the last checking."""
        from tocsin.store.checkings import list_findings
        from tocsin.store.desk import open_desk
        from tocsin.store.populations import get_population

        with open_desk(self.settings.desk) as connection:
            return list_findings(connection, get_population(connection, name).id, gone=gone, left_out=not decisions)

    def feed(self, name: str, *, after: str | None = None, limit: int = 100) -> tuple[Kept, ...]:
        """The notices of a population, oldest first, or those that were made after the one with an id."""
        from tocsin.store.desk import open_desk
        from tocsin.store.notices import list_notices
        from tocsin.store.populations import get_population

        if not 1 <= limit <= 10_000:
            raise BadInput("The limit of notices: expected 1 to 10000. Nothing was read.")
        with open_desk(self.settings.desk) as connection:
            return list_notices(connection, get_population(connection, name).id, after=after, limit=limit)

    def statement(self, name: str) -> Statement:
        """The completeness statement of a population. Writes one audit line with its digest, which proves it later."""
        import hashlib

        from tocsin.exchange.statements import make_statement
        from tocsin.store.checkings import list_checkings, list_findings
        from tocsin.store.desk import open_desk
        from tocsin.store.notices import find_told
        from tocsin.store.populations import get_population

        in_force = self._find_register()
        with open_desk(self.settings.desk) as connection:
            population = get_population(connection, name)
            statement = make_statement(
                population, list_checkings(connection, population.id), told=find_told(connection, population.id),
                members=_look_over(connection, population), findings=len(list_findings(connection, population.id)),
                in_force=in_force, at=now_utc(),
            )
        digest = hashlib.sha256(msgspec.json.encode(statement)).hexdigest()
        self._audit("monitor statement", population, {"digest": digest, "complete": statement.complete})
        return statement

    def deliver(self, *, every: bool = False, now: Callable[[], dt.datetime] = now_utc) -> Delivered:
        """Try each delivery that is due once; with `every` also those that wait for their next attempt."""
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.notices import count_waiting, record_delivery, take_delivery

        if not has_desk(self.settings.desk):
            return Delivered(delivered=0, failed=0, waiting=0)
        tried: list[int] = []
        errors: list[str] = []
        while True:
            with open_desk(self.settings.desk, write=True) as connection:
                delivery = take_delivery(connection, at=now(), every=every, tried=tried)
                waiting = count_waiting(connection)
            if delivery is None:
                return Delivered(
                    delivered=len(tried) - len(errors), failed=len(errors), waiting=waiting,
                    errors=tuple(dict.fromkeys(errors)),
                )
            tried.append(delivery.id)
            error = self._attempt(delivery, now())
            if error is not None:
                errors.append(f"{delivery.channel.kind}: {error}")
            with open_desk(self.settings.desk, write=True) as connection:
                record_delivery(connection, delivery, at=now(), error=error)

    def _attempt(self, delivery: Delivery, at: dt.datetime) -> str | None:
        from tocsin.exchange.delivery import mail_notice, post_notice

        channel: Channel = delivery.channel
        timeout_s = min(30.0, self.settings.timeout_s)  # well within the lease
        if channel.kind == "webhook":
            return post_notice(
                channel, delivery.notice, at=at, timeout_s=timeout_s, inside=self.settings.webhooks_inside
            )
        return mail_notice(
            channel, delivery.notice, server=self.settings.mail, sender=self.settings.mail_from, timeout_s=timeout_s
        )

    def _audit(self, action: str, population: Population, details: dict[str, object]) -> None:
        self.record(action, {"population": population.name, **details})


def _look_over(connection: Connection, population: Population) -> Members:
    from tocsin.exchange.statements import Members, NotChecked
    from tocsin.store.populations import iter_members

    count = waiting = 0
    faults, partly = [], []
    for member in iter_members(connection, population.id):
        count += 1
        waiting += member.fresh
        if member.fault is not None:
            faults.append(NotChecked(reference=member.reference, reason=member.fault))
        partly += [NotChecked(reference=member.reference, reason=text) for text in member.warnings]
    return Members(count=count, waiting=waiting, not_checked=tuple(faults), without_a_field=tuple(partly))
