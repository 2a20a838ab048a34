"""What receipts digest: questions and answers as they go by, one after the other, so that memory does not grow with them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from tocsin.errors import BadInput
from tocsin.model import Query
from tocsin.model.hit_decision import Ruling
from tocsin.model.question import write_line
from tocsin.model.receipt import MOST_TOLD, FoundAnswer, FoundSubject, Outcome
from tocsin.screen.results import RowFault, RowResult
from tocsin.screen.rows import DateOrder, Row, make_query


class QuestionDigest:
    """The SHA-256 of a salt and of lines (`model.question`), each ended by a line feed, which none of them holds."""

    def __init__(self, salt: str) -> None:
        self._hash = hashlib.sha256(salt.encode("ascii") + b"\n")

    def add(self, line: bytes) -> None:
        self._hash.update(line + b"\n")

    def make(self) -> str:
        return self._hash.hexdigest()


class OutcomeTotals:
    """Counts and a digest of answers, of which the first that tell something are kept whole."""

    def __init__(self) -> None:
        self.asked = self.with_hits = self.hits = self.suppressed = self.failed = 0
        self._hash, self._first = hashlib.sha256(), list[FoundAnswer]()

    def add(self, answer: FoundAnswer) -> None:
        self.asked += 1
        self.with_hits += bool(answer.hits)
        self.hits += len(answer.hits)
        self.suppressed += len(answer.suppressed)
        self.failed += answer.error is not None
        if answer.is_told:
            self._hash.update(_write_answer(answer) + b"\n")
            if len(self._first) < MOST_TOLD:
                self._first.append(answer)

    def make(self) -> Outcome:
        return Outcome(
            asked=self.asked, with_hits=self.with_hits, hits=self.hits, suppressed=self.suppressed, failed=self.failed,
            digest=self._hash.hexdigest(), answers=tuple(self._first),
        )


class Found(Protocol):
    """A subject that was found."""

    @property
    def subject(self) -> str: ...
    @property
    def score(self) -> float: ...


def make_found(number: int, hits: Iterable[Found], suppressed: Iterable[Ruling] = ()) -> FoundAnswer:
    """The answer to one query."""
    return FoundAnswer(
        number=number, hits=tuple(FoundSubject(subject=h.subject, score=h.score) for h in hits),
        suppressed=tuple(FoundSubject(subject=r.subject, score=r.score, decision=r.decision) for r in suppressed),
    )


def make_row_found(result: RowResult) -> FoundAnswer:
    """The answer to one row."""
    return msgspec.structs.replace(
        make_found(result.row, result.hits, result.suppressed), warnings=tuple(w.code for w in result.warnings),
        error=result.error.code if result.error else None,
    )


def iter_answers(results: Iterable[RowResult], *, rows: int) -> Iterator[FoundAnswer]:
    """The answers to the first `rows` rows, of which `results` has at least those that say more than that there was no
    hit."""
    told = 0
    for result in results:
        yield make_row_found(result)
        told += 1
    yield from (FoundAnswer(number=0) for _ in range(rows - told))


def write_row(row: Row) -> bytes:
    """The line of a row: all that stood in it, or why it could not be read."""
    fault = row.fault
    return write_line([row.number, row.values, [fault.code, fault.text, fault.field] if fault else None])


def read_row(line: bytes) -> Row:
    """What `write_row` wrote."""
    number, values, fault = json.loads(line)
    told = RowFault(code=fault[0], text=fault[1], field=fault[2]) if fault else None
    return Row(number=number, values={field: tuple(texts) for field, texts in values.items()}, fault=told)


def find_query(row: Row, *, dates: DateOrder | None = None) -> Query | None:
    """The query of a row; `None` for one that cannot be screened."""
    try:
        return make_query(row, dates=dates)[0] if row.fault is None else None
    except BadInput:
        return None


def _write_answer(answer: FoundAnswer) -> bytes:
    return write_line([
        answer.number, _write_subjects(answer.hits), _write_subjects(answer.suppressed), answer.error, answer.warnings,
    ])


def _write_subjects(subjects: Sequence[FoundSubject]) -> list[list[object]]:
    return [[s.subject, s.score, s.decision] for s in subjects]
