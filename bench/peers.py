"""Tocsin beside nomenklatura's logic-v2 and plain string measures: the same pairs and the same sample of screening.

Screened are slightly misspelt names of the listed, aliases that were taken out of the lists beforehand, and strangers.

Each measure runs in a process of its own (`peer_run.py`, `own_run.py`), so that its memory is its own. nomenklatura
lives in bench/.peer, an environment that is made here from the pinned and hashed bench/peer.txt; where that cannot be
done the report says so and goes on. It is no search engine: a name against all 16,000 subjects takes it seconds. So it
is asked about the NEAREST subjects by two string measures and, where there is one, the right subject: its found
share is the best that any search could give it, and its alerts are the least.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rapidfuzz import fuzz, process

from held_out import NEGATIVES, choose_aliases, find_bearers, hold_out, take, to_letters
from lists import make_index
from measure import Run, load_rows, run_process
from own_run import STRINGS, clean
from tocsin.model import Entity, Kind, Name

HERE = Path(__file__).resolve().parent
PEER, PINNED = HERE / ".peer", HERE / "peer.txt"
BUILD = HERE / "peer_build.txt"
LOGIC = "nomenklatura logic-v2"
DEFAULTS = {"tocsin": 0.70, LOGIC: 0.70}  # logic-v2: what its users' server takes for a match
NEAREST = 75    # of each of two measures: up to 150 subjects a name
WHOLE = 3       # names that logic-v2 compares with every subject, for its speed
ALERTS = 0.01   # the share of strangers at which measures without a common scale are compared
SCHEMATA: dict[Kind, str] = {
    "person": "Person", "organization": "Organization", "vessel": "Vessel", "aircraft": "Airplane", "unknown": "LegalEntity",
}


class Asked(NamedTuple):
    """A screening question: of which group, the name, and the ids that answer it (none for a stranger)."""

    group: str
    name: str
    subjects: frozenset[str]


class Screened(NamedTuple):
    """Shares at one threshold: of misspelt names and of held-out aliases found, of strangers alerted."""

    threshold: float
    misspelt: float
    aliases: float
    alerts: float


class Line(NamedTuple):
    """One measure's figures; `None` where it has no default. `equal` is at the threshold that alerts 1 % of strangers."""

    measure: str
    best_f1: float
    best_at: float
    default_f1: float | None
    default: Screened | None
    equal: Screened
    us_pair: float
    ms_query: float
    peak_mb: float


def install_peer(home: Path) -> str | None:
    """Make bench/.peer unless it is there; a sentence when it cannot be made."""
    python, done = PEER / "bin" / "python", PEER / ".done"
    if done.is_file() and done.read_text() == PINNED.read_text():
        return None
    pip = [str(python), "-m", "pip", "install", "--quiet", "--require-hashes"]
    for command in (
        [sys.executable, "-m", "venv", "--clear", str(PEER)], [*pip, "-r", str(BUILD)],
        [*pip, "--no-build-isolation", "-r", str(PINNED)],
    ):
        if run_process(command, home=home).code != 0:
            return f"{LOGIC} could not be installed (it builds PyICU: libicu-dev, pkg-config and a compiler): not measured."
    done.write_text(PINNED.read_text())
    return None


def measure_peers(entities: Sequence[Entity], home: Path, *, sample: int) -> tuple[list[Line], str | None]:
    """A line for each measure, and why one is missing. `sample`: names of each of the two groups of the listed, and of
    strangers of the world and of the US twice as many each."""
    pairs = load_rows("name_pairs_dev.csv")
    truth = [row["is_match"] == "true" for row in pairs]
    chosen = choose_aliases(entities)
    bare = hold_out(entities, chosen)
    asked = [*_ask_listed(entities, sample), *_ask_aliases(chosen, sample), *_ask_strangers(2 * sample)]
    given = [*_make_pairs(pairs), *_make_entities(bare)]
    cases, scores, lines = home / "cases.jsonl", home / "scores", []
    _write_cases(cases, [*given, *({"query": a.name} for a in asked)])
    with make_index(bare) as index:
        for measure in ("tocsin", *STRINGS):
            command = [sys.executable, str(HERE / "own_run.py"), measure, str(cases), str(scores), str(index)]
            lines.append(_make_line(measure, run_process(command, home=home), scores, truth, asked))
    missing = install_peer(home)
    if missing is None:
        near = _find_nearest(bare, asked)
        questions = [{"query": a.name, "schema": "Person", "against": ids} for a, ids in zip(asked, near, strict=True)]
        whole = [{"query": a.name, "schema": "Person", "against": None} for a in take(asked, WHOLE)]
        _write_cases(cases, [*given, *questions, *whole])
        run = run_process([str(PEER / "bin" / "python"), str(HERE / "peer_run.py"), str(cases), str(scores)], home=home)
        if run.code == 0:
            lines.append(_make_line(LOGIC, run, scores, truth, asked))
        else:
            missing = f"{LOGIC} is installed and failed: {(home / 'stderr').read_text().splitlines()[-1:]}"
    return lines, missing


def _ask_listed(entities: Sequence[Entity], sample: int) -> Iterator[Asked]:
    bearers = find_bearers(entities)
    for row in take(load_rows("screening_positives_dev.csv"), sample):
        if subjects := bearers.get(to_letters(row["true_name"])):  # one of the 334 is on neither list
            yield Asked("misspelt", row["full_name"], frozenset(subjects))


def _ask_aliases(chosen: dict[str, Name], sample: int) -> Iterator[Asked]:
    for subject, name in take(sorted(chosen.items()), sample):
        yield Asked("aliases", name.text, frozenset({subject}))


