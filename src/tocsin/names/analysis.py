"""A name to tokens: what each word is, how much it tells, and the forms in which it can be compared.

The same analysis serves the query, the listed name and the comparison of two names, so that a name always scores 1
against itself. It is a pure function of the text and of the kind of subject.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

import msgspec

from tocsin.model.listing import Kind
from tocsin.names import tables
from tocsin.names.abjad import read_frames, same_letters
from tocsin.names.fold import drop_apostrophes, fold_token, frame_token, to_ascii
from tocsin.names.scripts import script_of, script_of_letter

TokenKind = Literal["name", "particle", "title", "initial", "number", "legal", "stop", "binder"]

MAX_TOKENS = 16
MAX_TOKEN = 40
MAX_NAME = 1000

WEIGHTS: dict[str, float] = {
    "particle": 0.12, "title": 0.12, "initial": 0.30, "number": 0.55, "legal": 0.15, "stop": 0.06, "binder": 0.35,
}

_ABJAD = frozenset({"Arab", "Hebr", "Syrc"})
_SYLLABIC = frozenset({"Hani", "Hang"})
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z][a-z]{2})")
_SPLIT = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:no)?(\d+)(?:st|nd|rd|th)?")
_ARTICLE = re.compile(r"^(?:وال|ال)(?=\w{3,})")
_QUOTES = str.maketrans("", "", "\"“”„«»()[]{}")


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One word of a name.

    `text` is its ASCII form, lower case; `written` the word in its own script (letters made equal across keyboards),
    empty for Latin. `frames` are its consonant frames: one for a Latin word, several for a word whose vowels are not
    written. `weight` is how much meeting it tells. `family` numbers its spellings (-1: none known).
    """

    text: str
    kind: TokenKind
    weight: float
    fold: str
    frames: tuple[str, ...]
    family: int = -1
    written: str = ""
    script: str = "Latn"

    @property
    def is_abjad(self) -> bool:
        """Whether its vowels are unknown, so that only frames can be compared."""
        return self.script in _ABJAD


@lru_cache(maxsize=8192)
def analyse_name(text: str, kind: Kind = "unknown") -> tuple[Token, ...]:
    """The tokens of a name, in its order, at most `MAX_TOKENS`; empty when it has no letter or digit.

    `kind` decides how words are read: legal forms and numbers count in names of organisations and vessels, patronymics,
    titles and initials in names of persons. "unknown" is read as an organisation when it carries a legal form, as a
    person otherwise.
    """
    text = text[:MAX_NAME]
    as_person = kind == "person" or (kind == "unknown" and not _looks_like_organisation(text))
    if as_person and text.count(",") == 1:
        last, _, first = text.partition(",")
        text = f"{first} {last}"  # "SURNAME, Given" is the same name in another order
    words = _cut(text, as_person=as_person)[:MAX_TOKENS]
    return tuple(_make_token(ascii_, written, script, as_person=as_person) for ascii_, written, script in words)


def _looks_like_organisation(text: str) -> bool:
    words = _SPLIT.split(to_ascii(_join_dotted(text)).lower())
    return any(w in tables.LEGAL_FORMS and len(w) > 2 for w in words)


def _join_dotted(text: str) -> str:
    return _DOTTED.sub(lambda m: m.group().replace(".", ""), text)


def _cut(text: str, *, as_person: bool) -> list[tuple[str, str, str]]:
    """Words as (ASCII form, form in its own script, script)."""
    text = drop_apostrophes(unicodedata.normalize("NFC", text).translate(_QUOTES))
    if not as_person:
        text = _replace_phrases(_join_dotted(text.replace("&", " and ")))
    if text.isascii():
        return [(w[:MAX_TOKEN], "", "Latn") for w in _latin_words(text)]
    words: list[tuple[str, str, str]] = []
    for word in _letters_and_marks(text).split():
        words.extend(_read_word(word, as_person=as_person))
    return words


