"""`/reconcile/{dataset}`: the Reconciliation Service API 0.2, which OpenRefine speaks, over the same matcher.

OpenRefine sends no headers of its own, so these routes take the key as `api_key` in the address too, and hand it on in the
addresses that they tell. Browsers of other origins may read what they answer, which then rests on that key alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import parse_qs

import msgspec
from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import App
from tocsin.exchange.directory import read_words
from tocsin.exchange.ftm_model import SCHEMATA, find_property, get_label, get_properties
from tocsin.exchange.ftm_subject import make_subject_id
from tocsin.model import Entity, Hit
from tocsin.names.countries import country_name
from tocsin.sources.imported.ftm_words import SCHEMA_OF
from tocsin.web.access import let_in
from tocsin.web.bodies import answer, read_bytes
from tocsin.web.yente.datasets import get_scope
from tocsin.web.yente.entities import find_subject
from tocsin.web.yente.frame import YenteRoute, decode_body, errors, get_ready
from tocsin.web.yente.matching import Conditions, Wanted, check_algorithm, match_examples, read_examples
from tocsin.web.yente.system import with_key
from tocsin.web.yente.values import DEFAULT_PAGE, MATCH_PAGE, MAX_BATCH, MAX_PAGE, TIMESTAMP, EntityExample

VOCABULARY = "https://www.opensanctions.org/reference/#schema"
BATCH = 10  # what OpenRefine is asked to send at once
LEAST = 0.1  # candidates for a person to choose from: nearly all
BASE = "Thing"
TYPES = ("Person", "Organization", "Company", "PublicBody", "LegalEntity", "Vessel", "Airplane", "Vehicle", "CryptoWallet",
         "Thing")
OPEN = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Property(msgspec.Struct, kw_only=True):
    """A column beside the cell: the property that it is, and its value or values."""

    pid: str
    v: Any


class Question(msgspec.Struct, kw_only=True):
    """One cell to be reconciled, with the columns beside it."""

    query: str | None = None
    type: str | list[str] | None = None
    limit: int = MATCH_PAGE
    properties: list[Property] = []


class Rendering(msgspec.Struct, kw_only=True):
    """How many values of a new column are wanted (0: all), to be read by people or as they are kept."""

    limit: int = 0
    render: str = "caption"


class Column(msgspec.Struct, kw_only=True):
    """A property that is to become a column."""

    id: str
    settings: Rendering = msgspec.field(default_factory=Rendering)


class Extension(msgspec.Struct, kw_only=True):
    """Which properties of which entities are to become columns."""

    ids: list[str]
    properties: list[Column]


def ask_openly(request: Request) -> None:
    """Who asks, by key in a header or as `api_key` in the address."""
    key = request.query_params.get("api_key", "")
    let_in(with_key(request, key) if key else request, "ask")


def make_router() -> APIRouter:
    """The routes that OpenRefine asks."""
    router = APIRouter(tags=["Reconciliation"], route_class=YenteRoute, dependencies=[Depends(ask_openly)])
    told: dict[int | str, dict[str, Any]] = {**errors(404), 200: {"description": "As the specification says"}}

    @router.get("/reconcile/{dataset}", summary="Reconciliation manifest", responses=told)
    def manifest(request: Request, dataset: str, queries: str | None = None, extend: str | None = None) -> Response:
        if queries is not None or extend is not None:
            return _open(_answer(get_ready(request), dataset, queries=queries, extend=extend))
        return _open(make_manifest(get_ready(request), request, dataset))

    @router.post("/reconcile/{dataset}", summary="Reconciliation queries", responses=told, openapi_extra={
        "requestBody": {"content": {"application/x-www-form-urlencoded": {"schema": {
            "type": "object", "properties": {"queries": {"type": "string"}, "extend": {"type": "string"}},
        }}}},
    })
    async def reconcile(
        request: Request, dataset: str, algorithm: str = "best",
        changed_since: Annotated[str | None, Query(pattern=TIMESTAMP)] = None,
    ) -> Response:
        form = await read_form(request)

        def find() -> Any:
            app = get_ready(request)
            check_algorithm(app, algorithm)
            return _answer(
                app, dataset, queries=form.get("queries"), extend=form.get("extend"), changed_since=changed_since
            )

        found = await run_in_threadpool(find)
        return _open(found, {"x-batch-size": str(len(found.get("rows", found)))})

    @router.get("/reconcile/{dataset}/suggest/entity", summary="Suggest an entity", responses=told)
    def suggest_entity(
        request: Request, dataset: str, prefix: str = "", limit: Annotated[int, Query(le=MAX_PAGE)] = DEFAULT_PAGE
    ) -> Response:
        app = get_ready(request)
        scope, words = get_scope(app, dataset), read_words(prefix, open_end=True)
        rows = [r for r in app.directory().rows if words.pieces and words.rate(r) > 1 and scope.has(r.places)]
        rows.sort(key=lambda row: (-words.rate(row), -len(row.places), row.caption))
        return _suggest(prefix, [_describe(r.id, r.caption, r.schema) for r in rows[:max(0, limit)]])

    @router.get("/reconcile/{dataset}/suggest/property", summary="Suggest a property", responses=told)
    def suggest_property(request: Request, dataset: str, prefix: str = "") -> Response:
        get_scope(get_ready(request), dataset)
        found = [
            {"id": f"{schema}:{name}", "name": get_label(name), "description": None}
            for schema in SCHEMATA for name in SCHEMATA[schema].properties if _begins(prefix, name)
        ]
        return _suggest(prefix, found[:MATCH_PAGE])

    @router.get("/reconcile/{dataset}/suggest/type", summary="Suggest a type", responses=told)
    def suggest_type(request: Request, dataset: str, prefix: str = "") -> Response:
        get_scope(get_ready(request), dataset)
        return _suggest(prefix, [_describe_type(name) for name in TYPES if _begins(prefix, name)][:MATCH_PAGE])

    @router.get("/reconcile/{dataset}/extend/property", summary="Propose properties", responses=told)
    def propose(request: Request, dataset: str, type: str = BASE, limit: int = 0) -> Response:
        get_scope(get_ready(request), dataset)
        if type not in SCHEMATA:
            raise HTTPException(400, "Invalid type: no schema of that name has properties here.")
        names = dict.fromkeys((*SCHEMATA[type].featured, *get_properties(type)))
        chosen = list(names)[:limit] if limit > 0 else list(names)
        found = sorted(({"id": name, "name": get_label(name)} for name in chosen), key=lambda p: p["name"])
        return _open({"limit": limit, "type": type, "properties": found})

    return router


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, as `application/x-www-form-urlencoded`; 400 for anything else."""
    data = await read_bytes(request)
    try:
        fields = parse_qs(data.decode("utf-8"), max_num_fields=20)
    except ValueError:
        raise HTTPException(400, "Expected a form (application/x-www-form-urlencoded).") from None
    return {name: values[0] for name, values in fields.items()}


