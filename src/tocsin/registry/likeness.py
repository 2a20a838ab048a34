"""How likely two listings of different lists are about one subject, with the evidence for it.

Log-odds as in `match`: what the names tell by the engine's table, what the lists state beyond names by the table of
evidence, and what only two listings have: a day of designation, and that one list says it carries out the other's. Names
alone never join: a pair is joined automatically only with corroboration, without contradiction, and over `JOIN_AT`.
The numbers were measured with `bench/resolution.py` (docs/resolution.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from tocsin.match import DEFAULT_ENGINE, load_engine
from tocsin.match.engine import FEATURES, LOWEST, Engine, give_points, to_score
from tocsin.match.evidence import weigh_evidence
from tocsin.match.evidence_table import CIRCA_YEARS, FAR_YEARS
from tocsin.match.features import make_features
from tocsin.match.identifiers import normalise_identifier
from tocsin.match.kernel import find_kernel, weigh_natively
from tocsin.match.places import countries_of
from tocsin.model import REFERENCES, DateSpan, Entity, Identifier, Kind, Listing, Query, Reason
from tocsin.names.analysis import analyse_name
from tocsin.registry.blocks import find_frames, fold_words

JOIN_AT = 6.0          # log-odds: 0.9975
JOIN_WEAK_AT = 6.8     # where only weaker evidence corroborates
DOUBT_AT = 2.5         # from 0.92 on a pair waits for a person,
DOUBT_NAMES_AT = 6.0   # of which nothing but names speaks, only where they are the same and tell much
NAMES_AT = 2.6         # what names must tell for an automatic join
MOST_NAMES = 6.0       # names tell no more than the engine's equal names
MORE_NAMES, MOST_MORE = 0.6, 3   # each further name in common, and how many count
PAIRS_WEIGHED = 3      # pairs of names that are weighed, of those with most in common
NEAR_DAYS = 7          # a list that carries out another's follows within days
POINTS = {
    "names.primary": 1.5,      # both lists call it so first: tells subjects apart that share an alias
    "listed.same_day": 2.5,
    "listed.near_day": 1.5,
    "listed.carries_out": 1.5,
    "listed.same_regime": 1.0,  # one of the UN's, which others carry out
    "listed.terrorism": 0.7,    # of organizations only: hundreds on all lists, and few of one name
}
# Programmes against terrorism that are not the UN's, as our readers name them.
TERRORISM = frozenset({"SDGT", "FTO", "TERR", "UAPA-I", "UAPA-IV", "1373 (2001)", "Local Terrorist List",
                       "Listed terrorist entities", "Counter-Terrorism (Domestic)", "Counter-Terrorism (International)"})
# What corroborates alone, and what does with something weaker of another sort beside it.
STRONG = frozenset({
    "birth.same", "birth.new_year", "birth.month", "birth.year", "birth.swapped", "birth_place.same", "identifier.same",
    "identifier.other_kind", "email.same", "phone.same", "website.same", "wallet.same", "address.same", "listed.same_day",
    "listed.carries_out",
})
WEAK = {
    "birth.slip": "birth", "birth.range": "birth", "birth_place.near": "place", "birth_place.country": "place",
    "country.shared": "place", "address.city": "place", "phone.short": "contact", "website.domain": "contact",
    "handle.same": "contact", "listed.near_day": "listed", "listed.same_regime": "listed",
    "listed.terrorism": "listed",
    "names.primary": "names", "names.several": "names",
}
# What speaks against a join whatever else there is; a document in common outweighs only a date of birth that is near.
AGAINST = frozenset({"birth.other", "birth.far", "gender.other", "identifier.unequal"})
DOCUMENTS = frozenset({"identifier.same", "wallet.same"})

NAMES_ONLY = "too little but names speaks for it"
Verdict = Literal["join", "doubt"]


class Likeness(msgspec.Struct, frozen=True, kw_only=True):
    """Two listings that may be about one subject: `score` from 0 to 1, and what was found for and against.

    `logit` is the sum of the points of `reasons`. `verdict` is "join" where this alone would join them, "doubt" where
    a person should look; `lacks` says in words what a doubtful pair lacks.
    """

    logit: float
    verdict: Verdict
    reasons: tuple[Reason, ...]
    lacks: str = ""

    @property
    def score(self) -> float:
        return round(to_score(self.logit), 4)


class StoredLikeness(msgspec.Struct, frozen=True, kw_only=True):
    """A `Likeness` from its JSON, of which the reasons, nearly all of it, are read only when they are asked for."""

    logit: float
    verdict: Verdict
    told: msgspec.Raw = msgspec.field(name="reasons")
    lacks: str = ""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return _REASONS.decode(self.told)

    @property
    def score(self) -> float:
        return round(to_score(self.logit), 4)


Alike: TypeAlias = Likeness | StoredLikeness
_REASONS = msgspec.json.Decoder(tuple[Reason, ...])


class _Name(NamedTuple):
    text: str
    frames: frozenset[str]
    folded: str
    weak: bool


class Side:
    """One listing made ready for comparing."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing

    @cached_property
    def entity(self) -> Entity:
        x = self.listing
        return Entity(id=x.ref, caption=x.caption, kind=x.kind, listings=(x,))

    @cached_property
    def names(self) -> tuple[_Name, ...]:
        return tuple(_iter_names(self.listing))

    @cached_property
    def query(self) -> Query:
        return _make_query(self.listing, self.entity)

    @cached_property
    def years(self) -> tuple[tuple[int, int], ...]:
        """First and last year of each date of birth, as far as it may reach."""
        return tuple(_span_years(b.span) for b in self.listing.births)

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset(normalise_identifier(i.number) for i in self.listing.identifiers if i.kind not in REFERENCES)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The authorities of which the listing says that it carries out a designation."""
        told = (f.text for f in self.listing.facts if f.key == "designation_source")
        return frozenset(told) - {self.listing.authority}


def _iter_names(listing: Listing) -> Iterator[_Name]:
    """Each name once, and without the brackets that end it: "Global Relief Foundation (GRF)"."""
    seen: set[str] = set()
    for name in listing.names:
        for text in dict.fromkeys((name.text, _BRACKETS.sub("", name.text))):
            folded = " ".join(fold_words(text))
            if folded and folded not in seen:
                seen.add(folded)
                yield _Name(text, frozenset(find_frames(text)), folded, name.quality == "weak")


def _span_years(span: DateSpan) -> tuple[int, int]:
    margin = CIRCA_YEARS if span.circa else 0
    return span.first.year - margin, span.last.year + margin


def _is_far(one: Side, other: Side) -> bool:
    """Whether both lists state dates of birth of which none is within years of any other: no pair for a person to see."""
    return bool(one.years and other.years) and all(
        first_a - last_b > FAR_YEARS or first_b - last_a > FAR_YEARS
        for first_a, last_a in one.years for first_b, last_b in other.years
    )


def _make_query(listing: Listing, entity: Entity) -> Query:
    numbers = [i for i in listing.identifiers if i.kind not in REFERENCES]

    def of(*kinds: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(i.number for i in numbers if i.kind in kinds))

    return Query(
        births=tuple(b.span for b in listing.births), countries=tuple(sorted(countries_of(entity))), gender=listing.gender,
        birth_places=tuple(str(p) for p in listing.birth_places), addresses=tuple(str(p) for p in listing.addresses),
        identifiers=tuple(dict.fromkeys(_state(i) for i in numbers if i.kind not in _CONTACTS)), emails=of("email"),
        phones=of("phone"), websites=of("website"), wallets=of("wallet"),
    )


_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)$")
_CONTACTS = frozenset({"email", "phone", "website", "wallet"})


def _state(identifier: Identifier) -> str:
    return f"{identifier.kind}:{identifier.number}"


def weigh_pair(one: Side, other: Side) -> Likeness | None:
    """What two listings of different lists have in common; `None` when nobody needs to look at them."""
    if _is_far(one, other) and one.numbers.isdisjoint(other.numbers):
        return None
    names = _weigh_names(one, other)
    if names is None:
        return None
    reasons = [*names, *(e.reason for e in weigh_evidence(one.query, other.entity)), *_weigh_listing(one, other)]
    logit = sum(r.points for r in reasons)
    if logit < DOUBT_AT:
        return None
    lacks = find_lacks(reasons, logit)
    if lacks == NAMES_ONLY and logit < DOUBT_NAMES_AT:
        return None
    return Likeness(logit=round(logit, 4), verdict="doubt" if lacks else "join", reasons=tuple(reasons), lacks=lacks)


def find_clash(one: Side, other: Side) -> bool:
    """Whether two listings cannot be one subject: other dates of birth and other documents of one kind."""
    if not _is_far(one, other):
        return False
    numbers = [
        {i.kind: {normalise_identifier(j.number) for j in x.identifiers if j.kind == i.kind} for i in x.identifiers}
        for x in (one.listing, other.listing)
    ]
    kinds = (numbers[0].keys() & numbers[1].keys()) - REFERENCES - _CONTACTS
    return bool(kinds) and all(numbers[0][kind].isdisjoint(numbers[1][kind]) for kind in kinds)


def is_far(one: Side, other: Side) -> bool:
    """Whether both lists state dates of birth that are years apart and no number in common."""
    return _is_far(one, other) and one.numbers.isdisjoint(other.numbers)


def is_unlike(one: Side, other: Side) -> bool:
    """Whether no word of any name of one listing sounds as any of the other's, and nothing else speaks strongly for them."""
    firsts = [{frame for n in side.listing.names[:1] for frame in find_frames(n.text)} for side in (one, other)]
    if not firsts[0].isdisjoint(firsts[1]):
        return False  # nearly always, and quickly told
    mine: set[str] = set().union(*(n.frames for n in one.names))
    its: set[str] = set().union(*(n.frames for n in other.names))
    if not mine or not its or mine & its:
        return False
    reasons = [*(e.reason for e in weigh_evidence(one.query, other.entity)), *_weigh_listing(one, other)]
    strong = {r.code for r in reasons} & STRONG
    return not strong - {"listed.same_day", "listed.carries_out"}


