"""yente's routes put together: as an application of their own under a path, and as routes for the root."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, FastAPI, Request
from starlette.datastructures import State
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin.version import CODE_VERSION
from tocsin.web.bodies import answer, make_document
from tocsin.web.yente import entities, matching, reconcile, searching, statements, system, values
from tocsin.web.yente.frame import tell_error

PATH = "/yente"
MODULES = (matching, searching, entities, statements, reconcile)
KINDS: tuple[Any, ...] = (
    values.EntityMatchQuery, values.EntityMatchResponse, values.SearchResponse, values.EntityResponse,
    values.EntityAdjacentResponse, values.AdjacentResultsResponse, values.DataCatalog, values.AlgorithmResponse,
    values.StatusResponse, values.StatementsResponse, values.ErrorResponse,
)


def make_router(*, with_health: bool = True) -> APIRouter:
    """All routes, for whoever includes them. Their errors have yente's shape wherever they are."""
    router = APIRouter()
    for module in MODULES:
        router.include_router(module.make_router())
    router.include_router(system.make_router(with_health=with_health))
    return router


def make_yente(state: State, *, path: str = PATH) -> FastAPI:
    """The routes as an application of their own, to be mounted at `path`, with their own document. `state` is that of the
    service, which both share."""
    yente = FastAPI(
        title="Tocsin, as yente", version=CODE_VERSION, docs_url=None, redoc_url=None, openapi_url=None,
        description="The API of yente over this register. docs/yente.md lists the differences.",
    )
    yente.state = state
    yente.include_router(make_router())
    document: dict[str, Any] = {}

    @yente.get("/openapi.json", include_in_schema=False)
    def openapi() -> Response:
        if not document:
            document.update(make_document(yente, KINDS), servers=[{"url": path}])
        return answer(document)

    @yente.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        return tell_error(request, error)

    return yente
