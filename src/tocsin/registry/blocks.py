"""Which listings of different lists are worth comparing: those that share a key.

Every listing is filed under keys that two descriptions of one subject nearly always share: the sounds of two words of a
name, a day of birth with one word, a number. Only listings that share one are compared, which keeps the work in
proportion to the number of listings and not to its square. Keys decide nothing but that.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from zlib import crc32

from tocsin.match.identifiers import normalise_identifier
from tocsin.model import REFERENCES, Listing
from tocsin.names.fold import drop_apostrophes, fold_token, frame_token, to_ascii
from tocsin.names.tables import load_tables

LARGEST = 60        # listings under one key; more share it by chance
MOST_WORDS = 8      # words of one name that are paired
LEAST_NUMBER = 5    # letters and digits of a number that tells by itself
MAX_NAME = 300      # characters; longer texts are no names
# Words that tie names together and tell nobody apart. Legal forms and small words of firms come from the name data.
_TIES = """al el ul ur us uz ud bin ben bn ibn bint binti ould abu abou abi umm um von van de del la le da dos di the of and
for haji hajji mullah maulavi mawlawi mr dr sheikh shaykh qari"""
TIES = frozenset(_TIES.split())
_WORD = re.compile(r"[a-z0-9]+")


Keys = array  # of unsigned 32-bit numbers


def iter_pairs(
    listings: Sequence[Listing], keys: Sequence[Keys[int]], fresh: Container[int] | None = None
) -> Iterator[tuple[int, int]]:
    """Pairs of listings, by number, of different lists and of kinds that may be one, that share a key.

    `keys` are those of each listing. With `fresh` only pairs of which one is among these numbers. Each pair once, the
    lower number first.
    """
    every = range(len(listings))
    wanted = frozenset(key for n in every if fresh is not None and n in fresh for key in keys[n])
    filed: dict[int, list[int]] = defaultdict(list)
    for number in every:
        for key in keys[number] if fresh is None else wanted.intersection(keys[number]):
            filed[key].append(number)
    filed = {key: numbers for key, numbers in filed.items() if 1 < len(numbers) <= LARGEST}
    for number in every:
        met: set[int] = set()
        for key in keys[number]:
            met.update(filed.get(key, ()))
        is_fresh = fresh is None or number in fresh
        for other in sorted(met):
            if other > number and (is_fresh or other in fresh) and _may_meet(listings[number], listings[other]):  # type: ignore[operator]
                yield number, other


def _may_meet(one: Listing, other: Listing) -> bool:
    return one.list_key != other.list_key and (one.kind == other.kind or "unknown" in (one.kind, other.kind))


def make_keys(listing: Listing) -> Keys[int]:
    """The keys of one listing, as numbers, rising: two different keys that get one number cost one comparison."""
    return array("I", sorted({crc32(text.encode(errors="surrogatepass")) for text in _iter_keys(listing)}))


def read_keys(filed: bytes) -> Keys[int]:
    """Keys from the bytes in which they are kept."""
    keys = array("I")
    keys.frombytes(filed)
    return keys


def _iter_keys(listing: Listing) -> Iterator[str]:
    words: set[str] = set()
    births = {str(b.span) for b in listing.births}
    for name in dict.fromkeys(n.text for n in listing.names):
        frames = find_frames(name)
        words.update(frames)
        yield from _name_keys(frames, births)
        yield f"J{fold_token(''.join(sorted(fold_words(name))))}"
    for born in (b for b in births if len(b) == len("1960-01-01")):
        yield from (f"B{born}{word}" for word in words)
    for identifier in listing.identifiers:
        number = normalise_identifier(identifier.number)
        if identifier.kind not in REFERENCES and len(number) >= LEAST_NUMBER:
            yield f"I{number}"


def _name_keys(frames: Sequence[str], births: Iterable[str]) -> Iterator[str]:
    """Every two words; with the year of birth too, so that two common words still meet; and every three."""
    chosen = sorted(set(frames))[:MOST_WORDS]
    years = {b[:4] for b in births}
    for a, b in combinations(chosen, 2):
        yield f"P{a} {b}"
        yield from (f"Y{a} {b} {year}" for year in years)
    yield from (f"T{' '.join(three)}" for three in combinations(chosen, 3))


@lru_cache(maxsize=200_000)
def find_frames(name: str) -> tuple[str, ...]:
    """The consonant frames of the words of a name that tell."""
    return tuple(frame_token(word) for word in fold_words(name))


@lru_cache(maxsize=200_000)
def fold_words(name: str) -> tuple[str, ...]:
    """The words of a name in lower-case ASCII, without those that tell nobody apart, if others are left."""
    plain = drop_apostrophes(to_ascii(drop_apostrophes(name[:MAX_NAME]))).lower()
    words = _WORD.findall(plain)
    tables = load_tables()
    telling = tuple(w for w in words if w not in TIES and w not in tables.legal_forms and w not in tables.org_stops)
    return telling or tuple(words)
