"""Where the rooms are put together: what the doors call, and the only place that knows them all.

Importing this loads nothing heavy, and `match` and `who` never do: they read the mapped index and append to the audit
through the standard library. The database is opened by what needs it.
"""

from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import BadInput, Busy, NotFound, StoreFailed
from tocsin.model import Basis, Entity, Hit, Query
from tocsin.settings import Settings
from tocsin.store.audit import AuditLine, append_audit, read_audit, verify_audit
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from tocsin.match import Index
    from tocsin.registry.lists import ListState
    from tocsin.registry.review import Order, ReviewPair
    from tocsin.registry.show import SubjectView
    from tocsin.registry.update import Progress, Request, UpdateResult
    from tocsin.registry.who import WhoLists
    from tocsin.store.decisions import Decision, StoredLink
    from tocsin.store.history import Change

STARTER = "starter"
NEAR = 0.30        # how far under the threshold a subject is still told as near
PATIENCE_S = 60.0  # how long a first run waits for another process that is making the same register


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hits, best first, and what they rest on. `near` are subjects a little under the threshold, only where asked for."""

    basis: Basis
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()


class App:
    """One register and all that can be asked of it. Safe to share by threads; processes each make their own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._index: Index | None = None
        self._index_name = ""

    def ensure_register(self, notify: Callable[[str], None] = lambda _: None) -> None:
        """Make the register when there is none, from the starter list inside the package; needs no network. Make the
        index when only that is missing.

        `notify` gets one sentence when something is made. When another process is making it, waits for that.
        """
        if self._find_index_name():
            return
        has_states = self._has_states()
        notify(
            "The index is being made from the register." if has_states else
            "A new register is being made from the starter list; `tocsin update` brings in the official lists."
        )
        try:
            results = self._update(() if has_states else self._make_requests((STARTER,), ()))
        except Busy:
            if not self._wait_for_index():
                raise
            return
        if any(r.outcome in ("refused", "failed") for r in results):
            raise StoreFailed(f"The register could not be made: {results[0].message}")

    def index(self) -> Index:
        """The index in force, opened once and again when an update has swapped it.

        `NotFound` when there is no register yet, `StoreFailed` when the index is damaged or of another version.
        """
        from tocsin.match import open_index

        name = self._find_index_name()
        if self._index is None or name != self._index_name:
            self._index, self._index_name = open_index(self.settings.index, engine=self.settings.engine), name
        return self._index

    def match(
        self, query: Query, *, threshold: float | None = None, limit: int | None = None, changes: bool = False, near: int = 0
    ) -> Answer:
        """Who on the lists in force this may be. Writes one audit line, without what was asked.

        With `changes` each hit says what would make it none. With `near`, so many subjects that score less than the
        threshold, but not by more than `NEAR`, are told too.

        `BadInput` when there is nothing to look for. `StoreFailed` when the audit cannot be written: then there is no
        answer.
        """
        index = self.index()
        basis = self.make_basis(threshold)
        most = self.settings.limit if limit is None else limit
        if most < 1:
            raise BadInput("The limit of hits: expected 1 or more. Nothing was looked for.")
        hits = index.find_hits(query, threshold=basis.threshold, limit=most)
        under: tuple[Hit, ...] = ()
        if near:
            floor, known = max(0.0, basis.threshold - NEAR), {h.subject for h in hits}
            more = index.find_hits(query, threshold=floor, limit=most + near) if len(hits) < most else ()
            under = tuple(h for h in more if h.subject not in known)[:near]
        if changes:
            hits = index.add_changes(query, hits, threshold=basis.threshold)
            under = index.add_changes(query, under, threshold=basis.threshold)
        self._record("match", basis, {"names": len(query.names), "limit": most, "hits": len(hits)})
        return Answer(basis=basis, hits=hits, near=under)

    def who(self, name: str, *, threshold: float | None = None, limit: int | None = None) -> tuple[WhoLists, ...]:
        """Who lists the subjects that `name` may mean, and who does not; best first. Writes one audit line."""
        from tocsin.registry.who import who_lists

        basis = self.make_basis(threshold)
        most = self.settings.limit if limit is None else limit
        found = who_lists(name, self.index(), threshold=basis.threshold, limit=most)
        self._record("who", basis, {"limit": most, "hits": len(found)})
        return found

    def make_basis(self, threshold: float | None = None) -> Basis:
        """What an answer given now rests on."""
        least = self.settings.threshold if threshold is None else threshold
        if not 0 <= least <= 1:
            raise BadInput("The threshold: expected a number from 0 to 1. Nothing was looked for.")
        index = self.index()
        return Basis(
            register=index.register, code=CODE_VERSION, name_data=index.name_data, engine=index.engine, threshold=least
        )

    def record_screening(self, details: Mapping[str, Any]) -> AuditLine:
        """Write the audit line of a batch: counts, digests and settings, never a person's data."""
        return append_audit(self.settings.audit, "screen", details)

    def update(
        self, keys: Sequence[str] = (), *, files: Sequence[Path] = (), accept: bool = False,
        progress: Progress | None = None,
    ) -> tuple[UpdateResult, ...]:
        """Bring lists up to date from their publishers, or one list from `files`. Without keys, every list that has
        an address. One result for each; a list that fails does not stop the others. A new register gets the starter
        list too, since that is what joins the lists of several authorities.

        `NotFound` for an unknown key; `BadInput` for files without exactly one key; `Busy` and `StoreFailed` as
        `registry.update.update_register` says.
        """
        requests = self._make_requests(keys, files)
        first: tuple[Request, ...] = ()
        if not self._find_index_name() and STARTER not in keys and not self._has_states():
            first = self._make_requests((STARTER,), ())
        return self._update((*first, *requests), accept=accept, progress=progress)[len(first):]

    def lists(self) -> tuple[ListState, ...]:
        """Every list that this installation can read, and the state of those in force."""
        from tocsin.registry.lists import find_lists
        from tocsin.store.database import open_reader

        if not self.settings.database.is_file():
            return find_lists(None, now=_now())
        with open_reader(self.settings.database) as connection:
            return find_lists(connection, now=_now())

    def show(self, ref: str) -> tuple[SubjectView, ...]:
        """The subjects of that id or reference, each value with the place that it was read from.

        `NotFound`, with the nearest reference, when nothing in force has it.
        """
        from tocsin.registry.show import ListedState, show_subject
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states

        with open_reader(self.settings.database) as connection:
            states = find_states(connection)
        return show_subject(ref, self.index(), {
            key: ListedState(
                list_key=key, digest=s.digest, published_at=s.published_at, recorded_at=s.recorded_at, origin=s.origin
            )
            for key, s in states.items()
        })

    def changes(self, list_key: str, *, snapshot: str | None = None) -> tuple[Change, ...]:
        """What a state of a list added, removed and changed: its last one, or that whose digest starts as given.

        `NotFound` when no state of the list, or none of that digest, was taken.
        """
        from tocsin.sources import get_source
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_changes, find_snapshots

        get_source(list_key)
        with open_reader(self.settings.database) as connection:
            taken = [s for s in find_snapshots(connection, list_key) if s.digest.startswith(snapshot or "")]
            if not taken:
                raise NotFound(f"List {list_key}: no such state was taken; `tocsin lists` shows what is in force.")
            return find_changes(connection, taken[-1].id)

    def review(self) -> tuple[tuple[ReviewPair, ...], tuple[Decision, ...]]:
        """The pairs of listings that wait for a person, surest first, and all decisions ever made, oldest first."""
        from tocsin.registry.review import find_pairs
        from tocsin.store.database import open_reader
        from tocsin.store.decisions import find_decisions

        with open_reader(self.settings.database) as connection:
            return find_pairs(connection, self.index()), find_decisions(connection)

    def decide(self, orders: Sequence[Order], *, progress: Progress | None = None) -> tuple[Decision, ...]:
        """Record a person's decisions on which listings are one subject, and join anew; all or none of them.

        Errors as `registry.review.record_orders` and `registry.update.update_register`.
        """
        from tocsin.registry.review import record_orders
        from tocsin.store.database import open_writer
        from tocsin.store.lock import hold_update_lock

        index = self.index()
        with hold_update_lock(self.settings.home), open_writer(self.settings.database) as connection:
            decided = record_orders(connection, orders, index, now=_now())
            for one in decided:
                append_audit(self.settings.audit, "decide", {
                    "decision": one.number, "kind": one.kind, "one": one.one, "other": one.other, "undoes": one.undoes,
                    "author": one.author, "register": index.register, "code": CODE_VERSION,
                })
        self._update((), progress=progress)
        return decided

    def find_links(self, ref: str) -> tuple[StoredLink, ...]:
        """Why the listings of a subject are joined, and were: each join with its author, ground and time."""
        from tocsin.registry.review import find_subject_links
        from tocsin.store.database import open_reader

        with open_reader(self.settings.database) as connection:
            return find_subject_links(connection, ref, self.index())

    def read_audit(self) -> Iterator[AuditLine]:
        """All lines of the audit, oldest first."""
        return read_audit(self.settings.audit)

    def verify_audit(self) -> int:
        """How many lines the audit has, all good; `StoreFailed` names the first that was tampered with."""
        return verify_audit(self.settings.audit)

    def _update(
        self, requests: Sequence[Request], *, accept: bool = False, progress: Progress | None = None
    ) -> tuple[UpdateResult, ...]:
        from tocsin.registry.update import Tools, update_register
        from tocsin.sources.fetch import fetch_files

        tell = progress or (lambda _what, _done, _total: None)
        tools = Tools(
            fetch=lambda source, known: fetch_files(
                source, known=known, timeout_s=self.settings.timeout_s, max_bytes=self.settings.max_bytes,
                progress=tell,
            ),
            build=self._build_index, find_register=self._find_register, now=_now, progress=tell,
        )
        with _collector_at_rest():
            return update_register(self.settings, requests, tools, accept=accept)

    def _has_states(self) -> bool:
        """Whether a database with states is there: an index can then be made without any list."""
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states

        try:
            with open_reader(self.settings.database) as connection:
                return bool(find_states(connection))
        except (NotFound, StoreFailed):  # none, or one that was never finished: the update says what is wrong with it
            return False

    def _make_requests(self, keys: Sequence[str], files: Sequence[Path]) -> tuple[Request, ...]:
        from tocsin.registry.update import Request
        from tocsin.sources import find_sources, get_source
        from tocsin.sources.files import load_files
        from tocsin.sources.starter import load_embedded

        if files and len(keys) != 1:
            raise BadInput("Files belong to one list: expected exactly one list's key with them. Nothing was done.")
        named = dict.fromkeys(keys or (key for key, source in find_sources().items() if source.urls))
        sources = [get_source(key) for key in named]
        if files:
            return (Request(source=sources[0], load=lambda: load_files(files, max_bytes=self.settings.max_bytes)),)
        for source in sources:
            if not source.urls and not source.embedded:
                hint = f" {source.by_hand}" if source.by_hand else ""
                raise BadInput(
                    f"List {source.key} has no address: bring it with `tocsin update {source.key} --from FILE`.{hint}"
                )
        return tuple(Request(source=s, load=load_embedded if s.embedded else None) for s in sources)

    def _record(self, action: str, basis: Basis, details: Mapping[str, Any]) -> None:
        append_audit(self.settings.audit, action, {**msgspec.structs.asdict(basis), **details})

    def _find_index_name(self) -> str:
        try:
            return (self.settings.index / "current").read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def _find_register(self) -> str | None:
        """The register state of the index in force, if it can be used."""
        try:
            return self.index().register
        except (NotFound, StoreFailed):
            return None

    def _build_index(self, entities: Sequence[Entity], folder: Path, *, register: str, activate: bool) -> Path:
        """As `match.build_index`, which is loaded only here."""
        from tocsin.match import build_index

        return build_index(entities, folder, register=register, activate=activate)

    def _wait_for_index(self) -> bool:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self._find_index_name():
                return True
            time.sleep(0.05)
        return False


def build(settings: Settings) -> App:
    """The application over one register; touches no file until it is asked something."""
    return App(settings)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Without Python's cyclic collector: an update makes millions of small values of which none is in a cycle, and
    looking through them took 45 % of its time (18.6 s of an SDN update against 10.2 s)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # nor does it look through them when the process ends
        if was_on:
            gc.enable()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
