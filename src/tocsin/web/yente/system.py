"""What the service tells of itself in yente's shape: health, the catalogue, the scorer; and being told to update."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import TocsinError
from tocsin.exchange.ftm_model import SCHEMATA
from tocsin.exchange.ftm_query import NAMES, describe_use
from tocsin.web.access import get_app, let_in
from tocsin.web.bodies import answer, answers
from tocsin.web.yente.datasets import make_catalog, make_etag
from tocsin.web.yente.frame import ASK, YenteRoute, errors, get_ready
from tocsin.web.yente.values import Algorithm, AlgorithmResponse, DataCatalog, StatusResponse

LOG = logging.getLogger("tocsin.web")


def make_router(*, with_health: bool = True) -> APIRouter:
    """`with_health` is off where the service itself answers for its health under the same paths."""
    router = APIRouter(route_class=YenteRoute)

    if with_health:
        @router.get(
            "/healthz", tags=["System information"], summary="Health check",
            responses={**errors(), **answers(StatusResponse, "The service answers")},
        )
        def healthz() -> Response:
            return answer(StatusResponse(status="ok"))

        @router.get(
            "/readyz", tags=["System information"], summary="Whether there is an index to be asked",
            responses={**errors(), **answers(StatusResponse, "It can be asked")},
        )
        def readyz(request: Request) -> Response:
            try:
                get_ready(request)
            except TocsinError:
                raise HTTPException(503, "Index not ready.") from None
            return answer(StatusResponse(status="ok"))

    @router.get(
        "/catalog", tags=["Data access"], summary="Data catalog", dependencies=[ASK],
        responses={**errors(304), **answers(DataCatalog, "The lists in force, and collections of them")},
    )
    @router.get("/manifest", include_in_schema=False, dependencies=[ASK])
    def catalog(request: Request) -> Response:
        made = make_catalog(get_ready(request))
        etag = make_etag(made)
        told = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
        if told & {"*", etag}:
            return Response(status_code=304, headers={"ETag": etag})
        return answer(made, headers={"ETag": etag})

    @router.get(
        "/algorithms", tags=["System information"], summary="The scorer", dependencies=[ASK],
        responses={**errors(), **answers(AlgorithmResponse, "The scorer, under the names that may be asked for")},
    )
    def algorithms(request: Request) -> Response:
        return answer(describe_algorithms(get_ready(request)))

    @router.post(
        "/updatez", tags=["System information"], summary="Bring the lists up to date",
        responses={**errors(), **answers(StatusResponse, "It is done, or begun")},
    )
    async def updatez(request: Request, token: str = "", sync: bool = False) -> Response:
        await run_in_threadpool(_check_token, request, token)
        app = get_app(request)
        if sync:
            await run_in_threadpool(app.update)
            return answer(StatusResponse(status="ok"))
        response = answer(StatusResponse(status="ok"))
        response.background = BackgroundTask(_update, app)
        return response

    return router


def _check_token(request: Request, token: str) -> None:
    """403 unless an administrator asks: by a key in the header, or the same key as yente's `token`."""
    asking = with_key(request, token) if token.strip() else request
    try:
        let_in(asking, "administer")
    except StarletteHTTPException:
        raise HTTPException(403, "Invalid token.") from None


def with_key(request: Request, key: str) -> Request:
    """The same request, as if it had brought its key in a header."""
    headers = [(n, v) for n, v in request.scope["headers"] if n not in (b"x-api-key", b"authorization", b"cookie")]
    return Request({**request.scope, "headers": [*headers, (b"x-api-key", key.strip().encode("utf-8", "replace"))]})


def _update(app: App) -> None:
    """An update of which nobody waits for the end; how it ended stands in the log and in the register."""
    try:
        results = app.update()
    except TocsinError as error:
        LOG.error("an update that was asked for failed: %s", error)
    else:
        LOG.info("an update that was asked for ended: %s", ", ".join(f"{r.list_key} {r.outcome}" for r in results))


def describe_algorithms(app: App) -> AlgorithmResponse:
    """The scorer in force, and what becomes of each property of an example."""
    engine = app.index().engine
    properties = dict.fromkeys(p for schema in SCHEMATA.values() for p in schema.properties)
    features: dict[str, Any] = {
        name: {"description": said, "url": None, "coefficient": 1.0}
        for name in (*NAMES, *properties) if not (said := describe_use(name)).endswith("not compared")
    }
    made = Algorithm(
        name=engine, features=features, docs={"description": "Log-odds of names, dates, countries, numbers and contacts.",
                                              "features": features, "config": {}},
        description=f"The scorer of this register, {engine}. yente's names of scorers are taken for it.",
    )
    return AlgorithmResponse(algorithms=[made], default="best", best=engine)
