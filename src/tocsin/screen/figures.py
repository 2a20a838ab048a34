"""Figures of a scorer on cases whose truth is known: precision, recall and F1 by threshold, and calibration.

Scores are counted in steps of 0.0001, so that memory does not grow with the number of cases. A threshold is a step too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

STEPS = 10_000
THRESHOLDS = tuple(n / 100 for n in range(40, 100, 5))
BANDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What holds at one threshold. Shares are from 0 to 1, `None` where there is nothing to divide by.

    `precision`: of what was called a match, how much is one. `recall`: of the matches (of screening: of the listed rows),
    how many were found. `alerted`: of the others (strangers), how many were called a match (had any hit). `hits_a_row`:
    hits for one screened row; for pairs `None`.
    """

    threshold: float
    precision: float | None
    recall: float | None
    f1: float | None
    alerted: float | None
    hits_a_row: float | None = None


class Band(msgspec.Struct, frozen=True, kw_only=True):
    """Of the pairs (of screening: the hits) that score from `low` to under `high`, how many are matches in truth."""

    low: float
    high: float
    cases: int
    matches: int
    share: float


class Tally:
    """Running counts of scores, apart for matches and others.

    A screened row counts once, with the score that decides it: that of the right subject where it is listed (0 when it
    was not among the hits), that of the best hit where it is a stranger's. Each of its hits is counted for calibration.
    """

    def __init__(self) -> None:
        self._of_matches: Counter[int] = Counter()
        self._of_others: Counter[int] = Counter()
        self._hits: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
        self._is_screening = False

    def add_pair(self, score: float, *, is_match: bool) -> None:
        """Count one pair."""
        (self._of_matches if is_match else self._of_others)[to_step(score)] += 1
        self._hits[is_match][to_step(score)] += 1

    def add_row(self, hits: Iterable[tuple[float, bool]], *, is_listed: bool) -> None:
        """Count one screened row: the score of each hit, and whether it is the right subject."""
        self._is_screening = True
        every = list(hits)
        deciding = (score for score, is_right in every if is_right or not is_listed)
        (self._of_matches if is_listed else self._of_others)[to_step(max(deciding, default=0.0))] += 1
        for score, is_right in every:
            self._hits[is_right][to_step(score)] += 1

    @property
    def matches(self) -> int:
        return self._of_matches.total()

    @property
    def others(self) -> int:
        return self._of_others.total()

    def make_line(self, threshold: float) -> Line:
        """The figures at `threshold`; a score equal to it is a match. It is never 0 for screening: 0 stands for no hit."""
        least = to_step(threshold)
        found, wrong = _count(self._of_matches, least), _count(self._of_others, least)
        hits = sum(_count(counts, least) for counts in self._hits.values()) if self._is_screening else None
        missed = self.matches - found
        return Line(
            threshold=threshold, precision=_share(found, found + wrong), recall=_share(found, self.matches),
            f1=_share(2 * found, 2 * found + wrong + missed) if self.matches else None,
            alerted=_share(wrong, self.others),
            hits_a_row=None if hits is None else _share(hits, self.matches + self.others),
        )

    def make_lines(self, thresholds: Iterable[float] = THRESHOLDS) -> tuple[Line, ...]:
        """The figures at each threshold."""
        return tuple(self.make_line(t) for t in thresholds)

    def find_best(self, *, least: float = 0.01) -> Line | None:
        """The line of the highest F1, looked for in hundredths from `least`; of equals the highest threshold.

        `None` without a match to be found.
        """
        if not self.matches:
            return None
        lines = self.make_lines(n / 100 for n in range(round(least * 100), 101))
        return max(lines, key=lambda line: (line.f1 or 0.0, line.threshold))

    def make_bands(self) -> tuple[Band, ...]:
        """Score bands that have any case, lowest first; the last one is of score 1 alone."""
        bands = []
        for low, high in zip(BANDS, (*BANDS[1:], 2.0), strict=True):
            counted = {
                truth: sum(n for step, n in counts.items() if to_step(low) <= step < to_step(high))
                for truth, counts in self._hits.items()
            }
            if total := sum(counted.values()):
                right = counted[True]
                bands.append(Band(low=low, high=min(high, 1.0), cases=total, matches=right, share=right / total))
        return tuple(bands)


def to_step(score: float) -> int:
    """The step that a score has reached; the smallest part over it is lost, a float's own error is not."""
    return int(score * STEPS + 1e-6)


def _count(counts: Counter[int], least: int) -> int:
    return sum(n for step, n in counts.items() if step >= least)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
