"""What yente's routes have in common: errors in yente's shape, bodies, limits, and a register to be asked."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import msgspec
from fastapi import Depends, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import NotFound, TocsinError
from tocsin.web.access import get_app, may
from tocsin.web.bodies import REF, answer
from tocsin.web.yente.values import MAX_RESULTS, MAX_URL, ErrorResponse

LOG = logging.getLogger("tocsin.web")
ASK = Depends(may("ask"))
Value = TypeVar("Value")


class YenteRoute(APIRoute):
    """A route whose errors are `{"detail": ...}`, wherever it stands."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer_all(request: Request) -> Response:
            size = len(request.scope.get("raw_path") or b"") + len(request.scope.get("query_string") or b"")
            if size > MAX_URL:
                return make_error(414, "Request URI too long")
            try:
                return await handle(request)
            except Exception as error:
                return tell_error(request, error)

        return answer_all


def make_error(status: int, detail: Any, headers: dict[str, str] | None = None) -> Response:
    """An answer of yente's shape for what went wrong."""
    return answer({"detail": detail}, status, headers=headers)


def tell_error(request: Request, error: Exception) -> Response:
    """An error as yente tells it. What was given is not repeated, since it may be somebody's name."""
    if isinstance(error, TocsinError):
        return make_error(error.http_status, str(error))
    if isinstance(error, StarletteHTTPException):
        return make_error(error.status_code, error.detail, dict(error.headers or {}))
    if isinstance(error, RequestValidationError):
        return make_error(422, [{"loc": e["loc"], "msg": e["msg"], "type": e["type"]} for e in error.errors()])
    LOG.error("unexpected error in %s %s: %s", request.method, request.scope.get("route"), type(error).__name__)
    return make_error(500, "The server failed; nothing is known to have changed.")


def unprocessable(place: list[str | int], said: str) -> HTTPException:
    """422 in the shape that validation errors have."""
    return HTTPException(422, [{"loc": place, "msg": said, "type": "value_error"}])


def decode_body(data: bytes, kind: type[Value]) -> Value:
    """A body as a value; 422 when it is none."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        raise unprocessable(["body"], str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise unprocessable(["body"], "expected JSON") from None


def get_ready(request: Request) -> App:
    """The register, which must have an index: 503 otherwise."""
    app = get_app(request)
    try:
        app.index()
    except NotFound:
        raise HTTPException(503, "Index not ready.") from None
    return app


def find_window(limit: int, offset: int) -> tuple[int, int]:
    """Which results are given: none before the first, none behind `MAX_RESULTS`."""
    first = min(max(0, offset), MAX_RESULTS)
    return min(max(0, limit), MAX_RESULTS - first), first


def errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For `responses`: what a route may answer instead."""
    told = {
        304: "Not changed", 308: "The entity has another ID", 400: "Invalid query", 401: "No key, or one that is not known",
        403: "Not allowed", 404: "Not found", 414: "Request URI too long", 422: "Invalid request",
        500: "Server error", 503: "Index is not ready",
    }
    content = {"application/json": {"schema": {"$ref": REF.format(name=ErrorResponse.__name__)}}}
    return {
        status: {"description": told[status], **({} if status in (304, 308) else {"content": content})}
        for status in (*statuses, 400, 401, 403, 414, 422, 500, 503)
    }
