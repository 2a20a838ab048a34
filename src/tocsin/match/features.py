"""What an alignment says about two names, as numbers that a table can weigh.

All features are in weight units of `names.analysis` (about 1 for a rare word, 0.1 for a tie word) or shares from 0
to 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec
from rapidfuzz.distance import OSA

from tocsin.match.align import INITIAL_LONG, INITIAL_SHORT, Alignment, Pair
from tocsin.match.apart import weigh_known, weigh_stems, weigh_vowels
from tocsin.match.persons import (
    SON,
    count_named,
    find_dropped,
    find_father_son,
    find_initial_clash,
    find_left_head,
    find_second_surname,
)
from tocsin.match.similarity import are_readable, weigh_readable
from tocsin.names.analysis import PERSONAL, SYLLABIC, Token
from tocsin.names.joins import join_words
from tocsin.names.tables import FIRST_WORD

INFO_CAP = 3.0
VAGUE_FRAME = {1: 1.0, 2: 0.7, 3: 0.3}  # consonants shared by words of two scripts without vowels
VAGUE_UP_TO, CLEAR_FROM = 400, 1000     # what a reading gains (hundredths of a nat) to be vague wholly, and not at all
SYLLABIC_UP_TO, SYLLABIC_FROM = 600, 1400  # the same for Chinese and Korean, of which few syllables make all names
# What the words of two persons must tell where one name is written without vowels, and how much more for what is left over.
# Many bear such names: of benign full names in Arabic script 3.8 % met a listed one of two words, such as a Muhammad Hasan.
# Of one word it counts for less, since `thin` and `info` say the same.
ENOUGH_TOLD, UNMET, SON_TOLD, ONE_TOLD = 2.2, 1.0, 0.3, 0.8
REST_LETTERS = 64   # letters left over that are compared, at most
LEAST_TELLING = 0.15  # articles and titles tell less, and are not asked how vague they are
STRONG = 0.30   # a word of at least this weight can carry a comparison
CLEAR = 0.98    # a word of a name of another subject than a person that is met is at least so alike
MUCH_LEFT = 0.5  # weight that one side has left over more than the other
SIGNS = 2       # of a Chinese word that may be a name of a person
ORG_WEIGHT = 1.12  # of a word that is in no band of organisations' words


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """Evidence between two names, each number with the meaning it has for the table of weights.

    `cover_high`, `cover_low`: share of weight that was met, of the better and the worse covered name. `conflict`:
    weight left over on both sides (the lesser of the two), after granting what the left-over words have in common.
    `extra_query`, `extra_candidate`: what only one side adds. `deficit`: weight lost to spelling. `info`: how much the
    met words tell, to `INFO_CAP`. `thin`: up to 1 when one word carries it all. `numbers`: 1 when both carry different
    numbers, 0.5 when only one has any. `initials`: pairs in which one side has an initial only. `order`: share of
    neighbours that are swapped. `forms`: legal forms differ. `clashes`: names left over on both sides (the lesser number),
    less what they have in common. `slip`: how far the worst spelt pair is from the same word. `confused`: pairs that are
    known to be two different names. `father_son`: father and son change places. `short_slip`:
    misspelt words of at most four letters. `vague`: from 0 to 1, how little the pairs say that met only as readings of
    another script. `reading`: 0.5 for persons; of other subjects, of whose names fewer are alike, 1, but 0 when what was
    asked reads as the name of a person. `pet`: words met as a pet name. `translated`: as the form of another language.
    `second_slip`: as `slip`, of the second worst pair. `second_surname`: the query ends with the surname of the listed one's
    mother and leaves out the father's. `initial_clash`: an initial left over on one side where the other has a name (1) or
    another initial (2). `head`: the weight of the first name of one side when it alone is left over, unless it is as common
    as "Muhammad".
    `lone_slip`: as `slip`, where no word of the name of another subject than a person is met as it is. `stem`: how little is
    alike of two surnames of one ending. `dropped`: a name is left over that its bearers do not leave out. `vowels`: how much
    less alike two words are than their consonants. `loose`: as `slip`, where one side of two persons has more names.
    `common`: how much less than enough the words that met tell, of persons, where one name is written without vowels and one
    has several words.
    """

    cover_high: float
    cover_low: float
    conflict: float
    extra_query: float
    extra_candidate: float
    deficit: float
    info: float
    thin: float
    numbers: float
    initials: float
    order: float
    forms: float
    father_son: float
    short_slip: float
    vague: float
    clashes: float
    slip: float
    confused: float
    reading: float
    pet: float
    translated: float
    second_slip: float
    second_surname: float
    initial_clash: float
    head: float
    lone_slip: float
    stem: float
    dropped: float
    vowels: float
    loose: float
    common: float


def make_features(
    query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment, *, person: bool
) -> Features:
    """Features of two analysed, aligned names; both must have at least one token."""
    tally = PairTally(query, candidate)
    for pair in alignment.pairs:
        tally.add(pair.query, pair.candidate, pair.similarity, pair.rule)
    rest_q = sum(query[i].weight for i in alignment.query_rest)
    rest_c = sum(candidate[j].weight for j in alignment.candidate_rest)
    total_q = sum(t.weight for t in query)
    total_c = sum(t.weight for t in candidate)
    cover_q, cover_c = tally.met_query / total_q, tally.met_candidate / total_c
    if tally.initials and not tally.strong and query[0].script != candidate[0].script:
        cover_q = cover_c = 0.0  # "N." is the beginning of nearly any name in other letters
    words_q, words_c = _rest_letters(query, alignment.query_rest), _rest_letters(candidate, alignment.candidate_rest)
    cover_low = min(cover_q, cover_c)
    is_unvocalised = person and max(len(query), len(candidate)) > 1 and (query[0].is_abjad or candidate[0].is_abjad)
    common = ENOUGH_TOLD - tally.told + UNMET * (1 - cover_low) if is_unvocalised else 0.0
    are_apart = _are_known(query, alignment.query_rest) and _are_known(candidate, alignment.candidate_rest)
    alike = 0.0
    if words_q and words_c and not are_apart:
        alike = max(0.0, OSA.normalized_similarity(words_q, words_c) - 0.3)
    return Features(
        cover_high=max(cover_q, cover_c), cover_low=cover_low,
        conflict=min(rest_q, rest_c) * (1 - alike),
        extra_query=max(0.0, rest_q - rest_c), extra_candidate=max(0.0, rest_c - rest_q),
        deficit=tally.deficit, info=min(INFO_CAP, tally.info),
        thin=_thinness(query, candidate, tally), numbers=_number_conflict(query, candidate, alignment),
        initials=float(tally.initials), order=_disorder(query, candidate, alignment),
        forms=_form_conflict(query, candidate, alignment),
        father_son=find_father_son(query, candidate, alignment) if person else 0.0,
        short_slip=tally.short_slip, vague=tally.vague / max(1, tally.vague_of),
        clashes=_clashes(query, candidate, alignment) * (1 - alike), slip=tally.slip, confused=float(tally.confused),
        reading=_reading(query, person=person), pet=float(tally.pet), translated=float(tally.translated),
        second_slip=tally.second_slip,
        second_surname=find_second_surname(query, candidate, alignment) if person else 0.0,
        initial_clash=find_initial_clash(query, candidate, alignment) if person else 0.0,
        head=find_left_head(query, candidate, alignment) if person else 0.0,
        lone_slip=tally.slip if tally.clearest < CLEAR and not person else 0.0, stem=tally.stem,
        dropped=find_dropped(query, candidate, alignment) if person else 0.0, vowels=tally.vowels,
        loose=tally.slip if person and abs(rest_q - rest_c) >= MUCH_LEFT else 0.0,
        common=max(0.0, common if tally.strong > 1 else min(ONE_TOLD, common)),
    )


class PairTally:
    """Running sums over the pairs of one alignment."""

    def __init__(self, query: Sequence[Token], candidate: Sequence[Token]) -> None:
        self.query, self.candidate = query, candidate
        self.met_query = self.met_candidate = self.deficit = self.info = self.short_slip = self.vague = self.told = 0.0
        self.slip = self.second_slip = self.confused = self.stem = self.vowels = self.clearest = 0.0
        self.strong = self.vague_of = self.initials = self.pet = self.translated = 0

    def add(self, at_query: tuple[int, ...], at_candidate: tuple[int, ...], similarity: float, rule: str) -> None:
        weight_q = sum(self.query[i].weight for i in at_query)
        weight_c = sum(self.candidate[j].weight for j in at_candidate)
        if rule == "initial":
            self.initials += 1
            self.vague_of += 1
            self.met_query += weight_q * (INITIAL_SHORT if weight_q < weight_c else INITIAL_LONG)
            self.met_candidate += weight_c * (INITIAL_SHORT if weight_c < weight_q else INITIAL_LONG)
            self.info += 0.3
            return
        weight = (weight_q + weight_c) / 2
        if max(weight_q, weight_c) >= LEAST_TELLING:
            self.vague += _vagueness([self.query[i] for i in at_query], [self.candidate[j] for j in at_candidate])
            self.vague_of += 1
        self.met_query += weight_q * similarity
        self.met_candidate += weight_c * similarity
        self.deficit += weight * (1 - similarity)
        self.info += weight * max(0.0, (similarity - 0.5) * 2)
        if min(weight_q, weight_c) > STRONG:
            self.told += min(weight_q, weight_c) * max(0.0, (similarity - 0.5) * 2)
        elif self.query[at_query[0]].kind == "particle" and self.query[at_query[0]].text in SON:
            self.told += SON_TOLD
        if weight > STRONG:
            self.strong += 1
            self.clearest = max(self.clearest, similarity)
            self.second_slip = max(self.second_slip, min(self.slip, 1 - similarity))
            self.slip = max(self.slip, 1 - similarity)
            self.pet += rule == "nickname"
            self.translated += rule == "translated"
            if rule == "spelling":
                asked, listed = self.query[at_query[0]], self.candidate[at_candidate[0]]
                self.confused += weigh_known(asked, listed, similarity)
                self.stem = max(self.stem, weigh_stems(asked, listed))
                self.vowels = max(self.vowels, weigh_vowels(asked, listed, similarity))
            if rule == "spelling" and similarity < 0.9:
                letters = min(len(self.query[at_query[0]].text), len(self.candidate[at_candidate[0]].text))
                self.short_slip += 1.0 if letters <= 4 else 0.0


def tally_pair(query: Sequence[Token], candidate: Sequence[Token], pair: Pair) -> PairTally:
    """What one pair by itself adds to the features of two names."""
    tally = PairTally(query, candidate)
    tally.add(pair.query, pair.candidate, pair.similarity, pair.rule)
    return tally


def _clashes(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> int:
    return min(count_named(query, alignment.query_rest), count_named(candidate, alignment.candidate_rest), 2)


def _are_known(tokens: Sequence[Token], rest: tuple[int, ...]) -> bool:
    """Whether all names that are left over are known to the name data: then they are no spellings of each other."""
    return all(tokens[i].families or tokens[i].nicks for i in rest if tokens[i].kind == "name")


def _vagueness(query_run: Sequence[Token], candidate_run: Sequence[Token]) -> float:
    """From 0 to 1: how little it says that two words (or runs of words) met only as readings of another script.

    The less a reading gains over chance, the less it says: a syllable is shared by many names.
    """
    query, candidate = query_run[0], candidate_run[0]
    named_alike = set(query.families + query.nicks) & set(candidate.families + candidate.nicks)
    if query.script == candidate.script or named_alike or "initial" in (query.kind, candidate.kind):
        return 0.0  # an initial is counted for little anyway, whichever way it is met
    if are_readable(query, candidate):
        whole = [run[0] if len(run) == 1 else join_words(run) for run in (query_run, candidate_run)]
        gain, _ = weigh_readable(*whole)
        is_syllabic = query.script in SYLLABIC or candidate.script in SYLLABIC
        if is_syllabic and 1 in (len(whole[0].written), len(whole[1].written)):
            return 1.0  # a single sign
        least, clear = (SYLLABIC_UP_TO, SYLLABIC_FROM) if is_syllabic else (VAGUE_UP_TO, CLEAR_FROM)
        return min(1.0, max(0.0, (clear - gain) / (clear - least)))
    if query.is_abjad or candidate.is_abjad:
        shared = [len(frame) for frame in query.frames if frame in candidate.frames]
        return VAGUE_FRAME.get(max(shared, default=3), 0.0)
    return 1.0 if min(len(query.text), len(candidate.text)) <= 4 else 0.0


def _rest_letters(tokens: Sequence[Token], rest: tuple[int, ...]) -> str:
    return "".join(tokens[i].text for i in rest if tokens[i].kind == "name")[:REST_LETTERS]


def _thinness(query: Sequence[Token], candidate: Sequence[Token], tally: PairTally) -> float:
    if tally.strong + tally.initials * 0.5 > 1:
        return 0.0
    many_q = sum(t.weight > STRONG for t in query) > 1
    many_c = sum(t.weight > STRONG for t in candidate) > 1
    if many_q and many_c:
        return 1.0
    return 0.75 if many_q or many_c else 0.50


def _number_conflict(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    rest_q = any(query[i].kind == "number" for i in alignment.query_rest)
    rest_c = any(candidate[j].kind == "number" for j in alignment.candidate_rest)
    return 1.0 if rest_q and rest_c else 0.5 if rest_q or rest_c else 0.0


def _form_conflict(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    rest_q = any(query[i].kind == "legal" for i in alignment.query_rest)
    rest_c = any(candidate[j].kind == "legal" for j in alignment.candidate_rest)
    return 1.0 if rest_q and rest_c else 0.0


def _disorder(query: Sequence[Token], candidate: Sequence[Token], alignment: Alignment) -> float:
    if query[0].script != candidate[0].script and (query[0].script in SYLLABIC or candidate[0].script in SYLLABIC):
        return 0.0  # the family name stands first in its own script, and first or last in Latin
    order = [p.candidate[0] for p in alignment.pairs if query[p.query[0]].kind == "name"]
    swaps = sum(a > b for a, b in pairwise(order))
    return swaps / (len(order) - 1) if len(order) > 1 else 0.0


def _reading(query: Sequence[Token], *, person: bool) -> float:
    if person:
        return 0.5
    names = [t for t in query if t.kind == "name"]
    personal = sum(bool(t.traits & PERSONAL) for t in names)
    if any(_is_of_organisations(t) and not t.traits & PERSONAL for t in query):
        return 1.0
    return 0.0 if (personal and personal * 2 >= len(names)) or _is_chinese_name(query) else 1.0


def _is_chinese_name(query: Sequence[Token]) -> bool:
    """Two or three pieces of one or two signs: a person's family and given names; firms are written in one."""
    return 2 <= len(query) <= 3 and all(t.kind == "name" and t.script == "Hani" and len(t.written) <= SIGNS for t in query)


def _is_of_organisations(token: Token) -> bool:
    """A legal form, a number, or a word that many organisations have in their names."""
    return token.kind in ("legal", "number") or (
        token.kind == "name" and (
            (token.weight < ORG_WEIGHT and not token.is_abjad)  # without vowels, only names of persons tell less
            or any(n >= FIRST_WORD for n in token.families)
        )
    )