def _letters_and_marks(text: str) -> str:
    """`text` with a space for all that is not a letter, a digit, or a mark that belongs to the letter before it."""
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" or c in "\u200c\u200d" else " " for c in text)
    return "".join(kept)


def _latin_words(text: str) -> list[str]:
    spaced = _CAMEL.sub(" ", text) if _is_camel(text) else text
    return [w for w in _SPLIT.split(spaced.lower()) if w]


def _is_camel(text: str) -> bool:
    """Whether capitals stand inside words ("SiemensAG", "FridrichBuchenberg"); not for "McDonald" and the like."""
    return bool(_CAMEL.search(text)) and not re.search(r"\b(?:Mac|Mc|De|Di|Le|La|Al|El)[A-Z]", text)


def _read_word(word: str, *, as_person: bool) -> list[tuple[str, str, str]]:
    script = script_of(word)
    if script in ("Latn", "Zyyy"):
        return [(w[:MAX_TOKEN], "", "Latn") for w in _latin_words(to_ascii(word))]
    if script in _ABJAD:
        return _read_abjad(word, script)
    if script in _SYLLABIC:
        return _read_syllables(word, script, as_person=as_person)
    ascii_ = "".join(_SPLIT.split(to_ascii(word).lower()))
    return [(ascii_[:MAX_TOKEN], unicodedata.normalize("NFKC", word).casefold(), script)] if ascii_ else []


def _read_abjad(word: str, script: str) -> list[tuple[str, str, str]]:
    written = same_letters(word)
    if not any(script_of_letter(c) for c in written):
        digits = "".join(str(unicodedata.digit(c, "")) for c in written)
        return [(digits, "", "Latn")] if digits else []
    article = _ARTICLE.match(written)
    if article and script == "Arab":
        rest = written[article.end():]
        return [("al", "ال", script), ((read_frames(rest) or ("",))[0][:MAX_TOKEN], rest, script)]
    frames = read_frames(written)
    return [(frames[0][:MAX_TOKEN], written, script)] if frames and frames[0] else []


def _read_syllables(word: str, script: str, *, as_person: bool) -> list[tuple[str, str, str]]:
    """Chinese and Korean, written without spaces: one token a character for persons, one a word otherwise."""
    if as_person:
        pairs = [(to_ascii(c).lower(), c) for c in word if script_of_letter(c)]
        return [("".join(_SPLIT.split(a)), c, script) for a, c in pairs if a.strip()]
    ascii_ = "".join(_SPLIT.split(to_ascii(word).lower()))
    return [(ascii_[:MAX_TOKEN], word, script)] if ascii_ else []


def _replace_phrases(text: str) -> str:
    lowered = to_ascii(text).lower() if any(p.split()[0] in text.lower() for p, _ in tables.LEGAL_PHRASES) else None
    if lowered is None:
        return text
    for phrase, short in tables.LEGAL_PHRASES:
        lowered = lowered.replace(phrase, short)
    return lowered


def _make_token(ascii_: str, written: str, script: str, *, as_person: bool) -> Token:
    kind, text = _classify(ascii_, written, script, as_person=as_person)
    frames = read_frames(written) if script in _ABJAD and kind != "particle" else (frame_token(text),)
    same = tables.SAME_NAME if as_person else tables.SAME_WORD
    family = same.get(text, tables.SAME_NAME.get(text, -1) + 1000 if text in tables.SAME_NAME else -1)
    if script in _ABJAD:
        family = _abjad_family(frames)
    weight = WEIGHTS.get(kind) or _weight_of(text, script, as_person=as_person)
    fold = frames[0] if script in _ABJAD and frames else fold_token(text)
    return Token(
        text=text, kind=kind, weight=weight, fold=fold, frames=frames, family=family, written=written, script=script
    )


