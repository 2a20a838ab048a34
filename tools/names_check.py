"""What is refused in the YAML files of name data, each refusal with file, place, and what to write instead.

A wrong group is worse than a missing one: two words that are no translations of each other, joined, make strangers meet
in every comparison. So a word stands in one family only, or carries a mark in all of them that says "on purpose".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml

from sign_tables import cut_kana, cut_syllable
from tocsin.names.fold import drop_apostrophes, to_ascii
from tocsin.names.scripts import CODES, script_of

MARK = "+"  # "yahya+": stands in several families on purpose
Data = dict[str, Any]
_WORD = re.compile(r"[0-9a-z]+")
_BANDS = {"most", "very", "rather"}
KINDS = ("binder", "initial", "legal", "name", "particle", "person", "stop", "title")
LANGUAGES = ("jpn", "nan", "wade", "yue")  # what Chinese signs are read as, beside pinyin
# File to its sections, where they are fixed; an empty set leaves the names of sections to the file.
FILES: dict[str, set[str]] = {
    "particles": {"persons", "organisations"}, "titles": {"titles", "binders"}, "legal_forms": {"words", "phrases"},
    "person_names": set(), "nicknames": set(), "organisation_words": set(), "acronyms": set(),
    "numbers": {"words", "roman"}, "commonness": {"values", "unvocalised", "persons", "organisations"},
    "script_words": set(CODES.values()), "states": {"phrases"}, "readings": {"letters", *CODES.values(), *LANGUAGES},
    "han_signs": {"foreign", "same", "yue", "nan"}, "japanese_names": {"surnames", "given", "signs"},
}


BY_SCRIPT = ("script_words", "readings")  # no section needs to be there
_READING = re.compile(r"(?:[a-z]+|-)=[0-9]{1,3}")


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # where libyaml is: several times as fast


class _StrictLoader(_LOADER):  # type: ignore[misc]
    """Refuses a key that stands twice, of which YAML would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]  # type: ignore[no-untyped-call]
        for key, times in Counter(key for key in keys if isinstance(key, Hashable)).items():
            if times > 1:
                raise yaml.constructor.ConstructorError(problem=f"'{key}' stands twice", problem_mark=node.start_mark)
        return super().construct_mapping(node, deep)


