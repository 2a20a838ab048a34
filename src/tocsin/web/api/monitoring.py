"""Routes of monitored populations: register, check, findings, completeness statement, feed.

Who may screen may register and check; who may ask may look. Where notices go out is for an administrator to say, since it
makes this machine call another.
"""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin.app import App
from tocsin.app.checking import Checked
from tocsin.app.monitoring import MadePopulation
from tocsin.app.overview import list_notices
from tocsin.errors import BadInput
from tocsin.exchange.notices import Notice
from tocsin.exchange.statements import Statement
from tocsin.match import check_query
from tocsin.screen.members import MAX_REFERENCE
from tocsin.store.access import Person
from tocsin.store.checkings import Finding
from tocsin.store.overviews import DeliveryState, NoticeState
from tocsin.store.populations import Loaded, NewMember
from tocsin.web.access import get_app, may
from tocsin.web.api.asking import Asked, read_query
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_MEMBERS = 10_000
JSON_FEED = "https://jsonfeed.org/version/1.1"


class NewPopulation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`purpose` says why these people are monitored. `webhooks` and `emails` are an administrator's to set."""

    name: str
    purpose: str
    retention_days: int | None = None
    webhooks: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


class MembersGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Members by the caller's own reference. With `replace` these are all: the others are removed."""

    members: dict[str, Asked]
    replace: bool = False


