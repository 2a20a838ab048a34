"""Which word of the query met which word of the listed name.

One-to-one pairs, initials against words, and joins (Zaki-ur-Rehman against Zakiur Rehman), taken greedily by what they
explain. Greedy and not an optimal assignment: names have few words, and the order of taking can be told to a person.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from tocsin.match.keys import SHIFTED_BY, make_join_keys, may_shift
from tocsin.match.similarity import are_readable, compare_tokens, compare_words, weigh_readable
from tocsin.names.analysis import FUSED, SYLLABIC, Token, is_cut
from tocsin.names.joins import find_runs, is_tied, join_words
from tocsin.names.tables import load_tables

INITIAL = 0.70        # an initial that fits
INITIAL_SHORT, INITIAL_LONG = 0.9, 0.7  # the share of weight that it meets, of the initial itself and of the word
JOINED = 0.985        # factor on a pair in which one side writes several words as one
JOIN_LEAST_LONG = 0.84
JOIN_LEAST_SHORT = 0.93
JOIN_FRAME = 5        # consonants of two words without vowels that may be written as one
JOIN_LEAST_READ = 0.755  # where a name of another language in Chinese signs or Hangul was cut
SHIFTED = 0.97        # "Lauren Tnkunda" against "Laurent Nkunda"
MISSPELT_FROM = 5     # letters of a legal form from which a slip is looked for
MISSPELT_WORD = 4     # letters of a word of an organisation from which a slip is looked for
MISSPELT_FORM = 0.80  # "limitd" against "limited"
CUT = 0.90            # the last word of a long name, cut off by a machine-readable zone


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
    offers += _offer_joins(query, candidate, swap=False, person=person)
    offers += _offer_joins(candidate, query, swap=True, person=person)
    offers += _offer_shifts(query, candidate)
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
    last = len(query) - 1 if query and is_cut(tuple(query)) else -1
    for i, a in enumerate(query):
        for j, b in enumerate(candidate):
            value, rule = compare_pair(a, b, person=person)
            if i == last and value < CUT and is_beginning(a, b):
                value, rule = CUT, "cut"
            if value > 0:
                gain = value * (min(a.weight, b.weight) + 0.5 * max(a.weight, b.weight)) + value - 1
                offers.append((gain + (0.01 if i == j else 0.0), Pair((i,), (j,), value, rule)))
    return offers


def is_beginning(a: Token, b: Token) -> bool:
    """Whether a Latin name begins with the letters of another word, and goes on."""
    return b.script == "Latn" and b.kind == "name" and 2 <= len(a.text) < len(b.text) and b.text.startswith(a.text)


def compare_pair(a: Token, b: Token, *, person: bool) -> tuple[float, str]:
    """Similarity and rule of two words with regard to what they are; 0 when such words never meet."""
    if a.kind == "number" or b.kind == "number":
        return (1.0, "same") if a.kind == b.kind and a.text == b.text else (0.0, "")
    if a.kind == "initial" or b.kind == "initial":
        return _compare_initial(a, b) if person else (1.0 if a.text == b.text else 0.0, "same")
    long = min(len(a.text), len(b.text)) >= MISSPELT_FROM
    if long and (a.kind == "legal") != (b.kind == "legal") and "name" in (a.kind, b.kind):
        value, rule = compare_tokens(a, b)
        return (value, rule) if value >= MISSPELT_FORM else (0.0, "")
    tables = load_tables()
    for kind, table in (("legal", tables.legal_forms), ("particle", tables.particles), ("stop", tables.org_stops)):
        if a.kind == kind or b.kind == kind:
            return _compare_tied(a, b, table)
    value, rule = compare_tokens(a, b)
    return (0.0, "") if rule == "spelling" and not person and _is_a_sign(a, b) else (value, rule)


def _is_a_sign(a: Token, b: Token) -> bool:
    """Whether one of two words is an abbreviation or a registration ("AEG", "YV2567"): with another letter it is another."""
    return min(len(a.text), len(b.text)) < MISSPELT_WORD or any(c.isdigit() for c in a.text + b.text)


def _compare_initial(a: Token, b: Token) -> tuple[float, str]:
    if a.text == b.text:
        return 1.0, "same"
    short, long = (a, b) if a.kind == "initial" else (b, a)
    fits = (
        long.kind in ("name", "binder") and not long.is_abjad and len(long.text) > len(short.text) + 1
        and long.text.startswith(short.text)
    )
    return (INITIAL, "initial") if fits else (0.0, "")


def _compare_tied(a: Token, b: Token, table: dict[str, str]) -> tuple[float, str]:
    if a.kind != b.kind:
        return 0.0, ""
    if a.text == b.text:
        return 1.0, "same"
    return (0.9, "family") if table.get(a.text) == table.get(b.text) else (0.0, "")


def _offer_joins(many: Sequence[Token], one: Sequence[Token], *, swap: bool, person: bool) -> list[tuple[float, Pair]]:
    """Runs of words of one side that the other side writes as one word."""
    targets = [(j, t) for j, t in enumerate(one) if len(t.text) >= 3 and t.kind in ("name", "binder", "title")]
    if not targets or len(many) < 2:
        return []
    return [
        offer
        for start, stop in find_runs(many)
        for join in [join_words(many[start:stop])]
        for j, target in targets
        if (offer := _join(many, range(start, stop), join, (j, target), swap=swap, person=person)) is not None
    ]


def _join(
    many: Sequence[Token], at: range, join: Token, target: tuple[int, Token], *, swap: bool, person: bool
) -> tuple[float, Pair] | None:
    j, word = target
    value = compare_joined(join, word, person=person, tied=is_tied(many[at.start: at.stop]))
    if value <= 0 or (value < 1 and any(many[i].kind == "legal" for i in at)):
        return None
    if _is_read_alone(many[at.start: at.stop], join, word):
        return None
    value *= 1.0 if join.traits & FUSED else JOINED
    gain = value * (min(join.weight, word.weight) + 0.5 * max(join.weight, word.weight)) + value - 1 + 0.02
    run, single = tuple(at), (j,)
    return gain, Pair(single, run, value, "joined") if swap else Pair(run, single, value, "joined")


def _is_read_alone(run: Sequence[Token], join: Token, word: Token) -> bool:
    """Whether one name of two reads a word of an alphabet, or is read so, no worse than the two do together.

    "Muhammad Daud" is not محمد written apart: "Daud" is in none of its letters.
    """
    if len(run) != 2 or any(t.kind != "name" for t in run):
        return False
    if join.script in SYLLABIC or word.script in SYLLABIC or not are_readable(join, word):
        return False
    gain, _ = weigh_readable(join, word)
    return any(weigh_readable(t, word)[0] >= gain for t in run)


def compare_joined(join: Token, word: Token, *, person: bool, tied: bool) -> float:
    """Similarity of a word made of neighbours with one that stands alone; 0 when they are not the same.

    They must share a fold or a frame: that is how the index finds them. Words of other subjects than persons must sound the
    same, since any two words may make a brand ("Marie Aune", "MARIANA"). `tied` says that a tie word is among them;
    words without vowels that have none must have more consonants.
    """
    if make_join_keys(join, asked=True, is_run=True).isdisjoint(make_join_keys(word, asked=False, is_run=False)):
        return 0.0
    if join.script != "Latn" or word.script != "Latn":
        value, _ = compare_tokens(join, word)
        least = JOIN_LEAST_READ if join.traits & FUSED else JOIN_LEAST_LONG
        shortest = JOIN_FRAME if not tied and (join.is_abjad or word.is_abjad) else 3
        return value if value >= least and len(join.text) >= shortest else 0.0
    if abs(len(join.text) - len(word.text)) > 2 or len(word.text) < 4:
        return 0.0
    if join.text == word.text:
        return 1.0
    if not person and join.fold != word.fold:
        return 0.0
    value = compare_words(join.text, join.fold, join.frames[0], word.text, word.fold, word.frames[0])
    least = JOIN_LEAST_LONG if min(len(join.text), len(word.text)) >= 7 else JOIN_LEAST_SHORT
    return value if value >= least else 0.0


def _offer_shifts(query: Sequence[Token], candidate: Sequence[Token]) -> list[tuple[float, Pair]]:
    """Two neighbours on each side that are the same letters with the space elsewhere."""
    offers = []
    for i in range(len(query) - 1):
        for j in range(len(candidate) - 1):
            if is_shifted(query[i: i + 2], candidate[j: j + 2]):
                weight_q = query[i].weight + query[i + 1].weight
                weight_c = candidate[j].weight + candidate[j + 1].weight
                gain = SHIFTED * (min(weight_q, weight_c) + 0.5 * max(weight_q, weight_c)) + SHIFTED - 1 + 0.02
                offers.append((gain, Pair((i, i + 1), (j, j + 1), SHIFTED, "joined")))
    return offers


def is_shifted(query: Sequence[Token], candidate: Sequence[Token]) -> bool:
    """Whether two Latin words on each side have the same letters in the same order, the space near by."""
    moved = abs(len(query[0].text) - len(candidate[0].text))
    if not 0 < moved <= SHIFTED_BY or not may_shift(query) or not may_shift(candidate):
        return False
    return query[0].text + query[1].text == candidate[0].text + candidate[1].text
