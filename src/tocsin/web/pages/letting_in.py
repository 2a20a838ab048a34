"""The end of every way to sign in: a session, or the sign-in page with what was wrong."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import Request
from starlette.responses import Response

from tocsin.errors import TocsinError
from tocsin.store.access import Person, open_session
from tocsin.store.desk import open_desk
from tocsin.web.access import COOKIE, get_app
from tocsin.web.pages.frame import go, render


def let_in(request: Request, person: Person) -> Response:
    """A session for who may sign in, and on to the pages."""
    options = request.app.state.options
    with open_desk(get_app(request).settings.desk, write=True) as connection:
        token, _ = open_session(connection, person, at=dt.datetime.now(dt.UTC), hours=options.session_hours)
    response = go("/search")
    response.set_cookie(
        COOKIE, token, max_age=int(options.session_hours * 3600), httponly=True, samesite="lax", secure=options.secure
    )
    return response


def show_sign_in(
    request: Request, error: TocsinError | str | None = None, *, status: int | None = None, name: str = ""
) -> Response:
    """The sign-in page, with each way in that is set."""
    settings = get_app(request).settings
    code = status or (error.http_status if isinstance(error, TocsinError) else 200)
    values: dict[str, Any] = {
        "error": str(error) if error else None, "foreign": isinstance(error, TocsinError), "name": name,
        "provider": settings.openid.title if settings.openid else None, "passwords": settings.passwords,
        "left": "left" in request.query_params,
    }
    return render(request, "sign_in.html", status=code, **values)
