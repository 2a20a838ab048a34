"""What would change the outcome: the nearest changes of evidence that turn a hit into none, or a candidate into a hit.

Each change is made on the query (or the listed names) and scored again, so that what is told is what would come. Costs some
dozens of comparisons a subject: made for what is shown, and where it is asked for, never for a whole screening.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from tocsin.match.births import show_span
from tocsin.match.engine import LOWEST, Engine, is_equal, to_logit
from tocsin.match.evidence import births_of, missing_evidence, weigh_evidence
from tocsin.match.identifiers import find_keys
from tocsin.match.kernel import read_name
from tocsin.match.rewriting import rewrite_name
from tocsin.match.scoring import ONE, Met, Sum, find_best, find_met, score_met
from tocsin.match.sentences import CHANGES, FIELDS, MARGINS, OUTCOMES
from tocsin.model import DateSpan, Entity, Kind, PartialDate, Query, WhatIf
from tocsin.names.analysis import MAX_NAME
from tocsin.names.countries import country_label

MOST = 3           # changes told of one subject
YEARS_TRIED = 30   # years after the last listed one in which one of each distance is looked for
# Values that contradict what is listed, the first that does: places far from most lists, and sound numbers.
PLACES = ("Iceland", "Uruguay", "Botswana")
COUNTRIES = {"is": "Iceland", "uy": "Uruguay", "bw": "Botswana"}
GENDERS = ("male", "female")
SOUND_NUMBERS = ("imo:9074729", "imo:9241061", "lei:5493001KJTIIGC8Y1R12", "lei:529900T8BM49AURSDO55")


class _Try(NamedTuple):
    """One change: what the query's `field` would hold, and what its sentence says. `met` where the names stay the same."""

    code: str
    field: str
    value: tuple[str, ...]
    words: dict[str, str]
    query: Query
    met: Sequence[Met] | None = None


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """How far the threshold may move before the outcome changes, and what else would change it, smallest change first."""

    margin: WhatIf | None
    changes: tuple[WhatIf, ...]


def find_changes(query: Query, entity: Entity, engine: Engine, *, threshold: float) -> Outlook:
    """What would turn the outcome for this subject, at `threshold`: at most `MOST` changes, one of each sort.

    The same for the same query, subject and engine. No change is told that needs a query which nobody could answer.
    """
    met = find_met(query, entity, engine)
    now, best = score_met(query, entity, met, engine)
    found = []
    for one in _iter_tries(query, entity, met, best or find_best(met), is_hit=now.score >= threshold):
        if not _can_be_asked(one.query):
            continue
        then, _ = score_met(one.query, entity, find_met(one.query, entity, engine) if one.met is None else one.met, engine)
        if (then.score >= threshold) != (now.score >= threshold):
            found.append(_describe(one, now, then, threshold))
    found.sort(key=lambda w: (abs(w.points), w.code != "change.without", w.field, w.code, w.value))
    first: dict[tuple[str, str], WhatIf] = {}
    for change in found:
        first.setdefault((change.field, change.code if change.field == "names" else ""), change)
    return Outlook(margin=_describe_margin(now, threshold), changes=tuple(first.values())[:MOST])


def _can_be_asked(query: Query) -> bool:
    return bool(query.names or find_keys(query)) and all(len(name) <= MAX_NAME for name in query.names)


def apply_change(query: Query, change: WhatIf) -> Query:
    """The query as `change` would have it. What a change says of `listed_names` or the threshold leaves a query as it is."""
    if change.field not in Query.__struct_fields__:
        return query
    return _put(query, change.field, change.value)


def _put(query: Query, field: str, value: tuple[str, ...]) -> Query:
    held: Any = value
    if field == "births":
        held = tuple(DateSpan.parse(text) for text in value)
    if field == "gender":
        held = next(iter(value), None)
    return msgspec.structs.replace(query, **{field: held})


def _describe(one: _Try, now: Sum, then: Sum, threshold: float) -> WhatIf:
    is_hit = then.score >= threshold
    words = {"condition": CHANGES[one.code].format_map(one.words), "score": show_score(then.score, threshold)}
    return WhatIf(
        code=f"change.{one.code}", text=OUTCOMES[is_hit].format_map(words),
        field=one.field, value=one.value, score=round(then.score, 6), is_hit=is_hit,
        points=round(then.logit - now.logit, 6) + 0.0,
    )


def _describe_margin(now: Sum, threshold: float) -> WhatIf | None:
    """The highest threshold, in as few digits as tell it from the one in force, at which this is a hit."""
    if now.score <= 0:
        return None
    is_hit = now.score >= threshold
    digits = next((n for n in (2, 3, 4, 6, 9) if (_floor(now.score, n) >= threshold) == is_hit), 12)
    highest = f"{_floor(now.score, digits):.{digits}f}"
    sentence = MARGINS["certain" if now.score == 1 else "hit" if is_hit else "no_hit"]
    to_go = max(-ONE, min(ONE, to_logit(threshold))) - now.logit
    return WhatIf(
        code="change.threshold", text=sentence.format(threshold=highest), field="threshold", value=(highest,),
        score=round(now.score, 6), is_hit=True, points=round(to_go, 6) + 0.0,
    )


