"""Name data: what words in a name are, and which are one name in several spellings.

People review `data/*.yaml`; `tools/make_names.py` checks those files and writes `data/names.json`, which is loaded here.
A change of the data can change a score, so `NAME_DATA` is raised with it and the effect on the measured pairs goes into
the changelog. Words are in the form that `names.fold.to_ascii` gives, in lower case; docs/names.md tells how to add one.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Literal

import msgspec

NAME_DATA = "2026.8"

WordKind = Literal["particle", "title", "binder", "initial", "legal", "stop", "name"]
ScriptKind = WordKind | Literal["person"]
# Families are numbered in one range for each kind, so that no number means a name and a word at once.
FIRST_NAME, FIRST_WORD, FIRST_NICKNAME, FIRST_TRANSLATION = 0, 100_000, 200_000, 300_000
TRANSLATED = "european"  # the section of families that are one name in several languages rather than in several spellings


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """All name data. Values are shared: do not change the dictionaries.

    `particles`, `org_stops` and `legal_forms` give a word its family ("ibn" and "bin" are both "son").
    `legal_phrases` are forms written out with the short form, longest first, replaced before a name is cut into words.
    `same_name` and `same_word` give a word all its families of spellings (persons) and of translations (organisations);
    `nicknames` its groups of a formal name and its pet names, and the forms of one name in European languages ("James",
    "Jacques"): weaker, since "Sasha" may be one of several names, and hardly anybody is called both James and Jacques.
    `acronyms` give long forms in lower case, a space between words.
    `person_bands` and `org_bands`: how much a shared word tells, 0 to 1; a word in neither tells most.
    `unvocalised_bands` are the person bands of languages written without vowels.
    `script_words` are keyed as written (`same_letters` for Arabic and Hebrew, NFKC case-folded otherwise).
    `plainest` has the first spelling of each family of `muslim_families`, by its number.
    `written_names` give common names as written without vowels the families that they are.
    `muslim_families` are the numbers of `same_name` that may stand behind a word without vowels. `hispanic` are names of
    countries where a person has two surnames, the father's before the mother's.
    `readings` give each script its units (letters, or a few that are read together) with a line of Latin readings and
    costs, likeliest first; `letters` how much a Latin letter tells. `names.readings` says how they are used.
    """

    version: str
    particles: dict[str, str]
    org_stops: dict[str, str]
    titles: frozenset[str]
    binders: frozenset[str]
    legal_forms: dict[str, str]
    legal_phrases: tuple[tuple[str, str], ...]
    same_name: dict[str, tuple[int, ...]]
    nicknames: dict[str, tuple[int, ...]]
    same_word: dict[str, tuple[int, ...]]
    acronyms: dict[str, tuple[str, ...]]
    number_words: dict[str, str]
    roman: dict[str, str]
    person_bands: dict[str, float]
    unvocalised_bands: dict[str, float]
    org_bands: dict[str, float]
    script_words: dict[str, tuple[WordKind, str]]
    written_names: dict[str, tuple[int, ...]]
    plainest: tuple[str, ...]
    muslim_families: frozenset[int]
    hispanic: frozenset[str]
    readings: dict[str, dict[str, str]]
    letters: dict[str, int]


class Signs(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of Chinese signs, which only names written in them need.

    `same` gives a sign (its code point) the form that stands for all. `lines` give a language (`yue`, `nan`, `jpn`; or
    `foreign`, for names of others, written by sound) the signs that are read in it, each with a line of readings and costs
    as in `Tables.readings`. `kana` gives a Japanese name what it is read as; `surnames` are those that are family names,
    `given` those that are given names.
    """

    same: dict[int, str]
    lines: dict[str, dict[str, str]]
    kana: dict[str, tuple[str, ...]]
    surnames: frozenset[str]
    given: frozenset[str]


