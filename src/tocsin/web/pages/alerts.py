"""Pages of alerts: the queue, and one alert with what was asked and listed side by side, the decision, and comments."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from tocsin.app import end_of_day
from tocsin.app.alerts import BULK_OUTCOMES, Alerts
from tocsin.app.register import now_utc
from tocsin.errors import BadInput, TocsinError, suggest
from tocsin.model.alert import SHOWN, SOURCES, AlertFilter
from tocsin.model.hit_decision import OUTCOMES, Outcome
from tocsin.store.access import Person
from tocsin.web.access import get_app
from tocsin.web.pages.frame import PageRoute, go, reader, render
from tocsin.web.pages.hits import compare

PAGE = 50  # alerts of one page
Text = Annotated[str, Form()]
Numbers = Annotated[list[int], Form()]
Reader = Annotated[Person, Depends(reader("decide"))]
Writer = Annotated[Person, Depends(reader("decide!"))]


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The filters as they were chosen: they stand in addresses, and so hold nothing of what was asked."""

    state: str = ""  # those that nobody has decided
    assignee: str = ""  # "-" is nobody
    source: str = ""
    list: str = ""
    authority: str = ""
    min_score: str = ""
    max_score: str = ""
    subject: str = ""
    offset: str = ""

    def write(self, **other: object) -> str:
        """The part of an address that says the same, with what is given instead."""
        values = {**msgspec.structs.asdict(self), **other}
        return urlencode({name: str(value) for name, value in values.items() if value})


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """A decision as it was typed."""

    outcome: str = ""
    ground: str = ""
    expires_on: str = ""


def read_chosen(
    state: str = "", assignee: str = "", source: str = "", list: str = "", authority: str = "", min_score: str = "",
    max_score: str = "", subject: str = "", offset: str = "",
) -> Chosen:
    """A dependency: the filters of an address."""
    texts = {
        "state": state, "assignee": assignee, "source": source, "list": list, "authority": authority, "min_score": min_score,
        "max_score": max_score, "subject": subject, "offset": offset,
    }
    return Chosen(**{name: text.strip() for name, text in texts.items()})


def read_verdict(outcome: Text = "", ground: Text = "", expires_on: Text = "") -> Verdict:
    """A dependency: a decision of a form."""
    return Verdict(outcome=outcome.strip(), ground=ground.strip(), expires_on=expires_on.strip())


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/alerts")
    def show_queue(request: Request, person: Reader, chosen: Annotated[Chosen, Depends(read_chosen)]) -> Response:  # noqa: ARG001
        return _show_queue(request, chosen)

    @router.post("/alerts/assign")
    def take_assignments(
        request: Request, person: Writer, numbers: Numbers = [], to: Text = "", back: Text = ""  # noqa: ARG001, B006
    ) -> Response:
        try:
            Alerts(get_app(request)).assign(numbers, to or None)
        except TocsinError as error:
            return _show_queue(request, _read_back(back), error=error, picked=numbers)
        return _return(back)

    @router.post("/alerts/decide")
    def take_decisions(
        request: Request, person: Writer, told: Annotated[Verdict, Depends(read_verdict)],
        numbers: Numbers = [], back: Text = "",  # noqa: B006
    ) -> Response:
        try:
            Alerts(get_app(request)).decide_many(
                numbers, read_outcome(told.outcome), ground=told.ground, author=person.name, expires_at=read_expiry(told)
            )
        except TocsinError as error:
            return _show_queue(request, _read_back(back), error=error, picked=numbers, verdict=told)
        return _return(back)

    @router.get("/alerts/{number}")
    def show_alert(request: Request, person: Reader, number: int, outcome: str = "", back: str = "") -> Response:  # noqa: ARG001
        return _show(request, number, back=back, told=Verdict(outcome=outcome if outcome in OUTCOMES else ""))

    @router.post("/alerts/{number}/decide")
    def take_decision(
        request: Request, person: Writer, number: int, told: Annotated[Verdict, Depends(read_verdict)], back: Text = ""
    ) -> Response:
        try:
            Alerts(get_app(request)).decide(
                number, read_outcome(told.outcome), ground=told.ground, author=person.name, expires_at=read_expiry(told)
            )
        except BadInput as error:
            return _show(request, number, back=back, told=told, error=error)
        return _return(back)

    @router.post("/alerts/{number}/assign")
    def take_assignment(
        request: Request, person: Writer, number: int, to: Text = "", me: Text = "", nobody: Text = "", back: Text = ""
    ) -> Response:
        try:
            Alerts(get_app(request)).assign((number,), person.name if me else None if nobody else to or None)
        except BadInput as error:
            return _show(request, number, back=back, error=error)
        return _go_to(number, back)

    @router.post("/alerts/{number}/comment")
    def take_comment(
        request: Request, person: Writer, number: int, text: Text = "", back: Text = ""  # noqa: ARG001
    ) -> Response:
        try:
            Alerts(get_app(request)).comment(number, text)
        except BadInput as error:
            return _show(request, number, back=back, error=error, comment=text)
        return _go_to(number, back)

    return router


