"""What every page has, and signing in: policy, language, errors, first start, sessions, tokens, limits."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from sqlalchemy import select
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.people import People
from tocsin.settings import Settings
from tocsin.store.desk import open_desk
from tocsin.store.tries import TRY
from tocsin.web import make_web
from tocsin.web.pages.attempts import MOST, WINDOW, Attempts
from tocsin.web.pages.language import LANGUAGES, choose_language, load_translations

WEB = Path(__file__).resolve().parents[3] / "src" / "tocsin" / "web"
PASSWORD = "correct horse battery"


@pytest.fixture
def browser(app: App) -> TestClient:
    """A browser that nobody has signed in with, and a service without users."""
    return TestClient(make_web(app), raise_server_exceptions=False)


def set_up(browser: TestClient, app: App) -> str:
    path = browser.app.state.set_up.make_path(People(app))  # type: ignore[attr-defined]
    assert path is not None
    found = browser.post(path, data={"name": "asha", "password": PASSWORD, "again": PASSWORD})
    assert found.url.path == "/search"
    return str(path)


def find_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_the_first_administrator_is_made_by_a_link_that_works_once(browser: TestClient, app: App) -> None:
    path = set_up(browser, app)
    assert browser.app.state.set_up.make_path(People(app)) is None  # type: ignore[attr-defined]
    again = browser.post(path, data={"name": "eve", "password": PASSWORD, "again": PASSWORD})
    assert again.status_code == 404
    assert browser.get("/set-up/another").status_code == 404


def test_a_first_password_that_is_short_or_differs_is_refused_and_the_link_stays(browser: TestClient, app: App) -> None:
    path = browser.app.state.set_up.make_path(People(app))  # type: ignore[attr-defined]
    assert "differ" in browser.post(path, data={"name": "asha", "password": PASSWORD, "again": "other"}).text
    assert "12 to 200" in browser.post(path, data={"name": "asha", "password": "short", "again": "short"}).text
    assert browser.get(path).status_code == 200


def test_who_is_not_signed_in_is_sent_to_sign_in(browser: TestClient) -> None:
    found = browser.get("/", follow_redirects=False)
    assert (found.status_code, found.headers["location"]) == (303, "/sign-in")


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(browser: TestClient, app: App) -> None:
    set_up(browser, app)
    browser.cookies.clear()
    pages = [browser.post("/sign-in", data={"name": "x", "password": p}).text for p in ("a", "b")]
    wrong = browser.post("/sign-in", data={"name": "asha", "password": "wrong"})
    assert wrong.status_code == 403
    assert wrong.text.replace('value="asha"', 'value="x"') == pages[0]


def test_signing_out_ends_the_session_and_needs_the_token_of_the_page(browser: TestClient, app: App) -> None:
    set_up(browser, app)
    token = find_token(browser.get("/search").text)
    cookie = browser.cookies["tocsin_session"]
    assert browser.post("/sign-out", data={"csrf": "old"}).status_code == 403
    assert browser.post("/sign-out", data={"csrf": token}).url.path == "/sign-in"
    browser.cookies.set("tocsin_session", cookie)
    assert browser.get("/", follow_redirects=False).headers["location"] == "/sign-in"


def test_a_form_of_another_site_is_refused(browser: TestClient, app: App) -> None:
    set_up(browser, app)
    browser.cookies.clear()
    data = {"name": "asha", "password": PASSWORD}
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://other.example"}, {"Origin": "null"}):
        assert browser.post("/sign-in", data=data, headers=headers).status_code == 403
    assert browser.post("/sign-in", data=data, headers={"Origin": "http://testserver"}).url.path == "/search"


def test_a_password_is_tried_a_few_times_only(browser: TestClient, app: App) -> None:
    set_up(browser, app)
    browser.cookies.clear()
    for _ in range(MOST["both"]):
        assert browser.post("/sign-in", data={"name": "asha", "password": "wrong"}).status_code == 403
    found = browser.post("/sign-in", data={"name": "asha", "password": PASSWORD})
    assert found.status_code == 429
    assert "quarter of an hour" in found.text


def test_failures_are_forgotten_after_the_time_and_one_address_cannot_try_all_names(settings: Settings) -> None:
    now = [dt.datetime(2026, 5, 1, tzinfo=dt.UTC)]
    attempts = Attempts(settings.desk, secret=b"s", clock=lambda: now[0])
    for n in range(MOST["address"]):
        assert attempts.begin(f"name {n}", "192.0.2.1")
    assert not attempts.begin("another", "192.0.2.1")
    assert attempts.begin("another", "192.0.2.2")
    now[0] += WINDOW
    assert attempts.begin("another", "192.0.2.1")


def test_processes_of_one_start_count_tries_together_and_those_of_another_know_nothing_of_them(settings: Settings) -> None:
    one, two = (Attempts(settings.desk, secret=b"of this start") for _ in range(2))
    tried = [attempts.begin("asha", "192.0.2.1") for attempts in (one, two, one, two, one)]
    assert all(tried)
    assert two.begin("asha", "192.0.2.1") is None
    assert Attempts(settings.desk, secret=b"of the next").begin("asha", "192.0.2.1")


def test_who_knows_the_password_has_all_tries_again(settings: Settings) -> None:
    attempts = Attempts(settings.desk, secret=b"s")
    for _ in range(4 * MOST["both"]):
        attempt = attempts.begin("asha", "192.0.2.1")
        assert attempt is not None
        attempts.succeed(attempt, "asha", "192.0.2.1")


def test_neither_names_nor_addresses_of_tries_are_kept(settings: Settings) -> None:
    Attempts(settings.desk, secret=b"s").begin("a password typed as a name", "192.0.2.1")
    with open_desk(settings.desk) as connection:
        rows = connection.execute(select(TRY.c.counter)).scalars().all()
    assert len(rows) == 3
    unkeyed = [hashlib.sha256(text.encode()).hexdigest() for text in ("a password typed as a name", "192.0.2.1")]
    assert not {*rows} & {*unkeyed}
    assert not any("typed" in row or "192" in row for row in rows)


def test_pages_allow_nothing_from_elsewhere_and_nothing_written_into_them(browser: TestClient) -> None:
    found = browser.get("/sign-in")
    policy = found.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in found.text
    assert not re.search(r'style=|<script>|\son\w+=|(?:src|href)="(?:https?:)?//', found.text)


def test_files_are_kept_by_browsers_under_an_address_with_their_digest(browser: TestClient) -> None:
    page = browser.get("/sign-in").text
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        found = browser.get(path)
        assert found.status_code == 200
        assert "immutable" in found.headers["cache-control"]
    assert browser.get("/static/page.0000000000000000.css").status_code == 404


def test_a_browser_gets_errors_as_pages_and_a_program_as_problems(browser: TestClient) -> None:
    page = browser.get("/nothing", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert browser.get("/nothing").headers["content-type"] == "application/problem+json"


def test_the_language_is_the_browsers_unless_it_was_chosen(browser: TestClient) -> None:
    assert '<html lang="hi">' in browser.get("/sign-in", headers={"Accept-Language": "hi-IN,hi;q=0.9,en;q=0.8"}).text
    browser.post("/language", data={"language": "hi", "back": "/sign-in"})
    assert "पासवर्ड" in browser.get("/sign-in").text
    assert browser.post("/language", data={"language": "en", "back": "//evil.example"}).url.host == "testserver"


def test_the_best_known_language_wins() -> None:
    assert choose_language("", "") == "en"
    assert choose_language("", "fr;q=1, en;q=0.2, hi;q=0.4") == "hi"
    assert choose_language("en", "hi") == "en"
    assert choose_language("xx", "hi;q=zzz") == "en"


def test_every_text_of_a_page_has_a_translation_and_no_translation_is_left_over() -> None:
    keywords = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2)}
    methods = [("**.html", "jinja2.ext:babel_extract"), ("**.py", "python")]
    found = {m for _, _, m, _, _ in extract_from_dir(WEB, method_map=methods, keywords=keywords)}
    single = {m for m in found if isinstance(m, str)} | {m[0] for m in found if not isinstance(m, str)}
    for code, texts in load_translations().items():
        if code != "en":
            known = {text if isinstance(text, str) else text[0] for text in texts._catalog if text}  # type: ignore[attr-defined]
            assert sorted(single - known) == []
            assert sorted(known - single) == []
    assert set(LANGUAGES) == {"en", *(p.name for p in (WEB / "translations").iterdir())}
