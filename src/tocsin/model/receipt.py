"""The receipt of a screening: what was asked, by whom, what the answer rested on, and what it was, so that it can be
replayed.

It names nobody who was asked about: the question is there only as a digest, which nobody can find by trying names
without the salt, and the salt is in the receipt alone. The audit has the receipt's id and digest (`digest_receipt`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Annotated, Literal

import msgspec

from tocsin.errors import BadInput
from tocsin.model.query import Basis

VERSION: Literal[1] = 1
MOST_TOLD = 10  # answers that a receipt has in full; of the others it has counts and a digest
QuestionKind = Literal["match", "who", "screen"]
Verdict = Literal["confirmed", "differs", "not_reproducible"]
Moment = Annotated[dt.datetime, msgspec.Meta(tz=True)]
Hex32 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{32}$")]
Hex64 = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class FoundSubject(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """A hit; with `decision` one that this decision left out."""

    subject: str
    score: float
    decision: int | None = None


class FoundAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The answer to one question of a receipt, or to one row of a file, by its number from 1; `error` and `warnings` are
    codes."""

    number: Count
    hits: tuple[FoundSubject, ...] = ()
    suppressed: tuple[FoundSubject, ...] = ()
    error: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_told(self) -> bool:
        """Whether it says more than that there was no hit."""
        return bool(self.hits or self.suppressed or self.error or self.warnings)


class Outcome(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of it: how many were asked, how many of them had hits or could not be screened, and how many hits there
    were in all. `digest` is over every answer that says more than "no hit"; `answers` are the first `MOST_TOLD` of
    those."""

    asked: Count
    with_hits: Count
    hits: Count
    suppressed: Count
    failed: Count
    digest: Hex64
    answers: tuple[FoundAnswer, ...]


class HeldThen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which decisions on hits were applied: all up to a number, with their confirmations and withdrawals up to another,
    as they stood at a moment."""

    at: Moment
    decision: Count
    step: Count


class FileReading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a file was read: the options of `tocsin screen`."""

    format: str | None = None
    mapping: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    dates: Literal["day-first", "month-first"] | None = None


class AuditPlace(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of the audit that has the receipt's digest: its number, and its own digest."""

    number: Count
    digest: Hex64


class Receipt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One screening, of one subject or many. `question` is the SHA-256 of the salt and of what was asked.

    With `valid_at` the lists in force at another moment were asked, with `known_at` as the register knew them then.
    `held` are the decisions that were applied, absent without any. `reading` is how a file was read.
    """

    version: Literal[1]
    id: Hex32
    kind: QuestionKind
    asked_by: str
    asked_at: Moment
    salt: Hex32
    question: Hex64
    basis: Basis
    limit: Count
    outcome: Outcome
    valid_at: Moment | None = None
    known_at: Moment | None = None
    held: HeldThen | None = None
    reading: FileReading | None = None
    audit: AuditPlace | None = None


class Remark(msgspec.Struct, frozen=True, kw_only=True):
    """A sentence on a replay, and a stable word for what it is about."""

    code: str
    text: str


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """What came of asking again.

    `confirmed`: the same subjects with the same scores. `differs`: not so, and `differences` say how.
    `not_reproducible`: the state of the register that was asked cannot be had any more. `remarks` are what is not as it
    was, and may explain a difference. `vouched` says whether the audit at hand has the receipt's digest; an audit that
    has another is an error.
    """

    receipt: str
    verdict: Verdict
    vouched: bool
    then: Basis
    now: Basis
    outcome: Outcome
    differences: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


def digest_receipt(receipt: Receipt) -> str:
    """The digest that the audit has of a receipt: of all that it says, but for its place in the audit, however it is
    written."""
    body = msgspec.to_builtins(msgspec.structs.replace(receipt, audit=None))
    return hashlib.sha256(msgspec.json.encode(body, order="sorted")).hexdigest()


def write_receipt(receipt: Receipt) -> bytes:
    """The file of a receipt: JSON that people can read."""
    return msgspec.json.format(msgspec.json.encode(receipt)) + b"\n"


def read_receipt(data: bytes, what: str) -> Receipt:
    """The receipt of a file; `what` names that. `BadInput` when it is none, or one of another version."""
    try:
        return msgspec.json.decode(data, type=Receipt)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{what}: expected a receipt as Tocsin writes it ({error}). Nothing was replayed.") from None
