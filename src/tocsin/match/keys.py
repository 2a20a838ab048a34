"""The keys under which a word is filed, so that misspelt words are found without reading the whole vocabulary.

A word is filed under its phonetic fold, each fold with one letter deleted, its consonant frame, and long frames with
one consonant deleted. Two words that share no key differ by more than one folded letter and in two consonants or more;
those are not the same word by `match.similarity`. Keys are 32-bit checksums: a collision costs one comparison.
"""

from __future__ import annotations

from zlib import crc32

from tocsin.names.analysis import Token

DELETE_FROM = 4     # folds shorter than this are filed whole only
FRAME_DELETE_FROM = 4


def make_keys(token: Token) -> frozenset[int]:
    """All keys of one word. Numbers, particles and initials are filed under themselves only."""
    if token.kind in ("number", "initial", "particle", "stop", "legal"):
        return frozenset((crc32(b"=" + token.text.encode()),))
    keys = {crc32(b"F" + token.fold.encode()), *(crc32(b"K" + f.encode()) for f in token.frames)}
    if token.written:
        keys.add(crc32(b"W" + token.written.encode()))
    if token.family >= 0:
        keys.add(crc32(b"S%d" % token.family))
    if not token.is_abjad:
        keys.update(_deleted(b"F", token.fold, DELETE_FROM))
    for frame in token.frames:
        keys.update(_deleted(b"K", frame, FRAME_DELETE_FROM))
    return frozenset(keys)


def _deleted(tag: bytes, text: str, least: int) -> set[int]:
    if len(text) < least:
        return set()
    return {crc32(tag + (text[:i] + text[i + 1:]).encode()) for i in range(len(text))}


def make_join_keys(token: Token) -> frozenset[int]:
    """The keys of a word made of neighbours: fold and frame only, since a fused word is rarely misspelt as well."""
    return frozenset({crc32(b"F" + token.fold.encode()), *(crc32(b"K" + f.encode()) for f in token.frames)})
