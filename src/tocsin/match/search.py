"""Search: a query against an index, and two names against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from tocsin.errors import BadInput
from tocsin.match.candidates import CandidateFinder
from tocsin.match.engine import CERTAIN, ENGINE, EQUAL, HIGHEST, LOWEST, WEAK_HIGHEST, to_score, weigh_names
from tocsin.match.evidence import Evidence, weigh_evidence
from tocsin.match.index import IndexedName, load_files, normalise_identifier, ref_key
from tocsin.match.reasons import explain_names
from tocsin.model import Comparison, Entity, Hit, Kind, Listing, ListingCard, Query, Reason
from tocsin.names.analysis import MAX_NAME, Token, analyse_name

NAMES_SHOWN = 5
IDENTIFIER_ALONE = 3.0   # 0.95: an equal number whose names were not asked
IDENTIFIER_DESPITE = 1.0  # 0.73: an equal number on quite another name is still for a person to see


class _Met(NamedTuple):
    """One listed name that met one asked name."""

    logit: float
    asked: str
    listed: IndexedName


class Index:
    """An opened index. Safe to share by threads of one process; processes each open their own, over the same pages."""

    def __init__(self, folder: Path) -> None:
        self._files = load_files(folder)
        self._finder = CandidateFinder(self._files)

    @property
    def register(self) -> str:
        """The register state from which the index was built."""
        return self._files.meta.register

    @property
    def name_data(self) -> str:
        return self._files.meta.name_data

    @property
    def engine(self) -> str:
        return ENGINE

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

    def find_hits(self, query: Query, *, threshold: float, limit: int) -> tuple[Hit, ...]:
        """Entities that score `threshold` or more, best first, at most `limit`.

        `BadInput` when the query has neither a name with a letter or digit nor an identifier, or a name is longer than
        `names.analysis.MAX_NAME` characters. Reasons are made for what is returned only.
        """
        check_query(query)
        met = self._meet_names(query)
        for at in self._find_by_identifier(query):
            met.setdefault(at, [])
        scored = []
        for at, names in met.items():
            entity = self._files.get_entity(at)
            if query.kind and entity.kind not in (query.kind, "unknown"):
                continue
            evidence = weigh_evidence(query, entity)
            best = max((m.logit for m in names), default=None)
            score = to_score_with_evidence(best, evidence, named=bool(query.names))
            if score >= threshold:
                scored.append((score, entity, names, evidence))
        scored.sort(key=lambda item: (-item[0], item[1].id))
        return tuple(make_hit(*item) for item in scored[:limit])

    def _meet_names(self, query: Query) -> dict[int, list[_Met]]:
        met: dict[int, list[_Met]] = {}
        for asked in query.names:
            for name, logit in self._score_names(asked, query.kind):
                met.setdefault(name.entity, []).append(_Met(logit, asked, name))
        return met

    def _score_names(self, asked: str, kind: Kind | None) -> Iterator[tuple[IndexedName, float]]:
        """Listed names worth a score, each read as the kind of subject that bears it."""
        for person in _readings(kind):
            tokens = analyse_name(asked, "person" if person else "organization")
            for number in self._finder.find_names(tokens, person=person):
                name = self._files.get_name(number)
                if (name.kind == "person") != person:
                    continue
                logit = weigh_names(tokens, analyse_name(name.text, name.kind), person=person)
                yield name, min(logit, WEAK_HIGHEST) if name.weak else logit

    def _find_by_identifier(self, query: Query) -> Iterator[int]:
        for number in query.identifiers:
            yield from self._files.identifiers.find_group(crc32(normalise_identifier(number).encode()))


def open_index(folder: Path) -> Index:
    """The current index under `folder`. `NotFound` when there is none, `StoreFailed` when it cannot be used."""
    return Index(folder)


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
    if not query.names and not any(normalise_identifier(i) for i in query.identifiers):
        raise BadInput("Nothing to look for: expected a name or an identifier.")


def _has_words(name: str) -> bool:
    return bool(analyse_name(name, "person") or analyse_name(name, "organization"))


def _readings(kind: Kind | None) -> tuple[bool, ...]:
    """Whether the asked name is to be read as a person's, as another subject's, or as both."""
    if kind is None or kind == "unknown":
        return (True, False)
    return (kind == "person",)


def to_score_with_evidence(logit: float | None, evidence: Sequence[Evidence], *, named: bool) -> float:
    """The score of names and other evidence together.

    `logit` is that of the best name, `None` when no name met. Equal names without evidence against score 1. Evidence
    against always counts in full: support beyond certainty is not stored up to outweigh it.
    """
    support = sum(e.logit for e in evidence if e.logit > 0)
    against = sum(e.logit for e in evidence if e.logit < 0)
    proof = any(e.reason.code == "identifier.same" for e in evidence)
    if logit is None or logit <= LOWEST:
        logit = (IDENTIFIER_DESPITE if named else IDENTIFIER_ALONE) if proof else LOWEST
        return to_score(logit + against) if proof else 0.0
    if logit >= EQUAL and against == 0:
        return 1.0
    total = min(logit, HIGHEST) + support
    if proof:
        total = max(total, IDENTIFIER_DESPITE)
    return to_score(min(total, CERTAIN) + against)


def make_hit(score: float, entity: Entity, met: Sequence[_Met], evidence: Sequence[Evidence]) -> Hit:
    """The hit as returned, with reasons for its best name and for all other evidence."""
    ordered = sorted(met, key=lambda m: (-m.logit, m.listed.text))
    reasons: list[Reason] = []
    if ordered:
        best = ordered[0]
        person = best.listed.kind == "person"
        asked = analyse_name(best.asked, "person" if person else "organization")
        listed = analyse_name(best.listed.text, best.listed.kind)
        reasons += explain_names(asked, listed, best.listed.text, person=person)
        if best.listed.weak:
            text = f"The listed name '{best.listed.text}' is a weak alias: it never carries a hit alone."
            reasons.append(Reason(code="name.weak_alias", text=text, effect="against", candidate=best.listed.text))
    reasons += [e.reason for e in evidence]
    return Hit(
        score=round(score, 4), subject=entity.id, caption=entity.caption, kind=entity.kind,
        names=tuple(dict.fromkeys(m.listed.text for m in ordered))[:NAMES_SHOWN],
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
def _compare(query: str, candidate: str, kind: Kind) -> tuple[float, tuple[Token, ...], tuple[Token, ...]]:
    asked, listed = analyse_name(query, kind), analyse_name(candidate, kind)
    return weigh_names(asked, listed, person=kind == "person"), asked, listed


def compare_names(query_name: str, candidate_name: str, *, kind: Kind | None = None) -> Comparison:
    """The scorer's view of two names alone. Equal names score 1; a name without letters or digits is `BadInput`.

    Without `kind` both are read as names of persons and of organisations, and the better reading counts.
    """
    check_query(Query(names=(query_name, candidate_name)))
    kinds: tuple[Kind, ...] = (kind,) if kind and kind != "unknown" else ("person", "organization")
    best = max(kinds, key=lambda k: _compare(query_name, candidate_name, k)[0])
    logit, asked, listed = _compare(query_name, candidate_name, best)
    reasons = explain_names(asked, listed, candidate_name, person=best == "person") if asked and listed else ()
    return Comparison(score=round(to_score_with_evidence(logit, (), named=True), 6), reasons=reasons)
