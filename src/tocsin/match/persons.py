"""What an alignment says about two names of persons: who is whose child, whose surname, which first name.

As `native/features.hpp`; the numbers are features (`match.features`).
"""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.match.align import Alignment
from tocsin.names.analysis import HISPANIC, SYLLABIC, Token

COMMONEST = 0.66  # the weight of a name of the commonest band


def names_father(tokens: Sequence[Token]) -> bool:
    """Whether a name says whose child its bearer is (bin, ibn, bint)."""
    return _patronymic_split(tokens) is not None


def find_father_son(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    """1 when both sides say who is whose son (bin, ibn, bint) and the two change places: another person."""
    son_q = _patronymic_split(query)
    son_c = _patronymic_split(candidate)
    if son_q is None or son_c is None:
        return 0.0
    crossed = [
        (p.query[0] < son_q) != (p.candidate[0] < son_c)
        for p in alignment.pairs
        if query[p.query[0]].kind == "name" and candidate[p.candidate[0]].kind == "name"
    ]
    return 1.0 if len(crossed) >= 2 and sum(crossed) >= 2 and sum(crossed) >= len(crossed) - 1 else 0.0


def find_second_surname(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    """1 for "Felipe Perez" against "Felipe MORENO PEREZ": nobody calls him so, and many others are called so."""
    last = len(candidate) - 1
    if last < 2 or last - 1 not in alignment.candidate_rest:
        return 0.0
    ends = any(p.candidate[-1] == last and p.query[-1] == len(query) - 1 for p in alignment.pairs)
    given, fathers, mothers = candidate[0], candidate[last - 1], candidate[last]
    hispanic = given.traits & HISPANIC and mothers.traits & HISPANIC and fathers.kind == "name" and not fathers.nicks
    return 1.0 if ends and hispanic else 0.0


def find_initial_clash(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    """When an initial is left over on one side: 1 if a name is on the other ("John F.", "John Robert"), 2 if an initial."""
    rest_q, rest_c = [query[i] for i in alignment.query_rest], [candidate[j] for j in alignment.candidate_rest]
    initial_q, initial_c = (any(t.kind == "initial" for t in rest) for rest in (rest_q, rest_c))
    if initial_q and initial_c:
        return 2.0
    named_q, named_c = (any(t.kind == "name" for t in rest) for rest in (rest_q, rest_c))
    return 1.0 if (initial_q and named_c) or (initial_c and named_q) else 0.0


def find_left_head(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    """The weight of the first name of one side when it alone is left over; 0 for the commonest ("Muhammad")."""
    left_q, left_c = _left_head(query, alignment.query_rest), _left_head(candidate, alignment.candidate_rest)
    found = max(left_q, left_c) if (left_q > 0) != (left_c > 0) else 0.0
    return found if found > COMMONEST else 0.0


def _left_head(tokens: Sequence[Token], rest: tuple[int, ...]) -> float:
    """The weight of the first name when it is left over and not alone."""
    names = [at for at, t in enumerate(tokens) if t.kind == "name"]
    return tokens[names[0]].weight if len(names) > 1 and names[0] in rest else 0.0


def find_dropped(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    """1 when one side alone has names left over that their bearers do not leave out.

    That is any part of a Chinese or Korean name, and the names of countries of two surnames, where few are not shared by
    many: "Santiago Perez" is seldom called who is listed as "Santiago PEREZ Ocampo".
    """
    left_q, left_c = count_named(query, alignment.query_rest), count_named(candidate, alignment.candidate_rest)
    if (left_q > 0) == (left_c > 0):
        return 0.0
    if query[0].script in SYLLABIC or candidate[0].script in SYLLABIC:
        return 1.0
    longer, rest = (query, alignment.query_rest) if left_q else (candidate, alignment.candidate_rest)
    return 1.0 if _has_more_surnames(longer, rest) else 0.0


def _has_more_surnames(tokens: Sequence[Token], rest: tuple[int, ...]) -> bool:
    """Whether at most two names are met, one of them or all of such countries, and such a name or any is left over."""
    left = any(tokens[i].traits & HISPANIC for i in rest)
    met = [t for i, t in enumerate(tokens) if i not in rest]
    named, hispanic = sum(t.kind == "name" for t in met), sum(bool(t.traits & HISPANIC) for t in met)
    return named <= 2 and hispanic > 0 and (left or hispanic == named)


def count_named(tokens: Sequence[Token], rest: tuple[int, ...]) -> int:
    """How many names are left over. A tie word that ends a name ties nothing: "Kim Jong Il"."""
    return sum(
        tokens[i].kind in ("name", "binder") or (tokens[i].kind == "particle" and i == len(tokens) - 1) for i in rest
    )


SON = frozenset({"bin", "ben", "ibn", "bn", "bint", "binti", "ould", "wuld"})


def _patronymic_split(tokens: Sequence[Token]) -> int | None:
    """Position of the only patronymic word, if it stands between names."""
    at = [i for i, t in enumerate(tokens) if t.kind == "particle" and t.text in SON]
    return at[0] if len(at) == 1 and 0 < at[0] < len(tokens) - 1 else None
