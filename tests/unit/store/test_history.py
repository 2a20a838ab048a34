from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import Connection, text

from tocsin.model import Listing
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.history import (
    _as_of,
    find_changes,
    find_listing,
    find_snapshots,
    find_state,
    find_values,
    find_versions,
    load_current,
)
from tocsin.store.snapshots import NewState, digest_listings, write_state

Make = Callable[..., Listing]
MakeState = Callable[..., NewState]


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, number, tzinfo=dt.UTC)


def test_what_was_listed_on_a_day_is_told_as_it_was_known_on_another(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    old, new = make_listing("QDi.1", "Old Name"), make_listing("QDi.1", "New Name")
    write_state(writer, make_state(old, published=day(1)), recorded_at=day(3))
    write_state(writer, make_state(new, published=day(10), digest="b"), recorded_at=day(12))

    def name(valid: int, known: int | None) -> str | None:
        at = None if known is None else day(known)
        found = find_listing(writer, "un", "QDi.1", valid_at=day(valid), known_at=at)
        return None if found is None else found.caption

    assert name(5, None) == "Old Name"       # it was in force then
    assert name(11, None) == "New Name"
    assert name(11, 11) == "Old Name"        # published on the 10th, but not known here until the 12th
    assert name(11, 12) == "New Name"
    assert name(5, 2) is None                # not known at all yet
    assert name(5, 20) == "Old Name"
    assert find_listing(writer, "un", "QDi.2", valid_at=day(5)) is None


def test_a_removed_listing_ends_on_both_clocks_and_stays_readable(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    stays, goes = make_listing("QDi.1"), make_listing("QDi.2")
    write_state(writer, make_state(stays, goes, published=day(1)), recorded_at=day(1))
    done = write_state(writer, make_state(stays, published=day(5), digest="b"), recorded_at=day(6))
    assert (done.added, done.removed, done.changed) == (0, 1, 0)
    assert find_listing(writer, "un", "QDi.2", valid_at=day(4)) == goes
    assert find_listing(writer, "un", "QDi.2", valid_at=day(5)) is None
    assert find_listing(writer, "un", "QDi.2", valid_at=day(7), known_at=day(5)) == goes
    (version,) = find_versions(writer, "un", "QDi.2")
    assert (version.valid_to, version.recorded_to) == (day(5), day(6))
    assert [(c.kind, c.before, c.after) for c in find_changes(writer, done.snapshot_id)] == [("removed", goes, None)]


def test_a_listing_that_comes_back_keeps_its_history(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    other, one = make_listing("QDi.9"), make_listing("QDi.1")
    for number, listings in enumerate([(one, other), (other,), (one, other)], start=1):
        write_state(writer, make_state(*listings, published=day(number), digest=str(number)), recorded_at=day(number))
    assert len(find_versions(writer, "un", "QDi.1")) == 2
    assert len(find_versions(writer, "un", "QDi.9")) == 1
    assert find_listing(writer, "un", "QDi.1", valid_at=day(2)) is None
    assert find_listing(writer, "un", "QDi.1", valid_at=day(3)) == one


def test_only_listings_that_changed_get_a_new_version(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    first = [make_listing(f"QDi.{n}") for n in range(5)]
    second = [*first[:4], make_listing("QDi.4", "Another Name")]
    write_state(writer, make_state(*first, published=day(1)), recorded_at=day(1))
    done = write_state(writer, make_state(*reversed(second), published=day(2), digest="b"), recorded_at=day(2))
    assert (done.added, done.removed, done.changed) == (0, 0, 1)
    assert writer.execute(text("SELECT count(*) FROM listing_version")).scalar() == 6
    assert {x.ref: x for x in load_current(writer)} == {x.ref: x for x in second}
    assert find_state(writer, "un").content == digest_listings(second)  # type: ignore[union-attr]
    (change,) = find_changes(writer, done.snapshot_id)
    assert (change.before, change.after) == (first[4], second[4])


def test_an_older_state_that_was_accepted_never_puts_two_states_in_force_at_once(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    one, two, three = (make_listing("QDi.1", name) for name in ("One", "Two", "Three"))
    write_state(writer, make_state(one, published=day(1)), recorded_at=day(1))
    write_state(writer, make_state(two, published=day(10), digest="b"), recorded_at=day(11))
    write_state(writer, make_state(three, published=day(5), digest="c"), recorded_at=day(12))
    assert find_listing(writer, "un", "QDi.1", valid_at=day(7)) == one
    assert find_listing(writer, "un", "QDi.1", valid_at=day(10)) == three
    assert find_listing(writer, "un", "QDi.1", valid_at=day(10), known_at=day(11)) == two
    assert [s.published_at for s in find_snapshots(writer, "un")] == [day(1), day(10), day(5)]


def test_without_a_publishers_date_our_own_clock_counts(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    write_state(writer, make_state(make_listing("QDi.1"), published=None), recorded_at=day(4))
    assert find_listing(writer, "un", "QDi.1", valid_at=day(3)) is None
    assert find_listing(writer, "un", "QDi.1", valid_at=day(4)) is not None


def test_values_are_found_with_the_field_and_the_text_that_they_were_read_from(
    writer: Connection, make_listing: Make, make_state: MakeState
) -> None:
    one = make_listing("QDi.1", "Amina Testova")
    write_state(writer, make_state(one, published=day(1)), recorded_at=day(1))
    ((listing, value),) = find_values(writer, "Amina Testova")
    assert listing == one
    assert (value.kind, value.field, value.original) == ("name", "FIRST_NAME", " Amina Testova")
    assert [v.kind for _, v in find_values(writer, "X123")] == ["passport"]
    assert find_values(writer, "nobody") == ()


@pytest.mark.parametrize("known_at", [None, day(3)])
def test_a_look_up_in_time_uses_indexes_only(writer: Connection, known_at: dt.datetime | None) -> None:
    query = _as_of("un", "QDi.1", to_stamp(day(2)), known_at)
    compiled = query.compile(writer, compile_kwargs={"literal_binds": True})
    if writer.dialect.name == "postgresql":
        writer.execute(text("SET LOCAL enable_seqscan = off"))  # of a few rows it would read all
        steps = [row[0] for row in writer.execute(text(f"EXPLAIN {compiled}"))]
        assert [step for step in steps if "Seq Scan" in step] == []
        assert sum("Index" in step and "Scan" in step for step in steps) >= 3
        return
    plan = [row[3] for row in writer.execute(text(f"EXPLAIN QUERY PLAN {compiled}"))]
    assert [step for step in plan if step.startswith("SCAN")] == []
    assert sum("USING INDEX" in step or "COVERING INDEX" in step for step in plan) == 2


def test_a_moment_survives_being_written_and_one_without_a_zone_is_refused() -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert from_stamp(to_stamp(moment)) == moment
    assert len(to_stamp(moment)) == 27
    with pytest.raises(ValueError, match="time zone"):
        to_stamp(dt.datetime(2026, 1, 2))
