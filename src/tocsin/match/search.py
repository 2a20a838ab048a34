"""Search: a query against an index, and two names against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tocsin.errors import BadInput
from tocsin.match.arrays import damaged
from tocsin.match.engine import CERTAIN, EQUAL, LOWEST, Engine, load_engine, to_logit, to_score, weigh_names
from tocsin.match.evidence import Evidence, most_support, weigh_evidence
from tocsin.match.evidence_table import ALONE, DESPITE
from tocsin.match.finder import make_finder
from tocsin.match.identifiers import find_keys
from tocsin.match.index import load_files, ref_key
from tocsin.match.reasons import explain_names
from tocsin.match.words import IndexedName
from tocsin.model import Comparison, Entity, Hit, Kind, Listing, ListingCard, Query, Reason
from tocsin.names.acronyms import expand_name
from tocsin.names.analysis import MAX_NAME, Token, analyse_name

NAMES_SHOWN = 5
ACRONYM_HIGHEST = 2.2    # 0.90: a name met only by what its acronym stands for


class _Met(NamedTuple):
    """One listed name that met one asked name."""

    logit: float
    asked: str
    listed: int


class _Asked(NamedTuple):
    """One name to be scored: of which query, how it is read (`Finder.score_many`), and whether an acronym gave it."""

    query: int
    text: str
    readings: int
    least: float
    expanded: bool


class Index:
    """An opened index. Safe to share by threads of one process; processes each open their own, over the same pages."""

    def __init__(self, folder: Path, engine: str | None = None) -> None:
        self._engine = load_engine(engine) if engine else load_engine()
        self._files = load_files(folder)
        self._finder = make_finder(self._files)

    @property
    def engine(self) -> str:
        """The engine that scores, where no other is asked for."""
        return self._engine.name

    @property
    def register(self) -> str:
        """The register state from which the index was built."""
        return self._files.meta.register

    @property
    def name_data(self) -> str:
        return self._files.meta.name_data

    @property
    def authorities(self) -> tuple[str, ...]:
        """The authorities that have at least one listing in this state."""
        return self._files.meta.authorities

    def __len__(self) -> int:
        return self._files.meta.entities

    def entities(self) -> Iterator[Entity]:
        """All entities, in the order in which they were indexed."""
        return self._files.iter_entities()

    def find_entities(self, ref: str) -> tuple[Entity, ...]:
        """Entities of that id or with a listing of that reference ("QDi.264", "us_ofac:22812"), spaces aside."""
        wanted = "".join(ref.casefold().split())
        found = (self._files.get_entity(at) for at in self._files.refs.find_group(ref_key(ref)))
        return tuple(e for e in found if wanted in _refs_of(e))

    def find_hits(
        self, query: Query, *, threshold: float, limit: int, engine: Engine | None = None
    ) -> tuple[Hit, ...]:
        """Entities that score `threshold` or more, best first, at most `limit`.

        `BadInput` when the query has neither a name with a letter or digit nor an identifier, or a name is longer than
        `names.analysis.MAX_NAME` characters. Reasons are made for what is returned only. `engine` scores instead of
        the index's own.
        """
        return self.find_many((query,), threshold=threshold, limit=limit, engine=engine)[0]

    def find_many(
        self, queries: Sequence[Query], *, threshold: float, limit: int, engine: Engine | None = None, threads: int = 1
    ) -> list[tuple[Hit, ...]]:
        """As `find_hits` for each of several queries, their names scored together over `threads` threads."""
        engine = engine or self._engine
        asked: list[_Asked] = []
        for number, query in enumerate(queries):
            check_query(query)
            asked += _list_asked(number, query, least=max(LOWEST, to_logit(threshold) - most_support(query)))
        found = self._finder.score_many(
            [a.text for a in asked], [a.readings for a in asked], engine, [a.least for a in asked], threads=threads
        )
        met: list[dict[int, list[_Met]]] = [{} for _ in queries]
        for ask, scores in zip(asked, found, strict=True):
            for name, logit in scores:
                points = min(logit, ACRONYM_HIGHEST) if ask.expanded else logit
                met[ask.query].setdefault(self._files.entity_of_name(name), []).append(_Met(points, ask.text, name))
        return [
            self._make_hits(query, mine, engine, threshold=threshold, limit=limit)
            for query, mine in zip(queries, met, strict=True)
        ]

    def _make_hits(
        self, query: Query, met: dict[int, list[_Met]], engine: Engine, *, threshold: float, limit: int
    ) -> tuple[Hit, ...]:
        for at in self._find_by_identifier(query):
            met.setdefault(at, [])
        scored = []
        for at, names in met.items():
            entity = self._files.get_entity(at)
            if query.kind and entity.kind not in (query.kind, "unknown"):
                continue
            evidence = weigh_evidence(query, entity)
            best = max((m.logit for m in names), default=None)
            score = to_score_with_evidence(best, evidence, named=bool(query.names), highest=engine.highest)
            if score >= threshold:
                scored.append((score, entity, names, evidence))
        scored.sort(key=lambda item: (-item[0], item[1].id))
        return tuple(
            make_hit(score, entity, [(m.logit, m.asked, self._files.get_name(m.listed)) for m in names], evidence)
            for score, entity, names, evidence in scored[:limit]
        )

    def _find_by_identifier(self, query: Query) -> Iterator[int]:
        for key in find_keys(query):
            yield from self._files.identifiers.find_group(key)


def open_index(folder: Path, *, engine: str | None = None) -> Index:
    """The current index under `folder`, scored by the engine of that name, else by the default one.

    `NotFound` when there is no index or no such engine, `StoreFailed` when the index cannot be used.
    """
    return Index(folder, engine)


def check_query(query: Query) -> None:
    """`BadInput` for a query that nothing could answer; names are not repeated in the message."""
    for position, name in enumerate(query.names, start=1):
        if len(name) > MAX_NAME:
            raise BadInput(
                f"Name {position} has {len(name):,} characters; expected at most {MAX_NAME:,}. It was not screened."
            )
        if "\x00" in name:
            raise BadInput(f"Name {position} contains a NUL character; expected text. It was not screened.")
        if not _has_words(name):
            raise BadInput(f"Name {position} is empty or has no letter or digit. It was not screened.")
    if not query.names and not find_keys(query):
        raise BadInput("Nothing to look for: expected a name or an identifier.")


@lru_cache(maxsize=8192)
def _has_words(name: str) -> bool:
    if name.isascii() and any(c.isalnum() for c in name):
        return True
    return bool(analyse_name(name, "person") or analyse_name(name, "organization"))


NOT_PERSON, PERSON = 1, 2  # how a name is read, see `Finder.score_many`


def _list_asked(number: int, query: Query, *, least: float) -> list[_Asked]:
    """The names of one query, and those that acronyms among them stand for."""
    readings = NOT_PERSON | PERSON if query.kind in (None, "unknown") else PERSON if query.kind == "person" else NOT_PERSON
    asked = [_Asked(number, name, readings, least, False) for name in query.names]
    if readings & NOT_PERSON:
        asked += [_Asked(number, other, NOT_PERSON, least, True) for name in query.names for other in expand_name(name)]
    return asked


def to_score_with_evidence(logit: float | None, evidence: Sequence[Evidence], *, named: bool, highest: float) -> float:
    """The score of names and other evidence together.

    `logit` is that of the best name, `None` when no name met. Equal names without evidence against score 1. Evidence
    against always counts in full: support beyond certainty is not stored up to outweigh it.
    """
    support = sum(e.logit for e in evidence if e.logit > 0)
    against = sum(e.logit for e in evidence if e.logit < 0)
    table = DESPITE if named else ALONE
    alone = [table[e.reason.code] for e in evidence if e.reason.code in table]
    if logit is None or logit <= LOWEST:
        return to_score(max(alone) + against) if alone else 0.0
    if logit >= EQUAL and against == 0:
        return 1.0
    total = min(logit, highest) + support
    return to_score(min(max([total, *alone]), CERTAIN) + against)


def make_hit(
    score: float, entity: Entity, met: Sequence[tuple[float, str, IndexedName]], evidence: Sequence[Evidence]
) -> Hit:
    """The hit as returned, with reasons for its best name and for all other evidence."""
    ordered = sorted(met, key=lambda m: (-m[0], m[2].text))
    reasons: list[Reason] = []
    if ordered:
        _, name, best = ordered[0]
        kind: Kind = "person" if best.person else "organization"
        asked, listed = analyse_name(name, kind), analyse_name(best.text, kind)
        if not listed:
            raise damaged("names.text.data", "a name has no words")
        reasons += explain_names(asked, listed, best.text, person=best.person)
        if best.weak:
            text = f"The listed name '{best.text}' is a weak alias: it never carries a hit alone."
            reasons.append(Reason(code="name.weak_alias", text=text, effect="against", candidate=best.text))
    reasons += [e.reason for e in evidence]
    return Hit(
        score=round(score, 4), subject=entity.id, caption=entity.caption, kind=entity.kind,
        names=tuple(dict.fromkeys(m[2].text for m in ordered))[:NAMES_SHOWN],
        listings=tuple(_make_card(x) for x in entity.listings), reasons=tuple(reasons),
    )


def _make_card(listing: Listing) -> ListingCard:
    grounds = dict.fromkeys(m.ground for m in listing.measures if m.ground)
    return ListingCard(
        list_key=listing.list_key, authority=listing.authority, ref=listing.ref, caption=listing.caption,
        listed_on=listing.listed_on, programmes=tuple(dict.fromkeys(m.programme for m in listing.measures)),
        grounds=tuple(grounds),
    )


def _refs_of(entity: Entity) -> set[str]:
    refs = {entity.id}
    for listing in entity.listings:
        refs |= {listing.ref, f"{listing.list_key}:{listing.ref}"}
    return {"".join(ref.casefold().split()) for ref in refs}


@lru_cache(maxsize=1024)
def _compare(query: str, candidate: str, kind: Kind, engine: Engine) -> tuple[float, tuple[Token, ...], tuple[Token, ...]]:
    asked, listed = analyse_name(query, kind), analyse_name(candidate, kind)
    return weigh_names(asked, listed, person=kind == "person", engine=engine), asked, listed


def compare_names(
    query_name: str, candidate_name: str, *, kind: Kind | None = None, engine: Engine | None = None
) -> Comparison:
    """The scorer's view of two names alone. Equal names score 1; a name without letters or digits is `BadInput`.

    Without `kind` both are read as names of persons and of organisations, and the better reading counts.
    """
    check_query(Query(names=(query_name, candidate_name)))
    engine = engine or load_engine()
    both = kind in (None, "unknown") or not analyse_name(query_name, kind or "unknown")  # "&" is a word in no person's name
    kinds: tuple[Kind, ...] = ("person", "organization") if both else (kind or "unknown",)
    best = max(kinds, key=lambda k: _compare(query_name, candidate_name, k, engine)[0])
    logit, asked, listed = _compare(query_name, candidate_name, best, engine)
    if best != "person" or len(kinds) > 1:
        for other in expand_name(query_name):
            met, as_asked, as_listed = _compare(other, candidate_name, "organization", engine)
            if min(met, ACRONYM_HIGHEST) > logit:
                logit, asked, listed, best = min(met, ACRONYM_HIGHEST), as_asked, as_listed, "organization"
    reasons = explain_names(asked, listed, candidate_name, person=best == "person") if asked and listed else ()
    score = to_score_with_evidence(logit, (), named=True, highest=engine.highest)
    return Comparison(score=round(score, 6), reasons=reasons)
