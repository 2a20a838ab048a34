"""The page of gaps: a matrix of all authorities, and whom some list and others do not."""

from __future__ import annotations

from typing import Annotated, cast, get_args

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import BadInput, suggest
from tocsin.model import KINDS, Kind, PartialDate
from tocsin.registry.gap_report import write_report
from tocsin.registry.gap_values import Question
from tocsin.registry.gap_words import tell_lag, tell_position, tell_question
from tocsin.registry.regimes import Regime
from tocsin.store.access import Person
from tocsin.web.access import get_app
from tocsin.web.pages.frame import PageRoute, reader, render

SHOWN = 200  # subjects on the page; the report has all
REGIMES: tuple[Regime, ...] = get_args(Regime)
Reader = Annotated[Person, Depends(reader("read"))]
Several = Annotated[list[str], Query()]


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/gaps")
    def show_gaps(  # the fields of a form
        request: Request, person: Reader, by: Several = [], no: Several = [], any: str = "", own: str = "",  # noqa: ARG001, B006
        regime: str = "", kind: str = "", since: str = "", report: str = "",
    ) -> Response:
        app = get_app(request)
        question = make_question(app, by=by, no=no, any=any, own=own, regime=regime, kind=kind, since=since)
        gaps = app.gaps(question) if question else None
        if gaps and report:
            headers = {"Content-Disposition": 'attachment; filename="gaps.html"'}
            return Response(write_report(gaps), media_type="text/html; charset=utf-8", headers=headers)
        return render(
            request, "gaps.html", gaps=gaps, by=by, no=no, any=any, own=own, regime=regime, kind=kind, since=since,
            authorities=app.index().authorities, regimes=REGIMES, kinds=[k for k in KINDS if k != "unknown"], shown=SHOWN,
            again=request.url.query, tell_question=tell_question, tell_position=tell_position, tell_lag=tell_lag,
        )

    return router


def make_question(  # the fields of a form
    app: App, *, by: list[str], no: list[str], any: str, own: str, regime: str, kind: str, since: str
) -> Question | None:
    """The question that is asked; `None` before any authority was chosen. `BadInput` for what is none of the choices."""
    for given, known in ((regime, REGIMES), (kind, KINDS)):
        if given and given not in known:
            raise BadInput(f"'{given[:40]}': {suggest(given[:40], known)} Nothing was looked for.")
    try:
        first = PartialDate.parse(since) if since else None
    except ValueError as error:
        raise BadInput(f"since: {error}. Nothing was looked for.") from None
    if not by:
        return None
    return Question(
        listed_by=tuple(dict.fromkeys(by)), not_by=tuple(dict.fromkeys(no)), any_of=bool(any), own=bool(own), since=first,
        regime=cast("Regime", regime) if regime else None, kind=cast("Kind", kind) if kind else None,
        threshold=app.settings.threshold,
    )
