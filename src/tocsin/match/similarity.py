"""How alike two tokens are, from 0 to 1, and by which rule.

A difference in a vowel counts less than one in a consonant: `VOWEL_SHARE` of an edit is charged on the letters and the
rest on the consonant frame, so a changed vowel costs 0.45 and a changed consonant 1. The distance is optimal string
alignment (edits and swaps of neighbours) from rapidfuzz.
"""

from __future__ import annotations

from functools import lru_cache

from rapidfuzz.distance import OSA

from tocsin.names.analysis import Token

VOWEL_SHARE = 0.45
FOLD_COST = 0.10        # charged when only the phonetic folds were compared
FIRST_LETTER_COST = 0.30
FRAME_FLOOR = 0.86      # two Latin words with one consonant frame of three letters or more
FAMILY_FLOOR = 0.95     # spellings of one name in the tables
FAMILY_FOLD = 0.97      # the same, when they also sound alike
ABJAD_SAME = 0.96       # a frame read from an unvocalised script that is the frame of the Latin word
ABJAD_SHORT = 0.84      # the same for frames of two letters, which many names share
ABJAD_NEAR = 0.74
LEAST = 0.66            # below this two words are not the same word


def compare_tokens(query: Token, candidate: Token) -> tuple[float, str]:
    """Similarity and rule (`same`, `spelling`, `family`, `script`); `(0.0, "")` when they are different words."""
    if query.script == candidate.script == "Latn":
        return _compare_latin(query, candidate)
    if query.script == candidate.script:
        return _compare_written(query, candidate)
    if query.family >= 0 and query.family == candidate.family:
        return FAMILY_FLOOR, "family"
    if query.is_abjad or candidate.is_abjad:
        return _compare_frames(query.frames, candidate.frames)
    if query.text == candidate.text:
        return 1.0, "script"
    value = compare_words(query.text, query.fold, query.frames[0], candidate.text, candidate.fold, candidate.frames[0])
    return (value, "script") if value >= LEAST else (0.0, "")


def _compare_latin(query: Token, candidate: Token) -> tuple[float, str]:
    if query.text == candidate.text:
        return 1.0, "same"
    if query.family >= 0 and query.family == candidate.family:
        return (FAMILY_FLOOR if query.fold != candidate.fold else FAMILY_FOLD), "family"
    value = compare_words(query.text, query.fold, query.frames[0], candidate.text, candidate.fold, candidate.frames[0])
    return (value, "spelling") if value >= LEAST else (0.0, "")


def _compare_written(query: Token, candidate: Token) -> tuple[float, str]:
    """Two words of one script, compared as written: homophones of another script are not the same word."""
    if query.written == candidate.written:
        return 1.0, "same"
    if query.script in ("Hani", "Hang") and len(query.written) == len(candidate.written) == 1:
        return 0.0, ""
    longest = max(len(query.written), len(candidate.written))
    value = 1 - OSA.distance(query.written, candidate.written) / max(3.0, float(longest))
    if query.is_abjad and set(query.frames) & set(candidate.frames):
        value = max(value, 0.85)
    return (value, "spelling") if value >= LEAST else (0.0, "")


@lru_cache(maxsize=20_000)
def _compare_frames(query: tuple[str, ...], candidate: tuple[str, ...]) -> tuple[float, str]:
    shared = [f for f in query if f in candidate]
    if shared:
        return (ABJAD_SAME if len(max(shared, key=len)) > 2 else ABJAD_SHORT), "script"
    longest = [(a, b) for a in query for b in candidate if min(len(a), len(b)) >= 4]
    if any(OSA.distance(a, b, score_cutoff=1) <= 1 for a, b in longest):
        return ABJAD_NEAR, "script"
    return 0.0, ""


@lru_cache(maxsize=50_000)
def compare_words(text_a: str, fold_a: str, frame_a: str, text_b: str, fold_b: str, frame_b: str) -> float:
    """Similarity of two Latin words from their plain forms, folds and frames; 0 when their lengths rule it out."""
    short, long = sorted((len(text_a), len(text_b)))
    if short < 2 or long - short > max(2, long // 2):
        return 0.0
    consonants = OSA.distance(frame_a, frame_b)
    plain = VOWEL_SHARE * OSA.distance(text_a, text_b) + (1 - VOWEL_SHARE) * consonants
    folded = VOWEL_SHARE * OSA.distance(fold_a, fold_b) + (1 - VOWEL_SHARE) * consonants + FOLD_COST
    cost = min(plain, folded)
    if text_a[0] != text_b[0] and fold_a[0] != fold_b[0]:
        cost += FIRST_LETTER_COST
    value = 1 - cost / max(3.0, (short + long) / 2)
    if frame_a == frame_b and len(frame_a) >= 3:
        value = max(value, FRAME_FLOOR)
    return max(0.0, value)
