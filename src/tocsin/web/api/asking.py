"""Routes that ask: match one or many, compare two names, who lists whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import App
from tocsin.app.asking import Answer
from tocsin.errors import BadInput
from tocsin.library import find_cleaned, make_query
from tocsin.match import check_query
from tocsin.model import Query
from tocsin.model.receipt import Receipt
from tocsin.registry.who import WhoLists
from tocsin.screen.hit_decisions import check_reference
from tocsin.web.access import get_app, may
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_QUERIES = 100
Several = str | tuple[str, ...] | None


class Asked(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One subject, in the words of the command line: all but `kind` and `gender` may be one or several. `born` is `1965`,
    `1965-02-28` or another form of EDTF; `id` a number that may state its kind ("imo:9123456"). `reference` is the caller's
    own for that subject, by which decisions are found."""

    name: Several = None
    born: Several = None
    country: Several = None
    kind: str | None = None
    id: Several = None
    gender: str | None = None
    birth_place: Several = None
    address: Several = None
    email: Several = None
    phone: Several = None
    website: Several = None
    wallet: Several = None
    reference: str | None = None


class MatchRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`queries` by names of the caller's choice, which come back with the answers. `changes` adds what would change
    each hit; without `decisions` none is applied."""

    queries: dict[str, Asked]
    threshold: float | None = None
    limit: int | None = None
    changes: bool = False
    decisions: bool = True


class Result(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to one query, or why it was not asked: which value is refused. `cleaned` are values that are compared in
    another form than they were given, by field; all others are used as they stand."""

    answer: Answer | None = None
    error: str | None = None
    cleaned: dict[str, dict[str, str]] = {}


class MatchResponse(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to each query, and the one receipt of all that were asked, in the order in which they came."""

    results: dict[str, Result]
    receipt: Receipt


class WhoResponse(msgspec.Struct, frozen=True, kw_only=True):
    """Subjects, best first; the receipt has those that are listed."""

    subjects: tuple[WhoLists, ...]
    receipt: Receipt


ASKED = tuple(name for name in Asked.__struct_fields__ if name != "reference")
KINDS: tuple[Any, ...] = (MatchRequest, MatchResponse, WhoResponse)
EXAMPLE = {"queries": {"row 1": {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}}, "threshold": 0.7}


def make_router() -> APIRouter:
    router = APIRouter(tags=["asking"])

    @router.post(
        "/match", summary="Who on the lists in force these subjects may be", dependencies=[Depends(may("ask"))],
        openapi_extra=asks(MatchRequest, EXAMPLE), responses=answers(MatchResponse, "An answer for each query"),
    )
    async def match(request: Request) -> Response:
        asked = decode(await read_bytes(request), MatchRequest)
        if not 1 <= len(asked.queries) <= MOST_QUERIES:
            raise BadInput(f"queries: expected 1 to {MOST_QUERIES}, found {len(asked.queries)}. Nothing was looked for.")
        found = await run_in_threadpool(_match_all, get_app(request), asked)
        return answer(found)

    @router.get(
        "/who", summary="Who lists the subjects of a name, since when, and who does not", dependencies=[Depends(may("ask"))],
        responses=answers(WhoResponse, "Subjects, best first, and the receipt"),
    )
    def who(request: Request, name: str, threshold: float | None = None) -> Response:
        found = get_app(request).ask_who(name, threshold=threshold)
        return answer(WhoResponse(subjects=found.subjects, receipt=found.receipt))

    return router


def read_query(asked: Asked) -> Query:
    """The query that is asked. `BadInput` names the field that cannot be read."""
    query: Query = make_query(**{name: getattr(asked, name) for name in ASKED})
    return query


def iter_queries(asked: Iterable[Asked]) -> Iterator[tuple[Query, str | None]]:
    """The queries that are asked, each with its reference, without those that cannot be read."""
    for one in asked:
        query = _try_query(one)
        if isinstance(query, Query):
            try:
                check_query(query)
            except BadInput:
                continue
            yield query, one.reference


def _match_all(app: App, asked: MatchRequest) -> MatchResponse:
    read = {key: _try_query(one) for key, one in asked.queries.items()}
    good = {key: query for key, query in read.items() if isinstance(query, Query)}
    found = app.match_many(
        tuple(good.values()), references=[asked.queries[key].reference for key in good], threshold=asked.threshold,
        limit=asked.limit, changes=asked.changes, decisions=asked.decisions,
    )
    answered = {
        key: Result(error=str(one)) if isinstance(one, BadInput) else Result(
            answer=one, cleaned=_find_cleaned(asked.queries[key], good[key])
        )
        for key, one in zip(good, found.answers, strict=True)
    }
    results = {key: answered[key] if isinstance(query, Query) else query for key, query in read.items()}
    return MatchResponse(results=results, receipt=found.receipt)


def _find_cleaned(one: Asked, query: Query) -> dict[str, dict[str, str]]:
    return find_cleaned(query, born=one.born, country=one.country, kind=one.kind, gender=one.gender)


def _try_query(one: Asked) -> Query | Result:
    try:
        if one.reference is not None:
            check_reference(one.reference)
        return read_query(one)
    except BadInput as error:
        return Result(error=str(error))
