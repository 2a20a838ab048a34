"""The queue of alerts, the page of one, and decisions, as a browser without script sees them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import msgspec
import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.alerts import Alerts
from tocsin.library import make_query
from tocsin.store.access import Role
from tocsin.web import make_web

ASKED = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}
LAKHVI = "zaki-ur-rehman-lakhvi"
SignIn = Callable[[Role], TestClient]


def get(browser: TestClient, path: str) -> str:
    found = browser.get(path)
    assert found.status_code == 200, found.text
    return html.unescape(found.text)


def post(browser: TestClient, path: str, data: dict[str, object]) -> tuple[int, str, str]:
    found = browser.post(path, data=data)
    return found.status_code, str(found.url.path), html.unescape(found.text)


@pytest.fixture
def raised(app: App) -> App:
    """Two alerts, of customers 4711 and 4712."""
    for reference in ("4711", "4712"):
        Alerts(app).escalate(make_query("Zakiur Rehman Lakhwi", born="1960", country="pk"), LAKHVI, reference=reference)
    return app


def test_a_hit_is_escalated_from_its_page_and_waits_in_the_queue(analyst: TestClient) -> None:
    _, _, page = post(analyst, "/hit", {**ASKED, "subject": LAKHVI})
    assert "/hit/escalate" in page
    status, path, page = post(analyst, "/hit/escalate", {**ASKED, "subject": LAKHVI, "reference": "4711"})
    assert (status, path) == (200, "/alerts/1")
    assert "Side by side" in page
    assert "'Lakhwi' is taken for a spelling of 'Lakhvi'" in page
    queue = get(analyst, "/alerts")
    assert "1 alert" in queue
    assert 'href="/alerts/1"' in queue


def test_a_hit_is_decided_from_its_page(analyst: TestClient, app: App) -> None:
    verdict = {"outcome": "false_match", "ground": "born later", "expires_on": "2099-12-31"}
    status, path, page = post(analyst, "/hit/decide", {**ASKED, "subject": LAKHVI, **verdict})
    assert (status, path) == (200, "/decisions")
    assert "born later" in page
    assert app.match(make_query("Zakiur Rehman Lakhwi", born="1960", country="pk")).hits == ()


def test_an_alert_is_assigned_commented_on_and_decided_and_leaves_the_queue(analyst: TestClient, raised: App) -> None:
    assert "a analyst" in post(analyst, "/alerts/1/assign", {"me": "yes"})[2]
    _, path, page = post(analyst, "/alerts/1/comment", {"text": "asked the branch", "back": "state=assigned"})
    assert path == "/alerts/1"
    assert "asked the branch" in page
    assert "/alerts?state=assigned" in page
    status, path, queue = post(
        analyst, "/alerts/1/decide", {"outcome": "true_match", "ground": "same passport", "back": "min_score=0.5"}
    )
    assert (status, path) == (200, "/alerts")
    assert 'value="0.5"' in queue
    assert 'href="/alerts/1?' not in queue
    assert 'href="/alerts/2?' in queue
    assert "closed: true match" in get(analyst, "/alerts/1")
    assert raised.hit_decisions()[0].author == "a analyst"


def test_many_are_decided_at_once_and_a_true_match_is_not_among_the_outcomes(analyst: TestClient, raised: App) -> None:
    bulk = {"numbers": ["1", "2"], "ground": "another person"}
    status, _, page = post(analyst, "/alerts/decide", {**bulk, "outcome": "true_match"})
    assert status == 400
    assert "A true match is decided by itself" in page
    assert 'value="another person"' in page
    assert page.count("checked") == 2
    assert post(analyst, "/alerts/decide", {**bulk, "outcome": "false_match"})[0] == 200
    assert [d.identity for d in raised.hit_decisions()] == ["ref:4711", "ref:4712"]
    assert "0 alerts" in get(analyst, "/alerts")
    assert "2 alerts" in get(analyst, "/alerts?state=closed")


def test_what_cannot_be_decided_comes_back_with_what_was_typed(analyst: TestClient, raised: App) -> None:
    status, _, page = post(analyst, "/alerts/1/decide", {"outcome": "false_match", "ground": "seen", "expires_on": "soon"})
    assert status == 400
    assert "YYYY-MM-DD" in page
    assert 'value="seen"' in page
    assert post(analyst, "/alerts/1/decide", {"outcome": "guilty", "ground": "x"})[0] == 400
    assert post(analyst, "/alerts/1/comment", {"text": " "})[0] == 400
    assert post(analyst, "/alerts/1/assign", {"to": "nobody here"})[0] == 400
    assert post(analyst, "/alerts/decide", {"outcome": "false_match", "ground": "x"})[0] == 400
    assert raised.hit_decisions() == ()


@pytest.mark.parametrize(("query", "shown"), [
    ("", 2), ("state=assigned", 0), ("state=all", 2), ("source=search", 2), ("source=job", 0), ("assignee=-", 2),
    ("authority=UN", 2), ("authority=U", 0), ("list=starter", 2), ("min_score=1", 0), ("max_score=1&subject=LAKHVI", 2), ("subject=nobody", 0),
])
def test_the_queue_is_filtered(analyst: TestClient, raised: App, query: str, shown: int) -> None:
    assert len(re.findall("data-alert=", get(analyst, f"/alerts?{query}"))) == shown


@pytest.mark.parametrize("query", ["state=guilty", "min_score=x", "min_score=0.9&max_score=0.1", "offset=x", "offset=-1"])
def test_a_filter_that_cannot_be_read_is_told(analyst: TestClient, query: str) -> None:
    found = analyst.get(f"/alerts?{query}")
    assert found.status_code == 400
    assert 'role="alert"' in found.text


def test_why_an_alert_came_back_is_told_on_its_page(analyst: TestClient, raised: App) -> None:
    post(analyst, "/alerts/1/decide", {"outcome": "false_match", "ground": "seen"})
    post(analyst, "/decisions/1/withdraw", {"ground": "wrong customer"})
    page = get(analyst, "/alerts/1")
    assert "It came back:" in page
    assert "Decision 1 was withdrawn." in page


def test_decisions_are_listed_and_filtered_and_where_four_eyes_are_wanted_another_confirms(
    app: App, raised: App, sign_in_as: SignIn
) -> None:
    analyst, approver = sign_in_as("analyst"), sign_in_as("approver")
    four = make_web(App(msgspec.structs.replace(app.settings, four_eyes=True)))
    first, second = (TestClient(four, headers=dict(b.headers), cookies=b.cookies) for b in (analyst, approver))
    post(first, "/alerts/1/decide", {"outcome": "false_match", "ground": "seen"})
    assert "waits for another person" in get(first, "/alerts/1")
    assert "1 alert" in get(first, "/alerts?state=proposed")
    assert "/decisions/1/confirm" not in get(first, "/decisions")
    assert first.post("/decisions/1/confirm", data={"ground": "x"}).status_code == 403
    assert "/decisions/1/confirm" in get(second, "/decisions?state=proposed&outcome=false_match&subject=lakhvi&author=analyst")
    assert "confirmed by" in post(second, "/decisions/1/confirm", {"ground": "agreed"})[2]
    assert "0 decisions" in get(second, "/decisions?state=proposed")
    assert "closed: false match" in get(second, "/alerts/1")
    assert post(second, "/decisions/1/confirm", {"ground": "again"})[0] == 400


def test_viewers_see_decisions_and_no_alerts(sign_in_as: SignIn, raised: App) -> None:
    viewer = sign_in_as("viewer")
    assert viewer.get("/alerts").status_code == 403
    assert viewer.get("/alerts/1").status_code == 403
    assert viewer.get("/decisions").status_code == 200
    assert 'href="/alerts"' not in viewer.get("/search").text
    assert "/hit/escalate" not in viewer.post("/hit", data={**ASKED, "subject": LAKHVI}).text
    assert viewer.post("/hit/escalate", data={**ASKED, "subject": LAKHVI}).status_code == 403


def test_what_was_asked_stands_in_no_address_of_the_queue(analyst: TestClient, raised: App) -> None:
    for page in (get(analyst, "/alerts"), get(analyst, "/alerts/1")):
        assert not re.search(r'(?:href|action|src)="[^"]*(?:Lakhwi|Zakiur|4711)', page)


def test_an_address_to_go_back_to_leads_nowhere_else(analyst: TestClient, raised: App) -> None:
    found = analyst.post("/alerts/1/decide", data={
        "outcome": "false_match", "ground": "x", "back": "//evil.example?state=all&next=//evil.example"
    }, follow_redirects=False)
    assert found.headers["location"] == "/alerts"
