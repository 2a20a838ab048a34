"""Spellings that rigour's tagger takes for one name and ours does not: suggestions to review, never data by themselves.

An optional step of whoever reviews the name data; nothing of Tocsin needs it to run. Install the package first:
`pip install --no-deps -r requirements/names.in`, then `python tools/ask_rigour.py`. A word is suggested for a family when
two of the family's words, and no other family's, share a Wikidata number with it; short words are left out, since
romanisations of several languages meet in them. What is accepted is written into person_names.yaml by hand.
"""

from __future__ import annotations

import sys
from collections import defaultdict

from make_names import BANDS, FOLDER
from names_check import MARK, Data, read_folder

SHORTEST = 4


def main() -> int:
    """Prints one suggestion a line: the first word of the family, then the words that may belong to it."""
    data, problems = read_folder(FOLDER)
    if problems:
        print("\n".join(problems), file=sys.stderr)
        return 1
    for family, words in sorted(find_suggestions(data).items()):
        print(f"{family}: {' '.join(words)}")
    return 0


def find_suggestions(data: Data) -> dict[str, list[str]]:
    """First word of a family to the common names that rigour takes for the same name, both as in the YAML files."""
    families: dict[str, set[str]] = defaultdict(set)
    for groups in data["person_names"].values():
        for group in groups:
            for word in group.split():
                families[word.removesuffix(MARK)].add(group.split()[0])
    common = {w for bands in data["commonness"]["persons"].values() for band in BANDS for w in bands[band].split()}
    numbers = {word: numbers for word in sorted(common | set(families)) if (numbers := _ask(word))}
    bearers: dict[str, set[str]] = defaultdict(set)
    for word, found in numbers.items():
        for number in found:
            bearers[number].add(word)
    suggested: dict[str, list[str]] = defaultdict(list)
    for word in sorted(set(numbers) - set(families)):
        votes: dict[str, set[str]] = defaultdict(set)
        for other in {w for number in numbers[word] for w in bearers[number] if len(families.get(w, ())) == 1}:
            votes[next(iter(families[other]))].add(other)
        if len(votes) == 1 and len(min(votes.values())) >= 2:
            suggested[next(iter(votes))].append(word)
    return suggested


def _ask(word: str) -> set[str]:
    """The Wikidata numbers of the names that rigour sees in a word."""
    from rigour.names import NameTypeTag, analyze_names

    if len(word) < SHORTEST:
        return set()
    found = analyze_names(NameTypeTag.PER, [word])
    return {str(s.id) for name in found for s in name.symbols if s.category.value == "NAME"}


if __name__ == "__main__":
    sys.exit(main())
