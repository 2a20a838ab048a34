"""`GET /search/{dataset}`: looking through the register by words and facets, for search boxes; screening is `/match`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import suggest
from tocsin.exchange.directory import Directory, Row, read_words
from tocsin.exchange.ftm_model import SCHEMATA, get_family, get_label, is_known
from tocsin.exchange.ftm_subject import write_moment
from tocsin.match import check_query
from tocsin.model import Query as Question
from tocsin.names.countries import country_name
from tocsin.web.bodies import answer, answers
from tocsin.web.yente.datasets import Scope, find_datasets, get_scope
from tocsin.web.yente.frame import ASK, YenteRoute, errors, find_window, get_ready
from tocsin.web.yente.values import (
    DEFAULT_PAGE,
    MAX_OFFSET,
    MAX_PAGE,
    TIMESTAMP,
    SearchFacet,
    SearchFacetItem,
    SearchResponse,
    Total,
)

ALIKE = 0.5      # how alike a name must be to be found by a fuzzy search
MOST_ALIKE = 200
FACET_SIZE = 1_000
TOPIC_LABELS = {
    "sanction": "Sanctioned entity", "crime.terror": "Terrorism", "debarment": "Debarred entity", "wanted": "Wanted",
}
FACET_LABELS = {
    "datasets": "Data sources", "schema": "Entity types", "countries": "Countries", "identifiers": "Identifiers",
    "topics": "Topics", "genders": "Genders",
}
Several = tuple[str, ...]


class Facet(StrEnum):
    """What subjects can be counted by."""

    DATASETS = "datasets"
    SCHEMA = "schema"
    COUNTRIES = "countries"
    IDENTIFIERS = "identifiers"
    TOPICS = "topics"
    GENDERS = "genders"


class Operator(StrEnum):
    """Whether a field must have all values that are asked for, or one."""

    AND = "AND"
    OR = "OR"


VALUES: dict[str, Callable[[Row], Iterable[str]]] = {
    "datasets": lambda row: {key for key, _ in row.places}, "schema": lambda row: (row.schema,),
    "countries": lambda row: row.countries, "identifiers": lambda row: row.identifiers, "topics": lambda row: row.topics,
    "genders": lambda row: row.genders, "id": lambda row: (row.id,), "entity_id": lambda row: (row.id,),
    "referents": lambda row: row.referents, "target": lambda row: ("true" if row.topics else "false",),
}
SORTS: dict[str, Callable[[Row], str]] = {
    "caption": lambda row: row.caption.casefold(), "id": lambda row: row.id, "schema": lambda row: row.schema,
    "first_seen": lambda row: write_moment(row.first_seen) if row.first_seen else "",
    "last_seen": lambda row: write_moment(row.last_seen) if row.last_seen else "",
    "last_change": lambda row: write_moment(row.last_change) if row.last_change else "",
}
DEFAULT_FACETS = (Facet.COUNTRIES, Facet.TOPICS, Facet.DATASETS)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a subject must be. `values` are what a field must have, `properties` what a property of its entity must."""

    scope: Scope
    family: frozenset[str]
    exclude_schema: frozenset[str] = frozenset()
    changed_since: str | None = None
    values: dict[str, tuple[str, ...]] = {}
    properties: dict[str, tuple[str, ...]] = {}
    every: bool = False


def make_router() -> APIRouter:
    """The route that searches."""
    router = APIRouter(tags=["Matching"], route_class=YenteRoute, dependencies=[ASK])

    @router.get(
        "/search/{dataset}", summary="Simple entity search",
        responses={**errors(404), **answers(SearchResponse, "A page of entities, and facets of all that were found")},
    )
    def search(
        request: Request, dataset: str, q: str = "", schema: str = "Thing",
        include_dataset: Annotated[Several, Query()] = (), exclude_dataset: Annotated[Several, Query()] = (),
        exclude_schema: Annotated[Several, Query()] = (),
        changed_since: Annotated[str | None, Query(pattern=TIMESTAMP)] = None,
        countries: Annotated[Several, Query()] = (), topics: Annotated[Several, Query()] = (),
        datasets: Annotated[Several, Query()] = (), filter: Annotated[Several, Query()] = (),
        limit: Annotated[int, Query(le=MAX_PAGE)] = DEFAULT_PAGE, offset: Annotated[int, Query(le=MAX_OFFSET)] = 0,
        sort: Annotated[Several, Query()] = (), target: bool | None = None, fuzzy: bool = False, simple: bool = False,
        facets: Annotated[tuple[Facet, ...], Query()] = DEFAULT_FACETS, filter_op: Operator = Operator.OR,
    ) -> Response:
        app = get_ready(request)
        if not is_known(schema):
            raise HTTPException(400, "Invalid schema")
        given = [*(f"countries:{c}" for c in countries), *(f"topics:{t}" for t in topics),
                 *(f"datasets:{d}" for d in datasets), *filter]
        if target is not None:
            given.append(f"target:{str(target).lower()}")
        values, properties = read_filters(given)
        filters = Filters(
            scope=get_scope(app, dataset, include=include_dataset, exclude=exclude_dataset),
            family=get_family(schema) if schema in SCHEMATA else frozenset({schema}),
            exclude_schema=frozenset(exclude_schema), changed_since=changed_since, values=values, properties=properties,
            every=filter_op == Operator.AND,
        )
        directory = app.directory()
        rows = find_rows(app, directory, q, filters, fuzzy=fuzzy, simple=simple)
        rows = sort_rows(rows, sort)
        many, first = find_window(limit, offset)
        results: list[Any] = [directory.make_subject(row).entity for row in rows[first:first + many]]
        return answer(SearchResponse(
            results=results,
            facets={facet.value: _count(app, facet.value, rows) for facet in facets},
            total=Total(value=len(rows), relation="eq"), limit=many, offset=first,
        ))

    return router


