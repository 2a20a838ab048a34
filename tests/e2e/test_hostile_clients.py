"""Clients that ask too much, too slowly, or no HTTP at all, of a server on a socket."""

from __future__ import annotations

import datetime as dt
import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key
from tocsin.store.desk import open_desk
from tocsin.web import Options, make_web

Served = tuple[int, str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    app = App(Settings(home=tmp_path_factory.mktemp("served")))
    app.ensure_register()
    with open_desk(app.settings.desk, write=True) as connection:
        _, key = add_key(connection, "test", "analyst", by="test", at=dt.datetime.now(dt.UTC))
    server = uvicorn.Server(uvicorn.Config(make_web(app, Options(jobs=False)), port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "the server does not start"
        time.sleep(0.02)
    yield server.servers[0].sockets[0].getsockname()[1], key
    server.should_exit = True
    thread.join(timeout=10)


def send(port: int, data: bytes, *, timeout: float = 20) -> bytes:
    """What comes back, to the end of the connection or of our patience."""
    found = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(data)
        connection.settimeout(timeout)
        try:
            while part := connection.recv(65536):
                found += part
        except TimeoutError:
            pass
    return found


def make_request(key: str, path: str, body: bytes = b"", *, length: int | None = None, extra: str = "") -> bytes:
    size = len(body) if length is None else length
    return (
        f"{'POST' if body or length else 'GET'} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Length: {size}\r\n{extra}\r\n"
    ).encode() + body


def test_a_hundred_queries_are_answered_and_one_more_is_refused(served: Served) -> None:
    port, key = served
    queries = {str(n): {"name": f"Invented Person {n}"} for n in range(101)}
    refused = send(port, make_request(key, "/api/v1/match", json.dumps({"queries": queries}).encode()))
    assert refused.startswith(b"HTTP/1.1 400")
    assert b"expected 1 to 100, found 101" in refused
    queries.pop("0")
    assert send(port, make_request(key, "/api/v1/match", json.dumps({"queries": queries}).encode())).startswith(b"HTTP/1.1 200")


def test_a_url_of_sixty_kilobytes_gets_an_answer(served: Served) -> None:
    port, key = served
    answer = send(port, make_request(key, f"/api/v1/who?name={'a' * 60_000}"))
    assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 414", b"HTTP/1.1 431"))
    assert b"Traceback" not in answer


def test_a_body_that_does_not_come_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.web.bodies.PATIENCE_S", 0.3)
    port, key = served
    answer = send(port, make_request(key, "/api/v1/match", b'{"queries": {', length=5000))
    assert answer.startswith(b"HTTP/1.1 408")


@pytest.mark.parametrize("data", [
    b"\x16\x03\x01\x02\x00\x01\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"POST /api/v1/match HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    b"GET /api/v1/who?name=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", b"\x00" * 70_000,
])
def test_what_is_no_request_is_turned_away_and_others_are_still_answered(served: Served, data: bytes) -> None:
    port, key = served
    assert b"Traceback" not in send(port, data, timeout=3)
    assert send(port, make_request(key, "/api/v1/lists")).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("body", [
    b"", b"null", b"[]", b'{"queries": []}', b'{"queries": {"a": 1}}', b"[" * 100_000, b'{"queries": {"a": {"name": "\\ud800"}}}',
    b'{"queries": {"a": {"name": ["x", ["y"]]}}}', b"\xff\xfe", b'{"queries": {"a": {"name": "x"}}, "threshold": 1e999}',
    b'{"queries": {"a": {"name": "x"}}, "limit": -1}', b'{"queries": {"": {"name": "\\u0000"}}}',
])
def test_a_body_that_is_no_question_gets_a_problem_and_never_a_failure(served: Served, body: bytes) -> None:
    port, key = served
    answer = send(port, make_request(key, "/api/v1/match", body, length=len(body), extra="Content-Type: application/json\r\n"))
    assert answer[9:12] in (b"400", b"405", b"200"), answer[:200]
    assert b"Traceback" not in answer
