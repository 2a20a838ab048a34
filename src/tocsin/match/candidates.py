"""Candidates: the listed names that could meet a query, found without comparing it with all of them.

Each word of the query finds its neighbours in the vocabulary; their postings add up how much of the query each listed
name could cover. A name goes on to scoring only if enough of both sides can still meet.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from tocsin.match.align import compare_joined, compare_pair
from tocsin.match.index import IndexFiles
from tocsin.match.keys import make_join_keys, make_keys
from tocsin.match.similarity import compare_tokens
from tocsin.names.analysis import Token
from tocsin.names.joins import find_runs, join_words

COVER_LOW = 0.40     # the worse covered side; measured: nothing over 0.5 in score lies below it
COVER_HIGH = 0.70    # the better covered side
INITIAL_SHARE = 0.9  # optimistic: initials may meet any word
MOST = 300           # names scored for one query, best covered first
CACHED_NEIGHBOURS = 4_000   # words of queries of which the neighbours are kept
CACHED_WORDS = 100_000      # words of the vocabulary that are kept decoded
Near = list[tuple[int, float]]  # words of the vocabulary with their similarity, nearest first
_SILENT = frozenset({"particle", "stop", "legal", "initial"})


class CandidateFinder:
    """Finds candidates in one index; keeps the neighbours of words that it has seen."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self._neighbours: OrderedDict[tuple[Token, bool], list[tuple[int, float]]] = OrderedDict()
        self._words: dict[int, Token] = {}

    def find_names(self, query: Sequence[Token], *, person: bool) -> list[int]:
        """Numbers of the listed names worth scoring, best covered first, at most `MOST`."""
        total = sum(t.weight for t in query)
        if not query or self._files.is_empty:
            return []
        covered = self._cover(query, total, person=person)
        free = sum(t.weight for t in query if t.kind in _SILENT)
        weights = self._files.name_weights
        kept = []
        for name, met in covered.items():
            of_query = (met + free) / total
            of_name = (met + free + 0.25) / weights[name]  # the name's own tie words may meet too
            if min(of_query, of_name) >= COVER_LOW and max(of_query, of_name) >= COVER_HIGH:
                kept.append((min(of_query, 1.0) + min(of_name, 1.0), name))
        kept.sort(key=lambda item: (-item[0], item[1]))
        return [name for _, name in kept[:MOST]]

    def _cover(self, query: Sequence[Token], total: float, *, person: bool) -> dict[int, float]:
        """Listed name to the weight of the query that its words can meet."""
        parts = [(t.weight, self.find_neighbours(t, person=person)) for t in query if t.kind not in _SILENT]
        if not parts:
            parts = [(t.weight, self.find_neighbours(t, person=person)) for t in query]
        for start, stop in find_runs(query):
            join = join_words(query[start:stop])
            if join is not None and (near := self._find_joined(join, person=person)):
                parts.append((sum(t.weight for t in query[start:stop]), near))
        sizes = [sum(self._files.names_of_word.size_of(word) for word, _ in near) for _, near in parts]
        order = sorted(range(len(parts)), key=sizes.__getitem__)
        left = sum(weight for weight, _ in parts)
        free = sum(t.weight for t in query if t.kind in _SILENT)
        covered: dict[int, float] = {}
        for at in order:
            weight, near = parts[at]
            self._add(covered, weight, near, only_known=(left + free) / total < COVER_LOW)
            left -= weight
        return covered

    def _add(self, covered: dict[int, float], weight: float, near: Near, *, only_known: bool) -> None:
        best: dict[int, float] = {}
        get_group = self._files.names_of_word.get_group
        for word, value in reversed(near):  # nearest last, so that it stays
            for name in get_group(word):
                best[name] = value
        if only_known:
            for name in covered.keys() & best.keys():
                covered[name] += weight * best[name]
            return
        for name, value in best.items():
            covered[name] = covered.get(name, 0.0) + weight * value

    def find_neighbours(self, token: Token, *, person: bool) -> list[tuple[int, float]]:
        """Words of the vocabulary that `token` may be a spelling of, with similarity, nearest first."""
        key = (token, person)
        if (known := self._neighbours.get(key)) is not None:
            self._neighbours.move_to_end(key)
            return known
        near = []
        plain = token.kind == "name"
        for number in self._find_filed(make_keys(token), person=person):
            word = self._get_word(number)
            if plain and word.kind == "name":
                value, _ = compare_tokens(token, word)
            else:
                value, _ = compare_pair(token, word, person=person)
            if value > 0:
                near.append((number, value))
        near.sort(key=lambda item: (-item[1], item[0]))
        self._neighbours[key] = near
        if len(self._neighbours) > CACHED_NEIGHBOURS:
            self._neighbours.popitem(last=False)
        return near

    def _find_joined(self, join: Token, *, person: bool) -> list[tuple[int, float]]:
        near = []
        for number in self._find_filed(make_join_keys(join), person=person):
            word = self._get_word(number)
            if (value := compare_joined(join, word)) > 0:
                near.append((number, value))
        near.sort(key=lambda item: (-item[1], item[0]))
        return near

    def _find_filed(self, keys: frozenset[int], *, person: bool) -> set[int]:
        table = self._files.words_of[person]
        found: set[int] = set()
        for key in keys:
            found.update(table.find_group(key))
        return found

    def _get_word(self, number: int) -> Token:
        word = self._words.get(number)
        if word is None:
            if len(self._words) > CACHED_WORDS:
                self._words.clear()
            word = self._words[number] = self._files.get_word(number)
        return word
