"""A name to tokens: what each word is, how much it tells, and the forms in which it can be compared.

The same analysis serves the query, the listed name and the comparison of two names, so that a name always scores 1
against itself. It is a pure function of the text and of the kind of subject. The native kernel does the same for Latin
text (`native/analysis.hpp`) and words of one other script (`native/foreign.hpp`); all else is read here and handed to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from tocsin.model.listing import Kind
from tocsin.names.abjad import read_frames, same_letters
from tocsin.names.fold import drop_apostrophes, fold_token, frame_token, to_ascii
from tocsin.names.scripts import script_of, script_of_letter
from tocsin.names.signs import same_signs, split_family
from tocsin.names.tables import load_tables
from tocsin.names.unvocalised import find_families, find_share

TokenKind = Literal["name", "particle", "title", "initial", "number", "legal", "stop", "binder"]

MAX_TOKENS = 16
MAX_TOKEN = 40
MAX_NAME = 1000
CUT_FROM = 30     # letters and spaces of a name that a machine-readable zone may have cut off (ICAO Doc 9303: 30 or 39)

WEIGHTS: dict[str, float] = {
    "particle": 0.12, "title": 0.12, "initial": 0.30, "number": 0.55, "legal": 0.15, "stop": 0.06, "binder": 0.35,
}

ABJAD = frozenset({"Arab", "Hebr", "Syrc"})
SYLLABIC = frozenset({"Hani", "Hang"})
# Behind a person's name; "Vi", "Xi" and "V" may be names or initials.
NUMERALS = frozenset({"ii", "iii", "iv", "vii", "viii", "ix"})
CASED = frozenset({"Cyrl", "Grek", "Armn"})  # scripts in which one letter alone is an initial
# Traits of a word: many persons are called so; a name of a country of two surnames; it was written together with the word
# before it, and cut from it by us.
PERSONAL, HISPANIC, FUSED = 1, 2, 4
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z][a-z]{2})")
_FUSED_INITIALS = re.compile(r"(?<![A-Za-z])([B-DF-HJ-NP-TV-Z]{2})(?=\s+[A-Z][a-z])")
_SPLIT = re.compile(r"[^0-9a-z]+")
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}(?:[a-z]\b)?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:no)?(\d+)(?:st|nd|rd|th)?")
_ARTICLE = re.compile(r"^(?:وال|ال)(?=\w{2,})")
# One syllable of Hindi or Bengali alone is an initial, spelt by its sound: मुरुगन आ is "Murugan A.".
_AKSHARA = re.compile("[\u0905-\u0939\u0985-\u09b9][\u093e-\u094c\u09be-\u09cc]?")
_HAMZA_ALIFS = frozenset("أإآ")  # no article begins with them: ألبرت is Albert
_QUOTES = str.maketrans(
    dict.fromkeys("\"“”„«»()[]{}", "") | dict.fromkeys("’ʼ`‘ʻ´′ʹʿʾ", "'")
    | {"\x85": " "}  # a line end that AnyAscii leaves out
)
# Behind a Hebrew letter it makes another sound of it, whichever sign it is typed with: ג׳ון is John.
_GERESH = re.compile("(?<=[גדוזחטעצץקרת])['׳]")
_ABD = re.compile(r"abd(?:[aeiou]{1,2}[lrsdntz]?)?")
# Endings that stand for "al-din": Nooruddin, Izzedine. Longest first.
DIN = (*(v + end for end in ("ddine", "ddin", "ddeen") for v in "aeiu"), "udine", "udeen", "udin")


# The same in Devanagari, Bengali and Cyrillic.
DIN_WRITTEN = (
    "ुद्दीन", "ुद्दिन", "ूद्दीन", "ूद्दिन", "ुदीन", "उद्दीन", "উদ্দিন", "ুদ্দিন", "ুদ্দীন", "уддин", "иддин", "еддин",
)


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """One word of a name.

    `text` is its ASCII form, lower case; `written` the word in its own script (letters made equal across keyboards),
    empty for Latin. `frames` are its consonant frames: one for a Latin word, several for a word whose vowels are not
    written. `weight` is how much meeting it tells. `families` number the names that it is a spelling of, `nicks` the
    names that it is short for or that are short for it, or that it is in another language. `traits` are bits (`PERSONAL`,
    `HISPANIC`, `FUSED`).
    """

    text: str
    kind: TokenKind
    weight: float
    fold: str
    frames: tuple[str, ...]
    families: tuple[int, ...] = ()
    nicks: tuple[int, ...] = ()
    written: str = ""
    script: str = "Latn"
    traits: int = 0

    @property
    def is_abjad(self) -> bool:
        """Whether its vowels are unknown, so that only frames can be compared."""
        return self.script in ABJAD


class Piece(NamedTuple):
    """A word as it is cut from a text: in ASCII, as it was written if that is not Latin, and whether it was `FUSED`."""

    text: str
    written: str = ""
    script: str = "Latn"
    fused: bool = False


@lru_cache(maxsize=8192)
def analyse_name(text: str, kind: Kind = "unknown") -> tuple[Token, ...]:
    """The tokens of a name, in its order, at most `MAX_TOKENS`; empty when it has no letter or digit.

    `kind` decides how words are read: legal forms and numbers count in names of organisations and vessels, patronymics,
    titles and initials in names of persons. "unknown" is read as an organisation when it carries a legal form, as a
    person otherwise.
    """
    text = text[:MAX_NAME]
    as_person = kind == "person" or (kind == "unknown" and not _looks_like_organisation(text))
    words = cut_words(swap_comma(text) if as_person else text, as_person=as_person)[:MAX_TOKENS]
    tokens = [make_token(word, as_person=as_person) for word in words]
    if len(tokens) > 1 and tokens[0].kind == "particle" and tokens[0].text == "ben":
        tokens[0] = _make_name("ben")  # "Ben Smith"; a patronymic never comes first
    if as_person and len(tokens) == 1 and tokens[0].kind == "particle" and tokens[0].script == "Latn":
        tokens[0] = _make_name(tokens[0].text)  # what stands alone ties nothing
    if as_person and len(tokens) > 1 and tokens[-1].script == "Latn" and tokens[-1].text in NUMERALS:
        tokens[-1] = _make_plain(load_tables().roman[tokens[-1].text], "number")
    return _finish(tokens)


def swap_comma(text: str) -> str:
    """ "SURNAME, Given" as "Given SURNAME": the same name in another order."""
    if text.count(",") != 1:
        return text
    last, _, first = text.partition(",")
    return f"{first} {last}"


def _finish(tokens: list[Token]) -> tuple[Token, ...]:
    """Number words added up ("forty", "four"), and a word written twice in a row taken once."""
    kept: list[Token] = []
    for token in tokens:
        before = kept[-1] if kept else None
        if before is not None and token.kind == before.kind == "number" and _adds_up(before.text, token.text):
            kept[-1] = _make_plain(str(int(before.text) + int(token.text)), "number")
        elif before is None or token.kind != "name" or token.text != before.text or len(token.text) < 4:
            kept.append(token)
    return tuple(kept)


def is_cut(tokens: tuple[Token, ...]) -> bool:
    """Whether the name is so long that a machine-readable zone may have cut off its last word."""
    return sum(len(t.text) + 1 for t in tokens) > CUT_FROM and tokens[-1].kind == "name" and tokens[-1].script == "Latn"


def _adds_up(tens: str, ones: str) -> bool:
    return len(tens) == 2 and tens[1] == "0" and tens[0] in "23456789" and len(ones) == 1 and ones != "0"


def _make_name(text: str) -> Token:
    tables = load_tables()
    return Token(
        text=text, kind="name", weight=_weight_of(text, "Latn", as_person=True), fold=fold_token(text),
        frames=(frame_token(text),), families=tables.same_name.get(text, ()), nicks=tables.nicknames.get(text, ()),
        traits=_traits_of(text),
    )


def _make_plain(text: str, kind: TokenKind) -> Token:
    return Token(text=text, kind=kind, weight=WEIGHTS[kind], fold=fold_token(text), frames=(frame_token(text),))


def _looks_like_organisation(text: str) -> bool:
    words = _SPLIT.split(to_ascii(_join_dotted(text)).lower())
    return any(w in load_tables().legal_forms and len(w) > 2 for w in words)


def _join_dotted(text: str) -> str:
    return _DOTTED.sub(lambda m: m.group().replace(".", ""), text)


def cut_words(text: str, *, as_person: bool) -> list[Piece]:
    """The words of a text, in its order."""
    text = to_plain(text)
    if text.isascii():
        if as_person:
            text = _FUSED_INITIALS.sub(lambda m: " ".join(m.group(1)), text)
        else:
            text = _join_dotted(text.replace("&", " and "))
        words = [Piece(w[:MAX_TOKEN]) for w in _latin_words(text)]
    else:
        words = [word for chunk in text.split() for word in read_chunk(chunk, as_person=as_person)]
    return [part for word in words for part in _split_compound(word)] if as_person else _replace_phrases(words)


@lru_cache(maxsize=8192)
def read_chunk(chunk: str, *, as_person: bool) -> tuple[Piece, ...]:
    """The words of a piece of text without spaces; what stands around it does not matter."""
    chunk = to_plain(chunk)
    if not as_person:
        chunk = _join_dotted(chunk.replace("&", " and "))
    words: list[Piece] = []
    for word in _letters_and_marks(chunk).split():
        words.extend(_read_word(word, as_person=as_person))
    return tuple(words)


@lru_cache(maxsize=1024)
def to_plain(text: str) -> str:
    """`text` without quotation marks and apostrophes; in ASCII when all its letters are Latin.

    What this gives in ASCII, the native kernel reads on its own.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.replace("\x85", " "))  # the one space that AnyAscii would lose
    text = text.translate(_QUOTES)
    if not text.isascii():
        text = _GERESH.sub("׳", text)
    text = drop_apostrophes(text)
    if not text.isascii() and all(script_of_letter(c) in ("Latn", None) for c in text) and not _has_digits_or_marks(text):
        plain = to_ascii(text)
        return plain if plain.isascii() else text
    return text


