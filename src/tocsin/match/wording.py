"""The words of a name as a person wrote them: reasons show "Lakhvi" where the scorer compares "lakhvi"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tocsin.match.kernel import read_name
from tocsin.model import Kind
from tocsin.names.analysis import Token, swap_comma

_BREAKS = re.compile(r"[\s/\-\u2010-\u2015]+")
_AROUND = " \t,;:!?\"“”„«»()[]{}"


class Word(NamedTuple):
    """One token as shown: by itself, and the piece of text that it stands in, which may be several tokens."""

    shown: str
    piece: int
    whole: str


def find_words(text: str, tokens: Sequence[Token], *, person: bool) -> tuple[Word, ...]:
    """A word for each token of `text`, in their order.

    Where the text cannot be cut into pieces that give just these tokens (legal forms written out, words that stand twice),
    each token is its own piece, in the form in which it is compared.
    """
    kind: Kind = "person" if person else "organization"
    cut = (p.strip(_AROUND) for p in _BREAKS.split(swap_comma(text) if person else text))
    pieces = [p for p in cut if p]
    if [p.lower() for p in pieces] == [t.text for t in tokens] and all(p.isascii() for p in pieces):  # as in most names
        return tuple(Word(piece, number, piece) for number, piece in enumerate(pieces))
    found: list[tuple[Token, Word]] = []
    for number, piece in enumerate(pieces):
        own = read_name(piece, kind)
        for token in own:
            shown = piece if len(own) == 1 else token.written or token.text
            found.append((token, Word(shown, number, piece)))
    if [_letters(token) for token, _ in found] == [_letters(token) for token in tokens]:
        return tuple(word for _, word in found)
    return tuple(Word(t.written or t.text, i, t.written or t.text) for i, t in enumerate(tokens))


def _letters(token: Token) -> tuple[str, str, str]:
    """What a word is made of, whatever it is taken for: "ur" by itself is a name, and between others it ties them."""
    return token.text, token.written, token.script


def show_words(words: Sequence[Word], at: Iterable[int]) -> str:
    """The words at these positions; a piece once, and whole where all its tokens are among them."""
    chosen = sorted(set(at))
    shown: list[str] = []
    told: set[int] = set()
    for i in chosen:
        piece = words[i].piece
        if piece in told:
            continue
        if all(j in chosen for j, word in enumerate(words) if word.piece == piece):
            told.add(piece)
            shown.append(words[i].whole)
        else:
            shown.append(words[i].shown)
    return " ".join(shown)
