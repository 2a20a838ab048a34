"""Gaps: which subjects some authorities list and others do not, since when, and how far they lag behind each other.

A gap is a statement about a register: of the lists in force in it, as far as their listings are joined. What is not
joined looks like a gap. So each subject comes with those listings of the other side whose names are alike, for a person
to look at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from tocsin.errors import BadInput
from tocsin.match import Index
from tocsin.model import Entity, Hit, Query
from tocsin.registry.aliases import AliasGap, find_alias_gaps
from tocsin.registry.derived import Rules
from tocsin.registry.gap_values import Alike, Cell, Found, Gap, ListUsed, MatrixRow, Question
from tocsin.registry.positions import COVERS, Past, Position, find_lags, make_positions
from tocsin.registry.regimes import REGIMES, iter_unmapped
from tocsin.registry.resolve import make_entities

Progress = Callable[[str, int, int | None], None]
NAMES_ASKED = 4  # of a subject, when the other side is searched for alike listings: its caption and primary names
ALIKE_MOST = 3   # alike listings told of a subject
BATCH = 200      # subjects that are searched for at once
STARTER = "starter"


def find_gaps(
    question: Question, index: Index, *, rules: Rules, ended: Iterable[Past] = (), states: Mapping[str, str] | None = None,
    progress: Progress = lambda *_: None,
) -> Found:
    """The gaps in what `index` holds. `ended` are listings that are over, `states` the date of each list's state.

    `BadInput` for an authority of which no list is in force, for one on both sides, and for an unknown regime.
    Takes as long as reading all listings does, and with `aliases` one comparison for each pair of names.
    """
    _check(question, index.authorities)
    progress("gaps: reading", 0, None)
    every = tuple(index.entities())
    pasts = _join_ended(every, tuple(ended))
    sides = (*question.listed_by, *question.not_by)
    subjects: list[Gap] = []
    aliases: list[AliasGap] = []
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    undated = 0
    for at, entity in enumerate(every):
        if question.kind not in (None, entity.kind):
            continue
        progress("gaps", at, len(every))
        positions = make_positions(
            entity, index.authorities, rules=rules, regime=question.regime, pasts=pasts.get(entity.id, ())
        )
        _count(counts, positions)
        if question.aliases:
            aliases += _find_aliases(question, entity, positions)
        if _is_gap(question, positions):
            verdict = _is_since(question, positions)
            undated += verdict is None
            if verdict:
                subjects.append(_make_gap(entity, positions))
    found = sorted(subjects, key=_order)
    found = _add_alike(found, {e.id: e for e in every}, index, question, progress)
    lists = _count_lists(every, states or {})
    matrix = _make_matrix(index.authorities, counts)
    unmapped = dict.fromkeys(
        f"{x.authority} {programme}" for e in every for x in e.listings if x.authority in sides
        for programme in iter_unmapped(x)
    )
    return Found(
        lists=lists, subjects=tuple(found), aliases=tuple(sorted(aliases, key=lambda a: (a.caption, a.other, a.name))),
        matrix=matrix, undated=undated, unmapped=tuple(sorted(unmapped)),
        notes=(*_iter_joining(matrix), *_iter_notes(question, lists, undated, tuple(sorted(unmapped)))),
    )


def _check(question: Question, authorities: Sequence[str]) -> None:
    if not question.listed_by:
        raise BadInput("--listed-by: expected at least one authority. Nothing was looked for.")
    for option, given in (("--listed-by", question.listed_by), ("--not-by", question.not_by)):
        for authority in given:
            if authority not in authorities:
                raise BadInput(
                    f"{option}: no list of '{authority}' is in force, so that nothing can be said of it; expected one of "
                    f"{', '.join(authorities)}."
                )
    both = sorted(set(question.listed_by) & set(question.not_by))
    if both:
        raise BadInput(f"{both[0]} stands in --listed-by and in --not-by; expected it in one. Nothing was looked for.")
    if question.regime is not None and question.regime not in REGIMES:
        raise BadInput(f"--regime: expected one of {', '.join(REGIMES)}. Nothing was looked for.")


def _covers(question: Question, position: Position) -> bool:
    return position.status in (COVERS[:1] if question.own else COVERS)


def _is_gap(question: Question, positions: Sequence[Position]) -> bool:
    covering = {p.authority for p in positions if _covers(question, p)}
    needed = any if question.any_of else all
    return needed(a in covering for a in question.listed_by) and not covering & set(question.not_by)


def _is_since(question: Question, positions: Sequence[Position]) -> bool | None:
    """Whether one of the first authorities listed it on that day or later; `None` when none of them gives a date."""
    if question.since is None:
        return True
    dates = [p.since for p in positions if p.authority in question.listed_by and _covers(question, p) and p.since]
    return any(d.latest >= question.since.earliest for d in dates) if dates else None


def _make_gap(entity: Entity, positions: tuple[Position, ...]) -> Gap:
    return Gap(
        subject=entity.id, caption=entity.caption, kind=entity.kind, positions=positions, lags=find_lags(positions)
    )


def _order(gap: Gap) -> tuple[int, str, str]:
    """The newest first, by the latest date of a listing; those without any last."""
    dates = [p.since.earliest.toordinal() for p in gap.positions if p.since and p.status in COVERS]
    return -max(dates, default=0), gap.caption.casefold(), gap.subject


def _find_aliases(question: Question, entity: Entity, positions: Sequence[Position]) -> Iterator[AliasGap]:
    listed = {p.authority for p in positions if p.status == "listed"}
    having = tuple(a for a in question.listed_by if a in listed)
    lacking = tuple(a for a in question.not_by or question.listed_by if a in listed)
    if having and lacking and (question.any_of or len(having) == len(question.listed_by)):
        yield from find_alias_gaps(entity, having, lacking, threshold=question.threshold)


def _join_ended(every: Sequence[Entity], ended: Sequence[Past]) -> dict[str, list[Past]]:
    """The ended listings of each subject in force, joined as listings in force are.

    A record that goes on under another reference, by its list's own number of it, has not ended.
    """
    living = {(x.list_key, x.record_id) for e in every for x in e.listings if x.record_id}
    over = {
        (p.listing.list_key, p.listing.ref): p for p in ended if (p.listing.list_key, p.listing.record_id) not in living
    }
    if not over:
        return {}
    present = list(dict.fromkeys(x for e in every for x in (*e.listings, *e.superseded)))
    found: dict[str, list[Past]] = {}
    for entity in make_entities((*present, *(p.listing for p in over.values()))):
        mine = [over[x.list_key, x.ref] for x in entity.listings if (x.list_key, x.ref) in over]
        if mine:
            found[entity.id] = mine
    return found


def _add_alike(
    gaps: Sequence[Gap], entities: Mapping[str, Entity], index: Index, question: Question, progress: Progress
) -> list[Gap]:
    """The same gaps, each with the subjects of the other side whose names are alike."""
    if not question.not_by:
        return list(gaps)
    done: list[Gap] = []
    for start in range(0, len(gaps), BATCH):
        part = gaps[start:start + BATCH]
        progress("gaps: names alike", start, len(gaps))
        hits = index.find_many(
            [_make_query(entities[g.subject]) for g in part], threshold=question.threshold, limit=20, reasons=False
        )
        done += [
            msgspec.structs.replace(gap, alike=tuple(_iter_alike(gap, found, question))[:ALIKE_MOST])
            for gap, found in zip(part, hits, strict=True)
        ]
    return done


def _make_query(entity: Entity) -> Query:
    names = dict.fromkeys((entity.caption, *(x.caption for x in entity.listings)))
    births = dict.fromkeys(b.span for x in entity.listings for b in x.births)
    return Query(
        names=tuple(names)[:NAMES_ASKED], births=tuple(births), kind=None if entity.kind == "unknown" else entity.kind
    )


def _iter_alike(gap: Gap, hits: Iterable[Hit], question: Question) -> Iterator[Alike]:
    for hit in hits:
        for card in hit.listings:
            if hit.subject != gap.subject and card.authority in question.not_by:
                yield Alike(
                    authority=card.authority, list_key=card.list_key, ref=card.ref, caption=card.caption, score=hit.score
                )


def _count(counts: dict[tuple[str, str], Counter[str]], positions: Sequence[Position]) -> None:
    for row in positions:
        if row.status == "listed":
            for column in positions:
                counts[row.authority, column.authority][column.status] += 1


def _make_matrix(authorities: Sequence[str], counts: Mapping[tuple[str, str], Counter[str]]) -> tuple[MatrixRow, ...]:
    return tuple(
        MatrixRow(authority=row, cells=tuple(
            Cell(authority=column, listed=counts[row, column]["listed"], derived=counts[row, column]["derived"])
            for column in authorities
        ))
        for row in authorities
    )


def _count_lists(every: Iterable[Entity], states: Mapping[str, str]) -> tuple[ListUsed, ...]:
    counts = Counter((x.authority, x.list_key) for e in every for x in e.listings)
    return tuple(
        ListUsed(list_key=key, authority=authority, listings=count, state_of=states.get(key))
        for (authority, key), count in sorted(counts.items())
    )


def _iter_joining(matrix: Sequence[MatrixRow]) -> Iterator[str]:
    """A warning for each authority none of whose subjects is joined with a listing of another."""
    for row in matrix:
        own = any(c.listed for c in row.cells if c.authority == row.authority)
        if own and len(matrix) > 1 and not any(c.listed for c in row.cells if c.authority != row.authority):
            yield (
                f"{row.authority}: no listing of it that counts here is joined with one of another authority, so that all "
                "of them look like gaps."
            )


def _iter_notes(
    question: Question, lists: Sequence[ListUsed], undated: int, unmapped: Sequence[str]
) -> Iterator[str]:
    for authority in (*question.listed_by, *question.not_by):
        used = [x for x in lists if x.authority == authority]
        if any(x.list_key == STARTER for x in used):
            what = "no official list of it" if len(used) == 1 else "not every list of it"
            yield f"{authority}: {what} is in force; the starter register, which is a selection, speaks for the rest."
    if undated:
        yield (
            f"{undated:,} without a date of listing by {', '.join(question.listed_by)} left out, because --since asks for "
            "one."
        )
    if unmapped and question.regime is not None:
        yield f"Counted as 'other', because the table of regimes does not have them: {', '.join(unmapped)}."