def make_manifest(app: App, request: Request, dataset: str) -> dict[str, Any]:
    """What the service is, and where it suggests and extends (Reconciliation API 0.2 §3)."""
    title = get_scope(app, dataset).dataset.title
    base = str(request.url.replace(query="")).rstrip("/?")
    root = base.rpartition("/reconcile/")[0]
    query = f"?{request.url.query}" if request.url.query else ""

    def service(path: str) -> dict[str, str]:
        return {"service_url": base, "service_path": f"{path}{query}"}

    return {
        "versions": ["0.2"], "name": f"{title} (Tocsin)", "identifierSpace": VOCABULARY, "schemaSpace": VOCABULARY,
        "documentation": "https://reconciliation-api.github.io/specs/0.2/", "batchSize": BATCH,
        "view": {"url": f"{root}/entities/{{{{id}}}}"},  # without the key: it opens in a browser
        "suggest": {name: service(f"/suggest/{name}") for name in ("entity", "type", "property")},
        "extend": {
            "propose_properties": service("/extend/property"),
            "property_settings": [
                {"name": "limit", "label": "Limit", "type": "number", "default": 0, "choices": [],
                 "help_text": "Most values of a row; 0 for all."},
                {"name": "render", "label": "Values", "type": "select", "default": "caption",
                 "help_text": "Countries by name, or all values as they are kept.",
                 "choices": [{"id": "caption", "name": "To be read"}, {"id": "raw", "name": "As kept"}]},
            ],
        },
        "defaultTypes": [_describe_type(name) for name in TYPES],
    }


