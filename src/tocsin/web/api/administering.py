"""Routes of administrators: users, and keys of programs. Each change has its line in the audit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import BadInput
from tocsin.store.access import (
    Key,
    Person,
    Role,
    User,
    add_key,
    add_user,
    change_user,
    list_keys,
    list_users,
    revoke_key,
)
from tocsin.store.audit import append_audit
from tocsin.store.desk import open_desk
from tocsin.web.access import get_app, may
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_DAYS = 3660


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    users: tuple[User, ...]


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    role: Role
    password: str | None = None


class UserChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is given is changed. A new password, and making a user inactive, end all sessions of that user."""

    role: Role | None = None
    password: str | None = None
    active: bool | None = None


class KeyList(msgspec.Struct, frozen=True, kw_only=True):
    keys: tuple[Key, ...]


class NewKey(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`days` is how long the key is good; without, until it is revoked."""

    label: str
    role: Role = "machine"
    days: int | None = None


class MadeKey(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is told now and never again."""

    id: int
    key: str


KINDS: tuple[Any, ...] = (UserList, NewUser, UserChange, KeyList, NewKey, MadeKey)
Administrator = Annotated[Person, Depends(may("administer"))]


def make_router() -> APIRouter:
    router = APIRouter(tags=["administering"])

    @router.get(
        "/users", summary="All users", responses=answers(UserList, "Users, by name"),
        dependencies=[Depends(may("administer"))],
    )
    def users(request: Request) -> Response:
        with open_desk(get_app(request).settings.desk) as connection:
            return answer(UserList(users=list_users(connection)))

    @router.post(
        "/users", summary="Make a user", responses=answers(UserList, "All users"),
        openapi_extra=asks(NewUser, {"name": "ada", "role": "analyst", "password": "a long sentence"}),
    )
    async def make_user(request: Request, person: Administrator) -> Response:
        new = decode(await read_bytes(request), NewUser)
        now = dt.datetime.now(dt.UTC)
        act = partial(add_user, name=new.name, role=new.role, password=new.password, at=now)
        return await run_in_threadpool(_change, get_app(request), person, "user add", new.name, act)

    @router.patch(
        "/users/{name}", summary="Change a user's role or password, or make it inactive",
        responses=answers(UserList, "All users"), openapi_extra=asks(UserChange, {"active": False}),
    )
    async def change(request: Request, person: Administrator, name: str) -> Response:
        new = decode(await read_bytes(request), UserChange)
        if new.active is False and name == person.name:
            raise BadInput("Nobody makes himself inactive: ask another administrator. Nothing was done.")
        act = partial(change_user, name=name, role=new.role, password=new.password, active=new.active)
        return await run_in_threadpool(_change, get_app(request), person, "user change", name, act)

    @router.get(
        "/keys", summary="All keys, without the keys themselves", responses=answers(KeyList, "Keys"),
        dependencies=[Depends(may("administer"))],
    )
    def keys(request: Request) -> Response:
        with open_desk(get_app(request).settings.desk) as connection:
            return answer(KeyList(keys=list_keys(connection)))

    @router.post(
        "/keys", summary="Make a key", responses=answers(MadeKey, "The key, which is told once"),
        openapi_extra=asks(NewKey, {"label": "payments", "role": "machine", "days": 365}),
    )
    async def make_key(request: Request, person: Administrator) -> Response:
        new = decode(await read_bytes(request), NewKey)
        return answer(await run_in_threadpool(_make_key, get_app(request), person, new))

    @router.delete("/keys/{number}", summary="End a key", status_code=204)
    def end_key(request: Request, person: Administrator, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
        app = get_app(request)
        with open_desk(app.settings.desk, write=True) as connection:
            revoke_key(connection, number, at=dt.datetime.now(dt.UTC))
            append_audit(app.settings.audit, "key revoke", {"key": number}, actor=person.name)
        return Response(status_code=204)

    return router


def _change(app: App, person: Person, action: str, name: str, act: Callable[..., None]) -> Response:
    with open_desk(app.settings.desk, write=True) as connection:
        act(connection)
        append_audit(app.settings.audit, action, {"user": name}, actor=person.name)
        return answer(UserList(users=list_users(connection)))


def _make_key(app: App, person: Person, new: NewKey) -> MadeKey:
    if new.days is not None and not 1 <= new.days <= MOST_DAYS:
        raise BadInput(f"days: expected 1 to {MOST_DAYS}. Nothing was done.")
    now = dt.datetime.now(dt.UTC)
    ends = now + dt.timedelta(days=new.days) if new.days else None
    with open_desk(app.settings.desk, write=True) as connection:
        number, key = add_key(connection, new.label, new.role, by=person.name, at=now, expires_at=ends)
        append_audit(app.settings.audit, "key add", {"key": number, "role": new.role}, actor=person.name)
    return MadeKey(id=number, key=key)
