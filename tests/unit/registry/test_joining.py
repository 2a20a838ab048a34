"""Which listings become one subject, which never do, and which wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.model import DateSpan, DateValue, Identifier, Listing, Measure, Name, Origin, PartialDate
from tocsin.registry.joining import Joined, Ruling, join_listings
from tocsin.registry.likeness import find_lacks, find_regime
from tocsin.registry.resolving import compare_listings

ORIGIN = Origin(field="X")
LISTS = {"un": "UN", "uk_sl": "UK", "eu_fsf": "EU", "us_ofac": "US", "starter": "UN"}


def make(member: str, *names: str, born: str | None = None, listed: str | None = None, **more: Any) -> Listing:
    """`un:QDi.1` with names, a date of birth, a day of listing, and `passport=`, `un_ref=`, ... as identifiers."""
    list_key, ref = member.split(":")
    kinds = {k: v for k, v in more.items() if k not in ("kind", "subject", "gender")}
    return Listing(
        list_key=list_key, authority=LISTS[list_key], ref=ref, kind=more.get("kind", "person"), subject=more.get("subject"),
        gender=more.get("gender"),
        names=tuple(
            Name(text=n, role="alias" if at else "primary", quality="strong", script="Latn", origin=ORIGIN)
            for at, n in enumerate(names or ("Amina Testova Probinska",))
        ),
        births=(DateValue(span=DateSpan.parse(born), origin=ORIGIN),) if born else (),
        identifiers=tuple(Identifier(kind=k, number=n, origin=ORIGIN) for k, n in kinds.items()),
        listed_on=PartialDate.parse(listed) if listed else None,
    )


def join(*listings: Listing, rulings: Sequence[Ruling] = ()) -> Joined:
    return join_listings(listings, compare_listings(listings), rulings, author="tests")


def groups(*listings: Listing, rulings: Sequence[Ruling] = ()) -> list[tuple[str, ...]]:
    return [g for g in join(*listings, rulings=rulings).groups if len(g) > 1]


def rule(one: str, other: str, *, same: bool, number: int = 1) -> Ruling:
    return Ruling(number=number, same=same, one=one, other=other, author="A. Analyst", ground="seen")


def test_a_reference_of_another_list_joins() -> None:
    joined = join(make("un:QDi.1"), make("eu_fsf:E1", "Amina T. Probinska", un_ref="qdi. 1"), make("uk_sl:K1", un_ref="QDi.2"))
    assert [g for g in joined.groups if len(g) > 1] == [("eu_fsf:E1", "un:QDi.1")]
    (link,) = joined.links
    assert (link.basis, link.ground) == ("reference", "UN reference qdi.1")


def test_two_listings_that_name_one_reference_meet_without_its_owner() -> None:
    assert groups(make("eu_fsf:E1", un_ref="QDi.1"), make("uk_sl:K1", "A. Probinska", un_ref="QDi.1")) == [("eu_fsf:E1", "uk_sl:K1")]


def test_two_records_of_one_list_meet_by_the_reference_that_both_name() -> None:
    assert groups(make("uk_sl:K1", uk_ofsi_group="7"), make("uk_sl:K2", uk_ofsi_group="7")) == [("uk_sl:K1", "uk_sl:K2")]


def test_a_reference_reaches_the_starter_register() -> None:
    assert groups(make("starter:QDi.1", subject="amina"), make("eu_fsf:E1", un_ref="QDi.1")) == [("eu_fsf:E1", "starter:amina")]


@pytest.mark.parametrize(("other", "lacks"), [
    (make("eu_fsf:E1", un_ref="QDi.1", kind="organization"), "one list files it as a person and the other does not"),
    (make("eu_fsf:E1", "Boris Esempio", un_ref="QDi.1"), "the names have nothing in common"),
    (make("eu_fsf:E1", un_ref="QDi.1", born="1990-01-02", passport="Z7654321"), "dates of birth and documents contradict it"),
])
def test_a_reference_that_all_else_contradicts_waits(other: Listing, lacks: str) -> None:
    joined = join(make("un:QDi.1", born="1960-03-04", passport="A1234567"), other)
    assert joined.links == ()
    assert [w.lacks for w in joined.waiting] == [f"UN reference qdi.1: {lacks}"]


def test_names_alone_never_join_however_many() -> None:
    names = ["Amina Testova Probinska", "Amina Esempio", "Umm Testova", "Amina bint Probin"]
    joined = join(make("un:QDi.1", *names), make("us_ofac:9", *names))
    assert joined.links == ()
    assert [w.lacks for w in joined.waiting] == ["too little but names speaks for it"]


@pytest.mark.parametrize("facts", [
    {"born": "1960-03-04"}, {"passport": "A1234567"}, {"listed": "2001-10-06"},
], ids=["a date of birth", "a document", "a day of listing"])
def test_names_with_corroboration_join(facts: dict[str, Any]) -> None:
    joined = join(make("un:QDi.1", **facts), make("us_ofac:9", **facts))
    assert [link.basis for link in joined.links] == ["score"]
    assert joined.links[0].ground.startswith("scored ")


def test_a_contradiction_keeps_apart_whatever_corroborates() -> None:
    assert groups(make("un:QDi.1", born="1960-03-04", listed="2001-10-06"), make("uk_sl:K1", born="1990-03-04", listed="2001-10-06")) == []
    assert groups(make("un:QDi.1", gender="male", born="1960-03-04"), make("uk_sl:K1", gender="female", born="1960-03-04")) == []


def test_other_official_references_keep_apart_what_a_score_would_join() -> None:
    joined = join(make("uk_sl:K1", born="1960-03-04", un_ref="QDi.1"), make("eu_fsf:E1", born="1960-03-04", un_ref="QDi.2"))
    assert (joined.links, joined.waiting) == ((), ())


def test_two_records_of_one_list_are_not_joined_by_a_score() -> None:
    joined = join(make("un:QDi.1", born="1960-03-04"), make("uk_sl:K1", born="1960-03-04"), make("uk_sl:K2", born="1960-03-04"))
    assert joined.links == ()
    assert {w.lacks for w in joined.waiting} == {"another listing of the same list fits nearly as well"}


def test_the_better_of_two_partners_is_taken() -> None:
    assert groups(
        make("un:QDi.1", born="1960-03-04", passport="A1234567"), make("uk_sl:K1", born="1960-03-04", passport="A1234567"),
        make("uk_sl:K2", born="1960-03-05"),
    ) == [("uk_sl:K1", "un:QDi.1")]


def test_a_decision_outranks_references_and_scores() -> None:
    same = make("un:QDi.1", born="1960-03-04"), make("eu_fsf:E1", born="1960-03-04", un_ref="QDi.1")
    assert groups(*same, rulings=[rule("eu_fsf:E1", "un:QDi.1", same=False)]) == []
    assert join(*same, rulings=[rule("eu_fsf:E1", "un:QDi.1", same=False)]).waiting == ()
    other = make("un:QDi.1"), make("us_ofac:9", "Boris Esempio")
    joined = join(*other, rulings=[rule("un:QDi.1", "us_ofac:9", same=True)])
    assert [(x.basis, x.author, x.ground) for x in joined.links] == [("decision", "A. Analyst", "seen")]


def test_a_decision_that_two_are_different_holds_for_all_that_is_joined_to_them() -> None:
    listings = make("un:QDi.1"), make("eu_fsf:E1", un_ref="QDi.1"), make("uk_sl:K1", un_ref="QDi.1")
    assert groups(*listings, rulings=[rule("eu_fsf:E1", "uk_sl:K1", same=False)]) == [("eu_fsf:E1", "un:QDi.1")]


def test_a_decision_on_a_listing_that_is_gone_changes_nothing() -> None:
    assert groups(make("un:QDi.1"), rulings=[rule("un:QDi.1", "uk_sl:K9", same=True)]) == []


def test_only_new_listings_are_compared_and_nothing_is_lost_by_it() -> None:
    listings = [make("un:QDi.1", born="1960-03-04"), make("us_ofac:9", born="1960-03-04"), make("uk_sl:K1", born="1960-03-04")]
    first, whole = compare_listings(listings[:2]), compare_listings(listings)
    later = compare_listings(listings, {"uk_sl:K1"})
    assert set(later) == {p for p in whole if "uk_sl:K1" in p}
    assert first | later == whole


def test_organizations_listed_for_terrorism_join_by_their_first_name_and_others_wait() -> None:
    def listed(member: str, programme: str, kind: str = "organization") -> Listing:
        measures = (Measure(programme=programme, origin=ORIGIN),)
        return msgspec.structs.replace(make(member, "Testova Liberation Brigade", kind=kind), measures=measures)

    assert groups(listed("eu_fsf:E1", "TERR"), listed("us_ofac:9", "SDGT")) == [("eu_fsf:E1", "us_ofac:9")]
    assert groups(listed("eu_fsf:E1", "TERR"), listed("us_ofac:9", "BELARUS")) == []
    assert groups(listed("eu_fsf:E1", "TERR", "person"), listed("us_ofac:9", "SDGT", "person")) == []


def test_a_regime_of_the_uns_that_another_list_names_speaks_for_a_pair() -> None:
    measures = [(Measure(programme=p, ground=g, origin=ORIGIN),) for p, g in (("Yemen", None), ("YEM", "Yemen: Regulation 1"))]
    one, other = (
        msgspec.structs.replace(make(m, "Testova Trading"), measures=x)
        for m, x in zip(("un:QDe.1", "eu_fsf:E1"), measures, strict=True)
    )
    assert find_regime(one, other) == find_regime(other, one) == "Yemen"
    assert find_regime(other, other) is None


def test_no_reason_without_a_finding() -> None:
    assert find_lacks((), 9.0) == "the names tell too little"


POOL = [
    make("un:QDi.1", born="1960-03-04"), make("un:QDi.2", "Boris Esempio", born="1971"), make("eu_fsf:E1", un_ref="QDi.1"),
    make("eu_fsf:E2", "Boris Esempio", un_ref="QDi.2", born="1971"), make("uk_sl:K1", born="1960-03-04"),
    make("uk_sl:K2", "Boris Esempio", born="1971-05-06"), make("us_ofac:9", born="1960-03-04", passport="A1234567"),
    make("us_ofac:10", born="1961-03-04"), make("starter:QDi.2", "Boris Esempio", subject="boris"),
]


@given(st.permutations(POOL), st.lists(st.tuples(st.sampled_from(POOL), st.sampled_from(POOL), st.booleans()), max_size=4))
def test_order_never_matters_and_no_group_breaks_a_ruling(listings: list[Listing], ruled: list[tuple[Listing, Listing, bool]]) -> None:
    from tocsin.registry.references import find_refs, member_of

    rulings = [
        rule(member_of(a), member_of(b), same=same, number=n)
        for n, (a, b, same) in enumerate(ruled) if member_of(a) != member_of(b)
    ]
    joined = join_listings(listings, compare_listings(listings), rulings, author="tests")
    assert joined == join_listings(POOL, compare_listings(POOL), rulings, author="tests")
    assert sorted(m for g in joined.groups for m in g) == sorted({member_of(x) for x in POOL})
    last = {frozenset((r.one, r.other)): r for r in rulings}
    for group in joined.groups:
        assert not any(not r.same and {r.one, r.other} <= set(group) for r in last.values())
    if not any(r.same for r in rulings):
        for group in joined.groups:
            refs = [find_refs(x)["un_ref"] for x in POOL if member_of(x) in group and "un_ref" in find_refs(x)]
            assert not refs or frozenset.intersection(*refs)
