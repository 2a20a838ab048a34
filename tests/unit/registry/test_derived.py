"""Listings that follow from another list's."""

from __future__ import annotations

import pytest

from tocsin.model import Entity, Kind, Listing, Measure, Name, Origin, PartialDate
from tocsin.registry.derived import Rules, find_derived, make_rules
from tocsin.registry.who import make_rows

EVERYBODY = ("IN", "UN", "US")


def listed(
    authority: str, list_key: str, ref: str, programme: str, *, kind: Kind = "organization", since: PartialDate | None = None
) -> Listing:
    return Listing(
        list_key=list_key, authority=authority, ref=ref, kind=kind,
        names=(Name(text="The Lantern Front", role="primary", quality="strong", script="Latn", origin=Origin(field="NAME")),),
        measures=(Measure(programme=programme, origin=Origin(field="P"), since=since),),
    )


def subject(*listings: Listing, superseded: tuple[Listing, ...] = ()) -> Entity:
    return Entity(
        id="s", caption="The Lantern Front", kind=listings[0].kind, listings=listings, superseded=superseded
    )


@pytest.mark.parametrize("programme", ["ISIL (Da'esh) and Al-Qaida", "Al-Qaida", "Taliban"])
def test_india_takes_in_organisations_on_the_uns_list_for_terrorism(programme: str) -> None:
    (found,) = find_derived(subject(listed("UN", "un", "QDe.9", programme)), EVERYBODY, Rules())
    assert (found.authority, found.list_key, found.derived_from, found.since) == ("IN", "in_uapa", "un:QDe.9", None)
    assert "First Schedule, entry 33" in found.text


@pytest.mark.parametrize(("entity", "authorities", "rules"), [
    (subject(listed("UN", "un", "QDi.9", "Taliban", kind="person")), EVERYBODY, Rules()),
    (subject(listed("UN", "un", "KPe.9", "Iran")), EVERYBODY, Rules()),
    (subject(listed("EU", "eu_fsf", "EU.9", "TAQA")), EVERYBODY, Rules()),
    (subject(listed("UN", "un", "QDe.9", "Taliban"), listed("IN", "in_uapa", "UAPA-I-9", "UAPA-I")), EVERYBODY, Rules()),
    (subject(listed("UN", "un", "QDe.9", "Taliban")), ("UN", "US"), Rules()),
    (subject(listed("UN", "un", "QDe.9", "Taliban")), EVERYBODY, Rules(un_by_in=False)),
], ids=["a person", "another regime", "another authority's list", "listed by name", "no list of India", "no such entry"])
def test_india_takes_in_nobody_else(entity: Entity, authorities: tuple[str, ...], rules: Rules) -> None:
    assert find_derived(entity, authorities, rules) == ()


def test_ofacs_tag_stands_in_for_states_list_with_the_date_of_that_programme() -> None:
    replaced = listed("US", "starter", "77", "FTO", since=PartialDate(year=2017, month=8, day=17))
    entity = subject(listed("US", "us_ofac", "77", "FTO"), superseded=(replaced,))
    (found,) = find_derived(entity, EVERYBODY, Rules())
    assert (found.list_key, found.derived_from, str(found.since), found.since_from) == (
        "us_fto", "us_ofac:77", "2017-08-17", "starter"
    )
    assert find_derived(entity, EVERYBODY, Rules(fto_by_ofac=False)) == ()
    assert find_derived(subject(listed("US", "us_ofac", "77", "SDGT")), EVERYBODY, Rules()) == ()


def test_the_rules_follow_the_states_in_force() -> None:
    assert make_rules(None, None) == Rules(un_by_in=True, fto_by_ofac=True)
    assert make_rules({"entries": 40, "incorporated_lists": 1}, None).un_by_in
    assert not make_rules({"entries": 40, "incorporated_lists": 0}, None).un_by_in
    assert not make_rules({"entries": 40}, None).un_by_in
    assert not make_rules(None, {"designated": 68}).fto_by_ofac


def test_who_has_a_row_of_its_own_kind_for_it_in_place_of_not_listed() -> None:
    rows = make_rows(subject(listed("UN", "un", "QDe.9", "Taliban")), EVERYBODY, Rules())
    assert [(r.authority, r.listed, r.ref, r.derived_from) for r in rows] == [
        ("IN", True, None, "un:QDe.9"), ("UN", True, "QDe.9", None), ("US", False, None, None)
    ]
    assert rows[0].note == "covered by reference to the UN list (First Schedule, entry 33)"
