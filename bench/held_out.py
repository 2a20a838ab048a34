"""Names that the index has not seen: how many of the listed are found by them, and how many others are alerted.

    python bench/held_out.py [aliases|scripts|orgs|unicef|positives|negatives|all] [--sample N]

Everything is chosen deterministically, so that two runs ask the same. What a section holds out is said at its function.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar
from zlib import crc32

import msgspec

from lists import load_entities, open_index_of
from measure import SHARED, load_rows
from tocsin.match import Index
from tocsin.model import Entity, Hit, Name, Query
from tocsin.screen import make_plan, make_query, make_row

T = TypeVar("T")
THRESHOLD = 0.70
THRESHOLDS = (0.50, 0.55, 0.60, 0.65, THRESHOLD, 0.75, 0.80, 0.85, 0.90, 0.95)
LEAST, MOST = THRESHOLDS[0], 50   # hits looked at: from this score, and so many of them
ORGANISATIONS = 700
WHOLE_ROW = "whole row"
UNICEF = "names/arabic_script_full_names_unicef.tsv.gz"
NEGATIVES = {"world": "screening_negatives_global_dev.csv.gz", "US": "screening_negatives_us_dev.csv.gz"}


class Case(NamedTuple):
    """One question. `subjects` are the ids that answer it (none for a stranger), `same` ids that are no other subject."""

    group: str
    query: Query
    subjects: frozenset[str] = frozenset()
    same: frozenset[str] = frozenset()


class Outcome(NamedTuple):
    """What came of a case: the best score of a right subject and of another, how many others, and who was first."""

    case: Case
    right: float
    wrong: float
    others: int
    first: Hit | None
    seconds: float


class Figures(NamedTuple):
    """One line of a table: how many cases, the share at each threshold, others alerted a case at the default, ms."""

    group: str
    cases: int
    shares: dict[float, float]
    others: float
    ms: float


def measure_aliases(entities: Sequence[Entity], *, sample: int | None = None) -> list[Outcome]:
    """One strong Latin alias of each person of the UN list, missing from the index: is the person found?

    An alias that another name of the person repeats letter for letter is not held out: nothing would be asked. Many
    aliases are quite other names (a nom de guerre, a forged identity), which no comparison of names can find.
    """
    return _measure_held_out(entities, choose_aliases(entities), group=lambda _: "UN persons", sample=sample)


def choose_aliases(entities: Sequence[Entity]) -> dict[str, Name]:
    """The alias that is held out, by the id of the person."""
    return {
        e.id: name for e in entities if e.kind == "person" and _is_on(e, "un")
        if (name := _choose_name([n for n in _own_names(e) if n.role != "primary" and n.script == "Latn"]))
    }


def hold_out(entities: Sequence[Entity], chosen: dict[str, Name]) -> list[Entity]:
    """The entities, each without the name chosen for it."""
    return [_without(e, lambda n: n == chosen[e.id]) if e.id in chosen else e for e in entities]  # noqa: B023 - used at once


def measure_organisations(entities: Sequence[Entity], *, sample: int | None = None) -> list[Outcome]:
    """One strong name each of 700 organisations of several names, missing from the index: are they found, and who else?"""
    several = {e.id: _own_names(e) for e in entities if e.kind == "organization"}
    chosen = {ref: name for ref, names in several.items() if len(names) > 1 and (name := _choose_name(names))}
    kept = sorted(chosen, key=lambda ref: crc32(ref.encode()))[:ORGANISATIONS]
    return _measure_held_out(
        entities, {ref: chosen[ref] for ref in kept}, group=lambda e: e.listings[0].authority, sample=sample
    )


def measure_scripts(entities: Sequence[Entity], *, sample: int | None = None) -> list[Outcome]:
    """Every name in another script than Latin of a person of the UN list, asked of an index that has none of them.

    Weak aliases are a group of their own: by policy none of them carries a hit alone.
    """
    bare = [_without(e, lambda n: n.script != "Latn") for e in entities]
    bearers = find_bearers(entities)
    cases = [
        Case(
            n.script if n.quality == "strong" else f"{n.script}, weak", Query(names=(n.text,)), frozenset({e.id}),
            _find_same(e, bearers),
        )
        for e in entities if e.kind == "person" and _is_on(e, "un")
        for n in _names(e) if n.script not in ("Latn", "Zyyy")
    ]
    with open_index_of(bare) as index:
        return [ask(index, case) for case in take(cases, sample)]


def measure_unicef(index: Index, *, sample: int | None = None) -> list[Outcome]:
    """Benign names in Arabic script of two words or more, by country; `sample` is for each country."""
    by_country: dict[str, dict[str, None]] = defaultdict(dict)
    with gzip.open(SHARED / UNICEF, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if len(row["arabic_key"].split()) > 1:
                by_country[row["country"]][row["arabic_key"]] = None
    cases = [
        Case(country, Query(names=(text,))) for country in sorted(by_country)
        for text in take(sorted(by_country[country], key=lambda t: crc32(t.encode())), sample)
    ]
    return [ask(index, case) for case in cases]


def measure_positives(index: Index, *, sample: int | None = None) -> list[Outcome]:
    """Slightly misspelt names of the listed, alone and with all that their rows say of birth, nationality and gender."""
    bearers = find_bearers(index.entities())
    rows = load_rows("screening_positives_dev.csv")
    wanted = [frozenset(bearers.get(to_letters(row["true_name"]), {"on neither list"})) for row in rows]
    cases = [
        Case(group, query, subjects, subjects)
        for group, queries in _read_queries(rows).items()
        for query, subjects in take(list(zip(queries, wanted, strict=True)), sample)
    ]
    return [ask(index, case) for case in cases]


def measure_negatives(index: Index, *, sample: int | None = None) -> list[Outcome]:
    """Strangers, by name alone and with all that their rows say."""
    cases = [
        Case(f"{place}, {group}", query)
        for place, name in NEGATIVES.items()
        for group, queries in _read_queries(take(load_rows(name), sample)).items() for query in queries
    ]
    return [ask(index, case) for case in cases]


def find_bearers(entities: Iterable[Entity]) -> dict[str, set[str]]:
    """The ids of the subjects that bear each name, by its letters and digits in capitals (`to_letters`)."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        for name in _names(entity):
            bearers[to_letters(name.text)].add(entity.id)
    return bearers


