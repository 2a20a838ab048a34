"""What yente's routes read and answer, for decoding and for the OpenAPI document. Field names are yente's."""

from __future__ import annotations

from typing import Any

import msgspec

TIMESTAMP = r"^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2}(:\d{2})?)?)?$"
MAX_BATCH = 100        # queries in one request
MAX_MATCHES = 500      # results of one query
MATCH_PAGE = 5
CANDIDATES = 10        # so many candidates are weighed for each result wanted, within the next two
LEAST_CANDIDATES, MOST_CANDIDATES = 20, 500
MAX_PAGE = 500
DEFAULT_PAGE = 10
MAX_RESULTS = 9_999
MAX_OFFSET = MAX_RESULTS - MAX_PAGE
MAX_EXCLUDED = 50
MAX_STATEMENTS = 5_000
STATEMENTS_PAGE = 50
MAX_URL = 60_000       # bytes


class ErrorResponse(msgspec.Struct, kw_only=True):
    detail: Any


class StatusResponse(msgspec.Struct, kw_only=True):
    status: str


class Total(msgspec.Struct, kw_only=True):
    value: int
    relation: str


class EntityExample(msgspec.Struct, kw_only=True, rename={"schema_": "schema"}, omit_defaults=True):
    """A subject by example; the values of a property are one text or several."""

    schema_: str
    properties: dict[str, Any]
    id: str | None = None


class EntityMatchQuery(msgspec.Struct, kw_only=True):
    queries: dict[str, EntityExample]
    weights: dict[str, float] = {}
    config: dict[str, str | int | float | bool | None] = {}


class EntityResponse(msgspec.Struct, kw_only=True, rename={"schema_": "schema"}):
    """An entity of FollowTheMoney. Values of a property are texts, or entities where they are nested."""

    id: str
    caption: str
    schema_: str
    properties: dict[str, list[Any]]
    datasets: list[str]
    referents: list[str]
    target: bool
    first_seen: str | None = None
    last_seen: str | None = None
    last_change: str | None = None


class FeatureResult(msgspec.Struct, kw_only=True):
    """One reason; `score` are its log-odds, which over all reasons add up to those of the entity's score."""

    score: float
    detail: str
    query: str | None = None
    candidate: str | None = None
    weight: float = 1.0


class ScoredEntityResponse(EntityResponse, kw_only=True, rename={"schema_": "schema"}):
    score: float
    match: bool
    explanations: dict[str, FeatureResult]
    features: dict[str, float]


class EntityMatches(msgspec.Struct, kw_only=True):
    """`unused`, which yente has not, names properties of the query that were not understood."""

    status: int
    results: list[ScoredEntityResponse]
    total: Total
    query: EntityExample
    unused: list[str] = []


class EntityMatchResponse(msgspec.Struct, kw_only=True):
    responses: dict[str, EntityMatches]
    limit: int


class SearchFacetItem(msgspec.Struct, kw_only=True):
    name: str
    label: str
    count: int


class SearchFacet(msgspec.Struct, kw_only=True):
    label: str
    values: list[SearchFacetItem]


class SearchResponse(msgspec.Struct, kw_only=True):
    results: list[EntityResponse]
    facets: dict[str, SearchFacet]
    total: Total
    limit: int
    offset: int


class AdjacentResultsResponse(msgspec.Struct, kw_only=True):
    results: list[EntityResponse]
    total: Total
    limit: int
    offset: int


class EntityAdjacentResponse(msgspec.Struct, kw_only=True):
    entity: EntityResponse
    adjacent: dict[str, AdjacentResultsResponse]


class Publisher(msgspec.Struct, kw_only=True):
    name: str
    official: bool


class DatasetResponse(msgspec.Struct, kw_only=True):
    """A list in force, or a collection of lists (`children`). `version` is the state in force."""

    name: str
    title: str
    load: bool
    version: str
    index_version: str
    index_current: bool
    children: list[str]
    entity_count: int
    thing_count: int
    updated_at: str | None = None
    last_export: str | None = None
    url: str | None = None
    publisher: Publisher | None = None


class DataCatalog(msgspec.Struct, kw_only=True):
    datasets: list[DatasetResponse]
    current: list[str]
    outdated: list[str]
    index_stale: bool


class Algorithm(msgspec.Struct, kw_only=True):
    name: str
    description: str
    features: dict[str, Any]
    docs: dict[str, Any]


class AlgorithmResponse(msgspec.Struct, kw_only=True):
    algorithms: list[Algorithm]
    default: str
    best: str


class StatementResponse(msgspec.Struct, kw_only=True, rename={"schema_": "schema"}):
    """One value that one listing says: `entity_id` is the listing's, `canonical_id` the subject's."""

    id: str
    entity_id: str
    canonical_id: str
    prop: str
    prop_type: str
    schema_: str
    value: str
    dataset: str
    first_seen: str
    last_seen: str
    original_value: str | None = None
    lang: str | None = None
    origin: str | None = None
    external: bool = False


class StatementsResponse(msgspec.Struct, kw_only=True):
    results: list[StatementResponse]
    total: Total
    limit: int
    offset: int
