"""The keys under which a word is filed, so that misspelt words are found without reading the whole vocabulary.

A word is filed under its phonetic fold, each fold with one letter deleted, its consonant frame, and frames with one
consonant (long ones: two) deleted. For words of other scripts it is filed under its consonant sounds too
(`names.readings`): those of Latin words are looked for by words of other scripts only, and the other way round, so that
Latin words do not meet by so little. Two words that share no key are different words: that is part of the comparison
(`match.similarity`), so that the index loses nothing. Keys are 32-bit FNV-1a hashes: a collision costs one comparison
and can at most let two words meet that are alike anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from tocsin.names.analysis import FUSED, SYLLABIC, Token
from tocsin.names.joins import join_words
from tocsin.names.readings import hear_foreign, hear_latin, hear_otherwise, hear_written, spell_units

DELETE_FROM = 4          # folds shorter than this are filed whole only
FRAME_DELETE_FROM = 4
FRAME_DELETE_TWO = 6
SOUND_DELETE_FROM = 3
SURE_DELETE_FROM = 4     # of scripts that write consonants and little else
SOUND_CHANGED = 4        # words of fewer sounds do not meet when one of these is another
OF_LATIN, OF_OTHER = ("L", "l"), ("R", "r")  # tags of the sounds of Latin words and of words of other scripts
SHIFTABLE = 6            # letters of two words between which the space may have moved
SHIFTED_BY = 2           # letters by which it may have moved
PLAIN = frozenset({"number", "initial", "particle", "stop"})


def hash_key(tag: str, text: str) -> int:
    """FNV-1a of the tag's letter and the text in UTF-8, 32 bits."""
    value = 0x811C9DC5
    for byte in (tag + text).encode("utf-8", errors="surrogatepass"):
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


@lru_cache(maxsize=100_000)
def make_keys(token: Token) -> frozenset[int]:
    """All keys under which a word is filed. Numbers, tie words and initials are filed under themselves only."""
    return _make_keys(token, asked=False)


@lru_cache(maxsize=100_000)
def make_asked_keys(token: Token) -> frozenset[int]:
    """All keys under which a word of a query looks for others."""
    return _make_keys(token, asked=True)


def _make_keys(token: Token, *, asked: bool) -> frozenset[int]:
    if token.kind in PLAIN:
        return frozenset((hash_key("=", token.text),))
    keys = {hash_key("F", token.fold), *(hash_key("K", f) for f in token.frames)}
    if token.written:
        keys.add(hash_key("W", token.written))
    keys.update(hash_key("S", str(n)) for n in token.families)
    keys.update(hash_key("N", str(n)) for n in token.nicks)
    if not token.is_abjad and len(token.fold) >= DELETE_FROM:
        keys.update(hash_key("F", d) for d in _deleted(token.fold))
    for frame in token.frames:
        if len(frame) >= FRAME_DELETE_FROM:
            keys.update(hash_key("K", d) for d in _deleted(frame))
        if len(frame) >= FRAME_DELETE_TWO:
            keys.update(hash_key("K", d) for once in _deleted(frame) for d in _deleted(once))
    return frozenset(keys | _sound_keys(token, asked=asked))


def _sound_keys(token: Token, *, asked: bool) -> set[int]:
    """Short words meet when one of them has a sound more; only longer ones when a sound is another."""
    whole, less = _tag_sounds(token, asked=asked)
    keys = set()
    foreign = hear_foreign(token.text, token.written, token.script) if token.script == "Hani" else frozenset()
    for sounds in hear_token(token) | foreign:
        keys |= _whole_keys(sounds, whole, less, asked=asked)
        if len(sounds) < (SURE_DELETE_FROM if token.is_abjad else SOUND_DELETE_FROM):
            continue
        if asked:
            keys.update(hash_key(whole, d) for d in _deleted(sounds))
        if not asked or len(sounds) >= SOUND_CHANGED:
            keys.update(hash_key(less, d) for d in _deleted(sounds))
    if token.script == "Hani":  # in other ways none may be left out
        keys.update(hash_key(whole, sounds) for sounds in hear_otherwise(token.text, token.written, token.script))
    return keys


def _whole_keys(sounds: str, whole: str, less: str, *, asked: bool) -> set[int]:
    return {hash_key(whole, sounds), hash_key(less, sounds)} if asked else {hash_key(whole, sounds)}


def hear_token(token: Token) -> frozenset[str]:
    """The consonant sounds of a word; none where its script has no readings."""
    if token.script == "Latn":
        return hear_latin(token.text)
    return hear_written(spell_units(token.text, token.written, token.script), token.script)


def _tag_sounds(token: Token, *, asked: bool) -> tuple[str, str]:
    """The tags of sounds as they are, and with some left out."""
    return OF_LATIN if (token.script == "Latn") != asked else OF_OTHER


def _deleted(text: str) -> list[str]:
    return [text[:i] + text[i + 1:] for i in range(len(text))]


@lru_cache(maxsize=20_000)
def make_join_keys(token: Token, *, asked: bool, is_run: bool) -> frozenset[int]:
    """The keys by which a word and a run of neighbours meet: fold and frames only, for a fused word is rarely misspelt.

    A name of another language that was written without a space in Chinese signs or Hangul is cut where a family name would
    end, though, and its sounds are spelt freely. Of the other runs only their own sounds are keys, lists being full of runs,
    and of those in Chinese signs and Hangul none with a sound more: few syllables make all names.
    """
    keys = {hash_key("F", token.fold), *(hash_key("K", f) for f in token.frames)}
    if (not is_run and token.script in SYLLABIC | {"Latn"}) or (is_run and token.traits & FUSED):
        return frozenset(keys | _sound_keys(token, asked=asked))
    whole, less = _tag_sounds(token, asked=asked)
    with_more = asked and token.script not in SYLLABIC
    return frozenset(keys.union(*(_whole_keys(s, whole, less, asked=with_more) for s in hear_token(token))))


def make_run_keys(run: Sequence[Token]) -> frozenset[int]:
    """The keys of a run of neighbours in a listed name: of the word they join to, and of where its space stands."""
    join = join_words(run)
    keys = make_join_keys(join, asked=False, is_run=True)
    return keys | {make_shift_key(run[0].text, run[1].text)} if may_shift(run) else keys


def make_shift_keys(run: Sequence[Token]) -> frozenset[int]:
    """The keys of the other places near by for the space between two neighbours of a query."""
    if not may_shift(run):
        return frozenset()
    text, own = run[0].text + run[1].text, len(run[0].text)
    places = (i for i in range(own - SHIFTED_BY, own + SHIFTED_BY + 1) if i != own and 0 < i < len(text))
    return frozenset(make_shift_key(text[:i], text[i:]) for i in places)


def make_shift_key(first: str, second: str) -> int:
    return hash_key("J", f"{first} {second}")


def may_shift(run: Sequence[Token]) -> bool:
    """Whether these are two Latin words of which the space between may stand elsewhere."""
    return len(run) == 2 and sum(len(t.text) for t in run) >= SHIFTABLE and all(
        t.script == "Latn" and t.kind not in ("number", "legal") for t in run
    )
