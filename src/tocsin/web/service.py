"""The application that a server serves: its routes, its headers, its OpenAPI document."""

from __future__ import annotations

import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, nullcontext
from pathlib import Path
from typing import Any

import msgspec
from fastapi import Depends, FastAPI
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import TocsinError
from tocsin.store.audit_writer import AuditWriter
from tocsin.version import CODE_VERSION
from tocsin.web.access import may
from tocsin.web.api import administering, alerts, asking, auditing, decisions, jobs, monitoring, register
from tocsin.web.bodies import answer, make_document, refuse_unknown
from tocsin.web.frame import Figures, Frame
from tocsin.web.pages import add_pages
from tocsin.web.pages.first import Link
from tocsin.web.problems import add_problems, describe_problems
from tocsin.web.rates import Rates
from tocsin.web.traces import make_traces
from tocsin.web.working import work_beside
from tocsin.web.yente import make_router as make_yente_router
from tocsin.web.yente import make_yente

API = "/api/v1"
ROUTES = (asking, register, decisions, alerts, jobs, monitoring, administering, auditing)  # of the native API


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What of the service is set when it starts, alike in all its processes.

    `session_hours` is how long a browser stays signed in. `jobs` is whether it screens files that were handed in. `secure`
    is whether it is reached by https: cookies are then sent over that alone. `link` makes the first administrator, `secret`
    is of this start alone, and `shared` is a folder for what several processes know together.
    """

    session_hours: float = 12.0
    jobs: bool = True
    secure: bool = False
    link: Link | None = None
    secret: bytes = msgspec.field(default_factory=lambda: secrets.token_bytes(32))
    shared: Path | None = None


def make_web(app: App, options: Options | None = None) -> FastAPI:
    """The service over one register."""
    settings = options or Options()

    traces = make_traces(app.settings.otlp)
    asked = app.with_spans(traces.span) if traces else app

    @asynccontextmanager
    async def live(web: FastAPI) -> AsyncIterator[None]:
        with (
            closing(traces) if traces else nullcontext(),
            AuditWriter(app.settings.audit, keep=app.keep_questions) as writer,
            work_beside(app) if settings.jobs else nullcontext(),
        ):
            web.state.tocsin = asked.with_writer(writer)
            try:
                yield
            finally:
                web.state.tocsin = asked

    web = FastAPI(
        title="Tocsin", version=CODE_VERSION, docs_url=None, redoc_url=None, openapi_url=None, lifespan=live,
        description="The register of counter-terrorism designations, and screening against it.",
    )
    web.state.tocsin, web.state.options = asked, settings
    rate, shared = app.settings.rate, settings.shared
    web.state.persons, web.state.rates = {}, Rates(rate, shared / "rates" if shared else None) if rate else None
    figures = Figures(app, shared)
    add_problems(web)
    for module in ROUTES:
        web.include_router(
            module.make_router(), prefix=API, responses=describe_problems(), dependencies=[Depends(refuse_unknown)]
        )
    add_pages(web)
    document: dict[str, Any] = {}

    @web.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        if not document:
            document.update(make_document(web, find_kinds()))
        return answer(document)

    @web.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        return answer({"status": "ok"})

    @web.get("/readyz", include_in_schema=False)
    def readyz() -> Response:
        try:
            return answer({"status": "ok", "register": app.index().register})
        except TocsinError as error:
            return answer({"status": "not ready", "detail": str(error)}, 503)

    @web.get("/metrics", include_in_schema=False, dependencies=[Depends(may("administer"))])
    def metrics() -> Response:
        return Response(figures.write(), media_type=CONTENT_TYPE_LATEST)

    web.mount("/yente", make_yente(web.state))
    if app.settings.yente_at_root:  # after all of the service's own routes, which go before
        web.include_router(make_yente_router(with_health=False), include_in_schema=False)

    logging.getLogger("uvicorn.access").disabled = True  # it would write paths, in which a name may stand
    web.add_middleware(Frame, figures=figures, traces=traces)
    return web


def find_kinds() -> list[Any]:
    """The values that the native API reads and answers."""
    return [kind for module in ROUTES for kind in module.KINDS]
