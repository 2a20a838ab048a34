"""Replaying receipts: the same question, asked of the state of that time, and whether its answer is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Self

import msgspec

from tocsin.app.asking import Asking, judge_many
from tocsin.errors import BadInput, NotFound, Tampered
from tocsin.model import Basis, Query
from tocsin.model.question import read_question, write_question
from tocsin.model.receipt import Outcome, Receipt, Remark, Replay, Verdict, digest_receipt
from tocsin.store.audit import AuditLine, find_line

if TYPE_CHECKING:
    from tocsin.match import Index
    from tocsin.registry.update import Progress
    from tocsin.screen.hit_decisions import Held
    from tocsin.screen.rows import Row

Queries = Sequence[tuple[Query, str | None]]
Rows = Callable[[], Iterator["Row"]]
FIRST_YEAR, LAST_YEAR = 1900, 9998  # whose moments can be counted from in either direction
FORGED = "It, or the audit, was changed since it was issued; keep both and compare them with a backup. Nothing was replayed."
UNEXPLAINED = (
    "Nothing that the receipt names explains it. Listings of another moment are joined by what is known now; else compare "
    "the installations (`tocsin doctor`)."
)


class Replaying(Asking):
    """Confirms or explains answers that were given."""

    def find_receipt_line(self, receipt: Receipt) -> AuditLine | None:
        """The line of the audit that vouches for a receipt; `None` when the audit here is not that in which it was issued.
        `Tampered` when the two do not agree."""
        place = receipt.audit
        if place is None:
            raise Tampered(f"Receipt {receipt.id} does not say where in the audit it is. {FORGED}")
        line = find_line(self.settings.audit, number=place.number)
        names_it = line is not None and line.details.get("receipt") == receipt.id
        if line is None or not (names_it or line.digest == place.digest):
            if find_line(self.settings.audit, digest=place.digest) is not None:
                raise Tampered(f"Receipt {receipt.id} is not of line {place.number} of the audit. {FORGED}")
            return None
        told = line.details.get("receipt_digest")
        if not names_it or line.digest != place.digest or told != digest_receipt(receipt):
            raise Tampered(f"Receipt {receipt.id} is not as line {place.number} of the audit has it. {FORGED}")
        return line

    def replay(
        self, receipt: Receipt, *, asked: Queries | None = None, rows: Rows | None = None, progress: Progress | None = None
    ) -> Replay:
        """Ask the question of a receipt again, of the state of that time, and compare the answers. Writes one audit line.

        The question is what was kept of it, or what is given: `asked`, in their order, or the `rows` of a file. `BadInput`
        when it is not the question that was asked, or nothing is kept. `Tampered` as `find_receipt_line`.
        """
        line = self.find_receipt_line(receipt)
        _check_moments(receipt)
        if (asked is not None and receipt.kind == "screen") or (rows is not None and receipt.kind != "screen"):
            what = "a file" if receipt.kind == "screen" else "queries"
            raise BadInput(f"The receipt is of a question by {what}: expected that. Nothing was replayed.")
        if receipt.kind == "screen":
            rows = rows or (lambda: self._load_rows(receipt))
        elif asked is None:
            asked = tuple(read_question(body.encode()) for body in self._load_bodies(receipt))
        self._check_question(receipt, asked, rows)
        then, remarks = self._find_then(receipt, progress)
        basis, index = then.open_basis(receipt.basis.threshold)
        held = self.find_held(asked, then=receipt.held) if receipt.held else None
        outcome = _answer_again(receipt, index, held, asked=asked, rows=rows)
        found = self._conclude(receipt, basis, outcome, remarks, is_vouched=line is not None)
        self.record("replay", {
            **msgspec.structs.asdict(basis), "receipt": receipt.id, "kind": receipt.kind, "verdict": found.verdict,
        })
        return found

    def _conclude(
        self, receipt: Receipt, basis: Basis, outcome: Outcome, remarks: list[Remark], *, is_vouched: bool
    ) -> Replay:
        from tocsin.screen.replay import compare_outcomes

        differences = compare_outcomes(receipt.outcome, outcome, receipt.kind)
        for field, word in (("code", "code"), ("name_data", "name data"), ("engine", "engine")):
            was, is_now = getattr(receipt.basis, field), getattr(basis, field)
            if was != is_now:
                remarks.append(Remark(code=field, text=f"It was answered with {word} {was}, and is with {is_now}."))
        if (told := self._find_missing_decisions(receipt)) is not None:
            remarks.append(told)
        is_other = any(r.code == "register" for r in remarks)
        verdict: Verdict = "not_reproducible" if is_other else "differs" if differences else "confirmed"
        if differences and not remarks:
            remarks.append(Remark(code="unexplained", text=UNEXPLAINED))
        return Replay(
            receipt=receipt.id, verdict=verdict, vouched=is_vouched, then=receipt.basis, now=basis, outcome=outcome,
            differences=differences, remarks=tuple(remarks),
        )

    def _find_then(self, receipt: Receipt, progress: Progress | None) -> tuple[Self, list[Remark]]:
        """This register with the engine and the state of a receipt, and what of them is not as it was."""
        from tocsin.match import find_engines
        from tocsin.registry.moments import find_moment
        from tocsin.store.database import open_reader

        base = self.with_engine(receipt.basis.engine) if receipt.basis.engine in find_engines() else self
        if receipt.valid_at is None and base.index().register == receipt.basis.register:
            return base, []
        at = receipt.asked_at
        with open_reader(self.settings.database) as connection:
            moment = find_moment(
                connection, receipt.basis.register, valid=receipt.valid_at or at, known=min(receipt.known_at or at, at),
            )
        try:
            then = base.at_moment(moment.valid, moment.known, progress=progress)
        except NotFound:  # the register was made anew since then
            then, moment = base, msgspec.structs.replace(moment, state="other")
        if moment.state == "same":
            return then, []
        texts = {
            "joined": "The lists are those of then. Listings are joined otherwise since then, by decisions or rules.",
            "other": f"The register's state {receipt.basis.register} cannot be made again here: its lists were taken, or "
                     "read, otherwise. Another state was asked.",
        }
        return then, [Remark(code="register" if moment.state == "other" else "joined", text=texts[moment.state])]

    def _find_missing_decisions(self, receipt: Receipt) -> Remark | None:
        """That decisions which were applied are not on this desk."""
        if receipt.held is None:
            return None
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.hit_decisions import find_last

        last = (0, 0)
        if has_desk(self.settings.desk):
            with open_desk(self.settings.desk) as connection:
                last = find_last(connection)
        if last[0] >= receipt.held.decision and last[1] >= receipt.held.step:
            return None
        return Remark(code="decisions", text="Decisions on hits that were applied then are not on this desk.")

    def _check_question(self, receipt: Receipt, asked: Queries | None, rows: Rows | None) -> None:
        from tocsin.screen.receipts import QuestionDigest, write_row

        digest = QuestionDigest(receipt.salt)
        for line in map(write_row, rows()) if rows else (write_question(*one) for one in asked or ()):
            digest.add(line)
        if digest.make() != receipt.question:
            raise BadInput(
                "This is not the question that was asked: its digest is another. Expected all that was asked, as it was, "
                "with the reference if there was one. Nothing was replayed."
            )

    def _load_rows(self, receipt: Receipt) -> Iterator[Row]:
        from tocsin.screen.receipts import read_row

        return (read_row(body.encode()) for body in self._load_bodies(receipt))

    def _load_bodies(self, receipt: Receipt) -> Iterator[str]:
        """What was kept of a question in full. `BadInput` when it was not, or is no longer."""
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.questions import load_bodies

        none = True
        if has_desk(self.settings.desk):
            with open_desk(self.settings.desk) as connection:
                for body in load_bodies(connection, receipt.id):
                    none = False
                    yield body
        if none and receipt.outcome.asked:
            what = "the file" if receipt.kind == "screen" else "what was asked"
            raise BadInput(f"The question is not kept here: give {what} again. Nothing was replayed.")


def _check_moments(receipt: Receipt) -> None:
    """`BadInput` for a moment that no register had."""
    held_at = receipt.held.at if receipt.held else None
    moments = (receipt.asked_at, receipt.valid_at, receipt.known_at, held_at)
    if not all(FIRST_YEAR <= at.year <= LAST_YEAR for at in moments if at is not None):
        raise BadInput("The receipt names a moment that no register had. Nothing was replayed.")


def _answer_again(
    receipt: Receipt, index: Index, held: Held | None, *, asked: Queries | None, rows: Rows | None
) -> Outcome:
    from tocsin.screen.hit_decisions import screen_held
    from tocsin.screen.receipts import OutcomeTotals, make_found, make_row_found

    totals, threshold = OutcomeTotals(), receipt.basis.threshold
    if rows is not None:
        dates = receipt.reading.dates if receipt.reading else None
        for result in screen_held(rows(), index, held, threshold=threshold, limit=receipt.limit, dates=dates):
            totals.add(make_row_found(result))
    else:
        answers = judge_many(index, asked or (), held, threshold=threshold, limit=receipt.limit)
        for number, judged in enumerate(answers, start=1):
            totals.add(make_found(number, judged.hits, judged.suppressed))
    return totals.make()
