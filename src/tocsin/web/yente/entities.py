"""`GET /entities/{id}` and what is next to it. An id that was given up, or a listing's own, leads to its subject by 308."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from tocsin.exchange.directory import Directory, Row
from tocsin.exchange.ftm_model import get_links
from tocsin.exchange.ftm_subject import BESIDE, FtmEntity, Subject, find_adjacent, make_subject_id, nest
from tocsin.web.bodies import answer, answers
from tocsin.web.yente.frame import ASK, YenteRoute, errors, find_window, get_ready
from tocsin.web.yente.values import (
    DEFAULT_PAGE,
    MAX_OFFSET,
    MAX_PAGE,
    AdjacentResultsResponse,
    EntityAdjacentResponse,
    EntityResponse,
    Total,
)

Limit = Annotated[int, Query(le=MAX_PAGE)]
Offset = Annotated[int, Query(le=MAX_OFFSET)]
Sorts = Annotated[tuple[str, ...], Query()]


def make_router() -> APIRouter:
    """The routes of one entity."""
    router = APIRouter(tags=["Data access"], route_class=YenteRoute, dependencies=[ASK])

    @router.get(
        "/entities/{entity_id}", summary="Fetch an entity",
        responses={**errors(308, 404), **answers(EntityResponse, "The entity")},
    )
    def fetch_entity(request: Request, entity_id: str, nested: bool = True) -> Response:
        directory = get_ready(request).directory()
        found = find_subject(directory, entity_id)
        if isinstance(found, str):
            return _redirect(request, entity_id, found)
        return answer(nest(found, _make_finder(directory)) if nested else found.entity)

    @router.get(
        "/entities/{entity_id}/adjacent", summary="Fetch adjacent entities",
        responses={**errors(308, 404), **answers(EntityAdjacentResponse, "The entity, and what is next to it")},
    )
    def fetch_adjacent(
        request: Request, entity_id: str, sort: Sorts = (), limit: Limit = DEFAULT_PAGE, offset: Offset = 0,
    ) -> Response:
        directory = get_ready(request).directory()
        found = find_subject(directory, entity_id)
        if isinstance(found, str):
            return _redirect(request, entity_id, found)
        adjacent = find_adjacent(found, _make_finder(directory))
        pages = {name: _cut(_sort(others, sort), limit, offset) for name, others in adjacent.items()}
        return answer(EntityAdjacentResponse(entity=found.entity, adjacent=pages))  # type: ignore[arg-type]  # as a dict

    @router.get(
        "/entities/{entity_id}/adjacent/{property_name}", summary="Fetch adjacent entities of a property",
        responses={**errors(308, 404), **answers(AdjacentResultsResponse, "What that property leads to")},
    )
    def fetch_adjacent_of(
        request: Request, entity_id: str, property_name: str, sort: Sorts = (), limit: Limit = DEFAULT_PAGE,
        offset: Offset = 0,
    ) -> Response:
        directory = get_ready(request).directory()
        found = find_subject(directory, entity_id)
        if isinstance(found, str):
            return _redirect(request, entity_id, found)
        if property_name not in get_links(found.entity["schema"]):
            raise HTTPException(404, "No such property!")
        others = find_adjacent(found, _make_finder(directory)).get(property_name, [])
        return answer(_cut(_sort(others, sort), limit, offset))

    return router


def find_subject(directory: Directory, key: str) -> Subject | str:
    """The entity of an id with what belongs to it; or the id that it goes by now. 404 when there is none."""
    row = directory.find(key)
    if row is not None:
        return make_whole(directory, row) if row.id == key else row.id
    if met := BESIDE.fullmatch(key):
        owner = directory.find(met[1])
        other = next((e for e in make_whole(directory, owner).beside if e["id"] == key), None) if owner else None
        if other is not None:
            return Subject(other)
    named = directory.find_entities(key)  # by a reference as the list prints it
    if len(named) == 1:
        return make_subject_id(named[0].id)
    raise HTTPException(404, "No such entity!")


def make_whole(directory: Directory, row: Row) -> Subject:
    """A subject with all that belongs to it: also the ties that others' lists tell."""
    made = directory.make_subject(row, tied=True)
    beside = list(made.beside)
    for other in directory.find_tied(row.id)[:MAX_PAGE]:
        links = (e for e in directory.make_subject(other, tied=True).beside if e["schema"] == "UnknownLink")
        beside += [e for e in links if row.id in e["properties"]["object"]]
    return Subject(made.entity, tuple({e["id"]: e for e in beside}.values()))


def _make_finder(directory: Directory) -> Callable[[str], FtmEntity | None]:
    """The entity of an id, alone, for the other end of a tie."""

    def find(key: str) -> FtmEntity | None:
        row = directory.find(key)
        return directory.make_subject(row).entity if row is not None else None

    return find


def _redirect(request: Request, old: str, new: str) -> Response:
    before, _, after = request.url.path.partition("/entities/")
    tail = after.removeprefix(old) if after.startswith(old) else ""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"{before}/entities/{quote(new, safe='')}{tail}{query}", status_code=308)


def _sort(others: list[FtmEntity], sorts: tuple[str, ...]) -> list[FtmEntity]:
    """Entities by fields of theirs; what has no such field comes last."""
    for one in reversed(sorts):
        field, _, order = one.partition(":")
        name = field.removeprefix("properties.")

        def read(entity: FtmEntity, name: str = name) -> str:
            value: Any = entity["properties"].get(name) or [entity.get(name) or ""]
            return str(value[0])

        there = sorted((e for e in others if read(e)), key=read, reverse=order.lower() == "desc")
        others = [*there, *(e for e in others if not read(e))]
    return others


def _cut(others: list[FtmEntity], limit: int, offset: int) -> AdjacentResultsResponse:
    many, first = find_window(limit, offset)
    results: Any = others[first:first + many]
    return AdjacentResultsResponse(
        results=results, total=Total(value=len(others), relation="eq"), limit=many, offset=first
    )
