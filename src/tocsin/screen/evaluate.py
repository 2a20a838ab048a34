"""A scorer on cases whose truth the user knows: a report, and the cases that were decided wrongly."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from tocsin.errors import BadInput
from tocsin.screen.figures import Band, Line, Tally, to_step
from tocsin.screen.labelled import LEAST, Judged, Shape
from tocsin.screen.tables import WriteLine

WRONG = ("row", "id", "decision", "score", "expected", "name", "subject", "caption", "reasons")
ERRORS_KEPT = 20


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a labelled file.

    `matches` are pairs that are one, or rows of listed subjects; `others` pairs that are none, or rows of strangers.
    `lines` are the figures by threshold, `default` those of the threshold in force, `best` those of the highest F1 (`None`
    without a match). `bands` show whether a score means what it says. `failed` cases were left out, `errors` are the first
    of their reasons.
    """

    shape: Shape
    engine: str
    register: str | None
    matches: int
    others: int
    failed: int
    errors: tuple[str, ...]
    default: Line
    best: Line | None
    lines: tuple[Line, ...]
    bands: tuple[Band, ...]


def evaluate_cases(
    cases: Iterable[Judged], *, shape: Shape, threshold: float, engine: str, register: str | None = None,
    write_wrong: WriteLine = lambda _: None, tell: Callable[[int], None] = lambda _: None,
) -> Report:
    """Count every case, and write each that `threshold` decides wrongly. Memory does not grow with their number.

    `BadInput`, before any case is looked at, for a threshold that is not from 0.01 (of rows: 0.40, since hits under it are
    not looked at) to 1; and after all when no case could be judged.
    """
    least = LEAST if shape == "rows" else 0.01
    if not least <= threshold <= 1:
        raise BadInput(f"The threshold: expected a number from {least:.2f} to 1. Nothing was evaluated.")
    tally, failed = Tally(), 0
    errors: list[str] = []
    for number, case in enumerate(cases, start=1):
        tell(number)
        if case.error is not None:
            failed += 1
            errors += [case.error] if len(errors) < ERRORS_KEPT else []
            continue
        if shape == "rows":
            tally.add_row(case.hits, is_listed=case.is_match)
        else:
            tally.add_pair(case.score, is_match=case.is_match)
        if is_wrong(case, threshold):
            write_wrong(make_wrong(case))
    if not tally.matches + tally.others:
        raise BadInput(f"None of the {failed} cases could be judged. {' '.join(errors[:1])}")
    return Report(
        shape=shape, engine=engine, register=register, matches=tally.matches, others=tally.others, failed=failed,
        errors=tuple(errors), default=tally.make_line(threshold), best=tally.find_best(least=least),
        lines=tally.make_lines(), bands=tally.make_bands(),
    )


def is_wrong(case: Judged, threshold: float) -> bool:
    """Whether a match is missed, or another is called one, at `threshold`."""
    return (to_step(case.score) >= to_step(threshold)) != case.is_match


def make_wrong(case: Judged) -> dict[str, Any]:
    """A wrongly decided case as a flat line: `missed` or `false alert`, and the hit that explains it."""
    return {
        "row": case.row, "id": case.id, "decision": "missed" if case.is_match else "false alert", "score": case.score,
        "expected": case.expected, "name": case.names, "subject": case.subject, "caption": case.caption,
        "reasons": case.reasons,
    }
