"""The scorer: a table of weights over features, and a table of evidence beyond names.

A score is `1 / (1 + exp(-logit))`, like the chance that two names are one subject's. The weights were fitted by
logistic regression with fixed signs, on labelled pairs and on listed names against strangers, then rounded
(docs/matching.md). The fixed signs are what makes evidence against never raise a score.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from tocsin.match.align import align_tokens
from tocsin.match.features import Features, make_features
from tocsin.names.analysis import Token

ENGINE = "2026.0"

BIAS = -3.3
WEIGHTS: dict[str, float] = {
    "cover_high": 0.60, "cover_low": 4.10, "conflict": -2.30, "extra_query": -0.65, "extra_candidate": -0.10,
    "deficit": -3.20, "info": 0.96, "thin": -0.80, "numbers": -1.00, "initials": -0.10, "order": -0.80,
    "forms": -0.10, "father_son": -3.00, "short_slip": -0.50, "vague": -1.50,
}
HIGHEST = 4.0        # 0.982: two names that are not letter for letter the same are never certain
LOWEST = -8.0
EQUAL = 6.0          # names that are the same word for word, before other evidence speaks
WEAK_HIGHEST = 0.4   # 0.60: a weak alias never carries a hit alone
CERTAIN = 7.0        # 0.999: no sum of evidence goes beyond


def to_score(logit: float) -> float:
    """From log-odds to a score between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


def weigh_features(features: Features) -> float:
    """The log-odds that two names are one subject's, from `LOWEST` to `HIGHEST`."""
    total: float = BIAS + sum(weight * getattr(features, name) for name, weight in WEIGHTS.items())
    return max(LOWEST, min(HIGHEST, total))


def is_equal(query: Sequence[Token], candidate: Sequence[Token]) -> bool:
    """Whether two names are the same words in the same order, whatever their capitals, marks and hyphens."""
    return len(query) == len(candidate) and all(
        a.text == b.text and a.script == b.script and a.written == b.written
        for a, b in zip(query, candidate, strict=True)
    )


def weigh_names(query: Sequence[Token], candidate: Sequence[Token], *, person: bool) -> float:
    """Log-odds for two analysed names: `EQUAL` when they are the same, `LOWEST` when one is empty."""
    if not query or not candidate:
        return LOWEST
    if is_equal(query, candidate):
        return EQUAL
    return weigh_features(make_features(query, candidate, align_tokens(query, candidate, person=person), person=person))
