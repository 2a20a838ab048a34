"""Signing in at an OpenID provider: a small one of our own on this machine, which can also lie."""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey
from starlette.responses import Response
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.people import People
from tocsin.errors import BadInput
from tocsin.settings import OpenId, Settings, load_settings
from tocsin.web import Options, make_web
from tocsin.web.openid.tokens import read_token
from tocsin.web.pages.openid import find_claim

PASSWORD = "correct horse battery"
SECRET = "a very private secret"
RSA = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, auto_kid=False)


class FakeProvider:
    """What it says can be changed; `claims` of the next token over those that are right."""

    def __init__(self) -> None:
        self.keys: list[Any] = [RSA]
        self.key: Any = RSA
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self._sign
        self.description: dict[str, Any] = {}
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(*provider.answer(self.path, {}, {}))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self._answer(*provider.answer(self.path, form, dict(self.headers)))

            def _answer(self, status: int, value: Any) -> None:
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, path: str, form: dict[str, str], headers: dict[str, str]) -> tuple[int, Any]:
        self.paths.append(path)
        if path.endswith("/.well-known/openid-configuration"):
            return 200, {
                "issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize", "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys", "end_session_endpoint": f"{self.issuer}/out", **self.description,
            }
        if path.endswith("/keys"):
            return 200, {"keys": [key.as_dict(private=False) for key in self.keys]}
        self.asked.append({**form, "authorization": headers.get("Authorization", "")})
        begun = self.codes.pop(form.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=").decode()
        if begun is None or begun["code_challenge"] != challenge or begun["redirect_uri"] != form["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        return 200, {"access_token": "x", "id_token": self.sign({
            "iss": self.issuer, "aud": "tocsin", "sub": "4711", "exp": now + 300, "iat": now, "nonce": begun["nonce"],
            "preferred_username": "asha", **self.claims,
        })}

    def _sign(self, claims: dict[str, Any]) -> str:
        return jws.serialize_compact(self.header, json.dumps(claims).encode(), self.key)


@pytest.fixture
def provider() -> Iterator[FakeProvider]:
    found = FakeProvider()
    yield found
    found.close()


@pytest.fixture
def openid(provider: FakeProvider) -> OpenId:
    return OpenId(
        issuer=provider.issuer, client_id="tocsin", client_secret=SECRET, address="http://testserver", title="Testland",
        new_users="viewer",
    )


@pytest.fixture
def make_browser(openid: OpenId, tmp_path: Path) -> Callable[..., TestClient]:
    """A browser and a service that was set up, with other settings of the provider and the service."""

    def make(*, options: Options | None = None, passwords: bool = True, set_up: bool = True, **changed: Any) -> TestClient:
        app = App(Settings(home=tmp_path / "home", openid=msgspec.structs.replace(openid, **changed), passwords=passwords))
        if set_up and not People(app).has_users():
            People(app).add_first("first", PASSWORD)
        return TestClient(make_web(app, options or Options(jobs=False)), follow_redirects=False)

    return make


def get_app(browser: TestClient) -> App:
    return browser.app.state.tocsin  # type: ignore[attr-defined, no-any-return]


def leave(browser: TestClient, provider: FakeProvider, code: str = "code") -> dict[str, str]:
    """To the provider, where somebody signs in: what it was asked."""
    found = browser.get("/sign-in/openid")
    assert found.status_code == 303, found.text
    parts = urlsplit(found.headers["location"])
    assert parts._replace(query="").geturl() == f"{provider.issuer}/authorize"
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    provider.codes[code] = asked
    return asked


def sign_in(browser: TestClient, provider: FakeProvider, **told: str) -> Any:
    """There and back."""
    asked = leave(browser, provider)
    return browser.get("/sign-in/openid/back", params={"code": "code", "state": asked["state"], **told})


def find_name(browser: TestClient) -> str | None:
    """As whom the browser is signed in."""
    page = browser.get("/search")
    return page.text.partition("<bdi>")[2].partition("<")[0] if page.status_code == 200 else None


def check_refused(browser: TestClient, answer: Any, words: str) -> None:
    assert answer.status_code in (400, 502), answer.text
    message = answer.text.partition('role="alert"')[2].partition(">")[2].partition("<")[0]
    assert words in html.unescape(message)
    assert SECRET not in answer.text
    assert find_name(browser) is None


