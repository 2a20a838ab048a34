"""A question as it is digested and kept: one line of JSON that says only what was asked, in one order.

Fields that say nothing are left out, so that a field that queries get later changes no digest of an older question.
"""

from __future__ import annotations

import json

import msgspec

from tocsin.model.dates import DateSpan
from tocsin.model.query import Query

REFERENCE = "reference"


def write_question(query: Query, reference: str | None = None) -> bytes:
    """The line of a query and of the caller's reference for whom it asks about."""
    told: dict[str, object] = {field: value for field, value in _iter_values(query) if value}
    if reference is not None:
        told[REFERENCE] = reference
    return write_line(told)


def read_question(line: bytes) -> tuple[Query, str | None]:
    """What `write_question` wrote."""
    told = json.loads(line)  # which reads halves of characters too
    reference = told.pop(REFERENCE, None)
    births = tuple(DateSpan.parse(text) for text in told.pop("births", ()))
    return msgspec.structs.replace(msgspec.convert(told, Query), births=births), reference


def write_line(value: object) -> bytes:
    """JSON in one form. Text with halves of characters, for which UTF-8 has no form, is written by escapes."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except UnicodeEncodeError:
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def _iter_values(query: Query) -> tuple[tuple[str, object], ...]:
    named = ((field, getattr(query, field)) for field in query.__struct_fields__ if field != "births")
    return *named, ("births", [str(born) for born in query.births])
