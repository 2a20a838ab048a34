"""From the log-odds of names and other evidence to one score; and the score of one subject without an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from tocsin.match.engine import CERTAIN, EQUAL, LOWEST, Engine, to_score, weigh_names
from tocsin.match.evidence import Evidence, weigh_evidence
from tocsin.match.evidence_table import ALONE, DESPITE
from tocsin.match.index import names_of
from tocsin.match.kernel import find_kernel, weigh_natively
from tocsin.match.reasons import explain_names, make_reason
from tocsin.match.words import IndexedName
from tocsin.model import Entity, Kind, Query, Reason
from tocsin.names.acronyms import expand_name
from tocsin.names.analysis import analyse_name

ACRONYM_HIGHEST = 2.2    # 0.90: a name met only by what its acronym stands for
ONE = 30.0               # log-odds of a score of 1: `to_score` goes no further
SMALLEST = 1e-6          # points under this are none
NOT_PERSON, PERSON = 1, 2  # how a name is read, see `Finder.score_many`


class AskedName(NamedTuple):
    """One name to be scored, how it is read (`Finder.score_many`), and the acronym that stands for it, if one was asked."""

    text: str
    readings: int
    acronym: str | None = None


class Met(NamedTuple):
    """One listed name that met one asked name."""

    logit: float
    asked: AskedName
    listed: IndexedName


class Sum(NamedTuple):
    """Log-odds of a score, what the names have in it, and the code of the rule that made it other than the plain sum."""

    logit: float
    names: float
    rule: str | None

    @property
    def score(self) -> float:
        return {"score.equal": 1.0, "score.nothing": 0.0}.get(self.rule or "", to_score(self.logit))


def iter_asked(query: Query) -> Iterator[AskedName]:
    """The names of a query, and those that acronyms among them stand for."""
    person = query.kind in (None, "unknown", "person")
    readings = PERSON * person + NOT_PERSON * (query.kind != "person")
    yield from (AskedName(name, readings) for name in query.names)
    if readings & NOT_PERSON:
        yield from (AskedName(other, NOT_PERSON, name) for name in query.names for other in expand_name(name))


def add_up(logit: float | None, evidence: Sequence[Evidence], *, named: bool, highest: float) -> Sum:
    """Names and other evidence together.

    `logit` is that of the best name, `None` when no name met. Equal names without evidence against score 1. Evidence
    against always counts in full: support beyond certainty is not stored up to outweigh it.
    """
    support = sum(e.logit for e in evidence if e.logit > 0)
    against = sum(e.logit for e in evidence if e.logit < 0)
    table = DESPITE if named else ALONE
    alone = max((table[e.reason.code] for e in evidence if e.reason.code in table), default=None)
    if logit is None or logit <= LOWEST:
        names = 0.0 if logit is None else LOWEST
        return Sum(-ONE, names, "score.nothing") if alone is None else Sum(alone + against, names, _tell_alone(named))
    names = min(logit, highest)
    if logit >= EQUAL and against == 0:
        return Sum(ONE, names, "score.equal")
    total = names + support
    if alone is not None and alone > total:
        return Sum(alone + against, names, _tell_alone(named))
    return Sum(min(total, CERTAIN) + against, names, "score.certain" if total > CERTAIN else None)


def _tell_alone(named: bool) -> str:
    return "score.despite" if named else "score.alone"


def explain_sum(
    found: Sum, met: Met | None, evidence: Sequence[Evidence], *, engine: Engine
) -> tuple[Reason, ...]:
    """All reasons of a score, of which the points add up to its log-odds. `met` is the best name, if any met."""
    reasons = [*(_explain_met(met, engine) if met is not None else ()), *(e.reason for e in evidence)]
    left = found.logit - sum(r.points for r in reasons)
    if abs(left) > SMALLEST:
        most = max((ALONE.get(e.reason.code, LOWEST) for e in evidence), default=LOWEST)
        if found.rule == "score.certain":
            most = CERTAIN
        reasons.append(make_reason(found.rule or "score.rest", left, effect="rule", most=f"{to_score(most):.3g}"))
    return tuple(reasons)


def _explain_met(met: Met, engine: Engine) -> list[Reason]:
    """The names that met, and what holds them down: a weak alias, an acronym."""
    text, listed = met.asked.text, met.listed
    reasons = list(explain_names(text, listed.text, person=listed.person, engine=engine))
    if listed.weak:
        over = min(0.0, engine.weak_highest - sum(r.points for r in reasons))
        most = f"{to_score(engine.weak_highest):.2f}"
        reasons.append(make_reason("name.weak_alias", over, candidate=listed.text, most=most))
    if met.asked.acronym is not None:
        over = min(0.0, ACRONYM_HIGHEST - sum(r.points for r in reasons))
        most = f"{to_score(ACRONYM_HIGHEST):.2f}"
        reasons.insert(0, make_reason("name.acronym", over, query=met.asked.acronym, candidate=text, most=most))
    return reasons


def find_met(query: Query, entity: Entity, engine: Engine) -> list[Met]:
    """Every asked name against every listed name of one subject: what an index finds of it, without an index."""
    names = names_of(entity)
    return [
        Met(_weigh(asked, name, engine), asked, name)
        for asked in iter_asked(query) for name in names if asked.readings & (PERSON if name.person else NOT_PERSON)
    ]


def find_best(met: Sequence[Met]) -> Met | None:
    """The pair of names that tells most; of equals the listed name that comes first in the alphabet."""
    return min(met, key=lambda m: (-m.logit, m.listed.text), default=None)


def score_met(query: Query, entity: Entity, met: Sequence[Met], engine: Engine) -> tuple[Sum, Met | None]:
    """The score of one subject and the names that made it, as an index gives them; `met` as `find_met` gives it."""
    best = find_best([m for m in met if m.logit > LOWEST])
    logit = None if best is None else best.logit
    found = add_up(logit, weigh_evidence(query, entity), named=bool(query.names), highest=engine.highest)
    return found, best


def _weigh(asked: AskedName, name: IndexedName, engine: Engine) -> float:
    logit = weigh_texts(asked.text, name.text, "person" if name.person else "organization", engine)
    if name.weak:
        logit = min(logit, engine.weak_highest)
    return min(logit, ACRONYM_HIGHEST) if asked.acronym is not None else logit


@lru_cache(maxsize=16_384)
def weigh_texts(asked: str, listed: str, kind: Kind, engine: Engine) -> float:
    """Log-odds of two names read as `kind`, by the kernel where there is one."""
    if find_kernel() is not None:
        return weigh_natively(asked, listed, kind, engine)[0]
    return weigh_names(analyse_name(asked, kind), analyse_name(listed, kind), person=kind == "person", engine=engine)
