"""Names to the arrays of an index, in plain Python: the reference for the native writer (`native/writer.hpp`).

Words of persons' names are kept apart from those of all other names, since the same word means different things in them.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Protocol

import msgspec

from tocsin.match.arrays import write_array, write_blobs, write_groups, write_table
from tocsin.match.keys import hash_key, make_keys, make_run_keys
from tocsin.model import KINDS, Kind
from tocsin.names.analysis import Token, TokenKind, analyse_name
from tocsin.names.joins import find_runs

TOKEN_KINDS: tuple[TokenKind, ...] = ("name", "particle", "title", "initial", "number", "legal", "stop", "binder")
SCRIPTS: tuple[str, ...] = (
    "Latn", "Arab", "Hebr", "Syrc", "Hani", "Hang", "Cyrl", "Deva", "Beng", "Grek", "Geor", "Armn", "Thai", "Hira", "Kana",
    "Zzzz",
)  # scripts beyond these are all "Zzzz" in an index: they are compared by their Latin reading
SILENT = frozenset({"particle", "stop", "legal", "initial"})  # not looked for; taken to be met until the score is made
# Offset, weight, sizes of text, fold, frames and written, numbers of families and nicks, kind (traits from its bit 4),
# script, hints.
RECORD = struct.Struct("=QdHHHHBBBBI")
MOST_LETTERS = 31  # of a run that `pack_letters` tells
DOMINANT_FROM = 0.70  # the share of a name, tie words included, from which one word alone could carry it


class IndexedName(msgspec.Struct, frozen=True):
    """One listed name of one entity, as the index keeps it."""

    entity: int
    text: str
    kind: Kind
    weak: bool
    person: bool  # whether it is read as a person's name; names of unknown subjects are kept in both readings


class Writer(Protocol):
    """Collects names and writes their arrays."""

    def add_name(self, name: IndexedName) -> None:
        """File one name."""
        ...

    def write(self, folder: Path) -> tuple[int, int, int]:
        """Write all arrays; gives the number of names, of words and of runs of words."""
        ...


class NameWriter:
    """Collects names and writes their arrays. Names without letters or digits are left out."""

    def __init__(self) -> None:
        self._words: dict[tuple[bool, Token], int] = {}
        self._names: list[IndexedName] = []
        self._tokens: list[array[int]] = []
        self._totals: list[tuple[float, float, int]] = []
        self._names_of_word: list[tuple[array[int], array[int]]] = []

    def add_name(self, name: IndexedName) -> None:
        """File one name."""
        tokens = analyse_name(name.text, "person" if name.person else "organization")
        if not tokens:
            return
        person, number = name.person, len(self._names)
        words = array("I", (self._file(person, token) for token in tokens))
        total = sum(t.weight for t in tokens)
        silent = sum(t.weight for t in tokens if t.kind in SILENT)
        initials = sum(t.kind == "initial" for t in tokens)
        for word, token in zip(words, tokens, strict=True):  # a word that is there twice is filed twice: it covers as much
            first = initials > 0 or token.weight + silent >= DOMINANT_FROM * total
            self._names_of_word[word][0 if first else 1].append(number)
        self._totals.append((total, silent, initials))
        self._names.append(name)
        self._tokens.append(words)

    def _file(self, person: bool, token: Token) -> int:
        at = self._words.setdefault((person, token), len(self._words))
        if at == len(self._names_of_word):
            self._names_of_word.append((array("I"), array("I")))
        return at

    def write(self, folder: Path) -> tuple[int, int, int]:
        """Write all arrays; gives the number of names, of words and of runs of words."""
        words = self._number_anew()
        write_words(folder, words)
        for person, of in ((True, "person"), (False, "other")):
            write_table(folder, f"keys.{of}", self._iter_keys(person=person))
        runs = self._write_runs(folder, words)
        write_groups(folder, "names_of_word", (first + later for first, later in self._names_of_word))
        write_array(folder, "names_of_word.dominant", "I", (len(first) for first, _ in self._names_of_word))
        write_groups(folder, "names.words", self._tokens)
        write_array(folder, "names.weight", "d", (total for total, _, _ in self._totals))
        write_array(folder, "names.silent", "d", (silent for _, silent, _ in self._totals))
        write_array(folder, "names.initials", "B", (initials for _, _, initials in self._totals))
        write_array(folder, "names.kind", "B", (KINDS.index(n.kind) for n in self._names))
        write_array(folder, "names.person", "B", (n.person for n in self._names))
        write_array(folder, "names.weak", "B", (n.weak for n in self._names))
        write_array(folder, "names.entity", "I", (n.entity for n in self._names))
        write_blobs(folder, "names.text", (_encode(n.text) for n in self._names))
        return len(self._names), len(words), runs

    def _write_runs(self, folder: Path, words: Sequence[Token]) -> int:
        """The runs of words that could be written as one, each once, in the order of their words; gives how many."""
        found: dict[tuple[int, ...], dict[int, None]] = {}
        for name, numbers in enumerate(self._tokens):
            for start, stop in find_runs([words[n] for n in numbers]):
                found.setdefault(tuple(numbers[start:stop]), {})[name] = None
        runs = sorted(found)
        joins: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
        for number, run in enumerate(runs):
            keys = make_run_keys([words[n] for n in run])
            joins[self._names[next(iter(found[run]))].person] += [(key, number) for key in keys]
        for person, of in ((True, "person"), (False, "other")):
            write_table(folder, f"joins.{of}", joins[person])
        write_groups(folder, "runs.words", runs)
        write_groups(folder, "runs.names", (list(found[run]) for run in runs))
        write_array(folder, "runs.letters", "Q", (pack_letters([words[n] for n in run]) for run in runs))
        return len(runs)

    def _number_anew(self) -> list[Token]:
        """The vocabulary in the order of its texts, which is how it is numbered: words that begin alike stand together."""
        filed = list(self._words)
        order = sorted(range(len(filed)), key=lambda at: _encode(filed[at][1].text))
        numbers = array("I", bytes(4 * len(order)))
        for number, at in enumerate(order):
            numbers[at] = number
        self._words = {filed[at]: number for number, at in enumerate(order)}
        self._names_of_word = [self._names_of_word[at] for at in order]
        self._tokens = [array("I", (numbers[at] for at in words)) for words in self._tokens]
        return [word for _, word in self._words]

    def _iter_keys(self, *, person: bool) -> Iterator[tuple[int, int]]:
        for (of_person, word), at in self._words.items():
            if of_person == person:
                for key in make_keys(word):
                    yield key, at


def write_words(folder: Path, words: Sequence[Token]) -> None:
    """Write the vocabulary: `words.records`, 32 bytes a word, and `words.data`, to which they point."""
    at = 0
    with (folder / "words.records").open("wb") as records, (folder / "words.data").open("wb") as data:
        for word in words:
            texts = [_encode(t) for t in (word.text, word.fold, "\n".join(word.frames), word.written)]
            script = SCRIPTS.index(word.script if word.script in SCRIPTS else "Zzzz")
            numbers = array("I", (*word.families, *word.nicks))
            kind = TOKEN_KINDS.index(word.kind)
            records.write(RECORD.pack(
                at, word.weight, *map(len, texts), len(word.families), len(word.nicks), kind | word.traits << 4, script,
                make_hints(word),
            ))
            blob = numbers.tobytes() + b"".join(texts)
            at += data.write(blob + bytes(-len(blob) % 4))


def make_hints(word: Token) -> int:
    """What tells most Latin words apart at first sight, for the native kernel (`native/similarity.hpp`); 0 for others.

    Which letters are in the fold and in the text, 11 bits each (letters that share a bit are rarely both in a word), and
    10 bits of a hash of the frame.
    """
    if word.script != "Latn":
        return 0
    masks = (sum(1 << bit for bit in {_bit_of(c) for c in letters}) for letters in (word.fold, word.text))
    fold, text = masks
    return hash_key("K", word.frames[0]) >> 22 << 22 | text << 11 | fold


def pack_letters(run: Sequence[Token]) -> int:
    """What tells most Latin words, written as one, from what another script is read as, for the native kernel.

    Which letters there are (27 bits), how many (5), and which stand side by side (32); 0 for what has other signs.
    """
    text = "".join(token.text for token in run)
    if run[0].script != "Latn" or not (text.isascii() and text.isalpha()) or len(text) > MOST_LETTERS:
        return 0
    letters = [ord(c) for c in text]
    mask = sum({1 << (c & 31) for c in letters})
    pairs = sum({1 << (a * 13 + b & 31) for a, b in pairwise(letters)})
    return pairs << 32 | len(letters) << 27 | mask


def _bit_of(letter: str) -> int:
    return int(letter) if letter.isdecimal() else "aeinrolsmhtdukbcgyzjfvpwqx".index(letter) % 11


def _encode(text: str) -> bytes:
    return text.encode("utf-8", errors="surrogatepass")