def find_lacks(reasons: Iterable[Reason], logit: float) -> str:
    """What keeps a pair from being joined without a person; empty when nothing does."""
    told = tuple(reasons)
    codes = {r.code for r in told}
    against = codes & AGAINST
    if against and not (codes & DOCUMENTS and against <= {"birth.far"}):
        return "the lists contradict one another"
    if {"birth_place.abroad", "country.other"} <= codes and not codes & DOCUMENTS:
        return "the lists contradict one another"
    if sum(r.points for r in told if r.code.startswith("names.")) < NAMES_AT:
        return "the names tell too little"
    if not codes & STRONG and not _has_weak(codes):
        return NAMES_ONLY
    return "" if logit >= (JOIN_AT if codes & STRONG else JOIN_WEAK_AT) else "the evidence is not enough"


def _has_weak(codes: set[str]) -> bool:
    """Whether two sorts of weak evidence are there, of which names are one at most."""
    return len({WEAK[code] for code in codes if code in WEAK}) > 1


def _weigh_listing(one: Side, other: Side) -> Iterator[Reason]:
    """Days of designation, and what a listing says of where it comes from."""
    a, b = one.listing, other.listing
    if a.listed_on and b.listed_on and a.listed_on.day and b.listed_on.day:
        apart = abs((a.listed_on.earliest - b.listed_on.earliest).days)
        if apart == 0:
            yield _reason("listed.same_day", f"Both were listed on {a.listed_on}.", str(a.listed_on), str(b.listed_on))
        elif apart <= NEAR_DAYS:
            text = f"Listed within {NEAR_DAYS} days: {a.listed_on} and {b.listed_on}."
            yield _reason("listed.near_day", text, str(a.listed_on), str(b.listed_on))
    regime = find_regime(a, b)
    if regime:
        yield _reason("listed.same_regime", f"Both are listed under the UN's regime '{regime}'.", a.ref, b.ref)
    elif a.kind == b.kind == "organization" and _is_terrorism(a) and _is_terrorism(b):
        yield _reason("listed.terrorism", "Both are listed for terrorism.", a.ref, b.ref)
    for mine, its in ((one, other), (other, one)):
        if its.listing.authority in mine.sources:
            text = f"List {mine.listing.list_key} says that it carries out a designation by {its.listing.authority}."
            yield _reason("listed.carries_out", text, a.ref, b.ref)
            return


