"""What a list said under one reference over time: versions with what changed in each, and the times in between.

A record that vanishes is not always a delisting. Publishers lose records for days, write references with other spaces or
endings for a state or two, and number records anew. Such gaps are marked as suspected glitches by the rules of `MARKS`;
they stay in the history as they were published, and a person decides.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import msgspec
from sqlalchemy import Connection

from tocsin.errors import NotFound
from tocsin.model import Listing, PartialDate
from tocsin.store.history import Version, find_changes, find_references, find_versions
from tocsin.store.values import iter_values

RETURN_DAYS = 366  # an absence that is longer is taken for what it looks like, whatever the record says when it is back
MARKS = {
    "renumbered": "publisher glitch suspected: the same record (number {record}) stood under {other} then",
    "returned": "publisher glitch suspected: back after {days} days, with the same date of listing ({listed})",
    "back": "publisher glitch suspected: the same record (number {record}) was back after {days} days",
    "goes_on": "no delisting: the same record (number {record}) goes on under {other}",
}


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of value ("name", "birth", "passport", "updated_on", ...): what a version lost and what it gained."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """One version: from when to when the list said it, when we learned that, and what differs from the version before.

    `valid_from` of a list's first state is the date of that state, not of the listing: see `Past.listed_on`.
    """

    caption: str
    valid_from: dt.datetime
    valid_to: dt.datetime | None
    recorded_from: dt.datetime
    recorded_to: dt.datetime | None
    opened_by: int
    closed_by: int | None
    changes: tuple[FieldChange, ...]


class Gap(msgspec.Struct, frozen=True, kw_only=True):
    """A time without the record, or since when it is gone (`until` absent). `mark` is the key of `MARKS`, if any tells."""

    since: dt.datetime
    until: dt.datetime | None
    mark: str | None = None
    text: str | None = None
    other_ref: str | None = None


class Past(msgspec.Struct, frozen=True, kw_only=True):
    """All that one list said under one reference. `listed_on` is the list's own date, as last stated."""

    list_key: str
    authority: str
    ref: str
    caption: str
    in_force: bool
    listed_on: PartialDate | None
    versions: tuple[Said, ...]
    gaps: tuple[Gap, ...]


def find_past(connection: Connection, ref: str, *, known_at: dt.datetime | None = None) -> tuple[Past, ...]:
    """The past of a reference on every list that ever had it, as known now or at another moment.

    "un:QDi.264" asks one list. `NotFound` when no state that was taken has it.
    """
    list_key, colon, rest = ref.partition(":")
    found = find_references(connection, ref) or tuple(
        pair for pair in find_references(connection, rest) if colon and pair[0] == list_key
    )
    pasts = (_make_past(connection, key, its_ref, known_at) for key, its_ref in found)
    told = tuple(past for past in pasts if past is not None)
    if not told:
        raise NotFound(
            f"No state of a list that was taken has the reference '{ref}'; `tocsin match NAME` finds subjects by name."
        )
    return told


def _make_past(connection: Connection, list_key: str, ref: str, known_at: dt.datetime | None) -> Past | None:
    versions = find_versions(connection, list_key, ref, known_at=known_at)
    if not versions:
        return None
    last = versions[-1].listing
    return Past(
        list_key=list_key, authority=last.authority, ref=ref, caption=last.caption, in_force=versions[-1].valid_to is None,
        listed_on=last.listed_on, versions=tuple(_tell_versions(versions)), gaps=tuple(_find_gaps(connection, versions)),
    )


def _tell_versions(versions: Sequence[Version]) -> Iterator[Said]:
    before: Listing | None = None
    for v in versions:
        yield Said(
            caption=v.listing.caption, valid_from=v.valid_from, valid_to=v.valid_to, recorded_from=v.recorded_from,
            recorded_to=v.recorded_to, opened_by=v.opened_by, closed_by=v.closed_by,
            changes=compare_listings(before, v.listing) if before else (),
        )
        before = v.listing


def compare_listings(before: Listing, after: Listing) -> tuple[FieldChange, ...]:
    """What differs between two versions of a listing, kind by kind, in the order of the listing."""
    old, new = _texts_of(before), _texts_of(after)
    changes = []
    for field in dict.fromkeys((*old, *new)):
        lost, gained = (Counter(x.get(field, ())) for x in (old, new))
        if lost != gained:
            changes.append(FieldChange(
                field=field, before=tuple((lost - gained).elements()), after=tuple((gained - lost).elements())
            ))
    return tuple(changes)


def _texts_of(listing: Listing) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for value in iter_values(listing):
        texts.setdefault(value.kind, []).append(value.text)
    plain = {
        "caption": listing.caption, "kind": listing.kind, "gender": listing.gender, "listed_on": listing.listed_on,
        "record_id": listing.record_id,
    }
    texts.update((field, [str(value)]) for field, value in plain.items() if value is not None)
    if listing.updated_on:
        texts["updated_on"] = [str(date) for date in listing.updated_on]
    return texts


def _find_gaps(connection: Connection, versions: Sequence[Version]) -> Iterator[Gap]:
    for before, after in pairwise(versions):
        if before.valid_to is not None and before.valid_to < after.valid_from:
            yield _judge(connection, before, after)
    if versions[-1].valid_to is not None:
        yield _judge(connection, versions[-1], None)


def _judge(connection: Connection, before: Version, after: Version | None) -> Gap:
    """A gap, with the first rule that tells it for a glitch. Records are known by the list's own number of them."""
    since, record = before.valid_to or before.valid_from, before.listing.record_id
    until = after.valid_from if after else None
    other = _find_other(connection, before)
    if other is not None:
        mark = "renumbered" if after else "goes_on"
        text = MARKS[mark].format(record=record, other=other)
        return Gap(since=since, until=until, mark=mark, text=text, other_ref=other)
    days = max(1, (after.valid_from - since).days) if after else 0
    found = _tell_return(before.listing, after.listing) if after is not None and days <= RETURN_DAYS else None
    told = MARKS[found].format(record=record, listed=before.listing.listed_on, days=days) if found else None
    return Gap(since=since, until=until, mark=found, text=told)


def _tell_return(before: Listing, after: Listing) -> str | None:
    """Whether what is back is what went: a subject that is listed anew has another date of listing."""
    if before.listed_on is not None and before.listed_on == after.listed_on:
        return "returned"
    is_same = before.record_id is not None and before.record_id == after.record_id
    return "back" if is_same and before.listed_on == after.listed_on else None


def _find_other(connection: Connection, gone: Version) -> str | None:
    """The reference under which the record stands in the state that no longer has it under its own."""
    if gone.closed_by is None or not gone.listing.record_id:
        return None
    for change in find_changes(connection, gone.closed_by):
        if change.before is None and change.after is not None and change.after.record_id == gone.listing.record_id:
            return change.after.ref
    return None
