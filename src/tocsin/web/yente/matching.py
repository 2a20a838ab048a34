"""`POST /match/{dataset}`: subjects by example, scored by our matcher, in yente's shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, HTTPException, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import BadInput, NotFound
from tocsin.exchange.ftm_query import Example, read_example
from tocsin.exchange.ftm_subject import find_topics, list_referents, make_subject, make_subject_id, write_moment
from tocsin.model import KINDS, Entity, Hit
from tocsin.sources import find_sources
from tocsin.sources.imported.ftm_words import SCHEMA_OF
from tocsin.web.bodies import answer, answers, asks, read_bytes
from tocsin.web.yente.datasets import Scope, get_scope
from tocsin.web.yente.frame import ASK, YenteRoute, decode_body, errors, get_ready
from tocsin.web.yente.values import (
    CANDIDATES,
    LEAST_CANDIDATES,
    MATCH_PAGE,
    MAX_BATCH,
    MAX_EXCLUDED,
    MAX_MATCHES,
    MAX_RESULTS,
    MOST_CANDIDATES,
    TIMESTAMP,
    EntityExample,
    EntityMatches,
    EntityMatchQuery,
    EntityMatchResponse,
    Total,
)

# yente's names of scorers: all are answered by ours, so that clients which name one need no change.
ALGORITHMS = frozenset({
    "best", "logic-v2", "logic-v1", "name-based", "name-qualified", "regression-v1", "regression-v2", "regression-v3",
    "ofac-249",
})
EXAMPLE = {"queries": {"row 1": {
    "schema": "Person", "properties": {"name": ["Zakiur Rehman Lakhwi"], "birthDate": ["1960"], "nationality": ["pk"]},
}}}
Several = tuple[str, ...]


class Conditions(msgspec.Struct, frozen=True, kw_only=True):
    """What a result must be beside being alike."""

    scope: Scope
    topics: frozenset[str] = frozenset()
    exclude_schema: frozenset[str] = frozenset()
    exclude_ids: frozenset[str] = frozenset()
    changed_since: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether every subject fulfils them."""
        others = (self.topics, self.exclude_schema, self.exclude_ids, self.changed_since)
        return self.scope.is_whole and not any(others)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """How many results, and from which score."""

    threshold: float
    cutoff: float
    limit: int


def make_router() -> APIRouter:
    """The route that matches."""
    router = APIRouter(tags=["Matching"], route_class=YenteRoute, dependencies=[ASK])

    @router.post(
        "/match/{dataset}", summary="Query by example matcher", openapi_extra=asks(EntityMatchQuery, EXAMPLE),
        responses={**errors(404), **answers(EntityMatchResponse, "Results for each query")},
    )
    async def match(
        request: Request, dataset: str,
        limit: Annotated[int, Query(le=MAX_MATCHES)] = MATCH_PAGE,
        threshold: float | None = None, cutoff: float | None = None, algorithm: str = "best",
        include_dataset: Annotated[Several, Query()] = (), exclude_schema: Annotated[Several, Query()] = (),
        exclude_dataset: Annotated[Several, Query()] = (), topics: Annotated[Several, Query()] = (),
        changed_since: Annotated[str | None, Query(pattern=TIMESTAMP)] = None,
        exclude_entity_ids: Annotated[Several, Query(max_length=MAX_EXCLUDED)] = (),
        strict: bool = False,
    ) -> Response:
        app = get_ready(request)
        asked = decode_body(await read_bytes(request), EntityMatchQuery)
        check_algorithm(app, algorithm)
        _check_scoring(asked, algorithm)
        if len(asked.queries) > MAX_BATCH:
            raise HTTPException(400, f"Too many queries in one batch (limit: {MAX_BATCH})")
        if not asked.queries:
            raise HTTPException(400, "No queries provided.")
        least = app.settings.threshold if threshold is None else threshold
        floor = least if cutoff is None else max(0.0, min(cutoff, least))
        wanted = Wanted(threshold=least, cutoff=floor, limit=max(0, limit))

        def find() -> dict[str, EntityMatches]:
            conditions = Conditions(
                scope=get_scope(app, dataset, include=include_dataset, exclude=exclude_dataset), topics=frozenset(topics),
                exclude_schema=frozenset(exclude_schema), exclude_ids=frozenset(exclude_entity_ids),
                changed_since=changed_since,
            )
            examples = read_examples(asked.queries.values(), strict=strict)
            found = match_examples(app, examples, conditions, wanted)
            return {
                key: describe_matches(app, example, hits, wanted, id=given.id)
                for (key, given), example, hits in zip(asked.queries.items(), examples, found, strict=True)
            }

        responses = await run_in_threadpool(find)
        headers = {"x-batch-size": str(len(responses))}
        return answer(EntityMatchResponse(responses=responses, limit=max(0, limit)), headers=headers)

    return router


