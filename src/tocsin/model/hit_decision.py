"""What a person decided on a hit, and what a decision does to the hits of an answer."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import msgspec

from tocsin.model.query import Hit

Outcome = Literal["true_match", "false_match", "needs_information"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
State = Literal["in_force", "proposed", "expired", "withdrawn"]
RulingState = Literal["in_force", "changed", "expired", "proposed"]
Facts = dict[str, tuple[str, ...]]


class HitDecision(msgspec.Struct, frozen=True, kw_only=True):
    """One decision on a query and a subject, with the facts of both that it rests on.

    `identity` says who was asked about: `ref:` and the caller's own reference, or `facts:` and a keyed digest of all that
    was asked. `asked` has keyed digests of the query's values by field, `listed` the values of the candidate by field.
    A `proposed` one needs another person to confirm it. Without `expires_at` it does not expire.
    """

    number: int
    identity: str
    subject: str
    caption: str
    outcome: Outcome
    author: str
    ground: str
    decided_at: dt.datetime
    asked: Facts
    listed: Facts
    expires_at: dt.datetime | None = None
    proposed: bool = False
    confirmed_by: str | None = None
    confirmed_at: dt.datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: dt.datetime | None = None
    withdrawn_ground: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether it needs nobody's word any more."""
        return not self.proposed or self.confirmed_by is not None

    def is_expired(self, now: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def state_at(self, now: dt.datetime) -> State:
        """What it is by itself; a later decision on the same query and subject takes its place."""
        if self.withdrawn_at is not None:
            return "withdrawn"
        if self.is_expired(now):
            return "expired"
        return "in_force" if self.is_confirmed else "proposed"


class Difference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is other than when a hit was decided. Of a candidate, the values that came (`added`) and went (`gone`); of a
    query only the field, since its values are not kept."""

    side: Literal["query", "candidate"]
    field: str
    text: str
    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


class Ruling(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a decision says of one hit now.

    `state` is `in_force`, `changed` (facts are other than they were: see `differences`), `expired` or `proposed`. A false
    match in force suppresses the hit; nothing else does.
    """

    decision: int
    outcome: Outcome
    state: RulingState
    subject: str
    caption: str
    score: float
    author: str
    ground: str
    decided_at: dt.datetime
    text: str
    expires_at: dt.datetime | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def suppresses(self) -> bool:
        return self.outcome == "false_match" and self.state == "in_force"


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """Hits that remain, the rulings by which others are left out, and rulings on those that remain."""

    hits: tuple[Hit, ...]
    suppressed: tuple[Ruling, ...] = ()
    decided: tuple[Ruling, ...] = ()

    def cut(self, limit: int) -> Judged:
        """The first `limit` of the hits that remain, and what was decided on those."""
        kept = {hit.subject for hit in self.hits[:limit]}
        return Judged(
            hits=self.hits[:limit], suppressed=self.suppressed,
            decided=tuple(ruling for ruling in self.decided if ruling.subject in kept),
        )
