"""What is around every answer."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient


def test_every_answer_has_the_headers_that_keep_a_browser_safe(client: TestClient) -> None:
    for path in ("/healthz", "/api/v1/lists", "/nowhere", "/api/v1/subjects/none"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")


def test_neither_the_log_nor_the_figures_have_a_name_that_was_asked(
    client_of: Callable[[str], TestClient], caplog: pytest.LogCaptureFixture
) -> None:
    administrator = client_of("administrator")
    with caplog.at_level(logging.INFO, "tocsin"):
        administrator.get("/api/v1/who?name=Very Private Person")
        administrator.get("/api/v1/subjects/Very Private Person")
        administrator.get("/Very Private Person")
    figures = administrator.get("/metrics").text
    assert "Private" not in caplog.text + figures
    lines: list[Any] = [record.args for record in caplog.records if record.name == "tocsin.access"]
    assert [(line["route"], line["status"]) for line in lines] == [
        ("/api/v1/who", 200), ("/api/v1/subjects/{ref:path}", 404), ("(none)", 404),
    ]
    assert lines[0]["role"] == "administrator"
    assert 'tocsin_requests_total{method="GET",route="/api/v1/who",status="200"} 1.0' in figures
    assert 'tocsin_list_age_days{list="starter"}' in figures


def test_an_unexpected_error_is_a_problem_without_a_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.app.App.lists", lambda _: 1 / 0)
    answer = client.get("/api/v1/lists")
    assert (answer.status_code, answer.json()["type"]) == (500, "urn:tocsin:error:error")
    assert "Traceback" not in answer.text
    assert "division" not in answer.text


def test_figures_are_for_administrators(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 403
