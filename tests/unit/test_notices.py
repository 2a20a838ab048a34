"""Notices are signed, delivered to servers of our own on this machine, tried again, and never lost."""

from __future__ import annotations

import datetime as dt
import http.server
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest

from tocsin.app import App, build
from tocsin.errors import BadInput
from tocsin.exchange.delivery import is_public, post_notice
from tocsin.exchange.notices import MOST_EVENTS, Event, make_notices, make_secret, sign_notice, verify_notice
from tocsin.model import Query
from tocsin.settings import MailServer, Settings, load_settings
from tocsin.store.checkings import Found
from tocsin.store.notices import Kept
from tocsin.store.populations import Channel, NewMember

NOW = dt.datetime(2026, 11, 26, tzinfo=dt.UTC)
FOUND = Found(subject="s", caption="S", score=0.9, names=("S",), listings=(), reasons=())
LAKHVI = NewMember(reference="4711", query=Query(names=("Zakiur Rehman Lakhwi",)))


def notices(count: int = 1) -> tuple[Any, ...]:
    events = [Event(kind="new", reference=str(n), found=FOUND) for n in range(count)]
    return make_notices(events, population="p", register="r", engine="e", checked_at=NOW)


def test_a_signed_notice_is_verified_and_one_that_was_changed_or_is_old_is_not() -> None:
    (notice,) = notices()
    body = msgspec.json.encode(notice)
    header = sign_notice("secret", body, at=NOW)
    assert verify_notice("secret", header, body, at=NOW + dt.timedelta(seconds=300)) == notice
    assert verify_notice("secret", header.replace(",v1=", f",v1={'0' * 64},v1="), body, at=NOW) == notice
    for secret, given, text, at, said in (
        ("other", header, body, NOW, "not that of this body"), ("secret", header, body + b" ", NOW, "not that of this body"),
        ("secret", header.replace("t=1", "t=2"), body, NOW, "not that of this body"), ("secret", "v1=", body, NOW, "expected t="),
        ("secret", header, body, NOW + dt.timedelta(seconds=301), "over 300 seconds"),
    ):
        with pytest.raises(BadInput, match=said):
            verify_notice(secret, given, text, at=at)


def test_the_recipe_of_the_docs_verifies_what_is_sent() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "monitoring.md").read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], space)
    now = dt.datetime.now(dt.UTC)
    header = sign_notice("secret", b"{}", at=now)
    assert space["is_good"]("secret", header, b"{}")
    assert not space["is_good"]("secret", header, b"{ }")
    assert not space["is_good"]("secret", sign_notice("secret", b"{}", at=now - dt.timedelta(hours=1)), b"{}")


def test_many_events_are_several_notices_and_none_is_none() -> None:
    parts = notices(2 * MOST_EVENTS + 1)
    assert [(n.part, n.parts, len(n.events)) for n in parts] == [(1, 3, MOST_EVENTS), (2, 3, MOST_EVENTS), (3, 3, 1)]
    assert len({n.id for n in parts}) == 3
    assert notices(0) == ()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))  # type: ignore[attr-defined]
        self.send_response(self.server.answers.pop(0) if self.server.answers else 204)  # type: ignore[attr-defined]
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


class MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 test\r\n")
        while line := self.rfile.readline():
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                text = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    text += part
                self.server.got.append(text)  # type: ignore[attr-defined]
            self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


@contextmanager
def serve(server: socketserver.BaseServer) -> Iterator[Any]:
    server.got, server.answers = [], []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def receiver() -> Iterator[Any]:
    with serve(http.server.HTTPServer(("127.0.0.1", 0), Receiver)) as server:
        yield server


def monitored(settings: Settings, **channels: list[str]) -> tuple[App, str]:
    app = build(msgspec.structs.replace(settings, webhooks_inside=True))
    app.ensure_register()
    made = app.add_population("p", purpose="test", by="test", **channels)  # type: ignore[arg-type]
    app.set_members("p", [LAKHVI])
    app.check_populations()
    return app, next(iter(made.secrets.values()), "")


def test_a_webhook_is_tried_again_with_the_same_id_until_it_is_answered(settings: Settings, receiver: Any) -> None:
    app, secret = monitored(settings, webhooks=[f"http://127.0.0.1:{receiver.server_port}/in"])
    receiver.answers += [500, 302]
    now = dt.datetime.now(dt.UTC)
    assert (app.deliver(now=lambda: now).failed, app.deliver(now=lambda: now).failed) == (1, 0)  # it waits
    assert app.statement("p").lists[0].told == "under_way"
    later = now + dt.timedelta(seconds=31)
    assert app.deliver(now=lambda: later).errors == ("webhook: answered 302",)
    assert app.deliver(now=lambda: later + dt.timedelta(seconds=31)).failed == 0  # twice as long
    last = later + dt.timedelta(seconds=61)
    assert app.deliver(now=lambda: last).delivered == 1
    assert app.deliver(every=True).delivered == 0
    assert [path for path, _, _ in receiver.got] == ["/in"] * 3  # the redirection was not followed
    assert len({headers["Tocsin-Notice"] for _, headers, _ in receiver.got}) == 1
    _, headers, body = receiver.got[-1]
    notice = verify_notice(secret, headers["Tocsin-Signature"], body, at=last)
    assert (notice.id, notice.events[0].reference) == (headers["Tocsin-Notice"], "4711")
    assert b"Lakhwi" not in body
    assert app.statement("p").lists[0].told_at == last