def _has_digits_or_marks(text: str) -> bool:
    """Whether `text` has digits or marks of other scripts, which are read with the words around them."""
    return any(not c.isascii() and (c.isnumeric() or _is_foreign_mark(c)) for c in text)


def _is_foreign_mark(c: str) -> bool:
    return unicodedata.category(c)[0] == "M" and not "\u0300" <= c <= "\u036f"


def _split_compound(word: Piece) -> list[Piece]:
    """ "Abdurrahman" as "abdur rahman" and "Nasiruddin" as "nasir din": the part that tells apart stands alone."""
    if word.script != "Latn":
        return [word]
    return [Piece(part) for part in _split_abd(word.text) or _split_din(word.text) or (word.text,)]


def _split_abd(text: str) -> tuple[str, ...]:
    same = load_tables().same_name
    if len(text) < 8 or not text.startswith("abd") or text in same:
        return ()
    for length in (5, 6, 4, 3):  # abdul-, abdoul-, abdi-, abd-
        head, rest = text[:length], text[length:]
        if len(rest) >= 4 and rest in same and _ABD.fullmatch(head):
            return head, rest
    return ()


def _split_din(text: str) -> tuple[str, ...]:
    ending = next((d for d in DIN if text.endswith(d)), None)
    return (text[:-len(ending)], "din") if ending and len(text) - len(ending) >= 3 else ()