class References(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    references: tuple[str, ...]


class Count(msgspec.Struct, frozen=True, kw_only=True):
    members: int


class PopulationView(msgspec.Struct, frozen=True, kw_only=True):
    """A population without its members. `register` is the state that it was last checked against."""

    name: str
    purpose: str
    made_by: str
    made_at: str
    retention_days: int | None
    register: str | None


class Populations(msgspec.Struct, frozen=True, kw_only=True):
    populations: tuple[PopulationView, ...]


class MemberView(msgspec.Struct, frozen=True, kw_only=True):
    """A member by reference; its query is not told. `fault` says why it cannot be checked."""

    reference: str
    checked: bool
    fault: str | None


class MemberViews(msgspec.Struct, frozen=True, kw_only=True):
    members: tuple[MemberView, ...]


class Checks(msgspec.Struct, frozen=True, kw_only=True):
    checked: tuple[Checked, ...]


class Findings(msgspec.Struct, frozen=True, kw_only=True):
    findings: tuple[Finding, ...]


class NoticeView(msgspec.Struct, frozen=True, kw_only=True):
    """A notice and how far it is on each way out."""

    id: str
    made_at: str
    deliveries: tuple[DeliveryState, ...]


class Deliveries(msgspec.Struct, frozen=True, kw_only=True):
    notices: tuple[NoticeView, ...]


class FeedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An item of JSON Feed 1.1; `_tocsin` is the notice as receivers of webhooks get it."""

    id: str
    date_published: str
    title: str
    content_text: str
    notice: Notice = msgspec.field(name="_tocsin")


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    version: str
    title: str
    items: tuple[FeedItem, ...]


KINDS: tuple[Any, ...] = (
    NewPopulation, MadePopulation, MembersGiven, Loaded, References, Count, Populations, MemberViews, Checks, Findings,
    Statement, Feed, Deliveries,
)
NEW = {"name": "customers", "purpose": "Account holders", "retention_days": 365}
GIVEN = {"members": {"4711": {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}}}
ALL, ONE = "/populations", "/populations/{name}"


def make_router() -> APIRouter:
    router = APIRouter(tags=["monitoring"])
    _add_changes(router)
    _add_looks(router)
    return router


def _add_changes(router: APIRouter) -> None:
    screens = [Depends(may("screen"))]

    @router.post(
        ALL, summary="Register a population to be checked against every new state of the lists",
        openapi_extra=asks(NewPopulation, NEW),
        responses=answers(MadePopulation, "The population, and its webhooks' secrets, told this once"),
    )
    async def add(request: Request, person: Person = Depends(may("screen"))) -> Response:  # noqa: B008 - how routes ask for it
        asked = decode(await read_bytes(request), NewPopulation)
        if (asked.webhooks or asked.emails) and person.role != "administrator":
            raise HTTPException(403, "Where notices go out is an administrator's to set. Nothing was done.")
        return answer(await run_in_threadpool(_add, get_app(request), asked, person))

    @router.delete(
        ONE, summary="Remove a population with all that is known of it", dependencies=screens,
        responses=answers(Count, "How many members it had"),
    )
    def remove(request: Request, name: str) -> Response:
        return answer(Count(members=get_app(request).remove_population(name)))

    @router.post(
        f"{ONE}/members", summary="Add members, or give those of a known reference another query", dependencies=screens,
        openapi_extra=asks(MembersGiven, GIVEN), responses=answers(Loaded, "What was done; `check` then checks them"),
    )
    async def add_members(request: Request, name: str) -> Response:
        asked = decode(await read_bytes(request), MembersGiven)
        return answer(await run_in_threadpool(_set_members, get_app(request), name, asked))

    @router.post(
        f"{ONE}/members/remove", summary="Remove members with all that is known of them", dependencies=screens,
        openapi_extra=asks(References, {"references": ["4711"]}), responses=answers(Count, "How many were removed"),
    )
    async def remove_members(request: Request, name: str) -> Response:
        asked = decode(await read_bytes(request), References)
        return answer(Count(members=await run_in_threadpool(get_app(request).remove_members, name, asked.references)))

    @router.post(
        f"{ONE}/check", summary="Check a population against the lists in force: what a new state can affect",
        dependencies=screens, responses=answers(Checks, "What was found"),
    )
    def check(request: Request, name: str) -> Response:
        return answer(Checks(checked=get_app(request).check_populations((name,))))


def _add_looks(router: APIRouter) -> None:
    looks = [Depends(may("ask"))]

    @router.get(ALL, summary="All populations", dependencies=looks, responses=answers(Populations, "Without their members"))
    def populations(request: Request) -> Response:
        return answer(Populations(populations=tuple(
            PopulationView(
                name=p.name, purpose=p.purpose, made_by=p.made_by, made_at=p.made_at.isoformat(),
                retention_days=p.retention_days, register=p.register,
            )
            for p in get_app(request).list_populations()
        )))

    @router.get(
        f"{ONE}/members", summary="The members' references", dependencies=looks,
        responses=answers(MemberViews, "References, without what is asked for them"),
    )
    def members(request: Request, name: str) -> Response:
        return answer(MemberViews(members=tuple(
            MemberView(reference=reference, checked=not fresh, fault=fault)
            for reference, fault, fresh in get_app(request).list_members(name)
        )))

    @router.get(
        f"{ONE}/findings", summary="Whom of a population the lists in force may mean", dependencies=looks,
        responses=answers(Findings, "Findings, by reference"),
    )
    def findings(request: Request, name: str, gone: bool = False, decisions: bool = True) -> Response:
        return answer(Findings(findings=get_app(request).findings(name, gone=gone, decisions=decisions)))

    @router.get(
        f"{ONE}/statement", summary="Who was checked against which state of every list, and when", dependencies=looks,
        responses=answers(Statement, "The completeness statement"),
    )
    def statement(request: Request, name: str) -> Response:
        return answer(get_app(request).statement(name))

    @router.get(
        f"{ONE}/deliveries", summary="The newest notices and whether each was delivered, the newest first",
        dependencies=looks, responses=answers(Deliveries, "Without their bodies; targets are told to administrators"),
    )
    def deliveries(request: Request, name: str, limit: int = 20) -> Response:
        told = list_notices(get_app(request), name, limit=limit)
        return answer(Deliveries(notices=tuple(_tell_delivery(one, request.state.person) for one in told)))

    @router.get(
        f"{ONE}/feed", summary="Notices as a JSON Feed 1.1, oldest first", dependencies=looks,
        responses=answers(Feed, "Notices, those after the id `after`"),
    )
    def feed(request: Request, name: str, after: str | None = None, limit: int = 100) -> Response:
        return answer(_make_feed(get_app(request), name, after=after, limit=limit))


def _tell_delivery(notice: NoticeState, person: Person) -> NoticeView:
    is_told = person.role == "administrator"
    return NoticeView(id=notice.id, made_at=notice.made_at.isoformat(), deliveries=tuple(
        one if is_told else msgspec.structs.replace(one, target="") for one in notice.deliveries
    ))


def _add(app: App, asked: NewPopulation, person: Person) -> MadePopulation:
    return app.add_population(
        asked.name, purpose=asked.purpose, by=person.name, retention_days=asked.retention_days, webhooks=asked.webhooks,
        emails=asked.emails,
    )


def _set_members(app: App, name: str, asked: MembersGiven) -> Loaded:
    """All members or none: a caller who gives values, and no file, can mend the one that cannot be read."""
    if len(asked.members) > MOST_MEMBERS:
        raise BadInput(f"members: expected at most {MOST_MEMBERS:,}, found {len(asked.members):,}. Nothing was done.")
    members = []
    for position, (reference, one) in enumerate(asked.members.items(), start=1):
        if not reference or len(reference) > MAX_REFERENCE or not reference.isprintable():
            raise BadInput(
                f"Member {position}: expected a reference of 1 to {MAX_REFERENCE} printable characters. Nothing was done."
            )
        try:
            check_query(query := read_query(one))
            members.append(NewMember(reference=reference, query=query))
        except BadInput as error:
            raise BadInput(f"Member {position}: {error} No member was taken.") from None
    return app.set_members(name, members, replace=asked.replace)


def _make_feed(app: App, name: str, *, after: str | None, limit: int) -> Feed:
    from tocsin.exchange.notices import describe_notice

    items = []
    for kept in app.feed(name, after=after, limit=limit):
        notice = msgspec.json.decode(kept.body, type=Notice)
        title, text = describe_notice(notice)
        items.append(FeedItem(
            id=kept.id, date_published=kept.made_at.isoformat(), title=title, content_text=text, notice=notice,
        ))
    return Feed(version=JSON_FEED, title=f"Tocsin: {name}", items=tuple(items))
