"""The application that a server serves: its routes, its headers, its OpenAPI document."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from fastapi import Depends, FastAPI, Request
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import TocsinError
from tocsin.version import CODE_VERSION
from tocsin.web.api import asking, monitoring
from tocsin.web.bodies import answer, make_document, refuse_unknown
from tocsin.web.problems import add_problems, describe_problems

API = "/api/v1"
ROUTES = (asking, monitoring)  # of the native API
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
}


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What of the service is set when it starts. `session_hours` is how long a browser stays signed in."""

    session_hours: float = 12.0
    secure: bool = False  # whether it is reached by https: cookies are then sent over that alone


def make_web(app: App, options: Options | None = None) -> FastAPI:
    """The service over one register."""
    web = FastAPI(
        title="Tocsin", version=CODE_VERSION, docs_url=None, redoc_url=None, openapi_url=None,
        description="The register of counter-terrorism designations, and screening against it.",
    )
    web.state.tocsin, web.state.options = app, options or Options()
    add_problems(web)
    for module in ROUTES:
        web.include_router(
            module.make_router(), prefix=API, responses=describe_problems(), dependencies=[Depends(refuse_unknown)]
        )
    document: dict[str, Any] = {}

    @web.get("/api/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        if not document:
            document.update(make_document(web, [kind for module in ROUTES for kind in module.KINDS]))
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

    @web.middleware("http")
    async def _add_headers(request: Request, go_on: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await go_on(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return web
