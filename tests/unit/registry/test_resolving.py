"""A register that is joined step by step is joined as if all had come at once."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine

from tocsin.model import DateSpan, DateValue, Listing, Name, Origin
from tocsin.registry import resolving
from tocsin.registry.likeness import Likeness
from tocsin.registry.resolving import compare_listings, digest_listing, update_likenesses
from tocsin.store.schema import METADATA

NAMES = ["Amina Testova Probinska", "Amina Testova", "Testova Probinska Amina", "Boris Esempio"]


def make(list_key: str, ref: int, name: str, born: str) -> Listing:
    origin = Origin(field="X")
    return Listing(
        list_key=list_key, authority=list_key.upper(), ref=str(ref), kind="person",
        names=(Name(text=name, role="primary", quality="strong", script="Latn", origin=origin),),
        births=(DateValue(span=DateSpan.parse(born), origin=origin),),
    )


LISTINGS = st.lists(
    st.builds(make, st.sampled_from(["un", "eu", "uk"]), st.integers(1, 4), st.sampled_from(NAMES), st.sampled_from(["1960-03-04", "1961"])),
    max_size=8, unique_by=lambda x: (x.list_key, x.ref),
)


def update(connection: Connection, listings: Sequence[Listing]) -> dict[tuple[str, str], Likeness]:
    kept = update_likenesses(connection, [(x, digest_listing(x)) for x in listings], progress=lambda *_: None)
    return {p: Likeness(logit=x.logit, verdict=x.verdict, reasons=x.reasons, lacks=x.lacks) for p, x in kept.items()}


@given(st.lists(LISTINGS, min_size=1, max_size=4))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_was_kept_is_never_other_than_what_is_worked_out_anew(monkeypatch: pytest.MonkeyPatch, states: list[list[Listing]]) -> None:
    monkeypatch.setattr(resolving, "LARGEST", 3)
    monkeypatch.setattr("tocsin.registry.blocks.LARGEST", 3)
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        for listings in states:
            assert update(connection, listings) == compare_listings(listings)
    engine.dispose()


def test_what_did_not_change_is_not_compared_again(writer: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    weighed: list[tuple[str, str]] = []
    weigh = resolving.weigh_pair

    def count(one: object, other: object) -> object:
        weighed.append((one.listing.list_key, other.listing.list_key))  # type: ignore[attr-defined]
        return weigh(one, other)  # type: ignore[arg-type]

    monkeypatch.setattr(resolving, "weigh_pair", count)
    first = [make("un", 1, NAMES[0], "1960-03-04"), make("eu", 2, NAMES[0], "1960-03-04")]
    update(writer, first)
    update(writer, first)
    assert weighed == [("eu", "un")]
    update(writer, [first[0], msgspec.structs.replace(first[1], gender="female"), make("uk", 3, NAMES[0], "1960-03-04")])
    assert sorted(weighed[1:]) == [("eu", "uk"), ("eu", "un"), ("uk", "un")]


@pytest.fixture
def writer() -> object:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def test_a_run_says_how_far_it_is() -> None:
    told: list[tuple[str, int, int | None]] = []
    listings = [make("un", 1, NAMES[0], "1960-03-04"), make("eu", 2, NAMES[0], "1960-03-04")]
    compare_listings(listings, progress=lambda *step: told.append(step))
    assert told == [("comparing", 0, None), ("comparing", 0, 1), ("comparing", 1, 1)]
