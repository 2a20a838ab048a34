"""Screening jobs: files handed in, screened by whoever has time for it, taken up again where a stopped process left them.

A job's files lie in `jobs/ID` of the register's folder: the input, which is removed when the job has ended, and the results,
which are given only when the job is done and has its line in the audit. An answer rests on one state of the register: when
that has changed while nobody worked on the job, it begins anew.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Literal

import msgspec

from tocsin.app import App
from tocsin.app.alerting import make_alert, raise_alerts
from tocsin.app.receipts import describe_held
from tocsin.app.register import now_utc
from tocsin.errors import BadInput, NotFound, TocsinError
from tocsin.match import Index
from tocsin.model.alert import NewAlert
from tocsin.model.receipt import HeldThen, Receipt, read_receipt, write_receipt
from tocsin.screen import Options, RowResult, Summary, make_query, open_writer, read_rows
from tocsin.screen.hit_decisions import MAX_REFERENCE, Held, screen_held
from tocsin.screen.reading import describe_reading
from tocsin.screen.receipts import iter_answers, make_row_found
from tocsin.screen.rows import DateOrder, Row
from tocsin.screen.understood import Understood, understand
from tocsin.settings import check_limit
from tocsin.store.alerts import iter_parts
from tocsin.store.desk import open_desk
from tocsin.store.jobs import (
    Job,
    Work,
    add_job,
    claim_job,
    end_job,
    find_expired,
    find_runners,
    get_job,
    keep_place,
    list_jobs,
    release_jobs,
    remove_job,
)

KEPT_DAYS = 30          # how long a job and its results are kept when nothing else is said
PLACE_S = 2.0           # seconds between two records of how far a job is
RECEIPT, HELD = "receipt.json", "held.json"
ALERTS = 10_000         # alerts of one transaction
STEP = 500              # rows after which the clock is looked at
_ENCODE = msgspec.json.Encoder().encode
_RESULT = msgspec.json.Decoder(RowResult)
Wanted = Literal["all", "hits", "faults"]  # which results: of all rows kept, of those with hits, of those with faults


class JobAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a file is to be read and screened: the options of `tocsin screen`. `every` gives rows without hits too, `alerts`
    raises an alert for each hit that nobody has decided. `called` is how messages name the file."""

    format: Literal["csv", "jsonl", "parquet"] = "csv"
    mapping: dict[str, str] = {}
    ignore: tuple[str, ...] = ()
    encoding: str | None = None
    delimiter: str | None = None
    dates: DateOrder | None = None
    threshold: float | None = None
    limit: int | None = None
    every: bool = False
    alerts: bool = False
    called: str = "the file"

    def make_options(self) -> Options:
        return Options(
            format=self.format, mapping=self.mapping, ignore=self.ignore, encoding=self.encoding,
            delimiter=self.delimiter, called=self.called,
        )


class ResultPage(msgspec.Struct, frozen=True, kw_only=True):
    """Some results of a job, and where those after them begin; `None` after the last."""

    results: tuple[RowResult, ...]
    next: int | None


