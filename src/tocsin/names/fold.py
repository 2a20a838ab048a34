"""Latin letters to comparable forms: plain ASCII, a phonetic fold and a consonant frame.

Three forms, because spellings differ in three ways. `to_ascii` removes marks and transliterates. `fold_token` joins
what romanisations write differently (kh/x, ou/u, ee/i, doubled letters). `frame_token` keeps the consonants only,
which is all that unvocalised scripts share with a Latin spelling. AnyAscii's table and not ICU's: ICU's output depends
on the machine that it runs on, and what takes part in a score must not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The longest spelling that fits is read. Each pair is a spelling and the sound it stands for in most romanisations.
DIGRAPHS: tuple[tuple[str, str], ...] = (
    ("shch", "s"), ("tsch", "c"), ("sch", "s"), ("tch", "c"), ("kh", "x"), ("sh", "s"), ("ch", "c"), ("th", "t"),
    ("dh", "d"), ("gh", "g"), ("ph", "f"), ("zh", "z"), ("dj", "j"), ("dz", "z"), ("ts", "s"), ("tz", "s"),
    ("ck", "k"), ("oo", "u"), ("ou", "u"), ("ow", "u"), ("ee", "i"), ("ei", "i"), ("ie", "i"), ("ey", "i"),
    ("iy", "i"), ("ay", "ai"), ("aw", "au"), ("ew", "ev"),
    ("ce", "se"), ("ci", "si"), ("cy", "si"),
)
_SOUND_OF = dict(DIGRAPHS)
_SPELLED = re.compile("|".join(sorted(_SOUND_OF, key=len, reverse=True)))
_CONSONANTS = re.compile("|".join(sorted((x for x in _SOUND_OF if x[0] not in "aeiou"), key=len, reverse=True)))
_SOUNDS = str.maketrans({"q": "k", "w": "v", "o": "u", "e": "i", "y": "i"})
_FRAME_SOUNDS = str.maketrans({"x": "k", "c": "k", "q": "k"})
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiouyw]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ`‘ʻ´′ʹʿʾ](?=\w)|(?<=[\s\-])['’ʼ`‘ʻ´′ʿʾ](?=\w)|(?<=\w)['’ʼ`‘ʻ´′ʿʾ](?=[\s\-,.]|$)")


def drop_apostrophes(text: str) -> str:
    """`text` without the marks that romanisations write for ʿayn and hamza, and without possessive apostrophes."""
    return _APOSTROPHE.sub("", text)


@lru_cache(maxsize=65536)
def to_ascii(text: str) -> str:
    """`text` in ASCII letters of the same case; letters of other scripts are transliterated by AnyAscii's table."""
    if text.isascii():
        return text
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c) or not _is_latin_mark(c))
    if plain.isascii():
        return plain
    from anyascii import anyascii

    return anyascii(unicodedata.normalize("NFKC", plain))


def _is_latin_mark(mark: str) -> bool:
    return "\u0300" <= mark <= "\u036f"


@lru_cache(maxsize=50_000)
def fold_token(token: str) -> str:
    """The sound of a lower-case ASCII token, roughly: equal for most spellings of one name."""
    token = _SPELLED.sub(lambda m: _SOUND_OF[m.group()], token)
    return _DOUBLED.sub(r"\1", token.translate(_SOUNDS))


@lru_cache(maxsize=50_000)
def frame_token(token: str) -> str:
    """The consonant frame of a lower-case ASCII token, an initial vowel kept as "a": "mohammed" gives "mhmd"."""
    if not token:
        return ""
    token = _CONSONANTS.sub(lambda m: _SOUND_OF[m.group()], token).translate(_FRAME_SOUNDS)
    head = "a" if token[0] in "aeiou" else "i" if token[0] == "y" else token[0]
    frame = _DOUBLED.sub(r"\1", head + _VOWELS.sub("", token[1:]))
    return frame[:-1] if len(frame) > 2 and frame.endswith("h") else frame
