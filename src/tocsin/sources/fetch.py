"""Getting lists from their publishers: bounded in size, time and redirections, and asked for only when changed.

Nothing but a list's own addresses is ever asked, and only by `tocsin update`. The client library is imported when
something is fetched: a register that is fed by files never loads it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import msgspec

from tocsin.errors import FetchFailed
from tocsin.sources.base import RawFile, Source
from tocsin.sources.files import load_files, too_large, unpack_bytes
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    import httpx2

__all__ = ["Fetched", "Known", "NotModified", "fetch_files", "load_files"]

RETRIES = 3
WAIT_S = 1.0            # before the first retry, doubled for each further one
MAX_REDIRECTS = 5
CONNECT_S = 10.0        # a server that is there answers sooner; without a network nobody should wait four minutes
WHOLE = 10              # a whole answer may take so many times the time allowed for its next piece
_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
_MOVED = frozenset({301, 302, 303, 307, 308})
Progress = Callable[[str, int, int | None], None]


class Known(msgspec.Struct, frozen=True):
    """What an address said of the bytes that are in force (RFC 9110 §8.8): their entity tag and date."""

    etag: str | None = None
    last_modified: str | None = None


class Fetched(msgspec.Struct, frozen=True):
    """The files of a list, unpacked, and what each address said of its bytes."""

    files: tuple[RawFile, ...]
    known: dict[str, Known]


class NotModified(msgspec.Struct, frozen=True):
    """Every address says that its bytes are those in force."""


def fetch_files(
    source: Source, *, known: Mapping[str, Known], timeout_s: float, max_bytes: int, progress: Progress | None = None,
    transport: httpx2.BaseTransport | None = None, sleep: Callable[[float], None] = time.sleep,
) -> Fetched | NotModified:
    """All files of a list from its addresses; or that none of them changed since `known`.

    When one of several changed, all are fetched. A server that is busy or breaks off is asked again `RETRIES` times.
    Redirections are followed to https addresses only. `timeout_s` bounds the wait for each piece of an answer, ten
    times that an answer. `FetchFailed` names the address; `ListRefused` (`too_large`) when there is too much.
    """
    import httpx2

    headers = {"User-Agent": f"tocsin/{CODE_VERSION}", "Accept-Encoding": "gzip, deflate"}
    timeout = httpx2.Timeout(timeout_s, connect=min(timeout_s, CONNECT_S))
    with httpx2.Client(transport=transport, timeout=timeout, headers=headers, follow_redirects=False) as client:
        fetching = _Fetching(client, source, timeout_s, max_bytes, progress or (lambda *_: None), sleep)
        answers = {url: fetching.fetch(url, known.get(url)) for url in source.urls}
        if answers and all(answer is None for answer in answers.values()):
            return NotModified()
        whole = {url: answer or fetching.fetch(url, None) for url, answer in answers.items()}
    files: list[RawFile] = []
    said: dict[str, Known] = {}
    for url, answer in whole.items():
        if answer is None:
            raise FetchFailed(f"{url} answered 304 without being asked for changes; {_next_step(source)}")
        said[url] = answer[1]
        files += unpack_bytes(_name(url), answer[0], max_bytes=max_bytes)
    return Fetched(tuple(files), said)


class _Again(Exception):
    """The server may do better when asked again."""


class _Fetching:
    """One list's fetching: its client, limits and way of telling."""

    def __init__(
        self, client: httpx2.Client, source: Source, timeout_s: float, max_bytes: int, progress: Progress,
        sleep: Callable[[float], None],
    ) -> None:
        self._client, self._source, self._sleep = client, source, sleep
        self._timeout_s, self._max_bytes, self._progress = timeout_s, max_bytes, progress

    def fetch(self, url: str, known: Known | None) -> tuple[bytes, Known] | None:
        """The bytes at `url`; `None` when it says that they are those that are known."""
        import httpx2

        for attempt in range(RETRIES + 1):
            if attempt:
                self._sleep(WAIT_S * 2 ** (attempt - 1))
            try:
                return self._follow(url, known)
            except _Again as error:
                cause = str(error)
            except httpx2.TimeoutException:
                cause = f"no answer within the time allowed ({self._timeout_s:g} s)"
            except httpx2.TransportError as error:
                cause = f"the connection failed ({type(error).__name__})"
            except (httpx2.HTTPError, httpx2.InvalidURL) as error:
                raise self._failed(url, f"the answer cannot be read ({type(error).__name__})") from error
        raise self._failed(url, f"{cause}, {RETRIES + 1} times")

    def _follow(self, url: str, known: Known | None) -> tuple[bytes, Known] | None:
        asked = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        headers = {name: value for name, value in asked.items() if value}
        here = url
        for _ in range(MAX_REDIRECTS + 1):
            with self._client.stream("GET", here, headers=headers) as response:
                if response.status_code in _MOVED:
                    here = self._next_address(url, response)
                    continue
                if response.status_code == 304 and headers:
                    return None
                if response.status_code in _AGAIN:
                    raise _Again(f"status {response.status_code}")
                if response.status_code != 200:
                    raise self._failed(url, f"status {response.status_code}, expected 200")
                said = Known(response.headers.get("ETag"), response.headers.get("Last-Modified"))
                return self._read(response), said
        raise self._failed(url, f"more than {MAX_REDIRECTS} redirections")

    def _next_address(self, url: str, response: httpx2.Response) -> str:
        target = response.url.join(response.headers.get("Location", ""))
        if target.scheme != "https":
            raise self._failed(url, "it redirects to an address that is not https")
        return str(target)

    def _read(self, response: httpx2.Response) -> bytes:
        length = response.headers.get("Content-Length", "")
        total = int(length) if length.isdecimal() else None
        if total is not None and total > self._max_bytes:
            raise too_large(str(response.url), self._max_bytes)
        out = bytearray()
        deadline = time.monotonic() + WHOLE * self._timeout_s
        for block in response.iter_bytes():
            out += block
            if len(out) > self._max_bytes:
                raise too_large(str(response.url), self._max_bytes)
            if time.monotonic() > deadline:
                raise self._failed(str(response.url), f"the answer took more than {WHOLE * self._timeout_s:g} s")
            self._progress(self._source.key, response.num_bytes_downloaded, total)
        return bytes(out)

    def _failed(self, url: str, cause: str) -> FetchFailed:
        return FetchFailed(f"{url}: {cause}. The state in force stays; {_next_step(self._source)}")


def _next_step(source: Source) -> str:
    return f"try again, or get the file otherwise and bring it with `tocsin update {source.key} --from FILE`."


def _name(url: str) -> str:
    """The file's own name out of its address."""
    return PurePosixPath(unquote(urlsplit(url).path)).name or "list"
