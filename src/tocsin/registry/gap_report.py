"""Gaps as one page: a file that opens anywhere, loads nothing, runs nothing, and prints.

The page is built of escaped text only, and its policy forbids it to fetch or run anything, whatever a list's names hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib import resources
from itertools import groupby

import msgspec

from tocsin.registry.aliases import AliasGap
from tocsin.registry.gap_picture import WORDS, draw_gap, make_scale
from tocsin.registry.gap_values import Gap, Gaps
from tocsin.registry.gap_words import tell_date, tell_lag, tell_position, tell_question
from tocsin.registry.positions import Position, Stand

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
KEYS: tuple[tuple[str, str], ...] = (
    ('<rect class="bar listed" x="0" y="1" width="34" height="12"/>', "lists it, from that day on"),
    ('<rect class="bar derived" x="1" y="2" width="32" height="10"/>', "covers it by reference to another list"),
    ('<rect class="bar other_regime" x="0" y="1" width="34" height="12"/>', "lists it under another regime"),
    ('<rect class="bar ended" x="0" y="1" width="34" height="12"/>', "listed it once; ends where a state no longer has it"),
    ('<line class="undated" x1="0" y1="7" x2="24" y2="7"/><circle class="ring" cx="28" cy="7" r="5"/>', "date not stated"),
    ('<rect class="bar unsure listed" x="0" y="1" width="34" height="12"/>', "began some day in this time"),
)


def write_report(gaps: Gaps) -> str:
    """The whole page, as HTML 5 in UTF-8."""
    data = resources.files("tocsin.registry").joinpath("data")
    style = "".join(data.joinpath(name).read_text("utf-8") for name in ("report.css", "timeline.css"))
    title = "Who is listed by whom, and who is not"
    body = "\n".join((
        f"<header><h1>{title}</h1>", *_iter_head(gaps), "</header>", "<main>", *_iter_matrix(gaps), *_iter_overview(gaps),
        *_iter_subjects(gaps), *_iter_aliases(gaps), "</main>", *_iter_foot(gaps),
    ))
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{style}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _iter_head(gaps: Gaps) -> Iterator[str]:
    count = len(gaps.subjects)
    yield f'<p class="lead">{escape(tell_question(gaps.question))}</p>'
    known = f", as this register knew them on {gaps.known_on}" if gaps.known_on else ""
    yield (
        f"<p>{count:,} {'subject' if count == 1 else 'subjects'}, by the lists in force on {gaps.as_of}{known}"
        f"{f'; {len(gaps.aliases):,} names that one side has and the other has not' if gaps.question.aliases else ''}.</p>"
    )
    doubtful = sum(bool(gap.alike) for gap in gaps.subjects)
    notes = [*gaps.notes]
    if doubtful:
        notes.insert(0, (
            f"{doubtful:,} of the subjects have a name alike on the other side that is not joined with them: look before "
            "you call it a gap."
        ))
    if notes:
        yield '<aside class="note" aria-label="Notes">'
        yield from (f"<p>{escape(note)}</p>" for note in notes)
        yield "</aside>"


def _iter_matrix(gaps: Gaps) -> Iterator[str]:
    regime, kind = gaps.question.regime, gaps.question.kind
    of = (f" under {regime}" if regime else "") + (f" ({kind})" if kind else "")
    yield "<h2>Matrix of authorities</h2>"
    yield (
        f'<p id="matrix">Read along a row: of the subjects that this authority lists itself{of}, so many are listed by the '
        "authority of the column too, as far as listings are joined. “+” are those that it only covers by reference. The "
        "shaded cell is the number of all.</p>"
    )
    yield '<div class="wide"><table class="matrix" aria-describedby="matrix"><thead><tr><th scope="col">listed by</th>'
    yield from (f'<th scope="col">{escape(authority)}</th>' for authority in gaps.authorities)
    yield "</tr></thead><tbody>"
    for row in gaps.matrix:
        yield f'<tr><th scope="row">{escape(row.authority)}</th>'
        for cell in row.cells:
            plus = f' <span class="plus">+{cell.derived:,}</span>' if cell.derived else ""
            own = ' class="own"' if cell.authority == row.authority else ""
            yield f"<td{own}>{cell.listed:,}{plus}</td>"
        yield "</tr>"
    yield "</tbody></table></div>"


def _iter_overview(gaps: Gaps) -> Iterator[str]:
    if not gaps.subjects:
        return
    standing = {p.authority for gap in gaps.subjects for p in gap.positions if p.stands}
    shown = [a for a in _order(gaps) if a in standing or a in gaps.question.not_by]
    yield "<h2>All subjects</h2>"
    yield '<div class="wide"><table><caption>Newest listing first. * by the starter register, where the list gives no date.'
    yield '</caption><thead><tr><th scope="col">subject</th>'
    yield from (f'<th scope="col">{escape(a)}</th>' for a in shown)
    yield '<th scope="col">lag</th><th scope="col">names alike</th></tr></thead><tbody>'
    for at, gap in enumerate(gaps.subjects):
        by = {p.authority: p for p in gap.positions}
        yield f'<tr><th scope="row"><a href="#s{at}">{escape(gap.caption)}</a></th>'
        yield from (f"<td>{_short_position(by[a])}</td>" for a in shown)
        alike = ", ".join(f"{x.authority} {x.ref}" for x in gap.alike)
        yield f"<td>{escape('; '.join(tell_lag(lag) for lag in gap.lags))}</td>"
        yield f'<td class="maybe">{escape(alike)}</td></tr>'
    yield "</tbody></table></div>"


def _order(gaps: Gaps) -> list[str]:
    """The authorities in the order of the question: who lists, all others, who does not."""
    asked = (*gaps.question.listed_by, *gaps.question.not_by)
    return [*gaps.question.listed_by, *(a for a in gaps.authorities if a not in asked), *gaps.question.not_by]


def _short_position(position: Position) -> str:
    if position.status == "not_listed":
        return '<span class="no">no</span>'
    text = escape(tell_position(position))
    return f'<span class="nowrap">{text}</span>' if position.status == "listed" else text


def _iter_subjects(gaps: Gaps) -> Iterator[str]:
    if not gaps.subjects:
        return
    scale = make_scale(gaps.subjects, last=gaps.as_of)
    yield "<h2>Who listed them when</h2>"
    yield '<ul class="legend">'
    for drawn, words in KEYS:
        yield f'<li><svg class="key" viewBox="0 0 34 14" aria-hidden="true">{drawn}</svg>{escape(words)}</li>'
    yield "</ul>"
    order = _order(gaps)
    for at, gap in enumerate(gaps.subjects):
        positions = sorted(gap.positions, key=lambda p: order.index(p.authority))
        gap = msgspec.structs.replace(gap, positions=tuple(positions))
        yield f'<article id="s{at}" aria-labelledby="h{at}"><h3 id="h{at}">{escape(gap.caption)}</h3>'
        yield f'<div class="soft">{escape(gap.kind)}, {escape(gap.subject)}</div>'
        yield draw_gap(gap, scale, name=f"p{at}", absent=gaps.question.not_by)
        yield from _iter_stands(gap, gaps.question.not_by)
        yield from _iter_remarks(gap, gaps.question.not_by)
        yield "</article>"


def _iter_stands(gap: Gap, absent: Sequence[str]) -> Iterator[str]:
    yield '<div class="wide"><table><thead><tr>'
    yield from (f'<th scope="col">{h}</th>' for h in ("authority", "position", "reference", "since", "programmes"))
    yield "</tr></thead><tbody>"
    for position in gap.positions:
        for stand in position.stands:
            yield _write_stand(position.authority, stand)
        if not position.stands and position.authority in absent:
            yield f'<tr><th scope="row">{escape(position.authority)}</th><td class="no" colspan="4">not listed</td></tr>'
    yield "</tbody></table></div>"


def _write_stand(authority: str, stand: Stand) -> str:
    told = stand.note or WORDS[stand.status]
    told += f"; gone by {stand.until}" if stand.until else ""
    ref = f"from {stand.derived_from}" if stand.derived_from else stand.ref or ""
    date = f'<td class="nowrap">{escape(tell_date(stand))}</td>'
    return (
        f'<tr><th scope="row">{escape(authority)}</th><td>{escape(told)}</td><td>{escape(ref)}</td>{date}'
        f"<td>{escape(', '.join(stand.programmes))}</td></tr>"
    )


def _iter_remarks(gap: Gap, absent: Sequence[str]) -> Iterator[str]:
    silent = [p.authority for p in gap.positions if p.status == "not_listed" and p.authority not in absent]
    told = ["; ".join(tell_lag(lag) for lag in gap.lags), f"Not listed by {', '.join(silent)}" if silent else ""]
    if any(told):
        yield f'<p class="soft">{escape(". ".join(filter(None, told)))}.</p>'
    for x in gap.alike:
        yield (
            f'<p class="soft maybe">Perhaps no gap: {escape(x.authority)} lists “{escape(x.caption)}” ({escape(x.list_key)} '
            f"{escape(x.ref)}), score {x.score:.2f}, which is not joined with this subject.</p>"
        )


def _iter_aliases(gaps: Gaps) -> Iterator[str]:
    if not gaps.question.aliases:
        return
    yield "<h2>Names that one side has and the other has not</h2>"
    least = f"{gaps.question.threshold:.2f}"
    yield f"<p>A name is missing where no name of the other authority's listing scores {least} or more with it.</p>"
    if not gaps.aliases:
        yield "<p>None.</p>"
    for caption, found in groupby(gaps.aliases, key=lambda a: (a.caption, a.subject)):
        yield from _write_aliases(caption[0], list(found))


def _write_aliases(caption: str, found: Sequence[AliasGap]) -> Iterable[str]:
    yield f'<div class="wide"><table><caption>{escape(caption)}</caption><thead><tr>'
    yield from (f'<th scope="col">{h}</th>' for h in ("name", "on the list of", "not on that of", "nearest name there"))
    yield "</tr></thead><tbody>"
    for x in found:
        what = "" if x.role == "alias" else f" ({x.role.replace('_', ' ')})"
        what += ", weak" if x.quality == "weak" else ""
        near = f"{x.nearest} ({x.score:.2f})" if x.nearest else "none alike"
        cells = (f"{x.authority} {x.ref}", f"{x.other} {', '.join(x.other_refs)}", near)
        yield f'<tr><th scope="row"><bdi>{escape(x.name)}</bdi>{escape(what)}</th>'
        yield "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>"
    yield "</tbody></table></div>"


def _iter_foot(gaps: Gaps) -> Iterator[str]:
    basis = gaps.basis
    yield "<footer><h2>What this rests on</h2>"
    yield '<div class="wide"><table><thead><tr><th scope="col">list</th><th scope="col">authority</th>'
    yield '<th scope="col">listings</th><th scope="col">state of</th></tr></thead><tbody>'
    for x in gaps.lists:
        yield f'<tr><th scope="row">{escape(x.list_key)}</th><td>{escape(x.authority)}</td><td>{x.listings:,}</td>'
        yield f"<td>{escape(x.state_of or '')}</td></tr>"
    yield "</tbody></table></div>"
    yield (
        '<p class="soft">A gap is a statement about these lists in this register. Listings of one subject that are not '
        "joined look like a gap. Dates are those of the lists, else those of the starter register where marked. Coverage by "
        "reference is computed, and has no date of its own unless one is shown. "
        f"Register {escape(basis.register)}, names {escape(basis.name_data)}, engine {escape(basis.engine)}, "
        f"tocsin {escape(basis.code)}. A person decides.</p></footer>"
    )