def _letters_and_marks(text: str) -> str:
    """`text` with a space for all that is not a letter, a digit, or a mark that belongs to the letter before it."""
    if text.isalnum():
        return text
    kept = (c if c.isalnum() or unicodedata.category(c)[0] == "M" or c in "\u200c\u200d׳" else " " for c in text)
    return "".join(kept)


def _latin_words(text: str) -> list[str]:
    spaced = _CAMEL.sub(" ", text) if _is_camel(text) else text
    return [w for w in _SPLIT.split(spaced.lower()) if w]


def _is_camel(text: str) -> bool:
    """Whether capitals stand inside words ("SiemensAG", "FridrichBuchenberg"); not for "McDonald" and the like."""
    return bool(_CAMEL.search(text)) and not re.search(r"\b(?:Mac|Mc|De|Di|Le|La|Al|El)[A-Z]", text)


def _read_word(word: str, *, as_person: bool) -> list[Piece]:
    script = script_of(word)
    if script in ("Latn", "Zyyy"):
        return [Piece(w[:MAX_TOKEN]) for w in _latin_words(to_ascii(word))]
    if script in ABJAD:
        return _read_abjad(word, script)
    if script in SYLLABIC:
        return _read_syllables(word, script, as_person=as_person)
    written = unicodedata.normalize("NFKC", word).casefold()
    ending = next((e for e in DIN_WRITTEN if as_person and written.endswith(e) and len(written) >= len(e) + 3), "")
    ascii_ = "".join(_SPLIT.split(to_ascii(written.removesuffix(ending)).lower()))[:MAX_TOKEN]
    return [Piece(ascii_, written.removesuffix(ending), script)] * bool(ascii_) + [Piece("din")] * bool(ending)


