"""Routes of alerts: raise, list, get, assign, comment, decide, and many at once. The author is the person who asks."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import end_of_day
from tocsin.app.alerts import AlertFile, Alerts
from tocsin.model.alert import Alert, AlertFilter, Shown, SourceKind
from tocsin.model.hit_decision import Outcome
from tocsin.store.access import Person
from tocsin.web.access import get_app, may
from tocsin.web.api.asking import Asked, read_query
from tocsin.web.api.decisions import DecisionView, view_decision
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

SCREEN = [Depends(may("screen"))]
DECIDE = [Depends(may("decide"))]


class EscalateRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A hit of a search that others are to decide on: `query` as it was asked (with its `reference`, if it had one), and the
    id of its subject."""

    query: Asked
    subject: str


class AssignRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who is to decide; nobody in particular without."""

    to: str | None = None


class CommentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str


class VerdictRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided on an alert, and the last day on which that holds."""

    outcome: Outcome
    ground: str
    expires_on: dt.date | None = None


class BulkAssignRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 500 alerts, all or none; to nobody in particular without `to`."""

    numbers: tuple[int, ...]
    to: str | None = None


class BulkVerdictRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Up to 500 alerts, all or none, decided with one ground. A true match is decided by itself."""

    numbers: tuple[int, ...]
    outcome: Literal["false_match", "needs_information"]
    ground: str
    expires_on: dt.date | None = None


class AlertsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts, the surest first; `total` is how many there are of what was asked for."""

    alerts: tuple[Alert, ...]
    total: int


class AlertsAssigned(msgspec.Struct, frozen=True, kw_only=True):
    alerts: tuple[Alert, ...]


class AlertsDecided(msgspec.Struct, frozen=True, kw_only=True):
    decisions: tuple[DecisionView, ...]


KINDS: tuple[Any, ...] = (
    EscalateRequest, AssignRequest, CommentRequest, VerdictRequest, BulkAssignRequest, BulkVerdictRequest, Alert, AlertFile,
    AlertsResponse, AlertsAssigned, AlertsDecided,
)
QUERY = {"name": "Zaki Rehman", "born": "1991", "reference": "4711"}
VERDICT = {"outcome": "false_match", "ground": "born 31 years later", "expires_on": "2030-12-31"}


def make_router() -> APIRouter:
    router = APIRouter(tags=["alerts"])

    @router.get(
        "/alerts", summary="Alerts, the surest first", dependencies=SCREEN, responses=answers(AlertsResponse, "Alerts")
    )
    def list_alerts(
        request: Request, state: Shown = "undecided", assignee: str | None = None, source: SourceKind | None = None,
        source_name: str | None = None, list: str | None = None, authority: str | None = None, min_score: float = 0.0,
        max_score: float = 1.0, subject: str | None = None, limit: int = 100, offset: int = 0,
    ) -> Response:
        """`assignee` is a name, or empty for those that nobody has; `source_name` a job's id or a population's name."""
        wanted = AlertFilter(
            state=state, assignee=assignee, source=source, name=source_name, list_key=list, authority=authority,
            min_score=min_score, max_score=max_score, subject=subject,
        )
        found, total = Alerts(get_app(request)).find(wanted, limit=limit, offset=offset)
        return answer(AlertsResponse(alerts=found, total=total))

    @router.get(
        "/alerts/{number}", summary="An alert, where it came from, and what was done with it", dependencies=SCREEN,
        responses=answers(AlertFile, "The alert"),
    )
    def show(request: Request, number: int) -> Response:
        return answer(Alerts(get_app(request)).get(number))

    @router.post(
        "/alerts", summary="Raise a hit of a search", dependencies=SCREEN, responses=answers(Alert, "The alert"),
        openapi_extra=asks(EscalateRequest, {"query": QUERY, "subject": "zaki-ur-rehman-lakhvi"}),
    )
    async def escalate(request: Request) -> Response:
        asked = decode(await read_bytes(request), EscalateRequest)
        return answer(await run_in_threadpool(
            Alerts(get_app(request)).escalate, read_query(asked.query), asked.subject, reference=asked.query.reference
        ))

    @router.post(
        "/alerts/{number}/assign", summary="Say who is to decide", dependencies=DECIDE,
        openapi_extra=asks(AssignRequest, {"to": "asha"}), responses=answers(Alert, "The alert"),
    )
    async def assign(request: Request, number: int) -> Response:
        asked = decode(await read_bytes(request), AssignRequest)
        (alert,) = await run_in_threadpool(Alerts(get_app(request)).assign, (number,), asked.to)
        return answer(alert)

    @router.post(
        "/alerts/{number}/comment", summary="Add a comment, which stays as it is", dependencies=DECIDE,
        openapi_extra=asks(CommentRequest, {"text": "asked the branch for a copy of the passport"}),
        responses=answers(AlertFile, "The alert"),
    )
    async def comment(request: Request, number: int) -> Response:
        asked = decode(await read_bytes(request), CommentRequest)
        return answer(await run_in_threadpool(Alerts(get_app(request)).comment, number, asked.text))

    @router.post(
        "/alerts/{number}/decide", summary="Decide on an alert", openapi_extra=asks(VerdictRequest, VERDICT),
        responses=answers(DecisionView, "The decision as recorded"),
    )
    async def decide(
        request: Request, number: int, person: Person = Depends(may("decide"))  # noqa: B008 - FastAPI's way
    ) -> Response:
        asked = decode(await read_bytes(request), VerdictRequest)
        one = await run_in_threadpool(
            Alerts(get_app(request)).decide, number, asked.outcome, ground=asked.ground, author=person.name,
            expires_at=end_of_day(asked.expires_on),
        )
        return answer(view_decision(one))

    @router.post(
        "/alerts/assign", summary="Say who is to decide on many alerts", dependencies=DECIDE,
        openapi_extra=asks(BulkAssignRequest, {"numbers": [1, 2], "to": "asha"}),
        responses=answers(AlertsAssigned, "The alerts"),
    )
    async def assign_many(request: Request) -> Response:
        asked = decode(await read_bytes(request), BulkAssignRequest)
        return answer(AlertsAssigned(
            alerts=await run_in_threadpool(Alerts(get_app(request)).assign, asked.numbers, asked.to)
        ))

    @router.post(
        "/alerts/decide", summary="Decide on many alerts with one ground",
        openapi_extra=asks(BulkVerdictRequest, {"numbers": [1, 2], **VERDICT}),
        responses=answers(AlertsDecided, "The decisions"),
    )
    async def decide_many(request: Request, person: Person = Depends(may("decide"))) -> Response:  # noqa: B008
        asked = decode(await read_bytes(request), BulkVerdictRequest)
        made = await run_in_threadpool(
            Alerts(get_app(request)).decide_many, asked.numbers, asked.outcome, ground=asked.ground, author=person.name,
            expires_at=end_of_day(asked.expires_on),
        )
        return answer(AlertsDecided(decisions=tuple(map(view_decision, made))))

    return router
