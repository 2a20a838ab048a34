"""Who asks, and what that one may do: a key in a header, or a browser's session."""

from __future__ import annotations

import datetime as dt
import hmac
import time
from collections.abc import Awaitable, Callable

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from tocsin.app import App
from tocsin.app.people import People
from tocsin.store.access import KEY_START, Person, Role, digest, find_key, find_session
from tocsin.store.desk import open_desk
from tocsin.web.rates import Rates

COOKIE = "tocsin_session"
REMEMBERED_S = 2.0
MOST_REMEMBERED = 10_000
# What a role may do beside what those before it may; a machine asks and registers, and decides nothing.
MAY: dict[str, frozenset[Role]] = {
    "read": frozenset({"viewer", "analyst", "approver", "administrator"}),
    "screen": frozenset({"analyst", "approver", "administrator", "machine"}),
    "decide": frozenset({"analyst", "approver", "administrator"}),
    "approve": frozenset({"approver", "administrator"}),
    "administer": frozenset({"administrator"}),
}
MAY["ask"] = MAY["read"] | MAY["screen"]


def get_app(request: Request) -> App:
    """The register that this service answers from, asked by whoever was let in."""
    app: App = request.app.state.tocsin
    person: Person | None = getattr(request.state, "person", None)
    return app.acting_as(person.name) if person is not None else app


def get_people(request: Request) -> People:
    """Users and keys, as whoever was let in may list and change them."""
    return People(get_app(request))


def find_person(request: Request) -> Person | None:
    """Who asks, by `Authorization: Bearer KEY`, `Authorization: ApiKey KEY`, `X-API-Key: KEY`, or the session's cookie."""
    key, token = _find_secrets(request)
    if not key and not token:
        return None
    if key:
        return _find_known(request, key, find_key) if key.startswith(KEY_START) else None
    person = _find_known(request, token, find_session)
    if person and request.method not in ("GET", "HEAD", "OPTIONS"):
        given = request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), person.csrf.encode()):
            raise HTTPException(403, "The page's token is missing or old; load the page again. Nothing was done.")
    return person


def _find_secrets(request: Request) -> tuple[str, str]:
    """The key and the session's token that come with a request."""
    key = request.headers.get("x-api-key", "")
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "apikey"):
        key = told.strip()
    return key, request.cookies.get(COOKIE, "")


def _recall(request: Request, name: str) -> Person | None:
    """Whose secret has this digest, if that was looked up a moment ago."""
    known: dict[str, tuple[float, Person]] = request.app.state.persons
    met = known.get(name)
    return met[1] if met is not None and time.monotonic() - met[0] < REMEMBERED_S else None


def _find_known(request: Request, secret: str, find: Callable[..., Person | None]) -> Person | None:
    """Whose secret this is, as it was known `REMEMBERED_S` ago at most: a key that is revoked ends within that time."""
    known: dict[str, tuple[float, Person]] = request.app.state.persons
    now, name = time.monotonic(), digest(secret)
    met = _recall(request, name)
    if met is not None:
        return met
    with open_desk(get_app(request).settings.desk) as connection:
        person = find(connection, secret, at=dt.datetime.now(dt.UTC))
    if len(known) > MOST_REMEMBERED:
        known.clear()
    known.pop(name, None)
    if person is not None:
        known[name] = now, person
    return person


def forget(request: Request, secret: str) -> None:
    """What ends now is known no longer."""
    request.app.state.persons.pop(digest(secret), None)


def _hold_rate(request: Request, person: Person) -> None:
    """429 for who has asked more than the setting allows."""
    rates: Rates | None = request.app.state.rates
    wait = rates.take(person.name) if rates else 0
    if wait:
        most = get_app(request).settings.rate
        raise HTTPException(
            429, f"Expected at most {most} requests a minute; try again in {wait} s. Nothing was done.",
            headers={"Retry-After": str(wait)},
        )


def let_in(request: Request, what: str) -> Person:
    """Who asks, who must be allowed `what` (a key of `MAY`). 401 for nobody, 403 for others."""
    person = find_person(request)
    if person is None:
        raise HTTPException(
            401, "Expected a key (`Authorization: Bearer ...`) or a session; `tocsin keys add` makes a key.",
            headers={"WWW-Authenticate": "Bearer"},
        )
    request.state.person = person  # for the log
    _hold_rate(request, person)
    if person.role not in MAY[what]:
        raise HTTPException(403, f"The role {person.role} may not {what}. Nothing was done.")
    return person


def may(what: str) -> Callable[[Request], Awaitable[Person]]:
    """A dependency of a route, as `let_in`; who was known a moment ago is let in without asking the desk in a thread."""

    async def get_person(request: Request) -> Person:
        key, token = _find_secrets(request)
        secret = key or token
        if not secret or _recall(request, digest(secret)):
            return let_in(request, what)
        return await run_in_threadpool(let_in, request, what)

    return get_person
