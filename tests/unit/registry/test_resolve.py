from __future__ import annotations

from collections.abc import Callable

from tocsin.model import Listing
from tocsin.registry.resolve import make_entities, make_register_state

Make = Callable[..., Listing]


def test_an_official_listing_joins_the_subject_with_its_reference(listing: Make) -> None:
    entities = make_entities([
        listing("QDe.1", list_key="starter", subject="group", name="The Group"),
        listing("77", list_key="starter", subject="group", authority="US"),
        listing("qde. 1", name="GROUP, THE"),
        listing("QDe.2", name="Another"),
    ])
    assert [(e.id, e.caption, [(x.list_key, x.authority) for x in e.listings]) for e in entities] == [
        ("group", "The Group", [("un", "UN"), ("starter", "US")]),
        ("un:QDe.2", "Another", [("un", "UN")]),
    ]


def test_without_official_lists_the_starter_speaks_for_all_authorities(listing: Make) -> None:
    (entity,) = make_entities([
        listing("77", list_key="starter", subject="group", authority="US"),
        listing("QDe.1", list_key="starter", subject="group"),
    ])
    assert [x.ref for x in entity.listings] == ["QDe.1", "77"]


def test_what_the_official_list_no_longer_has_is_not_listed(listing: Make) -> None:
    entities = make_entities([
        listing("QDe.1", list_key="starter", subject="group"),
        listing("77", list_key="starter", subject="group", authority="US"),
        listing("QDe.3", list_key="starter", subject="gone"),
        listing("QDe.2"),
    ])
    assert [(e.id, [x.authority for x in e.listings]) for e in entities] == [("group", ["US"]), ("un:QDe.2", ["UN"])]


def test_a_list_that_is_a_part_joins_and_unlists_nobody(listing: Make) -> None:
    starter = listing("77", list_key="starter", subject="group", authority="US")
    other = listing("88", list_key="us_ofac_nonsdn", authority="US")
    assert [e.id for e in make_entities([starter, other])] == ["group", "us_ofac_nonsdn:88"]
    joined = listing("77", list_key="us_ofac_nonsdn", authority="US")
    (entity,) = make_entities([starter, joined])
    assert [x.list_key for x in entity.listings] == ["starter", "us_ofac_nonsdn"]
    assert [e.id for e in make_entities([starter, listing("88", list_key="us_ofac", authority="US")])] == ["us_ofac:88"]


def test_equal_names_alone_never_join(listing: Make) -> None:
    assert len(make_entities([listing("1"), listing("1", list_key="us_ofac", authority="US")])) == 2


def test_an_empty_register_has_no_entities_and_still_a_state() -> None:
    assert make_entities([]) == ()
    assert len(make_register_state({})) == 16


def test_the_register_state_changes_with_bytes_and_with_what_was_read() -> None:
    states = [{}, {"un": ("a", "b")}, {"un": ("a", "c")}, {"un": ("c", "b")}, {"us": ("a", "b")}]
    assert len({make_register_state(state) for state in states}) == len(states)


def test_one_schedule_in_force_unlists_nobody_of_the_other(listing: Make) -> None:
    organisation = listing("UAPA-I-5", list_key="starter", subject="group", authority="IN")
    person = listing("UAPA-IV-2", list_key="starter", subject="person", authority="IN")
    other = listing("UAPA-I-9", list_key="in_uapa", authority="IN")
    assert [e.id for e in make_entities([organisation, person, other])] == ["in_uapa:UAPA-I-9", "person"]
    joined = listing("UAPA-IV-2", list_key="in_uapa_individuals", authority="IN")
    assert [(e.id, [x.list_key for x in e.listings]) for e in make_entities([organisation, person, joined])] == [
        ("group", ["starter"]), ("person", ["in_uapa_individuals"])
    ]
