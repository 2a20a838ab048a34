"""The register that everything is asked of: its index now, or of another moment."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from copy import copy
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

import msgspec

from tocsin.errors import BadInput, NotFound, StoreFailed, suggest
from tocsin.model import Basis
from tocsin.settings import Settings
from tocsin.store.audit import AuditLine, append_audit, find_operator

if TYPE_CHECKING:
    from tocsin.match import Index
    from tocsin.model.kept import KeptQuestion
    from tocsin.registry.update import Progress
    from tocsin.sources import Source
    from tocsin.store.audit_writer import AuditWriter
    from tocsin.store.decided import DecidedReader

STARTER = "starter"
FORMER = "former"
PASTS = 4  # indexes of other moments that are kept


Given = ParamSpec("Given")
Answered = TypeVar("Answered")
Asked = TypeVar("Asked", bound="Register")
Span = Callable[[str], AbstractContextManager[object]]  # around a step of an answer that is traced


Step = Callable[Concatenate[Asked, Given], Answered]


def traced(name: str) -> Callable[[Step[Asked, Given, Answered]], Step[Asked, Given, Answered]]:
    """A method that is a step of an answer, told by that name where the register is traced (`Register.with_spans`)."""

    def wrap(method: Step[Asked, Given, Answered]) -> Step[Asked, Given, Answered]:
        @wraps(method)
        def run(register: Asked, /, *args: Given.args, **kwargs: Given.kwargs) -> Answered:
            with register._span(name):
                return method(register, *args, **kwargs)

        return run

    return wrap


class Register:
    """One register, as it is now or was at another moment."""

    def __init__(
        self, settings: Settings, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
    ) -> None:
        self.settings = settings
        self._valid_at, self._known_at = valid_at, known_at  # another moment than now, see `at`
        self._opened = _Opened()  # shared by those that `acting_as` gives
        self._actor: str | None = None
        self._writer: AuditWriter | None = None
        self._span: Span = nullcontext

    def acting_as(self, actor: str) -> Self:
        """This register, asked by somebody of that name: the audit has it in place of the operating-system user's."""
        other = copy(self)
        other._actor = actor
        return other

    def with_writer(self, writer: AuditWriter) -> Self:
        """This register, with its audit written by `writer`, for a process that answers many at once."""
        other = copy(self)
        other._writer = writer
        return other

    def with_engine(self, name: str) -> Self:
        """This register, asked with the scorer of that name (`tocsin.match.find_engines`)."""
        if self.index().engine == name:
            return self
        other = copy(self)
        other.settings, other._opened = msgspec.structs.replace(self.settings, engine=name), _Opened()
        return other

    def with_spans(self, span: Span) -> Self:
        """This register, with the steps of its answers told to `span`, which is given a name and no value of anybody's."""
        other = copy(self)
        other._span = span
        return other

    def at(
        self, as_of: dt.date | None = None, known_on: dt.date | None = None, *, progress: Progress | None = None
    ) -> Self:
        """This register as it was at the end of a day, as known at the end of another; itself without days.

        The index of that moment is made once and kept beside the one in force; those of the last `PASTS` moments stay. A
        list of which the states that were taken begin later was not in force then.
        `NotFound` when no list was in force; `BadInput` for a day that is yet to come.
        """
        if as_of is None and known_on is None:
            return self
        now = now_utc()
        for day, what in ((as_of, "as of"), (known_on, "known on")):
            if day is not None and day > now.date():
                raise BadInput(f"{what} {day}: that day is yet to come; expected today or before. Nothing was looked for.")
        return self.at_moment(end_of_day(as_of) or now, end_of_day(known_on), progress=progress)

    def at_moment(self, valid: dt.datetime, known: dt.datetime | None, *, progress: Progress | None = None) -> Self:
        """As `at`, to the microsecond: as it was at `valid`, as known at `known`, or now."""
        from tocsin.match import build_index
        from tocsin.registry.resolve import make_register_state
        from tocsin.registry.resolving import resolve_past
        from tocsin.store.database import open_reader
        from tocsin.store.decisions import find_rests
        from tocsin.store.history import find_states, load_as_of

        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=valid, known_at=known)
            if not states:
                raise NotFound(
                    f"No list was in force on {min(valid, known or valid):%Y-%m-%d} as this register knows it; "
                    "`tocsin states LIST` shows what was taken."
                )
            register = make_register_state(
                {key: (s.digest, s.content) for key, s in states.items()}, find_rests(connection)
            )
            past = type(self)(msgspec.structs.replace(self.settings, past=register), valid_at=valid, known_at=known)
            past._actor, past._writer, past._span = self._actor, self._writer, self._span
            if past._find_register() != register:
                with collector_at_rest():
                    (progress or tell_nobody)("index", 0, None)
                    entities = resolve_past(connection, load_as_of(connection, valid_at=valid, known_at=known))
                    build_index(entities, past.settings.index, register=register)
        _forget_pasts(past.settings.index)
        return past

    def former(self) -> Self:
        """The subjects that were listed and no longer are, to be asked as those in force are. Each listing has the fact
        `delisted_on`. It is made by updates; before the first there is none (`NotFound`)."""
        former = type(self)(msgspec.structs.replace(self.settings, past=FORMER))
        former._opened = self._opened.get_former()
        return former

    def index(self) -> Index:
        """The index in force, opened once and again when an update has swapped it.

        `NotFound` when there is no register yet, `StoreFailed` when the index is damaged or of another version.
        """
        from tocsin.match import open_index

        name, opened = self._find_index_name(), self._opened
        with opened.lock:
            if opened.index is None or name != opened.name:
                with self._span("index"):
                    opened.index, opened.name = open_index(self.settings.index, engine=self.settings.engine), name
            return opened.index

    @property
    def actor(self) -> str:
        """Who asks and changes, as the audit has it: of `acting_as`, else the operating system's user."""
        return self._actor or find_operator()

    @property
    def acting(self) -> str | None:
        """The name that `acting_as` was given; `None` for the operating system's user, who may be called as a user is."""
        return self._actor

    def record(self, action: str, details: Mapping[str, Any], *, kept: Sequence[KeptQuestion] = ()) -> AuditLine:
        """One line of the audit, of whoever acts; on disk when this returns, and before it what is `kept` of questions."""
        with self._span("audit"):
            if self._writer is not None:
                return self._writer.append(action, details, actor=self._actor, kept=kept)
            if kept:
                self.keep_questions(kept)
            return append_audit(self.settings.audit, action, details, actor=self._actor)

    def keep_questions(self, kept: Sequence[KeptQuestion]) -> None:
        """Write what is kept of questions to the desk."""
        from tocsin.store.desk import open_desk
        from tocsin.store.questions import write_questions

        with open_desk(self.settings.desk, write=True) as connection:
            write_questions(connection, kept)

    def _record_as(self, action: str) -> Callable[[Mapping[str, Any], Sequence[KeptQuestion]], AuditLine]:
        """What writes the line of one answer."""
        return lambda details, kept: self.record(action, details, kept=kept)

    def _record(self, action: str, basis: Basis, details: Mapping[str, Any]) -> None:
        self.record(action, {**msgspec.structs.asdict(basis), **details})

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

    def _get_source(self, key: str) -> Source:
        """As `sources.get_source`, imported lists too."""
        from tocsin.registry.imports import find_every_source
        from tocsin.sources import find_sources

        every = find_sources()
        every = every if key in every else find_every_source(self.settings)
        if key not in every:
            raise NotFound(f"No list is called '{key}'; {suggest(key, every)}")
        return every[key]


