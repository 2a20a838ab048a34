"""Traces: what goes to the collector, and what never does."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.people import People
from tocsin.web import Options, make_web
from tocsin.web.traces import make_traces

TRACE = "0af7651916cd43dd8448eb211c80319c"


class Collector(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, self.headers.get("content-encoding"), body))  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector() -> Iterator[Any]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    server.got = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def serve(app: App, endpoint: str) -> tuple[TestClient, dict[str, str]]:
    settings = msgspec.structs.replace(app.settings, otlp=endpoint)
    _, key = People(app).add_key("test", "analyst")
    web = make_web(App(settings), Options(jobs=False))
    return TestClient(web, raise_server_exceptions=False), {"Authorization": f"Bearer {key}"}


def read_spans(collector: Any) -> list[Any]:
    spans = []
    for path, packing, body in collector.got:
        assert (path, packing) == ("/v1/traces", None)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            spans += [span for scope in resource.scope_spans for span in scope.spans]
    return spans


def test_a_question_is_a_span_with_its_steps_and_nothing_that_was_asked(
    app: App, collector: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, headers = serve(app, f"http://127.0.0.1:{collector.server_port}")
    with client:
        body = {"queries": {"q": {"name": "Very Private Person"}}}
        client.post("/api/v1/match", json=body, headers={**headers, "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"})
        client.get("/api/v1/subjects/Very Private Person?x=Private", headers=headers)
        monkeypatch.setattr("tocsin.app.App.lists", lambda _: {}["Very Private Person"])
        client.get("/api/v1/lists", headers=headers)
    spans = read_spans(collector)
    question = next(span for span in spans if span.name == "POST /api/v1/match")
    steps = [span.name for span in spans if span.trace_id == question.trace_id and span is not question]
    assert question.trace_id.hex() == TRACE, "it belongs to the trace of whoever asked"
    assert sorted(steps) == ["audit", "index", "match"]
    told = {a.key: a.value.string_value or a.value.int_value for a in question.attributes}
    assert told == {"http.request.method": "POST", "http.route": "/api/v1/match", "http.response.status_code": 200}
    assert {"GET /api/v1/subjects/{ref:path}", "GET /api/v1/lists"} <= {span.name for span in spans}
    sent = b"".join(body for _, _, body in collector.got)
    assert b"Private" not in sent
    assert b"(test)" not in sent, "nor who asked"


def test_a_step_that_fails_has_the_class_of_its_error_alone(app: App, collector: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.app.asking.Asking._find_most", lambda *_: {}["Very Private Person"])
    client, headers = serve(app, f"http://127.0.0.1:{collector.server_port}")
    with client:
        answer = client.post("/api/v1/match", json={"queries": {"q": {"name": "x y"}}}, headers=headers)
    assert answer.status_code == 500
    span = next(span for span in read_spans(collector) if span.name == "match")
    assert [(a.key, a.value.string_value) for a in span.attributes] == [("error.type", "KeyError")]
    assert len(span.events) == 0
    assert span.status.message == ""


def test_without_the_library_the_log_says_so_and_the_service_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with caplog.at_level(logging.WARNING, "tocsin"):
        assert make_traces("http://127.0.0.1:4318") is None
    assert "install tocsin[traces]" in caplog.text


def test_without_the_setting_nothing_is_traced() -> None:
    assert make_traces(None) is None
