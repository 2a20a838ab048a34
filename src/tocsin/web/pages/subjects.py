"""The page of a subject: who lists it since when, its names by script, every value with its source; and its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Annotated
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from starlette.responses import Response

from tocsin.model import Entity
from tocsin.registry.gap_picture import draw_gap, make_scale
from tocsin.registry.gap_values import Gap
from tocsin.registry.positions import Position, Stand, Status
from tocsin.registry.relation_picture import count_left_out, draw_relations
from tocsin.registry.who import WhoRow
from tocsin.store.access import Person
from tocsin.web.access import get_app
from tocsin.web.pages.frame import PageRoute, reader, render

Reader = Annotated[Person, Depends(reader("read"))]

class Alias(msgspec.Struct, frozen=True, kw_only=True):
    """A name as written, by whom, and whether all of them call it weak."""

    text: str
    by: tuple[str, ...]
    weak: bool


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.get("/subject")
    def show_subject(request: Request, person: Reader, ref: str = "") -> Response:  # noqa: ARG001
        app = get_app(request)
        view, *others = app.show(ref)
        rows = app.find_rows(view.entity)
        ties = app.find_ties(view.entity)
        graph = draw_relations(view.entity.caption, ties, link=link_subject)
        return render(
            request, "subject.html", view=view, others=others, rows=rows, aliases=group_aliases(view.entity), ties=ties,
            picture=draw_timeline(view.entity, rows), left_out=count_left_out(ties),
            graph=Markup(graph),  # noqa: S704 - `draw_relations` escapes all text
        )

    @router.get("/history")
    def show_history(request: Request, person: Reader, ref: str = "") -> Response:  # noqa: ARG001
        return render(request, "history.html", ref=ref, pasts=get_app(request).history(ref))

    return router


def link_subject(ref: str) -> str:
    """The address of a subject's page."""
    return f"/subject?ref={quote(ref)}"


def group_aliases(entity: Entity) -> dict[str, tuple[Alias, ...]]:
    """All names by script, those of the most names first; each name once."""
    by_script: dict[str, dict[str, list[tuple[str, bool]]]] = {}
    for listing in entity.listings:
        for name in listing.names:
            by_script.setdefault(name.script, {}).setdefault(name.text, []).append(
                (listing.authority, name.quality == "weak")
            )
    return {
        script: tuple(
            Alias(text=text, by=tuple(dict.fromkeys(a for a, _ in by)), weak=all(weak for _, weak in by))
            for text, by in names.items()
        )
        for script, names in sorted(by_script.items(), key=lambda item: -len(item[1]))
    }


def draw_timeline(entity: Entity, rows: Iterable[WhoRow]) -> Markup:
    """Who listed the subject when, as a picture; empty where nobody does."""
    positions = tuple(_iter_positions(rows))
    if not positions:
        return Markup("")
    gap = Gap(subject=entity.id, caption=entity.caption, kind=entity.kind, positions=positions, lags=())
    drawn = draw_gap(gap, make_scale([gap], last=dt.datetime.now(dt.UTC).date()), name="timeline")
    return Markup(drawn)  # noqa: S704 - `draw_gap` escapes all text


def _iter_positions(rows: Iterable[WhoRow]) -> Iterator[Position]:
    """One position a row: the picture has a line for each stand."""
    for row in rows:
        if row.list_key is None:
            continue
        status: Status = "derived" if row.derived_from else "listed" if row.listed else "ended"
        until = dt.date.fromisoformat(row.delisted_on[:10]) if row.delisted_on else None
        stand = Stand(
            status=status, list_key=row.list_key, ref=row.ref, since=row.since, since_from=row.since_from, until=until,
            derived_from=row.derived_from,
        )
        yield Position(authority=row.authority, status=status, stands=(stand,))
