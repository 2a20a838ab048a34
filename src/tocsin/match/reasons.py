"""Reasons: sentences that an analyst can check, word against word. Made only for what is returned."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.match.align import Alignment, Pair, align_tokens
from tocsin.match.engine import is_equal
from tocsin.match.features import make_features
from tocsin.model import Reason
from tocsin.names.analysis import Token

RULES: dict[str, str] = {
    "same": "'{q}' is the same word as listed.",
    "spelling": "'{q}' is taken for a spelling of '{c}' ({s:.0%} alike).",
    "family": "'{q}' and '{c}' are spellings of one name.",
    "nickname": "'{q}' and '{c}' are used for each other as short and full name.",
    "translated": "'{q}' and '{c}' are one name in two languages.",
    "cut": "'{q}' is how '{c}' begins; the long name may have been cut off.",
    "script": "'{q}' is read as '{c}' across scripts ({s:.0%} alike).",
    "initial": "'{q}' fits '{c}' as an initial.",
    "joined": "'{q}' is '{c}', written together or apart.",
}
TIE_WORDS = frozenset({"particle", "stop", "legal"})


def explain_names(
    query: Sequence[Token], candidate: Sequence[Token], listed: str, *, person: bool
) -> tuple[Reason, ...]:
    """What met what and by which rule, what was left over on both sides, and what spoke against."""
    if is_equal(query, candidate):
        text = f"The name is the same as the listed '{listed}'."
        return (Reason(code="name.same", text=text, effect="for", candidate=listed),)
    alignment = align_tokens(query, candidate, person=person)
    reasons = [_explain_pair(query, candidate, pair) for pair in alignment.pairs if _is_worth_saying(query, pair)]
    reasons += _explain_rest(query, candidate, alignment)
    features = make_features(query, candidate, alignment, person=person)
    if features.father_son:
        reasons.append(_against("name.father_son", "Father and son change places: another person's name."))
    if features.numbers == 1.0:
        reasons.append(_against("name.number", "The numbers in the two names differ."))
    if features.order > 0 and not features.father_son:
        reasons.append(_against("name.order", "The words stand in another order."))
    return tuple(reasons)


def _is_worth_saying(query: Sequence[Token], pair: Pair) -> bool:
    return any(query[i].kind not in TIE_WORDS for i in pair.query)


def _explain_pair(query: Sequence[Token], candidate: Sequence[Token], pair: Pair) -> Reason:
    q, c = _words(query, pair.query), _words(candidate, pair.candidate)
    text = RULES[pair.rule].format(q=q, c=c, s=pair.similarity)
    return Reason(code=f"name.{pair.rule}", text=text, effect="for", query=q, candidate=c)


def _explain_rest(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> list[Reason]:
    rest_q = tuple(i for i in alignment.query_rest if query[i].kind not in TIE_WORDS)
    rest_c = tuple(j for j in alignment.candidate_rest if candidate[j].kind not in TIE_WORDS)
    reasons = []
    if rest_q:
        words = _words(query, rest_q)
        text = f"'{words}' was asked and is not in the listed name."
        reasons.append(Reason(code="name.extra_query", text=text, effect="against", query=words))
    if rest_c:
        words = _words(candidate, rest_c)
        effect = "against" if rest_q else "neutral"
        text = f"'{words}' is in the listed name and was not asked."
        reasons.append(Reason(code="name.extra_listed", text=text, effect=effect, candidate=words))
    return reasons


def _words(tokens: Sequence[Token], at: tuple[int, ...]) -> str:
    return " ".join(tokens[i].written or tokens[i].text for i in at)


def _against(code: str, text: str) -> Reason:
    return Reason(code=code, text=text, effect="against")
