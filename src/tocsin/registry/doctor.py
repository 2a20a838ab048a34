"""The doctor: every list in force and the installation itself, looked over for what an operator should know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence

import msgspec
from sqlalchemy import Connection

from tocsin.errors import Busy, NotFound, StoreFailed, suggest
from tocsin.model import Listing
from tocsin.registry.imports import find_every_source
from tocsin.registry.installation import RESTORE, check_files, check_index, check_kept, check_space, check_store
from tocsin.registry.lists import ListState, find_lists
from tocsin.registry.watch import Finding, check_change, check_state, check_unread, sort_findings
from tocsin.registry.watch_columns import Key
from tocsin.registry.watch_series import Rhythm, check_series, find_rhythm
from tocsin.settings import Settings
from tocsin.store.database import has_register, open_reader
from tocsin.store.decisions import find_rests
from tocsin.store.history import Snapshot, find_changes, find_snapshots, find_states, load_current

LOOK_BACK = 5  # states: what moved or was emptied is told for so long, unless it was mended in between
Progress = Callable[[str, int, int | None], None]


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """What the doctor found, most severe first, and the rhythm of each list that was looked at."""

    checked_at: dt.datetime
    findings: tuple[Finding, ...]
    rhythms: tuple[Rhythm, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nothing is worse than `info`."""
        return all(finding.severity == "info" for finding in self.findings)


def examine(
    settings: Settings, keys: Sequence[str], *, find_register: Callable[[], str | None], now: dt.datetime, progress: Progress
) -> Report:
    """Look over the installation and the lists of `keys`, or every list in force.

    A damaged or missing file is a finding and not an error. `NotFound` for an unknown list, or one of which no state was
    taken.
    """
    known = find_every_source(settings)
    for key in keys:
        if key not in known:
            raise NotFound(f"No list is called '{key}'; {suggest(key, known)}")
    progress("installation", 0, None)
    findings = list(check_files(settings))
    rhythms: list[Rhythm] = []
    if not has_register(settings.database):
        return Report(checked_at=now, findings=sort_findings([*findings, _no_database(
            f"There is no register in {settings.home} yet.", "Run `tocsin update`."
        )]))
    try:
        findings += check_space(settings)
        with open_reader(settings.database) as connection:
            findings += _check_register(connection, settings, find_register, progress)
            for key in _choose(connection, keys):
                progress(key, 0, None)
                rhythm, found = _check_list(connection, key, now)
                rhythms.append(rhythm)
                findings += found
                progress(key, 1, 1)
    except (StoreFailed, Busy) as error:
        findings.append(_no_database(str(error), "Try again." if isinstance(error, Busy) else RESTORE))
    except msgspec.DecodeError:
        findings.append(_no_database(f"Database {settings.database} holds rows that are not as they were written.", RESTORE))
    return Report(checked_at=now, findings=sort_findings(findings), rhythms=tuple(rhythms))


def _no_database(seen: str, next_: str) -> Finding:
    return Finding(rule="installation.database", severity="error", seen=seen, next=next_)


def _check_register(
    connection: Connection, settings: Settings, find_register: Callable[[], str | None], progress: Progress
) -> Iterator[Finding]:
    yield from check_store(connection, settings)
    in_force = tuple(find_states(connection).values())
    yield from check_index(settings, in_force, find_register(), rests=find_rests(connection))
    yield from check_kept(
        settings, find_snapshots(connection), in_force, progress=lambda done, total: progress("raw files", done, total)
    )


def _choose(connection: Connection, keys: Sequence[str]) -> tuple[str, ...]:
    states = find_states(connection)
    for key in keys:
        if key not in states:
            raise NotFound(f"List {key}: no state was taken; `tocsin lists` shows what is in force.")
    return tuple(dict.fromkeys(keys)) or tuple(states)


def _check_list(connection: Connection, key: str, now: dt.datetime) -> tuple[Rhythm, list[Finding]]:
    states = find_snapshots(connection, key)
    listed = next((x for x in find_lists(connection, now=now) if x.list_key == key), None)
    listings = tuple(load_current(connection, key))
    state = states[-1]
    findings = list(check_state(listings, moment=state.published_at or state.recorded_at, list_key=key))
    findings += _check_changes(connection, states, listings)
    if len(states) > 1:
        findings += check_unread(states[-2].unread, state.unread, list_key=key)
    listed = listed or _unknown(state)
    findings += check_series(states, listed, now=now)
    return find_rhythm(states, stale_after_days=listed.stale_after_days, now=now), findings


def _unknown(state: Snapshot) -> ListState:
    """A list in force that this version has no reader for."""
    return ListState(list_key=state.list_key, title=state.list_key, authority="", in_force=True, stale_after_days=0)


def _check_changes(connection: Connection, states: Sequence[Snapshot], listings: Sequence[Listing]) -> list[Finding]:
    """What is odd beside the state before, and beside that of `LOOK_BACK` states ago where it still is."""
    known: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for back, before in _iter_earlier(connection, states, listings):
        since = f" Since the state of {states[-1 - back].valid_from:%Y-%m-%d}." if back > 1 else ""
        for finding in check_change(before, listings, list_key=states[-1].list_key):
            told = msgspec.structs.replace(finding, seen=f"{finding.seen}{since}")
            known.setdefault((finding.rule, finding.fields), told)
    return list(known.values())


def _iter_earlier(
    connection: Connection, states: Sequence[Snapshot], listings: Sequence[Listing]
) -> Iterator[tuple[int, tuple[Listing, ...]]]:
    """The listings of the state before, and of the oldest one looked at, by undoing what each state changed."""
    most = min(LOOK_BACK, len(states) - 1)
    held: dict[Key, Listing] = {(x.authority, x.ref): x for x in listings}
    for back in range(1, most + 1):
        for change in find_changes(connection, states[-back].id):
            if change.after is not None:
                held.pop((change.after.authority, change.after.ref), None)
            if change.before is not None:
                held[change.before.authority, change.before.ref] = change.before
        if back in (1, most):
            yield back, tuple(held.values())
