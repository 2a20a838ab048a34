"""Reasons: sentences that an analyst can check, word against word, each with its points. Made only for what is returned.

What a feature of the two names adds to the log-odds is shared out among the words that made it: what met, by how much it
met and how much it tells; what spelling cost, to the misspelt words. The points of all reasons add up to what
`engine.weigh_names` gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tocsin.match.align import Alignment, Pair, align_tokens
from tocsin.match.engine import EQUAL, Engine, bound_points, give_features, is_equal, is_gated, to_score
from tocsin.match.features import Features, PairTally, make_features, tally_pair
from tocsin.match.kernel import explain_natively, read_name
from tocsin.match.sentences import NAMES
from tocsin.match.wording import Word, find_words, show_words
from tocsin.model import Kind, Reason
from tocsin.names.analysis import Token
from tocsin.names.tables import load_tables

REST = ("conflict", "clashes", "extra_query", "extra_candidate")  # features of what was left over
READ_NAMES = 256  # names that are kept with their words: one that is asked meets several
SMALL = frozenset({"particle", "stop", "legal", "title"})  # words that tell little, told in one line


class _Names(NamedTuple):
    """Two names as compared and as shown."""

    query: Sequence[Token]
    candidate: Sequence[Token]
    asked: tuple[Word, ...]
    listed: tuple[Word, ...]


def explain_names(query: str, candidate: str, *, person: bool, engine: Engine) -> tuple[Reason, ...]:
    """What met what and by which rule, what was left over on both sides, and what spoke against; with points.

    Both names are read as persons' or as others'. Empty when one of them has no words.
    """
    kind: Kind = "person" if person else "organization"
    (asked, asked_words), (listed, listed_words) = _read_name(query, kind), _read_name(candidate, kind)
    if not asked or not listed:
        return ()
    if is_equal(asked, listed):
        return (make_reason("name.equal", min(EQUAL, engine.highest), query=query, candidate=candidate),)
    names = _Names(asked, listed, asked_words, listed_words)
    features, alignment = explain_natively(query, candidate, kind, engine) or _explain_plainly(asked, listed, person=person)
    points = give_features(features, engine)
    rest = _explain_rest(names, alignment, points, with_forms=not features.forms)
    left = sum(points[feature] for feature in REST) - sum(r.points for r in rest)
    reasons = [
        *_explain_pairs(names, alignment.pairs, points), *rest, *_explain_rules(names, alignment, features, points, left),
    ]
    total = engine.bias + sum(points.values())
    start = make_reason("name.start", total - sum(r.points for r in reasons), effect="rule")
    return (*reasons, start, *_explain_bounds(features, engine, total))


def _explain_plainly(asked: Sequence[Token], listed: Sequence[Token], *, person: bool) -> tuple[Features, Alignment]:
    alignment = align_tokens(asked, listed, person=person)
    return make_features(asked, listed, alignment, person=person), alignment


@lru_cache(maxsize=READ_NAMES)
def _read_name(text: str, kind: Kind) -> tuple[tuple[Token, ...], tuple[Word, ...]]:
    """The words of a name as compared and as shown."""
    tokens = read_name(text, kind)
    return tokens, find_words(text, tokens, person=kind == "person")


def make_reason(code: str, points: float, *, effect: str | None = None, **values: object) -> Reason:
    """A reason with the sentence of its code. Without `effect` its points say what it did.

    `query`, `candidate` and `similarity` go into the reason; all values may stand in the sentence.
    """
    query, candidate, similarity = values.get("query"), values.get("candidate"), values.get("similarity")
    alike = f"{similarity:.0%}" if isinstance(similarity, float) else ""
    text = NAMES[code].format_map({"asked": query, "listed": candidate, "alike": alike, **values})
    points = round(points, 9) + 0.0
    return Reason(
        code=code, text=text, effect=effect or tell_effect(points), points=points,
        query=query if isinstance(query, str) else None, candidate=candidate if isinstance(candidate, str) else None,
        similarity=round(similarity, 4) if isinstance(similarity, float) else None,
    )


def tell_effect(points: float) -> str:
    """What points did to a score."""
    return "for" if points > 0 else "against" if points < 0 else "neutral"


def _explain_pairs(names: _Names, pairs: Sequence[Pair], points: Mapping[str, float]) -> list[Reason]:
    """A line for each pair of words; one for all that tell little. Same words of one piece of text share one."""
    tallies = [tally_pair(names.query, names.candidate, pair) for pair in pairs]
    shares = _share_points(tallies, points)
    small = [n for n, pair in enumerate(pairs) if all(names.query[i].kind in SMALL for i in pair.query)]
    reasons = []
    for group in _group_pairs(names, [n for n in range(len(pairs)) if n not in small], pairs):
        confused = tallies[group[0]].confused > 0
        reasons.append(_explain_pair(names, [pairs[n] for n in group], sum(shares[n] for n in group), confused=confused))
    if small:
        q = show_words(names.asked, (i for n in small for i in pairs[n].query))
        c = show_words(names.listed, (j for n in small for j in pairs[n].candidate))
        code = "name.small" if q.casefold() == c.casefold() else "name.small_as"
        reasons.append(make_reason(code, sum(shares[n] for n in small), query=q, candidate=c))
    vague = [pair for pair, tally in zip(pairs, tallies, strict=True) if tally.vague]
    if vague:
        q = show_words(names.asked, (i for pair in vague for i in pair.query))
        c = show_words(names.listed, (j for pair in vague for j in pair.candidate))
        reasons.append(make_reason("name.vague", points["vague"], query=q, candidate=c))
    return reasons


def _share_points(tallies: Sequence[PairTally], points: Mapping[str, float]) -> list[float]:
    """The points of each pair. What no pair made stays with the start of the sum."""
    met = [t.met_query + t.met_candidate for t in tallies]
    worst = max(range(len(tallies)), key=lambda n: tallies[n].slip, default=-1)
    shares = [0.0] * len(tallies)
    for feature, amounts in {
        "cover_high": met, "cover_low": met, "info": [t.info for t in tallies], "deficit": [t.deficit for t in tallies],
        "slip": [t.slip if n == worst else 0.0 for n, t in enumerate(tallies)],
        "short_slip": [t.short_slip for t in tallies],
        "initials": [float(t.initials) for t in tallies], "confused": [t.confused for t in tallies],
        "pet": [float(t.pet) for t in tallies], "translated": [float(t.translated) for t in tallies],
        "second_slip": [t.slip if n != worst else 0.0 for n, t in enumerate(tallies)],
    }.items():
        total = sum(amounts)
        if total > 0:
            shares = [share + points[feature] * amount / total for share, amount in zip(shares, amounts, strict=True)]
    return shares


def _group_pairs(names: _Names, told: Sequence[int], pairs: Sequence[Pair]) -> list[list[int]]:
    groups: list[list[int]] = []
    before: tuple[int, int, str] | None = None
    for n in told:
        pair = pairs[n]
        here = (names.asked[pair.query[0]].piece, names.listed[pair.candidate[0]].piece, pair.rule)
        if pair.rule == "same" and here == before:
            groups[-1].append(n)
        else:
            groups.append([n])
        before = here
    return groups


def _explain_pair(names: _Names, pairs: Sequence[Pair], points: float, *, confused: bool) -> Reason:
    first = pairs[0]
    asked = show_words(names.asked, (i for pair in pairs for i in pair.query))
    listed = show_words(names.listed, (j for pair in pairs for j in pair.candidate))
    code = "name.confused" if confused else f"name.{_tell_rule(names, first, asked, listed)}"
    return make_reason(code, points, query=asked, candidate=listed, similarity=float(first.similarity))


def _tell_rule(names: _Names, pair: Pair, asked: str, listed: str) -> str:
    """The rule by which two words met, as finely as a sentence tells it."""
    query, candidate = names.query[pair.query[0]], names.candidate[pair.candidate[0]]
    if pair.rule == "same" and asked.casefold() != listed.casefold():
        return "same_number" if query.kind == "number" else "same_as"
    if pair.rule == "initial" and candidate.kind == "initial":
        return "initial_listed"
    if pair.rule == "joined" and len(pair.query) == len(pair.candidate):
        return "shifted"
    if pair.rule == "family" and _is_word(query) and _is_word(candidate):
        return "word"
    return pair.rule


def _is_word(token: Token) -> bool:
    """Whether the name data have it among the words of organisations, and not among the spellings of a person's name."""
    families = load_tables().same_word.get(token.text)
    return bool(families) and token.families == families


