"""The pages of monitored populations."""

from __future__ import annotations

import html
from collections.abc import Callable

import msgspec
import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.overview import get_overview, list_notices
from tocsin.exchange.statements import Statement
from tocsin.store.access import Role
from tocsin.web.pages import monitoring
from tocsin.web.pages.words import show_span

ROWS = "id,name,born\n4711,Zakiur Rehman Lakhwi,1960\n4712,Ella Thorsen,\n4713,?,\n,Nobody Known,\n"
NEW = {"name": "crew", "purpose": "Crew of our ships"}


def send(browser: TestClient, path: str, text: str | None = None, **fields: str) -> tuple[int, str]:
    """A form as a browser sends it, with a file or without one chosen."""
    file = ("members.csv", text.encode()) if text is not None else ("", b"")
    data = {"csrf": browser.headers["X-CSRF-Token"], **fields}
    found = browser.post(path, data=data, files={"file": file}, headers={"X-CSRF-Token": ""})
    return found.status_code, html.unescape(found.text)


def get(browser: TestClient, path: str) -> str:
    found = browser.get(path)
    assert found.status_code == 200, found.text
    return html.unescape(found.text)


def test_a_population_is_registered_from_a_file_checked_and_told_of(analyst: TestClient, app: App) -> None:
    status, page = send(analyst, "/monitoring", ROWS, **NEW)
    assert status == 200
    assert "3 members added" in page
    assert "1 row could not be registered:" in page
    assert "Row 4: it has no reference" in page
    assert "3 members wait for the next checking" in page
    assert "It was never checked." in page
    page = html.unescape(analyst.post("/monitoring/crew/check").text)
    assert "which is in force." in page
    assert "1 finding." in page
    assert "Zaki-ur-Rehman Lakhvi</bdi></a>" in page
    assert "in the feed" in page
    assert "1 cannot be checked" in page
    assert "Lakhwi" not in page
    line = get(analyst, "/monitoring")
    assert 'data-label="members">3</td>' in line
    assert 'data-label="findings">1</td>' in line
    assert list(app.settings.home.glob("incoming-*")) == []


def test_a_file_whose_columns_cannot_be_used_leaves_no_population(analyst: TestClient, app: App) -> None:
    status, page = send(analyst, "/monitoring", "id,nmae\n1,x\n", **NEW)
    assert (status, "did you mean 'name'?" in page) == (400, True)
    assert 'value="Crew of our ships"' in page
    assert app.list_populations() == ()
    assert send(analyst, "/monitoring", None, **NEW)[0] == 200
    assert send(analyst, "/monitoring", None, **NEW)[0] == 400
    assert send(analyst, "/monitoring", None, **{**NEW, "name": "other", "retention_days": "soon"})[0] == 400
    assert [p.name for p in app.list_populations()] == ["crew"]


def test_members_are_added_one_by_one_given_anew_and_removed(analyst: TestClient, app: App) -> None:
    send(analyst, "/monitoring", ROWS, **NEW)
    member = {"reference": "4714", "name": "Masood Azhar", "born": "1968"}
    assert analyst.post("/monitoring/crew/member", data=member).status_code == 200
    found = analyst.post("/monitoring/crew/member", data={**member, "reference": "4715", "born": "19"})
    assert found.status_code == 400
    assert "born: expected" in found.text
    assert 'value="4715"' in found.text
    assert "4714" in get(analyst, "/monitoring/crew/members")
    assert analyst.post("/monitoring/crew/members/remove", data={"references": "4712\n4799"}).status_code == 404
    analyst.post("/monitoring/crew/members/remove", data={"references": "4712\n4713\n"})
    assert [r for r, _, _ in app.list_members("crew")] == ["4711", "4714"]
    status, page = send(analyst, "/monitoring/crew/members", "id,name\n4711,Zakiur Rehman Lakhwi\n", replace="1")
    assert (status, "0 members added, 1 changed, 0 as before, 1 removed" in page) == (200, True)
    assert [r for r, _, _ in app.list_members("crew")] == ["4711"]


def test_the_statement_is_read_and_saved(analyst: TestClient) -> None:
    send(analyst, "/monitoring", "id,name\n4711,Zakiur Rehman Lakhwi\n", **NEW)
    assert "Not complete." in get(analyst, "/monitoring/crew/statement")
    analyst.post("/monitoring/crew/check")
    page = get(analyst, "/monitoring/crew/statement")
    assert "Complete: everyone was checked" in page
    assert "starter" in page
    saved = analyst.get("/monitoring/crew/statement?save=json")
    assert msgspec.json.decode(saved.content, type=Statement).complete
    text = analyst.get("/monitoring/crew/statement?save=txt")
    assert "crew - COMPLETE" in text.text
    assert "attachment" in text.headers["content-disposition"]