class Jobs:
    """The jobs of one register."""

    def __init__(self, app: App) -> None:
        self._app, self._folder = app, app.settings.home / "jobs"

    @contextmanager
    def receive(self) -> Iterator[tuple[str, IO[bytes]]]:
        """A name for a new job and the file into which its input is written; all is gone again unless `add` follows."""
        id = secrets.token_hex(16)
        here = self._folder / id
        here.mkdir(parents=True, mode=0o700)
        try:
            with (here / "input").open("wb") as file:
                yield id, file
        except BaseException:
            shutil.rmtree(here, ignore_errors=True)
            raise

    def look(self, id: str, ask: JobAsk) -> Understood:
        """What a file that was received is taken for. `UnreadableFile` where its columns cannot be told."""
        return understand(str(self._folder / id / "input"), ask.make_options(), dates=ask.dates)

    def add(self, id: str, ask: JobAsk, *, label: str, by: str, days: int = KEPT_DAYS) -> Job:
        """Hand in what was received. `BadInput`, and the file is gone, when its first rows cannot be read as asked."""
        self._app.make_basis(ask.threshold)
        if ask.limit is not None:
            check_limit(ask.limit, then="Nothing was handed in.")
        here, now = self._folder / id, now_utc()
        try:
            list(islice(self._read(here, ask), 1))
            (here / "understood").write_bytes(_ENCODE(self.look(id, ask)))
        except TocsinError:
            shutil.rmtree(here, ignore_errors=True)
            raise
        with open_desk(self._app.settings.desk, write=True) as connection:
            add_job(
                connection, id, label=label[:200], made_by=by, ask=_ENCODE(ask).decode(), at=now,
                rows=count_rows(here / "input", ask.format), expires_at=now + dt.timedelta(days=days),
            )
            return get_job(connection, id)

    def get(self, id: str) -> Job:
        with open_desk(self._app.settings.desk) as connection:
            return get_job(connection, id)

    def understood(self, id: str) -> Understood:
        """What a job's file was taken for when it was handed in. `NotFound` when that is not known of it."""
        self.get(id)
        try:
            return msgspec.json.decode((self._folder / id / "understood").read_bytes(), type=Understood)
        except FileNotFoundError:
            raise NotFound("What the columns of that job's file were taken for is not kept.") from None

    def list(self) -> tuple[Job, ...]:
        with open_desk(self._app.settings.desk) as connection:
            return list_jobs(connection)

    def cancel(self, id: str) -> Job:
        """Stop a job that waits or runs; one that has ended stays as it is."""
        with open_desk(self._app.settings.desk, write=True) as connection:
            get_job(connection, id)
            end_job(connection, id, None, "cancelled", at=now_utc())
            return get_job(connection, id)

    def remove(self, id: str) -> None:
        """Forget a job with its files."""
        with open_desk(self._app.settings.desk, write=True) as connection:
            remove_job(connection, id)
        shutil.rmtree(self._folder / id, ignore_errors=True)

    @contextmanager
    def results(self, id: str, format: Literal["jsonl", "csv", "parquet"]) -> Iterator[Path]:
        """A file with the results of a job that is done, for as long as the block lasts; `NotFound` for another."""
        if self.get(id).state != "done":
            raise NotFound("That job has no results: it is not done.")
        with tempfile.TemporaryDirectory(dir=self._folder / id) as name:
            target = Path(name) / f"results.{format}"
            with open_writer(str(target)) as write, (self._folder / id / "results").open("rb") as lines:
                for line in lines:
                    write(_RESULT.decode(line))
            yield target

    def get_receipt(self, id: str) -> Receipt:
        """The receipt of a job that is done; `NotFound` for another."""
        path = self._folder / self.get(id).id / RECEIPT
        if self.get(id).state != "done" or not path.is_file():
            raise NotFound("That job has no receipt: it is not done.")
        return read_receipt(path.read_bytes(), "The job's receipt")

    def read_page(
        self, id: str, *, start: int = 0, wanted: Wanted = "all", least: float = 0.0, size: int = 50
    ) -> ResultPage:
        """At most `size` results from the place `start` on (0, or the `next` of a page), of hits those that score `least` or
        more. Memory does not grow with the file. `NotFound` for a job that is not done, `BadInput` for another place."""
        if self.get(id).state != "done":
            raise NotFound("That job has no results: it is not done.")
        kept: list[RowResult] = []
        with (self._folder / id / "results").open("rb") as lines:
            if start:
                lines.seek(start - 1)
                if lines.read(1) != b"\n":
                    raise BadInput("The place of the results: expected that of a page. Nothing was read.")
            while line := lines.readline():
                result = _RESULT.decode(line)
                hits = tuple(hit for hit in result.hits if hit.score >= least)
                faulty = bool(result.error or result.warnings)
                if {"all": hits or faulty or not least, "hits": bool(hits), "faults": faulty}[wanted]:
                    if len(kept) == size:
                        return ResultPage(results=tuple(kept), next=lines.tell() - len(line))
                    kept.append(msgspec.structs.replace(result, hits=hits))
        return ResultPage(results=tuple(kept), next=None)

    def purge(self) -> int:
        """Forget all that have been kept long enough; how many those were."""
        with open_desk(self._app.settings.desk) as connection:
            expired = find_expired(connection, at=now_utc())
        for id in expired:
            self.remove(id)
        return len(expired)

    def run_next(self, runner: str, *, stop: Callable[[], bool] = lambda: False) -> bool:
        """Run the next job that waits, to its end or until `stop` says so; whether there was one."""
        with open_desk(self._app.settings.desk, write=True) as connection:
            for other in find_runners(connection):
                if other != runner and is_gone(other):
                    release_jobs(connection, other)
            work = claim_job(connection, runner, at=now_utc(), is_here=self._is_here)
        if work is None:
            return False
        try:
            if not self._run(work, runner, stop):
                return True  # stopped, or no longer ours: whoever takes it up goes on from its last place
            state, told = "done", None
        except (TocsinError, OSError) as error:
            state, told = "failed", str(error) if isinstance(error, TocsinError) else f"A file: {error.strerror}."
        with open_desk(self._app.settings.desk, write=True) as connection:
            end_job(connection, work.job.id, runner, state, at=now_utc(), told=told)  # type: ignore[arg-type]
        (self._folder / work.job.id / "input").unlink(missing_ok=True)
        return True

    def _is_here(self, id: str) -> bool:
        """Whether a job's files are this machine's: only on a server may others have handed it in."""
        return self._app.settings.server is None or (self._folder / id).is_dir()

    def _run(self, work: Work, runner: str, stop: Callable[[], bool]) -> bool:
        here, ask = self._folder / work.job.id, msgspec.json.decode(work.ask, type=JobAsk)
        basis, index = self._app.open_basis(ask.threshold)
        limit = self._app.settings.limit if ask.limit is None else ask.limit
        totals, offset = Summary(), 0
        is_same, held = self._find_held(here, goes_on=work.job.register == index.register)
        if is_same:
            totals, offset = msgspec.convert(work.job.totals, Summary), work.offset
        options = ask.make_options()
        draft = self._app.draft_receipt(
            "screen", basis, limit=limit, held=held, reading=describe_reading(options, ask.dates), id=work.job.id,
            asked_by=work.job.made_by,
        )
        self._app.forget_questions(work.job.id)  # what an earlier try kept: all rows are read again
        rows = draft.read(self._read(here, ask), dates=ask.dates)
        for _ in islice(rows, totals.rows):
            pass  # those that are through
        with (here / "results").open("r+b" if (here / "results").exists() else "w+b") as out:
            out.truncate(offset)
            out.seek(0)
            for answer in iter_answers(map(_RESULT.decode, out), rows=totals.rows):
                draft.answer(answer)
            out.seek(offset)
            last = time.monotonic()

            def keep(*, read: float) -> bool:
                out.flush()
                os.fsync(out.fileno())
                with open_desk(self._app.settings.desk, write=True) as connection:
                    return keep_place(
                        connection, work.job.id, runner, register=index.register, at=now_utc(), read=read,
                        totals=_ENCODE(totals).decode(), offset=out.tell(),
                    )

            if not keep(read=0.0 if not totals.rows else work.job.read):
                return False
            for result in screen_held(rows, index, held, threshold=basis.threshold, limit=limit, dates=ask.dates):
                totals.add(result)
                draft.answer(make_row_found(result))
                if ask.every or result.hits or result.suppressed or result.error or result.warnings:
                    out.write(_ENCODE(result) + b"\n")
                if totals.rows % STEP == 0 and (stop() or time.monotonic() - last > PLACE_S):
                    last = time.monotonic()
                    if not keep(read=min(1.0, totals.rows / work.rows)) or stop():
                        return False
            if not keep(read=1.0):
                return False
            if ask.alerts and not self._raise(work.job.id, ask, index, lambda: keep(read=1.0)):
                return False
        receipt = draft.issue(self._app.record_screening, {
            **msgspec.structs.asdict(basis), **totals.to_dict(), "limit": limit, "job": work.job.id,
        })
        (here / RECEIPT).write_bytes(write_receipt(receipt))
        return True

    def _find_held(self, here: Path, *, goes_on: bool) -> tuple[bool, Held | None]:
        """The decisions that are applied to all of a job, and whether they are those of an earlier try: as they stood when
        it began, since one receipt names them for all its rows."""
        path = here / HELD
        if goes_on:
            with suppress(OSError, msgspec.MsgspecError):
                then = msgspec.json.decode(path.read_bytes(), type=HeldThen | None)
                return True, self._app.find_held(then=then) if then else None
        held = self._app.find_held()
        path.write_bytes(_ENCODE(describe_held(held)))
        return False, held

    def _raise(self, id: str, ask: JobAsk, index: Index, keep: Callable[[], bool]) -> bool:
        """Raise the job's hits, in few transactions; done again after a stop, it does nothing twice. False when the job is
        no longer this runner's."""
        for part in iter_parts(self._iter_alerts(id, ask), ALERTS):
            with open_desk(self._app.settings.desk, write=True) as connection:
                raise_alerts(connection, part, index, at=now_utc())
            if not keep():
                return False
        return True

    def _iter_alerts(self, id: str, ask: JobAsk) -> Iterator[NewAlert]:
        here = self._folder / id
        rows = self._read(here, ask)
        with (here / "results").open("rb") as lines:
            for result in filter(lambda r: r.hits, map(_RESULT.decode, lines)):
                row = next(row for row in rows if row.number == result.row)
                query, _ = make_query(row, dates=ask.dates)
                fits = len((result.id or "").strip()) <= MAX_REFERENCE  # under a longer one nothing can be decided
                for hit in result.hits:
                    yield make_alert(hit, query, result.id if fits else None, source="job", name=id, place=str(row.number))

    def _read(self, here: Path, ask: JobAsk) -> Iterator[Row]:
        return read_rows(str(here / "input"), ask.make_options())


def name_runner() -> str:
    """A name for who runs jobs: the machine, the process, and a word that no other has."""
    return f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(8)}"


def is_gone(runner: str) -> bool:
    """Whether a runner is known to have died: a process of this machine that is gone. Of others nothing is known."""
    machine, _, rest = runner.partition(" ")
    number = rest.partition(" ")[0]
    if machine != socket.gethostname() or not number.isdigit() or sys.platform == "win32":
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def count_rows(path: Path, format: str) -> int:
    """About how many rows a file has, to tell how far its screening is: its lines, or what Parquet says."""
    if format == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            return int(pq.ParquetFile(path).metadata.num_rows)
        except (pa.ArrowException, OSError):
            return 1  # reading it says what is wrong
    with path.open("rb") as file:
        return max(1, sum(part.count(b"\n") for part in iter(lambda: file.read(1 << 20), b"")) - (format == "csv"))
