"""Routes that read the register: subjects, what was ever said of a reference, lists and their states, gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import BadInput, NotFound
from tocsin.model import Comparison, Kind, PartialDate
from tocsin.registry.doctor import Report
from tocsin.registry.gap_values import Gaps, Question
from tocsin.registry.lists import ListState
from tocsin.registry.past import Past
from tocsin.registry.regimes import Regime
from tocsin.registry.show import SubjectView
from tocsin.registry.update import UpdateResult
from tocsin.store.history import Change, Snapshot
from tocsin.web.access import get_app, may
from tocsin.web.bodies import answer, answers, read_bytes

READ = [Depends(may("read"))]
Several = Annotated[tuple[str, ...], Query()]  # one by one, or with commas


class Subjects(msgspec.Struct, frozen=True, kw_only=True):
    subjects: tuple[SubjectView, ...]


class History(msgspec.Struct, frozen=True, kw_only=True):
    history: tuple[Past, ...]


class Lists(msgspec.Struct, frozen=True, kw_only=True):
    lists: tuple[ListState, ...]


class States(msgspec.Struct, frozen=True, kw_only=True):
    states: tuple[Snapshot, ...]


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    changes: tuple[Change, ...]


class Updates(msgspec.Struct, frozen=True, kw_only=True):
    results: tuple[UpdateResult, ...]


KINDS: tuple[Any, ...] = (Updates, Subjects, History, Lists, States, Changes, Gaps, Report, Comparison)


def make_router() -> APIRouter:
    router = APIRouter(tags=["register"])
    _add_subjects(router)
    _add_lists(router)
    _add_updates(router)
    return router


def _add_subjects(router: APIRouter) -> None:
    @router.get(
        "/subjects/{ref:path}", summary="A subject by its id or any of its references, every value with its source",
        dependencies=READ, responses=answers(Subjects, "The subjects of that reference"),
    )
    def show(request: Request, ref: str, as_of: dt.date | None = None, known_on: dt.date | None = None) -> Response:
        return answer(Subjects(subjects=_at(request, as_of, known_on).show(ref)))

    @router.get(
        "/listings/{list_key}/{ref:path}", summary="One listing, every value with its source", dependencies=READ,
        responses=answers(Subjects, "The subject, with that listing alone"),
    )
    def listing(
        request: Request, list_key: str, ref: str, as_of: dt.date | None = None, known_on: dt.date | None = None
    ) -> Response:
        found = _at(request, as_of, known_on).show(f"{list_key}:{ref}")
        kept = tuple(
            msgspec.structs.replace(s, listings=tuple(x for x in s.listings if x.listing.list_key == list_key))
            for s in found
        )
        if not any(s.listings for s in kept):
            raise NotFound(f"List {list_key} has no such reference in force.")
        return answer(Subjects(subjects=kept))

    @router.get(
        "/history/{ref:path}", summary="All that lists ever said under a reference, field by field, on two clocks",
        dependencies=READ, responses=answers(History, "One history for each list that had it"),
    )
    def history(request: Request, ref: str, known_on: dt.date | None = None) -> Response:
        return answer(History(history=get_app(request).history(ref, known_on=known_on)))

    @router.get(
        "/compare", summary="Two names, as the scorer compares them, with reasons", dependencies=[Depends(may("ask"))],
        responses=answers(Comparison, "Score and reasons"),
    )
    def compare(query: str, candidate: str, kind: Kind | None = None) -> Response:
        from tocsin.match import compare_names

        return answer(compare_names(query, candidate, kind=kind))

    @router.get(
        "/gaps", summary="Which subjects some authorities list and others do not", dependencies=READ,
        responses=answers(Gaps, "Subjects, with references, dates, lags and a matrix of authorities"),
    )
    def gaps(
        request: Request, listed_by: Several, not_by: Several = (), any_of: bool = False,
        regime: Regime | None = None, since: str | None = None, kind: Kind | None = None, own: bool = False,
        aliases: bool = False, threshold: float | None = None, as_of: dt.date | None = None, known_on: dt.date | None = None,
    ) -> Response:
        app = _at(request, as_of, known_on)
        return answer(app.gaps(Question(
            listed_by=_split(listed_by), not_by=_split(not_by), any_of=any_of, regime=regime, since=_read_since(since),
            kind=kind, own=own, aliases=aliases, threshold=app.settings.threshold if threshold is None else threshold,
        )))


def _add_lists(router: APIRouter) -> None:
    @router.get(
        "/lists", summary="Every list that can be read here, and the state of those in force",
        dependencies=[Depends(may("ask"))], responses=answers(Lists, "Lists, with the state in force"),
    )
    def lists(request: Request) -> Response:
        return answer(Lists(lists=get_app(request).lists()))

    @router.get(
        "/lists/{list_key}/states", summary="All states of a list that were taken", dependencies=READ,
        responses=answers(States, "States, oldest first"),
    )
    def states(request: Request, list_key: str) -> Response:
        return answer(States(states=get_app(request).states(list_key)))

    @router.get(
        "/lists/{list_key}/changes", summary="What differs in a list between two days; what its last state changed without",
        dependencies=READ, responses=answers(Changes, "Listings added, removed and changed"),
    )
    def changes(
        request: Request, list_key: str, since: dt.date | None = None, until: dt.date | None = None,
        known_on: dt.date | None = None,
    ) -> Response:
        found = get_app(request).difference(list_key, since=since, until=until, known_on=known_on)
        return answer(Changes(changes=found))

    @router.get(
        "/health", summary="The lists in force and the installation, looked over", dependencies=READ,
        responses=answers(Report, "What is in order and what is not"),
    )
    def health(request: Request) -> Response:
        return answer(get_app(request).doctor())


def _add_updates(router: APIRouter) -> None:
    @router.post(
        "/lists/{list_key}/update", summary="Bring a list up to date, from its publisher or from the file in the body",
        dependencies=[Depends(may("administer"))], responses=answers(Updates, "What was taken, and what was not"),
        openapi_extra={"requestBody": {"content": {"application/octet-stream": {"schema": {"type": "string"}}}}},
    )
    async def update(request: Request, list_key: str, name: str = "list", accept: bool = False) -> Response:
        """`name` is the file's, whose ending tells what it is (.xml, .csv.gz, .zip, ...)."""
        app, most = get_app(request), get_app(request).settings.max_bytes
        data = await read_bytes(request, most=most)
        return answer(Updates(results=await run_in_threadpool(_update, app, list_key, Path(name).name, data, accept=accept)))


def _update(app: App, list_key: str, name: str, data: bytes, *, accept: bool) -> tuple[UpdateResult, ...]:
    if not data:
        return app.update([list_key], accept=accept)
    with TemporaryDirectory() as folder:
        file = Path(folder) / (name if name.strip(". ") else "list")
        file.write_bytes(data)
        return app.update([list_key], files=[file], accept=accept)


def _at(request: Request, as_of: dt.date | None, known_on: dt.date | None) -> App:
    """The register of another moment, where one is asked for."""
    app = get_app(request)
    return app.at(as_of=as_of, known_on=known_on) if as_of or known_on else app


def _split(authorities: Sequence[str]) -> tuple[str, ...]:
    """`us,in` or the parameter given several times."""
    parts = (part.strip().upper() for text in authorities for part in text.split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _read_since(text: str | None) -> PartialDate | None:
    try:
        return PartialDate.parse(text) if text else None
    except ValueError:
        raise BadInput("since: expected YYYY, YYYY-MM or YYYY-MM-DD. Nothing was looked for.") from None