def find_regime(one: Listing, other: Listing) -> str | None:
    """The UN's programme, where one listing is the UN's and the other names the same programme or its ground does."""
    un, its = (one, other) if one.authority == "UN" else (other, one)
    if un.authority != "UN" or its.authority == "UN":
        return None
    named = [set(fold_words(text)) for m in its.measures for text in (m.programme, (m.ground or "").partition(":")[0])]
    wanted = ((m.programme, set(fold_words(m.programme))) for m in un.measures)
    return next((text for text, words in wanted if words and any(words <= known for known in named)), None)


def _is_terrorism(listing: Listing) -> bool:
    return any(m.programme in TERRORISM for m in listing.measures)


def _reason(code: str, text: str, query: str, candidate: str) -> Reason:
    return Reason(code=code, text=text, effect="for", query=query, candidate=candidate, points=POINTS[code])


def _weigh_names(one: Side, other: Side) -> list[Reason] | None:
    """The best pair of names, and how many more are in common; `None` when no two are alike."""
    kind: Kind = "person" if "person" in (one.listing.kind, other.listing.kind) else "organization"
    best, met = LOWEST, None
    for a, b in _choose_pairs(one.names, other.names):
        value = _weigh(a.text, b.text, kind)
        if a.weak or b.weak:
            value = min(value, load_engine(DEFAULT_ENGINE).weak_highest)
        if value > best:
            best, met = value, (a, b)
        if best >= MOST_NAMES:
            break
    if met is None or best <= 0:
        return None
    text = f"Names: '{met[0].text}' and '{met[1].text}'."
    reasons = [Reason(
        code="names.best", text=text, effect="for", query=met[0].text, candidate=met[1].text, points=round(best, 4)
    )]
    primary = _primary(one) & _primary(other)
    if primary:
        captions = one.listing.caption, other.listing.caption
        reasons.append(_reason("names.primary", "Both lists give this name first.", *captions))
    more = _count_more(one.names, other.names, met[0].folded)
    if more:
        points = round(MORE_NAMES * min(more, MOST_MORE), 4)
        reasons.append(Reason(code="names.several", text=f"{more} more names in common.", effect="for", points=points))
    return reasons


