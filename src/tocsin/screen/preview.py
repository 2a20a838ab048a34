"""The same rows screened with two engines: which hits would change, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Protocol

import msgspec

from tocsin.errors import BadInput
from tocsin.match import FEATURE_WORDS
from tocsin.model import Hit, Kind, Query
from tocsin.names.acronyms import expand_name
from tocsin.screen.rows import DateOrder, Row, make_query
from tocsin.settings import check_limit

BELOW = 0.30   # how far under the threshold the other engine's score is still looked for
SPARE = 50     # and how many hits more than are shown
BY_LIMIT = {"new": "no longer cut off by the limit of hits", "gone": "cut off by the limit of hits"}
SMALL = 0.005  # points that do not differ by so much are the same
COLUMNS = (
    "row", "id", "change", "subject", "caption", "listed_name", "score_before", "score_after", "why", "points",
    "error",
)


class Side(Protocol):
    """One engine over one index."""

    @property
    def name(self) -> str:
        """What the engine is called."""
        ...

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        """Hits at or over `threshold`, best first, at most `limit`."""
        ...

    def explain_points(self, query_name: str, listed_name: str, kind: Kind) -> Mapping[str, float]:
        """What each feature adds to the log-odds of two names."""
        ...


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """One feature whose points differ (log-odds; 0 where an engine does not know it), and what it is in words."""

    feature: str
    words: str
    before: float
    after: float


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One hit that would be `new` or `gone`, or whose score would have `moved`.

    `before` and `after` are scores, `None` when far under the threshold. `points` are the differences of the names
    `asked` and `listed`, the largest first; empty when the names made no difference. `why` tells the largest in words.
    """

    kind: Literal["new", "gone", "moved"]
    subject: str
    caption: str
    asked: str | None
    listed: str | None
    before: float | None
    after: float | None
    why: str
    points: tuple[Point, ...]


class RowPreview(msgspec.Struct, frozen=True, kw_only=True):
    """One row: how many hits each engine shows, and what changes. With `error` it was not screened."""

    row: int
    id: str | None = None
    before: int = 0
    after: int = 0
    changes: tuple[Change, ...] = ()
    error: str | None = None


class Totals(msgspec.Struct, kw_only=True):
    """Running totals of a preview."""

    rows: int = 0
    unscreenable: int = 0
    rows_changed: int = 0
    hits_before: int = 0
    hits_after: int = 0
    new: int = 0
    gone: int = 0
    moved: int = 0

    def add(self, row: RowPreview) -> None:
        """Count one more row."""
        self.rows += 1
        self.unscreenable += row.error is not None
        self.rows_changed += bool(row.changes)
        self.hits_before += row.before
        self.hits_after += row.after
        for change in row.changes:
            setattr(self, change.kind, getattr(self, change.kind) + 1)


def preview_rows(
    rows: Iterable[Row], before: Side, after: Side, *, threshold: float, limit: int, least: float = 0.02,
    dates: DateOrder | None = None,
) -> Iterator[RowPreview]:
    """One preview for each row, in order; memory does not grow with their number. A row's fault is its `error`.

    `least` is by how much a score must move to be told. `BadInput`, before any row is read, for a threshold or `least`
    that is not from 0 to 1, or as `check_limit`.
    """
    if not (0 <= threshold <= 1 and 0 <= least <= 1):
        raise BadInput("The threshold and --least: expected numbers from 0 to 1. Nothing was screened.")
    check_limit(limit)
    return (_preview_row(row, (before, after), threshold, limit, least, dates) for row in rows)


def _preview_row(
    row: Row, sides: tuple[Side, Side], threshold: float, limit: int, least: float, dates: DateOrder | None
) -> RowPreview:
    name = next(iter(row.values.get("id", ())), None)
    if row.fault is not None:
        return RowPreview(row=row.number, id=name, error=f"Row {row.number}: {row.fault.text}.")
    try:
        query, _ = make_query(row, dates=dates)
    except BadInput as error:
        return RowPreview(row=row.number, id=name, error=str(error))
    floor = max(0.0, threshold - BELOW)
    before, after = ({h.subject: h for h in s.find_hits(query, threshold=floor, limit=limit + SPARE)} for s in sides)
    shown = [{h.subject for h in [x for x in hits.values() if x.score >= threshold][:limit]} for hits in (before, after)]
    subjects = sorted(shown[0] | shown[1], key=lambda s: (-max(_score(before, s), _score(after, s)), s))
    changes = []
    for subject in subjects:
        by = _score(after, subject) - _score(before, subject)
        kind = _find_change(subject in shown[0], subject in shown[1], by, least)
        if kind is not None:
            changes.append(_make_change(kind, query, sides, before.get(subject), after.get(subject), threshold))
    return RowPreview(row=row.number, id=name, before=len(shown[0]), after=len(shown[1]), changes=tuple(changes))


