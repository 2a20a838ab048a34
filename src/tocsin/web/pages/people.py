"""Pages of administrators: the audit, and who may sign in."""

from __future__ import annotations

import datetime as dt
from collections import deque
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from sqlalchemy import Connection
from starlette.responses import Response

from tocsin.errors import BadInput, TocsinError
from tocsin.settings import Settings
from tocsin.store.access import LEAST_PASSWORD, ROLES, Person, add_user, change_user, check_role, list_keys, list_users
from tocsin.store.audit import append_audit
from tocsin.store.desk import open_desk
from tocsin.web.access import get_app
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
        kept = deque((line for line in app.read_audit() if not before or line.number < before), maxlen=LINES)
        return render(request, "audit.html", lines=list(kept)[::-1], good=good)

    @router.get("/users")
    def show_users(request: Request, person: Reader) -> Response:  # noqa: ARG001
        return _show(request)

    @router.post("/users/add")
    def take_user(
        request: Request, person: Writer, name: Text = "", role: Text = "", password: Text = ""
    ) -> Response:
        settings = get_app(request).settings
        try:
            with open_desk(settings.desk, write=True) as connection:
                add_user(connection, name, check_role(role), password, at=dt.datetime.now(dt.UTC))
        except BadInput as error:
            return _show(request, error=error, name=name)
        _record(settings, person, {"change": "added", "user": name, "role": role})
        return go("/users")

    @router.post("/users/change")
    def take_change(
        request: Request, person: Writer, name: Text = "", role: Text = "", active: Text = "", password: Text = ""
    ) -> Response:
        settings = get_app(request).settings
        try:
            with open_desk(settings.desk, write=True) as connection:
                _change(connection, person, name=name, role=role, active=active, password=password)
        except TocsinError as error:
            return _show(request, error=error)
        _record(settings, person, {
            "change": "changed", "user": name, "role": role or None, "password": bool(password), "active": active or None,
        })
        return go("/users")

    return router


def _change(connection: Connection, person: Person, *, name: str, role: str, active: str, password: str) -> None:
    """Change what is given. Nobody takes away their own rights, so that there is always an administrator."""
    if name == person.name and (role not in ("", person.role) or active == "no"):
        raise BadInput("Nobody can change their own role or sign themselves off. Nothing was done.")
    change_user(
        connection, name, role=check_role(role) if role else None, password=password or None,
        active={"yes": True, "no": False}.get(active),
    )


def _record(settings: Settings, person: Person, details: dict[str, object]) -> None:
    append_audit(settings.audit, "users", {**details, "by": person.name})


def _show(request: Request, *, error: TocsinError | None = None, name: str = "") -> Response:
    with open_desk(get_app(request).settings.desk) as connection:
        users, keys = list_users(connection), list_keys(connection)
    return render(
        request, "users.html", status=error.http_status if error else 200, users=users, keys=keys, roles=ROLES,
        error=str(error) if error else None, name=name, least=LEAST_PASSWORD,
    )