def test_who_signs_in_there_is_signed_in_here_and_is_recorded_by_name(
    make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    browser = make_browser()
    assert "Sign in with Testland" in browser.get("/sign-in").text
    asked = leave(browser, provider)
    assert asked.items() >= {
        "response_type": "code", "client_id": "tocsin", "redirect_uri": "http://testserver/sign-in/openid/back",
        "code_challenge_method": "S256",
    }.items()
    assert "openid" in asked["scope"].split()
    found = browser.get("/sign-in/openid/back", params={"code": "code", "state": asked["state"], "iss": provider.issuer})
    assert (found.status_code, found.headers["location"]) == (303, "/search")
    assert find_name(browser) == "asha"
    assert provider.asked[0]["authorization"].startswith("Basic ")
    lines = [line for line in get_app(browser).read_audit() if line.action == "users" and line.details["user"] == "asha"]
    assert [(line.actor, line.details["change"]) for line in lines] == [("OpenID provider", "added"), ("OpenID provider", "linked")]
    get_app(browser).ensure_register()
    token = browser.get("/search").text.partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/search", data={"name": "Hafiz Saeed", "csrf": token})
    assert [line.actor for line in get_app(browser).read_audit() if line.action == "match"] == ["asha"]


def test_the_same_person_is_the_same_user_whatever_the_provider_calls_them(
    make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    browser = make_browser()
    sign_in(browser, provider)
    provider.claims = {"preferred_username": "asha.k"}
    sign_in(browser, provider)
    assert find_name(browser) == "asha"
    browser.cookies.clear()
    provider.claims = {"sub": "another"}  # who is now called as the first was
    check_refused(browser, sign_in(browser, provider), "does not sign in this way")


WRONG_TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "wrong nonce": ({"nonce": "another"}, "belongs to another try"),
    "no nonce": ({"nonce": None}, "belongs to another try"),
    "wrong audience": ({"aud": "other"}, "meant for another service"),
    "no audience": ({"aud": None}, "meant for another service"),
    "audience among others, for another party": ({"aud": ["tocsin", "other"], "azp": "other"}, "meant for another service"),
    "audience among others, for nobody said": ({"aud": ["tocsin", "other"]}, "meant for another service"),
    "another party": ({"azp": "other"}, "meant for another service"),
    "another issuer": ({"iss": "https://other.example"}, "another provider's"),
    "expired": ({"exp": 1_000_000_000}, "not in force now"),
    "without end": ({"exp": None}, "not in force now"),
    "an end that is no number": ({"exp": True}, "not in force now"),
    "made in the future": ({"iat": 4_000_000_000}, "not in force now"),
    "not yet in force": ({"nbf": 4_000_000_000}, "not in force yet"),
    "nobody": ({"sub": ""}, "did not say who"),
    "no name": ({"preferred_username": None}, "how you are called"),
    "a name that is none": ({"preferred_username": "\u0000"}, "expected 1 to 100 characters"),
}


@pytest.mark.parametrize("wrong", WRONG_TOKENS)
def test_a_token_that_says_something_wrong_is_refused_in_a_sentence(
    wrong: str, make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    browser = make_browser()
    provider.claims, words = WRONG_TOKENS[wrong]
    check_refused(browser, sign_in(browser, provider), words)


def write(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any]) -> str:
    return f"{write(json.dumps({'alg': 'none', 'kid': 'one'}).encode())}.{write(json.dumps(claims).encode())}."


def signed_by_the_secret(secret: bytes) -> Callable[[dict[str, Any]], str]:
    def sign(claims: dict[str, Any]) -> str:
        body = ".".join(write(json.dumps(part).encode()) for part in ({"alg": "HS256", "kid": "one"}, claims))
        return f"{body}.{write(hmac.digest(secret, body.encode(), 'sha256'))}"

    return sign


def signed_by_another(claims: dict[str, Any]) -> str:
    return jws.serialize_compact({"alg": "RS256", "kid": "one"}, json.dumps(claims).encode(), RSAKey.generate_key(2048))


def changed_after(claims: dict[str, Any]) -> str:
    head, _, tail = jws.serialize_compact({"alg": "RS256", "kid": "one"}, json.dumps(claims).encode(), RSA).split(".")
    return ".".join((head, write(json.dumps({**claims, "sub": "x"}).encode()), tail))


WRONG_SIGNATURES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "alg none": (unsigned, "not signed in a way"),
    "our own secret": (signed_by_the_secret(SECRET.encode()), "not signed in a way"),
    "the public key as a secret": (signed_by_the_secret(RSA.as_pem(private=False)), "not signed in a way"),
    "another key under the same name": (signed_by_another, "not signed by the provider's key"),
    "changed afterwards": (changed_after, "not signed by the provider's key"),
    "no token": (lambda claims: "nothing", "cannot be read"),
    "nothing": (lambda claims: None, "gave no token"),
    "not base64": (lambda claims: "é.é.é", "cannot be read"),
}