def _score(hits: Mapping[str, Hit], subject: str) -> float:
    return hits[subject].score if subject in hits else 0.0


def _find_change(was: bool, is_now: bool, by: float, least: float) -> Literal["new", "gone", "moved"] | None:
    if was and is_now:
        return "moved" if abs(by) > least + 1e-9 else None
    return "new" if is_now else "gone"


def _make_change(
    kind: Literal["new", "gone", "moved"], query: Query, sides: tuple[Side, Side], before: Hit | None, after: Hit | None,
    threshold: float,
) -> Change:
    """The change, explained by the names with which the engine that shows the hit found it."""
    shown = before if kind == "gone" else after
    assert shown is not None
    listed = next(iter(shown.names), None)
    asked = _find_asked(query, listed, shown.kind, sides[0 if kind == "gone" else 1]) if listed else None
    points = compare_points(asked, listed, shown.kind, sides) if asked and listed else ()
    if before is not None and after is not None and min(before.score, after.score) >= threshold and kind != "moved":
        why = BY_LIMIT[kind]
    else:
        why = explain_change(points, is_rise=_to_score(after) > _to_score(before))
    return Change(
        kind=kind, subject=shown.subject, caption=shown.caption, asked=asked, listed=listed, why=why, points=points,
        before=before.score if before else None, after=after.score if after else None,
    )


def _to_score(hit: Hit | None) -> float:
    return 0.0 if hit is None else hit.score


def _find_asked(query: Query, listed: str, kind: Kind, side: Side) -> str | None:
    """Of the names asked, and of what acronyms stand for, the one that `side` finds nearest to the listed name."""
    names = (*query.names, *(other for name in query.names for other in expand_name(name)))
    return max(names, key=lambda name: sum(side.explain_points(name, listed, kind).values()), default=None)


def compare_points(asked: str, listed: str, kind: Kind, sides: tuple[Side, Side]) -> tuple[Point, ...]:
    """The points of two names that differ between two engines, largest difference first."""
    before, after = (side.explain_points(asked, listed, kind) for side in sides)
    points = [
        Point(feature=f, words=FEATURE_WORDS.get(f, f), before=before.get(f, 0.0), after=after.get(f, 0.0))
        for f in dict.fromkeys((*before, *after))
    ]
    differing = [p for p in points if abs(p.after - p.before) >= SMALL]
    return tuple(sorted(differing, key=lambda p: (-abs(p.after - p.before), p.feature)))


def explain_change(points: Iterable[Point], *, is_rise: bool) -> str:
    """In words what made a score rise or fall, the two largest, and the largest that worked the other way.

    As in "less for order of the words (-1.35); yet more for rareness of the words met (+1.89)".
    """
    told = sorted(points, key=lambda p: -abs(p.after - p.before))
    parts = []
    for rises in (is_rise, not is_rise):
        found = [p for p in told if (p.after > p.before) == rises][:2 if rises == is_rise else 1]
        if found:
            said = ", ".join(f"{p.words} ({p.after - p.before:+.2f})" for p in found)
            parts.append(f"{'' if rises == is_rise else 'yet '}{'more' if rises else 'less'} for {said}")
    return "; ".join(parts) or "not the names asked and listed"


def to_lines(row: RowPreview) -> Iterator[dict[str, Any]]:
    """Flat lines: one a change, one for a row that was not screened, none for a row without changes."""
    base: dict[str, Any] = {"row": row.row, "id": row.id}
    if row.error is not None:
        yield base | {"error": row.error}
    for change in row.changes:
        yield base | {
            "change": change.kind, "subject": change.subject, "caption": change.caption, "listed_name": change.listed,
            "score_before": change.before, "score_after": change.after, "why": change.why,
            "points": describe_points(change.points),
        }


def describe_points(points: Iterable[Point], most: int | None = None) -> str:
    """As in "cover_low 2.05 to 3.41; order -0.80 to 0": of each feature the points before and after."""
    told = [f"{p.feature} {_number(p.before)} to {_number(p.after)}" for p in points]
    return "; ".join(told if most is None or len(told) <= most else [*told[:most], f"{len(told) - most} more"])


def _number(value: float) -> str:
    return "0" if abs(value) < SMALL else f"{value:.2f}"
