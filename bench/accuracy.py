"""How many of the listed are found, and how many strangers raise an alert; beside naive string measures."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process, utils
from rapidfuzz.distance import JaroWinkler

from measure import load_rows
from tocsin.match import Index, compare_names
from tocsin.model import Kind, Query

THRESHOLDS = (0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
KINDS: dict[str, Kind] = {
    "Person": "person", "Company": "organization", "Organization": "organization", "Vessel": "vessel",
    "LegalEntity": "unknown",
}
NAIVE_ROWS = 300


def measure_positives(index: Index) -> list[float]:
    """For each perturbed name, the score at which its true subject is found (0 when it is not)."""
    bearers: dict[str, set[str]] = {}
    for entity in index.entities():
        for name in (n for x in entity.listings for n in x.names):
            bearers.setdefault(_letters(name.text), set()).add(entity.id)
    scores = []
    for row in load_rows("screening_positives_dev.csv"):
        wanted = bearers.get(_letters(row["true_name"]), set())
        hits = index.find_hits(Query(names=(row["full_name"],)), threshold=THRESHOLDS[0], limit=50)
        scores.append(max((h.score for h in hits if h.subject in wanted), default=0.0))
    return scores


def measure_negatives(index: Index, name: str, *, rows: int | None) -> tuple[list[float], float]:
    """For each stranger, the best score of any listed subject; and the seconds that it took."""
    names = [r["full_name"] for r in load_rows(name)][:rows]
    start = time.perf_counter()
    best = []
    for text in names:
        hits = index.find_hits(Query(names=(text,)), threshold=THRESHOLDS[0], limit=1)
        best.append(hits[0].score if hits else 0.0)
    return best, time.perf_counter() - start


def measure_naive(index: Index) -> tuple[dict[float, float], dict[float, float], float]:
    """Recall and false alerts of rapidfuzz's token_set_ratio over all listed names, per threshold; and ms a query."""
    listed = [(n.text, e.id) for e in index.entities() for x in e.listings for n in x.names]
    choices = [utils.default_process(text) for text, _ in listed]
    bearers: dict[str, set[str]] = {}
    for text, subject in listed:
        bearers.setdefault(_letters(text), set()).add(subject)
    found: list[float] = []
    start = time.perf_counter()
    for row in load_rows("screening_positives_dev.csv")[:NAIVE_ROWS]:
        wanted = bearers.get(_letters(row["true_name"]), set())
        query = utils.default_process(row["full_name"])
        hits = process.extract(query, choices, scorer=fuzz.token_set_ratio, score_cutoff=50, limit=None)
        found.append(max((s / 100 for _, s, at in hits if listed[at][1] in wanted), default=0.0))
    ms = (time.perf_counter() - start) / max(1, len(found)) * 1000
    alerts: list[float] = []
    for row in load_rows("screening_negatives_us_dev.csv.gz")[:NAIVE_ROWS]:
        hit = process.extractOne(utils.default_process(row["full_name"]), choices, scorer=fuzz.token_set_ratio)
        alerts.append(hit[1] / 100 if hit else 0.0)
    return share_at(found), share_at(alerts), ms


def share_at(scores: Sequence[float]) -> dict[float, float]:
    """For each threshold, the share of scores at or over it."""
    return {t: sum(s >= t for s in scores) / max(1, len(scores)) for t in THRESHOLDS}


def measure_pairs() -> dict[str, tuple[float, float]]:
    """F1 on the labelled pairs: ours at the default threshold, the naive measures each at its own best threshold."""
    rows = load_rows("name_pairs_dev.csv")
    truth = [row["is_match"] == "true" for row in rows]
    ours = [compare_names(r["name1"], r["name2"], kind=KINDS[r["schema"]]).score for r in rows]
    table = {"tocsin": (0.70, score_f1(ours, truth, 0.70))}
    naive: dict[str, Callable[[str, str], float]] = {
        "rapidfuzz WRatio": lambda a, b: fuzz.WRatio(a, b) / 100,
        "rapidfuzz token_set": lambda a, b: fuzz.token_set_ratio(a, b) / 100,
        "Jaro-Winkler": JaroWinkler.similarity,
    }
    for name, measure in naive.items():
        scores = [measure(utils.default_process(r["name1"]), utils.default_process(r["name2"])) for r in rows]
        table[name] = max(((t / 100, score_f1(scores, truth, t / 100)) for t in range(50, 100)), key=lambda x: x[1])
    return table


def score_f1(scores: Sequence[float], truth: Sequence[bool], threshold: float) -> float:
    hits = [s >= threshold for s in scores]
    both = sum(h and t for h, t in zip(hits, truth, strict=True))
    wrong = sum(h != t for h, t in zip(hits, truth, strict=True))
    return 2 * both / (2 * both + wrong) if both else 0.0


def _letters(text: str) -> str:
    return "".join(c for c in text.upper() if c.isalnum())