def _ask_strangers(sample: int) -> Iterator[Asked]:
    for name in NEGATIVES.values():
        for row in take(load_rows(name), sample):
            yield Asked("strangers", row["full_name"], frozenset())


def _make_pairs(rows: Sequence[dict[str, str]]) -> Iterator[dict[str, Any]]:
    return ({"pair": [row["name1"], row["name2"]], "schema": row["schema"]} for row in rows)


def _make_entities(entities: Sequence[Entity]) -> Iterator[dict[str, Any]]:
    for entity in entities:
        names = [n for x in entity.listings for n in x.names]
        yield {
            "entity": entity.id, "schema": SCHEMATA[entity.kind],
            "names": [n.text for n in names if n.quality != "weak"], "weak": [n.text for n in names if n.quality == "weak"],
        }


def _find_nearest(entities: Sequence[Entity], asked: Sequence[Asked]) -> Iterator[list[str]]:
    """For each name, the persons worth a comparison."""
    listed = [(clean(n.text), e.id) for e in entities if e.kind == "person" for x in e.listings for n in x.names]
    names, ordered = [text for text, _ in listed], [_sort(text) for text, _ in listed]
    persons = {subject for _, subject in listed}
    for question in asked:
        near = set(question.subjects & persons)
        for query, choices, measure in (
            (clean(question.name), names, fuzz.token_set_ratio), (_sort(question.name), ordered, fuzz.ratio),
        ):
            hits = process.extract(query, choices, scorer=measure, limit=NEAREST)
            near |= {listed[at][1] for _, _, at in hits}
        yield sorted(near)


def _sort(name: str) -> str:
    return " ".join(sorted(clean(name).split()))


def _write_cases(path: Path, cases: Sequence[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")


def _make_line(measure: str, run: Run, scores: Path, truth: Sequence[bool], asked: Sequence[Asked]) -> Line:
    if run.code != 0:
        raise subprocess.CalledProcessError(run.code, measure)
    answers = [json.loads(line) for line in scores.read_text(encoding="utf-8").splitlines()]
    seconds = answers.pop()["seconds"]
    pairs = [a["pair"] for a in answers if "pair" in a]
    queries = [a["query"] for a in answers if "query" in a]
    best_f1, best_at = max((score_f1(pairs, truth, t / 100), t / 100) for t in range(30, 100))
    default = DEFAULTS.get(measure)
    found: dict[str, list[float]] = {"misspelt": [], "aliases": [], "strangers": []}
    for asking, query in zip(asked, queries, strict=False):  # after these come the names asked for speed only
        scored = (s for i, s in query.items() if i in asking.subjects or not asking.subjects)
        found[asking.group].append(max(scored, default=0.0))
    equal = next(t / 100 for t in range(30, 102) if _share(found["strangers"], t / 100) <= ALERTS)
    return Line(
        measure, best_f1, best_at, score_f1(pairs, truth, default) if default else None,
        _screen(found, default) if default else None, _screen(found, equal), seconds["pair"] / len(pairs) * 1e6,
        seconds["whole"] / (WHOLE if "some" in seconds else len(queries)) * 1e3, run.peak_mb,
    )


def _screen(found: dict[str, list[float]], threshold: float) -> Screened:
    return Screened(threshold, *(_share(found[group], threshold) for group in ("misspelt", "aliases", "strangers")))


def score_f1(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> float:
    """F1 of calling a pair a match from `threshold` on."""
    hits = [s >= threshold for s in scores]
    both = sum(h and t for h, t in zip(hits, truth, strict=True))
    wrong = sum(h != t for h, t in zip(hits, truth, strict=True))
    return 2 * both / (2 * both + wrong) if both else 0.0


def _share(scores: Sequence[float], threshold: float) -> float:
    return sum(s >= threshold for s in scores) / max(1, len(scores))


def print_peers(lines: Sequence[Line], missing: str | None, *, sample: int) -> None:
    """Two tables in Markdown, and what they rest on."""
    print("\n## Beside others, in one run\n")
    print("| measure | pairs: best F1 (at) | F1 at its default | us a pair | ms a name, whole list | peak MB |")
    print("|---|---|---|---|---|---|")
    for x in lines:
        f1 = f"{x.default_f1:.3f}" if x.default_f1 is not None else "none"
        best = f"{x.best_f1:.3f} ({x.best_at:.2f})"
        print(f"| {x.measure} | {best} | {f1} | {x.us_pair:.0f} | {x.ms_query:.1f} | {x.peak_mb:.0f} |")
    print(
        f"\nScreening, names alone: {sample} misspelt names of the listed, {sample} aliases taken out of the lists, "
        f"{4 * sample} strangers (half of the world, half US).\n"
    )
    print("| measure | threshold | misspelt found | aliases found | strangers alerted |\n|---|---|---|---|---|")
    for x in lines:
        if x.equal.threshold > 1:
            print(f"| {x.measure} | none alerts as few as {ALERTS:.0%} | | | |")
            continue
        for screened, why in ((x.default, "default"), (x.equal, f"at most {ALERTS:.0%} alerted")):
            if screened is not None:
                shares = " | ".join(f"{100 * share:.1f} %" for share in screened[1:])
                print(f"| {x.measure} | {screened.threshold:.2f} ({why}) | {shares} |")
    if missing is None:
        print(
            f"\n{LOGIC} was asked about the persons nearest by two string measures ({NEAREST} names of each) and the "
            f"right subject; its ms a name are of {WHOLE} names against every person. The string measures see all names in "
            "Latin letters, and scores under 0.30 are not looked at."
        )
    else:
        print(f"\n{missing}")
