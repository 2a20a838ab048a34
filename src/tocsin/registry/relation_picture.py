"""The picture of a subject and those that lists tie it to, as an SVG that stands in a page.

The subject stands in the middle; on its left those whose listings name it, on its right those that its own listings name. An
arrow leads from whose listing states the relation to whom it names. The same ties always give the same picture.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from html import escape

from tocsin.registry.relations import Tie

MOST = 8                         # boxes on one side; what is more stands in the table beside the picture
BOX, HIGH, GAP = 250, 58, 12     # a box: width and height, and the space under it
ARROW = 60                       # between two columns
LETTERS = 30                     # of one line in a box, a wide letter counting for two
MORE = 22                        # height of the line that tells how many are left out
ISOLATE, POP = "\u2068", "\u2069"  # a name keeps its own direction among others (UAX #9, FSI and PDI)


def draw_relations(caption: str, ties: Sequence[Tie], *, link: Callable[[str], str]) -> str:
    """The picture; empty without ties. `link` gives the address of a subject's page."""
    theirs, own = ([t for t in ties if t.is_theirs is side] for side in (True, False))
    if not ties:
        return ""
    middle = BOX + ARROW if theirs else 0
    width = middle + BOX + (ARROW + BOX if own else 0)
    height = max(_measure(theirs), _measure(own))
    top = (height - HIGH) // 2
    parts = [
        f'<svg class="relations" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-label="{escape(_tell(caption, theirs, own))}">',
        '<defs><marker id="tie" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="head" d="M0 0L8 4L0 8z"/></marker></defs>',
        *_draw_side(theirs, 0, height, link), *_draw_arrows(theirs, (BOX, middle), height, inward=True),
        *_draw_arrows(own, (middle + BOX + ARROW, middle + BOX), height, inward=False),
        *_draw_box(caption, "", middle, top, kind="middle"), *_draw_side(own, middle + BOX + ARROW, height, link),
    ]
    return "".join((*parts, "</svg>"))


def count_left_out(ties: Sequence[Tie]) -> int:
    """How many of the ties the picture does not show."""
    return sum(max(0, sum(t.is_theirs is side for t in ties) - MOST) for side in (True, False))


def _tell(caption: str, theirs: Sequence[Tie], own: Sequence[Tie]) -> str:
    return f"{caption}: {len(own)} stated by its listings, {len(theirs)} by those of others"


def _measure(ties: Sequence[Tie]) -> int:
    shown = max(1, min(MOST, len(ties)))
    return shown * (HIGH + GAP) - GAP + 4 + (MORE if len(ties) > MOST else 0)


def _place(ties: Sequence[Tie], height: int) -> Iterator[tuple[Tie, int]]:
    """The ties that are shown and the top of each box: the column stands in the middle of the picture's height."""
    first = (height - _measure(ties)) // 2 + 2
    yield from ((tie, first + at * (HIGH + GAP)) for at, tie in enumerate(ties[:MOST]))


def _draw_side(ties: Sequence[Tie], left: int, height: int, link: Callable[[str], str]) -> Iterator[str]:
    for tie, top in _place(ties, height):
        said = f"{tie.kind} · {', '.join(tie.by)}"
        box = "".join(_draw_box(tie.caption, said, left, top, kind="name" if tie.other is None else "subject"))
        yield box if tie.other is None else f'<a href="{escape(link(tie.other))}">{box}</a>'
    if len(ties) > MOST:
        yield f'<text class="said" x="{left + BOX // 2}" y="{height - 6}">+ {len(ties) - MOST}</text>'


def _draw_arrows(ties: Sequence[Tie], ends: tuple[int, int], height: int, *, inward: bool) -> Iterator[str]:
    """Lines between the boxes of a side, whose edge is the first of `ends`, and the middle box."""
    outer, inner = ends
    for _, top in _place(ties, height):
        side, middle = (outer, top + HIGH // 2), (inner, height // 2)
        start, end = (side, middle) if inward else (middle, side)
        bend = (start[0] + end[0]) // 2
        yield (
            f'<path class="tie" marker-end="url(#tie)" d="M{start[0]} {start[1]}C{bend} {start[1]} {bend} {end[1]} '
            f'{end[0]} {end[1]}"/>'
        )


def _draw_box(caption: str, said: str, left: int, top: int, *, kind: str) -> Iterator[str]:
    lines = wrap(caption, letters=LETTERS, most=2)
    yield f'<g class="{kind}"><title>{escape(f"{said}: {caption}" if said else caption)}</title>'
    yield f'<rect x="{left + 1}" y="{top}" width="{BOX - 2}" height="{HIGH}" rx="5"/>'
    x, y = left + BOX // 2, top + HIGH // 2 + 4 - 8 * (len(lines) - 1) + (7 if said else 0)
    if said:
        yield f'<text class="said" x="{x}" y="{top + 15}">{escape(_cut(said, LETTERS + 6))}</text>'
    for at, line in enumerate(lines):
        yield f'<text x="{x}" y="{y + at * 15}">{ISOLATE}{escape(line)}{POP}</text>'
    yield "</g>"


def wrap(text: str, *, letters: int, most: int) -> tuple[str, ...]:
    """The text in at most `most` lines of `letters`, cut with "…" where it is longer.

    >>> wrap("Islamic State in Iraq and the Levant - Khorasan", letters=30, most=2)
    ('Islamic State in Iraq and the', 'Levant - Khorasan')
    """
    lines: list[str] = []
    for word in text.split():
        if lines and _width(lines[-1]) + 1 + _width(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    shown = [_cut(line, letters) for line in lines[:most]]
    if len(lines) > most:
        shown[-1] = _cut(f"{shown[-1].removesuffix('…')}…", letters)
    return tuple(shown)


def _cut(text: str, letters: int) -> str:
    if _width(text) <= letters:
        return text
    kept = text
    while _width(kept) > letters - 1:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(text: str) -> int:
    """How wide a text is in letters: Chinese and the like count twice, marks over letters not at all."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in ("W", "F") else 1 for c in text
    )
