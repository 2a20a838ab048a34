"""Routes of screening jobs: hand in a file, see how far it is, take the results."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import iterate_in_threadpool, run_in_threadpool
from starlette.responses import Response, StreamingResponse

from tocsin.app.jobs import JobAsk, Jobs
from tocsin.errors import BadInput
from tocsin.model.receipt import Receipt
from tocsin.screen.rows import DateOrder
from tocsin.screen.understood import Understood
from tocsin.store.access import Person
from tocsin.store.jobs import Job
from tocsin.web.access import get_app, may
from tocsin.web.bodies import answer, answers, iter_parts

FormatName = Literal["csv", "jsonl", "parquet"]
MEDIA: dict[str, str] = {
    "jsonl": "application/x-ndjson", "csv": "text/csv; charset=utf-8", "parquet": "application/octet-stream",
}
SCREEN = [Depends(may("screen"))]
Several = Annotated[tuple[str, ...], Query()]
PART = 1 << 20


class JobList(msgspec.Struct, frozen=True, kw_only=True):
    jobs: tuple[Job, ...]


KINDS: tuple[Any, ...] = (Job, JobList, Receipt, Understood)
FILE = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string"}}}}}
Asker = Annotated[Person, Depends(may("screen"))]


def make_router() -> APIRouter:
    router = APIRouter(tags=["screening jobs"])

    @router.post(
        "/jobs", summary="Hand in a file to be screened; its bytes are the body", status_code=202, openapi_extra=FILE,
        responses={202: answers(Job, "The job, which waits for its turn")[200]},
    )
    async def add(
        request: Request, person: Asker, format: FormatName, label: str = "", mapping: Several = (),
        ignore: Several = (), encoding: str | None = None, delimiter: str | None = None,
        dates: DateOrder | None = None, threshold: float | None = None, limit: int | None = None, every: bool = False,
        alerts: bool = False,
    ) -> Response:
        """`mapping` is `FIELD=COLUMN`, once for each; `alerts` raises an alert for each hit that nobody has decided. The
        other options are those of `tocsin screen`."""
        if any("=" not in pair for pair in mapping):
            raise BadInput("mapping: expected FIELD=COLUMN. Nothing was handed in.")
        ask = JobAsk(
            format=format, mapping=dict(pair.split("=", 1) for pair in mapping), ignore=ignore,
            encoding=encoding, delimiter=delimiter, dates=dates, threshold=threshold, limit=limit, every=every,
            alerts=alerts,
        )
        jobs, most = Jobs(get_app(request)), get_app(request).settings.max_bytes
        with jobs.receive() as (id, file):
            size = 0
            async for part in iter_parts(request):
                size += len(part)
                if size > most:
                    raise BadInput(f"The file: expected at most {most:,} bytes. Nothing was handed in.")
                await run_in_threadpool(file.write, part)
        return answer(await run_in_threadpool(jobs.add, id, ask, label=label, by=person.name), 202)

    @router.get(
        "/jobs", summary="All jobs, the newest first", dependencies=SCREEN, responses=answers(JobList, "The jobs")
    )
    def show_all(request: Request) -> Response:
        return answer(JobList(jobs=Jobs(get_app(request)).list()))

    @router.get("/jobs/{id}", summary="How far a job is", dependencies=SCREEN, responses=answers(Job, "The job"))
    def show(request: Request, id: str) -> Response:
        return answer(Jobs(get_app(request)).get(id))

    @router.get(
        "/jobs/{id}/columns", summary="What the columns of a job's file were taken for", dependencies=SCREEN,
        responses=answers(Understood, "Each column, and of each field how many values were used, cleaned or refused"),
    )
    def columns(request: Request, id: str) -> Response:
        return answer(Jobs(get_app(request)).understood(id))

    @router.post(
        "/jobs/{id}/cancel", summary="Stop a job", dependencies=SCREEN, responses=answers(Job, "The job")
    )
    def cancel(request: Request, id: str) -> Response:
        return answer(Jobs(get_app(request)).cancel(id))

    @router.delete(
        "/jobs/{id}", summary="Forget a job, its file and its results", status_code=204, dependencies=SCREEN
    )
    def remove(request: Request, id: str) -> Response:
        Jobs(get_app(request)).remove(id)
        return Response(status_code=204)

    @router.get(
        "/jobs/{id}/receipt", summary="The receipt of a job that is done", dependencies=SCREEN,
        responses=answers(Receipt, "The receipt"),
    )
    def receipt(request: Request, id: str) -> Response:
        return answer(Jobs(get_app(request)).get_receipt(id))

    @router.get(
        "/jobs/{id}/results", summary="The results of a job that is done, one line a row", dependencies=SCREEN,
        responses={200: {"description": "JSON Lines, CSV or Parquet", "content": {m: {} for m in MEDIA.values()}}},
    )
    def results(request: Request, id: str, format: FormatName = "jsonl") -> Response:
        held = Jobs(get_app(request)).results(id, format)
        path = held.__enter__()

        def iter_parts() -> Any:
            try:
                with path.open("rb") as file:
                    while part := file.read(PART):
                        yield part
            finally:
                held.__exit__(None, None, None)

        name = {"Content-Disposition": f'attachment; filename="hits-{id[:8]}.{format}"'}
        return StreamingResponse(iterate_in_threadpool(iter_parts()), media_type=MEDIA[format], headers=name)

    return router
