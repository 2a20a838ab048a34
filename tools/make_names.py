"""The name data: YAML files that people review, checked and written as the two compact files that the matcher loads.

`python tools/make_names.py` checks `src/tocsin/names/data/*.yaml` and writes `names.json` beside them, and `signs.json` with
what only names in Chinese signs need. With `--check` nothing is written, and the exit code is 1 when the data are refused
or one of these is not what they give. All problems are told at once, each with its file and place. docs/names.md tells
how to add a word.
"""

from __future__ import annotations

import argparse
import json
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from names_check import MARK, Data, find_problems, get_words, read_folder
from sign_tables import find_same, fold_name, make_signs
from tocsin.names.abjad import same_letters
from tocsin.names.fold import to_ascii
from tocsin.names.readings import parse_reading
from tocsin.names.tables import NAME_DATA

FOLDER = Path(__file__).resolve().parents[1] / "src" / "tocsin" / "names" / "data"
Same = dict[int, str]
BANDS = ("most", "very", "rather")  # from the commonest


def main(arguments: list[str] | None = None) -> int:
    """0 when the data are good and the JSON files are (with `--check`: already were) what they give; 1 otherwise."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; say whether the JSON files are up to date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the YAML and JSON files are")
    asked = parser.parse_args(arguments)
    data, problems = read_folder(asked.folder)
    problems = problems or find_problems(data)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        print(f"{len(problems)} problems; nothing was written.", file=sys.stderr)
        return 1
    made = {"names.json": render(make_tables(data)), "signs.json": render(make_signs(data, NAME_DATA))}
    paths = {asked.folder / name: text for name, text in made.items()}
    if asked.check:
        stale = [p.name for p, text in paths.items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
        if stale:
            told = "not what the YAML files give; run `make names` and commit the result."
            print(f"{', '.join(stale)}: {told}", file=sys.stderr)
        return 1 if stale else 0
    for path, text in paths.items():
        path.write_text(text, encoding="utf-8")
    return 0


def render(tables: dict[str, Any]) -> str:
    """JSON with one group a line, so that a change of one group is a change of one line."""
    parts = [f'"{key}": {_render_value(value)}' for key, value in tables.items()]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _render_value(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        lines = [f"{json.dumps(k, ensure_ascii=False)}: {_render_value(v, depth + 1)}" for k, v in value.items()]
        return "{\n" + ",\n".join(lines) + "\n}" if lines else "{}"
    if isinstance(value, list) and depth < 2 and value and not (depth and len(value) < 20):
        return "[\n" + ",\n".join(json.dumps(v, ensure_ascii=False) for v in value) + "\n]"
    return json.dumps(value, ensure_ascii=False)


def make_tables(data: Data) -> dict[str, Any]:
    """What `tocsin.names.tables` loads, from data without problems."""
    same = find_same(data["han_signs"])
    return {
        "version": NAME_DATA,
        "particles": _sorted(data["particles"]["persons"]),
        "org_stops": _sorted(data["particles"]["organisations"]),
        "titles": _sorted(data["titles"]["titles"]),
        "binders": _sorted(data["titles"]["binders"]),
        "legal_forms": {form: _line(words) for form, words in sorted(data["legal_forms"]["words"].items())},
        "legal_phrases": _make_phrases({**data["legal_forms"]["phrases"], **data["states"]["phrases"]}, same),
        "same_name": _make_names(data["person_names"]),
        "nicknames": _make_nicknames(data),
        "same_word": sorted(_line(group) for groups in data["organisation_words"].values() for group in groups),
        "acronyms": _make_acronyms(data["acronyms"]),
        "number_words": _sorted(data["numbers"]["words"], key=int),
        "roman": _sorted(data["numbers"]["roman"], key=int),
        **_make_bands(data),
        "script_words": _make_script_words(data["script_words"], same),
        "hispanic": " ".join(sorted(_rank({"": data["commonness"]["persons"]["latin_american"]}))),
        **_make_readings(data["readings"], same),
    }


def _line(words: str | Iterable[str]) -> str:
    """Words of a group in their order, without the mark that says that a word stands in several groups."""
    return " ".join(word.rstrip(MARK) for word in (words.split() if isinstance(words, str) else words))


def _sorted(groups: dict[Any, str], key: Any = str) -> dict[str, str]:
    return {str(name): _line(groups[name]) for name in sorted(groups, key=key)}


def _make_phrases(groups: dict[str, list[str]], same: Same) -> list[list[str]]:
    """Longest first: "public joint stock company" holds "joint stock company". Other scripts also as transliterated."""
    pairs = {
        (form_of, form) for form, phrases in groups.items() for phrase in phrases for form_of in _forms_of(phrase, same)
    }
    return [list(pair) for pair in sorted(pairs, key=lambda pair: (-len(pair[0]), pair))]


def _forms_of(phrase: str, same: Same) -> set[str]:
    plain = "".join(c if c.isalnum() or c.isspace() else "" for c in to_ascii(phrase).lower())
    return {fold_name(phrase, same), " ".join(plain.split())}


def _make_names(sections: dict[str, list[str]]) -> dict[str, list[str]]:
    rest = sorted(set(sections) - {"muslim"})
    return {name: sorted(_line(group) for group in sections[name]) for name in ["muslim", *rest]}


def _make_nicknames(data: Data) -> list[str]:
    """Each group holds the spellings of its formal name too, but not those that other families share."""
    family: dict[str, list[str]] = {}
    for groups in data["person_names"].values():
        for group in groups:
            words = [w for w in group.split() if not w.endswith(MARK)]
            family.update(dict.fromkeys(words, words))
    made = set()
    for section in data["nicknames"].values():
        for formal, pets in section.items():
            made.add(" ".join(dict.fromkeys([formal, *_line(pets).split(), *family.get(formal, [])])))
    return sorted(made)


def _make_acronyms(sections: dict[str, dict[str, list[str]]]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {}
    for section in sections.values():
        for acronym, forms in section.items():
            found.setdefault(acronym, set()).update(" ".join(get_words(form)) for form in forms)
    return {acronym: sorted(found[acronym]) for acronym in sorted(found)}


def _make_bands(data: Data) -> dict[str, dict[str, str]]:
    common = data["commonness"]
    values = {kind: [f"{common['values'][kind][band]:.2f}" for band in BANDS] for kind in ("persons", "organisations")}
    regions = common["persons"]
    unvocalised = {region: regions[region] for region in common["unvocalised"].split()}
    families = [g.split() for section in data["person_names"].values() for g in section]
    return {
        "person_bands": _render_bands(_spread(_rank(regions), families), values["persons"]),
        "unvocalised_bands": _render_bands(_spread(_rank(unvocalised), families), values["persons"]),
        "org_bands": _render_bands(_rank(common["organisations"]), values["organisations"]),
    }


def _rank(regions: dict[str, dict[str, str]]) -> dict[str, int]:
    """Word to band, 0 the commonest; a word of several regions is as common as where it is commonest."""
    found: dict[str, int] = {}
    for bands in regions.values():
        for band, words in bands.items():
            for word in words.split():
                found[word] = min(found.get(word, len(BANDS)), BANDS.index(band))
    return found


def _spread(ranks: dict[str, int], families: list[list[str]]) -> dict[str, int]:
    """A rarer spelling of a common name is one band less common, unless it is listed itself."""
    found = dict(ranks)
    for family in families:
        known = [ranks[w] for w in family if w in ranks]  # marked words belong to other names too
        if known:
            for word in (w for w in family if not w.endswith(MARK) and w not in ranks):
                found[word] = min(min(known) + 1, len(BANDS) - 1)
    return found


def _render_bands(ranks: dict[str, int], values: list[str]) -> dict[str, str]:
    return {value: " ".join(sorted(w for w, rank in ranks.items() if rank == at)) for at, value in enumerate(values)}


def _make_script_words(scripts: dict[str, dict[str, dict[str, str]]], same: Same) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, set[str]]] = {}
    for script, kinds in scripts.items():
        for kind, groups in kinds.items():
            for latin, words in groups.items():
                written = {write_as_compared(word, script, same) for word in words.split()}
                found.setdefault(kind, {}).setdefault(latin, set()).update(written)
    return {kind: {latin: " ".join(sorted(found[kind][latin])) for latin in sorted(found[kind])} for kind in sorted(found)}


def _make_readings(sections: dict[str, dict[str, str]], same: Same) -> dict[str, Any]:
    letters = dict(parse_reading(letter) for letter in sections["letters"]["latin"].split())
    return {
        "readings": {
            script: {_spell_unit(unit, script, same): " ".join(line.split()) for unit, line in sections[script].items()}
            for script in sorted(set(sections) - {"letters", "yue", "nan"})
        },
        "letters": letters,
    }


def _spell_unit(unit: str, script: str, same: Same) -> str:
    """A unit in the form in which `names.readings` looks for it: Korean in its letters, Arabic with letters made equal."""
    return unicodedata.normalize("NFD", unit) if script == "Hang" else write_as_compared(unit, script, same)


def write_as_compared(word: str, script: str, same: Same) -> str:
    """A word of another script in the form in which `names.analysis` looks it up."""
    if script == "Hani":
        return fold_name(word, same)
    return same_letters(word) if script in ("Arab", "Hebr") else unicodedata.normalize("NFKC", word).casefold()


if __name__ == "__main__":
    sys.exit(main())
