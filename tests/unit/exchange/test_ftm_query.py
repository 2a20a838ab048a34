"""Examples in FollowTheMoney's words as queries."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import BadInput
from tocsin.exchange.ftm_model import OTHERS, SCHEMATA, find_property, get_family, get_label, get_properties, is_matchable
from tocsin.exchange.ftm_query import KINDS_OF, read_example
from tocsin.model import Query


def test_each_property_goes_where_it_is_compared() -> None:
    read = read_example("Person", {
        "name": ["Amina Testova"], "alias": "Minka T", "birthDate": "1965-04", "nationality": ["Pakistan"], "country": "pk",
        "gender": "F", "birthPlace": "Lahore", "address": ["1 Example St, Lahore"], "passportNumber": ["AB 123"],
        "innCode": "7701", "email": "a@example.org", "phone": "+92 300 1234567", "website": "example.org",
    })
    query = read.query
    assert query is not None
    assert (query.names, query.kind, query.gender) == (("Amina Testova", "Minka T"), "person", "female")
    assert ([str(b) for b in query.births], query.countries) == (["1965-04"], ("pk",))
    assert query.identifiers == ("passport:AB 123", "tax_id:7701")
    assert (query.birth_places, query.addresses) == (("Lahore",), ("1 Example St, Lahore",))
    assert (query.emails, query.phones, query.websites) == (("a@example.org",), ("+92 300 1234567",), ("example.org",))
    assert read.unused == ()
    assert read.properties["nationality"] == ["pk"]


@pytest.mark.parametrize(("schema", "name", "value", "field", "expected"), [
    ("Vessel", "imoNumber", "9074729", "identifiers", ("imo:9074729",)),
    ("Vessel", "buildDate", 1987, "births", None), ("Vessel", "flag", "Panama", "countries", ("pa",)),
    ("Company", "leiCode", "5493001KJTIIGC8Y1R12", "identifiers", ("lei:5493001KJTIIGC8Y1R12",)),
    ("Organization", "swiftBic", "DEUTDEFF", "identifiers", ("bic:DEUTDEFF",)),
    ("Airplane", "serialNumber", "MSN 1", "identifiers", ("aircraft_serial:MSN 1",)),
    ("Company", "jurisdiction", "hk", "countries", ("hk",)), ("Company", "isinCode", "US0378331005", "identifiers", ("isin:US0378331005",)),
])
def test_numbers_keep_the_kind_that_their_property_states(
    schema: str, name: str, value: Any, field: str, expected: tuple[str, ...] | None
) -> None:
    query = read_example(schema, {"name": ["Some Name"], name: value}).query
    found = getattr(query, field)
    assert found == expected if expected else len(found) == 1


def test_a_wallet_is_asked_for_by_its_address_and_anybody_may_hold_it() -> None:
    read = read_example("CryptoWallet", {"publicKey": ["bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh"]})
    assert read.query == Query(wallets=("bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfjhx0wlh",))
    assert "person" in read.kinds


def test_a_name_is_made_of_its_parts_where_there_is_none() -> None:
    parts = {"firstName": "Amina", "lastName": "Testova"}
    assert getattr(read_example("Person", parts).query, "names", None) == ("Amina Testova",)
    assert getattr(read_example("Person", {**parts, "name": "Minka"}).query, "names", None) == ("Minka",)


@pytest.mark.parametrize(("name", "value"), [
    ("birthDate", "soon"), ("nationality", "Atlantis"), ("gender", "zz"), ("email", "nobody"), ("idNumber", "--"),
    ("name", ["Amina", "..."]), ("alias", {"a": "b"}), ("nmae", "x"), ("address", "9"), ("alias", "x" * 3_000),
])
def test_what_cannot_be_read_is_told_or_refused_and_never_repeated(name: str, value: Any) -> None:
    given_ = {"name": "Amina Testova", name: value} if name != "name" else {name: value}
    assert read_example("Person", given_).unused == (name,)
    with pytest.raises(BadInput, match=name) as caught:
        read_example("Person", given_, strict=True)
    assert not isinstance(value, str) or len(value) < 3 or value not in str(caught.value)


def test_nothing_to_look_for_is_refused() -> None:
    with pytest.raises(BadInput, match="Nothing to look for"):
        read_example("Person", {"birthDate": "1965", "nationality": "pk"})


def test_a_schema_of_which_no_list_has_anything_is_taken_and_asks_nothing() -> None:
    assert read_example("Position", {"name": "Minister"}).query is None
    with pytest.raises(BadInput, match="did you mean 'Person'"):
        read_example("Perso", {})


def test_schemata_know_their_families() -> None:
    assert get_family("Company") == {"Company", "Organization", "LegalEntity"}
    assert {"Person", "Company", "Vessel"} < get_family("Thing")
    assert set(KINDS_OF) <= set(SCHEMATA)
    assert all(is_matchable(name) or name == "Asset" for name in KINDS_OF)
    assert not set(OTHERS) & set(SCHEMATA)


def test_properties_are_inherited_and_found_by_either_name() -> None:
    assert get_properties("Person")["name"] == "name"
    assert "imoNumber" not in get_properties("Person")
    assert find_property("Person:name") == ("Thing", "name")
    assert find_property("birthDate") == ("Person", "birthDate")
    assert find_property("Person:banana") is None
    assert get_label("birthDate") == "Birth date"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=8,
)


@given(
    schema=st.sampled_from([*SCHEMATA, *OTHERS, "Banana"]), strict=st.booleans(),
    properties=st.dictionaries(st.sampled_from([*get_properties("Person"), *get_properties("Vessel"), "x"]), VALUES, max_size=6),
)
def test_whatever_is_given_is_read_or_refused_with_our_own_error(
    schema: str, strict: bool, properties: dict[str, Any]
) -> None:
    try:
        read = read_example(schema, properties, strict=strict)
    except BadInput:
        return
    assert not (strict and read.unused)
    assert all(isinstance(text, str) for values in read.properties.values() for text in values)
    assert set(read.unused) <= set(properties)
