"""Authorities' own statements of a subject's references on other lists join, and one authority's slip does not."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.model import Identifier, Listing, Name, Origin
from tocsin.registry.resolve import make_entities

Make = Callable[..., Listing]
LISTS = {"un": "UN", "eu_fsf": "EU", "uk_sl": "UK", "us_ofac": "US"}


def make(list_key: str, ref: str, *names: str, kind: str = "person", says: str = "un_ref") -> Listing:
    """A listing that names references of the UN's list, or of another."""
    return Listing(
        list_key=list_key, authority=LISTS[list_key], ref=ref, kind=kind,  # type: ignore[arg-type]
        names=(Name(text="Amina", role="primary", quality="strong", script="Latn", origin=Origin(field="n")),),
        identifiers=tuple(Identifier(kind=says, number=number, origin=Origin(field="x")) for number in names),
    )


def groups(*listings: Listing) -> set[frozenset[str]]:
    return {frozenset(f"{x.list_key}:{x.ref}" for x in entity.listings) for entity in make_entities(listings)}


def together(*listings: Listing) -> bool:
    return len(groups(*listings)) == 1


def test_listings_that_name_one_reference_are_one_subject_called_by_the_first_list() -> None:
    un, eu, uk = make("un", "QDi.1"), make("eu_fsf", "EU.7", "QDi. 1"), make("uk_sl", "AQD1", "qdi.1")
    (entity,) = make_entities([uk, eu, un])
    assert entity.id == "un:QDi.1"
    assert together(eu, uk)  # also where the list that they name is not in force
    assert make_entities([uk, eu])[0].id == "eu_fsf:EU.7"


def test_a_reference_of_another_authority_joins_too() -> None:
    assert together(make("eu_fsf", "EU.7"), make("uk_sl", "AQD1", "EU.7", says="eu_ref"))
    assert together(make("us_ofac", "123"), make("uk_sl", "AQD1", "123", says="ofac_uid"))
    assert not together(make("us_ofac", "123"), make("uk_sl", "AQD1", "123", says="un_ref"))


@pytest.mark.parametrize("listings", [
    (make("un", "QDi.1"), make("un", "QDi.2"), make("eu_fsf", "EU.7", "QDi.1", "QDi.2")),
    (make("un", "QDi.1"), make("eu_fsf", "EU.7", "QDi.1"), make("eu_fsf", "EU.8", "QDi.1")),
    (make("un", "QDi.1"), make("eu_fsf", "EU.7", "QDi.1", kind="organization")),
], ids=["two references of one list", "one reference on two records", "a person and an organization"])
def test_a_slip_joins_nobody(listings: tuple[Listing, ...]) -> None:
    assert len(groups(*listings)) == len(listings)


def test_two_records_of_one_list_are_two_subjects_whoever_says_otherwise() -> None:
    first, second = make("un", "QDi.1"), make("un", "QDi.2")
    uk = make("uk_sl", "AQD1", "QDi.1")
    eu = msgspec.structs.replace(make("eu_fsf", "EU.7", "QDi.2"), identifiers=(
        *make("eu_fsf", "EU.7", "QDi.2").identifiers, Identifier(kind="uk_ref", number="AQD1", origin=Origin(field="x")),
    ))
    assert all(not {"un:QDi.1", "un:QDi.2"} <= group for group in groups(first, second, uk, eu))


def test_a_subject_of_the_starter_keeps_its_id(listing: Make) -> None:
    starter = [
        listing("QDi.1", list_key="starter", subject="amina"), listing("QDi.2", list_key="starter", subject="boris")
    ]
    entities = make_entities([*starter, make("un", "QDi.1"), make("un", "QDi.2"), make("eu_fsf", "EU.7", "QDi.1")])
    assert [(e.id, [x.ref for x in e.listings]) for e in entities] == [("amina", ["EU.7", "QDi.1"]), ("boris", ["QDi.2"])]


def test_what_the_starter_knows_joins_other_times_too(listing: Make) -> None:
    starter = [
        listing("QDi.1", list_key="starter", subject="amina"),
        listing("77", list_key="starter", subject="amina", authority="US"),
    ]
    then = [make("un", "QDi.1"), make("us_ofac", "77")]
    assert len(make_entities(then)) == 2
    (entity,) = make_entities(then, joining=starter)
    assert [x.list_key for x in entity.listings] == ["un", "us_ofac"]
    (alone,) = make_entities(then[:1], joining=starter)
    assert [x.list_key for x in alone.listings] == ["un"]  # it only joins, and lists nobody


drawn = st.lists(
    st.builds(
        lambda key, ref, names: make(key, ref, *names), st.sampled_from(sorted(LISTS)), st.sampled_from("123"),
        st.lists(st.sampled_from("123"), max_size=2),
    ), max_size=9, unique_by=lambda x: (x.list_key, x.ref),
)


@given(drawn, st.randoms(use_true_random=False))
def test_order_does_not_matter_and_no_list_has_two_records_of_one_subject(listings: list[Listing], dice: object) -> None:
    found = groups(*listings)
    assert found == groups(*sorted(listings, key=lambda _: dice.random()))  # type: ignore[attr-defined]
    assert sum(map(len, found)) == len(listings)
    for group in found:
        keys = [member.partition(":")[0] for member in group]
        assert len(keys) == len(set(keys))
