"""Routes of administrators: users, and keys of programs. Each change has its line in the audit."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Path, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.errors import BadInput
from tocsin.store.access import Key, Role, User
from tocsin.web.access import get_people, may
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_DAYS = 3660


class UserList(msgspec.Struct, frozen=True, kw_only=True):
    users: tuple[User, ...]


class NewUser(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    role: Role
    password: str | None = None


class UserChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is given is changed. A new password, making a user inactive, and `openid`, by which the user signs in elsewhere
    and has no password, end all sessions of that user."""

    role: Role | None = None
    password: str | None = None
    active: bool | None = None
    openid: bool = False


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


def make_router() -> APIRouter:
    router = APIRouter(tags=["administering"], dependencies=[Depends(may("administer"))])

    @router.get("/users", summary="All users", responses=answers(UserList, "Users, by name"))
    def users(request: Request) -> Response:
        return answer(UserList(users=get_people(request).list_users()))

    @router.post(
        "/users", summary="Make a user", responses=answers(UserList, "All users"),
        openapi_extra=asks(NewUser, {"name": "ada", "role": "analyst", "password": "a long sentence"}),
    )
    async def make_user(request: Request) -> Response:
        people, new = get_people(request), decode(await read_bytes(request), NewUser)
        await run_in_threadpool(people.add_user, new.name, new.role, new.password)
        return answer(UserList(users=people.list_users()))

    @router.patch(
        "/users/{name}", summary="Change a user's role or password, or make it inactive",
        responses=answers(UserList, "All users"), openapi_extra=asks(UserChange, {"active": False}),
    )
    async def change(request: Request, name: str) -> Response:
        people, new = get_people(request), decode(await read_bytes(request), UserChange)
        await run_in_threadpool(
            people.change_user, name, role=new.role, password=new.password, active=new.active, openid=new.openid
        )
        return answer(UserList(users=people.list_users()))

    @router.get("/keys", summary="All keys, without the keys themselves", responses=answers(KeyList, "Keys"))
    def keys(request: Request) -> Response:
        return answer(KeyList(keys=get_people(request).list_keys()))

    @router.post(
        "/keys", summary="Make a key", responses=answers(MadeKey, "The key, which is told once"),
        openapi_extra=asks(NewKey, {"label": "payments", "role": "machine", "days": 365}),
    )
    async def make_key(request: Request) -> Response:
        people, new = get_people(request), decode(await read_bytes(request), NewKey)
        if new.days is not None and not 1 <= new.days <= MOST_DAYS:
            raise BadInput(f"days: expected 1 to {MOST_DAYS}. Nothing was done.")
        ends = dt.datetime.now(dt.UTC) + dt.timedelta(days=new.days) if new.days else None
        number, key = await run_in_threadpool(people.add_key, new.label, new.role, expires_at=ends)
        return answer(MadeKey(id=number, key=key))

    @router.delete("/keys/{number}", summary="End a key", status_code=204)
    def end_key(request: Request, number: Annotated[int, Path(ge=1, le=2**31 - 1)]) -> Response:
        get_people(request).revoke_key(number)
        return Response(status_code=204)

    return router