def _explain_rest(
    names: _Names, alignment: Alignment, points: Mapping[str, float], *, with_forms: bool
) -> list[Reason]:
    """What was left over: words that tell something, and in one line those that tell little.

    Numbers have a line of their own, and so have legal forms that differ (then they are not told here).
    """
    rest_q = [i for i in alignment.query_rest if names.query[i].kind not in (*SMALL, "number")]
    rest_c = [j for j in alignment.candidate_rest if names.candidate[j].kind not in (*SMALL, "number")]
    both = points["conflict"] + points["clashes"]
    asked, listed = show_words(names.asked, rest_q) or None, show_words(names.listed, rest_c) or None
    extra_q, extra_c = points["extra_query"], points["extra_candidate"]
    if asked and listed:
        clash = make_reason("name.clash", both + extra_q + extra_c, query=asked, candidate=listed)
        return [clash, *_explain_small(names, alignment, 0.0, with_forms=with_forms)]
    reasons = []
    if asked:
        reasons.append(make_reason("name.extra_query", both + extra_q, query=asked))
        both, extra_q = 0.0, 0.0
    if listed:
        reasons.append(make_reason("name.extra_listed", both + extra_c, candidate=listed))
        both, extra_c = 0.0, 0.0
    return [*reasons, *_explain_small(names, alignment, both + extra_q + extra_c, with_forms=with_forms)]