def _read_abjad(word: str, script: str) -> list[Piece]:
    written = same_letters(word)
    if not any(script_of_letter(c) for c in written):
        digits = "".join(str(unicodedata.digit(c, "")) for c in written)
        return [Piece(digits)] if digits else []
    article = _ARTICLE.match(written) if script == "Arab" and word[0] not in _HAMZA_ALIFS else None
    if article and not _is_known_written(written):
        rest = written[article.end():]
        return [Piece("al", "ال", script), Piece((read_frames(rest) or ("",))[0][:MAX_TOKEN], rest, script)]
    frames = read_frames(written)
    return [Piece(frames[0][:MAX_TOKEN], written, script)] if frames and frames[0] else []


def _is_known_written(written: str) -> bool:
    """Whether a word that begins with the letters of the article is one word: الله, الیاس; الدین is of two."""
    tables = load_tables()
    return written in tables.written_names or (len(written) == 4 and written in tables.script_words)


def _read_syllables(word: str, script: str, *, as_person: bool) -> list[Piece]:
    """Chinese and Korean, written without spaces: a person's family and given name; otherwise known words by themselves."""
    if script == "Hani":
        word = same_signs(word)
    if as_person:
        parts: Iterable[str] = split_family("".join(c for c in word if script_of_letter(c)), script)
    else:
        parts = _known_words(script).split(word) if _known_words(script).pattern else [word]
    found: list[Piece] = []
    for part in parts:
        ascii_ = "".join(_SPLIT.split(to_ascii(part).lower()))
        if ascii_:
            found.append(Piece(ascii_[:MAX_TOKEN], part, script, fused=bool(found)))
    return found


@lru_cache(maxsize=8)
def _known_words(script: str) -> re.Pattern[str]:
    """Finds the words of the name data in text of a script that has no spaces, the longest first."""
    words = [w for w in load_tables().script_words if len(w) > 1 and script_of(w) == script]
    return re.compile(f"({'|'.join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))})" if words else "")


def _replace_phrases(words: list[Piece]) -> list[Piece]:
    """Legal forms written out ("limited liability company") as the short form, the longest phrase first."""
    phrases, kept, at = _phrases_by_first_word(), [], 0
    while at < len(words):
        for phrase, short in phrases.get(_as_written(words[at]), ()):
            if tuple(_as_written(w) for w in words[at: at + len(phrase)]) == phrase:
                kept += [Piece(word) for word in short]
                at += len(phrase)
                break
        else:
            kept.append(words[at])
            at += 1
    return kept


def _as_written(word: Piece) -> str:
    return word.written or word.text