class _SignsFile(msgspec.Struct, frozen=True, kw_only=True):
    """`signs.json`: signs, or names with spaces between, by the form, line of readings or kana that they share."""

    version: str
    same: dict[str, str]
    lines: dict[str, dict[str, str]]
    surnames: dict[str, str]
    given: dict[str, str]


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """`names.json`: words that belong together stand in one text with spaces between."""

    version: str
    particles: dict[str, str]
    org_stops: dict[str, str]
    titles: dict[str, str]
    binders: dict[str, str]
    legal_forms: dict[str, str]
    legal_phrases: tuple[tuple[str, str], ...]
    same_name: dict[str, tuple[str, ...]]
    nicknames: tuple[str, ...]
    same_word: tuple[str, ...]
    acronyms: dict[str, tuple[str, ...]]
    number_words: dict[str, str]
    roman: dict[str, str]
    person_bands: dict[str, str]
    unvocalised_bands: dict[str, str]
    org_bands: dict[str, str]
    script_words: dict[ScriptKind, dict[str, str]]
    hispanic: str
    readings: dict[str, dict[str, str]]
    letters: dict[str, int]


@lru_cache(maxsize=1)
def load_tables() -> Tables:
    """The name data of this version, read once; about 10 ms."""
    found = msgspec.json.decode(Path(__file__).with_name("data").joinpath("names.json").read_bytes(), type=_File)
    names = [group for section, groups in found.same_name.items() if section != TRANSLATED for group in groups]
    muslim = len(found.same_name["muslim"])  # written first, so that its numbers come first
    same_name = _number(names, FIRST_NAME)
    return Tables(
        version=found.version, legal_phrases=found.legal_phrases, acronyms=found.acronyms,
        particles=_invert(found.particles), org_stops=_invert(found.org_stops), legal_forms=_invert(found.legal_forms),
        titles=frozenset(_invert(found.titles)), binders=frozenset(_invert(found.binders)),
        same_name=same_name, same_word=_number(found.same_word, FIRST_WORD),
        nicknames=_number(found.nicknames, FIRST_NICKNAME, _number(found.same_name.get(TRANSLATED, ()), FIRST_TRANSLATION)),
        number_words=_invert(found.number_words), roman=_invert(found.roman),
        person_bands=_bands(found.person_bands), unvocalised_bands=_bands(found.unvocalised_bands),
        org_bands=_bands(found.org_bands), script_words=_script_words(found.script_words),
        written_names={w: same_name[k] for k, line in found.script_words.get("person", {}).items() for w in line.split()},
        plainest=tuple(group.split()[0] for group in names[:muslim]),
        muslim_families=frozenset(range(FIRST_NAME, FIRST_NAME + muslim)), hispanic=frozenset(found.hispanic.split()),
        readings=found.readings, letters=found.letters,
    )


@lru_cache(maxsize=1)
def load_signs() -> Signs:
    """The data of Chinese signs, read once, when a name with such a sign is met or an index is opened: 15 ms."""
    found = msgspec.json.decode(Path(__file__).with_name("data").joinpath("signs.json").read_bytes(), type=_SignsFile)
    surnames, given = _invert_all(found.surnames), _invert_all(found.given)
    kana = {name: tuple(dict.fromkeys(surnames.get(name, []) + given.get(name, []))) for name in surnames | given}
    return Signs(
        same={ord(sign): form for form, signs in found.same.items() for sign in signs},
        lines={key: {sign: line for line, signs in lines.items() for sign in signs} for key, lines in found.lines.items()},
        kana=kana, surnames=frozenset(surnames), given=frozenset(given),
    )


def _invert_all(groups: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, words in groups.items():
        for word in words.split():
            found.setdefault(word, []).append(key)
    return found


def _invert(groups: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, words in groups.items():
        found.update(dict.fromkeys(words.split(), key))
    return found


def _number(
    groups: list[str] | tuple[str, ...], first: int, found: dict[str, tuple[int, ...]] | None = None
) -> dict[str, tuple[int, ...]]:
    found = {} if found is None else found
    get = found.get
    for number, group in zip(count(first), groups, strict=False):
        single = (number,)
        for word in group.split():
            known = get(word)
            found[word] = single if known is None else known + single
    return found


def _bands(groups: dict[str, str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for band, words in groups.items():
        found.update(dict.fromkeys(words.split(), float(band)))
    return found


def _script_words(kinds: dict[ScriptKind, dict[str, str]]) -> dict[str, tuple[WordKind, str]]:
    return {
        w: (kind, latin) for kind, groups in kinds.items() if kind != "person"
        for latin, words in groups.items() for w in words.split()
    }