def read_outcome(word: str) -> Outcome:
    """The outcome of a form. `BadInput` for what is none."""
    found = next((o for o in OUTCOMES if o == word), None)
    if found is None:
        raise BadInput(f"What the hit is: {suggest(word[:80], OUTCOMES)} Nothing was decided.")
    return found


def read_expiry(told: Verdict) -> dt.datetime | None:
    """When a decision of a form expires. `BadInput` for what is no day."""
    try:
        return end_of_day(dt.date.fromisoformat(told.expires_on)) if told.expires_on else None
    except ValueError:
        raise BadInput("The expiry: expected a day as YYYY-MM-DD, or nothing. Nothing was decided.") from None


def _show_queue(
    request: Request, chosen: Chosen, *, error: TocsinError | None = None, picked: Any = (), verdict: Verdict | None = None
) -> Response:
    alerts, problem = Alerts(get_app(request)), error
    try:
        offset = _read_number("offset", chosen.offset, int, 0)
        found, total = alerts.find(_read_filter(chosen), limit=PAGE, offset=offset)
    except BadInput as refused:
        found, total, offset, problem = (), 0, 0, error or refused
    return render(
        request, "alerts.html", status=problem.http_status if problem else 200, error=str(problem) if problem else None,
        alerts=found, total=total, chosen=chosen, query_string=chosen.write(), picked=picked, verdict=verdict or Verdict(),
        states=SHOWN, sources=SOURCES, outcomes=BULK_OUTCOMES, assignees=alerts.find_assignees(),
        earlier=chosen.write(offset=max(0, offset - PAGE)) if offset else None,
        later=chosen.write(offset=offset + PAGE) if offset + PAGE < total else None,
    )


def _read_filter(chosen: Chosen) -> AlertFilter:
    """The filters. `BadInput` names the one that cannot be read."""
    values = {
        "state": chosen.state or "undecided", "source": chosen.source or None, "list_key": chosen.list or None,
        "authority": chosen.authority or None, "subject": chosen.subject or None,
        "assignee": {"": None, "-": ""}.get(chosen.assignee, chosen.assignee),
        "min_score": _read_number("The least score", chosen.min_score, float, 0.0),
        "max_score": _read_number("The greatest score", chosen.max_score, float, 1.0),
    }
    try:
        return msgspec.convert(values, AlertFilter)
    except msgspec.ValidationError:
        raise BadInput(
            f"The state or the source: expected one of {', '.join((*SHOWN, *SOURCES))}. Nothing was looked for."
        ) from None


def _read_number(what: str, text: str, kind: Any, default: Any) -> Any:
    try:
        return kind(text) if text else default
    except ValueError:
        raise BadInput(f"{what}: expected a number. Nothing was looked for.") from None


def _show(
    request: Request, number: int, *, back: str = "", told: Verdict | None = None, error: TocsinError | None = None,
    comment: str = "",
) -> Response:
    app = get_app(request)
    alerts = Alerts(app)
    file = alerts.get(number)
    alert, hit = file.alert, alerts.find_hit(file.alert)
    shown = {"hit": None} if hit is None or alert.query is None else compare(app, alert.query, hit, app.make_basis())
    return render(
        request, "alert.html", status=error.http_status if error else 200, error=str(error) if error else None, alert=alert,
        events=file.events, sources=file.sources, returned=file.returned,
        decisions=app.hit_decisions(identity=alert.identity)[::-1], now=now_utc(), back=back,
        told=told or Verdict(), comment=comment, assignees=alerts.find_assignees(), **shown,
    )


def _read_back(back: str) -> Chosen:
    given = {name: text for name, text in parse_qsl(back[:2000]) if name in Chosen.__struct_fields__}
    return read_chosen(**given)


def _return(back: str) -> Response:
    """To the queue, as it was filtered."""
    told = _read_back(back).write()
    return go(f"/alerts?{told}" if told else "/alerts")


def _go_to(number: int, back: str) -> Response:
    told = _read_back(back).write()
    return go(f"/alerts/{number}?{urlencode({'back': told})}" if told else f"/alerts/{number}")