@pytest.mark.parametrize("wrong", WRONG_SIGNATURES)
def test_a_token_that_the_provider_did_not_sign_is_refused(
    wrong: str, make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    browser = make_browser()
    provider.sign, words = WRONG_SIGNATURES[wrong]
    check_refused(browser, sign_in(browser, provider), words)


def test_a_way_back_that_this_browser_did_not_begin_is_refused(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    check_refused(browser, sign_in(browser, provider, state="another"), "no try to sign in")
    other = leave(browser, provider)
    browser.cookies.clear()  # the code of one browser, brought by another
    check_refused(browser, browser.get("/sign-in/openid/back", params={"code": "code", "state": other["state"]}), "no try to sign in")
    assert provider.asked == [], "nothing was asked of the provider"


def test_a_way_back_works_once(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    asked = leave(browser, provider)
    back = {"code": "code", "state": asked["state"]}
    assert browser.get("/sign-in/openid/back", params=back).status_code == 303
    browser.cookies.delete("tocsin_session")
    check_refused(browser, browser.get("/sign-in/openid/back", params=back), "no try to sign in")


def test_what_the_provider_refuses_is_told(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    check_refused(browser, sign_in(browser, provider, error="access_denied"), "(access_denied)")
    check_refused(browser, sign_in(browser, provider, error="<b>Very Private</b>"), "did not sign you in.")
    check_refused(browser, sign_in(browser, provider, code="unknown"), "it answered 400")
    check_refused(browser, sign_in(browser, provider, iss="https://other.example"), "Another provider")


def test_keys_that_the_provider_changes_are_asked_for_anew(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    sign_in(browser, provider)
    sign_in(browser, provider)
    assert sum(path.endswith("/keys") for path in provider.paths) == 1
    assert sum("well-known" in path for path in provider.paths) == 1
    new = ECKey.generate_key("P-256", {"kid": "two"}, auto_kid=False)
    provider.keys, provider.key, provider.header = [RSA, new], new, {"alg": "ES256", "kid": "two"}
    browser.cookies.clear()
    assert sign_in(browser, provider).status_code == 303
    assert find_name(browser) == "asha"
    browser.cookies.clear()
    provider.header = {"alg": "ES256", "kid": "three"}
    check_refused(browser, sign_in(browser, provider), "a key that the provider does not have")


def test_a_token_without_a_word_of_its_key_is_read_with_the_only_one(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    provider.header = {"alg": "RS256"}
    browser = make_browser()
    sign_in(browser, provider)
    assert find_name(browser) == "asha"


def test_a_provider_that_is_down_or_says_nonsense_is_told_in_a_sentence(
    make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    check_refused(down := make_browser(issuer="http://127.0.0.1:9/"), down.get("/sign-in/openid"), "could not be asked")
    for description, words in (
        ({"issuer": "https://other.example"}, "calls itself otherwise"),
        ({"authorization_endpoint": "http://other.example/a"}, "where its authorization_endpoint is"),
        ({"authorization_endpoint": None}, "where its authorization_endpoint is"),
    ):
        provider.description = description
        check_refused(browser := make_browser(), browser.get("/sign-in/openid"), words)
    provider.description = {}
    browser = make_browser()
    asked = leave(browser, provider)
    provider.description = {"token_endpoint": "http://127.0.0.1:9/"}
    browser.app.state.provider._kept.clear()  # type: ignore[attr-defined]
    check_refused(browser, browser.get("/sign-in/openid/back", params={"code": "code", "state": asked["state"]}), "could not be asked")
    check_refused(lost := make_browser(issuer=f"{provider.issuer}/token"), lost.get("/sign-in/openid"), "calls itself otherwise")


def test_roles_come_from_the_claim_that_is_set_and_follow_it(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    rules = {"roles": (("cn=screening,ou=g", "analyst"), ("heads", "approver")), "new_users": None, "role_claim": "realm_access.roles"}
    browser = make_browser(**rules)
    check_refused(browser, sign_in(browser, provider), "no role here")
    for groups, role in ((["cn=screening,ou=g", "x"], "analyst"), (["heads", "cn=screening,ou=g"], "approver"), ("heads", "approver")):
        provider.claims = {"realm_access": {"roles": groups}}
        assert sign_in(browser, provider).status_code == 303
        assert {u.name: u.role for u in People(get_app(browser)).list_users()}["asha"] == role
    changes = [line.details for line in get_app(browser).read_audit() if line.details.get("change") == "changed"]
    assert [(c["user"], c["role"]) for c in changes] == [("asha", "approver")]
    browser.cookies.clear()
    provider.claims = {"realm_access": {"roles": [{"odd": 1}]}}
    check_refused(browser, sign_in(browser, provider), "no role here")


def test_without_such_a_claim_administrators_give_roles(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    sign_in(browser, provider)
    People(get_app(browser)).change_user("asha", role="approver")
    sign_in(browser, provider)
    assert {u.name: u.role for u in People(get_app(browser)).list_users()}["asha"] == "approver"


def test_who_is_unknown_is_let_in_only_where_that_is_set(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser(new_users=None)
    check_refused(browser, sign_in(browser, provider), "not known here")
    People(get_app(browser)).add_user("asha", "analyst", None)
    assert sign_in(browser, provider).status_code == 303
    assert find_name(browser) == "asha"


def test_a_user_with_a_password_or_out_of_service_is_not_taken_over(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    people = People(get_app(browser))
    people.add_user("asha", "administrator", PASSWORD)
    check_refused(browser, sign_in(browser, provider), "does not sign in this way")
    people.change_user("asha", openid=True)
    assert sign_in(browser, provider).status_code == 303
    people.change_user("asha", active=False)
    browser.cookies.clear()
    check_refused(browser, sign_in(browser, provider), "may not sign in")


def test_nobody_signs_in_there_before_the_service_is_set_up(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser(set_up=False, new_users="administrator")
    check_refused(browser, sign_in(browser, provider), "set the service up")


def test_passwords_can_be_switched_off_but_for_the_first_administrator(make_browser: Callable[..., TestClient]) -> None:
    browser = make_browser(passwords=False)
    people = People(get_app(browser))
    people.add_user("second", "administrator", PASSWORD)
    assert "<details><summary>First administrator" in browser.get("/sign-in").text
    assert browser.post("/sign-in", data={"name": "second", "password": PASSWORD}).status_code == 403
    assert browser.post("/sign-in", data={"name": "first", "password": PASSWORD}).headers["location"] == "/search"
    with pytest.raises(BadInput, match="keeps a password"):
        people.change_user("first", openid=True)
    People(get_app(browser).acting_as("second")).change_user("first", active=False)
    browser.cookies.clear()
    assert browser.post("/sign-in", data={"name": "second", "password": PASSWORD}).status_code == 303


def test_signing_out_leads_to_the_provider_too(make_browser: Callable[..., TestClient], provider: FakeProvider) -> None:
    browser = make_browser()
    sign_in(browser, provider)
    token = browser.get("/search").text.partition('name="csrf" value="')[2].partition('"')[0]
    left = browser.post("/sign-out", data={"csrf": token})
    assert "Sign out of Testland too" in browser.get(left.headers["location"]).text
    there = urlsplit(browser.get("/sign-out/openid").headers["location"])
    assert there._replace(query="").geturl() == f"{provider.issuer}/out"
    assert parse_qs(there.query) == {"client_id": ["tocsin"], "post_logout_redirect_uri": ["http://testserver/sign-in"]}
    assert find_name(browser) is None


def test_the_cookie_of_a_try_is_for_this_host_alone_and_out_of_reach_of_scripts(make_browser: Callable[..., TestClient]) -> None:
    said = make_browser(options=Options(jobs=False, secure=True)).get("/sign-in/openid").headers["set-cookie"]
    assert said.startswith("__Host-tocsin_openid=")
    assert all(word in said for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert "Domain" not in said


@pytest.mark.parametrize(("methods", "secret", "where"), [
    (None, SECRET, "authorization"), (["client_secret_post"], SECRET, "client_secret"), (None, None, "client_id"),
])
def test_the_service_shows_who_it_is_as_the_provider_wants_it(
    methods: list[str] | None, secret: str | None, where: str, make_browser: Callable[..., TestClient], provider: FakeProvider
) -> None:
    provider.description = {"token_endpoint_auth_methods_supported": methods} if methods else {}
    browser = make_browser(client_secret=secret)
    assert sign_in(browser, provider).status_code == 303
    assert provider.asked[0][where]
    assert ("client_secret" in provider.asked[0]) == (where == "client_secret")


def test_without_a_provider_there_is_no_way_to_it(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"))
    browser = TestClient(make_web(app, Options(jobs=False)), follow_redirects=False)
    assert "openid" not in browser.get("/sign-in").text
    found: Response = browser.get("/sign-in/openid")  # type: ignore[assignment]
    assert found.status_code == 404


def test_a_claim_is_found_by_its_name_or_its_path() -> None:
    claims = {"a.b": 1, "a": {"b": 2, "c": [3]}, "d": "x"}
    assert [find_claim(claims, name) for name in ("a.b", "a.c", "d", "d.e", "z")] == [1, [3], "x", None, None]


GOOD = {"TOCSIN_OIDC_ISSUER": "https://id.example/realm", "TOCSIN_OIDC_CLIENT_ID": "tocsin", "TOCSIN_OIDC_RETURN": "https://tocsin.example/"}


def test_settings_are_read_and_the_secret_is_not_told() -> None:
    openid = load_settings({
        **GOOD, "TOCSIN_OIDC_CLIENT_SECRET": SECRET, "TOCSIN_OIDC_ROLES": "cn=a,ou=b=analyst; heads=approver",
        "TOCSIN_OIDC_NEW_USERS": "no", "TOCSIN_PASSWORDS": "no",
    }).openid
    assert openid is not None
    assert openid.roles == (("cn=a,ou=b", "analyst"), ("heads", "approver"))
    assert (openid.address, openid.title, openid.new_users) == ("https://tocsin.example", "id.example", None)
    assert SECRET not in f"{openid} {openid!r}"


@pytest.mark.parametrize("wrong", [
    {"TOCSIN_OIDC_ISSUER": "http://id.example"}, {"TOCSIN_OIDC_ISSUER": "https://user@id.example"}, {"TOCSIN_OIDC_RETURN": ""},
    {"TOCSIN_OIDC_CLIENT_ID": ""}, {"TOCSIN_OIDC_ROLES": "heads=machine"}, {"TOCSIN_OIDC_ROLES": "=analyst"},
    {"TOCSIN_OIDC_NEW_USERS": "machine"}, {"TOCSIN_OIDC_ISSUER": ""}, {"TOCSIN_OIDC_ISSUER": "https://id.example:port"},
])
def test_settings_that_cannot_work_are_refused_by_name(wrong: dict[str, str]) -> None:
    with pytest.raises(BadInput, match=r"Setting TOCSIN_OIDC_\w+: .* Nothing was done\."):
        load_settings({**GOOD, "TOCSIN_OIDC_CLIENT_SECRET": SECRET, **wrong})


def test_passwords_are_not_switched_off_where_there_is_no_other_way_in() -> None:
    with pytest.raises(BadInput, match="nobody could sign in"):
        load_settings({"TOCSIN_PASSWORDS": "no"})


def test_a_key_that_cannot_be_read_is_none(openid: OpenId) -> None:
    with pytest.raises(BadInput, match="not signed by the provider's key"):
        read_token("a.b.c", {"kty": "RSA", "n": "?"}, openid=openid, nonce="n", now=0.0)
