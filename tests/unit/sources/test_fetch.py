from __future__ import annotations

import gzip
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx2
import pytest

from tocsin.errors import FetchFailed, ListRefused
from tocsin.sources.base import Parsed, RawFile, Source
from tocsin.sources.fetch import Fetched, Known, NotModified, fetch_files

URL = "https://lists.example/un/consolidated.xml"
Answer = Callable[[httpx2.Request], httpx2.Response]


def source(*urls: str) -> Source:
    return Source(
        key="un", title="Test list", publisher="", authority="UN", law="", urls=urls or (URL,), format="", licence="",
        stale_after_days=1, plausible=(0, 1), parse=lambda _: Parsed(listings=(), published_at=None, records={}),
    )


class Server:
    """Answers from a list, one after the other, and remembers what was asked."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers, self.asked, self.waits = list(answers), list[httpx2.Request](), list[float]()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def fetch(
        self, *urls: str, known: dict[str, Known] | None = None, max_bytes: int = 1000
    ) -> Fetched | NotModified:
        return fetch_files(
            source(*urls), known=known or {}, timeout_s=5, max_bytes=max_bytes, sleep=self.waits.append,
            transport=httpx2.MockTransport(self),
        )


def moved(to: str) -> httpx2.Response:
    return httpx2.Response(302, headers={"Location": to})


def test_the_bytes_come_with_what_the_server_said_of_them() -> None:
    server = Server(httpx2.Response(200, content=b"<list/>", headers={"ETag": '"1"', "Last-Modified": "yesterday"}))
    answer = server.fetch()
    assert answer == Fetched((RawFile("consolidated.xml", b"<list/>"),), {URL: Known('"1"', "yesterday")})
    assert server.asked[0].headers["User-Agent"].startswith("tocsin/")
    assert "If-None-Match" not in server.asked[0].headers


def test_an_unchanged_list_is_not_sent_again() -> None:
    server = Server(httpx2.Response(304))
    assert server.fetch(known={URL: Known('"1"', "yesterday")}) == NotModified()
    assert server.asked[0].headers["If-None-Match"] == '"1"'
    assert server.asked[0].headers["If-Modified-Since"] == "yesterday"


def test_when_one_file_of_several_changed_all_are_fetched() -> None:
    a, b = "https://lists.example/a.csv", "https://lists.example/b.csv"
    server = Server(httpx2.Response(304), httpx2.Response(200, content=b"b2"), httpx2.Response(200, content=b"a1"))
    answer = server.fetch(a, b, known={a: Known("1"), b: Known("1")})
    assert isinstance(answer, Fetched)
    assert answer.files == (RawFile("a.csv", b"a1"), RawFile("b.csv", b"b2"))


def test_a_busy_server_is_asked_again_with_growing_patience() -> None:
    server = Server(httpx2.Response(503), httpx2.ReadTimeout("slow"), httpx2.ConnectError("gone"), httpx2.Response(200, content=b"x"))
    assert isinstance(server.fetch(), Fetched)
    assert server.waits == [1, 2, 4]


@pytest.mark.parametrize(("failure", "said"), [
    (httpx2.Response(500), "status 500"), (httpx2.ConnectTimeout("x"), "no answer within the time allowed"),
    (httpx2.ConnectError("x"), "ConnectError"),
])
def test_a_server_that_stays_away_is_named_with_the_next_step(failure: httpx2.Response | Exception, said: str) -> None:
    server = Server(*[failure] * 4)
    with pytest.raises(FetchFailed, match=said) as caught:
        server.fetch()
    assert URL in str(caught.value)
    assert "tocsin update un --from FILE" in str(caught.value)
    assert len(server.asked) == 4


@pytest.mark.parametrize("status", [403, 404, 410, 204])
def test_a_refusal_is_not_asked_for_twice(status: int) -> None:
    server = Server(httpx2.Response(status))
    with pytest.raises(FetchFailed, match=f"status {status}, expected 200"):
        server.fetch()
    assert len(server.asked) == 1


def test_redirections_are_followed_and_counted() -> None:
    server = Server(moved("/next"), moved("https://other.example/list.xml"), httpx2.Response(200, content=b"x"))
    assert isinstance(server.fetch(), Fetched)
    assert [str(r.url) for r in server.asked] == [URL, "https://lists.example/next", "https://other.example/list.xml"]
    with pytest.raises(FetchFailed, match="more than 5 redirections"):
        Server(*[moved("/again") for _ in range(9)]).fetch()


@pytest.mark.parametrize("target", ["http://lists.example/x", "file:///etc/passwd", "ftp://lists.example/x"])
def test_a_redirection_away_from_https_is_refused(target: str) -> None:
    server = Server(moved(target))
    with pytest.raises(FetchFailed, match="not https"):
        server.fetch()
    assert len(server.asked) == 1


def test_too_much_is_refused_while_it_comes_and_not_after() -> None:
    taken: list[int] = []

    def endless() -> Iterator[bytes]:
        for number in range(1000):
            taken.append(number)
            yield b"x" * 300

    with pytest.raises(ListRefused, match="1,000 bytes") as caught:
        Server(httpx2.Response(200, content=endless())).fetch()
    assert caught.value.reason == "too_large"
    assert len(taken) < 10


def test_a_length_over_the_limit_is_refused_unread() -> None:
    with pytest.raises(ListRefused):
        Server(httpx2.Response(200, headers={"Content-Length": "5000"}, content=b"x")).fetch()


def test_packed_answers_and_packed_files_are_unpacked() -> None:
    packed = gzip.compress(b"<list/>")
    coded = Server(httpx2.Response(200, content=packed, headers={"Content-Encoding": "gzip"})).fetch()
    file = Server(httpx2.Response(200, content=packed)).fetch("https://lists.example/consolidated.xml.gz")
    assert isinstance(coded, Fetched)
    assert isinstance(file, Fetched)
    assert coded.files == file.files == (RawFile("consolidated.xml", b"<list/>"),)


def test_an_answer_that_cannot_be_unpacked_is_a_failed_fetch() -> None:
    def content() -> Iterator[bytes]:
        yield b"not gzip"

    answer = httpx2.Response(200, content=content(), headers={"Content-Encoding": "gzip"})
    with pytest.raises(FetchFailed, match="DecodingError"):
        Server(answer).fetch()


class Handler(BaseHTTPRequestHandler):
    breaks_off = 0

    def do_GET(self) -> None:
        if self.headers.get("If-None-Match") == '"7"':
            self.send_response(304)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("ETag", '"7"')
        self.send_header("Content-Length", "7")
        self.end_headers()
        if Handler.breaks_off:
            Handler.breaks_off -= 1
            self.wfile.write(b"<li")
            self.close_connection = True
            return
        self.wfile.write(b"<list/>")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def address() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/list.xml"
        server.shutdown()
        thread.join()


def test_a_real_server_is_asked_read_and_asked_for_changes(address: str) -> None:
    told: list[tuple[str, int, int | None]] = []
    limits = {"timeout_s": 5.0, "max_bytes": 1000}
    answer = fetch_files(source(address), known={}, progress=lambda *a: told.append(a), **limits)  # type: ignore[arg-type]
    assert answer == Fetched((RawFile("list.xml", b"<list/>"),), {address: Known('"7"')})
    assert told[-1] == ("un", 7, 7)
    assert fetch_files(source(address), known=answer.known, **limits) == NotModified()  # type: ignore[arg-type]


def test_an_answer_that_breaks_off_is_fetched_again(address: str) -> None:
    Handler.breaks_off = 2
    answer = fetch_files(source(address), known={}, timeout_s=5, max_bytes=1000, sleep=lambda _: None)
    assert isinstance(answer, Fetched)
    assert answer.files[0].data == b"<list/>"


def test_the_client_library_is_loaded_only_when_something_is_fetched() -> None:
    code = "import sys, tocsin.sources.fetch; print('httpx2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