def _classify(word: str, written: str, script: str, *, as_person: bool) -> tuple[TokenKind, str]:
    if number := _NUMBER.fullmatch(word):
        return "number", number.group(1).lstrip("0") or "0"
    if script in _ABJAD:
        return ("particle", "al") if word == "al" and written == "ال" else _classify_abjad(written, word)
    if script in _SYLLABIC:
        return "name", word
    if as_person:
        return _classify_person(word)
    return _classify_organisation(word)


def _classify_person(word: str) -> tuple[TokenKind, str]:
    if word in tables.PARTICLES and len(word) > 1:
        return "particle", word
    if word in tables.TITLES:
        return "title", word
    if word in tables.BINDERS:
        return "binder", word
    return ("initial", word) if len(word) == 1 else ("name", word)


def _classify_organisation(word: str) -> tuple[TokenKind, str]:
    if word in tables.NUMBER_WORDS or word in tables.ROMAN:
        return "number", tables.NUMBER_WORDS.get(word) or tables.ROMAN[word]
    if word in tables.LEGAL_FORMS:
        return "legal", word
    return ("stop", word) if word in tables.ORG_STOPS else ("name", word)


# The tie words of Arabic, Persian and Urdu names in their own letters (after `same_letters`).
_ABJAD_WORDS: dict[str, tuple[TokenKind, str]] = {
    "بن": ("particle", "bin"), "ابن": ("particle", "bin"), "بنت": ("particle", "bint"), "ولد": ("particle", "ould"),
    "ال": ("particle", "al"), "و": ("particle", "and"), "ابو": ("binder", "abu"), "ابی": ("binder", "abu"),
    "ام": ("binder", "umm"), "عبد": ("binder", "abd"), "الدین": ("binder", "din"), "دین": ("binder", "din"),
    "الله": ("binder", "allah"), "لله": ("binder", "allah"), "شیخ": ("title", "shaykh"), "سید": ("title", "sayyid"),
    "حاجی": ("title", "haji"), "حاج": ("title", "haj"), "مولانا": ("title", "maulana"), "مولوی": ("title", "maulvi"),
    "ملا": ("title", "mullah"), "قاری": ("title", "qari"), "دکتور": ("title", "dr"), "الشیخ": ("title", "shaykh"),
}


def _classify_abjad(written: str, word: str) -> tuple[TokenKind, str]:
    return _ABJAD_WORDS.get(written, ("name", word))


@lru_cache(maxsize=1)
def _family_by_frame() -> dict[str, int]:
    """Frame to family, where all names of that frame are of one family: a word without vowels stands for them all."""
    found: dict[str, set[int]] = {}
    for word, number in tables.SAME_NAME.items():
        if number >= tables.MUSLIM_NAMES:
            continue  # "Karl" and "Khairullah" have one frame
        found.setdefault(frame_token(word), set()).add(number)
    return {frame: min(numbers) for frame, numbers in found.items() if len(numbers) == 1 and len(frame) > 2}


def _abjad_family(frames: tuple[str, ...]) -> int:
    return next((_family_by_frame()[f] for f in frames if f in _family_by_frame()), -1)


@lru_cache(maxsize=65536)
def _weight_of(word: str, script: str, *, as_person: bool) -> float:
    bands = tables.PERSON_BANDS if as_person else tables.ORG_BANDS
    share = 1.0
    if script in _ABJAD:
        share = min((value for value, frames in _band_frames() if word in frames), default=1.0)
    else:
        share = next((value for value, words in bands if word in words), 1.0)
    if as_person and len(word) <= (2 if script in _ABJAD else 3):
        share = min(share, 0.65)  # short syllables are shared by many names
    return 0.45 + 0.65 * share if as_person else 0.12 + share


@lru_cache(maxsize=1)
def _band_frames() -> tuple[tuple[float, frozenset[str]], ...]:
    return tuple((value, frozenset(frame_token(w) for w in words)) for value, words in tables.PERSON_BANDS)
