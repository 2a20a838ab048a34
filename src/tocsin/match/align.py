"""Which word of the query met which word of the listed name.

One-to-one pairs, initials against words, and joins (Zaki-ur-Rehman against Zakiur Rehman), taken greedily by what they
explain. Greedy and not an optimal assignment: names have few words, and the order of taking can be told to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.match.similarity import compare_tokens, compare_words
from tocsin.names import tables
from tocsin.names.analysis import Token
from tocsin.names.fold import fold_token, frame_token

INITIAL = 0.70        # an initial that fits
JOINED = 0.985        # factor on a pair in which one side writes several words as one
JOIN_LEAST_LONG = 0.84
JOIN_LEAST_SHORT = 0.93
MISSPELT_FORM = 0.80  # "limitd" against "limited"
MAX_JOIN = 4
MAX_JOIN_LETTERS = 16


class Pair(msgspec.Struct, frozen=True):
    """Words that met: positions on each side, similarity and rule."""

    query: tuple[int, ...]
    candidate: tuple[int, ...]
    similarity: float
    rule: str


class Alignment(msgspec.Struct, frozen=True):
    """All pairs, and the positions left over on each side."""

    pairs: tuple[Pair, ...]
    query_rest: tuple[int, ...]
    candidate_rest: tuple[int, ...]


def align_tokens(query: Sequence[Token], candidate: Sequence[Token], *, person: bool) -> Alignment:
    """The alignment of two analysed names. Empty sides leave everything over."""
    offers = _offer_pairs(query, candidate, person=person)
    offers += _offer_joins(query, candidate, swap=False) + _offer_joins(candidate, query, swap=True)
    offers.sort(key=lambda offer: (-offer[0], offer[1].query, offer[1].candidate))
    free_q, free_c = set(range(len(query))), set(range(len(candidate)))
    pairs = []
    for _, pair in offers:
        if free_q.issuperset(pair.query) and free_c.issuperset(pair.candidate):
            free_q.difference_update(pair.query)
            free_c.difference_update(pair.candidate)
            pairs.append(pair)
    pairs.sort(key=lambda pair: pair.query)
    return Alignment(tuple(pairs), tuple(sorted(free_q)), tuple(sorted(free_c)))


def _offer_pairs(query: Sequence[Token], candidate: Sequence[Token], *, person: bool) -> list[tuple[float, Pair]]:
    offers = []
    for i, a in enumerate(query):
        for j, b in enumerate(candidate):
            value, rule = compare_pair(a, b, person=person)
            if value > 0:
                gain = value * (min(a.weight, b.weight) + 0.5 * max(a.weight, b.weight)) + value - 1
                offers.append((gain + (0.01 if i == j else 0.0), Pair((i,), (j,), value, rule)))
    return offers


def compare_pair(a: Token, b: Token, *, person: bool) -> tuple[float, str]:
    """Similarity and rule of two words with regard to what they are; 0 when such words never meet."""
    if a.kind == "number" or b.kind == "number":
        return (1.0, "same") if a.kind == b.kind and a.text == b.text else (0.0, "")
    if a.kind == "initial" or b.kind == "initial":
        return _compare_initial(a, b) if person else (1.0 if a.text == b.text else 0.0, "same")
    if (a.kind == "legal") != (b.kind == "legal") and "name" in (a.kind, b.kind) and min(len(a.text), len(b.text)) >= 5:
        value, rule = compare_tokens(a, b)
        return (value, rule) if value >= MISSPELT_FORM else (0.0, "")
    for kind, table in (("legal", tables.LEGAL_FORMS), ("particle", tables.PARTICLES), ("stop", tables.ORG_STOPS)):
        if a.kind == kind or b.kind == kind:
            return _compare_tied(a, b, table)
    return compare_tokens(a, b)


def _compare_initial(a: Token, b: Token) -> tuple[float, str]:
    if a.text == b.text:
        return 1.0, "same"
    short, long = (a, b) if a.kind == "initial" else (b, a)
    fits = long.kind in ("name", "binder") and long.text.startswith(short.text) and not long.is_abjad
    return (INITIAL, "initial") if fits else (0.0, "")


def _compare_tied(a: Token, b: Token, table: dict[str, str]) -> tuple[float, str]:
    if a.kind != b.kind:
        return 0.0, ""
    if a.text == b.text:
        return 1.0, "same"
    return (0.9, "family") if table.get(a.text) == table.get(b.text) else (0.0, "")


def _offer_joins(many: Sequence[Token], one: Sequence[Token], *, swap: bool) -> list[tuple[float, Pair]]:
    """Runs of words of one side that the other side writes as one word."""
    offers: list[tuple[float, Pair]] = []
    targets = [(j, t) for j, t in enumerate(one) if len(t.text) >= 4 and t.kind in ("name", "binder", "title")]
    if not targets:
        return offers
    for start in range(len(many) - 1):
        for stop in range(start + 2, min(start + MAX_JOIN, len(many)) + 1):
            run = many[start:stop]
            if any(t.script != "Latn" for t in run):
                break
            for j, target in targets:
                if pair := _join(run, target, range(start, stop), j, swap=swap):
                    offers.append(pair)
    return offers


def _join(run: Sequence[Token], target: Token, at: range, j: int, *, swap: bool) -> tuple[float, Pair] | None:
    text = "".join(t.text for t in run)
    if abs(len(text) - len(target.text)) > 2 or len(text) < 4 or (len(run) > 2 and len(text) > MAX_JOIN_LETTERS):
        return None
    if target.script != "Latn" or all(t.kind in ("particle", "stop") for t in run):
        return None
    if any(t.kind in ("legal", "number") for t in run) and text != target.text:
        return None
    value = 1.0 if text == target.text else compare_words(
        text, fold_token(text), frame_token(text), target.text, target.fold, target.frames[0]
    )
    if value < (JOIN_LEAST_LONG if min(len(text), len(target.text)) >= 7 else JOIN_LEAST_SHORT):
        return None
    value *= JOINED
    total = sum(t.weight for t in run)
    gain = value * (min(total, target.weight) + 0.5 * max(total, target.weight)) + value - 1 + 0.02
    many, single = tuple(at), (j,)
    return gain, Pair(single, many, value, "joined") if swap else Pair(many, single, value, "joined")
