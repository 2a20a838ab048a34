"""Pairs of names that must meet or must not, from names alone and at the default threshold.

The pairs are in pairs.yaml, in groups. All that fail, by group: `pytest tests/match/test_pairs.py --tb=no -rf`; with scores
and names as written: `... --tb=line | grep '^E'`; one group: `... -k father_son`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from tocsin.match import compare_names

THRESHOLD = 0.70
FEWEST = 300
LARGE = 20
KINDS = {"person", "organization", "vessel", "aircraft"}

PAIRS: list[dict[str, Any]] = yaml.load(
    Path(__file__).with_name("pairs.yaml").read_text(encoding="utf-8"),
    Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader),
)


def make_id(pair: dict[str, Any]) -> str:
    return f"{pair['group']}: {pair['query']} {'=' if pair['match'] else '/'} {pair['listed']}"


@pytest.mark.parametrize("pair", PAIRS, ids=make_id)
def test_names_meet_when_they_must_and_only_then(pair: dict[str, Any]) -> None:
    score = compare_names(pair["query"], pair["listed"], kind=pair["kind"]).score
    assert (score >= THRESHOLD) is pair["match"], f"{score:.3f} {pair['query']} / {pair['listed']}: {pair['why']}"


def test_there_are_enough_pairs_to_speak_of_and_each_is_complete() -> None:
    assert len(PAIRS) >= FEWEST
    for pair in PAIRS:
        assert set(pair) == {"query", "listed", "kind", "match", "group", "why"}, pair
        assert pair["kind"] in KINDS, pair
        assert isinstance(pair["match"], bool), pair
        assert all(isinstance(pair[key], str) and pair[key] for key in ("query", "listed", "group", "why")), pair


def test_no_pair_stands_twice() -> None:
    count = Counter(frozenset((pair["query"].casefold(), pair["listed"].casefold())) for pair in PAIRS)
    assert [sorted(pair) for pair, times in count.items() if times > 1] == []


def test_each_large_group_has_pairs_of_both_labels() -> None:
    labels: defaultdict[str, list[bool]] = defaultdict(list)
    for pair in PAIRS:
        labels[pair["group"]].append(pair["match"])
    large = {group: sum(found) / len(found) for group, found in labels.items() if len(found) >= LARGE}
    assert large
    assert [group for group, share in large.items() if not 0.2 <= share <= 0.8] == []