def _floor(score: float, digits: int) -> float:
    return math.floor(score * 10.0**digits) / 10.0**digits


def show_score(score: float, threshold: float) -> str:
    """A score in two digits, or in as many as show on which side of the threshold it is."""
    shown = (f"{score:.{digits}f}" for digits in (2, 3, 4, 6))
    return next((text for text in shown if (float(text) >= threshold) == (score >= threshold)), f"{score:.9f}")


def _iter_tries(
    query: Query, entity: Entity, met: Sequence[Met], best: Met | None, *, is_hit: bool
) -> Iterator[_Try]:
    """Only what may turn the outcome: of a hit, what speaks less for it; of others, what speaks more."""
    fields = _try_against(query, entity) if is_hit else _try_listed(query, entity)
    for one in (*fields, *_try_without(query)):
        yield one._replace(met=met)
    if best is not None:
        yield from _try_names(query, best, is_hit=is_hit)
        if is_hit:
            yield from _try_listed_names(query, met, best)


def _try_listed(query: Query, entity: Entity) -> Iterator[_Try]:
    """Each field as it is listed."""
    for missing in missing_evidence(Query(names=query.names), entity):
        words = {"what": FIELDS[missing.field], "value": _show(missing.field, (missing.value,))}
        value = (missing.value,)
        yield _Try("listed", missing.field, value, words, _put(query, missing.field, value))


def _try_without(query: Query) -> Iterator[_Try]:
    """Each field left out."""
    for field, what in FIELDS.items():
        asked = getattr(query, field)
        if asked:
            texts = (asked,) if isinstance(asked, str) else tuple(str(a) for a in asked)
            yield _Try("without", field, (), {"what": what, "value": _show(field, texts)}, _put(query, field, ()))


def _try_against(query: Query, entity: Entity) -> Iterator[_Try]:
    """Each field with the first value that contradicts what is listed, by a little and by much."""
    births = births_of(entity)
    last = max((b.last.year for b in births), default=0)
    years = tuple(str(PartialDate(year=y)) for y in range(last + 1, last + YEARS_TRIED)) if births else ()
    places = PLACES if query.birth_places else ()  # to read one as a country loads the names of all of them
    offers: tuple[tuple[str, str, tuple[str, ...]], ...] = (
        ("birth.far", "births", years), ("birth.other", "births", years), ("birth_place.abroad", "birth_places", places),
        ("country.other", "countries", tuple(COUNTRIES)), ("gender.other", "gender", GENDERS),
        ("identifier.unequal", "identifiers", SOUND_NUMBERS),
    )
    for code, field, values in offers:
        for value in values:
            changed = _put(query, field, (value,))
            if any(e.reason.code == code for e in weigh_evidence(changed, entity)):
                shown = COUNTRIES.get(value) or _show(field, (value,))
                words = {"what": FIELDS[field], "value": shown}
                yield _Try(code, field, (value,), words, changed)
                break


def _show(field: str, values: tuple[str, ...]) -> str:
    show: Callable[[str], str] = str
    if field == "births":
        show = lambda text: show_span(DateSpan.parse(text))  # noqa: E731 - one of three ways to show a value
    if field == "countries":
        show = country_label
    return ", ".join(show(value) for value in values)


def _try_names(query: Query, best: Met, *, is_hit: bool) -> Iterator[_Try]:
    """The asked name that met best, in other words; and, of several, without it.

    One word alone is not tried against a hit: it would hardly ever be one, and that tells nothing.
    """
    asked = best.asked.acronym or best.asked.text
    at = query.names.index(asked)

    def put(code: str, name: str, words: dict[str, str]) -> _Try:
        names = (*query.names[:at], name, *query.names[at + 1:])
        return _Try(code, "names", names, words, _put(query, "names", names))

    if best.asked.acronym is None:
        for code, name, words in rewrite_name(asked, best.listed.text, person=best.listed.person):
            if not is_hit or " " in name:
                yield put(code, name, words)
    if not is_hit:
        yield put("name.listed", best.listed.text, {"value": best.listed.text})
    elif len(query.names) > 1:
        others = tuple(name for name in query.names if name != asked)
        yield _Try("name.other_asked", "names", others, {"value": asked}, _put(query, "names", others))


def _try_listed_names(query: Query, met: Sequence[Met], best: Met) -> Iterator[_Try]:
    """The listed name that met best, in all spellings that are the same, not listed."""
    kind: Kind = "person" if best.listed.person else "organization"
    words = read_name(best.listed.text, kind)
    same = {m.listed.text for m in met if is_equal(read_name(m.listed.text, kind), words)}
    left = [m for m in met if m.listed.text not in same]
    if not left:
        return  # the subject has no other name
    meets = any(m.logit > LOWEST for m in left)
    code = f"name.{'without' if meets else 'only'}_{'weak' if best.listed.weak else 'listed'}"
    yield _Try(code, "listed_names", tuple(sorted(same)), {"value": best.listed.text}, query, left)
