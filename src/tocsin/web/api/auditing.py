"""Routes of examiners (administrators): the audit, who was asked about, and replaying receipts."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app.auditing import AskedAbout
from tocsin.model.receipt import Receipt, Replay
from tocsin.store.audit import AuditLine
from tocsin.web.access import get_app, may
from tocsin.web.api.asking import Asked, iter_queries, read_query
from tocsin.web.bodies import answer, answers, asks, decode, read_bytes

MOST_LINES = 1_000
EXAMPLE = {"name": "Zakiur Rehman Lakhwi"}
RECEIPT = {
    "receipt": {
        "version": 1, "id": 32 * "0", "kind": "match", "asked_by": "asha", "asked_at": "2026-11-27T02:51:56Z",
        "salt": 32 * "0", "question": 64 * "0", "limit": 10,
        "basis": {
            "register": "0fabacd45c0d7430", "code": "0.1.0", "name_data": "2026.8", "engine": "2026.1", "threshold": 0.7,
        },
        "outcome": {
            "asked": 1, "with_hits": 0, "hits": 0, "suppressed": 0, "failed": 0, "digest": 64 * "0", "answers": [],
        },
        "audit": {"number": 1, "digest": 64 * "0"},
    },
    "queries": {"row 1": EXAMPLE},
}


class AuditPage(msgspec.Struct, frozen=True, kw_only=True):
    """Lines, the newest first."""

    lines: tuple[AuditLine, ...]


class AuditVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines the audit has, all good; another answer is a failure of the store that names the first bad line."""

    lines: int
    good: bool


class PurgeRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`every` forgets all that was kept of questions, however old."""

    every: bool = False


class Purged(msgspec.Struct, frozen=True, kw_only=True):
    """Of how many questions what was kept is forgotten."""

    questions: int


class ReplayRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receipt, and the queries that were asked, in their order; these are not needed where they are kept in full."""

    receipt: Receipt
    queries: dict[str, Asked] | None = None


KINDS: tuple[Any, ...] = (AuditPage, AuditVerdict, AskedAbout, PurgeRequest, Purged, ReplayRequest, Replay)


def make_router() -> APIRouter:
    router = APIRouter(tags=["auditing"], dependencies=[Depends(may("administer"))])

    @router.get("/audit", summary="Lines of the audit", responses=answers(AuditPage, "Lines, the newest first"))
    def show(
        request: Request, before: Annotated[int | None, Query(ge=1, le=2**53)] = None,
        limit: Annotated[int, Query(ge=1, le=MOST_LINES)] = 100,
    ) -> Response:
        return answer(AuditPage(lines=get_app(request).read_audit_page(before=before, limit=limit)))

    @router.get(
        "/audit/verify", summary="Check the chain of digests from the first line",
        responses=answers(AuditVerdict, "All lines are good"),
    )
    def verify(request: Request) -> Response:
        return answer(AuditVerdict(lines=get_app(request).verify_audit(), good=True))

    @router.post(
        "/audit/asked", summary="When, and by whom, somebody was asked about, as far as that is kept",
        openapi_extra=asks(Asked, EXAMPLE), responses=answers(AskedAbout, "Questions that state all of it, newest first"),
    )
    async def asked(request: Request) -> Response:
        query = read_query(decode(await read_bytes(request), Asked))
        return answer(await run_in_threadpool(get_app(request).find_asked, query))

    @router.post(
        "/audit/purge", summary="Forget what was kept of questions for long enough",
        openapi_extra=asks(PurgeRequest, {"every": False}), responses=answers(Purged, "How many were forgotten"),
    )
    async def purge(request: Request) -> Response:
        asked = decode(await read_bytes(request), PurgeRequest)
        app = get_app(request)
        return answer(Purged(questions=await run_in_threadpool(lambda: app.purge_questions(every=asked.every))))

    @router.post(
        "/replay", summary="Ask again what a receipt is of, and confirm the answer or say what differs",
        openapi_extra=asks(ReplayRequest, RECEIPT), responses=answers(Replay, "What came of it"),
    )
    async def replay(request: Request) -> Response:
        wanted = decode(await read_bytes(request), ReplayRequest)
        asked = None if wanted.queries is None else tuple(iter_queries(wanted.queries.values()))
        app = get_app(request)
        return answer(await run_in_threadpool(lambda: app.replay(wanted.receipt, asked=asked)))

    return router
