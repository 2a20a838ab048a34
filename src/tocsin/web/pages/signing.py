"""Pages to set up, sign in and sign out, and the switch of language."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from tocsin.errors import BadInput
from tocsin.store.access import LEAST_PASSWORD, Person, close_session, sign_in
from tocsin.store.desk import open_desk
from tocsin.web.access import COOKIE, forget, get_app, get_people
from tocsin.web.pages.attempts import Attempts
from tocsin.web.pages.first import SetUp
from tocsin.web.pages.frame import LANGUAGE_COOKIE, PageRoute, check_origin, find_reader, go, reader, render
from tocsin.web.pages.language import LANGUAGES
from tocsin.web.pages.letting_in import let_in, show_sign_in
from tocsin.web.pages.words import N_

Text = Annotated[str, Form()]
FAILED = N_("No user of that name and password may sign in.")
TOO_OFTEN = N_("Too many failed tries; wait a quarter of an hour.")
UNLIKE = N_("The two passwords differ.")


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/sign-in")
    def show(request: Request) -> Response:
        return go("/search") if find_reader(request) else show_sign_in(request)

    @router.post("/sign-in")
    def take_sign_in(request: Request, name: Text = "", password: Text = "") -> Response:
        check_origin(request)
        attempts: Attempts = request.app.state.attempts
        address = request.client.host if request.client else ""
        attempt = attempts.begin(name, address)
        if attempt is None:
            return show_sign_in(request, TOO_OFTEN, status=429, name=name)
        with attempts.hashing, open_desk(get_app(request).settings.desk) as connection:
            person = sign_in(connection, name, password)
        app = get_app(request)
        if person and not app.settings.passwords and not get_people(request).is_first_administrator(person.name):
            person = None
        if person is None:
            return show_sign_in(request, FAILED, status=403, name=name)
        attempts.succeed(attempt, name, address)
        return let_in(request, person)

    @router.post("/sign-out")
    def take_sign_out(request: Request, person: Annotated[Person, Depends(reader("ask!"))]) -> Response:  # noqa: ARG001
        with open_desk(get_app(request).settings.desk, write=True) as connection:
            close_session(connection, request.cookies.get(COOKIE, ""))
        forget(request, request.cookies.get(COOKIE, ""))
        response = go("/sign-in?left" if get_app(request).settings.openid else "/sign-in")
        response.delete_cookie(COOKIE)
        return response

    @router.get("/set-up/{token}")
    def show_set_up(request: Request, token: str) -> Response:
        first: SetUp = request.app.state.set_up
        first.check(get_people(request), token)
        return render(request, "set_up.html", name="", error=None, least=LEAST_PASSWORD)

    @router.post("/set-up/{token}")
    def take_set_up(request: Request, token: str, name: Text = "", password: Text = "", again: Text = "") -> Response:
        check_origin(request)
        first: SetUp = request.app.state.set_up
        error: str = UNLIKE
        if password == again:
            try:
                return let_in(request, first.use(get_people(request), token, name=name, password=password))
            except BadInput as problem:
                error = str(problem)
        first.check(get_people(request), token)
        return render(request, "set_up.html", status=400, name=name, error=error, least=LEAST_PASSWORD)

    @router.post("/language")
    def take_language(request: Request, language: Text = "", back: Text = "") -> Response:
        check_origin(request)
        safe = back if back.startswith("/") and not back.startswith(("//", "/\\")) else "/"
        response = go(safe)
        if language in LANGUAGES:
            response.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="lax")
        return response

    return router