def read_folder(folder: Path) -> tuple[Data, list[str]]:
    """The content of all files by name, and what could not be read; missing and unknown files are problems too."""
    data, problems = {}, []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem not in FILES:
            problems.append(f"{path.name}: no such file is known{_nearest(path.stem, FILES)}.")
        try:
            data[path.stem] = yaml.load(path.read_text(encoding="utf-8"), Loader=_StrictLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            problems.append(f"{path.name}, line {line}: {error.problem}.")
    problems += [f"{name}.yaml: the file is missing." for name in sorted(set(FILES) - set(data))]
    return data, problems if problems else list(_find_misshaped(data))


def _nearest(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; nearest is '{near[0]}'" if near else ""


def _find_misshaped(data: Data) -> Iterator[str]:
    for name, content in data.items():
        if not isinstance(content, dict) or not content:
            yield f"{name}.yaml: sections were expected, each with its groups."
            continue
        for section, groups in content.items():
            if FILES[name] and section not in FILES[name]:
                yield f"{name}.yaml: section '{section}' is not known{_nearest(str(section), FILES[name])}."
            yield from _find_no_text(groups, f"{name}.yaml, {section}")
        for section in sorted(FILES[name] - set(content) if name not in BY_SCRIPT else ()):
            yield f"{name}.yaml: section '{section}' is missing."
    if isinstance(data.get("person_names"), dict) and "muslim" not in data["person_names"]:
        yield "person_names.yaml: section 'muslim' is missing."


def _find_no_text(value: Any, place: str) -> Iterator[str]:
    """YAML reads `no` as a truth value and an empty group as nothing."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            if isinstance(key, bool):
                yield f"{place}: '{key}' is not text; put the key in quotes."
            yield from _find_no_text(inner, f"{place}, {key}")
    elif isinstance(value, list) and value:
        for at, inner in enumerate(value, start=1):
            yield from _find_no_text(inner, f"{place}, group {at}")
    elif not value and not isinstance(value, (bool, int, float)):
        yield f"{place}: the group is empty."
    elif not isinstance(value, str) and not (isinstance(value, float) and ", " in place and "values" in place):
        yield f"{place}: '{value}' is not text; put it in quotes."


def find_problems(data: Data) -> list[str]:
    """All that is wrong in files of the right shape, in the order of the files."""
    return [
        *_check_particles(data), *_check_titles(data), *_check_legal(data), *_check_families(data),
        *_check_nicknames(data), *_check_acronyms(data), *_check_numbers(data), *_check_commonness(data),
        *_check_scripts(data), *_check_states(data), *_check_readings(data),
        *_check_signs(data), *_check_japanese(data),
    ]


def get_words(text: str) -> list[str]:
    """A phrase as words in the form in which names are compared."""
    return [w for w in re.split(r"[^0-9a-z]+", to_ascii(drop_apostrophes(text)).lower()) if w]


def _check_words(words: str, place: str, *, marks: bool = False) -> Iterator[str]:
    plain = [word.removesuffix(MARK) if marks else word for word in words.split()]
    for word in plain:
        if not _WORD.fullmatch(word):
            instead = " ".join(get_words(word))
            yield f"{place}: '{word}' is not in lower-case ASCII" + (f"; write '{instead}'." if instead else ".")
        if plain.count(word) > 1:
            yield f"{place}: '{word}' stands twice."


def _check_apart(groups: Iterable[tuple[str, str]], *, marks: bool = False) -> Iterator[str]:
    """Each word in one group only; with `marks`, a word in several groups is marked in each."""
    seen: dict[str, list[tuple[str, bool]]] = {}
    for place, words in groups:
        yield from _check_words(words, place, marks=marks)
        for word in set(words.split()):
            is_marked = marks and word.endswith(MARK)
            seen.setdefault(word.removesuffix(MARK) if is_marked else word, []).append((place, is_marked))
    for word, places in sorted(seen.items()):
        if len(places) > 1 and not all(marked for _, marked in places):
            hint = f"; if that is meant, write '{word}{MARK}' in each" if marks else ""
            yield f"{places[0][0]}: '{word}' stands also in {places[1][0]}{hint}."
        if len(places) == 1 and places[0][1]:
            yield f"{places[0][0]}: '{word}{MARK}' stands in one group only; write '{word}'."


def _places(groups: dict[Any, str], place: str) -> list[tuple[str, str]]:
    return [(f"{place}, {key}", words) for key, words in groups.items()]


def _words_of(groups: dict[Any, str]) -> set[str]:
    return {word for words in groups.values() for word in words.split()}


def _check_particles(data: Data) -> Iterator[str]:
    for section, groups in data["particles"].items():
        yield from _check_apart(_places(groups, f"particles.yaml, {section}"))


def _check_titles(data: Data) -> Iterator[str]:
    titles, binders = data["titles"]["titles"], data["titles"]["binders"]
    yield from _check_apart([*_places(titles, "titles.yaml, titles"), *_places(binders, "titles.yaml, binders")])
    particles = {w for w in _words_of(data["particles"]["persons"]) if len(w) > 1}
    for word in sorted(particles & (_words_of(titles) | _words_of(binders))):
        yield f"titles.yaml: '{word}' is a particle already, and particles are looked for first."


def _check_legal(data: Data) -> Iterator[str]:
    words, phrases = data["legal_forms"]["words"], data["legal_forms"]["phrases"]
    yield from _check_apart(_places(words, "legal_forms.yaml, words"))
    for form, group in words.items():
        if str(form) not in group.split():
            yield f"legal_forms.yaml, words, {form}: the form itself is not among its words."
    known = _words_of(words)
    seen: dict[str, str] = {}
    for form, group in phrases.items():
        for part in str(form).split():
            if part not in known:
                yield f"legal_forms.yaml, phrases: '{part}' is not a legal form{_nearest(part, known)}."
        for phrase in group:
            place = f"legal_forms.yaml, phrases, {form}"
            if len(phrase.split()) < 2:
                yield f"{place}: '{phrase}' is one word; it belongs to 'words'."
            if script_of(phrase) == "Latn" and " ".join(get_words(phrase)) != phrase:
                yield f"{place}: '{phrase}' is not as names are compared; write '{' '.join(get_words(phrase))}'."
            if phrase in seen:
                yield f"{place}: '{phrase}' stands also in {seen[phrase]}."
            seen[phrase] = str(form)


def _check_families(data: Data) -> Iterator[str]:
    """Both kinds of families; organisation words are apart from person names, since a name is read as one or the other."""
    for name in ("person_names", "organisation_words"):
        groups = [
            (f"{name}.yaml, {section}, '{group.split()[0]} ...'", group)
            for section, of_section in data[name].items() for group in of_section
        ]
        for place, group in groups:
            if len(group.split()) < 2:
                yield f"{place}: a family has two words or more."
        yield from _check_apart(groups, marks=True)
        yield from _check_short(groups)


def _check_short(groups: list[tuple[str, str]]) -> Iterator[str]:
    for place, group in groups:
        for word in group.split():
            if len(word.removesuffix(MARK)) < 2:
                yield f"{place}: '{word}' is a letter and cannot join words."


def _check_nicknames(data: Data) -> Iterator[str]:
    """A nickname may belong to several formal names; a group only joins what it names."""
    for section, groups in data["nicknames"].items():
        for formal, pets in groups.items():
            yield from _check_words(f"{formal} {pets}", f"nicknames.yaml, {section}, {formal}")


def _check_states(data: Data) -> Iterator[str]:
    for short, forms in data["states"]["phrases"].items():
        place = f"states.yaml, phrases, {short}"
        if not re.fullmatch(r"[a-z]{2,5}", str(short)):
            yield f"{place}: a short form has 2 to 5 lower-case letters."
        if not isinstance(forms, list):
            yield f"{place}: a list of long forms was expected."


def _check_readings(data: Data) -> Iterator[str]:
    if set(data["readings"].get("letters", ())) != {"latin"}:
        yield "readings.yaml, letters: one group 'latin' was expected, with what each letter from a to z tells."
    for script, units in data["readings"].items():
        for unit, line in units.items():
            yield from _check_line(line, f"readings.yaml, {script}, {unit}", sorted_=script != "letters")


def _check_line(line: str, place: str, *, sorted_: bool = True) -> Iterator[str]:
    readings = line.split()
    for reading in readings:
        if not _READING.fullmatch(reading):
            yield f"{place}: '{reading}' is not Latin letters (or -), = and a cost below 1000."
    texts = [reading.partition("=")[0] for reading in readings]
    for text in sorted({text for text in texts if texts.count(text) > 1}):
        yield f"{place}: '{text}' stands twice."
    costs = [int(reading.partition("=")[2]) for reading in readings if _READING.fullmatch(reading)]
    if sorted_ and costs != sorted(costs):
        yield f"{place}: the likeliest reading, which costs least, stands first."


def _check_signs(data: Data) -> Iterator[str]:
    """Signs in the form that stands for all, and syllables that readings.yaml can spell."""
    forms = data["han_signs"]["same"]
    seen: dict[str, str] = {}
    for form, others in forms.items():
        for sign in others:
            if sign in seen or sign in forms:
                yield f"han_signs.yaml, same, {form}: '{sign}' stands also under or as {seen.get(sign, sign)}."
            seen[sign] = form
    for sign, line in data["han_signs"]["foreign"].items():
        place = f"han_signs.yaml, foreign, {sign}"
        if sign in seen:
            yield f"{place}: it is another form of '{seen[sign]}'; write that one."
        yield from _check_line(line, place)
    for key in ("yue", "nan"):
        for syllable, signs in data["han_signs"][key].items():
            place = f"han_signs.yaml, {key}, {syllable}"
            if not cut_syllable(str(syllable), data["readings"].get(key, {})):
                yield f"{place}: readings.yaml, {key}, has no initial and final (or whole syllable) of which this is made."
            for sign in sorted(set(signs)):
                if script_of(sign) != "Hani":
                    yield f"{place}: '{sign}' is no Chinese sign."
                elif sign in seen:
                    yield f"{place}: '{sign}' is another form of '{seen[sign]}'; write that one."
                if signs.count(sign) > 1:
                    yield f"{place}: '{sign}' stands twice."


def _check_japanese(data: Data) -> Iterator[str]:
    spellings = data["readings"].get("jpn", {})
    for section, groups in data["japanese_names"].items():
        for kana, names in groups.items():
            place = f"japanese_names.yaml, {section}, {kana}"
            if not cut_kana(str(kana), spellings):
                yield f"{place}: readings.yaml, jpn, does not have all kana of which this is made."
            for name in names if section == "signs" else names.split():
                if script_of(name) != "Hani":
                    yield f"{place}: '{name}' is not written in Chinese signs."


def _check_acronyms(data: Data) -> Iterator[str]:
    for section, groups in data["acronyms"].items():
        for acronym, forms in groups.items():
            place = f"acronyms.yaml, {section}, {acronym}"
            if not re.fullmatch(r"[0-9a-z]{2,10}", str(acronym)):
                yield f"{place}: an acronym has 2 to 10 lower-case letters or digits."
            if not isinstance(forms, list):
                yield f"{place}: a list of long forms was expected."
                continue
            folded = [" ".join(get_words(form)) for form in forms]
            for form, words in zip(forms, folded, strict=True):
                if len(words.split()) < 2:
                    yield f"{place}: '{form}' is not a long form of two words or more."
                if folded.count(words) > 1:
                    yield f"{place}: '{form}' stands twice."


def _check_numbers(data: Data) -> Iterator[str]:
    words, roman = data["numbers"]["words"], data["numbers"]["roman"]
    yield from _check_apart([*_places(words, "numbers.yaml, words"), *_places(roman, "numbers.yaml, roman")])
    for value in [*words, *roman]:
        if not isinstance(value, int) or value < 0:
            yield f"numbers.yaml: '{value}' is not a number."
    taken = _words_of(data["particles"]["organisations"]) | _words_of(data["legal_forms"]["words"])
    for word in sorted(taken & (_words_of(words) | _words_of(roman))):
        yield f"numbers.yaml: '{word}' is a tie word or a legal form already."


def _check_commonness(data: Data) -> Iterator[str]:
    common = data["commonness"]
    for region in str(common["unvocalised"]).split():
        if region not in common["persons"]:
            yield f"commonness.yaml, unvocalised: region '{region}' is not known{_nearest(region, common['persons'])}."
    for kind in ("persons", "organisations"):
        for region, bands in common[kind].items():
            place = f"commonness.yaml, {kind}, {region}"
            for band in bands:
                if band not in _BANDS:
                    yield f"{place}: band '{band}' is not known{_nearest(band, _BANDS)}."
            yield from _check_apart(_places(bands, place))


def _check_scripts(data: Data) -> Iterator[str]:
    legal, stops = data["legal_forms"]["words"], data["particles"]["organisations"]
    latin_of = {
        "particle": _words_of(data["particles"]["persons"]), "title": _words_of(data["titles"]["titles"]),
        "binder": _words_of(data["titles"]["binders"]), "legal": _words_of(legal), "stop": _words_of(stops),
        "person": {group.split()[0].rstrip(MARK) for group in data["person_names"]["muslim"]},
    }
    for script, kinds in data["script_words"].items():
        seen: dict[str, str] = {}
        for kind, groups in kinds.items():
            if kind not in KINDS:
                yield f"script_words.yaml, {script}: kind '{kind}' is not known{_nearest(kind, KINDS)}."
            for latin, words in groups.items():
                place = f"script_words.yaml, {script}, {kind}, {latin}"
                if kind in latin_of and latin not in latin_of[kind]:
                    yield f"{place}: '{latin}' is no {kind} in the Latin tables{_nearest(latin, latin_of[kind])}."
                for word in words.split():
                    if script_of(word) != script:
                        yield f"{place}: a word is written in {script_of(word)}, not in {script}."
                    if word in seen:
                        yield f"{place}: '{word}' stands also in {seen[word]}."
                    seen[word] = f"{kind}, {latin}"
