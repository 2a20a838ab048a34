"""The page of the search: a form, and hits as one types."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from tocsin.app import Answer
from tocsin.errors import BadInput
from tocsin.model.receipt import write_receipt
from tocsin.store.access import Person
from tocsin.web.access import get_app
from tocsin.web.pages.asked import Asked, read_asked, read_query, read_threshold
from tocsin.web.pages.frame import PageRoute, reader, render

NEAR_SHOWN = 3
KINDS = ("person", "organization", "vessel", "aircraft")
GENDERS = ("male", "female")


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/search")
    def show_search(request: Request, person: Annotated[Person, Depends(reader("read"))]) -> Response:  # noqa: ARG001
        return _show(request, Asked())

    @router.post("/search")
    def take_search(
        request: Request, person: Annotated[Person, Depends(reader("read!"))],  # noqa: ARG001
        asked: Annotated[Asked, Depends(read_asked)],
    ) -> Response:
        return _show(request, asked)

    return router


def _show(request: Request, asked: Asked) -> Response:
    """The whole page, or for htmx the hits alone: what is half typed is no failure there."""
    answer: Answer | None = None
    error = None
    if not asked.is_empty:
        try:
            answer = get_app(request).match(read_query(asked), threshold=read_threshold(asked), near=NEAR_SHOWN)
        except BadInput as problem:
            error = str(problem)
    partly = request.headers.get("hx-request") == "true"
    return render(
        request, "hits.html" if partly else "search.html", status=400 if error and not partly else 200, asked=asked,
        answer=answer, receipt=write_receipt(answer.receipt).decode() if answer and answer.receipt else "", error=error,
        kinds=KINDS, genders=GENDERS, threshold=get_app(request).settings.threshold,
    )
