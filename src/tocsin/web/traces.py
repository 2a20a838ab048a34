"""Traces by OpenTelemetry, sent to a collector (OTLP over HTTP) where a setting names one and the library is installed.

A span has the pattern of a route, a status, and times: no path, no query, no name; of an error it has the class alone, since
its words may hold a value.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.types import Scope

from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Tracer

LOG = logging.getLogger("tocsin.web")
PATH = "/v1/traces"
TIMEOUT_S = 3  # for a delivery with its repetitions: a collector that is down holds up the end of the service no longer
End = Callable[[str, int], None]


class Traces:
    """Where spans begin. A span that begins within another belongs to it, also in another thread of the same request."""

    def __init__(self, exporter: SpanExporter) -> None:
        from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        told = Resource({SERVICE_NAME: "tocsin", SERVICE_VERSION: CODE_VERSION})
        self._provider = TracerProvider(resource=told, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer: Tracer = self._provider.get_tracer("tocsin")

    @contextmanager
    def span(self, name: str) -> Iterator[None]:
        """A step of an answer: its name, and the class of the error that ended it."""
        with self._tracer.start_as_current_span(name, record_exception=False, set_status_on_exception=False) as span:
            try:
                yield
            except Exception as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    @contextmanager
    def request(self, scope: Scope) -> Iterator[End]:
        """A request, which belongs to the trace that it brings (W3C Trace Context). At its end it is told its route and
        status."""
        from opentelemetry.trace import SpanKind
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        headers = Headers(scope=scope)
        brought = {name: headers[name] for name in ("traceparent", "tracestate") if name in headers}
        with self._tracer.start_as_current_span(
            scope["method"], context=TraceContextTextMapPropagator().extract(brought), kind=SpanKind.SERVER,
            record_exception=False, set_status_on_exception=False,
        ) as span:

            def end(route: str, status: int) -> None:
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({
                    "http.request.method": scope["method"], "http.route": route, "http.response.status_code": status,
                })

            yield end

    def close(self) -> None:
        """Send what waits, and end."""
        self._provider.shutdown()


def make_traces(endpoint: str | None) -> Traces | None:
    """Traces that go to the collector there; `None` without one, or, with a word in the log, without the library."""
    if endpoint is None:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    except ImportError:
        LOG.warning("TOCSIN_OTLP_ENDPOINT is set, but no traces are sent: install tocsin[traces] (docs/operations.md)")
        return None
    return Traces(OTLPSpanExporter(endpoint=endpoint + PATH, timeout=TIMEOUT_S))