def read_examples(given: Sequence[EntityExample] | Any, *, strict: bool = False) -> list[Example]:
    """All examples, read; 400 names the place of the first that cannot be, and then nothing is looked for."""
    read = []
    for place, one in enumerate(given, start=1):
        try:
            read.append(read_example(one.schema_, one.properties, strict=strict))
        except BadInput as error:
            raise HTTPException(400, f"Cannot parse example entity: {error} (query {place}); nothing was matched.") from None
    return read


def check_algorithm(app: App, name: str) -> None:
    """400 for a scorer that neither yente nor this register has."""
    if name.lower().strip() not in ALGORITHMS | {app.index().engine}:
        raise HTTPException(400, f"Invalid algorithm: {name[:60]}")


def _check_scoring(asked: EntityMatchQuery, algorithm: str) -> None:
    for key in asked.config:
        raise HTTPException(400, f"Invalid configuration parameter: {key[:60]} for algorithm {algorithm[:60]}")
    if asked.weights:
        raise HTTPException(
            400, "Weights are not taken: the scorer's parts are fitted together and do not change by request. Nothing was "
            "matched.",
        )


Found = list[tuple[Hit, Entity]]


def match_examples(app: App, examples: Sequence[Example], conditions: Conditions, wanted: Wanted) -> list[Found]:
    """For each example its candidates that fulfil the conditions, best first, found together. One line of the audit, or two
    where some examples may only be met by some schemata. `BadInput` for one that cannot be looked for: then none is."""
    try:
        return _find(app, examples, conditions, wanted)
    except NotFound:  # another index took the place of the one that the hits are of: ask that one
        return _find(app, examples, conditions, wanted)


def _find(app: App, examples: Sequence[Example], conditions: Conditions, wanted: Wanted) -> list[Found]:
    """Where some candidates may not fulfil the conditions, all are weighed, or those that do could be missed."""
    most = min(max(LEAST_CANDIDATES, wanted.limit * CANDIDATES), max(MOST_CANDIDATES, wanted.limit))
    together: dict[int, list[int]] = {}
    for number, example in enumerate(examples):
        if example.query is not None:
            any_kind = example.query.kind is not None or len(example.kinds) == len(KINDS)  # or the matcher looks to the kind
            together.setdefault(most if conditions.is_free and any_kind else MAX_RESULTS, []).append(number)
    found: list[Found] = [[] for _ in examples]
    for limit, numbers in together.items():
        queries = [query for number in numbers if (query := examples[number].query) is not None]
        answers = app.match_many(queries, threshold=wanted.cutoff, limit=limit).answers
        for number, result in zip(numbers, answers, strict=True):
            if isinstance(result, BadInput):
                raise result
            found[number] = _choose(app, examples[number], result.hits, conditions)
    return found


def _choose(app: App, example: Example, hits: Sequence[Hit], conditions: Conditions) -> Found:
    kept = []
    for hit in hits:
        places = [(card.list_key, card.authority) for card in hit.listings]
        if hit.kind in example.kinds and conditions.scope.has(places):
            entity = app.get_subject(hit.subject)
            if _fulfils(app, entity, conditions):
                kept.append((hit, entity))
    return kept


def describe_matches(app: App, example: Example, found: Found, wanted: Wanted, *, id: str | None) -> EntityMatches:
    """The results of one example; `id` is what it was called by who asks."""
    return EntityMatches(
        status=200, results=[describe_hit(app, hit, entity, wanted.threshold) for hit, entity in found[:wanted.limit]],
        total=Total(value=sum(hit.score >= wanted.threshold for hit, _ in found), relation="eq"),
        query=EntityExample(schema_=example.schema, properties=example.properties, id=id), unused=list(example.unused),
    )


def _fulfils(app: App, entity: Entity, conditions: Conditions) -> bool:
    if SCHEMA_OF[entity.kind] in conditions.exclude_schema:
        return False
    ids = {make_subject_id(entity.id), entity.id, *list_referents(entity), *(x.ref for x in entity.listings)}
    if conditions.exclude_ids & ids:
        return False
    if conditions.topics and not conditions.topics & set(find_topics(entity, get_published())):
        return False
    if conditions.changed_since is None:
        return True
    seen = app.seen()
    changes = [s.change for x in entity.listings if (s := seen.get((x.list_key, x.authority, x.ref)))]
    return any(write_moment(change) > conditions.changed_since for change in changes)


def describe_hit(app: App, hit: Hit, entity: Entity, threshold: float) -> Any:
    """A hit as a scored entity."""
    explanations: dict[str, Any] = {}
    for reason in hit.reasons:
        code = reason.code
        number = 1
        while code in explanations:
            number += 1
            code = f"{reason.code}.{number}"
        explanations[code] = {
            "score": reason.points, "detail": reason.text, "query": reason.query, "candidate": reason.candidate,
            "weight": 1.0,
        }
    made = make_subject(entity, seen=app.seen(), published=get_published()).entity
    return made | {
        "score": hit.score, "match": hit.score >= threshold, "explanations": explanations,
        "features": {code: told["score"] for code, told in explanations.items()},
    }


def get_published() -> frozenset[str]:
    """The keys of published lists."""
    return frozenset(find_sources())
