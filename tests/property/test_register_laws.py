from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.model import Listing, Name, Origin
from tocsin.registry.resolve import make_entities
from tocsin.settings import Server
from tocsin.store.audit import append_audit, read_audit, verify_audit
from tocsin.store.database import open_writer
from tocsin.store.history import find_listing, load_current
from tocsin.store.raw import KeptFile
from tocsin.store.snapshots import NewState, write_state


def make_listing(list_key: str, authority: str, ref: str, subject: str | None, name: str = "Amina") -> Listing:
    return Listing(
        list_key=list_key, authority=authority, ref=ref, kind="person", subject=subject,
        names=(Name(text=name, role="primary", quality="strong", script="Latn", origin=Origin(field="names[0]")),),
    )


REFS, AUTHORITIES = st.sampled_from("123"), st.sampled_from(("UN", "US"))
STARTER = st.builds(make_listing, st.just("starter"), AUTHORITIES, REFS, st.sampled_from(("one", "two")), st.sampled_from("xy"))
OFFICIAL = st.builds(
    lambda list_key, ref: make_listing(list_key, "UN" if list_key == "un" else "US", ref, None),  # a list is one authority's
    st.sampled_from(("un", "us_ofac", "us_ofac_nonsdn")), REFS,
)


def key_of(listing: Listing) -> tuple[str, str, str]:
    return listing.list_key, listing.authority, listing.ref


LISTINGS = st.lists(st.one_of(STARTER, OFFICIAL), max_size=12, unique_by=key_of)


@given(LISTINGS, st.randoms(use_true_random=False))
def test_the_order_of_listings_never_matters_to_joining(listings: list[Listing], random: object) -> None:
    shuffled = sorted(listings, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert make_entities(shuffled) == make_entities(listings)


@given(LISTINGS)
def test_every_official_listing_is_in_exactly_one_entity_and_no_entity_is_empty(listings: list[Listing]) -> None:
    entities = make_entities(listings)
    members = [key_of(x) for e in entities for x in e.listings]
    assert len(members) == len(set(members))
    assert {key_of(x) for x in listings if x.subject is None} <= set(members) <= {key_of(x) for x in listings}
    assert all(e.listings for e in entities)
    assert [e.id for e in entities] == sorted({e.id for e in entities})


DETAILS = st.dictionaries(st.text(max_size=5), st.one_of(st.integers(), st.text(max_size=8), st.none()), max_size=3)


@settings(max_examples=25, deadline=None)
@given(st.lists(DETAILS, min_size=1, max_size=4))
def test_any_details_survive_the_audit_and_its_chain_holds(details: list[dict[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "audit.db"
        for item in details:
            append_audit(path, "test", item)
        assert [line.details for line in read_audit(path)] == details
        assert verify_audit(path) == len(details)


STATES = st.lists(st.dictionaries(REFS, st.sampled_from(("Amina", "Boris")), min_size=1), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None)
@given(states=STATES)
def test_every_state_that_was_ever_taken_can_be_looked_up_again(
    fresh_register: Callable[[], AbstractContextManager[Path | Server]], states: list[dict[str, str]]
) -> None:
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    with fresh_register() as database, open_writer(database) as connection:
        for number, state in enumerate(states):
            listings = tuple(make_listing("un", "UN", ref, None, name) for ref, name in state.items())
            write_state(connection, NewState(
                list_key="un", published_at=start + dt.timedelta(days=10 * number), origin="x", listings=listings,
                files=(KeptFile(name="x", digest=str(number), bytes=1),), records={}, code_version="0",
            ), recorded_at=start + dt.timedelta(days=10 * number + 1))
            assert {x.ref: x.caption for x in load_current(connection)} == state
        for number, state in enumerate(states):
            for ref in "123":
                valid, known = (start + dt.timedelta(days=10 * number + plus) for plus in (5, 2))
                now = find_listing(connection, "un", ref, valid_at=valid)
                then = find_listing(connection, "un", ref, valid_at=valid, known_at=known)
                assert (now.caption if now else None) == (then.caption if then else None) == state.get(ref)