def _answer(
    app: App, dataset: str, *, queries: str | None, extend: str | None, changed_since: str | None = None
) -> dict[str, Any]:
    if extend and extend.strip():
        return extend_entities(app, decode_body(extend.encode(), Extension))
    if queries is None:
        raise HTTPException(400, "No queries or extend request provided.")
    return reconcile_all(app, dataset, decode_body(queries.encode(), dict[str, Question]), changed_since)


def reconcile_all(
    app: App, dataset: str, questions: dict[str, Question], changed_since: str | None
) -> dict[str, Any]:
    """The candidates for each cell, also those under the threshold, which do not match."""
    if len(questions) > MAX_BATCH:
        raise HTTPException(400, f"Too many queries in one batch (limit: {MAX_BATCH})")
    conditions = Conditions(scope=get_scope(app, dataset), changed_since=changed_since)
    examples = read_examples([make_example(question) for question in questions.values()])
    limits = [min(max(0, question.limit), MAX_PAGE) for question in questions.values()]
    least = app.settings.threshold
    wanted = Wanted(threshold=least, cutoff=min(least, LEAST), limit=max(limits, default=0))
    found = match_examples(app, examples, conditions, wanted)
    return {
        key: {"result": [_describe_hit(hit, entity, least) for hit, entity in hits[:limit]]}
        for key, hits, limit in zip(questions, found, limits, strict=True)
    }


def _describe_hit(hit: Hit, entity: Entity, threshold: float) -> dict[str, Any]:
    told = _describe(make_subject_id(entity.id), entity.caption, SCHEMA_OF[entity.kind])
    return {**told, "score": hit.score, "match": hit.score >= threshold}


def make_example(question: Question) -> EntityExample:
    """A cell and its columns as an example."""
    types = [question.type] if isinstance(question.type, str) else question.type or []
    properties: dict[str, Any] = {"name": [question.query]} if question.query is not None else {}
    for one in question.properties:
        known = find_property(one.pid)
        values = one.v if isinstance(one.v, list) else [one.v]
        properties.setdefault(known[1] if known else one.pid, []).extend(values)
    schema = types[0] if types else BASE
    if schema == BASE and not types and properties.keys() - get_properties(BASE).keys():
        schema = next((s for s in ("Person", "Company", "Vessel") if properties.keys() <= get_properties(s).keys()), BASE)
    return EntityExample(schema_=schema, properties=properties)


def extend_entities(app: App, asked: Extension) -> dict[str, Any]:
    """The values of properties of entities."""
    if len(asked.ids) > MAX_BATCH:
        raise HTTPException(400, f"Too many queries in one batch (limit: {MAX_BATCH})")
    rows: dict[str, dict[str, list[dict[str, str]]]] = {key: {} for key in asked.ids}
    metas: dict[str, dict[str, str]] = {}
    directory = app.directory()
    for key in rows:
        try:
            subject = find_subject(directory, key)
        except HTTPException:
            continue
        if isinstance(subject, str):
            raise HTTPException(400, "Please specify the canonical entity ID, not a referent")
        known = get_properties(subject.entity["schema"])
        for column in asked.properties:
            if column.id in known:
                metas.setdefault(column.id, {"id": column.id, "name": get_label(column.id)})
                values = subject.entity["properties"].get(column.id, [])
                rows[key][column.id] = [{"str": text} for text in _render(values, known[column.id], column.settings)]
    return {"meta": list(metas.values()), "rows": rows}


def _render(values: Sequence[str], kind: str, settings: Rendering) -> list[str]:
    kept = values[:settings.limit] if settings.limit > 0 else values
    return [country_name(v) if kind == "country" and settings.render != "raw" else v for v in kept]


def _begins(prefix: str, name: str) -> bool:
    start = prefix.strip().casefold()
    return bool(start) and (name.casefold().startswith(start) or get_label(name).casefold().startswith(start))


def _describe(key: str, caption: str, schema: str) -> dict[str, Any]:
    return {"id": key, "name": caption, "description": get_label(schema), "type": [_describe_type(schema)]}


def _describe_type(schema: str) -> dict[str, Any]:
    plural = SCHEMATA[schema].plural if schema in SCHEMATA else schema
    return {"id": schema, "name": plural, "description": get_label(schema)}


def _suggest(prefix: str, found: list[dict[str, Any]]) -> Response:
    return _open({"code": "/api/status/ok", "status": "200 OK", "prefix": prefix, "result": found})


def _open(value: Any, headers: dict[str, str] | None = None) -> Response:
    return answer(value, headers={**OPEN, **(headers or {})})