@lru_cache(maxsize=1)
def _phrases_by_first_word() -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    found: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase, short in load_tables().legal_phrases:
        words = tuple(phrase.split())
        found.setdefault(words[0], []).append((words, tuple(short.split())))
    for options in found.values():
        options.sort(key=lambda option: -len(option[0]))
    return found


def make_token(word: Piece, *, as_person: bool) -> Token:
    """One word as `cut_words` gives it, as a token."""
    tables = load_tables()
    ascii_, written, script, fused = word
    kind, text = _classify(ascii_, written, script, as_person=as_person)
    frames = read_frames(written) if script in ABJAD and kind != "particle" else (frame_token(text),)
    families = _families_of(text, as_person=as_person)
    if script in ABJAD:
        families = find_families(written, script, frames)
    weight = WEIGHTS.get(kind) or _weight_of(text, script, as_person=as_person, written=written)
    fold = frames[0] if script in ABJAD and frames else fold_token(text)
    return Token(
        text=text, kind=kind, weight=weight, fold=fold, frames=frames, families=families,
        nicks=tables.nicknames.get(text, ()) if as_person and script not in ABJAD else (), written=written, script=script,
        traits=(_find_traits(text, written, script) if kind == "name" else 0) | (FUSED if fused else 0),
    )


def _find_traits(text: str, written: str, script: str) -> int:
    if script == "Latn":
        return _traits_of(text)
    known = written in load_tables().written_names or (script in ABJAD and find_share(text, written, script) < 1)
    return PERSONAL if known else 0


def _traits_of(text: str) -> int:
    tables = load_tables()
    return (PERSONAL if text in tables.person_bands else 0) | (HISPANIC if text in tables.hispanic else 0)


def _families_of(text: str, *, as_person: bool) -> tuple[int, ...]:
    tables = load_tables()
    return (not as_person and tables.same_word.get(text)) or tables.same_name.get(text, ())


def _classify(word: str, written: str, script: str, *, as_person: bool) -> tuple[TokenKind, str]:
    if number := _NUMBER.fullmatch(word):
        return "number", number.group(1).lstrip("0") or "0"
    if script != "Latn":
        return _classify_written(word, written, as_person=as_person)
    if as_person:
        return _classify_person(word)
    return _classify_organisation(word)


def _classify_person(word: str) -> tuple[TokenKind, str]:
    tables = load_tables()
    if word in tables.particles and len(word) > 1:
        return "particle", word
    if word in tables.titles:
        return "title", word
    if word in tables.binders:
        return "binder", word
    return ("initial", word) if len(word) == 1 else ("name", word)


def _classify_organisation(word: str) -> tuple[TokenKind, str]:
    tables = load_tables()
    if word in tables.number_words or word in tables.roman:
        return "number", tables.number_words.get(word) or tables.roman[word]
    if word in tables.legal_forms:
        return "legal", word
    return ("stop", word) if word in tables.org_stops else ("name", word)


_OF_PERSONS = frozenset({"particle", "title", "binder", "initial"})


def _classify_written(word: str, written: str, *, as_person: bool) -> tuple[TokenKind, str]:
    """A word of another script: what the name data say of it, in Latin; a name otherwise."""
    if written == "ال":
        return "particle", "al"
    if as_person and len(written) == 1 and script_of_letter(written) in CASED:
        return "initial", word
    kind, latin = load_tables().script_words.get(written, ("name", word))
    if as_person and written not in load_tables().script_words and _AKSHARA.fullmatch(written):
        return "initial", word[:1]
    if kind == "name" or (kind in _OF_PERSONS) == as_person:
        return kind, latin
    return "name", word


@lru_cache(maxsize=65536)
def _weight_of(word: str, script: str, *, as_person: bool, written: str = "") -> float:
    tables = load_tables()
    bands = tables.person_bands if as_person else tables.org_bands
    share = find_share(word, written, script) if script in ABJAD else bands.get(word, 1.0)
    if as_person and len(word) <= (2 if script in ABJAD else 3):
        share = min(share, 0.65)  # short syllables are shared by many names
    return 0.45 + 0.65 * share if as_person else 0.12 + share
