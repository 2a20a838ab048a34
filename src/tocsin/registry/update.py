"""Taking new states of lists: read, checked against bounds, written, joined and indexed, or refused.

All lists of one update are written in one transaction, and the new index is made before it is committed. A process that
is killed, or a disk that is full, at any point leaves the state before in force (docs/operations.md).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal, Protocol

import msgspec
from sqlalchemy import Connection

from tocsin.errors import FetchFailed, ListRefused, UnreadableFile
from tocsin.model import Entity
from tocsin.registry.resolve import make_register_state
from tocsin.registry.resolving import resolve_register
from tocsin.registry.watch import tell_warnings
from tocsin.settings import Settings
from tocsin.sources import Parsed, RawFile, Source, Unread, find_sources
from tocsin.sources.fetch import Fetched, Known, NotModified
from tocsin.store.audit import append_audit
from tocsin.store.database import open_writer
from tocsin.store.decisions import find_rests
from tocsin.store.history import FetchState, Snapshot, find_fetch_states, find_state, find_states, load_current
from tocsin.store.lock import hold_update_lock
from tocsin.store.raw import describe_raw, digest_files, keep_raw
from tocsin.store.snapshots import NewState, digest_listings, write_confirmation, write_fetch_states, write_state
from tocsin.version import CODE_VERSION

OWN_DATE: Literal["own"] = "own"
Progress = Callable[[str, int, int | None], None]  # what is being done, how much is done, of how much


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One list to bring up to date: from what `load` gives, or from its publisher without it.

    With `dated` the state is not put in force but where it belongs in the list's history: of that day, or of the file's own
    date (`OWN_DATE`).
    """

    source: Source
    load: Callable[[], tuple[RawFile, ...]] | None = None
    dated: dt.date | Literal["own"] | None = None


class UpdateResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one list.

    `outcome` is `updated`, `unchanged` (the state in force was confirmed), `refused` (a state came and is not taken) or
    `failed` (none could be got); `message` says it in a sentence. `digest` and `published_at` are those of the state
    that came. `listings` counts what was read, `records` the publisher's records by kind; `accepted` maps each bound
    that was overridden to what was wrong. `reason` is that of `ListRefused`.
    """

    list_key: str
    outcome: str
    message: str
    digest: str | None = None
    published_at: dt.datetime | None = None
    listings: int = 0
    records: dict[str, int] = {}
    added: int = 0
    removed: int = 0
    changed: int = 0
    unread: tuple[Unread, ...] = ()
    notes: tuple[str, ...] = ()
    accepted: dict[str, str] = {}
    reason: str | None = None


class Builder(Protocol):
    """`match.build_index`."""

    def __call__(self, entities: Sequence[Entity], folder: Path, *, register: str, activate: bool) -> object: ...


class Tools(msgspec.Struct, frozen=True, kw_only=True):
    """What an update does outside the database: fetching, indexing, telling the time. Tests hand in their own."""

    fetch: Callable[[Source, Mapping[str, Known]], Fetched | NotModified]
    build: Builder
    find_register: Callable[[], str | None]
    now: Callable[[], dt.datetime]
    progress: Progress
    actor: str | None = None


def update_register(
    settings: Settings, requests: Sequence[Request], tools: Tools, *, accept: bool = False
) -> tuple[UpdateResult, ...]:
    """Bring lists up to date; one result for each list, in the order asked. A list that is refused does not stop others.

    A request whose files are of several lists of one publisher is one for each of them.

    `accept` takes a state in spite of its count, its age or its incompleteness; that is recorded with it. The index is
    made anew when anything changed, or when it is not that of the state in force.

    Without requests only the index is brought up to date. Raises `Busy` when another process is updating and
    `StoreFailed` when the disk or the database fails; then nothing was taken.
    """
    results: list[UpdateResult] = []
    with hold_update_lock(settings.home):
        with open_writer(settings.database) as connection:
            for request in (part for whole in requests for part in _part(whole)):
                results.append(_Taking(settings, connection, tools, accept=accept).take(request))
            register = _name_register(connection)
            is_stale = register is not None and tools.find_register() != register  # nothing in force makes no index
            if is_stale:
                entities = resolve_register(connection, now=tools.now(), progress=tools.progress)
                register = _name_register(connection)
                assert register is not None
                tools.progress("index", 0, None)
                tools.build(entities, settings.index, register=register, activate=False)
            for result in results:
                append_audit(settings.audit, "update", _details(result, register, accept=accept), actor=tools.actor)
        if is_stale and register is not None:
            tools.build(entities, settings.index, register=register, activate=True)
            tools.progress("index", 1, 1)
    return tuple(results)


def _name_register(connection: Connection) -> str | None:
    """The name of the state in force; `None` when no list was ever taken."""
    states = {key: (state.digest, state.content) for key, state in find_states(connection).items()}
    return make_register_state(states, find_rests(connection)) if states else None


def _part(request: Request) -> tuple[Request, ...]:
    """One request for each list, where a publisher's reader tells every single file as one list's and they differ."""
    identify = getattr(request.source, "identify", None)
    if request.load is None or identify is None:
        return (request,)
    try:
        files = request.load()
    except (ListRefused, UnreadableFile):
        return (request,)  # taking it says so
    known = find_sources()
    keys = [identify((file,)) for file in files] if len(files) > 1 else []
    if len(set(keys)) < 2 or not known.keys() >= set(keys):
        return (msgspec.structs.replace(request, load=lambda: files),)
    parts = {key: tuple(f for f, its in zip(files, keys, strict=True) if its == key) for key in keys}
    return tuple(
        Request(source=known[str(key)], load=partial(tuple, part), dated=request.dated) for key, part in parts.items()
    )


class _Taking:
    """Taking one list's state: what the steps share."""

    def __init__(self, settings: Settings, connection: Connection, tools: Tools, *, accept: bool) -> None:
        self._settings, self._connection, self._tools = settings, connection, tools
        self._accept = accept
        self._digest: str | None = None
        self._accepted: dict[str, str] = {}
        self._notes: list[str] = []
        self._valid_at: dt.datetime | None = None  # where the state belongs, when it is not put in force

    def take(self, request: Request) -> UpdateResult:
        source = request.source
        self._tools.progress(source.key, 0, None)
        try:
            return self._take(request)
        except ListRefused as error:
            return UpdateResult(
                list_key=source.key, outcome="refused", message=str(error), reason=error.reason, digest=self._digest
            )
        except (FetchFailed, UnreadableFile) as error:
            return UpdateResult(list_key=source.key, outcome="failed", message=str(error))

    def _take(self, request: Request) -> UpdateResult:
        source = request.source
        fetched: tuple[FetchState, ...] = ()
        if request.load is not None:
            files = request.load()
            origin = ", ".join(file.name for file in files)
        else:
            known = {s.url: Known(s.etag, s.last_modified) for s in find_fetch_states(self._connection, source.key)}
            answer = self._tools.fetch(source, known)
            origin = ", ".join(source.urls)
            if isinstance(answer, NotModified):
                return self._confirm(source, origin)
            files, fetched = answer.files, _fetch_states(answer)
        source = self._identify(source, files)
        self._digest = digest_files(tuple(describe_raw(file.name, file.data) for file in files))
        if request.dated is not None:
            return self._take_dated(source, files, request.dated, origin)
        state = find_state(self._connection, source.key)
        is_same = state is not None and state.digest == self._digest
        if is_same and state is not None and state.code_version == CODE_VERSION:
            return self._confirm(source, origin, fetched)
        parsed = self._parse(source, files)
        self._check(source, parsed, state)
        if is_same and state is not None and state.content == digest_listings(parsed.listings):
            return self._confirm(source, origin, fetched)
        moment = parsed.published_at or self._tools.now()
        self._notes += tell_warnings(load_current(self._connection, source.key), parsed.listings, moment=moment)
        return self._write(source, files, parsed, origin, fetched)

    def _take_dated(
        self, source: Source, files: Sequence[RawFile], dated: dt.date | Literal["own"], origin: str
    ) -> UpdateResult:
        """Put a state where it belongs. One that is there already is confirmed, another of the same moment refused."""
        parsed = self._parse(source, files)
        self._valid_at = valid = _place(source, parsed.published_at, dated)
        if valid > self._tools.now():
            raise ListRefused(
                f"{source.title}: {valid:%Y-%m-%d} is yet to come; expected the date of an older state. Nothing was "
                "changed.", reason="wrong_date",
            )
        state = find_state(self._connection, source.key, valid_at=valid)
        if state is not None and state.valid_from == valid:
            if state.content == digest_listings(parsed.listings):
                return self._confirm(source, origin, state=state)
            raise ListRefused(
                f"{source.title}: another state of {valid:%Y-%m-%d %H:%M} UTC is in the history already "
                f"(digest {state.digest[:12]}). Nothing was changed.", reason="wrong_date",
            )
        self._check(source, parsed, state)
        return self._write(source, files, parsed, origin, ())

    def _identify(self, source: Source, files: Sequence[RawFile]) -> Source:
        """The list that the files really are, where readers can tell two lists of one format apart."""
        identify = getattr(source, "identify", None)
        key = identify(files) if identify else None
        if not key or key == source.key or key not in find_sources():
            return source
        actual = find_sources()[key]
        self._notes.append(f"The file is '{actual.title}' and was taken as list {actual.key}, not {source.key}.")
        return actual

    def _parse(self, source: Source, files: Sequence[RawFile]) -> Parsed:
        self._tools.progress(f"{source.key}: reading", 0, None)
        try:
            return source.parse(files)
        except ListRefused as error:
            partial = getattr(source, "parse_partial", None)
            if error.reason != "incomplete" or not self._accept or partial is None:
                raise
            self._accepted[error.reason] = str(error)
            parsed: Parsed = partial(files)
            return parsed

    def _check(self, source: Source, parsed: Parsed, state: Snapshot | None) -> None:
        refs = Counter((x.authority, x.ref) for x in parsed.listings)
        twice = sorted(ref for (_, ref), count in refs.items() if count > 1)
        if twice:
            raise ListRefused(
                f"{source.title}: reference {twice[0]} stands for {refs.most_common(1)[0][1]} listings, expected one "
                f"({len(twice)} such references). The state in force stays.", reason="malformed",
            )
        self._check_count(source, len(parsed.listings), state)
        is_older = state and state.published_at and parsed.published_at and parsed.published_at < state.published_at
        if is_older and state and self._valid_at is None:
            self._refuse(
                f"{source.title}: the file is of {parsed.published_at:%Y-%m-%d %H:%M} UTC, older than the state in "
                f"force of {state.published_at:%Y-%m-%d %H:%M} UTC. To put it into the history, say --dated own.",
                "older_state",
            )

    def _check_count(self, source: Source, count: int, state: Snapshot | None) -> None:
        low, high = source.plausible
        if not low <= count <= high:
            text = f"{source.title}: {count:,} listings were read, expected {low:,} to {high:,}."
            self._refuse(text, "implausible_count")
        elif state and count < (1 - source.shrink_limit) * state.listings:
            self._refuse(
                f"{source.title}: {count:,} listings were read, {state.listings:,} are in force; expected at least "
                f"{1 - source.shrink_limit:.0%} of them.", "implausible_count",
            )

    def _refuse(self, message: str, reason: str) -> None:
        if self._accept:
            self._accepted[reason] = message
        else:
            message += " The state in force stays. If the new one is right, take it with --accept."
            raise ListRefused(message, reason=reason)

    def _confirm(
        self, source: Source, origin: str, fetched: tuple[FetchState, ...] | None = None, *,
        state: Snapshot | None = None,
    ) -> UpdateResult:
        """Record that the state in force is still the publisher's. `fetched` is `None` when the publisher said so.

        An older `state` that is given once more is told as it is; there is nothing to record.
        """
        is_older = state is not None
        state = state or find_state(self._connection, source.key)
        if state is None:
            raise FetchFailed(f"{source.title}: the publisher says that nothing changed, but no state is held here.")
        if not is_older:
            write_confirmation(self._connection, state.id, at=self._tools.now(), origin=origin)
        if fetched:
            write_fetch_states(self._connection, source.key, fetched)
        return UpdateResult(
            list_key=source.key, outcome="unchanged", message=f"{source.title}: unchanged.", digest=state.digest,
            published_at=state.published_at, listings=state.listings, records=state.records,
            unread=tuple(Unread(path=path, count=count) for path, count in state.unread),
            notes=(*self._notes, *state.notes), accepted=state.accepted,
        )

    def _write(
        self, source: Source, files: Sequence[RawFile], parsed: Parsed, origin: str, fetched: tuple[FetchState, ...]
    ) -> UpdateResult:
        self._tools.progress(f"{source.key}: writing", 0, len(parsed.listings))
        notes = (*self._notes, *parsed.notes)
        state = NewState(
            list_key=source.key, published_at=parsed.published_at, origin=origin, listings=parsed.listings,
            files=tuple(keep_raw(self._settings.raw, file.name, file.data) for file in files),
            records=parsed.records, unread=tuple((u.path, u.count) for u in parsed.unread), notes=notes,
            accepted=self._accepted, fetched=fetched, code_version=CODE_VERSION,
        )
        done = write_state(self._connection, state, recorded_at=self._tools.now(), valid_at=self._valid_at)
        self._tools.progress(source.key, 1, 1)
        return UpdateResult(
            list_key=source.key, outcome="updated", digest=digest_files(state.files), listings=len(parsed.listings),
            message=f"{source.title}: {done.added:,} added, {done.removed:,} removed, {done.changed:,} changed.",
            published_at=parsed.published_at, records=dict(parsed.records), added=done.added, removed=done.removed,
            changed=done.changed, unread=parsed.unread, notes=notes, accepted=self._accepted,
        )


