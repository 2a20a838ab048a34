"""Laws of decisions on hits: what stays left out and what shows again follows from the facts and the order of decisions."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tocsin.model import CountryValue, DateSpan, DateValue, Entity, Hit, Identifier, Listing, Name, Origin, Query
from tocsin.model.hit_decision import OUTCOMES, HitDecision, Judged
from tocsin.screen.hit_decisions import apply_decisions, describe_candidate, digest_query, hold, make_identity

KEY = b"k" * 32
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HERE = Origin(field="X")
NAMES = st.sampled_from(["Amina Testova", "Umm Test", "Omar Probe", "عمر", "Zoë Ünal"])
YEARS = st.sampled_from(["1960", "1971", "1980-02-03", "1971~"])
COUNTRIES = st.sampled_from(["pk", "in", "fr"])
NUMBERS = st.sampled_from(["AB123456", "X 998877"])


@st.composite
def listings(draw: st.DrawFn, ref: str = "1") -> Listing:
    return Listing(
        list_key=draw(st.sampled_from(["un", "eu"])), authority="UN", ref=ref, kind="person",
        names=tuple(
            Name(text=n, role="primary", quality=draw(st.sampled_from(["strong", "weak"])), script="Latn", origin=HERE)
            for n in draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
        ),
        births=tuple(DateValue(span=DateSpan.parse(y), origin=HERE) for y in draw(st.lists(YEARS, max_size=2, unique=True))),
        countries=tuple(CountryValue(role="nationality", text=c, code=c, origin=HERE) for c in draw(st.lists(COUNTRIES, max_size=2))),
        identifiers=tuple(Identifier(kind="passport", number=n, origin=HERE) for n in draw(st.lists(NUMBERS, max_size=2))),
        gender=draw(st.sampled_from([None, "male", "female"])),
    )


@st.composite
def entities(draw: st.DrawFn) -> Entity:
    refs = draw(st.lists(st.sampled_from("123"), min_size=1, max_size=3, unique=True))
    return Entity(id="s", caption="S", kind="person", listings=tuple(draw(listings(ref)) for ref in refs))


@st.composite
def queries(draw: st.DrawFn) -> Query:
    return Query(
        names=tuple(draw(st.lists(NAMES, min_size=1, max_size=2, unique=True))),
        births=tuple(map(DateSpan.parse, draw(st.lists(YEARS, max_size=2, unique=True)))),
        countries=tuple(draw(st.lists(COUNTRIES, max_size=2, unique=True))),
        identifiers=tuple(draw(st.lists(NUMBERS, max_size=2, unique=True))),
        gender=draw(st.sampled_from([None, "male", "female"])),
        addresses=tuple(draw(st.lists(st.sampled_from(["Main Street 1, Lahore"]), max_size=1))),
    )


def decide(number: int, query: Query, entity: Entity, **values: object) -> HitDecision:
    made: dict[str, object] = {"outcome": "false_match", "decided_at": NOW + dt.timedelta(minutes=number), **values}
    return HitDecision(
        number=number, identity=make_identity(query, "4711", key=KEY), subject=entity.id, caption="S", author="A", ground="G",
        asked=digest_query(query, key=KEY), listed=describe_candidate(entity, query), **made,  # type: ignore[arg-type]
    )


def judge(decisions: list[HitDecision], query: Query, entity: Entity, now: dt.datetime = NOW) -> Judged:
    hit = Hit(score=0.9, subject=entity.id, caption="S", kind="person", names=(), listings=(), reasons=())
    held = hold(decisions, key=KEY, now=now)
    return apply_decisions(query, (hit,), held, reference="4711", find_entities=lambda _: (entity,))


def facts_of(entity: Entity) -> tuple[object, ...]:
    """The facts of a subject, worked out by other means than the code under test."""
    strong = {n.text for x in entity.listings for n in x.names if n.quality == "strong"}
    return (
        {(n.text, n.text in strong) for x in entity.listings for n in x.names},
        {str(b.span) for x in entity.listings for b in x.births},
        {c.code for x in entity.listings for c in x.countries}, {i.number for x in entity.listings for i in x.identifiers},
        {x.gender for x in entity.listings} - {None}, {(x.list_key, x.ref) for x in entity.listings},
    )


def asked_of(query: Query) -> tuple[object, ...]:
    return tuple(frozenset(v) if isinstance(v, tuple) else v for v in structs.astuple(query))


@given(query=queries(), entity=entities(), later_query=queries(), later_entity=entities())
def test_a_hit_stays_left_out_exactly_while_no_fact_of_either_side_changed(
    query: Query, entity: Entity, later_query: Query, later_entity: Entity
) -> None:
    judged = judge([decide(1, query, entity)], later_query, later_entity)
    same = asked_of(query) == asked_of(later_query) and facts_of(entity) == facts_of(later_entity)
    assert (judged.hits == ()) == same
    if not same:
        assert judged.decided[0].state == "changed"
        assert judged.decided[0].differences


def turn_first(entity: Entity, **values: object) -> Entity:
    return structs.replace(entity, listings=(structs.replace(entity.listings[0], **values), *entity.listings[1:]))


def make_name(text: str, quality: str = "strong") -> Name:
    return Name(text=text, role="alias", quality=quality, script="Latn", origin=HERE)  # type: ignore[arg-type]


# One change of a subject each, and the field in which it must be told. None is there before: the strategies draw other values.
CHANGES = {
    "names": lambda e: turn_first(e, names=(*e.listings[0].names, make_name("New Alias"))),
    "births": lambda e: turn_first(e, births=(*e.listings[0].births, DateValue(span=DateSpan.parse("1999"), origin=HERE))),
    "countries": lambda e: turn_first(
        e, countries=(*e.listings[0].countries, CountryValue(role="birth", text="se", code="se", origin=HERE))
    ),
    "identifiers": lambda e: turn_first(e, identifiers=(Identifier(kind="imo", number="9074729", origin=HERE),)),
    "listings": lambda e: structs.replace(e, listings=(*e.listings, structs.replace(e.listings[0], ref="9"))),
    "kind": lambda e: structs.replace(e, kind="unknown"),
}
ASKED = {
    "names": {"names": ("Quite Another",)}, "births": {"births": (DateSpan.parse("1999"),)}, "countries": {"countries": ("se",)},
    "identifiers": {"identifiers": ("9074729",)}, "birth_places": {"birth_places": ("Lahore",)},
    "addresses": {"addresses": ("Side Street 2",)}, "emails": {"emails": ("a@example.org",)}, "phones": {"phones": ("5551234",)},
    "websites": {"websites": ("example.org",)}, "wallets": {"wallets": ("1" * 30,)}, "kind": {"kind": "person"},
}


@given(query=queries(), entity=entities(), field=st.sampled_from(sorted(CHANGES)), back=st.booleans())
def test_one_fact_of_the_subject_that_comes_or_goes_shows_the_hit_again_and_is_the_one_told(
    query: Query, entity: Entity, field: str, back: bool
) -> None:
    before, after = entity, CHANGES[field](entity)
    if back:
        before, after = after, before
    judged = judge([decide(1, query, before)], query, after)
    assert len(judged.hits) == 1
    assert ("candidate", field) in {(d.side, d.field) for d in judged.decided[0].differences}


@given(query=queries(), entity=entities(), field=st.sampled_from(sorted(ASKED)), back=st.booleans())
def test_one_fact_of_the_query_that_comes_or_goes_shows_the_hit_again_and_is_the_one_told(
    query: Query, entity: Entity, field: str, back: bool
) -> None:
    before, after = query, structs.replace(query, **ASKED[field])
    if back:
        before, after = after, before
    judged = judge([decide(1, before, entity)], after, entity)
    assert len(judged.hits) == 1
    assert ("query", field) in {(d.side, d.field) for d in judged.decided[0].differences}


@given(query=queries(), entity=entities())
def test_a_stated_gender_and_a_name_that_becomes_weak_are_changes_too(query: Query, entity: Entity) -> None:
    plain = structs.replace(entity, listings=tuple(structs.replace(x, gender=None) for x in entity.listings))
    judged = judge([decide(1, query, plain)], query, turn_first(plain, gender="female"))
    assert [d.text for d in judged.decided[0].differences] == ["Of the candidate, new gender: female."]
    strong, weak = (turn_first(plain, names=(make_name("Only Here", quality),)) for quality in ("strong", "weak"))
    judged = judge([decide(1, query, strong)], query, weak)
    assert [d.added for d in judged.decided[0].differences] == [("Only Here (weak)",)]


@given(query=queries(), entity=entities(), data=st.data())
def test_the_order_of_values_and_what_says_nothing_to_the_score_never_show_a_hit_again(
    query: Query, entity: Entity, data: st.DataObject
) -> None:
    turned = structs.replace(
        query, names=tuple(reversed(query.names)), births=tuple(reversed(query.births)),
        countries=tuple(reversed(query.countries)), identifiers=tuple(reversed(query.identifiers)),
    )
    moved = [
        structs.replace(x, names=tuple(reversed(x.names)), births=tuple(reversed(x.births)), record_id="new", updated_on=())
        for x in data.draw(st.permutations(entity.listings))
    ]
    assert judge([decide(1, query, entity)], turned, structs.replace(entity, listings=tuple(moved))).hits == ()


DECISIONS = st.lists(
    st.tuples(st.sampled_from(OUTCOMES), st.sampled_from(["made", "proposed", "confirmed", "expired", "withdrawn"])), max_size=5
)


def make_all(kinds: list[tuple[str, str]], query: Query, entity: Entity) -> list[HitDecision]:
    states: dict[str, dict[str, object]] = {
        "made": {}, "proposed": {"proposed": True}, "expired": {"expires_at": NOW},
        "confirmed": {"proposed": True, "confirmed_by": "B", "confirmed_at": NOW},
        "withdrawn": {"withdrawn_by": "B", "withdrawn_at": NOW, "withdrawn_ground": "G"},
    }
    return [decide(n, query, entity, outcome=o, **states[state]) for n, (o, state) in enumerate(kinds, start=1)]


@given(query=queries(), entity=entities(), kinds=DECISIONS, data=st.data())
def test_of_several_decisions_the_last_that_is_neither_proposed_nor_withdrawn_rules(
    query: Query, entity: Entity, kinds: list[tuple[str, str]], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(make_all(kinds, query, entity)))
    ruling = [(o, state) for o, state in kinds if state in ("made", "confirmed", "expired")]
    left_out = bool(ruling) and ruling[-1][0] == "false_match" and ruling[-1][1] != "expired"
    assert (judge(shuffled, query, entity).hits == ()) == left_out


@given(query=queries(), entity=entities(), kinds=DECISIONS)
def test_what_was_withdrawn_is_as_if_it_had_never_been(query: Query, entity: Entity, kinds: list[tuple[str, str]]) -> None:
    every = make_all(kinds, query, entity)
    assert judge(every, query, entity) == judge([d for d in every if d.withdrawn_at is None], query, entity)


@given(query=queries(), entity=entities(), days=st.integers(0, 10), after=st.integers(0, 10))
def test_a_decision_holds_until_its_expiry_and_not_from_then_on(query: Query, entity: Entity, days: int, after: int) -> None:
    one = decide(1, query, entity, expires_at=NOW + dt.timedelta(days=days))
    assert (judge([one], query, entity, now=NOW + dt.timedelta(days=after)).hits == ()) == (after < days)


@given(query=queries(), entity=entities(), kinds=DECISIONS)
def test_every_hit_is_either_kept_or_left_out_with_a_reason(query: Query, entity: Entity, kinds: list[tuple[str, str]]) -> None:
    judged = judge(make_all(kinds, query, entity), query, entity)
    assert len(judged.hits) + len(judged.suppressed) == 1
