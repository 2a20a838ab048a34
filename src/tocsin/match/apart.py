"""What tells two words apart that are spelt nearly alike: names known to be two, other stems, other vowels.

As `native/features.hpp`; the numbers are features (`match.features`).
"""

from __future__ import annotations

from tocsin.match.similarity import FRAME_FLOOR, cost_of_letters, cost_of_spelling, mean_letters
from tocsin.names.analysis import PERSONAL, Token

ALIKE = 0.90   # two common names less alike than this are two names
EXACT = 1e-6
# Endings that many surnames share, so that they say little: "daughter of", "son of", "of the religion". Longest first.
ENDINGS = (
    "opoulos", "iewicz", "dottir", "shvili", "evich", "evski", "evsky", "ewicz", "ovich", "ovski", "ovsky", "uddin", "ullah",
    "zadeh", "allah", "adze", "enko", "escu", "evic", "oglu", "ovic", "pour", "sson", "wicz", "zade", "dze", "ian", "sen",
    "yan",
)


def weigh_known(query: Token, candidate: Token, similarity: float) -> float:
    """1 for two names that the name data know as different ones, however alike they are spelt: Hamid and Hammad, Daniel and
    Daniela; 0.5 for two that many people have each and that are not spelt much alike: Marin and Moreno."""
    if not set(query.nicks).isdisjoint(candidate.nicks):
        return 0.0
    if (query.families or query.nicks) and (candidate.families or candidate.nicks):
        return 1.0
    if not (query.traits & PERSONAL and candidate.traits & PERSONAL):
        return 0.0
    return 1.0 if _is_other_gender(query.text, candidate.text) else 0.5 if similarity < ALIKE else 0.0


def _is_other_gender(query: str, candidate: str) -> bool:
    """Daniel and Daniela, Mario and Maria; surnames that change with gender (Ivanov, Ivanova) are no difference."""
    man, woman = (query, candidate) if candidate.endswith("a") else (candidate, query)
    if not woman.endswith("a") or man.endswith(("a", "ov", "ev", "in", "sky", "ski")):
        return False
    return woman[:-1] in (man, man[:-1] if man.endswith("o") else man)


def weigh_stems(query: Token, candidate: Token) -> float:
    """From 0 to 1, how little is alike before the ending that two surnames share: "Jonsdottir", "Tomasdottir"."""
    if query.script != "Latn" or candidate.script != "Latn":
        return 0.0
    ending = next((e for e in ENDINGS if query.text.endswith(e) and candidate.text.endswith(e)), None)
    if ending is None:
        return 0.0
    stems = query.text[:-len(ending)], candidate.text[:-len(ending)]
    if min(map(len, stems)) < 2:
        return 0.0
    return min(1.0, cost_of_letters(*stems) / 100 / mean_letters(*stems))


def weigh_vowels(query: Token, candidate: Token, similarity: float) -> float:
    """How much less alike two Latin words are than their consonants alone make them: "Calvo", "Kuliyeva"."""
    if query.script != "Latn" or candidate.script != "Latn" or abs(similarity - FRAME_FLOOR) > EXACT:
        return 0.0
    cost = cost_of_spelling(query.text, query.fold, candidate.text, candidate.fold)
    return max(0.0, similarity - (1 - cost / 100 / mean_letters(query.text, candidate.text)))