def _place(source: Source, published: dt.datetime | None, dated: dt.date | Literal["own"]) -> dt.datetime:
    """The moment at which a state came into force: the file's own, which must be of the day that is asked for if any."""
    if dated == OWN_DATE:
        if published is None:
            raise ListRefused(
                f"{source.title}: the file does not say of what date it is; say it with --dated YYYY-MM-DD. Nothing was "
                "changed.", reason="wrong_date",
            )
        return published
    if published is None:
        return dt.datetime(dated.year, dated.month, dated.day, tzinfo=dt.UTC)
    if dated not in (published.date(), published.astimezone(dt.UTC).date()):
        raise ListRefused(
            f"{source.title}: the file is of {published:%Y-%m-%d}, not of {dated}; expected the same date, or "
            f"--dated own. Nothing was changed.", reason="wrong_date",
        )
    return published


def _fetch_states(answer: Fetched) -> tuple[FetchState, ...]:
    return tuple(
        FetchState(url=url, etag=known.etag, last_modified=known.last_modified) for url, known in answer.known.items()
    )


def _details(result: UpdateResult, register: str | None, *, accept: bool) -> dict[str, Any]:
    """An audit line's details: counts, digests and states only; a sentence could quote the file."""
    return {
        "list": result.list_key, "outcome": result.outcome, "reason": result.reason, "digest": result.digest,
        "listings": result.listings, "added": result.added, "removed": result.removed, "changed": result.changed,
        "accept": accept, "accepted": sorted(result.accepted), "register": register, "code": CODE_VERSION,
    }


