"""Errors as problem details (RFC 9457): one table, that of `tocsin.errors`, for every route."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import msgspec
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin.errors import TocsinError

PROBLEM = "application/problem+json"
LOG = logging.getLogger("tocsin.web")


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457 §3.1. `type` ends in the stable code of the error, `detail` says what was expected and what was done."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None


def make_problem(
    status: int, code: str, detail: str, *, headers: dict[str, str] | None = None, path: str | None = None
) -> Response:
    """The answer of an error; `path` is what was asked for."""
    title = HTTPStatus(status).phrase
    problem = Problem(type=f"urn:tocsin:error:{code}", title=title, status=status, detail=detail, instance=path)
    return Response(msgspec.json.encode(problem), status_code=status, media_type=PROBLEM, headers=headers)


def add_problems(web: FastAPI) -> None:
    """Answer every error of every route as a problem, and never with a stack trace."""

    @web.exception_handler(TocsinError)
    def _ours(request: Request, error: TocsinError) -> Response:
        return make_problem(error.http_status, error.code, str(error), path=request.url.path)

    @web.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        code = HTTPStatus(error.status_code).name.lower()
        return make_problem(
            error.status_code, code, str(error.detail), headers=dict(error.headers or {}), path=request.url.path
        )

    @web.exception_handler(RequestValidationError)
    def _unread(request: Request, error: RequestValidationError) -> Response:
        told = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return make_problem(400, "bad_input", f"{told}. Nothing was done.", path=request.url.path)

    @web.exception_handler(Exception)
    def _ours_to_mend(request: Request, error: Exception) -> Response:
        LOG.error("unexpected error in %s %s: %s", request.method, request.scope.get("route"), type(error).__name__)
        return make_problem(500, "error", "The server failed; nothing is known to have changed.", path=request.url.path)


def describe_problems() -> dict[int | str, dict[str, Any]]:
    """What any route of the API may answer instead, for its `responses`."""
    told = {
        400: "What was asked cannot be read", 401: "Nobody is signed in", 403: "Not allowed", 404: "Nothing of that name",
        408: "The body did not come", 413: "Too large", 422: "Not taken", 429: "Too many questions",
        500: "The server failed", 502: "A publisher failed", 503: "Busy; try again",
    }
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": what, "content": content} for status, what in told.items()}
