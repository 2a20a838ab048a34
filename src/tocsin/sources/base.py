"""What every reader of a published list is, gets and gives.

A reader is pure: bytes in, listings out. It raises `ListRefused` when the bytes are not its list; it never repairs and
never guesses silently: what it did not understand is counted in `Parsed.unread`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import msgspec

from tocsin.errors import ListRefused
from tocsin.model import Listing


class RawFile(msgspec.Struct, frozen=True):
    """One file as received, already unpacked. `name` is its base name, used to tell the files of a set apart."""

    name: str
    data: bytes


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """An element, attribute, column or remark that no rule consumed: its `path` in the document and how often."""

    path: str
    count: int


class Parsed(msgspec.Struct, frozen=True, kw_only=True):
    """A list's state as read. `published_at` is the publisher's own date of it (with a time zone), where it gives one.

    `records` counts the publisher's records by kind, for comparison with the publisher's own totals. `notes` are
    sentences about oddities that were handled ("3 references carried stray spaces").
    """

    listings: tuple[Listing, ...]
    published_at: dt.datetime | None
    records: dict[str, int]
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A published list and how to read it. `docs/lists/KEY.md` describes it for users.

    `urls` are the publisher's official addresses, fetched in order, all of them needed. `plausible` are the least and most
    records that a true state of the list has had, with room. `shrink_limit` is the share of the records in force that a
    new state may lack before it is taken for damaged. `ignored` maps each element or column that is read and not
    kept to the reason. `identify` tells to which of several lists of one publisher files belong (`None`: cannot tell);
    `parse_partial` reads a set of files of which some are missing, for an operator who accepts that. `by_hand` says, for
    a list without `urls`, where a person finds it and what to save.
    """

    key: str
    title: str
    publisher: str
    authority: str
    law: str
    urls: tuple[str, ...]
    format: str
    licence: str
    stale_after_days: int
    plausible: tuple[int, int]
    parse: Callable[[Sequence[RawFile]], Parsed]
    shrink_limit: float = 0.2
    identify: Callable[[Sequence[RawFile]], str | None] | None = None
    parse_partial: Callable[[Sequence[RawFile]], Parsed] | None = None
    ignored: dict[str, str] = {}
    embedded: bool = False
    by_hand: str | None = None


def refused(title: str, reason: str, what: str) -> ListRefused:
    """A refusal of the whole file; `what` says where it is wrong and what was expected, and never quotes a record."""
    return ListRefused(
        f"{title}: {what}. The file was refused as a whole; the state in force stays. Next: get the list again.",
        reason=reason,
    )
