"""How alike two tokens are, from 0 to 1, and by which rule.

Two Latin words are compared letter by letter with costs in hundredths of a letter: vowels and letters that
romanisations confuse cost less than others, so do doubled letters and neighbours that changed places. Integers, so that
the native kernel (`native/similarity.hpp`) gives the same to the last digit. Words that share no key (`match.keys`) are
different words: the index offers only what shares one, so the rule is part of the comparison.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from tocsin.match.keys import make_asked_keys, make_keys
from tocsin.names.analysis import SYLLABIC, Token
from tocsin.names.readings import has_readings, spell_ways, weigh_ways
from tocsin.names.tables import FIRST_TRANSLATION

FOLD_COST = 15          # hundredths, charged when only the phonetic folds were compared
FRAME_FLOOR = 0.86      # two Latin words with one consonant frame of three letters or more
FAMILY_FLOOR = 0.95     # spellings of one name in the name data
FAMILY_FOLD = 0.97      # the same, when they also sound alike
NICKNAME = 0.90
ABJAD_SAME = 0.96       # a frame read from an unvocalised script that is the frame of the Latin word
ABJAD_SHORT = 0.84      # the same for frames of two letters, which many names share
ABJAD_NEAR = 0.74
LEAST = 0.66            # below this two words are not the same word
# A reading across scripts: from the share of what the likeliest reading gains to a similarity. Of random words one in 1,000
# reaches a fifth, of names and their readings four in five reach half (docs/names.md).
READING_LEAST = 0.02
READING_NONE, READING_FULL = 0.75, 0.96
READING_MORE, READING_MOST = 0.03, 0.99

VOWELS = "aeiou"
OTHER, SWAP, DOUBLED, FIRST = 100, 35, 30, 30
VOWEL_FOR_VOWEL, VOWEL_ADDED, WEAK_ADDED = 45, 55, 60
# Letters that romanisations, keyboards and readers of print confuse, with what taking one for the other costs.
CONFUSED: dict[str, int] = {
    "iy": 20, "ey": 40, "ou": 30, "ae": 35, "ei": 30, "vw": 30, "uw": 40, "ow": 60, "kq": 20, "ck": 25, "cs": 40, "sz": 35,
    "jy": 45, "gj": 40, "gq": 50, "gk": 60, "dt": 55, "bp": 55, "fv": 55, "fp": 60, "mn": 70, "hk": 60, "hx": 50, "kx": 50,
    "dz": 60, "sx": 60, "jz": 60, "ij": 50, "bv": 60, "cz": 60, "il": 60, "lr": 80, "cg": 70,
}
_WEAK = "hyw"


def cost_of_change(a: str, b: str) -> int:
    """What writing `b` for `a` costs, in hundredths of a letter."""
    if a == b:
        return 0
    known = CONFUSED.get(min(a, b) + max(a, b))
    if known is not None:
        return known
    return VOWEL_FOR_VOWEL if a in VOWELS and b in VOWELS else OTHER


def cost_of_adding(letter: str, before: str) -> int:
    """What one letter too many costs after the letter `before` ("" at the start of the word)."""
    if before == letter:
        return DOUBLED
    if letter in VOWELS:
        return VOWEL_ADDED if before else OTHER
    return WEAK_ADDED if letter in _WEAK and before else OTHER


@lru_cache(maxsize=50_000)
def cost_of_letters(a: str, b: str) -> int:
    """The least cost of turning one word into the other by single letters and swaps of neighbours (OSA, weighted)."""
    add_a = [cost_of_adding(c, a[i - 1] if i else "") for i, c in enumerate(a)]
    add_b = [cost_of_adding(c, b[j - 1] if j else "") for j, c in enumerate(b)]
    before: list[int] = []
    last = [0]
    for cost in add_b:
        last.append(last[-1] + cost)
    for i, x in enumerate(a):
        row = [last[0] + add_a[i]]
        for j, y in enumerate(b):
            change = cost_of_change(x, y)
            if change and i == 0 and j == 0:
                change = min(OTHER, change + FIRST)
            best = min(last[j] + change, last[j + 1] + add_a[i], row[j] + add_b[j])
            if i and j and x == b[j - 1] and a[i - 1] == y and x != y:
                best = min(best, before[j - 1] + SWAP)
            row.append(best)
        before, last = last, row
    return last[-1]


def mean_letters(text_a: str, text_b: str) -> float:
    """Letters of two words on average; short words are held to three."""
    return max(3.0, (len(text_a) + len(text_b)) / 2)


def cost_of_spelling(text_a: str, fold_a: str, text_b: str, fold_b: str) -> int:
    """What it costs to spell one Latin word as the other (hundredths of a letter), or their folds where these are nearer."""
    cost = cost_of_letters(text_a, text_b)
    if cost and (fold_a != text_a or fold_b != text_b):
        cost = min(cost, cost_of_letters(fold_a, fold_b) + FOLD_COST)
    return cost


def compare_words(text_a: str, fold_a: str, frame_a: str, text_b: str, fold_b: str, frame_b: str) -> float:
    """Similarity of two Latin words from their plain forms, folds and frames; 0 when they are too far apart."""
    if len(text_a) < 2 or len(text_b) < 2:
        return 0.0
    value = 1 - (cost_of_spelling(text_a, fold_a, text_b, fold_b) / 100) / mean_letters(text_a, text_b)
    if frame_a == frame_b and len(frame_a) >= 3:
        value = max(value, FRAME_FLOOR)
    return value if value >= LEAST else 0.0


def compare_tokens(query: Token, candidate: Token) -> tuple[float, str]:
    """Similarity and rule (`same`, `spelling`, `family`, `nickname`, `script`); `(0.0, "")` when they are different."""
    if query.script == candidate.script:
        if query.text == candidate.text and query.written == candidate.written:
            return 1.0, "same"
        if query.script != "Latn":
            return _compare_written(query, candidate)
    if set(query.families) & set(candidate.families):
        return (FAMILY_FLOOR if query.fold != candidate.fold or query.script != candidate.script else FAMILY_FOLD), "family"
    if set(query.nicks) & set(candidate.nicks):
        return _compare_nicknames(query, candidate)
    if query.script != candidate.script:
        return _compare_scripts(query, candidate)
    if not is_near(query, candidate):
        return 0.0, ""
    value = compare_words(query.text, query.fold, query.frames[0], candidate.text, candidate.fold, candidate.frames[0])
    return (value, "spelling") if value > 0 else (0.0, "")


def _compare_nicknames(query: Token, candidate: Token) -> tuple[float, str]:
    """Forms of other languages and pet names, unless they are spelt so alike that this says more.

    Across scripts a form of the same family is mostly a transliteration: "Юрий" is Yuri rather than George.
    """
    translated = any(n >= FIRST_TRANSLATION for n in set(query.nicks) & set(candidate.nicks))
    if query.script != candidate.script:
        return (FAMILY_FLOOR, "family") if translated else (NICKNAME, "nickname")
    if query.script == "Latn" and is_near(query, candidate):
        value = compare_words(query.text, query.fold, query.frames[0], candidate.text, candidate.fold, candidate.frames[0])
        if value > NICKNAME:
            return value, "spelling"
    return NICKNAME, "translated" if translated else "nickname"


def is_near(query: Token, candidate: Token) -> bool:
    """Whether two words share a key, and so could be offered by the index, and few of their letters or sounds differ."""
    if make_asked_keys(query).isdisjoint(make_keys(candidate)):
        return False
    if query.is_abjad or candidate.is_abjad or query.frames[0] == candidate.frames[0] or are_readable(query, candidate):
        return True
    most = most_edits(min(len(query.fold), len(candidate.fold)))
    return (
        OSA.distance(query.fold, candidate.fold, score_cutoff=most) <= most
        or OSA.distance(query.text, candidate.text, score_cutoff=most) <= most
    )


def most_edits(letters: int) -> int:
    """How many letters may differ in two words, by the length of the shorter fold."""
    return 1 if letters <= 5 else 2 if letters <= 8 else 3 if letters <= 12 else 4


def _compare_written(query: Token, candidate: Token) -> tuple[float, str]:
    """Two words of one script, compared as written: homophones of another script are not the same word."""
    if query.written == candidate.written:
        return 1.0, "same"
    if query.script in SYLLABIC and len(query.written) == len(candidate.written) == 1:
        return 0.0, ""
    if not is_near(query, candidate):
        return 0.0, ""
    longest = max(len(query.written), len(candidate.written))
    value = 1 - OSA.distance(query.written, candidate.written) / max(3.0, float(longest))
    if query.is_abjad and set(query.frames) & set(candidate.frames):
        value = max(value, 0.85)
    return (value, "spelling") if value >= LEAST else (0.0, "")


def are_readable(query: Token, candidate: Token) -> bool:
    """Whether one word is Latin and the other of a script with readings."""
    if (query.script == "Latn") == (candidate.script == "Latn"):
        return False
    return has_readings(candidate.script if query.script == "Latn" else query.script)


def weigh_readable(query: Token, candidate: Token) -> tuple[int, int]:
    """What the Latin word of the two gains as a reading of the other, and what the likeliest reading would."""
    latin, other = (query, candidate) if query.script == "Latn" else (candidate, query)
    return weigh_ways(spell_ways(other.text, other.written, other.script), latin.text)


def _compare_reading(query: Token, candidate: Token) -> tuple[float, str]:
    gain, best = weigh_readable(query, candidate)
    share = gain / best
    if share < READING_LEAST:
        return 0.0, ""
    if query.script in SYLLABIC or candidate.script in SYLLABIC:
        share = min(share, share * share)  # there are few syllables, so that the same ones in part say little
    if share <= 1:
        return READING_NONE + (READING_FULL - READING_NONE) * share, "script"
    return min(READING_MOST, READING_FULL + READING_MORE * (share - 1)), "script"


def _compare_scripts(query: Token, candidate: Token) -> tuple[float, str]:
    if query.text == candidate.text and not query.is_abjad and not candidate.is_abjad:
        return 1.0, "script"
    if query.families and candidate.families and (query.is_abjad or candidate.is_abjad):
        return 0.0, ""  # known as two names, however alike the letters that are written: محمود is not Muhammad
    if are_readable(query, candidate):
        return _compare_reading(query, candidate) if is_near(query, candidate) else (0.0, "")
    if query.is_abjad or candidate.is_abjad:
        return _compare_frames(query.frames, candidate.frames)
    if not is_near(query, candidate):
        return 0.0, ""
    value = compare_words(query.text, query.fold, query.frames[0], candidate.text, candidate.fold, candidate.frames[0])
    return (value, "script") if value >= LEAST else (0.0, "")


@lru_cache(maxsize=20_000)
def _compare_frames(query: tuple[str, ...], candidate: tuple[str, ...]) -> tuple[float, str]:
    shared = [f for f in query if f in candidate]
    if shared:
        return (ABJAD_SAME if len(max(shared, key=len)) > 2 else ABJAD_SHORT), "script"
    longest = [(a, b) for a in query for b in candidate if min(len(a), len(b)) >= 4]
    if any(OSA.distance(a, b, score_cutoff=1) <= 1 for a, b in longest):
        return ABJAD_NEAR, "script"
    return 0.0, ""