def _explain_small(names: _Names, alignment: Alignment, points: float, *, with_forms: bool) -> list[Reason]:
    kinds = SMALL if with_forms else SMALL - {"legal"}
    asked = [i for i in alignment.query_rest if names.query[i].kind in kinds]
    listed = [j for j in alignment.candidate_rest if names.candidate[j].kind in kinds]
    if not asked and not listed:
        return []
    q, c = show_words(names.asked, asked), show_words(names.listed, listed)
    words = ", ".join([*([f"'{q}' asked"] if q else []), *([f"'{c}' listed"] if c else [])])
    return [make_reason("name.small_left", points, query=q or None, candidate=c or None, words=words)]


def _explain_rules(
    names: _Names, alignment: Alignment, features: Features, points: Mapping[str, float], left: float
) -> list[Reason]:
    """What speaks against two names as a whole. `left` are points of numbers or legal forms that were left over."""
    reasons = []
    if features.father_son:
        reasons.append(make_reason("name.father_son", points["father_son"] + points["order"]))
    elif features.order > 0:
        reasons.append(make_reason("name.order", points["order"]))
    if features.numbers > 0:
        q = _show_kind(names.query, names.asked, alignment.query_rest, "number")
        c = _show_kind(names.candidate, names.listed, alignment.candidate_rest, "number")
        code = "name.number" if q and c else "name.number_query" if q else "name.number_listed"
        reasons.append(make_reason(code, points["numbers"] + left, query=q, candidate=c))
    if features.forms > 0:
        q = _show_kind(names.query, names.asked, alignment.query_rest, "legal")
        c = _show_kind(names.candidate, names.listed, alignment.candidate_rest, "legal")
        left = 0.0 if features.numbers > 0 else left
        reasons.append(make_reason("name.forms", points["forms"] + left, query=q, candidate=c))
    for feature in ("second_surname", "initial_clash", "head", "lone_slip", "stem", "dropped", "vowels", "loose", "common"):
        if points[feature]:
            reasons.append(make_reason(f"name.{feature}", points[feature]))
    if points["thin"]:
        reasons.append(make_reason("name.thin", points["thin"]))
    return reasons


def _show_kind(tokens: Sequence[Token], words: Sequence[Word], rest: Sequence[int], kind: str) -> str | None:
    return show_words(words, (i for i in rest if tokens[i].kind == kind)) or None


def _explain_bounds(features: Features, engine: Engine, total: float) -> list[Reason]:
    """What the gates and bounds of the engine cut off."""
    logit, gated = bound_points(total, features, engine), is_gated(features, engine)
    if abs(logit - total) < 1e-9:
        return []
    code = "name.gate" if gated else "name.highest" if logit < total else "name.lowest"
    effect = "against" if gated and logit < total else "rule"
    return [make_reason(code, logit - total, effect=effect, most=f"{to_score(engine.highest):.2f}")]
