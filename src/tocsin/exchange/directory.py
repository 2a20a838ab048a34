"""The subjects of one register state in short form: to be looked through by words, lists, countries, and found by any id.

It is for browsing; who asks whether somebody is listed asks the matcher. Made once for a state, and then held.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from tocsin.exchange.ftm import Key, make_id
from tocsin.exchange.ftm_subject import (
    Seen,
    Subject,
    find_topics,
    key_of,
    list_referents,
    make_subject,
    make_subject_id,
)
from tocsin.match import Index
from tocsin.model import Entity
from tocsin.names.fold import drop_apostrophes, to_ascii
from tocsin.sources.imported.ftm_words import SCHEMA_OF

_WORD = re.compile(r"\w+")
_PIECE = re.compile(r'"([^"]*)"|(\S+)')


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One subject. `places` are the list and authority of each listing; `ties` the ids and references that it is tied to.
    `names` and `text` are its words, plain and with a space around each: of names, and of all else."""

    key: str
    id: str
    caption: str
    schema: str
    places: frozenset[tuple[str, str]]
    countries: tuple[str, ...]
    topics: tuple[str, ...]
    genders: tuple[str, ...]
    identifiers: tuple[str, ...]
    referents: tuple[str, ...]
    ties: tuple[str, ...]
    names: str
    text: str
    first_seen: dt.datetime | None = None
    last_seen: dt.datetime | None = None
    last_change: dt.datetime | None = None


class Directory:
    """All subjects of a state. It keeps to the index that it was made from, also when another takes its place: what is found
    in one directory is there for as long as somebody holds it."""

    def __init__(self, index: Index, *, seen: Mapping[Key, Seen], published: frozenset[str]) -> None:
        self.seen, self.published, self._index = seen, published, index
        self.rows = tuple(make_row(entity, seen, published) for entity in index.entities())
        self._by_id = {row.id: row for row in self.rows}
        self._others: dict[str, Row] = {}
        for row in self.rows:
            for one in row.referents:
                self._others.setdefault(one, row)
        self._tied: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in self.rows:
            for one in row.ties:
                other = self.find(one)
                if other is not None and other is not row:
                    self._tied[other.id][row.id] = row

    def find(self, key: str) -> Row | None:
        """The subject of an id, or of one that led to it: a listing's, or one that it had before."""
        return self._by_id.get(key) or self._others.get(key)

    def get_entity(self, row: Row) -> Entity:
        """The subject of a row of this directory."""
        return next(e for e in self._index.find_entities(row.key) if e.id == row.key)

    def find_entities(self, ref: str) -> tuple[Entity, ...]:
        """Subjects of that id or reference, as `match.Index.find_entities`."""
        return self._index.find_entities(ref)

    def make_subject(self, row: Row, *, tied: bool = False) -> Subject:
        """A row as an entity with what belongs to it; with `tied`, its ties to others too."""
        return make_subject(
            self.get_entity(row), seen=self.seen, published=self.published,
            find_target=self.find_entities if tied else None,
        )

    def find_tied(self, key: str) -> tuple[Row, ...]:
        """The subjects whose lists say that they are tied to the one of this id."""
        return tuple(self._tied.get(key, {}).values())


def make_row(entity: Entity, seen: Mapping[Key, Seen], published: frozenset[str]) -> Row:
    """A subject in short form."""
    listings = entity.listings
    told = [seen[key_of(x)] for x in listings if key_of(x) in seen]
    numbers = dict.fromkeys(i.number for x in listings for i in x.identifiers)
    rest = [
        entity.id, *(x.ref for x in listings), *numbers,
        *(str(p) for x in listings for p in (*x.addresses, *x.birth_places)),
        *(f.text for x in listings for f in x.facts), *(m.programme for x in listings for m in x.measures),
        *(r.target for x in listings for r in x.relations),
    ]
    return Row(
        key=entity.id, id=make_subject_id(entity.id), caption=entity.caption, schema=SCHEMA_OF[entity.kind],
        places=frozenset((x.list_key, x.authority) for x in listings), ties=tuple(dict.fromkeys(_find_ties(entity))),
        countries=tuple(sorted(find_countries(entity))), topics=find_topics(entity, published),
        genders=tuple(sorted({x.gender for x in listings if x.gender})), identifiers=tuple(numbers),
        referents=tuple(list_referents(entity)), names=fold_words(n.text for x in listings for n in x.names),
        text=fold_words(rest), first_seen=min((s.first for s in told), default=None),
        last_seen=max((s.last for s in told), default=None), last_change=max((s.change for s in told), default=None),
    )


def _find_ties(entity: Entity) -> Iterator[str]:
    for x in entity.listings:
        for relation in x.relations:
            if relation.ref:
                yield make_id(x.list_key, relation.ref)
                yield make_subject_id(relation.ref)


def find_countries(entity: Entity) -> set[str]:
    """The codes of all countries that a subject's listings tie it to."""
    return {
        code for x in entity.listings
        for code in (*(c.code for c in x.countries), *(p.country for p in (*x.addresses, *x.birth_places))) if code
    }


def fold_words(texts: Iterable[str]) -> str:
    """The words of texts in plain letters, each text once, with a space around each word and a line between texts."""
    return "".join(f" {' '.join(find_words(text))} \n" for text in dict.fromkeys(texts))


def find_words(text: str) -> list[str]:
    """The words of a text in lower-case ASCII letters."""
    return _WORD.findall(to_ascii(drop_apostrophes(text.casefold())).lower())


class Words(msgspec.Struct, frozen=True):
    """What is looked for: each piece (a word, the beginning of one, a phrase) must be there."""

    pieces: tuple[str, ...]

    def rate(self, row: Row) -> int:
        """0 when a piece is missing; 1 when all are there; 2 when all are in names; 3 when a name is just that."""
        if not all(piece in row.names or piece in row.text for piece in self.pieces):
            return 0
        if not all(piece in row.names for piece in self.pieces):
            return 1
        whole = "".join(f" {piece.strip()}" for piece in self.pieces) + " \n"
        return 3 if f"\n{whole}" in f"\n{row.names}" else 2


def read_words(text: str, *, open_end: bool = False) -> Words:
    """The pieces of a query: words, `begin*`, and "phrases in quotes". With `open_end` the last word may be a beginning."""
    pieces: list[str] = []
    for phrase, word in _PIECE.findall(text):
        if phrase:
            found = find_words(phrase)
            pieces += [f" {' '.join(found)} "] if found else []
        elif word.upper() not in ("AND", "+", "&&"):
            starts = word.endswith("*")
            found = find_words(word)
            pieces += [f" {one} " for one in found]
            if starts and found:
                pieces[-1] = pieces[-1].rstrip()
    if open_end and pieces:
        pieces[-1] = pieces[-1].rstrip()
    return Words(tuple(pieces))
