"""The pages for people: a module a group of routes, each with `make_router()`. They work without script and load nothing
from elsewhere; htmx only makes them nicer."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from tocsin.web.pages import (
    alerts,
    decisions,
    gaps,
    hits,
    lists,
    monitoring,
    openid,
    people,
    receipts,
    screening,
    search,
    signing,
    subjects,
)
from tocsin.web.pages.assets import answer_asset, load_assets
from tocsin.web.pages.attempts import Attempts
from tocsin.web.pages.first import SetUp
from tocsin.web.pages.frame import Frame, PageRoute, find_reader, go, show_error
from tocsin.web.problems import make_problem

PAGES = (
    signing, openid, search, hits, screening, alerts, decisions, monitoring, subjects, lists, gaps, people, receipts,
)


def add_pages(web: FastAPI) -> None:
    """Add all pages to the service."""
    assets = load_assets()
    options = web.state.options
    web.state.frame, web.state.set_up = Frame(assets), SetUp(options.link)
    web.state.attempts = Attempts(web.state.tocsin.settings.desk, secret=options.secret)
    web.state.provider = openid.make_provider(web.state.tocsin.settings.openid)
    router = APIRouter(route_class=PageRoute)

    @router.get("/")
    def start(request: Request) -> Response:
        return go("/search" if find_reader(request) else "/sign-in")

    @router.get("/static/{path}")
    def static(request: Request, path: str) -> Response:
        return answer_asset(assets, path) or show_error(request, 404, "No such file.")

    for pages in (router, *(module.make_router() for module in PAGES)):
        web.include_router(pages, include_in_schema=False)

    @web.exception_handler(404)
    def _no_page(request: Request, error: HTTPException) -> Response:
        """A browser that asks for what is not there gets a page, a program a problem."""
        if request.url.path.startswith("/yente/"):  # an address that not even its own application takes
            return JSONResponse({"detail": str(error.detail)}, 404)
        if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/"):
            return show_error(request, 404, "There is no such page.")
        return make_problem(404, "not_found", str(error.detail), path=request.url.path)
