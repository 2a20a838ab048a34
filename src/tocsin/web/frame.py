"""What is around every answer: headers, one line of a log, and figures for Prometheus. No personal data goes into either.

A path may hold a name that was asked, so that neither figures nor the log have it: they have the route's pattern.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tocsin.app import App
from tocsin.errors import TocsinError
from tocsin.version import CODE_VERSION
from tocsin.web.traces import End, Traces

LOG = logging.getLogger("tocsin.access")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
}
_HEADERS = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
FIGURES_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Figures:
    """The figures of the service, as Prometheus takes them. With `shared`, the folder in which its processes keep theirs
    (which prometheus_client is told by `FIGURES_FOLDER` before it is loaded), they are those of all."""

    def __init__(self, app: App, shared: Path | None = None) -> None:
        self._state, own = RegisterFigures(app), CollectorRegistry()
        self._shared, self._own = shared, own
        self._requests = Counter("tocsin_requests", "Requests answered", ("method", "route", "status"), registry=own)
        self._seconds = Histogram(
            "tocsin_request_seconds", "How long answers took", ("route",), buckets=BUCKETS, registry=own
        )

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def write(self) -> bytes:
        """All figures as text."""
        state = CollectorRegistry()
        state.register(self._state)
        counted = self._own
        if self._shared is not None:
            counted = CollectorRegistry()
            MultiProcessCollector(counted, path=str(self._shared))  # type: ignore[no-untyped-call]  # prometheus_client
        return generate_latest(counted) + generate_latest(state)


class RegisterFigures(Collector):
    """The figures of the register, taken when they are asked for; absent while there is none."""

    def __init__(self, app: App) -> None:
        self._app = app

    def collect(self) -> Iterator[Metric]:
        info = GaugeMetricFamily("tocsin_register", "The register's state in force (1)", labels=("register", "code"))
        ages = GaugeMetricFamily(
            "tocsin_list_age_days", "Days since a list's state in force is known to have been the publisher's",
            labels=("list",),
        )
        try:
            info.add_metric((self._app.index().register, CODE_VERSION), 1)
            for state in self._app.lists():
                if state.in_force and state.age_days is not None:
                    ages.add_metric((state.list_key,), state.age_days)
        except TocsinError:
            pass
        yield from (info, ages)


class Frame:
    """The ASGI application around the service's own."""

    def __init__(self, inner: ASGIApp, figures: Figures, traces: Traces | None = None) -> None:
        self._inner, self._figures, self._traces = inner, figures, traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return
        with self._traces.request(scope) if self._traces else nullcontext() as end:
            await self._answer(scope, receive, send, end)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, end: End | None) -> None:
        start, status = time.perf_counter(), 500

        async def send_framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                given = {name.lower() for name, _ in headers}
                headers.extend(pair for pair in _HEADERS if pair[0] not in given)
            await send(message)

        try:
            await self._inner(scope, receive, send_framed)
        finally:
            seconds = time.perf_counter() - start
            route = _find_route(scope)
            self._figures.count(scope["method"], route, status, seconds)
            if end is not None:
                end(route, status)
            if LOG.isEnabledFor(logging.INFO):
                LOG.info("%(method)s %(route)s %(status)s, %(ms)s ms", {
                    "method": scope["method"], "route": route, "status": status, "ms": round(1000 * seconds, 1),
                    "role": _find_role(scope),
                })


def _find_route(scope: Scope) -> str:
    """The pattern of the route that answered, with the prefix under which it was included."""
    whole = scope.get("fastapi", {}).get("effective_route_context")
    return str(getattr(whole, "path", None) or getattr(scope.get("route"), "path", "(none)"))


def _find_role(scope: Scope) -> str | None:
    """As what the asker may use the service, where somebody is known: who it is stands in the audit alone."""
    state: Any = scope.get("state") or {}
    return getattr(state.get("person"), "role", None)
