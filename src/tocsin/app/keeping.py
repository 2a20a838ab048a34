"""What keeps a register: updates, imports, states, the watchdog."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from tocsin.errors import BadInput, Busy, NotFound, StoreFailed
from tocsin.model import Entity
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from tocsin.registry.dated_files import Dated
    from tocsin.registry.doctor import Report
    from tocsin.registry.lists import ListState
    from tocsin.registry.review import Order, ReviewPair
    from tocsin.registry.update import Progress, Request, UpdateResult
    from tocsin.store.decisions import Decision, StoredLink

from tocsin.app.register import STARTER, Register, collector_at_rest, now_utc, tell_nobody

PATIENCE_S = 60.0  # how long a first run waits for another process that is making the same register


class Keeping(Register):
    """What changes the register, and what tells of its states."""

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

    def update(
        self, keys: Sequence[str] = (), *, files: Sequence[Path] = (), accept: bool = False,
        dated: Dated | None = None, each: bool = False, progress: Progress | None = None,
    ) -> tuple[UpdateResult, ...]:
        """Bring lists up to date from their publishers, or one list from `files`. Without keys, every list that has
        an address. One result for each; a list that fails does not stop the others. A new register gets the starter
        list too, since that is what joins the lists of several authorities.

        With `dated` the files are an older state, which takes its place in the list's history: of that day, of the file's
        "own" date, or of the date in its "name". With `each` every file (of a folder too) is a state by itself; files
        with one date in their names are one state.

        `NotFound` for an unknown key; `BadInput` for files without exactly one key; `Busy` and `StoreFailed` as
        `registry.update.update_register` says.
        """
        from tocsin.registry.dated_files import split_states

        if dated is None and each:
            raise BadInput("Files that are each a state have their dates: say --dated own or name too. Nothing done.")
        if dated is not None and not files:
            raise BadInput("A date belongs to a file: expected --from FILE with it. Nothing was done.")
        if dated is None:
            requests = self._make_requests(keys, files)
        else:
            requests = tuple(
                msgspec.structs.replace(self._make_requests(keys, state)[0], dated=day)
                for day, state in split_states(files, dated, each=each)
            )
        first: tuple[Request, ...] = ()
        if not self._find_index_name() and STARTER not in keys and not self._has_states():
            first = self._make_requests((STARTER,), ())
        return self._update((*first, *requests), accept=accept, progress=progress)[len(first):]

    def import_list(
        self, files: Sequence[Path], key: str, *, map_file: Path | None = None,
        options: Mapping[str, str | None] | None = None, accept: bool = False,
        dated: dt.date | Literal["own"] | None = None, progress: Progress | None = None,
    ) -> UpdateResult:
        """Take a list of the user's own from a file, described by `map_file`, or as it was described before.

        `options` are parts of `list` in the mapping (title, authority, publisher, law, licence) that are said in words.
        `BadInput` when the description is wrong or the key is a published list's; else as `update`.
        """
        from tocsin.registry.imports import make_request

        request = make_request(self.settings, key, files, map_file=map_file, options=options or {}, dated=dated)
        first = () if self._find_index_name() or self._has_states() else self._make_requests((STARTER,), ())
        return self._update((*first, request), accept=accept, progress=progress)[-1]

    def refresh_index(self) -> bool:
        """Make this machine's index that of the register's state in force, if it is not; whether that was needed.

        `NotFound` when there is no state. `Busy` and `StoreFailed` as for `update`.
        """
        from tocsin.store.database import open_reader

        before = self._find_register()
        if not self._has_states():
            with open_reader(self.settings.database):  # which says what is wrong with it
                raise NotFound("The register holds no state of any list yet; run `tocsin update`.")
        self._update(())
        return self._find_register() != before

    def lists(self) -> tuple[ListState, ...]:
        """Every list that this installation can read, and the state of those in force."""
        from tocsin.registry.imports import find_every_source
        from tocsin.registry.lists import find_lists
        from tocsin.store.database import open_reader

        sources = find_every_source(self.settings)
        try:
            with open_reader(self.settings.database) as connection:
                return find_lists(connection, now=now_utc(), sources=sources)
        except NotFound:
            return find_lists(None, now=now_utc(), sources=sources)

    def doctor(self, keys: Sequence[str] = (), *, progress: Progress | None = None) -> Report:
        """What is odd in the lists of `keys`, or in every list in force, and whether the installation is sound.

        `NotFound` for a list that is unknown or of which no state was taken. Damaged files are findings.
        """
        from tocsin.registry.doctor import examine

        return examine(
            self.settings, keys, find_register=self._find_register, now=now_utc(),
            progress=progress or (lambda _what, _done, _total: None),
        )

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
            decided = record_orders(connection, orders, index, now=now_utc())
            for one in decided:
                self.record("decide", {
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

    def _update(
        self, requests: Sequence[Request], *, accept: bool = False, progress: Progress | None = None
    ) -> tuple[UpdateResult, ...]:
        from tocsin.registry.update import Tools, update_register
        from tocsin.sources.fetch import fetch_files

        tell = progress or tell_nobody
        tools = Tools(
            fetch=lambda source, known: fetch_files(
                source, known=known, timeout_s=self.settings.timeout_s, max_bytes=self.settings.max_bytes,
                progress=tell,
            ),
            build=self._build_index, find_register=self._find_register, now=now_utc, progress=tell,
            actor=self._actor,
        )
        with collector_at_rest():
            results = update_register(self.settings, requests, tools, accept=accept)
            if any(result.outcome == "updated" for result in results):
                self._index_former()
        return results

    def _index_former(self) -> None:
        """Make the index of subjects that are no longer listed anew, when their history is another."""
        from tocsin.match import build_index
        from tocsin.registry.former import make_former, name_former
        from tocsin.store.database import open_reader

        former = self.former()
        with open_reader(self.settings.database) as connection:
            if former._find_register() != (name := name_former(connection)):
                build_index(make_former(connection), former.settings.index, register=name)

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
        from tocsin.registry.imports import make_request
        from tocsin.registry.update import Request
        from tocsin.sources import find_sources
        from tocsin.sources.files import load_files
        from tocsin.sources.starter import load_embedded

        if files and len(keys) != 1:
            raise BadInput("Files belong to one list: expected exactly one list's key with them. Nothing was done.")
        named = dict.fromkeys(keys or (key for key, source in find_sources().items() if source.urls))
        sources = [self._get_source(key) for key in named]
        if files and sources[0].key not in find_sources():
            return (make_request(self.settings, sources[0].key, files),)
        if files:
            return (Request(source=sources[0], load=lambda: load_files(files, max_bytes=self.settings.max_bytes)),)
        for source in sources:
            if not source.urls and not source.embedded:
                hint = f" {source.by_hand}" if source.by_hand else ""
                raise BadInput(
                    f"List {source.key} has no address: bring it with `tocsin update {source.key} --from FILE`.{hint}"
                )
        return tuple(Request(source=s, load=load_embedded if s.embedded else None) for s in sources)

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
