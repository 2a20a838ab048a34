"""An asked name written otherwise, one step nearer to a listed one or further from it: what a person may want to try."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tocsin.match.align import Alignment, align_tokens
from tocsin.match.engine import is_equal
from tocsin.match.kernel import read_name
from tocsin.match.wording import Word, find_words, show_words
from tocsin.model import Kind


class Rewritten(NamedTuple):
    """The code of a change (`sentences.CHANGES`), the name as it would be asked, and the words of the sentence."""

    code: str
    name: str
    words: dict[str, str]


def rewrite_name(asked: str, listed: str, *, person: bool) -> Iterator[Rewritten]:
    """The asked name with one word left out, one as it is listed, one listed word more, or its words in the listed order.

    Nothing where the asked name cannot be put together again from its words.
    """
    kind: Kind = "person" if person else "organization"
    query, candidate = read_name(asked, kind), read_name(listed, kind)
    if not query or not candidate:
        return
    words, other = find_words(asked, query, person=person), find_words(listed, candidate, person=person)
    pieces = list(dict.fromkeys((word.piece, word.whole) for word in words))
    if read_name(" ".join(whole for _, whole in pieces), kind) != query:
        return
    texts = [whole for _, whole in pieces]
    at = {piece: i for i, (piece, _) in enumerate(pieces)}
    if len(texts) > 1:
        for i, text in enumerate(texts):
            yield Rewritten("name.dropped", " ".join(texts[:i] + texts[i + 1:]), {"word": text})
    if is_equal(query, candidate):
        return
    alignment = align_tokens(query, candidate, person=person)
    yield from _write_as_listed(texts, at, words, other, alignment)
    yield from _add_listed(texts, at, words, other, alignment)
    yield from _put_in_order(texts, at, words, alignment)


def _write_as_listed(
    texts: list[str], at: dict[int, int], words: Sequence[Word], other: Sequence[Word], alignment: Alignment
) -> Iterator[Rewritten]:
    """Each word that met another one, as that is listed; and a word that met none, as the one listed that did not."""
    changed = [(pair.query, pair.candidate) for pair in alignment.pairs if pair.rule != "same"]
    if _count_pieces(words, alignment.query_rest) == _count_pieces(other, alignment.candidate_rest) == 1:
        changed.append((alignment.query_rest, alignment.candidate_rest))
    for query, candidate in changed:
        pieces = {words[i].piece for i in query}
        if any(word.piece in pieces and i not in query for i, word in enumerate(words)):
            continue  # the word is a part of a longer one
        asked, listed = show_words(words, query), show_words(other, candidate)
        first, *more = sorted(at[piece] for piece in pieces)
        name = [listed if i == first else text for i, text in enumerate(texts) if i not in more]
        yield Rewritten("name.as_listed", " ".join(name), {"asked": asked, "word": listed})


def _add_listed(
    texts: list[str], at: dict[int, int], words: Sequence[Word], other: Sequence[Word], alignment: Alignment
) -> Iterator[Rewritten]:
    """Each listed word that nothing asked met, put behind the word that met the one before it."""
    for piece in dict.fromkeys(other[j].piece for j in alignment.candidate_rest):
        here = [j for j, word in enumerate(other) if word.piece == piece]
        if not set(here) <= set(alignment.candidate_rest):
            continue
        before = [at[words[i].piece] for pair in alignment.pairs if max(pair.candidate) < here[0] for i in pair.query]
        place = max(before, default=-1) + 1
        whole = other[here[0]].whole
        yield Rewritten("name.added", " ".join([*texts[:place], whole, *texts[place:]]), {"word": whole})


def _put_in_order(
    texts: list[str], at: dict[int, int], words: Sequence[Word], alignment: Alignment
) -> Iterator[Rewritten]:
    """The words in the order in which those that they met are listed, what met none behind."""
    place: dict[int, int] = {}
    for pair in alignment.pairs:
        for i in pair.query:
            place[at[words[i].piece]] = min(pair.candidate[0], place.get(at[words[i].piece], pair.candidate[0]))
    order = sorted(range(len(texts)), key=lambda i: (place.get(i, len(words) + 100), i))
    if order != list(range(len(texts))):
        name = " ".join(texts[i] for i in order)
        yield Rewritten("name.in_order", name, {"value": name})


def _count_pieces(words: Sequence[Word], at: Sequence[int]) -> int:
    return len({words[i].piece for i in at})
