"""From the records of an enhanced or advanced file to a list's state: which records are of that list, and their totals."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from tocsin.errors import ListRefused
from tocsin.sources.base import Parsed, Unread
from tocsin.sources.ofac_record import SDN_LIST, Gathered, OfacRecord
from tocsin.sources.ofac_stream import STAYS

SDN, NON_SDN_KEY = "us_ofac", "us_ofac_nonsdn"
TITLES = {SDN: "the SDN list", NON_SDN_KEY: "the consolidated non-SDN list"}


def tell_list(sdn: int, other: int) -> str | None:
    """The key of the list that a file is of, by how many of its records stand on the SDN list and how many only on others.

    `None` when it has both lists: only the non-SDN file has more of the others, as some of its records stand on both.
    """
    if other == 0:
        return SDN if sdn else None
    return NON_SDN_KEY if sdn <= other else None


def finish(
    records: Sequence[OfacRecord], *, list_key: str, published_at: dt.datetime | None, kinds: Mapping[str, str],
    gathered: Gathered, unread: Counter[str], notes: Counter[str],
) -> Parsed:
    """The state of `list_key`; `kinds` has each record's kind in OFAC's word, by reference.

    `ListRefused`: `empty` without records, `different_document` when the records are of the publisher's other list.
    """
    if not records:
        raise ListRefused(f"The OFAC file has no records. {STAYS}", reason="empty")
    on_sdn = [any(name == SDN_LIST for name, _ in record.lists) for record in records]
    stated = [bool(record.lists) for record in records]
    only_other = sum(s and not own for s, own in zip(stated, on_sdn, strict=True))
    found = tell_list(sum(on_sdn), only_other)
    if found is not None and found != list_key:
        raise ListRefused(
            f"This is {TITLES[found]}, not {TITLES[list_key]}: update {found} with it. {STAYS}", reason="different_document"
        )
    kept = [record for record in records if _belongs(record, list_key)]
    for record in kept:
        record.set_listed_on(sdn=list_key == SDN)
    notes = Counter(notes)
    notes["records of OFAC's other list in the file, left out"] += len(records) - len(kept)
    notes["dates of birth of which the text and the parts differ; the text was taken"] += gathered.unequal_dates
    notes["dates that are no dates, kept as text"] += gathered.bad_dates
    unread = unread + Counter({f"/type of identifier: {label}": count for label, count in gathered.unknown.items()})
    return Parsed(
        listings=tuple(record.build(list_key) for record in kept), published_at=published_at,
        records=dict(Counter(kinds[record.ref] for record in kept)),
        unread=tuple(Unread(path=path, count=count) for path, count in sorted(unread.items())),
        notes=tuple(f"{count} {what}" for what, count in sorted(notes.items()) if count),
    )


def _belongs(record: OfacRecord, list_key: str) -> bool:
    names = {name for name, _ in record.lists}
    return not names or (SDN_LIST in names if list_key == SDN else bool(names - {SDN_LIST}))
