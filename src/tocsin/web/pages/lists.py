"""Pages of the lists: what is in force and how old, what the doctor finds, all states, and what an update changed."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from tocsin.errors import BadInput
from tocsin.model import Listing
from tocsin.registry.past import FieldChange, compare_listings
from tocsin.store.access import Person
from tocsin.store.history import Change
from tocsin.web.access import get_app
from tocsin.web.pages.frame import PageRoute, reader, render

SHOWN = 50  # changes on one page
KINDS = ("added", "removed", "changed")
Reader = Annotated[Person, Depends(reader("read"))]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """One change of a listing, field by field where it has a before and an after."""

    kind: str
    listing: Listing
    fields: tuple[FieldChange, ...]


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/lists")
    def show_lists(request: Request, person: Reader) -> Response:  # noqa: ARG001
        return render(request, "lists.html", lists=get_app(request).lists())

    @router.get("/lists/health")
    def show_health(request: Request, person: Reader, key: str = "") -> Response:  # noqa: ARG001
        report = get_app(request).doctor((key,) if key else ())
        return render(request, "health.html", key=key, report=report)

    @router.get("/lists/states")
    def show_states(request: Request, person: Reader, key: str) -> Response:  # noqa: ARG001
        return render(request, "states.html", key=key, states=get_app(request).states(key)[::-1])

    @router.get("/lists/changes")
    def show_changes(
        request: Request, person: Reader, key: str, state: str = "", since: str = "", until: str = "", kind: str = "",  # noqa: ARG001
        page: int = 1,
    ) -> Response:
        app, days = get_app(request), (_read_day(since), _read_day(until))
        found = app.changes(key, snapshot=state) if state else app.difference(key, since=days[0], until=days[1])
        counts = {k: sum(c.kind == k for c in found) for k in KINDS}
        kept = [c for c in found if kind in ("", c.kind)]
        page = max(1, page)
        return render(
            request, "changes.html", key=key, state=state, since=since, until=until, kind=kind, counts=counts, page=page,
            told=[tell_change(c) for c in kept[(page - 1) * SHOWN:page * SHOWN]], last=-(-len(kept) // SHOWN),
        )

    return router


def tell_change(change: Change) -> Told:
    """A change as the page shows it."""
    listing = change.after or change.before
    assert listing is not None
    fields = compare_listings(change.before, change.after) if change.before and change.after else ()
    return Told(kind=change.kind, listing=listing, fields=fields)


def _read_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput("Expected a day as YYYY-MM-DD. Nothing was looked for.") from None
