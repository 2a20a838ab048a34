"""`GET /statements`: every value by itself, with the listing that says it and since when the register knows that."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

import msgspec
from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import suggest
from tocsin.exchange.directory import Row
from tocsin.exchange.ftm import Key, make_things
from tocsin.exchange.ftm_model import get_links, get_properties
from tocsin.exchange.ftm_subject import BESIDE, Seen, key_of, make_listing_ids, make_subject_id, write_moment
from tocsin.exchange.selection import Chosen
from tocsin.model import Entity
from tocsin.web.bodies import answer, answers
from tocsin.web.yente.datasets import Dataset, find_datasets
from tocsin.web.yente.frame import ASK, YenteRoute, errors, get_ready
from tocsin.web.yente.values import (
    MAX_STATEMENTS,
    STATEMENTS_PAGE,
    StatementResponse,
    StatementsResponse,
    Total,
)

SORTS: dict[str, Callable[[StatementResponse], str]] = {
    "canonical_id": lambda s: s.canonical_id, "entity_id": lambda s: s.entity_id, "prop": lambda s: s.prop,
    "schema": lambda s: s.schema_, "value": lambda s: s.value, "dataset": lambda s: s.dataset,
    "first_seen": lambda s: s.first_seen, "last_seen": lambda s: s.last_seen, "id": lambda s: s.id,
}
DEFAULT_SORTS = ("canonical_id", "prop")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which statements are wanted; what is not given does not narrow."""

    dataset: str | None = None
    entity_id: str | None = None
    canonical_id: str | None = None
    prop: str | None = None
    value: str | None = None
    schema_: str | None = None


def make_router() -> APIRouter:
    """The route of statements."""
    router = APIRouter(tags=["Data access"], route_class=YenteRoute, dependencies=[ASK])

    @router.get(
        "/statements", summary="Values by themselves",
        responses={**errors(404), **answers(StatementsResponse, "A page of statements")},
    )
    def statements(
        request: Request, dataset: str | None = None, entity_id: str | None = None, canonical_id: str | None = None,
        prop: str | None = None, value: str | None = None, schema: str | None = None,
        sort: Annotated[tuple[str, ...], Query()] = (),
        limit: Annotated[int, Query(ge=0, le=MAX_STATEMENTS)] = STATEMENTS_PAGE, offset: Annotated[int, Query(ge=0)] = 0,
    ) -> Response:
        app = get_ready(request)
        asked = Asked(
            dataset=dataset, entity_id=entity_id, canonical_id=canonical_id, prop=prop, value=value, schema_=schema
        )
        found = find_statements(app, asked)
        for one in reversed(sort or DEFAULT_SORTS):
            field, _, order = one.partition(":")
            if field not in SORTS:
                raise HTTPException(400, f"Invalid sort: '{field[:40]}'; {suggest(field[:40], SORTS)}")
            found.sort(key=SORTS[field], reverse=order.lower() == "desc")
        return answer(StatementsResponse(
            results=found[offset:offset + limit], total=Total(value=len(found), relation="eq"), limit=limit, offset=offset,
        ))

    return router


def find_statements(app: App, asked: Asked) -> list[StatementResponse]:
    """All statements that are asked for. Without an id it reads the whole register."""
    directory = app.directory()
    scope = None
    rows: tuple[Row, ...] = directory.rows
    if asked.dataset is not None:
        scope = find_datasets(app).get(asked.dataset)
        if scope is None:
            raise HTTPException(404, "No such dataset.")
    for key in (asked.canonical_id, asked.entity_id):
        if key is not None:
            beside = BESIDE.fullmatch(key)
            row = directory.find(key) or (directory.find(beside[1]) if beside else None)
            rows = tuple(r for r in rows if row is not None and r.id == row.id)
    return [s for row in rows for s in iter_statements(directory.get_entity(row), directory.seen, scope) if _fits(s, asked)]


def iter_statements(
    entity: Entity, seen: Mapping[Key, Seen], scope: Dataset | None = None
) -> Iterator[StatementResponse]:
    """All statements of a subject, listing by listing; only those of listings in `scope`."""
    mine = make_subject_id(entity.id)
    ids = make_listing_ids(entity)
    for listing in entity.listings:
        if scope is not None and not scope.holds((listing.list_key, listing.authority)):
            continue
        when = seen.get(key_of(listing))
        first, last = (write_moment(when.first), write_moment(when.last)) if when else ("1970-01-01T00:00:00",) * 2
        thing, beside = make_things(Chosen(entity, listing), ids)
        for one in (thing, *beside):
            types, links = get_properties(one["schema"]), get_links(one["schema"])
            for prop, values in one["properties"].items():
                for value in values:
                    said = f"{listing.list_key}\n{one['id']}\n{prop}\n{value}"
                    yield StatementResponse(
                        id=hashlib.sha256(said.encode()).hexdigest()[:40], entity_id=one["id"],
                        canonical_id=mine if one is thing else one["id"], prop=prop,
                        prop_type="entity" if prop in links else types.get(prop, "string"), schema_=one["schema"],
                        value=value, dataset=listing.list_key, first_seen=first, last_seen=last,
                    )


def _fits(statement: StatementResponse, asked: Asked) -> bool:
    pairs = (
        (asked.entity_id, statement.entity_id), (asked.canonical_id, statement.canonical_id), (asked.prop, statement.prop),
        (asked.value, statement.value), (asked.schema_, statement.schema_),
    )
    return all(wanted is None or wanted == said for wanted, said in pairs)