class _Opened:
    """What stays open: the index in force, as it was last opened, that of former subjects, and about whom anything was
    decided."""

    def __init__(self) -> None:
        self.lock, self.name = threading.Lock(), ""
        self.index: Index | None = None
        self._former: _Opened | None = None
        self._decided: DecidedReader | None = None

    def get_decided(self, desk: Path) -> DecidedReader:
        from tocsin.store.decided import DecidedReader

        with self.lock:
            self._decided = self._decided or DecidedReader(desk)
            return self._decided

    def get_former(self) -> _Opened:
        with self.lock:
            self._former = self._former or _Opened()
            return self._former


def end_of_day(day: dt.date | None) -> dt.datetime | None:
    """The last moment of a day in UTC: what was published or learned in the course of it counts."""
    return dt.datetime.combine(day, dt.time.max, dt.UTC) if day else None


@contextmanager
def collector_at_rest() -> Iterator[None]:
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


def tell_nobody(_what: str, _done: int, _total: int | None) -> None:
    """Progress that nobody sees."""


def _forget_pasts(kept: Path) -> None:
    """Remove the oldest indexes of other moments; they can be made again."""
    import shutil

    kept.touch()
    pasts = (f for f in kept.parent.iterdir() if f.is_dir() and f.name != FORMER)
    for folder in sorted(pasts, key=lambda f: f.stat().st_mtime, reverse=True)[PASTS:]:
        shutil.rmtree(folder, ignore_errors=True)


def now_utc() -> dt.datetime:
    """This moment."""
    return dt.datetime.now(dt.UTC)
