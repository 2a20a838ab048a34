"""The scorer: a table of points over features, read from a reviewed file (`match/data/engines/NAME.toml`).

Each feature has steps: a value and the log-odds that it gives, joined by straight lines, rising or falling only. A score
is `1 / (1 + exp(-log-odds))`, like the chance that two names are one subject's. The steps are fitted by `make fit`
(`tools/fit.py`) with the direction of each feature fixed, which is what makes evidence against never raise a score.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from itertools import pairwise

import msgspec

from tocsin.errors import NotFound, suggest
from tocsin.match.align import align_tokens
from tocsin.match.features import Features, make_features
from tocsin.names.analysis import Token

DEFAULT_ENGINE = "2026.1"
LOWEST = -8.0
EQUAL = 6.0          # names that are the same word for word, before other evidence speaks
CERTAIN = 7.0        # 0.999: no sum of evidence goes beyond
FEATURES: tuple[str, ...] = Features.__struct_fields__


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """One named scorer.

    `steps` has for each feature, in the order of `FEATURES`, its (value, log-odds) steps by rising value; a feature
    without steps gives nothing. Names that cover each other less than `gate_low` (worse side) or `gate_high` (better
    side) are not compared further. `highest` is the most that names which are not the same can reach, `weak_highest`
    the most that a weak alias can.
    """

    name: str
    bias: float
    gate_low: float
    gate_high: float
    highest: float
    weak_highest: float
    steps: tuple[tuple[tuple[float, float], ...], ...]


@lru_cache(maxsize=8)
def load_engine(name: str = DEFAULT_ENGINE) -> Engine:
    """The engine of that name. `NotFound`, with the nearest name, when there is none."""
    known = find_engines()
    if name not in known:
        raise NotFound(f"There is no engine called '{name}'; {suggest(name, known)} Nothing was screened.")
    data = tomllib.loads((resources.files("tocsin.match") / "data" / "engines" / f"{name}.toml").read_text("utf-8"))
    steps = tuple(tuple((float(x), float(y)) for x, y in data["steps"].get(f, ())) for f in FEATURES)
    return Engine(
        name=name, bias=data["bias"], gate_low=data["gate_low"], gate_high=data["gate_high"], highest=data["highest"],
        weak_highest=data["weak_highest"], steps=steps,
    )


@lru_cache(maxsize=1)
def find_engines() -> tuple[str, ...]:
    """The names of all engines, oldest first."""
    folder = resources.files("tocsin.match") / "data" / "engines"
    return tuple(sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml")))


def to_score(logit: float) -> float:
    """From log-odds to a score between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def to_logit(score: float) -> float:
    """From a score to log-odds; -inf and inf for 0 and 1."""
    if score <= 0 or score >= 1:
        return -math.inf if score <= 0 else math.inf
    return math.log(score / (1 - score))


def give_points(steps: Sequence[tuple[float, float]], value: float) -> float:
    """The log-odds that a feature's value gives: on the line between two steps, level beyond the first and the last."""
    if not steps:
        return 0.0
    if value <= steps[0][0]:
        return steps[0][1]
    for (x0, y0), (x1, y1) in pairwise(steps):
        if value <= x1:
            return y0 + (y1 - y0) * ((value - x0) / (x1 - x0))
    return steps[-1][1]


def weigh_features(features: Features, engine: Engine) -> float:
    """The log-odds that two names are one subject's, from `LOWEST` to the engine's `highest`."""
    total = engine.bias
    for name, steps in zip(FEATURES, engine.steps, strict=True):
        total += give_points(steps, getattr(features, name))
    return bound_points(total, features, engine)


def is_gated(features: Features, engine: Engine) -> bool:
    """Whether too little of two names was met for any score."""
    return features.cover_low < engine.gate_low or features.cover_high < engine.gate_high


def bound_points(total: float, features: Features, engine: Engine) -> float:
    """The sum of the points of two names, kept from `LOWEST` to the engine's `highest`; `LOWEST` where they are gated."""
    return LOWEST if is_gated(features, engine) else max(LOWEST, min(engine.highest, total))


def give_features(features: Features, engine: Engine) -> dict[str, float]:
    """What each feature gives."""
    return {n: give_points(s, getattr(features, n)) for n, s in zip(FEATURES, engine.steps, strict=True)}


def is_equal(query: Sequence[Token], candidate: Sequence[Token]) -> bool:
    """Whether two names are the same words in the same order, whatever their capitals, marks and hyphens."""
    return len(query) == len(candidate) and all(
        a.text == b.text and a.script == b.script and a.written == b.written
        for a, b in zip(query, candidate, strict=True)
    )


def weigh_names(query: Sequence[Token], candidate: Sequence[Token], *, person: bool, engine: Engine) -> float:
    """Log-odds for two analysed names: `EQUAL` when they are the same, `LOWEST` when one is empty."""
    if not query or not candidate:
        return LOWEST
    if is_equal(query, candidate):
        return EQUAL
    alignment = align_tokens(query, candidate, person=person)
    return weigh_features(make_features(query, candidate, alignment, person=person), engine)
