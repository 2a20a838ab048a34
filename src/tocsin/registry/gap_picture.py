"""The picture of one subject: who listed it when, as an SVG that stands in a page.

One row for each listing, on a scale that all subjects of a page share. What is not known is drawn open: a listing without a
date is a dashed line that ends in a ring, a date without its day is a paler piece from the first to the last day it may be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from html import escape

import msgspec

from tocsin.registry.gap_values import Gap
from tocsin.registry.positions import Stand, Status

WIDTH, LABEL, RIGHT = 760, 190, 16     # of the picture, of the text before the bars, of the margin after them
ROW, BAR, HEAD = 24, 12, 26            # heights: of a row, of its bar, of the scale above all rows
TICKS_MOST = 10                        # years that are written over a picture
SHORTEST_YEARS = 4                     # that a scale covers
WORDS: dict[Status, str] = {
    "listed": "lists it", "derived": "covers it by reference", "other_regime": "lists it under another regime",
    "ended": "listed it once", "not_listed": "not listed",
}


class Scale(msgspec.Struct, frozen=True, kw_only=True):
    """The time that a picture shows: whole years from `first` to the day `last`."""

    first: dt.date
    last: dt.date

    def place(self, day: dt.date) -> float:
        """Where a day stands, from the left edge; days outside stand at the edges."""
        share = (day - self.first).days / max(1, (self.last - self.first).days)
        return round(LABEL + min(1.0, max(0.0, share)) * (WIDTH - LABEL - RIGHT), 1)


def make_scale(gaps: Iterable[Gap], *, last: dt.date) -> Scale:
    """The scale that takes in every date of the subjects, and ends with the day that the answer is of."""
    days = [s.since.earliest for gap in gaps for p in gap.positions for s in p.stands if s.since]
    year = min((day.year for day in days if day <= last), default=last.year)
    return Scale(first=dt.date(max(1, min(year, last.year - SHORTEST_YEARS)), 1, 1), last=last)


def draw_gap(gap: Gap, scale: Scale, *, name: str, absent: Sequence[str] = ()) -> str:
    """The picture of a subject, in the order of its positions.

    `name` is unique on its page; `absent` are the authorities whose silence is drawn too.
    """
    rows = list(_iter_rows(gap, absent))
    height = HEAD + ROW * len(rows) + 4
    told = ". ".join(_tell(authority, stand) for authority, stand in rows)
    parts = [
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">Who listed {escape(gap.caption)} when</title><desc id="{name}-d">{escape(told)}</desc>',
        *_draw_scale(scale, height),
    ]
    for at, (authority, stand) in enumerate(rows):
        parts += _draw_row(authority, stand, scale, HEAD + at * ROW)
    return "".join((*parts, "</svg>"))


def _iter_rows(gap: Gap, absent: Sequence[str]) -> Iterator[tuple[str, Stand | None]]:
    for position in gap.positions:
        yield from ((position.authority, stand) for stand in position.stands)
        if not position.stands and position.authority in absent:
            yield position.authority, None


def _tell(authority: str, stand: Stand | None) -> str:
    if stand is None:
        return f"{authority}: not listed"
    since = f" since {stand.since}" if stand.since else ", date not stated"
    until = f", gone by {stand.until}" if stand.until else ""
    return f"{authority} {WORDS[stand.status]}{since}{until}"


def _draw_scale(scale: Scale, height: int) -> Iterator[str]:
    years = range(scale.first.year, scale.last.year + 1)
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 1000) if len(years) / s <= TICKS_MOST)
    for year in years:
        if year % step == 0:
            x = scale.place(dt.date(year, 1, 1))
            yield f'<line class="grid" x1="{x}" y1="{HEAD - 6}" x2="{x}" y2="{height}"/>'
            if x < WIDTH - 30:
                yield f'<text class="year" x="{x + 3}" y="{HEAD - 10}">{year}</text>'


def _draw_row(authority: str, stand: Stand | None, scale: Scale, top: int) -> Iterator[str]:
    middle = top + ROW // 2
    label = authority if stand is None or not stand.ref else f"{authority} {stand.ref}"
    label = f"{authority} {stand.list_key}, derived" if stand is not None and stand.derived_from else label
    yield f'<text class="who" x="0" y="{middle + 4}">{escape(_shorten(label))}</text>'
    start, end = scale.place(scale.first), scale.place(scale.last)
    if stand is None:
        yield f'<text class="absent" x="{start + 4}" y="{middle + 4}">not listed</text>'
        return
    end = scale.place(stand.until) if stand.until else end
    y = middle - BAR // 2
    if stand.since is None:
        yield f'<line class="undated {stand.status}" x1="{start}" y1="{middle}" x2="{end - 6}" y2="{middle}"/>'
        yield f'<circle class="ring {stand.status}" cx="{end - 6}" cy="{middle}" r="5"/>'
        yield f'<text class="undated-word" x="{start + 4}" y="{middle - 3}">date not stated</text>'
        return
    first, sure = scale.place(stand.since.earliest), min(scale.place(stand.since.latest), end)
    if stand.since.precision != "day":
        width = max(1, sure - first)
        yield f'<rect class="bar unsure {stand.status}" x="{first}" y="{y}" width="{width:.1f}" height="{BAR}"/>'
        first = sure
    yield (
        f'<rect class="bar {stand.status}" x="{first}" y="{y}" width="{max(3, end - first):.1f}" height="{BAR}">'
        f"<title>{escape(_tell(authority, stand))}</title></rect>"
    )


def _shorten(label: str) -> str:
    return label if len(label) <= 28 else label[:27] + "…"
