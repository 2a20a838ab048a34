"""Pages of files that are screened: hand one in, see what its columns were taken for, watch it, read its results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar, get_args

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app.jobs import JobAsk, Jobs, Wanted
from tocsin.errors import BadInput, NotFound, TocsinError
from tocsin.screen.columns import parse_mapping
from tocsin.screen.reading import find_format
from tocsin.screen.rows import DateOrder
from tocsin.screen.understood import Understood
from tocsin.store.access import Person
from tocsin.store.jobs import Job
from tocsin.web.access import get_app
from tocsin.web.pages.frame import FileRoute, PageRoute, go, read_file, reader, render
from tocsin.web.pages.words import N_

ENDED = 286      # to htmx: what was asked for again and again has come to its end
SHOWN = 50       # results on one page
JOBS_SHOWN = 50
ORDERS: tuple[DateOrder, ...] = get_args(DateOrder)
WANTED: dict[Wanted, str] = {"all": N_("all rows kept"), "hits": N_("rows with hits"), "faults": N_("rows with faults")}
STATES = {
    "queued": N_("It waits for its turn."), "running": N_("It is being screened."), "done": N_("It is done."),
    "failed": N_("It failed."), "cancelled": N_("It was stopped."),
}
# What `screen.columns` says of a column, in words that the template translates.
USES = (N_("used"), N_("carried"), N_("ignored"), N_("refused"))
FORMATS = {"jsonl": "JSON Lines", "csv": "CSV", "parquet": "Parquet"}
Reader = Annotated[Person, Depends(reader("screen"))]
Writer = Annotated[Person, Depends(reader("screen!"))]
Number = TypeVar("Number", int, float)


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/screening")
    def show_jobs(request: Request, person: Reader, all: str = "") -> Response:
        return _show_form(request, person, all=bool(all))

    router.add_api_route("/screening", take_file, methods=["POST"], route_class_override=FileRoute)

    @router.get("/screening/{id}")
    def show_job(  # the fields of a form
        request: Request, person: Reader, id: str, start: int = 0, wanted: str = "all", least: str = "",  # noqa: ARG001
    ) -> Response:
        return _show_job(request, id, start=start, wanted=wanted, least=least)

    @router.post("/screening/{id}/cancel")
    def take_cancel(request: Request, person: Writer, id: str) -> Response:  # noqa: ARG001
        return go(f"/screening/{Jobs(get_app(request)).cancel(id).id}")

    @router.post("/screening/{id}/remove")
    def take_remove(request: Request, person: Writer, id: str) -> Response:  # noqa: ARG001
        Jobs(get_app(request)).remove(id)
        return go("/screening")

    return router


async def take_file(request: Request, person: Reader) -> Response:
    """A file that is handed in: on to its job's page, or back to the form with what its columns were taken for."""
    app = get_app(request)
    jobs, fields = Jobs(app), dict[str, str]()
    understood: Understood | None = None
    try:
        with jobs.receive() as (id, file):
            upload = await read_file(request, person, file.write, most=app.settings.max_bytes)
            file.flush()
            fields = upload.fields
            ask = read_ask(fields, upload.filename)
            understood = await run_in_threadpool(jobs.look, id, ask)
            if understood.error:
                raise BadInput(understood.error)
        job = await run_in_threadpool(jobs.add, id, ask, label=fields.get("label") or upload.filename, by=person.name)
    except TocsinError as error:
        return await run_in_threadpool(_show_form, request, person, error=error, understood=understood, fields=fields)
    return go(f"/screening/{job.id}")


def read_ask(fields: dict[str, str], filename: str) -> JobAsk:
    """How the form says that the file is to be read and screened. `BadInput` names the field that cannot be read."""
    dates = fields.get("dates", "")
    if dates and dates not in ORDERS:
        raise BadInput("Dates: expected day-first or month-first. Nothing was handed in.")
    return JobAsk(
        format=find_format(filename) or "csv", mapping=parse_mapping(fields.get("map", "")),
        ignore=tuple(c.strip() for c in fields.get("ignore", "").split(",") if c.strip()),
        encoding=fields.get("encoding") or None, delimiter=fields.get("delimiter") or None,
        dates=dates if dates else None,
        threshold=_read_number(fields.get("threshold", ""), float, "The threshold: expected a number from 0 to 1."),
        limit=_read_number(fields.get("limit", ""), int, "The limit of hits: expected 1 or more."),
        every=bool(fields.get("every")), alerts=bool(fields.get("alerts")),
        called=filename or "the file",
    )


def _read_number(text: str, kind: Callable[[str], Number], expected: str) -> Number | None:
    try:
        return kind(text) if text else None
    except ValueError:
        raise BadInput(f"{expected} Nothing was handed in.") from None


def _show_form(
    request: Request, person: Person, *, all: bool = False, error: TocsinError | None = None,
    understood: Understood | None = None, fields: dict[str, str] | None = None,
) -> Response:
    app = get_app(request)
    jobs = [job for job in Jobs(app).list() if all or job.made_by == person.name]
    return render(
        request, "screening.html", status=error.http_status if error else 200, jobs=jobs[:JOBS_SHOWN], count=len(jobs),
        all=all, error=str(error) if error else None, understood=understood, fields=fields or {}, orders=ORDERS,
        threshold=app.settings.threshold, limit=app.settings.limit, most=app.settings.max_bytes // 1_000_000, states=STATES,
    )


def _show_job(request: Request, id: str, *, start: int, wanted: str, least: str) -> Response:
    """The whole page, or for htmx how far the job is, with its results beside when they are there."""
    jobs = Jobs(get_app(request))
    job, partly = jobs.get(id), request.headers.get("hx-request") == "true"
    score = read_least(least)
    if wanted not in WANTED:
        raise BadInput(f"Rows: expected one of {', '.join(WANTED)}. Nothing was read.")
    page = None
    if job.state == "done":
        page = jobs.read_page(id, start=max(0, start), wanted=wanted, least=score, size=SHOWN)
    return render(
        request, "job_now.html" if partly else "job.html", status=ENDED if partly and not is_open(job) else 200, job=job,
        is_open=is_open(job), page=page, start=start, wanted=wanted, least=least, every=WANTED, states=STATES,
        formats=FORMATS, understood=None if partly else _find_understood(jobs, id),
    )


def read_least(text: str) -> float:
    """The least score of hits that are shown; 0 without any. `BadInput` for what is no number from 0 to 1."""
    try:
        found = float(text or 0)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise BadInput("The least score: expected a number from 0 to 1. Nothing was read.")
    return found


def is_open(job: Job) -> bool:
    """Whether the job waits or runs."""
    return job.state in ("queued", "running")


def _find_understood(jobs: Jobs, id: str) -> Understood | None:
    try:
        return jobs.understood(id)
    except NotFound:
        return None
