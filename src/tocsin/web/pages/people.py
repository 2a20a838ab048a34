"""Pages of administrators: the audit, and who may sign in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from tocsin.errors import BadInput, TocsinError
from tocsin.store.access import LEAST_PASSWORD, ROLES, Person, check_role
from tocsin.web.access import get_app, get_people
from tocsin.web.pages.frame import PageRoute, go, reader, render

LINES = 100  # of the audit on one page
Text = Annotated[str, Form()]
Reader = Annotated[Person, Depends(reader("administer"))]
Writer = Annotated[Person, Depends(reader("administer!"))]


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/audit")
    def show_audit(request: Request, person: Reader, before: int = 0, verify: str = "") -> Response:  # noqa: ARG001
        app = get_app(request)
        good = app.verify_audit() if verify else None
        lines = app.read_audit_page(before=before if before > 0 else None, limit=LINES)
        return render(request, "audit.html", lines=lines, good=good)

    @router.get("/users")
    def show_users(request: Request, person: Reader) -> Response:  # noqa: ARG001
        return _show(request)

    @router.post("/users/add")
    def take_user(
        request: Request, person: Writer, name: Text = "", role: Text = "", password: Text = ""  # noqa: ARG001
    ) -> Response:
        try:
            by_provider = get_app(request).settings.openid is not None and not password
            get_people(request).add_user(name, check_role(role), None if by_provider else password)
        except BadInput as error:
            return _show(request, error=error, name=name)
        return go("/users")

    @router.post("/users/change")
    def take_change(
        request: Request, person: Writer, name: Text = "", role: Text = "", active: Text = "", password: Text = ""
    ) -> Response:
        wanted = check_role(role) if role else None
        try:
            get_people(request).change_user(
                name, role=None if (name, wanted) == (person.name, person.role) else wanted, password=password or None,
                active={"yes": True, "no": False}.get(active),
            )
        except TocsinError as error:
            return _show(request, error=error)
        return go("/users")

    return router


def _show(request: Request, *, error: TocsinError | None = None, name: str = "") -> Response:
    people, openid = get_people(request), get_app(request).settings.openid
    return render(
        request, "users.html", status=error.http_status if error else 200, users=people.list_users(),
        keys=people.list_keys(), roles=ROLES, error=str(error) if error else None, name=name, least=LEAST_PASSWORD,
        provider=openid.title if openid else None,
    )
