"""Decisions on hits: making, confirming and withdrawing them, and what is held when a question is asked.

Without a desk nothing was ever decided: then nothing is loaded for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.app.register import Register, now_utc
from tocsin.errors import BadInput, NotFound, suggest
from tocsin.model import Entity, Query
from tocsin.model.hit_decision import OUTCOMES, HitDecision, Outcome

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.model.receipt import HeldThen
    from tocsin.screen.hit_decisions import Held
    from tocsin.store.hit_decisions import StepKind

MAX_AUTHOR = 200
MAX_GROUND = 2_000


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """A hit to decide on: what was asked, under which reference of the caller's own, and the subject, by id or reference."""

    query: Query
    subject: str
    reference: str | None = None


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a file of decisions: how many are new, and how many were known."""

    new: int
    known: int


class Deciding(Register):
    """What persons decide on hits."""

    def find_held(
        self, asked: Sequence[tuple[Query, str | None]] | None = None, *, then: HeldThen | None = None
    ) -> Held | None:
        """The decisions that were not withdrawn, to be applied to answers; `None` without any. `asked` are the queries, each
        with its reference, for which they are wanted; without it, for all. With `then` they are as they stood when an answer
        was given that is replayed.

        To answers of another moment no decision is applied: they were made on what is in force now.
        """
        is_past = self.settings.past is not None or self._valid_at is not None
        if (is_past and then is None) or not self._has_desk():
            return None
        if asked is not None and then is None and not self._may_be_decided(asked):
            return None
        from tocsin.screen.hit_decisions import hold, make_identity
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import find_hit_decisions, find_key, find_last

        with open_desk(self.settings.desk) as connection:
            key = find_key(connection)
            if key is None:
                return None
            identities = {make_identity(query, ref, key=key) for query, ref in asked} if asked is not None else None
            last = (then.decision, then.step) if then else find_last(connection)
            decisions = find_hit_decisions(connection, identities=identities, held=True, until=last)
        now = then.at if then else now_utc()
        return hold(decisions, key=key, now=now, last_decision=last[0], last_step=last[1]) if decisions else None

    def _may_be_decided(self, asked: Sequence[tuple[Query, str | None]]) -> bool:
        """Whether anything may have been decided about somebody who is asked about; what is in memory tells for most."""
        desk = self.settings.desk
        decided = self._opened.get_decided(desk).read() if isinstance(desk, Path) else None
        if decided is None:
            return True
        if decided.key is None or not decided.identities:
            return False
        from tocsin.screen.hit_decisions import make_identity

        return any(make_identity(query, ref, key=decided.key) in decided.identities for query, ref in asked)

    def decide_hit(
        self, query: Query, subject: str, outcome: Outcome, *, author: str, ground: str, reference: str | None = None,
        expires_at: dt.datetime | None = None,
    ) -> HitDecision:
        """Record what a person decided on a query and a subject, by id or reference. Writes one audit line.

        Where the settings want four eyes, it is proposed until another person confirms it; that a hit needs information
        is no harm and in force at once. `BadInput` without author or ground, or with an expiry that has passed.
        `NotFound` for a subject that is not in force.
        """
        one = Decided(query=query, subject=subject, reference=reference)
        return self.decide_hits((one,), outcome, author=author, ground=ground, expires_at=expires_at)[0]

    def decide_hits(
        self, hits: Sequence[Decided], outcome: Outcome, *, author: str, ground: str, expires_at: dt.datetime | None = None
    ) -> tuple[HitDecision, ...]:
        """As `decide_hit`, for several with one ground, all or none; an audit line for each."""
        from tocsin.app.alerting import settle_decided
        from tocsin.match import check_query
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import find_hit_decisions, get_key, write_hit_decision

        now = now_utc()
        if outcome not in OUTCOMES:
            raise BadInput(f"The outcome: {suggest(str(outcome), OUTCOMES)} Nothing was decided.")
        if expires_at is not None and expires_at <= now:
            raise BadInput("The expiry: expected a day that is yet to come. Nothing was decided.")
        author, ground = _check_words(author, ground)
        for hit in hits:
            if hit.reference is not None and not (hit.reference.strip() and _is_kept_whole(hit.reference)):
                raise BadInput("The reference: expected 1 character or more, and text. Nothing was decided.")
            check_query(hit.query)
        entities = [self._get_subject(hit.subject) for hit in hits]
        with open_desk(self.settings.desk, write=True) as connection:
            key = get_key(connection)
            made = [
                _make_decision(hit, entity, outcome, key=key, author=author, ground=ground, expires_at=expires_at, at=now)
                for hit, entity in zip(hits, entities, strict=True)
            ]
            numbers = [write_hit_decision(connection, self._hold_back(one), at=now) for one in made]
            decisions = tuple(find_hit_decisions(connection, number=number)[0] for number in numbers)
            settle_decided(connection, self.index, decisions)
            for one in decisions:
                told = {"outcome": outcome, "subject": one.subject, "proposed": one.proposed}
                self._record_decision("decide hit", one, told)
        return decisions

    def _hold_back(self, one: HitDecision) -> HitDecision:
        """A decision that waits for another person, where the settings want that."""
        proposed = self.settings.four_eyes and one.outcome != "needs_information"
        return msgspec.structs.replace(one, proposed=proposed)

    def confirm_hit_decision(self, number: int, *, author: str, ground: str = "confirmed") -> HitDecision:
        """Put a proposed decision in force, by another than its author. Errors as `store.hit_decisions.write_step`."""
        return self._take_step(number, "confirm", author, ground)

    def withdraw_hit_decision(self, number: int, *, author: str, ground: str) -> HitDecision:
        """A decision is from now on as if it had never been made; what was decided before it holds again."""
        return self._take_step(number, "withdraw", author, ground)

    def hit_decisions(self, *, identity: str | None = None) -> tuple[HitDecision, ...]:
        """All decisions on hits ever made, those withdrawn too, in the order in which they were recorded; or those on one
        identity."""
        if not self._has_desk():
            return ()
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import find_hit_decisions

        with open_desk(self.settings.desk) as connection:
            return find_hit_decisions(connection, identities=None if identity is None else (identity,))

    def export_hit_decisions(self) -> tuple[tuple[HitDecision, ...], bytes]:
        """All decisions, and the key of their digests; an empty key where none was ever made."""
        if not self._has_desk():
            return (), b""
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import find_hit_decisions, find_key

        with open_desk(self.settings.desk) as connection:
            return find_hit_decisions(connection), find_key(connection) or b""

    def import_hit_decisions(
        self, decisions: Sequence[HitDecision], key_name: str, *, key: bytes | None = None
    ) -> Taken:
        """Take decisions that were exported, all or none; those that are here already are not taken twice.

        `key_name` names the key of their digests, which must be this desk's; a desk on which nothing was decided takes
        `key` as its own. Where the settings want four eyes, what nobody confirmed is proposed. `BadInput` otherwise.
        """
        from tocsin.app.alerting import settle_decided
        from tocsin.screen.decision_files import name_key
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import find_key, take_hit_decisions

        for one in decisions:
            _check_words(one.author, one.ground)
            if not all(map(_is_kept_whole, (one.identity, one.subject, one.caption))):
                raise BadInput("A decision's identity, subject or caption is no text. No decision was taken.")
        if self.settings.four_eyes:
            decisions = [_propose(one) for one in decisions]
        with open_desk(self.settings.desk, write=True) as connection:
            here = self._take_key(connection, key) if key else find_key(connection)
            if here is None or name_key(here) != key_name:
                raise BadInput(
                    "These decisions were made under another key than this register's, so that none would ever be met. A "
                    "register without decisions takes their key: export it with --key FILE, and give it here. No decision "
                    "was taken."
                )
            fresh, known = take_hit_decisions(connection, decisions, at=now_utc())
            settle_decided(connection, self.index, decisions)
            self.record("import hit decisions", {"new": list(fresh), "known": known})
        return Taken(new=len(fresh), known=known)

    def _take_key(self, connection: Connection, key: bytes) -> bytes:
        """The key of this desk: `key`, where nothing was decided yet. Alerts that were raised get their digests under it."""
        from tocsin.app.alerting import rekey_alerts
        from tocsin.store.hit_decisions import count_hit_decisions, find_key, get_key, set_key

        here = find_key(connection)
        if here is None or here == key or count_hit_decisions(connection):
            return get_key(connection, wanted=key)
        set_key(connection, key)
        rekey_alerts(connection, key)
        return key

    def _take_step(self, number: int, kind: StepKind, author: str, ground: str) -> HitDecision:
        from tocsin.app.alerting import settle_decided
        from tocsin.store.desk import open_desk
        from tocsin.store.hit_decisions import write_step

        author, ground = _check_words(author, ground)
        if not self._has_desk():
            raise NotFound(f"There is no decision {number}: none was ever made. Nothing was done.")
        with open_desk(self.settings.desk, write=True) as connection:
            one = write_step(connection, number, kind, author=author, ground=ground, at=now_utc())
            settle_decided(connection, self.index, (one,))
            self._record_decision(f"{kind} hit decision", one, {"by": author})
        return one

    def _record_decision(self, action: str, one: HitDecision, details: dict[str, Any]) -> None:
        """An audit line of counts and names of deciders: neither the reference nor the ground, which are a person's data."""
        self.record(action, {"decision": one.number, "author": one.author, **details})

    def _get_subject(self, subject: str) -> Entity:
        found = self.index().find_entities(subject)
        exact = [e for e in found if e.id == subject] or list(found)
        if not exact:
            raise NotFound("No subject in force has that id or reference. Nothing was decided.")
        if len(exact) > 1:
            raise BadInput(
                f"Several subjects have that reference: {', '.join(sorted(e.id for e in exact))}. Name one by its id. "
                "Nothing was decided."
            )
        return exact[0]

    def _has_desk(self) -> bool:
        """As `store.desk.has_desk`, without loading a database toolkit."""
        return not isinstance(self.settings.desk, Path) or self.settings.desk.is_file()


