"""Dates of birth, countries, gender and identifiers speak for or against; what is missing says nothing."""

from __future__ import annotations

import pytest

from tocsin.match import Index
from tocsin.match.evidence import weigh_births, weigh_countries, weigh_evidence, weigh_gender
from tocsin.match.identifiers import make_identifier_keys
from tocsin.model import REFERENCES, DateSpan, Entity, Identifier, Listing, Origin, Query


def weigh(asked: str, listed: str) -> tuple[str, float]:
    evidence = weigh_births([DateSpan.parse(asked)], [DateSpan.parse(listed)])
    assert evidence is not None
    return evidence.reason.code, evidence.logit


@pytest.mark.parametrize(
    ("asked", "listed", "code"),
    [
        ("1960-12-30", "1960-12-30", "birth.same"),
        ("1960", "1960-12-30", "birth.year"),
        ("1960-12", "1960", "birth.year"),
        ("1960-12", "1960-12-30", "birth.month"),
        ("1966", "1965/1968", "birth.range"),
        ("1963", "1965~", "birth.range"),
        ("1960-05-04", "1960-04-05", "birth.swapped"),
        ("1961", "1960-12-30", "birth.near"),
        ("1963-06-01", "1960-12-30", "birth.far"),
        ("1985", "1960-12-30", "birth.other"),
        ("0001", "9999~", "birth.other"),
    ],
)
def test_dates_of_birth_are_compared_as_far_as_both_are_known(asked: str, listed: str, code: str) -> None:
    assert weigh(asked, listed)[0] == code


def test_the_best_of_several_listed_dates_counts() -> None:
    spans = [DateSpan.parse("1950"), DateSpan.parse("1960-12-30")]
    evidence = weigh_births([DateSpan.parse("1960-12-30")], spans)
    assert evidence is not None
    assert evidence.reason.code == "birth.same"


def test_missing_evidence_is_neutral(index: Index) -> None:
    bare = index.find_hits(Query(names=("Aslan Byutkaev",)), threshold=0.0, limit=1)[0].score
    more = index.find_hits(
        Query(names=("Aslan Byutkaev",), births=(DateSpan.parse("1970"),), countries=("ru",)), threshold=0.0, limit=1
    )[0].score
    assert more == bare  # the listing states neither


def test_a_contradicting_birth_lowers_even_an_equal_name_below_the_threshold(index: Index) -> None:
    query = Query(names=("Zaki-ur-Rehman Lakhvari",), births=(DateSpan.parse("1999"),))
    assert index.find_hits(query, threshold=0.70, limit=5) == ()


def test_support_does_not_outweigh_contradiction(index: Index) -> None:
    against = Query(names=("Zaki-ur-Rehman Lakhvari",), births=(DateSpan.parse("1999"),))
    both = Query(names=against.names, births=against.births, countries=("pk",))
    low = index.find_hits(against, threshold=0.0, limit=1)[0].score
    assert index.find_hits(both, threshold=0.0, limit=1)[0].score < 0.70
    assert low < 0.70


def test_a_shared_country_speaks_for_and_another_against() -> None:
    shared, other = weigh_countries(["pk"], frozenset({"pk", "af"})), weigh_countries(["fr"], frozenset({"pk"}))
    assert shared is not None
    assert other is not None
    assert shared.logit > 0 > other.logit


def test_gender_speaks_only_when_it_contradicts() -> None:
    assert weigh_gender("male", {"male"}) is None
    assert weigh_gender("male", set()) is None
    against = weigh_gender("female", {"male"})
    assert against is not None
    assert against.logit < 0


@pytest.mark.parametrize("kind", sorted(REFERENCES))
@pytest.mark.parametrize("asked", ["7145321", "other_id: 7145321", "registration 7145321", "passport: 7145321"])
def test_a_reference_of_another_list_is_nobodys_number(kind: str, asked: str) -> None:
    number = Identifier(kind=kind, number="7145321", origin=Origin(field="x"))
    listing = Listing(list_key="x", authority="X", ref="1", kind="person", names=(), identifiers=(number,))
    subject = Entity(id="x:1", caption="1", kind="person", listings=(listing,))

    assert weigh_evidence(Query(identifiers=(asked,)), subject) == ()
    assert list(make_identifier_keys((subject,))) == []
