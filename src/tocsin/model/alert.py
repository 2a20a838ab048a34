"""An alert: a hit that was raised for a person to decide on, and what has been done with it."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import msgspec

from tocsin.model.hit_decision import Outcome
from tocsin.model.query import Query

AlertState = Literal["open", "assigned", "closed", "gone"]
Shown = Literal["undecided", "open", "assigned", "proposed", "closed", "gone", "all"]  # which alerts a list shows
SHOWN: tuple[Shown, ...] = get_args(Shown)
SourceKind = Literal["job", "population", "search"]
SOURCES: tuple[SourceKind, ...] = get_args(SourceKind)
EventKind = Literal["assigned", "released", "comment", "closed", "returned", "gone"]


class AlertSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where an alert came from: a `job` by its id and the row, a `population` by its name and the member's reference, or a
    `search` by the person who escalated it."""

    kind: SourceKind
    name: str
    place: str
    at: dt.datetime


class AlertEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done with an alert, or happened to it. Of a comment `text` is what it says, of `returned` what is
    other than when it was decided, of `assigned` who has it."""

    kind: EventKind
    author: str
    text: str
    at: dt.datetime


class NewAlert(msgspec.Struct, frozen=True, kw_only=True):
    """A hit to be raised: who was asked about, under which reference of the caller's own, and where it was met."""

    query: Query
    reference: str | None
    subject: str
    caption: str
    score: float
    lists: tuple[str, ...]
    authorities: tuple[str, ...]
    source: SourceKind
    name: str
    place: str


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One hit that waits for a person, or waited.

    `identity` says who was asked about, as in decisions; `query` what was asked, until that is purged. `score`, `lists` and
    `register` are those of the last raising. It is `closed` while a decision is in force on it (`decision`, `outcome`), and
    `gone` when its subject is listed no longer. `proposal` is a decision that waits for another person.
    """

    number: int
    identity: str
    subject: str
    caption: str
    score: float
    register: str
    lists: tuple[str, ...]
    authorities: tuple[str, ...]
    state: AlertState
    raised_at: dt.datetime
    changed_at: dt.datetime
    query: Query | None = None
    assignee: str | None = None
    decision: int | None = None
    outcome: Outcome | None = None
    proposal: int | None = None

    @property
    def reference(self) -> str | None:
        """The caller's own reference, where there was one."""
        return self.identity.removeprefix("ref:") if self.identity.startswith("ref:") else None

    @property
    def is_undecided(self) -> bool:
        return self.state in ("open", "assigned")


class AlertFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which alerts are shown: in what state, whose, from where, on which list or of which authority, with which score, and
    with which words in the name of the subject (or its id). `assignee` "" is nobody."""

    state: Shown = "undecided"
    assignee: str | None = None
    source: SourceKind | None = None
    name: str | None = None
    list_key: str | None = None
    authority: str | None = None
    min_score: float = 0.0
    max_score: float = 1.0
    subject: str | None = None