def _find_same(entity: Entity, bearers: Mapping[str, set[str]]) -> frozenset[str]:
    """Subjects that share a name letter for letter: mostly the same one on another list, which is no false alert."""
    return frozenset[str]().union(*(bearers[to_letters(n.text)] for n in _names(entity)))


def ask(index: Index, case: Case) -> Outcome:
    """Screen one case; the one place where these measurements ask the index."""
    start = time.perf_counter()
    hits = index.find_hits(case.query, threshold=LEAST, limit=MOST)
    seconds = time.perf_counter() - start
    right = max((h.score for h in hits if h.subject in case.subjects), default=0.0)
    others = [h for h in hits if h.subject not in case.subjects | case.same]
    wrong = max((h.score for h in others), default=0.0)
    return Outcome(case, right, wrong, sum(h.score >= THRESHOLD for h in others), hits[0] if hits else None, seconds)


def make_figures(outcomes: Sequence[Outcome]) -> list[Figures]:
    """One line a group, and one for all unless they ask the same twice: share found, or of strangers with any hit."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.case.group].append(outcome)
    found = [_make_line(group, groups[group]) for group in sorted(groups)]
    return found if len(found) == 1 or any(WHOLE_ROW in g for g in groups) else [*found, _make_line("all", outcomes)]


def _make_line(group: str, outcomes: Sequence[Outcome]) -> Figures:
    count = max(1, len(outcomes))
    scores = [o.right if o.case.subjects else o.wrong for o in outcomes]
    shares = {t: sum(s >= t for s in scores) / count for t in THRESHOLDS}
    others, seconds = sum(o.others for o in outcomes), sum(o.seconds for o in outcomes)
    return Figures(group, len(outcomes), shares, others / count, seconds / count * 1000)


def _measure_held_out(
    entities: Sequence[Entity], chosen: dict[str, Name], *, group: Callable[[Entity], str], sample: int | None
) -> list[Outcome]:
    """Ask each chosen name of an index that lacks it. The same subject on another list is no other."""
    bearers = find_bearers(entities)
    cases = [
        Case(group(e), Query(names=(chosen[e.id].text,)), frozenset({e.id}), _find_same(e, bearers))
        for e in entities if e.id in chosen
    ]
    with open_index_of(hold_out(entities, chosen)) as index:
        return [ask(index, case) for case in take(cases, sample)]


def _choose_name(names: Sequence[Name]) -> Name | None:
    return min(names, key=lambda n: (crc32(n.text.encode()), n.text), default=None)


def _own_names(entity: Entity) -> list[Name]:
    """Strong names of at least two words that no other name of the subject repeats letter for letter."""
    letters = [to_letters(n.text) for n in _names(entity)]
    return [
        n for n in _names(entity)
        if n.quality == "strong" and len(n.text.split()) > 1 and letters.count(to_letters(n.text)) == 1
    ]


def _without(entity: Entity, is_out: Callable[[Name], bool]) -> Entity:
    listings = tuple(
        msgspec.structs.replace(x, names=tuple(n for n in x.names if not is_out(n))) for x in entity.listings
    )
    return msgspec.structs.replace(entity, listings=listings)


def _read_queries(rows: Sequence[dict[str, str]]) -> dict[str, list[Query]]:
    plan = make_plan(list(rows[0]))
    whole = [make_query(make_row(number, row, plan))[0] for number, row in enumerate(rows, start=1)]
    return {"name alone": [Query(names=query.names) for query in whole], WHOLE_ROW: whole}


def take(items: Sequence[T], sample: int | None) -> list[T]:
    """At most `sample` items, spread evenly from first to last."""
    if sample is None or sample >= len(items):
        return list(items)
    return [items[at * len(items) // sample] for at in range(sample)]


def _names(entity: Entity) -> list[Name]:
    return [n for x in entity.listings for n in x.names]


def _is_on(entity: Entity, list_key: str) -> bool:
    return any(x.list_key == list_key for x in entity.listings)


def to_letters(text: str) -> str:
    """Letters and digits only, in capitals."""
    return "".join(c for c in text.upper() if c.isalnum())


SAMPLES: dict[str, int | None] = {"unicef": 100, "negatives": 2000}  # where a whole set takes long; of others all
HELD_OUT: dict[str, tuple[str, Callable[..., list[Outcome]]]] = {
    "aliases": ("An alias that the index lacks (share found)", measure_aliases),
    "scripts": ("Original-script names, index of Latin names only (share found)", measure_scripts),
    "orgs": ("Another name of an organisation (share found)", measure_organisations),
}
WHOLE: dict[str, tuple[str, Callable[..., list[Outcome]]]] = {
    "unicef": ("Benign names in Arabic script (share with any hit)", measure_unicef),
    "positives": ("Misspelt names of the listed (share found)", measure_positives),
    "negatives": ("Strangers (share with any hit)", measure_negatives),
}


def measure_sections(
    names: Iterable[str], *, samples: Mapping[str, int | None] = SAMPLES
) -> Iterator[tuple[str, list[Outcome]]]:
    """The title and the outcomes of each named section. `samples`: how many cases of each (unicef: of each country)."""
    entities = load_entities()
    wanted = list(names)
    for name in [n for n in wanted if n in HELD_OUT]:
        title, measure = HELD_OUT[name]
        yield title, measure(entities, sample=samples.get(name))
    whole = [n for n in wanted if n in WHOLE]
    if whole:
        with open_index_of(entities) as index:
            for name in whole:
                title, measure = WHOLE[name]
                yield title, measure(index, sample=samples.get(name))


def print_figures(title: str, outcomes: Sequence[Outcome]) -> None:
    """A table in Markdown."""
    print(f"\n### {title}\n\n| group | cases | {' | '.join(f'{t:.2f}' for t in THRESHOLDS)} | others at 0.70 | ms |")
    print("|---|---|" + "---|" * (len(THRESHOLDS) + 2))
    for line in make_figures(outcomes):
        shares = " | ".join(f"{100 * line.shares[t]:.2f} %" for t in THRESHOLDS)
        print(f"| {line.group} | {line.cases:,} | {shares} | {line.others:.2f} | {line.ms:.1f} |", flush=True)


def print_misses(outcomes: Sequence[Outcome], most: int) -> None:
    """The cases decided wrongly at the default threshold, the worst first, for whoever tunes."""
    missed = [o for o in outcomes if (o.right < THRESHOLD if o.case.subjects else o.wrong >= THRESHOLD)]
    for o in sorted(missed, key=lambda o: (o.right, -o.wrong))[:most]:
        met = f"{o.first.score:.2f} {o.first.names[0] if o.first.names else o.first.caption}" if o.first else "no hit"
        wanted = ", ".join(sorted(o.case.subjects)[:1])
        score = o.right if o.case.subjects else o.wrong
        print(f"  {o.case.group}: {score:.2f}  {o.case.query.names[0]}  {wanted}  (first: {met})")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sections", nargs="*", choices=[*HELD_OUT, *WHOLE, "all"], default="all")
    parser.add_argument("--sample", type=int, help="cases of each section; unicef: of each country")
    parser.add_argument("--wrong", type=int, default=0, metavar="N", help="also print N wrongly decided cases of each")
    given = parser.parse_args()
    if not SHARED.is_dir():
        print("The reference data (../shared/data) is not here; nothing was measured.", file=sys.stderr)
        return 1
    sections = [*HELD_OUT, *WHOLE] if "all" in given.sections else given.sections
    samples = dict.fromkeys(sections, given.sample) if given.sample else SAMPLES
    for title, outcomes in measure_sections(sections, samples=samples):
        print_figures(title, outcomes)
        print_misses(outcomes, given.wrong)
    return 0


if __name__ == "__main__":
    sys.exit(main())
