"""Forms with a file: taken piece by piece, with the token before the file, and bounded."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.errors import BadInput
from tocsin.web.uploads import MOST_TEXT, Upload, take_upload

EDGE = "edge"
KIND = f"multipart/form-data; boundary={EDGE}"


def part(name: str, data: bytes, filename: str | None = None) -> bytes:
    extra = f'; filename="{filename}"' if filename is not None else ""
    return f'--{EDGE}\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + data + b"\r\n"


END = f"--{EDGE}--\r\n".encode()


def make_form(data: bytes, filename: str = "a.csv") -> bytes:
    return part("csrf", b"good") + part("label", "ग्राहक".encode()) + part("file", data, filename) + END


def take(body: bytes, written: bytearray, *, step: int = 7, most: int = 1_000, kind: str = KIND) -> Upload:
    """The form of a body that comes in pieces of `step` bytes."""
    pieces: Iterator[bytes] = (body[at:at + step] for at in range(0, len(body), step))

    async def receive() -> dict[str, object]:
        piece = next(pieces, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    def check(csrf: str) -> None:
        if csrf != "good":
            raise HTTPException(403, "no token")

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode())]}
    return asyncio.run(take_upload(Request(scope, receive), written.extend, most=most, check=check))


@given(data=st.binary(max_size=900), step=st.integers(1, 400))
def test_the_file_is_what_was_sent_however_it_is_cut(data: bytes, step: int) -> None:
    if f"\r\n--{EDGE}".encode() in data:
        return
    written = bytearray()
    upload = take(make_form(data), written, step=step)
    assert bytes(written) == data
    assert upload.fields == {"csrf": "good", "label": "ग्राहक"}


def test_nothing_is_written_before_the_token_was_seen() -> None:
    for body in (part("file", b"x", "a.csv") + part("csrf", b"good") + END, part("csrf", b"bad") + part("file", b"x", "a") + END):
        written = bytearray()
        with pytest.raises(HTTPException, match="no token"):
            take(body, written)
        assert written == b""
    with pytest.raises(HTTPException, match="no token"):
        take(part("label", b"x") + END, bytearray())


def test_a_file_over_the_limit_ends_the_reading() -> None:
    written = bytearray()
    with pytest.raises(BadInput, match="at most 100 bytes"):
        take(make_form(b"x" * 10_000), written, most=100)
    assert len(written) <= 100


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (part("csrf", b"good") + END, "No file was chosen"),
        (part("csrf", b"good") + part("file", b"", "") + END, "No file was chosen"),
        (part("csrf", b"good") + part("file", b"x", "a.csv"), "breaks off"),
        (part("csrf", b"good") + part("a", b"x" * (MOST_TEXT + 1)) + END, "beside the file"),
        (part("csrf", b"good") + part("a", b"x", "a") + part("b", b"x", "b") + END, "two files"),
        (b"no form at all", "cannot be read"),
    ],
)
def test_a_form_that_is_none_is_refused_in_a_sentence(body: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        take(body, bytearray(), step=5_000)


def test_a_form_of_another_kind_is_refused() -> None:
    with pytest.raises(HTTPException, match="multipart/form-data"):
        take(b"a=b", bytearray(), kind="application/x-www-form-urlencoded")


@pytest.mark.parametrize(("sent", "kept"), [(r"C:\people\a.csv", "a.csv"), ("../../etc/a.csv", "a.csv")])
def test_of_a_files_name_only_the_last_part_is_kept(sent: str, kept: str) -> None:
    assert take(make_form(b"", sent.replace("\\", "\\\\")), bytearray()).filename == kept


def test_a_page_without_a_file_takes_no_large_form_of_either_kind(analyst: TestClient, app: App) -> None:
    large = {"name": "x" * 70_000}
    assert analyst.post("/search", data=large).status_code == 413
    assert analyst.post("/search", files={"name": (None, "x" * 70_000)}).status_code == 413
    assert analyst.post("/sign-in", files={"file": ("a", b"x" * 70_000)}).status_code == 413
