"""What is kept of a question, where the operator's policy says that anything is."""

from __future__ import annotations

import datetime as dt

import msgspec

from tocsin.model.receipt import QuestionKind


class KeptQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """One question, or one row of a file, of a receipt, by its number from 1.

    `terms` are keyed digests of its names and numbers, by which it is found; `key` names the secret that they were made
    with. `body` is all that was asked, only where it is kept in full.
    """

    receipt: str
    number: int
    kind: QuestionKind
    asked_at: dt.datetime
    asked_by: str
    key: str
    terms: tuple[str, ...]
    body: str | None = None


class AskedBefore(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody was asked about: when, by whom, in which receipt."""

    receipt: str
    number: int
    kind: QuestionKind
    asked_at: dt.datetime
    asked_by: str