def _primary(side: Side) -> set[tuple[str, ...]]:
    """The words of the first name, with and without brackets at its end."""
    caption = side.listing.caption
    return {tuple(sorted(fold_words(text))) for text in (caption, _BRACKETS.sub("", caption)) if fold_words(text)}


def _choose_pairs(one: Sequence[_Name], other: Sequence[_Name]) -> list[tuple[_Name, _Name]]:
    """The pairs of names with most words in common, strong names and longer ones first."""
    chosen = []
    for a in one:
        for b in other:
            if a.frames.isdisjoint(b.frames):
                continue
            if a.folded == b.folded:
                chosen.append((a.weak or b.weak, -2.0, -len(a.frames), a.text, b.text, a, b))
                continue
            shared, most = len(a.frames & b.frames), max(len(a.frames), len(b.frames))
            if (shared > 1 and 2 * shared >= most) or (shared == most == 1):
                chosen.append((a.weak or b.weak, -shared / most, -len(a.frames), a.text, b.text, a, b))
    return [(a, b) for *_, a, b in sorted(chosen)[:PAIRS_WEIGHED]]


def _count_more(one: Sequence[_Name], other: Sequence[_Name], met: str) -> int:
    """Names in common beside the one that met; two that are the same words in another order count once."""
    its = {frozenset(n.folded.split()) for n in other}
    mine = {frozenset(n.folded.split()) for n in one}
    return len((mine & its) - {frozenset(met.split())})


@lru_cache(maxsize=100_000)
def _weigh(query: str, listed: str, kind: Kind) -> float:
    """As the engine weighs two names, but equal ones by how much they tell, and without the engine's upper bound."""
    engine = load_engine(DEFAULT_ENGINE)
    if find_kernel() is not None:
        logit, features = weigh_natively(query, listed, kind, engine)
        return LOWEST if logit <= LOWEST else _sum_up(features, engine)
    from tocsin.match.align import align_tokens
    from tocsin.match.engine import weigh_names

    person = kind == "person"
    asked, candidate = analyse_name(query, kind), analyse_name(listed, kind)
    if weigh_names(asked, candidate, person=person, engine=engine) <= LOWEST:
        return LOWEST
    found = make_features(asked, candidate, align_tokens(asked, candidate, person=person), person=person)
    return _sum_up([getattr(found, name) for name in FEATURES], engine)


def _sum_up(features: Sequence[float], engine: Engine) -> float:
    total = engine.bias + sum(give_points(steps, value) for steps, value in zip(engine.steps, features, strict=True))
    return max(LOWEST, min(MOST_NAMES, total))
