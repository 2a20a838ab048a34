"""Pages of monitored populations: who is registered, whom the lists in force may mean, what was told, and the statement that
everyone was checked. Those who may screen register and check; where notices go is an administrator's to say."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from tocsin.app import App
from tocsin.app.monitoring import MadePopulation
from tocsin.app.overview import get_overview, list_notices, list_overviews
from tocsin.errors import BadInput, TocsinError
from tocsin.exchange.notices import Notice
from tocsin.exchange.statements import describe_statement
from tocsin.match import check_query
from tocsin.screen.columns import parse_mapping
from tocsin.screen.members import MAX_REFERENCE
from tocsin.screen.reading import Options, find_format
from tocsin.store.access import Person
from tocsin.store.populations import Loaded, NewMember
from tocsin.web.access import MAY, get_app
from tocsin.web.pages.asked import Asked, read_asked, read_query
from tocsin.web.pages.frame import FileRoute, PageRoute, go, read_file, reader, render
from tocsin.web.pages.words import N_
from tocsin.web.uploads import Upload

MOST_FILE = 50_000_000  # bytes of a file of members
SHOWN = 100             # members or findings on one page
FAULTS_SHOWN = 20
TOLD = {
    "nothing": N_("there was nothing to tell"), "feed": N_("in the feed"), "delivered": N_("delivered"),
    "under_way": N_("under way"),
}
KINDS = (N_("new"), N_("changed"), N_("gone"))  # of what a notice tells
Text = Annotated[str, Form()]
Reader = Annotated[Person, Depends(reader("read"))]
Opener = Annotated[Person, Depends(reader("screen"))]  # of a form with a file, which checks the token itself
Writer = Annotated[Person, Depends(reader("screen!"))]
Item = TypeVar("Item")


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)
    router.add_api_route("/monitoring", take_population, methods=["POST"], route_class_override=FileRoute)
    router.add_api_route("/monitoring/{name}/members", take_members, methods=["POST"], route_class_override=FileRoute)
    _add_looks(router)
    _add_changes(router)
    return router


def _add_looks(router: APIRouter) -> None:
    @router.get("/monitoring")
    def show_all(request: Request, person: Reader) -> Response:
        return _show_all(request, person)

    @router.get("/monitoring/{name}")
    def show_one(request: Request, person: Reader, name: str, gone: str = "", page: int = 1) -> Response:
        return _show(request, person, name, gone=bool(gone), page=page)

    @router.get("/monitoring/{name}/members")
    def show_members(request: Request, person: Reader, name: str, page: int = 1) -> Response:
        members = get_app(request).list_members(name)
        return render(
            request, "members.html", name=name, members=_cut(members, page), page=max(1, page), count=len(members),
            last=_count_pages(len(members)), may_change=person.role in MAY["screen"],
        )

    @router.get("/monitoring/{name}/statement")
    def show_statement(request: Request, person: Reader, name: str, save: str = "") -> Response:  # noqa: ARG001
        statement = get_app(request).statement(name)
        if save == "txt":
            headers = {"Content-Disposition": f'attachment; filename="{name}-statement.txt"'}
            return PlainTextResponse(describe_statement(statement) + "\n", headers=headers)
        if save == "json":
            headers = {"Content-Disposition": f'attachment; filename="{name}-statement.json"'}
            return Response(msgspec.json.encode(statement), media_type="application/json", headers=headers)
        return render(request, "statement.html", s=statement, shown=SHOWN, told=TOLD)


def _add_changes(router: APIRouter) -> None:
    @router.post("/monitoring/{population}/member")  # `name` is a field of the form
    def take_member(
        request: Request, person: Writer, population: str, asked: Annotated[Asked, Depends(read_asked)], reference: Text = ""
    ) -> Response:
        def add(app: App) -> Loaded:
            return app.set_members(population, [read_member(reference, asked)])

        return _change(request, person, population, add, asked=asked, reference=reference)

    @router.post("/monitoring/{name}/members/remove")
    def take_removal(request: Request, person: Writer, name: str, references: Text = "") -> Response:
        wanted = [line.strip() for line in references.splitlines() if line.strip()]
        return _change(request, person, name, lambda app: app.remove_members(name, wanted), references=references)

    @router.post("/monitoring/{name}/check")
    def take_check(request: Request, person: Writer, name: str) -> Response:
        return _change(request, person, name, lambda app: app.check_populations((name,)))

    @router.post("/monitoring/{name}/remove")
    def take_end(request: Request, person: Writer, name: str, again: Text = "") -> Response:
        if again != name:
            error = BadInput("The name again: expected that of the population. Nothing was removed.")
            return _show(request, person, name, error=error)
        get_app(request).remove_population(name)
        return go("/monitoring")


async def take_population(request: Request, person: Opener) -> Response:
    """A new population, with the members of a file where one was chosen; neither is there when either cannot be taken."""
    app, fields = get_app(request), dict[str, str]()
    try:
        with tempfile.TemporaryDirectory(dir=app.settings.home, prefix="incoming-") as folder:
            file = Path(folder) / "members"
            with file.open("wb") as target:
                upload = await read_file(request, person, target.write, most=MOST_FILE, needed=False)
            fields = upload.fields
            made, loaded = await run_in_threadpool(_add, app, person, upload, file)
    except TocsinError as error:
        return await run_in_threadpool(_show_all, request, person, error=error, fields=fields)
    return await run_in_threadpool(_show, request, person, made.population, made=made, loaded=loaded)


async def take_members(request: Request, person: Opener, name: str) -> Response:
    """Members of a file: added or given another query, or all that there are."""
    app = get_app(request)
    loaded: Loaded | None = None
    problem: TocsinError | None = None
    try:
        with tempfile.TemporaryDirectory(dir=app.settings.home, prefix="incoming-") as folder:
            file = Path(folder) / "members"
            with file.open("wb") as target:
                upload = await read_file(request, person, target.write, most=MOST_FILE)
            loaded = await run_in_threadpool(
                app.read_members, name, str(file), _read_options(upload.fields, upload.filename),
                replace=bool(upload.fields.get("replace")),
            )
    except TocsinError as error:
        problem = error
    return await run_in_threadpool(_show, request, person, name, loaded=loaded, error=problem)


def _add(app: App, person: Person, upload: Upload, file: Path) -> tuple[MadePopulation, Loaded | None]:
    fields = upload.fields
    webhooks, emails = fields.get("webhooks", "").split(), fields.get("emails", "").split()
    if (webhooks or emails) and person.role != "administrator":
        raise HTTPException(403, "Where notices go out is an administrator's to set. Nothing was done.")
    days = fields.get("retention_days", "")
    if days and not days.isdecimal():
        raise BadInput("The retention: expected 1 to 36525 days. Nothing was done.")
    options = _read_options(fields, upload.filename)
    made = app.add_population(
        fields.get("name", ""), purpose=fields.get("purpose", ""), by=person.name, webhooks=webhooks, emails=emails,
        retention_days=int(days) if days else None,
    )
    if not upload.filename:
        return made, None
    try:
        return made, app.read_members(made.population, str(file), options)
    except BaseException:
        app.remove_population(made.population)  # as if it had never been asked for
        raise


def _read_options(fields: dict[str, str], filename: str) -> Options:
    ignore = tuple(c.strip() for c in fields.get("ignore", "").split(",") if c.strip())
    return Options(format=find_format(filename) or "csv", mapping=parse_mapping(fields.get("map", "")), ignore=ignore)


def read_member(reference: str, asked: Asked) -> NewMember:
    """One member of a form. `BadInput` for a reference that is none, and where nothing could be asked for it."""
    reference = reference.strip()
    if not reference or len(reference) > MAX_REFERENCE or not reference.isprintable():
        raise BadInput(f"The reference: expected 1 to {MAX_REFERENCE} printable characters. Nobody was added.")
    query = read_query(asked)
    check_query(query)
    return NewMember(reference=reference, query=query)


def _change(
    request: Request, person: Person, name: str, act: Callable[[App], object], *, asked: Asked | None = None,
    reference: str = "", references: str = "",
) -> Response:
    """What a form does; then the page again, with the form as it was typed where that could not be taken."""
    try:
        act(get_app(request))
    except TocsinError as error:
        return _show(
            request, person, name, error=error, asked=asked, reference=reference[:MAX_REFERENCE], references=references
        )
    return go(f"/monitoring/{name}")


def _show_all(
    request: Request, person: Person, *, error: TocsinError | None = None, fields: dict[str, str] | None = None
) -> Response:
    app = get_app(request)
    return render(
        request, "monitoring.html", status=error.http_status if error else 200, every=list_overviews(app),
        in_force=app.index().register, error=str(error) if error else None, fields=fields or {},
        may_change=person.role in MAY["screen"], may_send=person.role in MAY["administer"], most=MOST_FILE // 1_000_000,
    )


def _show(
    request: Request, person: Person, name: str, *, gone: bool = False, page: int = 1, error: TocsinError | None = None,
    made: MadePopulation | None = None, loaded: Loaded | None = None, asked: Asked | None = None, reference: str = "",
    references: str = "",
) -> Response:
    app = get_app(request)
    one = get_overview(app, name)
    findings = app.findings(name, gone=gone)
    notices = [(kept, msgspec.json.decode(kept.body, type=Notice)) for kept in list_notices(app, name)]
    return render(
        request, "population.html", status=error.http_status if error else 200, one=one, findings=_cut(findings, page),
        count=len(findings), page=max(1, page), last=_count_pages(len(findings)), gone=gone, notices=notices, made=made,
        loaded=loaded, faults_shown=FAULTS_SHOWN, in_force=app.index().register, error=str(error) if error else None,
        asked=asked or Asked(), reference=reference, references=references, may_change=person.role in MAY["screen"],
        may_see_targets=person.role in MAY["administer"], most=MOST_FILE // 1_000_000,
    )


def _cut(items: tuple[Item, ...], page: int) -> tuple[Item, ...]:
    return items[(max(1, page) - 1) * SHOWN:max(1, page) * SHOWN]


def _count_pages(count: int) -> int:
    return -(-count // SHOWN)
