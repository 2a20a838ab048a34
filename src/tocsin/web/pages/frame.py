"""What every page has: the layout with its navigation, the language, the policy against foreign content, errors as pages."""

from __future__ import annotations

import datetime as dt
import hmac
import logging
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit

from fastapi import Form, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from tocsin.errors import TocsinError
from tocsin.store.access import Person, find_session
from tocsin.store.desk import open_desk
from tocsin.web.access import COOKIE, MAY, get_app
from tocsin.web.pages.assets import Asset
from tocsin.web.pages.language import LANGUAGES, choose_language, load_translations
from tocsin.web.pages.words import N_, show_birth, show_language, show_moment, show_points, show_script, show_span
from tocsin.web.uploads import Upload, take_upload

LANGUAGE_COOKIE = "tocsin_language"
MAX_FORM = 64_000  # bytes of a form without files
LOG = logging.getLogger("tocsin.web")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",  # with no-referrer browsers do not say where a form comes from
    "Vary": "Accept-Language, Cookie",
}


class Entry(NamedTuple):
    """A line of the navigation: where it leads, its words, and what one must be allowed (`web.access.MAY`) to see it."""

    path: str
    words: str
    needs: str


# In this order. A new group of pages adds its line here.
NAVIGATION: tuple[Entry, ...] = (
    Entry("/search", N_("Search"), "read"),
    Entry("/screening", N_("Screening"), "screen"),
    Entry("/alerts", N_("Alerts"), "decide"),
    Entry("/decisions", N_("Decisions"), "read"),
    Entry("/monitoring", N_("Monitoring"), "read"),
    Entry("/lists", N_("Lists"), "read"),
    Entry("/gaps", N_("Gaps"), "read"),
    Entry("/audit", N_("Audit"), "administer"),
    Entry("/users", N_("Users"), "administer"),
)


class Frame:
    """The templates in each language, and the files that pages load."""

    def __init__(self, assets: dict[str, Asset]) -> None:
        self.assets = assets
        self._environments = {code: self._make(texts) for code, texts in load_translations().items()}

    def _make(self, texts: Any) -> Environment:
        made = Environment(
            loader=PackageLoader("tocsin.web"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
        )
        made.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # of the extension
        made.globals["static"] = lambda name: f"/static/{self.assets[name].path}"
        made.filters.update(
            moment=show_moment, span=show_span, points=show_points, script=show_script, language=show_language,
            birth=show_birth,
        )
        return made

    def write(self, language: str, template: str, values: dict[str, Any]) -> str:
        """A page's text."""
        return self._environments[language].get_template(template).render(values)


def render(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page of that template. It knows who is signed in, what that one may see, and which words are spoken."""
    frame: Frame = request.app.state.frame
    person: Person | None = getattr(request.state, "person", None)
    language = choose_language(request.cookies.get(LANGUAGE_COOKIE, ""), request.headers.get("accept-language", ""))
    common = {
        "person": person, "language": language, "languages": LANGUAGES, "path": request.url.path,
        "back": f"{request.url.path}?{request.url.query}" if request.method == "GET" else "/",
        "entries": [e for e in NAVIGATION if person and person.role in MAY[e.needs]],
    }
    text = frame.write(language, template, {**common, **values})
    return Response(text, status_code=status, media_type="text/html; charset=utf-8", headers=HEADERS)


def go(path: str) -> Response:
    """After a form: to a page that may be loaded again."""
    return RedirectResponse(path, status_code=303)


def find_reader(request: Request) -> Person | None:
    """Whose session the browser has."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    with open_desk(get_app(request).settings.desk) as connection:
        return find_session(connection, token, at=dt.datetime.now(dt.UTC))


def reader(what: str) -> Callable[..., Person]:
    """A dependency of a page: who is signed in, who must be allowed `what`. Nobody is sent to sign in; a form must repeat
    the token of the session, in its field `csrf` or as the header that htmx sends."""

    def read(request: Request) -> Person:
        return _check_reader(request, what)

    def write(request: Request, csrf: Annotated[str, Form()] = "") -> Person:
        person = _check_reader(request, what)
        check_origin(request)
        _check_token(request, person, csrf)
        return person

    return write if what.endswith("!") else read


def _check_reader(request: Request, what: str) -> Person:
    person = find_reader(request)
    if person is None:
        raise HTTPException(401, "Nobody is signed in. Nothing was done.")
    request.state.person = person
    needed = what.removesuffix("!")
    if person.role not in MAY[needed]:
        raise HTTPException(403, f"The role {person.role} may not {needed}. Nothing was done.")
    return person


def _check_token(request: Request, person: Person, csrf: str) -> None:
    given = request.headers.get("x-csrf-token", "") or csrf
    if not hmac.compare_digest(given.encode(), person.csrf.encode()):
        raise HTTPException(403, "The page's token is missing or old; load the page again. Nothing was done.")


async def read_file(
    request: Request, person: Person, write: Callable[[bytes], object], *, most: int, needed: bool = True
) -> Upload:
    """The form of a `FileRoute`, whose file goes to `write`; errors as `take_upload`, and 403 as for any form."""
    check_origin(request)
    return await take_upload(
        request, write, most=most, check=lambda csrf: _check_token(request, person, csrf), needed=needed
    )


def check_origin(request: Request) -> None:
    """403 for a form that another site sends: by what browsers say of it, else by the address that it comes from."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    foreign = site not in ("same-origin", "none") if site else origin and urlsplit(origin).netloc != request.url.netloc
    if foreign:
        raise HTTPException(403, "The form comes from another site. Nothing was done.")


class PageRoute(APIRoute):
    """A route that answers with a page, also when something is wrong. Forms with a file are for a `FileRoute`."""

    takes_files = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answer_page(request: Request) -> Response:
            try:
                if not self.takes_files:
                    _check_size(request)
                return await answer(request)
            except HTTPException as error:
                return show_error(request, error.status_code, str(error.detail))
            except TocsinError as error:
                return show_error(request, error.http_status, str(error))
            except RequestValidationError as error:
                fields = ", ".join(str(e["loc"][-1]) for e in error.errors())
                return show_error(request, 400, f"{fields}: this cannot be read. Nothing was done.")
            except Exception as error:
                LOG.error("unexpected error in %s %s: %s", request.method, self.path, type(error).__name__)
                return show_error(request, 500, "The server failed; nothing is known to have changed.")

        return answer_page


class FileRoute(PageRoute):
    """A route that takes a form with a file, and reads it with `read_file` itself."""

    takes_files = True


def show_error(request: Request, status: int, detail: str) -> Response:
    """An error as a page; who is not signed in is asked to, and comes back to what was asked for."""
    if status == 401:
        if request.headers.get("hx-request") == "true":
            return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
        return go("/sign-in")
    return render(request, "error.html", status=status, code=status, phrase=HTTPStatus(status).phrase, detail=detail)


def _check_size(request: Request) -> None:
    if request.method == "POST":
        size = request.headers.get("content-length", "")
        if not size.isdigit() or int(size) > MAX_FORM:
            raise HTTPException(413, f"The form: expected at most {MAX_FORM:,} bytes, and their number. Nothing was done.")
