"""The page of one hit: query and candidate side by side, value by value, why it scores so, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import NotFound
from tocsin.model import Basis, Entity, Hit, Query, Reason
from tocsin.store.access import Person
from tocsin.store.values import iter_values
from tocsin.web.access import MAY, get_app
from tocsin.web.pages.asked import Asked, read_asked, read_query, read_threshold
from tocsin.web.pages.frame import PageRoute, go, reader, render
from tocsin.web.pages.search import NEAR_SHOWN
from tocsin.web.pages.words import N_

# Each line of the comparison: its words, the field of the query, the kinds of listed values, and how the codes of the
# reasons about it begin. Numbers are what is left: their kinds are many.
LINES: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...]], ...] = (
    (N_("Name"), "names", ("name", "weak name"), ("name.",)),
    (N_("Kind"), "kind", (), ()),
    (N_("Born"), "births", ("birth",), ("birth.",)),
    (N_("Place of birth"), "birth_places", ("birth_place",), ("birth_place.",)),
    (N_("Country"), "countries",
     ("nationality", "citizenship", "residence", "flag", "former_flag", "birth country", "related"), ("country.",)),
    (N_("Gender"), "gender", (), ("gender.",)),
    (N_("Number"), "identifiers", (), ("identifier.", "number.", "check.")),
    (N_("Address"), "addresses", ("address",), ("address.",)),
)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A listed value, who lists it so, and whether it met the query."""

    text: str
    by: tuple[str, ...]
    what: str = ""
    met: bool = False


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the comparison: what was asked, what is listed, and what was found between them."""

    words: str
    asked: tuple[str, ...]
    listed: tuple[Listed, ...]
    reasons: tuple[Reason, ...]


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/hit")
    def show_none(request: Request) -> Response:  # noqa: ARG001 - a page that was sent by a form, loaded by its address
        return go("/search")

    @router.post("/hit")
    def show_hit(
        request: Request, person: Annotated[Person, Depends(reader("read!"))],
        asked: Annotated[Asked, Depends(read_asked)], subject: Annotated[str, Form()] = "",
    ) -> Response:
        app, query = get_app(request), read_query(asked)
        answer = app.match(query, threshold=read_threshold(asked), changes=True, near=NEAR_SHOWN)
        hit = next((h for h in (*answer.hits, *answer.near) if h.subject == subject), None)
        if hit is None:
            raise NotFound("This subject is no longer among the hits of what was asked; search again.")
        return render(
            request, "hit.html", asked=asked, is_hit=hit in answer.hits, may_decide=person.role in MAY["decide"],
            rulings=[r for r in answer.decided if r.subject == subject], **compare(app, query, hit, answer.basis),
        )

    return router


def compare(app: App, query: Query, hit: Hit, basis: Basis) -> dict[str, Any]:
    """What `compared.html` shows: query and candidate value by value, and the points that no value made."""
    lines = tuple(make_lines(query, hit, app.get_subject(hit.subject)))
    told = {id(r) for line in lines for r in line.reasons}
    return {
        "hit": hit, "basis": basis, "lines": lines, "rest": [r for r in hit.reasons if id(r) not in told],
        "total": sum(r.points for r in hit.reasons),
    }


def make_lines(query: Query, hit: Hit, entity: Entity) -> Iterator[Line]:
    """The comparison, without the lines of which neither side says anything."""
    for words, field, kinds, codes in LINES:
        value = getattr(query, field)
        asked = tuple(str(v) for v in (value if isinstance(value, tuple) else (value,) if value else ()))
        listed = tuple(_find_listed(entity, hit, field, kinds))
        reasons = tuple(r for r in hit.reasons if r.code.startswith(codes)) if codes else ()
        if asked or listed or reasons:
            yield Line(words=words, asked=asked, listed=listed, reasons=reasons)


def _find_listed(entity: Entity, hit: Hit, field: str, kinds: tuple[str, ...]) -> Iterator[Listed]:
    """The values of all listings, each once, those that met first."""
    found: dict[tuple[str, str], list[str]] = {}
    for listing in entity.listings:
        values: list[tuple[str, str]]
        if field == "kind":
            values = [("", listing.kind)]
        elif field == "gender":
            values = [("", listing.gender)] if listing.gender else []
        elif field == "identifiers":
            values = [(i.label or i.kind, i.number) for i in listing.identifiers]
        elif field == "countries":
            values = [(c.role, c.code or c.text) for c in listing.countries]
        else:
            values = [("weak" if v.kind == "weak name" else "", v.text) for v in iter_values(listing) if v.kind in kinds]
        for value in values:
            found.setdefault(value, []).append(listing.authority)
    met = {*hit.names, *(r.candidate for r in hit.reasons if r.candidate and r.effect == "for")}
    every = [
        Listed(text=text, what=what, by=tuple(dict.fromkeys(by)), met=text in met) for (what, text), by in found.items()
    ]
    yield from sorted(every, key=lambda v: not v.met)
