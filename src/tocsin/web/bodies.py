"""Bodies in and out: JSON to values, strictly, and values to JSON; and what both look like in the OpenAPI document."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, TypeVar

import msgspec
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.responses import Response

from tocsin.errors import BadInput, suggest
from tocsin.web.problems import Problem

Value = TypeVar("Value")
MAX_BODY = 10 << 20  # bytes, as received and as unpacked
PATIENCE_S = 30.0
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?")
REF = "#/components/schemas/{name}"


async def refuse_unknown(request: Request) -> None:
    """A dependency of routes: `BadInput` for a parameter of the query that the route does not have, with the nearest."""
    known = {p.alias for p in request.scope["route"].dependant.query_params}
    for name in request.query_params:
        if name not in known:
            near = suggest(name[:80], known)
            raise BadInput(f"The query has an unknown parameter '{name[:80]}'; {near} Nothing was done.")


async def iter_parts(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. 408 when nothing more comes for `PATIENCE_S`: a slow client holds nobody up for ever."""
    stream = request.stream()
    while True:
        try:
            yield await asyncio.wait_for(anext(stream), PATIENCE_S)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise HTTPException(408, f"Nothing of the body came for {PATIENCE_S:g} s. Nothing was done.") from None


async def read_bytes(request: Request, *, most: int = MAX_BODY) -> bytes:
    """The body, unpacked where it came as gzip. `BadInput` when it is over `most` bytes, or packed otherwise."""
    data, size = bytearray(), 0
    packing = request.headers.get("content-encoding", "identity").lower()
    unpack = zlib.decompressobj(31) if packing == "gzip" else None
    if unpack is None and packing != "identity":
        raise BadInput("Content-Encoding: expected gzip or none. Nothing was done.")
    try:
        async for part in iter_parts(request):
            size += len(part)
            data += unpack.decompress(part, most + 1 - len(data)) if unpack else part
            if size > most or len(data) > most:
                raise BadInput(f"The body: expected at most {most:,} bytes. Nothing was done.")
    except zlib.error:
        raise BadInput("The body is not the gzip that Content-Encoding says it is. Nothing was done.") from None
    return bytes(data)


def decode(data: bytes, kind: type[Value]) -> Value:
    """A value of JSON. `BadInput` names the field, what was expected, and the nearest known name of an unknown field."""
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.ValidationError as error:
        met = _UNKNOWN.match(str(error))
        if met is None:
            raise BadInput(f"The body: {error}. Nothing was done.") from None
        raise BadInput(
            f"The body has an unknown field '{met[1]}'; {suggest(met[1], _find_fields(kind))} Nothing was done."
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"The body: expected JSON ({error}). Nothing was done.") from None


def answer(value: Any, status: int = 200, *, headers: dict[str, str] | None = None) -> Response:
    """A value as JSON; what JSON has no form for (dates) as its text."""
    return Response(
        msgspec.json.encode(value, enc_hook=str), status_code=status, media_type="application/json", headers=headers
    )


def asks(kind: Any, example: Any) -> dict[str, Any]:
    """For `openapi_extra`: the route reads a body of this kind."""
    content = {"application/json": {"schema": {"$ref": _refer(kind)}, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


def answers(kind: Any, what: str, example: Any = None) -> dict[int | str, dict[str, Any]]:
    """For `responses`: the route answers 200 with a value of this kind."""
    content: dict[str, Any] = {"schema": {"$ref": _refer(kind)}}
    if example is not None:
        content["example"] = example
    return {200: {"description": what, "content": {"application/json": content}}}


def _refer(kind: Any) -> str:
    return REF.format(name=kind.__name__)


def make_document(web: FastAPI, kinds: Sequence[Any]) -> dict[str, Any]:
    """The OpenAPI 3.1 document, with the schemas of all values (`kinds`) that routes read and answer."""
    document = get_openapi(title=web.title, version=web.version, description=web.description, routes=web.routes)
    _, schemas = msgspec.json.schema_components([*kinds, Problem], ref_template=REF)
    document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
    return document


def _find_fields(kind: Any) -> set[str]:
    """The names of all fields of a value and of those inside it."""
    _, schemas = msgspec.json.schema_components([kind])
    return {name for schema in schemas.values() for name in schema.get("properties", ())}
