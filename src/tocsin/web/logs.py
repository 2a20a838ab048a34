"""The log of the service, on standard error: lines of text or of JSON, without personal data.

What an error says may hold a value that was asked, so that of other errors than our own only the class and the places in the
code are written, also where a library logs a whole trace.
"""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from tocsin.errors import TocsinError

LogForm = Literal["warnings", "text", "json"]
PLACES = 4  # of a trace, the innermost
_HOUSE = Path(__file__).parents[1]


def set_up_logs(form: LogForm) -> None:
    """Write warnings, and with `text` or `json` also a line for each request."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("tocsin").setLevel(logging.WARNING if form == "warnings" else logging.INFO)


def describe_error(error: BaseException) -> str:
    """An error without any value in it: what our own say, of others the class and where it was raised."""
    if isinstance(error, TocsinError):
        return str(error)
    places = traceback.extract_tb(error.__traceback__)[-PLACES:]
    told = ", ".join(f"{_shorten(p.filename)}:{p.lineno} ({p.name})" for p in reversed(places))
    return f"{type(error).__name__}{f' at {told}' if told else ''}"


class JsonLines(logging.Formatter):
    """One JSON object a line: `at`, `level`, `logger`, `message`, `error` where there is one, and a request's own fields."""

    def format(self, record: logging.LogRecord) -> str:
        fields = record.args if isinstance(record.args, dict) else {}
        line = {"at": _show_time(record), "level": record.levelname.lower(), "logger": record.name, **fields}
        if not fields:
            line["message"] = record.getMessage()
        if record.exc_info and record.exc_info[1]:
            line["error"] = describe_error(record.exc_info[1])
        return json.dumps(line, default=str, ensure_ascii=False)


class TextLines(logging.Formatter):
    """The same as text."""

    def format(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        message = " ".join(record.getMessage().split())
        told = f": {describe_error(error)}" if error else ""
        return f"{_show_time(record)} {record.levelname.lower()} {record.name}: {message}{told}"


def _show_time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def _shorten(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_HOUSE).as_posix() if path.is_relative_to(_HOUSE) else path.name
