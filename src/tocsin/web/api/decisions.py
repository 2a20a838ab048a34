"""Routes of decisions on hits: list, make, confirm, withdraw. The author is the person who asks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import end_of_day
from tocsin.errors import BadInput, suggest
from tocsin.model.hit_decision import HitDecision, Outcome, State
from tocsin.store.access import Person
from tocsin.web.access import get_app, may
from tocsin.web.api.asking import Asked, read_query
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_SHOWN = 1_000


class DecisionRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is decided on a hit: `query` as it was asked (with its `reference`, if it had one), `subject` by id or reference,
    and the last day on which it holds."""

    query: Asked
    subject: str
    outcome: Outcome
    ground: str
    expires_on: dt.date | None = None


class StepRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a decision is confirmed or withdrawn."""

    ground: str


class DecisionView(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A decision and what it is now, without the digests and facts that it rests on."""

    number: int
    identity: str
    subject: str
    caption: str
    outcome: Outcome
    state: State
    author: str
    ground: str
    decided_at: dt.datetime
    expires_at: dt.datetime | None = None
    confirmed_by: str | None = None
    confirmed_at: dt.datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_at: dt.datetime | None = None
    withdrawn_ground: str | None = None


class DecisionsResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Decisions, the newest first; `total` is how many there are of what was asked for."""

    decisions: tuple[DecisionView, ...]
    total: int


KINDS: tuple[Any, ...] = (DecisionRequest, StepRequest, DecisionView, DecisionsResponse)
EXAMPLE = {
    "query": {"name": "Zaki Rehman", "born": "1991", "reference": "4711"}, "subject": "QDi.264", "outcome": "false_match",
    "ground": "born 31 years later", "expires_on": "2030-12-31",
}
WHY = {"ground": "passport seen"}


def make_router() -> APIRouter:
    router = APIRouter(tags=["decisions"])

    @router.get(
        "/decisions", summary="Decisions on hits, the newest first", dependencies=[Depends(may("read"))],
        responses=answers(DecisionsResponse, "Decisions"),
    )
    def list_decisions(
        request: Request, subject: str | None = None, reference: str | None = None, state: str | None = None,
        limit: int = 100,
    ) -> Response:
        if not 1 <= limit <= MOST_SHOWN:
            raise BadInput(f"limit: expected 1 to {MOST_SHOWN}. Nothing was looked for.")
        if state is not None and state not in get_args(State):
            raise BadInput(f"state: {suggest(state[:80], get_args(State))} Nothing was looked for.")
        found = [
            d for d in map(view_decision, reversed(get_app(request).hit_decisions()))
            if subject in (None, d.subject) and state in (None, d.state)
            and (reference is None or d.identity == f"ref:{reference.strip()}")
        ]
        return answer(DecisionsResponse(decisions=tuple(found[:limit]), total=len(found)))

    @router.post(
        "/decisions", summary="Decide on a hit", openapi_extra=asks(DecisionRequest, EXAMPLE),
        responses=answers(DecisionView, "The decision as recorded"),
    )
    async def decide(request: Request, person: Person = Depends(may("decide"))) -> Response:  # noqa: B008 - FastAPI's way
        asked = decode(await read_bytes(request), DecisionRequest)
        one = await run_in_threadpool(
            get_app(request).decide_hit, read_query(asked.query), asked.subject, asked.outcome, author=person.name,
            ground=asked.ground, reference=asked.query.reference, expires_at=end_of_day(asked.expires_on),
        )
        return answer(view_decision(one))

    @router.post(
        "/decisions/{number}/confirm", summary="Put a proposed decision in force, as another person than its author",
        openapi_extra=asks(StepRequest, WHY), responses=answers(DecisionView, "The decision"),
    )
    async def confirm(
        request: Request, number: int, person: Person = Depends(may("approve"))  # noqa: B008
    ) -> Response:
        return await _take_step(request, number, get_app(request).confirm_hit_decision, person)

    @router.post(
        "/decisions/{number}/withdraw", summary="Make a decision as if it had never been made",
        openapi_extra=asks(StepRequest, WHY), responses=answers(DecisionView, "The decision"),
    )
    async def withdraw(
        request: Request, number: int, person: Person = Depends(may("decide"))  # noqa: B008
    ) -> Response:
        return await _take_step(request, number, get_app(request).withdraw_hit_decision, person)

    return router


async def _take_step(request: Request, number: int, take: Callable[..., HitDecision], person: Person) -> Response:
    """Confirm or withdraw a decision with the ground of the body."""
    asked = decode(await read_bytes(request), StepRequest)
    return answer(view_decision(await run_in_threadpool(take, number, author=person.name, ground=asked.ground)))


def view_decision(one: HitDecision) -> DecisionView:
    """A decision as it may be shown, and what it is now."""
    names = [name for name in DecisionView.__struct_fields__ if name != "state"]
    return DecisionView(
        state=one.state_at(dt.datetime.now(dt.UTC)), **{name: getattr(one, name) for name in names}
    )
