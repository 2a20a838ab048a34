"""What differs between an answer as its receipt has it and the same question's answer now."""

from __future__ import annotations

from collections.abc import Iterator

from tocsin.model.receipt import MOST_TOLD, FoundAnswer, FoundSubject, Outcome, QuestionKind, Remark

MOST_REMARKS = 50


def compare_outcomes(then: Outcome, now: Outcome, kind: QuestionKind) -> tuple[Remark, ...]:
    """In what an outcome is another: the answers that are told in full, one by one, then what the totals say of the rest.
    Nothing when subjects and scores are the same."""
    if then == now:
        return ()
    word = "row" if kind == "screen" else "question"
    found = [*_compare_answers(then, now, word), *_compare_totals(then, now)]
    rest = Remark(code="answers", text=f"Answers beyond the first {len(then.answers)} that found something differ.")
    return tuple(found[:MOST_REMARKS]) or (rest,)


def _compare_answers(then: Outcome, now: Outcome, word: str) -> Iterator[Remark]:
    """Only as far as both outcomes tell all answers."""
    told = {a.number: a for a in then.answers}, {a.number: a for a in now.answers}
    end = min((o.answers[-1].number for o in (then, now) if len(o.answers) >= MOST_TOLD), default=None)
    for number in sorted(set(told[0]) | set(told[1])):
        if end is None or number <= end:
            none = FoundAnswer(number=number)
            yield from _compare_answer(told[0].get(number, none), told[1].get(number, none), f"{word} {number}")


def _compare_answer(then: FoundAnswer, now: FoundAnswer, what: str) -> Iterator[Remark]:
    was, is_now = {s.subject: s for s in then.hits}, {s.subject: s for s in now.hits}
    left_out = {s.subject: s for s in now.suppressed}
    for subject, one in was.items():
        if subject in left_out:
            told = f"and is left out by decision {left_out[subject].decision} now."
            yield Remark(code="left_out", text=f"{what}: {subject} was a hit ({one.score:.4f}) {told}")
        elif subject not in is_now:
            yield Remark(code="hit_gone", text=f"{what}: {subject} was a hit ({one.score:.4f}) and is none now.")
        elif one.score != is_now[subject].score:
            told = f"scored {one.score:.6f} then and {is_now[subject].score:.6f} now."
            yield Remark(code="score", text=f"{what}: {subject} {told}")
    for subject, one in is_now.items():
        if subject not in was:
            yield Remark(code="hit_new", text=f"{what}: {subject} was no hit and is one now ({one.score:.4f}).")
    if _name(then.suppressed) != _name(now.suppressed):
        yield Remark(code="decisions", text=f"{what}: decisions leave out others than then.")
    if (then.error, then.warnings) != (now.error, now.warnings):
        yield Remark(code="reading", text=f"{what}: it is read otherwise now.")


def _name(subjects: tuple[FoundSubject, ...]) -> set[tuple[str, int | None]]:
    return {(s.subject, s.decision) for s in subjects}


def _compare_totals(then: Outcome, now: Outcome) -> Iterator[Remark]:
    words = {"asked": "asked", "with_hits": "with hits", "hits": "hits", "suppressed": "left out", "failed": "not screened"}
    for field, word in words.items():
        was, is_now = getattr(then, field), getattr(now, field)
        if was != is_now:
            yield Remark(code="totals", text=f"{word}: {was:,} then, {is_now:,} now.")
