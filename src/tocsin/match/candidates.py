"""Candidates: the listed names that could meet a query, found without comparing it with all of them.

Each word of the query finds its neighbours in the vocabulary; their postings add up how much of the query and of each
listed name could be met at best. A name goes on to scoring unless the engine's gates would turn it away. This is the
plain reference; the native kernel (`native/finder.hpp`) finds the same names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import takewhile

from tocsin.match.align import CUT, INITIAL_LONG, MISSPELT_FROM, SHIFTED, compare_joined, compare_pair, is_beginning
from tocsin.match.engine import Engine
from tocsin.match.index import IndexFiles
from tocsin.match.keys import make_asked_keys, make_join_keys, make_shift_keys
from tocsin.match.words import SILENT
from tocsin.names.analysis import Token, is_cut
from tocsin.names.joins import find_runs, is_tied, join_words

CACHED_NEIGHBOURS = 4_000   # words of queries of which the neighbours are kept
CACHED_WORDS = 100_000      # words of the vocabulary that are kept decoded
HEAVIEST = 1.15             # more than any word weighs
ROUNDING = 1e-9
Near = list[tuple[int, float]]  # words of the vocabulary with their similarity, nearest first


class CandidateFinder:
    """Finds candidates in one index; keeps the neighbours of words that it has seen."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self._neighbours: OrderedDict[tuple[Token, bool], Near] = OrderedDict()
        self._words: dict[int, Token] = {}

    def find_names(self, query: Sequence[Token], engine: Engine, *, person: bool) -> list[int]:
        """Numbers of all listed names that the engine's gates could let through, rising."""
        if not query or self._files.is_empty:
            return []
        files, total = self._files, sum(t.weight for t in query)
        free = sum(t.weight for t in query if t.kind in SILENT)
        initials = sum(t.kind == "initial" for t in query)
        kept = []
        for name, (of_query, of_name) in self._cover(query, person=person).items():
            # tie words and initials of either side may meet what is on the other
            weight, silent, listed_initials = files.measure_name(name)
            met_q = of_query + free + listed_initials * INITIAL_LONG * HEAVIEST
            met_c = of_name + silent + initials * INITIAL_LONG * HEAVIEST
            share_q, share_c = min(1.0, met_q / total), min(1.0, met_c / weight)
            if min(share_q, share_c) + ROUNDING >= engine.gate_low and max(share_q, share_c) + ROUNDING >= engine.gate_high:
                kept.append(name)
        return sorted(kept)

    def _cover(self, query: Sequence[Token], *, person: bool) -> dict[int, list[float]]:
        """Listed name to the weight of the query and of the name that could be met by words that are looked for."""
        covered: dict[int, list[float]] = {}
        looked_for = [t for t in query if t.kind not in SILENT or _may_be_misspelt(t)] or query
        for token in looked_for:
            best: dict[int, tuple[float, float]] = {}
            near = self.find_neighbours(token, person=person)
            if token is query[-1] and is_cut(tuple(query)):
                near = [*((word, CUT) for word in self._find_begun(token)), *near]
            for word, value in near:
                gain = value * self._get_word(word).weight
                for name in self._files.names_of_word.get_group(word):
                    old = best.get(name, (0.0, 0.0))
                    best[name] = (max(old[0], value * token.weight), old[1] + gain)
            for key in make_join_keys(token, asked=True, is_run=False):
                for name in self._files.find_joined(key, person=person):
                    best[name] = (token.weight, self._files.measure_name(name)[0])
            _add(covered, best)
        for start, stop in find_runs(query):
            join = join_words(query[start:stop])
            weight = sum(t.weight for t in query[start:stop])
            best = {
                name: (weight, self._files.measure_name(name)[0])
                for word in self._find_joined(join, person=person, tied=is_tied(query[start:stop]))
                for name in self._files.names_of_word.get_group(word)
            }
            for key in make_shift_keys(query[start:stop]):
                for name in self._files.find_joined(key, person=person):
                    best[name] = (SHIFTED * weight, self._files.measure_name(name)[0])
            _add(covered, best)
        return covered

    def find_neighbours(self, token: Token, *, person: bool) -> Near:
        """Words of the vocabulary that `token` may be a spelling of, with similarity, nearest first."""
        key = (token, person)
        if (known := self._neighbours.get(key)) is not None:
            self._neighbours.move_to_end(key)
            return known
        near = []
        for number in self._find_filed(make_asked_keys(token), person=person):
            value, _ = compare_pair(token, self._get_word(number), person=person)
            if value > 0 and (not _may_be_misspelt(token) or self._get_word(number).kind == "name"):
                near.append((number, value))
        near.sort(key=lambda item: (-item[1], item[0]))
        self._neighbours[key] = near
        if len(self._neighbours) > CACHED_NEIGHBOURS:
            self._neighbours.popitem(last=False)
        return near

    def _find_begun(self, token: Token) -> Iterator[int]:
        """Words that begin with one that may have been cut off: the vocabulary is in the order of its texts."""
        letters = token.text.encode()
        numbers = range(self._files.meta.words)
        first = bisect_left(numbers, letters, key=lambda n: self._get_word(n).text.encode(errors="surrogatepass"))
        begun = takewhile(lambda n: self._get_word(n).text.startswith(token.text), numbers[first:])
        return (n for n in begun if is_beginning(token, self._get_word(n)))

    def _find_joined(self, join: Token, *, person: bool, tied: bool) -> list[int]:
        filed = self._find_filed(make_join_keys(join, asked=True, is_run=True), person=person)
        return [n for n in filed if compare_joined(join, self._get_word(n), person=person, tied=tied) > 0]

    def _find_filed(self, keys: frozenset[int], *, person: bool) -> set[int]:
        table = self._files.keys_of[person]
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


def _may_be_misspelt(token: Token) -> bool:
    """Whether a listed word may be this legal form with a slip: "limitd". Other legal forms are taken to be met."""
    return token.kind == "legal" and len(token.text) >= MISSPELT_FROM


def _add(covered: dict[int, list[float]], best: dict[int, tuple[float, float]]) -> None:
    for name, (of_query, of_name) in best.items():
        sums = covered.setdefault(name, [0.0, 0.0])
        sums[0] += of_query
        sums[1] += of_name
