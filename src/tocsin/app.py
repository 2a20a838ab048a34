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
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from tocsin.errors import BadInput, Busy, NotFound, StoreFailed, suggest
from tocsin.model import Basis, Entity, Hit, Kind, Query
from tocsin.settings import Settings
from tocsin.store.audit import AuditLine, append_audit, read_audit, verify_audit
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from tocsin.exchange.export import ExportFormat
    from tocsin.match import Index
    from tocsin.registry.derived import Rules
    from tocsin.registry.doctor import Report
    from tocsin.registry.gap_values import Gaps, Question
    from tocsin.registry.lists import ListState
    from tocsin.registry.past import Past
    from tocsin.registry.show import SubjectView
    from tocsin.registry.update import Progress, Request, UpdateResult
    from tocsin.registry.who import WhoLists
    from tocsin.sources import Source
    from tocsin.store.history import Change, Snapshot

STARTER = "starter"
NEAR = 0.30        # how far under the threshold a subject is still told as near
FORMER = "former"
PASTS = 4         # indexes of other moments that are kept
PATIENCE_S = 60.0  # how long a first run waits for another process that is making the same register


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hits, best first, and what they rest on. `near` are subjects a little under the threshold, only where asked for."""

    basis: Basis
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()


class App:
    """One register and all that can be asked of it. Safe to share by threads; processes each make their own."""

    def __init__(
        self, settings: Settings, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
    ) -> None:
        self.settings = settings
        self._valid_at, self._known_at = valid_at, known_at  # another moment than now, see `at`
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

    def at(
        self, as_of: dt.date | None = None, known_on: dt.date | None = None, *, progress: Progress | None = None
    ) -> App:
        """This register as it was at the end of a day, as known at the end of another; itself without days.

        The index of that moment is made once and kept beside the one in force; those of the last `PASTS` moments stay. A
        list of which the states that were taken begin later was not in force then.
        `NotFound` when no list was in force; `BadInput` for a day that is yet to come.
        """
        if as_of is None and known_on is None:
            return self
        from tocsin.match import build_index
        from tocsin.registry.resolve import make_entities, make_register_state
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states, load_as_of, load_current

        now = _now()
        for day, what in ((as_of, "as of"), (known_on, "known on")):
            if day is not None and day > now.date():
                raise BadInput(f"{what} {day}: that day is yet to come; expected today or before. Nothing was looked for.")
        valid, known = end_of_day(as_of) or now, end_of_day(known_on)
        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=valid, known_at=known)
            if not states:
                raise NotFound(
                    f"No list was in force on {as_of or known_on} as this register knows it; `tocsin states LIST` shows "
                    "what was taken."
                )
            register = make_register_state({key: (s.digest, s.content) for key, s in states.items()})
            past = App(msgspec.structs.replace(self.settings, past=register), valid_at=valid, known_at=known)
            if past._find_register() != register:
                with _collector_at_rest():
                    (progress or _tell_nobody)("index", 0, None)
                    entities = make_entities(
                        load_as_of(connection, valid_at=valid, known_at=known), joining=load_current(connection, STARTER)
                    )
                    build_index(entities, past.settings.index, register=register)
        _forget_pasts(past.settings.index)
        return past

    def former(self) -> App:
        """The subjects that were listed and no longer are, to be asked as those in force are. Each listing has the fact
        `delisted_on`. It is made by updates; before the first there is none (`NotFound`)."""
        return App(msgspec.structs.replace(self.settings, past=FORMER))

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
        found = who_lists(name, self.index(), threshold=basis.threshold, limit=most, rules=self._find_rules())
        if self._valid_at is None and self.settings.past is None:
            found += self._find_former(name, found, threshold=basis.threshold, limit=most)
        self._record("who", basis, {"limit": most, "hits": len(found)})
        return found

    def _find_former(
        self, name: str, found: tuple[WhoLists, ...], *, threshold: float, limit: int
    ) -> tuple[WhoLists, ...]:
        """Those that were listed under the name and no longer are, beside what was found."""
        from tocsin.registry.who import tell_former, who_lists

        try:
            index = self.former().index()
        except NotFound:  # nothing was ever updated
            return ()
        former = who_lists(name, index, threshold=threshold, limit=limit, rules=self._find_rules())
        known = {subject.subject for subject in found}
        return tuple(tell_former(subject) for subject in former if subject.subject not in known)

    def gaps(self, question: Question, *, progress: Progress | None = None) -> Gaps:
        """Which subjects some authorities list and others do not, with dates, lags, and a matrix of all authorities. Writes
        one audit line.

        `BadInput` for an authority of which no list is in force.
        """
        from tocsin.registry.gap_values import Gaps
        from tocsin.registry.gaps import find_gaps
        from tocsin.registry.positions import Past
        from tocsin.store.database import open_reader
        from tocsin.store.ended import load_ended
        from tocsin.store.history import find_states

        basis, index = self.make_basis(question.threshold), self.index()
        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=self._valid_at, known_at=self._known_at)
            ended = tuple(
                Past(listing=e.listing, until=e.until.date())
                for e in load_ended(connection, valid_at=self._valid_at, known_at=self._known_at)
            )
        dates = {key: f"{state.published_at or state.recorded_at:%Y-%m-%d}" for key, state in states.items()}
        found = find_gaps(
            question, index, rules=self._find_rules(), ended=ended, states=dates, progress=progress or _tell_nobody
        )
        self._record("gaps", basis, {
            "listed_by": question.listed_by, "not_by": question.not_by, "regime": question.regime,
            "subjects": len(found.subjects), "aliases": len(found.aliases),
        })
        return Gaps(
            basis=basis, question=question, as_of=(self._valid_at or _now()).date(), authorities=index.authorities,
            known_on=self._known_at.date() if self._known_at else None,
            **{name: getattr(found, name) for name in found.__struct_fields__},
        )

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
        dated: dt.date | Literal["own"] | None = None, each: bool = False, progress: Progress | None = None,
    ) -> tuple[UpdateResult, ...]:
        """Bring lists up to date from their publishers, or one list from `files`. Without keys, every list that has
        an address. One result for each; a list that fails does not stop the others. A new register gets the starter
        list too, since that is what joins the lists of several authorities.

        With `dated` the files are an older state, which takes its place in the list's history: of that day, or of the file's
        "own" date. With `each` every file (of a folder too) is a state by itself.

        `NotFound` for an unknown key; `BadInput` for files without exactly one key; `Busy` and `StoreFailed` as
        `registry.update.update_register` says.
        """
        requests = self._make_requests(keys, files)
        if each and dated != "own":
            raise BadInput("Files that are each a state have their own dates: say --dated own with --each. Nothing done.")
        if dated is not None:
            if not files:
                raise BadInput("A date belongs to a file: expected --from FILE with it. Nothing was done.")
            if each:
                states = [file for path in files for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
                requests = tuple(self._make_requests(keys, (file,))[0] for file in states)
            requests = tuple(msgspec.structs.replace(request, dated=dated) for request in requests)
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

    def export(
        self, out: str, *, format: ExportFormat, lists: Sequence[str] = (), authorities: Sequence[str] = (),
        kinds: Sequence[Kind] = (), refs: Sequence[str] = (),
    ) -> dict[str, int]:
        """Write the listings in force, or those chosen, to the file `out` ("-": standard output). Gives how many `listings`
        and `lines` that were. Writes one audit line.

        `NotFound` when nothing in force is meant; `BadInput` and `StoreFailed` for a file that cannot be written.
        """
        from tocsin.exchange.export import export
        from tocsin.exchange.selection import Selection, choose

        selection = Selection(lists=tuple(lists), authorities=tuple(authorities), kinds=tuple(kinds), refs=tuple(refs))
        index = self.index()
        chosen = choose(index, selection)
        told = {"register": index.register, "format": format, "listings": len(chosen)}
        lines = export(
            chosen, out, format=format,
            record=lambda count: append_audit(self.settings.audit, "export", {**told, "lines": count}),
        )
        return {"listings": len(chosen), "lines": lines}

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
                return find_lists(connection, now=_now(), sources=sources)
        except NotFound:
            return find_lists(None, now=_now(), sources=sources)

    def show(self, ref: str) -> tuple[SubjectView, ...]:
        """The subjects of that id or reference, each value with the place that it was read from.

        `NotFound`, with the nearest reference, when nothing in force has it.
        """
        from tocsin.registry.show import ListedState, show_subject
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states

        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=self._valid_at, known_at=self._known_at)
        index = self.index()
        if not index.find_entities(ref) and self.settings.past is None:
            former = self.former()
            index = former.index() if former._find_index_name() and former.index().find_entities(ref) else index
        return show_subject(ref, index, {
            key: ListedState(
                list_key=key, digest=s.digest, published_at=s.published_at, recorded_at=s.recorded_at, origin=s.origin
            )
            for key, s in states.items()
        })

    def changes(self, list_key: str, *, snapshot: str | None = None) -> tuple[Change, ...]:
        """What a state of a list added, removed and changed: its last one, or that whose digest starts as given.

        `NotFound` when no state of the list, or none of that digest, was taken.
        """
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_changes, find_snapshots

        self._get_source(list_key)
        with open_reader(self.settings.database) as connection:
            taken = [s for s in find_snapshots(connection, list_key) if s.digest.startswith(snapshot or "")]
            if not taken:
                raise NotFound(f"List {list_key}: no such state was taken; `tocsin lists` shows what is in force.")
            return find_changes(connection, taken[-1].id)

    def history(self, ref: str, *, known_on: dt.date | None = None) -> tuple[Past, ...]:
        """What every list that was taken ever said under a reference, as known now or at the end of a day.

        `NotFound` when no state has it.
        """
        from tocsin.registry.past import find_past
        from tocsin.store.database import open_reader

        with open_reader(self.settings.database) as connection:
            return find_past(connection, ref, known_at=end_of_day(known_on))

    def difference(
        self, list_key: str, *, since: dt.date | None = None, until: dt.date | None = None, known_on: dt.date | None = None
    ) -> tuple[Change, ...]:
        """What differs in a list between the ends of two days; without them, what its last state changed.

        `NotFound` when no state of the list was taken by `since`.
        """
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_difference, find_state

        if since is None and until is None:
            return self.changes(list_key)
        self._get_source(list_key)
        last = end_of_day(until) or _now()
        with open_reader(self.settings.database) as connection:
            first = find_state(connection, list_key)
            start = end_of_day(since)
            if start is None:
                state = find_state(connection, list_key, valid_at=last)
                start = state.valid_from - dt.timedelta(microseconds=1) if state else last
            elif first is None or find_state(connection, list_key, valid_at=start) is None:
                raise NotFound(
                    f"List {list_key}: no state of {since} or before was taken; `tocsin states {list_key}` shows all."
                )
            return find_difference(
                connection, list_key, valid_from=start, valid_to=last, known_at=end_of_day(known_on)
            )

    def states(self, list_key: str) -> tuple[Snapshot, ...]:
        """All states of a list that were taken, in the order of the publisher's clock."""
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_snapshots

        self._get_source(list_key)
        with open_reader(self.settings.database) as connection:
            return find_snapshots(connection, list_key)

    def doctor(self, keys: Sequence[str] = (), *, progress: Progress | None = None) -> Report:
        """What is odd in the lists of `keys`, or in every list in force, and whether the installation is sound.

        `NotFound` for a list that is unknown or of which no state was taken. Damaged files are findings.
        """
        from tocsin.registry.doctor import examine

        return examine(
            self.settings, keys, find_register=self._find_register, now=_now(),
            progress=progress or (lambda _what, _done, _total: None),
        )

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

        tell = progress or _tell_nobody
        tools = Tools(
            fetch=lambda source, known: fetch_files(
                source, known=known, timeout_s=self.settings.timeout_s, max_bytes=self.settings.max_bytes,
                progress=tell,
            ),
            build=self._build_index, find_register=self._find_register, now=_now, progress=tell,
        )
        with _collector_at_rest():
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

    def _get_source(self, key: str) -> Source:
        """As `sources.get_source`, imported lists too."""
        from tocsin.registry.imports import find_every_source
        from tocsin.sources import find_sources

        every = find_sources()
        every = every if key in every else find_every_source(self.settings)
        if key not in every:
            raise NotFound(f"No list is called '{key}'; {suggest(key, every)}")
        return every[key]

    def _record(self, action: str, basis: Basis, details: Mapping[str, Any]) -> None:
        append_audit(self.settings.audit, action, {**msgspec.structs.asdict(basis), **details})

    def _find_rules(self) -> Rules:
        """Which listings follow from others, by the states of India's and the State Department's lists."""
        from tocsin.registry.derived import make_rules
        from tocsin.store.counts import find_counts

        return make_rules(*(
            find_counts(self.settings.database, key, valid_at=self._valid_at, known_at=self._known_at)
            for key in ("in_uapa", "us_fto")
        ))

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


def end_of_day(day: dt.date | None) -> dt.datetime | None:
    """The last moment of a day in UTC: what was published or learned in the course of it counts."""
    return dt.datetime.combine(day, dt.time.max, dt.UTC) if day else None


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


def _tell_nobody(_what: str, _done: int, _total: int | None) -> None:
    """Progress that nobody sees."""


def _forget_pasts(kept: Path) -> None:
    """Remove the oldest indexes of other moments; they can be made again."""
    import shutil

    kept.touch()
    pasts = (f for f in kept.parent.iterdir() if f.is_dir() and f.name != FORMER)
    for folder in sorted(pasts, key=lambda f: f.stat().st_mtime, reverse=True)[PASTS:]:
        shutil.rmtree(folder, ignore_errors=True)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
