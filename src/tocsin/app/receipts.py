"""Receipts: each answer that is given has one, and the audit has its id and digest. They are not kept here: who asked
has them.

What is kept of the questions themselves is what the settings say: nothing, keyed digests, or all.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.app.register import Register, now_utc
from tocsin.model import Basis, Query
from tocsin.model.kept import KeptQuestion
from tocsin.model.question import write_question
from tocsin.model.receipt import (
    VERSION,
    AuditPlace,
    FileReading,
    FoundAnswer,
    HeldThen,
    QuestionKind,
    Receipt,
    digest_receipt,
)
from tocsin.store.audit import AuditLine

if TYPE_CHECKING:
    from tocsin.screen.hit_decisions import Held
    from tocsin.screen.rows import DateOrder, Row

BLOCK = 1_000  # questions of a file that are kept at once
Record = Callable[[Mapping[str, Any], Sequence[KeptQuestion]], AuditLine]  # writes the line of an answer


class Issuing(Register):
    """A register that gives a receipt with each answer."""

    def draft_receipt(
        self, kind: QuestionKind, basis: Basis, *, limit: int, held: Held | None = None, reading: FileReading | None = None,
        id: str | None = None, asked_by: str | None = None,
    ) -> Draft:
        """A receipt to be filled with questions and answers, and issued. `id` is made, and `asked_by` is who acts, when they
        are not said."""
        found, salt, now, by = id or secrets.token_hex(16), secrets.token_hex(16), now_utc(), asked_by or self.actor
        make = partial(
            Receipt, version=VERSION, id=found, kind=kind, asked_by=by, asked_at=now, salt=salt, basis=basis, limit=limit,
            valid_at=self._valid_at, known_at=self._known_at, reading=reading,
            held=describe_held(held),
        )
        keeps = self.settings.keep_queries != "none"
        keeper = Keeper(self, receipt=found, kind=kind, asked_at=now, asked_by=by) if keeps else None
        return Draft(make, keeper, salt=salt)

    def forget_questions(self, receipt: str) -> None:
        """Remove what is kept of the questions of one receipt, where anything is kept."""
        if self.settings.keep_queries == "none":
            return
        from tocsin.store.desk import open_desk
        from tocsin.store.questions import forget_receipt

        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            forget_receipt(connection, receipt)


def describe_held(held: Held | None) -> HeldThen | None:
    """Which decisions are applied, so that they can be had again."""
    return HeldThen(at=held.now, decision=held.last_decision, step=held.last_step) if held else None


class Keeper:
    """Keeps the questions of one receipt, as the settings of a register say."""

    def __init__(
        self, register: Register, *, receipt: str, kind: QuestionKind, asked_at: dt.datetime, asked_by: str
    ) -> None:
        from tocsin.store.secret import get_secret, name_secret

        self._register, self._secret = register, get_secret(register.settings.home)
        self._make = partial(
            KeptQuestion, receipt=receipt, kind=kind, asked_at=asked_at, asked_by=asked_by, key=name_secret(self._secret)
        )
        self.waiting: list[KeptQuestion] = []

    def add(self, number: int, query: Query | None, line: bytes) -> None:
        """Keep a question with what is written of it; without a query there is nobody who could be found by it."""
        from tocsin.screen.hit_decisions import digest_query

        terms = digest_query(query, key=self._secret).values() if query else ()
        body = line.decode() if self._register.settings.keep_queries == "full" else None
        self.waiting.append(self._make(number=number, terms=tuple(t for some in terms for t in some), body=body))

    def write(self, *, least: int) -> None:
        """Write what waits, where that is so many."""
        if len(self.waiting) >= least:
            self._register.keep_questions(self.waiting)
            self.waiting = []


class Draft:
    """A receipt that is being made. Questions are given to it as they are asked and answers as they come; of both, digests
    stay."""

    def __init__(self, make: Callable[..., Receipt], keeper: Keeper | None, *, salt: str) -> None:
        from tocsin.screen.receipts import OutcomeTotals, QuestionDigest

        self._make, self._keeper = make, keeper
        self._question, self._outcome, self._asked = QuestionDigest(salt), OutcomeTotals(), 0

    def ask(self, query: Query, reference: str | None = None) -> None:
        """One more question."""
        line = write_question(query, reference)
        self._question.add(line)
        self._asked += 1
        if self._keeper:
            self._keeper.add(self._asked, query, line)

    def read(self, rows: Iterable[Row], *, dates: DateOrder | None = None) -> Iterator[Row]:
        """The rows as they come, each a question."""
        from tocsin.screen.receipts import find_query, write_row

        for row in rows:
            line = write_row(row)
            self._question.add(line)
            if self._keeper:
                self._keeper.add(row.number, find_query(row, dates=dates), line)
                self._keeper.write(least=BLOCK)
            yield row

    def answer(self, answer: FoundAnswer) -> None:
        """The answer to one question or row."""
        self._outcome.add(answer)

    def issue(self, record: Record, details: Mapping[str, Any]) -> Receipt:
        """The receipt, when its line is in the audit. Errors as `Register.record`: then there is no answer."""
        receipt = self._make(question=self._question.make(), outcome=self._outcome.make())
        told = {"receipt": receipt.id, "receipt_digest": digest_receipt(receipt)}
        line = record({**details, **told}, self._find_waiting())
        return msgspec.structs.replace(receipt, audit=AuditPlace(number=line.number, digest=line.digest))

    def break_off(self, record: Record, details: Mapping[str, Any]) -> None:
        """Write the line of answers that somebody stopped: more may have been asked than answered, so there is no
        receipt."""
        record(details, self._find_waiting())

    def _find_waiting(self) -> Sequence[KeptQuestion]:
        return self._keeper.waiting if self._keeper else ()