def test_only_an_administrator_says_where_notices_go_and_sees_it(
    analyst: TestClient, administrator: TestClient, app: App
) -> None:
    out = {**NEW, "webhooks": "http://127.0.0.1:9/in", "emails": "desk@example.org"}
    assert 'name="webhooks"' not in get(analyst, "/monitoring")
    assert send(analyst, "/monitoring", ROWS, **out)[0] == 403
    status, page = send(administrator, "/monitoring", ROWS, **out)
    assert (status, "whsec_" in page) == (200, True)
    administrator.post("/monitoring/crew/check")
    app.deliver()
    page = get(administrator, "/monitoring/crew")
    assert "whsec_" not in page
    assert "http://127.0.0.1:9/in: " in page
    assert "not yet, after 1 try" in page
    theirs = get(analyst, "/monitoring/crew")
    assert "127.0.0.1:9" not in theirs
    assert "Notices go out by 2 ways" in theirs
    assert "2 not delivered yet" in get(analyst, "/monitoring")
    (notice,) = list_notices(app, "crew")
    assert [(d.kind, d.attempts) for d in notice.deliveries] == [("webhook", 1), ("email", 1)]


def test_a_population_is_removed_by_who_says_its_name_again(analyst: TestClient, app: App) -> None:
    send(analyst, "/monitoring", ROWS, **NEW)
    assert analyst.post("/monitoring/crew/remove", data={"again": "crw"}).status_code == 400
    assert get_overview(app, "crew").members == 3
    assert analyst.post("/monitoring/crew/remove", data={"again": "crew"}).url.path == "/monitoring"
    assert app.list_populations() == ()
    assert analyst.get("/monitoring/crew").status_code == 404


def test_a_viewer_looks_and_changes_nothing(analyst: TestClient, sign_in_as: Callable[[Role], TestClient], app: App) -> None:
    send(analyst, "/monitoring", ROWS, **NEW)
    viewer = sign_in_as("viewer")
    assert "<form" not in get(viewer, "/monitoring/crew").partition("<main")[2].partition("</main>")[0]
    for path in ("check", "remove", "member", "members/remove"):
        assert viewer.post(f"/monitoring/crew/{path}", data={"again": "crew", "reference": "x"}).status_code == 403
    assert send(viewer, "/monitoring/crew/members", ROWS)[0] == 403
    assert send(viewer, "/monitoring", ROWS, name="b", purpose="b")[0] == 403
    assert get_overview(app, "crew").members == 3


def test_members_and_findings_come_page_by_page(analyst: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitoring, "SHOWN", 2)
    rows = "id,name\n" + "".join(f"{n},Zakiur Rehman Lakhwi\n" for n in range(5))
    send(analyst, "/monitoring", rows, **NEW)
    analyst.post("/monitoring/crew/check")
    assert "Page 2 of 3" in get(analyst, "/monitoring/crew?page=2")
    assert '<bdi>4</bdi></th><td data-label="state">checked' in get(analyst, "/monitoring/crew/members?page=3")


@pytest.mark.parametrize(
    ("seconds", "told"), [(None, ""), (-0.4, "0 s"), (59.6, "1 min 0 s"), (183_600, "2 d 3 h"), (86_400, "1 d 0 h"), (7, "7 s")]
)
def test_a_span_of_time_is_told_by_its_two_largest_units(seconds: float | None, told: str) -> None:
    assert show_span(seconds) == told


def test_markup_of_references_and_purposes_stays_text(analyst: TestClient) -> None:
    found = analyst.post(
        "/monitoring", data={"csrf": analyst.headers["X-CSRF-Token"], "name": "crew", "purpose": "<script>alert(1)</script>"},
        files={"file": ("a.csv", "id,name\n<b>x</b>,Zakiur Rehman Lakhwi\n")},
    )
    assert found.status_code == 200
    page = analyst.post("/monitoring/crew/check").text + analyst.get("/monitoring/crew/members").text
    assert "<script>alert" not in page
    assert "<b>x" not in page
    assert "&lt;b&gt;x" in page
