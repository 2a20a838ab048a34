"""What each feature adds to the log-odds of two names: the scorer's sum, line by line."""

from __future__ import annotations

from tocsin.match.align import align_tokens
from tocsin.match.engine import EQUAL, LOWEST, Engine, give_features, is_equal, load_engine, weigh_features
from tocsin.match.features import make_features
from tocsin.model import Kind
from tocsin.names.analysis import analyse_name


def explain_points(query_name: str, listed_name: str, kind: Kind, engine: Engine | None = None) -> dict[str, float]:
    """Points by feature, for names read as `kind`; their sum is the log-odds of the pair.

    Features without a part in it are left out. `bias` is what every pair starts from, `bounds` what is cut off at the
    highest or lowest log-odds or by the gates. Equal names have `equal` alone; a name without words has `bounds` alone.
    """
    engine = engine or load_engine()
    query, listed = analyse_name(query_name, kind), analyse_name(listed_name, kind)
    if not query or not listed:
        return {"bounds": LOWEST}
    if is_equal(query, listed):
        return {"equal": EQUAL}
    person = kind == "person"
    features = make_features(query, listed, align_tokens(query, listed, person=person), person=person)
    points = {"bias": engine.bias, **give_features(features, engine)}
    points["bounds"] = weigh_features(features, engine) - sum(points.values())
    return {name: value for name, value in points.items() if abs(value) > 1e-9}