def kept_and(target: str) -> tuple[Channel, Kept]:
    return Channel(kind="webhook", target=target, secret=make_secret()), Kept(number=1, id="n" * 32, made_at=NOW, body="{}")


def test_a_webhook_goes_to_no_address_inside_unless_that_is_set(receiver: Any) -> None:
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        channel, kept = kept_and(f"http://{host}:{receiver.server_port}/")
        told = post_notice(channel, kept, at=NOW, timeout_s=5)
        assert told == "the host is this machine or in a private network (TOCSIN_WEBHOOKS_INSIDE)"
    assert receiver.got == []
    channel, kept = kept_and(f"http://localhost:{receiver.server_port}/in?a=b")
    assert post_notice(channel, kept, at=NOW, timeout_s=5, inside=True, look=lambda _: ("127.0.0.1",)) is None
    ((path, headers, _),) = receiver.got
    assert (path, headers["Host"]) == ("/in?a=b", f"localhost:{receiver.server_port}")


def test_a_name_that_changes_its_address_after_it_was_looked_at_leads_nowhere_else(receiver: Any) -> None:
    answers = [("203.0.113.9", "127.0.0.1"), ("127.0.0.1",)]
    seen: list[str] = []

    def refuse(request: httpx2.Request) -> httpx2.Response:
        seen.append(f"{request.url.host} {request.headers['host']} {request.extensions['sni_hostname']}")
        return httpx2.Response(204)

    channel, kept = kept_and("https://hooks.example:8443/")
    for addresses in answers:
        told = post_notice(channel, kept, at=NOW, timeout_s=5, look=lambda _, a=addresses: a, transport=httpx2.MockTransport(refuse))
        assert told is not None
    assert seen == []
    assert post_notice(channel, kept, at=NOW, timeout_s=5, look=lambda _: ("93.184.215.14",), transport=httpx2.MockTransport(refuse)) is None
    assert seen == ["93.184.215.14 hooks.example:8443 hooks.example"], "the address that was looked at, under its own name"


def test_a_name_without_address_is_no_answer() -> None:
    def find_none(_: str) -> tuple[str, ...]:
        raise socket.gaierror

    channel, kept = kept_and("https://hooks.example/")
    assert post_notice(channel, kept, at=NOW, timeout_s=5, look=find_none) == "no answer (gaierror)"


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "nonsense",
])
def test_addresses_inside_are_known_in_every_form(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e", "::ffff:93.184.215.14"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_a_process_that_dies_after_sending_sends_again_and_loses_nothing(
    settings: Settings, receiver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.store import notices as room

    class KilledError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    app, _ = monitored(settings, webhooks=[f"http://127.0.0.1:{receiver.server_port}/"])
    with monkeypatch.context() as patch:
        patch.setattr(room, "record_delivery", die)
        with pytest.raises(KilledError):
            app.deliver()
    assert app.deliver().delivered == 0  # another process may still be at it
    after = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=room.LEASE_S + 1)
    assert app.deliver(now=lambda: after).delivered == 1
    assert len({headers["Tocsin-Notice"] for _, headers, _ in receiver.got}) == 1


def test_an_e_mail_has_the_reference_and_not_the_name_that_was_asked(settings: Settings) -> None:
    with serve(socketserver.TCPServer(("127.0.0.1", 0), MailHandler)) as server:
        mail = MailServer(host="127.0.0.1", port=server.server_address[1], security="none")
        app, _ = monitored(
            msgspec.structs.replace(settings, mail=mail, mail_from="tocsin@example.org"), emails=["desk@example.org"]
        )
        assert app.deliver().delivered == 1
    (text,) = server.got
    assert b"To: desk@example.org" in text
    assert app.feed("p")[0].id.encode() in text
    assert b"Lakhwi" not in text


def test_a_mail_server_that_offers_no_tls_gets_nothing(settings: Settings) -> None:
    with serve(socketserver.TCPServer(("127.0.0.1", 0), MailHandler)) as server:
        mail = MailServer(host="127.0.0.1", port=server.server_address[1], security="starttls", user="u", password="p")
        app, _ = monitored(msgspec.structs.replace(settings, mail=mail, mail_from="a@example.org"), emails=["d@example.org"])
        assert app.deliver().failed == 1
    assert server.got == []


def test_without_a_mail_server_the_notice_waits(settings: Settings) -> None:
    app, _ = monitored(settings, emails=["desk@example.org"])
    done = app.deliver()
    assert (done.failed, done.waiting) == (1, 1)
    assert "TOCSIN_SMTP" in done.errors[0]


@pytest.mark.parametrize(("url", "expected"), [
    ("smtp://u:p%40@mail.example", ("mail.example", 587, "starttls", "u", "p@")),
    ("smtps://mail.example:2465", ("mail.example", 2465, "tls", None, None)),
    ("smtp://localhost?tls=none", ("localhost", 25, "none", None, None)),
])
def test_a_mail_server_is_read_from_its_url(url: str, expected: tuple[object, ...]) -> None:
    mail = load_settings({"TOCSIN_SMTP": url, "HOME": "/"}).mail
    assert mail is not None
    assert (mail.host, mail.port, mail.security, mail.user, mail.password) == expected


@pytest.mark.parametrize("url", [
    "mail.example", "http://mail.example", "smtp://u:hidden@mail.example?tls=none", "smtp://h?tls=maybe", "smtp://h:x",
])
def test_a_mail_server_that_cannot_be_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(BadInput, match="TOCSIN_SMTP") as caught:
        load_settings({"TOCSIN_SMTP": url, "HOME": "/"})
    assert "hidden" not in str(caught.value)