def read_filters(given: Iterable[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Filters `field:value` on fields and on properties. 400 for one that is none, or of an unknown field."""
    values: dict[str, tuple[str, ...]] = {}
    properties: dict[str, tuple[str, ...]] = {}
    for one in given:
        field, colon, value = one.partition(":")
        if not colon:
            raise HTTPException(400, "Invalid filter: expected field:value")
        if field in VALUES:
            values[field] = (*values.get(field, ()), value)
        elif field.startswith("properties."):
            name = field.removeprefix("properties.")
            properties[name] = (*properties.get(name, ()), value)
        else:
            raise HTTPException(400, f"Invalid filter: no field '{field[:40]}'; {suggest(field[:40], VALUES)}")
    return values, properties


def find_rows(
    app: App, directory: Directory, q: str, filters: Filters, *, fuzzy: bool = False, simple: bool = False
) -> list[Row]:
    """The subjects that have all words and fulfil all filters, best first."""
    words = read_words(q)
    if not simple and any(word in ("OR", "NOT", "||", "!") for word in q.split()):
        raise HTTPException(400, "Invalid query: expected words, begin*, and \"phrases\"; OR and NOT are not known here.")
    rated: dict[str, tuple[float, Row]] = {}
    for row in directory.rows:
        rate: float = words.rate(row) if q.strip() else 1
        if rate:
            rated[row.id] = (rate, row)
    if fuzzy and q.strip():
        for rate, row in _find_alike(app, directory, q):
            rated.setdefault(row.id, (rate, row))
    found = [(rate, row) for rate, row in rated.values() if _fulfils(directory, row, filters)]
    found.sort(key=lambda pair: (-pair[0], -len(pair[1].places), pair[1].caption, pair[1].id))
    return [row for _, row in found]


def _find_alike(app: App, directory: Directory, q: str) -> Iterator[tuple[float, Row]]:
    """Subjects with a name that is like the query, which is a question to the matcher and is recorded as one."""
    from tocsin.errors import BadInput

    question = Question(names=(q.strip(),))
    try:
        check_query(question)
    except BadInput:
        return
    rows = {row.key: row for row in directory.rows}
    for hit in app.match(question, threshold=ALIKE, limit=MOST_ALIKE).hits:
        if hit.subject in rows:
            yield hit.score, rows[hit.subject]


def _fulfils(directory: Directory, row: Row, filters: Filters) -> bool:
    if not filters.scope.has(row.places) or row.schema not in filters.family or row.schema in filters.exclude_schema:
        return False
    if filters.changed_since and not (row.last_change and write_moment(row.last_change) > filters.changed_since):
        return False
    has = all if filters.every else any
    for field, wanted in filters.values.items():
        values = {value.casefold() for value in VALUES[field](row)}
        if not has(value.casefold() in values for value in wanted):
            return False
    if not filters.properties:
        return True
    entity: Any = directory.make_subject(row).entity
    return all(
        has(value in entity["properties"].get(name, ()) for value in wanted) for name, wanted in filters.properties.items()
    )


def sort_rows(rows: list[Row], sorts: Sequence[str]) -> list[Row]:
    """Rows in the order asked for, `field:asc` or `field:desc`; 400 for a field that cannot be sorted by."""
    for one in reversed(sorts):
        field, _, order = one.partition(":")
        if field not in SORTS:
            raise HTTPException(400, f"Invalid sort: '{field[:40]}'; {suggest(field[:40], SORTS)}")
        rows = sorted(rows, key=SORTS[field], reverse=order.lower() == "desc")
    return rows


def _count(app: App, field: str, rows: Sequence[Row]) -> SearchFacet:
    counts = Counter(value for row in rows for value in set(VALUES[field](row)))
    ordered = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:FACET_SIZE]
    titles = {name: d.title for name, d in find_datasets(app).items()} if field == "datasets" else {}
    return SearchFacet(label=FACET_LABELS[field], values=[
        SearchFacetItem(name=value, label=_label(field, value, titles), count=count) for value, count in ordered
    ])


def _label(field: str, value: str, titles: dict[str, str]) -> str:
    if field == "countries":
        return country_name(value)
    if field == "schema":
        return SCHEMATA[value].plural if value in SCHEMATA else value
    if field == "genders":
        return get_label(value)
    return {**titles, **TOPIC_LABELS}.get(value, value)