def _make_decision(
    hit: Decided, entity: Entity, outcome: Outcome, *, key: bytes, author: str, ground: str, at: dt.datetime,
    expires_at: dt.datetime | None,
) -> HitDecision:
    from tocsin.screen.hit_decisions import describe_candidate, digest_query, make_identity

    return HitDecision(
        number=0, identity=make_identity(hit.query, hit.reference, key=key), subject=entity.id, caption=entity.caption,
        outcome=outcome, author=author, ground=ground, decided_at=at, expires_at=expires_at,
        asked=digest_query(hit.query, key=key), listed=describe_candidate(entity, hit.query),
    )


def _check_words(author: str, ground: str) -> tuple[str, str]:
    author, ground = author.strip(), ground.strip()
    fit = 0 < len(author) <= MAX_AUTHOR and 0 < len(ground) <= MAX_GROUND
    if not fit or not _is_kept_whole(author + ground):
        raise BadInput(
            f"A decision needs an author of 1 to {MAX_AUTHOR} characters and a ground of 1 to {MAX_GROUND:,}. "
            "Nothing was done."
        )
    return author, ground


def check_text(what: str, text: str, most: int) -> str:
    """A text that a person wrote, without space around. `BadInput`, naming it as `what`, when it is empty or too long."""
    told = text.strip()
    if not 0 < len(told) <= most or not _is_kept_whole(told):
        raise BadInput(f"{what}: expected 1 to {most:,} characters of text. Nothing was done.")
    return told


def _is_kept_whole(text: str) -> bool:
    """Whether every database keeps this as it is: no NUL, no half of a character."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)


def _propose(one: HitDecision) -> HitDecision:
    alone = one.confirmed_by is None or one.confirmed_by.casefold() == one.author.casefold()
    needed = one.outcome != "needs_information" and alone
    return msgspec.structs.replace(one, proposed=True, confirmed_by=None, confirmed_at=None) if needed else one
