"""The page of decisions on hits, and deciding or escalating a hit of a search."""

from __future__ import annotations

from typing import Annotated, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from tocsin.app.alerts import Alerts
from tocsin.app.register import now_utc
from tocsin.errors import TocsinError
from tocsin.model.hit_decision import OUTCOMES, HitDecision, State
from tocsin.store.access import Person
from tocsin.web.access import MAY, get_app
from tocsin.web.pages.alerts import Verdict, read_expiry, read_outcome, read_verdict
from tocsin.web.pages.asked import Asked, read_asked, read_query
from tocsin.web.pages.frame import PageRoute, go, reader, render

PAGE = 50  # decisions of one page
Text = Annotated[str, Form()]
Decider = Annotated[Person, Depends(reader("decide!"))]


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/decisions")
    def show_decisions(
        request: Request, person: Annotated[Person, Depends(reader("read"))], state: str = "", outcome: str = "",
        subject: str = "", author: str = "", offset: str = "",
    ) -> Response:
        chosen = {"state": state, "outcome": outcome, "subject": subject.strip(), "author": author.strip()}
        return _show(request, person, chosen, int(offset) if offset.isdecimal() and len(offset) < 10 else 0)

    @router.post("/decisions/{number}/confirm")
    def confirm(
        request: Request, person: Annotated[Person, Depends(reader("approve!"))], number: int, ground: Text = ""
    ) -> Response:
        try:
            get_app(request).confirm_hit_decision(number, author=person.name, ground=ground)
        except TocsinError as error:
            return _show(request, person, {}, error=error)
        return go("/decisions")

    @router.post("/decisions/{number}/withdraw")
    def withdraw(request: Request, person: Decider, number: int, ground: Text = "") -> Response:
        try:
            get_app(request).withdraw_hit_decision(number, author=person.name, ground=ground)
        except TocsinError as error:
            return _show(request, person, {}, error=error)
        return go("/decisions")

    @router.post("/hit/decide")
    def decide_hit(
        request: Request, person: Decider, asked: Annotated[Asked, Depends(read_asked)],
        told: Annotated[Verdict, Depends(read_verdict)], subject: Text = "", reference: Text = "",
    ) -> Response:
        get_app(request).decide_hit(
            read_query(asked), subject, read_outcome(told.outcome), author=person.name, ground=told.ground,
            reference=reference.strip() or None, expires_at=read_expiry(told),
        )
        return go("/decisions")

    @router.post("/hit/escalate")
    def escalate_hit(
        request: Request, person: Decider, asked: Annotated[Asked, Depends(read_asked)],  # noqa: ARG001
        subject: Text = "", reference: Text = "",
    ) -> Response:
        alert = Alerts(get_app(request)).escalate(read_query(asked), subject, reference=reference.strip() or None)
        return go(f"/alerts/{alert.number}")

    return router


def _show(
    request: Request, person: Person, chosen: dict[str, str], offset: int = 0, *, error: TocsinError | None = None
) -> Response:
    filters = {"state": "", "outcome": "", "subject": "", "author": "", **chosen}
    now = now_utc()

    def is_wanted(one: HitDecision) -> bool:
        words = filters["subject"].casefold()
        return (
            filters["state"] in ("", one.state_at(now)) and filters["outcome"] in ("", one.outcome)
            and (words in one.caption.casefold() or filters["subject"] == one.subject)
            and filters["author"].casefold() in one.author.casefold()
        )

    found = [one for one in reversed(get_app(request).hit_decisions()) if is_wanted(one)]
    more = offset + PAGE < len(found)
    return render(
        request, "decisions.html", status=error.http_status if error else 200, error=str(error) if error else None,
        decisions=found[offset:offset + PAGE], total=len(found), chosen=filters, now=now, states=get_args(State),
        outcomes=OUTCOMES, may_decide=person.role in MAY["decide"], may_approve=person.role in MAY["approve"],
        later=urlencode({**{k: v for k, v in filters.items() if v}, "offset": offset + PAGE}) if more else None,
    )
