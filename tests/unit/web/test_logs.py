"""The log of the service: lines of text or JSON, without personal data."""

from __future__ import annotations

import json
import logging

from tocsin.errors import BadInput
from tocsin.web.logs import JsonLines, TextLines, describe_error


def make_record(message: str, *args: object, error: BaseException | None = None) -> logging.LogRecord:
    trace = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("uvicorn.error", logging.ERROR, "x.py", 1, message, args, trace)  # type: ignore[arg-type]


def fail() -> Exception:
    try:
        return {"Very Private Person": 1}["Another Person"]  # type: ignore[return-value]
    except KeyError as error:
        return error


def test_what_a_library_logs_with_a_trace_has_the_class_and_the_places_and_no_value() -> None:
    record = make_record("Exception in ASGI application", error=fail())
    for line in (JsonLines().format(record), TextLines().format(record)):
        assert "KeyError at test_logs.py:" in line
        assert "Person" not in line
        assert "\n" not in line


def test_our_own_errors_say_what_they_say() -> None:
    assert describe_error(BadInput("Setting X: expected a number.")) == "Setting X: expected a number."


def test_a_request_is_an_object_with_its_fields() -> None:
    record = make_record("%(route)s %(status)s", {"route": "/api/v1/match", "status": 200})
    line = json.loads(JsonLines().format(record))
    assert (line["route"], line["status"], line["level"], line["logger"]) == ("/api/v1/match", 200, "error", "uvicorn.error")
    assert "message" not in line
    assert TextLines().format(record).endswith("uvicorn.error: /api/v1/match 200")


def test_lines_can_be_told_apart_whatever_stands_in_them() -> None:
    record = make_record("one\ntwo %s", "three\r\nfour")
    assert TextLines().format(record).endswith("one two three four")
    assert json.loads(JsonLines().format(record))["message"] == "one\ntwo three\r\nfour"
    assert "\n" not in JsonLines().format(record)
