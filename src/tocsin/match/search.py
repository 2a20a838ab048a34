"""Search: a query against an index, and two names against each other. How scores are made is in `match.scoring`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from tocsin.errors import BadInput
from tocsin.match.align import align_tokens
from tocsin.match.engine import EQUAL, LOWEST, Engine, load_engine, to_logit
from tocsin.match.evidence import Evidence, asks_names_only, most_support, weigh_evidence
from tocsin.match.finder import make_finder
from tocsin.match.identifiers import find_keys
from tocsin.match.index import load_files, ref_key
from tocsin.match.kernel import has_words, read_name
from tocsin.match.persons import find_father_son, names_father
from tocsin.match.scoring import ACRONYM_HIGHEST, AskedName, Met, Sum, add_up, explain_sum, iter_asked, weigh_texts
from tocsin.match.words import IndexedName
from tocsin.model import Comparison, Entity, Hit, Kind, Listing, ListingCard, Name, Origin, Query
from tocsin.names.acronyms import expand_name
from tocsin.names.analysis import MAX_NAME

NAMES_SHOWN = 5
DIGITS = 6   # of a score as returned
_LETTER = re.compile("[0-9A-Za-z]")


class _Found(NamedTuple):
    """One listed name, by number, that met one asked name."""

    logit: float
    asked: AskedName
    listed: int


class _Ask(NamedTuple):
    """One name of one query to be scored, and the least log-odds that matter."""

    query: int
    name: AskedName
    least: float


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

    def digest_entities(self) -> dict[str, bytes]:
        """A digest of all that each entity says, by id: two states can be compared by it."""
        return self._files.digest_entities()

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
        self, queries: Sequence[Query], *, threshold: float, limit: int, engine: Engine | None = None, threads: int = 1,
        reasons: bool = True,
    ) -> list[tuple[Hit, ...]]:
        """As `find_hits` for each of several queries, their names scored together over `threads` threads.

        Without `reasons` the hits carry none, for who counts them only.
        """
        engine = engine or self._engine
        asked: list[_Ask] = []
        for number, query in enumerate(queries):
            check_query(query)
            least = max(LOWEST, min(EQUAL, to_logit(threshold)) - most_support(query))  # equal names score 1 with EQUAL
            asked += [_Ask(number, name, least) for name in iter_asked(query)]
        met = self._score_asked(asked, engine, threads=threads)
        hits: list[tuple[Hit, ...]] = []
        for number, query in enumerate(queries):
            mine = met.get(number, {})
            for at in self._find_by_identifier(query):
                mine.setdefault(at, [])
            hits.append(
                self._make_hits(query, mine, engine, threshold=threshold, limit=limit, reasons=reasons) if mine else ()
            )
        return hits

    def _score_asked(self, asked: Sequence[_Ask], engine: Engine, *, threads: int) -> dict[int, dict[int, list[_Found]]]:
        """What the names met, by number of the query and of the entity."""
        texts, readings, least = [a.name.text for a in asked], [a.name.readings for a in asked], [a.least for a in asked]
        met: dict[int, dict[int, list[_Found]]] = {}
        for at, name, logit in self._finder.score_many(texts, readings, engine, least, threads=threads):
            ask = asked[at]
            points = logit if ask.name.acronym is None else min(logit, ACRONYM_HIGHEST)
            mine = met.setdefault(ask.query, {})
            mine.setdefault(self._files.entity_of_name(name), []).append(_Found(points, ask.name, name))
        return met

    def add_changes(
        self, query: Query, hits: Sequence[Hit], *, threshold: float, engine: Engine | None = None
    ) -> tuple[Hit, ...]:
        """The same hits with their `margin` and `changes`: what would turn the outcome at `threshold`.

        The hits are those of `query` on this index, under the threshold or over it.
        """
        from tocsin.match.changes import find_changes  # costs time to load, and few ask for it

        told = []
        for hit in hits:
            entity = next(e for e in self.find_entities(hit.subject) if e.id == hit.subject)
            outlook = find_changes(query, entity, engine or self._engine, threshold=threshold)
            told.append(msgspec.structs.replace(hit, margin=outlook.margin, changes=outlook.changes))
        return tuple(told)

    def _make_hits(
        self, query: Query, met: dict[int, list[_Found]], engine: Engine, *, threshold: float, limit: int, reasons: bool
    ) -> tuple[Hit, ...]:
        ordered = [(max((m.logit for m in names), default=None), at, names) for at, names in met.items()]
        names_only = asks_names_only(query)
        if names_only:
            ordered.sort(key=lambda item: -(item[0] or 0.0))
        scored: list[tuple[Sum, float, Entity, list[_Found], tuple[Evidence, ...]]] = []
        for best, at, names in ordered:
            if names_only and len(scored) >= max(1, limit) and round(best or 0.0, DIGITS) < round(scored[-1][1], DIGITS):
                break  # the others come after these, and need not be read
            entity = self._files.get_entity(at)
            if query.kind and entity.kind not in (query.kind, "unknown"):
                continue
            evidence = weigh_evidence(query, entity)
            found = add_up(best, evidence, named=bool(query.names), highest=engine.highest)
            if found.score >= threshold:
                strength = (best or 0.0) + sum(e.logit for e in evidence)
                scored.append((found, strength, entity, names, evidence))
        scored.sort(key=lambda item: (-round(item[0].score, DIGITS), -round(item[1], DIGITS), item[2].id))
        hits = []
        for found, _, entity, names, evidence in scored[:limit]:
            whole = [Met(m.logit, m.asked, self._files.get_name(m.listed)) for m in names]
            hits.append(make_hit(found, entity, whole, evidence, engine=engine, reasons=reasons))
        return tuple(hits)

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
    return _LETTER.search(name) is not None or has_words(name, "person") or has_words(name, "organization")


def make_hit(
    found: Sum, entity: Entity, met: Sequence[Met], evidence: Sequence[Evidence], *, engine: Engine, reasons: bool = True
) -> Hit:
    """The hit as returned, with reasons for its best name and for all other evidence, or without any."""
    ordered = sorted(met, key=lambda m: (-m.logit, m.listed.text))
    return Hit(
        score=round(found.score, DIGITS), subject=entity.id, caption=entity.caption, kind=entity.kind,
        names=tuple(dict.fromkeys(m.listed.text for m in ordered))[:NAMES_SHOWN],
        listings=tuple(_make_card(x) for x in entity.listings),
        reasons=explain_sum(found, ordered[0] if ordered else None, evidence, engine=engine) if reasons else (),
    )


def _make_card(listing: Listing) -> ListingCard:
    grounds = dict.fromkeys(m.ground for m in listing.measures if m.ground)
    return ListingCard(
        list_key=listing.list_key, authority=listing.authority, ref=listing.ref, caption=listing.caption,
        listed_on=listing.listed_on, programmes=tuple(dict.fromkeys(m.programme for m in listing.measures)),
        grounds=tuple(grounds),
    )


def _refs_of(entity: Entity) -> set[str]:
    refs = {entity.id, *entity.former}
    for listing in entity.listings:
        refs |= {listing.ref, f"{listing.list_key}:{listing.ref}"}
    return {"".join(ref.casefold().split()) for ref in refs}


def _tell_kind(query_name: str, candidate_name: str, kind: Kind | None) -> Kind | None:
    """`kind`; where none is known "person" for names in which father and son change places: as organisations' they would
    have the same words. `BadInput` as `check_query`.
    """
    check_query(Query(names=(query_name, candidate_name)))
    if kind not in (None, "unknown"):
        return kind
    asked, listed = read_name(query_name, "person"), read_name(candidate_name, "person")
    if not (names_father(asked) and names_father(listed)):
        return kind
    return "person" if find_father_son(asked, listed, align_tokens(asked, listed, person=True)) else kind


def _find_best(query_name: str, candidate_name: str, kind: Kind | None, engine: Engine) -> Met:
    """How two names meet best: read as `kind`, or without it as a person's and as an organisation's, or as an acronym."""
    both = kind in (None, "unknown") or not has_words(query_name, kind or "unknown")  # "&" is a word in no person's name
    kinds: tuple[Kind, ...] = ("person", "organization") if both else (kind or "unknown",)
    logits = {k: weigh_texts(query_name, candidate_name, k, engine) for k in kinds}
    best = max(kinds, key=logits.__getitem__)
    met = Met(logits[best], AskedName(query_name, 0), _as_listed(candidate_name, best))
    if best != "person" or len(kinds) > 1:
        for other in expand_name(query_name):
            logit = min(weigh_texts(other, candidate_name, "organization", engine), ACRONYM_HIGHEST)
            if logit > met.logit:
                met = Met(logit, AskedName(other, 0, query_name), _as_listed(candidate_name, "organization"))
    return met


def score_names(query_name: str, candidate_name: str, *, kind: Kind | None = None, engine: Engine | None = None) -> float:
    """The score of `compare_names`, from 0 to 1, without its reasons: for many pairs, of which few will be looked at."""
    engine = engine or load_engine()
    met = _find_best(query_name, candidate_name, _tell_kind(query_name, candidate_name, kind), engine)
    return round(add_up(met.logit, (), named=True, highest=engine.highest).score, DIGITS)


def compare_names(
    query_name: str, candidate_name: str, *, kind: Kind | None = None, engine: Engine | None = None,
    threshold: float | None = None,
) -> Comparison:
    """The scorer's view of two names alone. Equal names score 1; a name without letters or digits is `BadInput`.

    Without `kind` both are read as names of persons and of organisations, and the better reading counts; only where father
    and son change places they are persons' names. With `threshold` it tells what would bring the names over or under it.
    """
    engine = engine or load_engine()
    kind = _tell_kind(query_name, candidate_name, kind)
    met = _find_best(query_name, candidate_name, kind, engine)
    found = add_up(met.logit, (), named=True, highest=engine.highest)
    compared = Comparison(score=round(found.score, DIGITS), reasons=explain_sum(found, met, (), engine=engine))
    return compared if threshold is None else _add_changes(compared, query_name, candidate_name, kind, engine, threshold)


def _add_changes(
    compared: Comparison, query_name: str, candidate_name: str, kind: Kind | None, engine: Engine, threshold: float
) -> Comparison:
    from tocsin.match.changes import find_changes

    name = Name(text=candidate_name, role="primary", quality="strong", script="", origin=Origin(field=""))
    listing = Listing(list_key="", authority="", ref="", kind=kind or "unknown", names=(name,))
    entity = Entity(id="", caption=candidate_name, kind=kind or "unknown", listings=(listing,))
    outlook = find_changes(Query(names=(query_name,), kind=kind), entity, engine, threshold=threshold)
    changes = tuple(c for c in outlook.changes if c.field == "names")
    return msgspec.structs.replace(compared, margin=outlook.margin, changes=changes)


def _as_listed(name: str, kind: Kind) -> IndexedName:
    return IndexedName(0, name, kind, weak=False, person=kind == "person")
