"""The search and the page of a hit, as a browser without script sees them."""

from __future__ import annotations

import html
import re

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.store.access import Role

ASKED = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}


def post(browser: TestClient, path: str, data: dict[str, str], **headers: str) -> tuple[int, str]:
    found = browser.post(path, data=data, headers={"X-CSRF-Token": browser.headers["X-CSRF-Token"], **headers})
    return found.status_code, html.unescape(found.text)


def test_hits_are_shown_with_score_listings_and_the_form_as_it_was_typed(analyst: TestClient) -> None:
    status, page = post(analyst, "/search", ASKED)
    assert status == 200
    assert "Zaki-ur-Rehman Lakhvi" in page
    assert 'value="Zakiur Rehman Lakhwi"' in page
    assert "<html" in page


def test_as_one_types_only_the_hits_come_and_half_a_date_is_no_failure(analyst: TestClient) -> None:
    status, part = post(analyst, "/search", ASKED, **{"HX-Request": "true"})
    assert "<html" not in part
    assert "Zaki-ur-Rehman Lakhvi" in part
    assert post(analyst, "/search", {**ASKED, "born": "19"}, **{"HX-Request": "true"})[0] == 200
    status, page = post(analyst, "/search", {**ASKED, "born": "19"})
    assert status == 400
    assert "born: expected" in page


def test_nothing_is_looked_for_before_there_are_two_letters(analyst: TestClient, app: App) -> None:
    lines = sum(1 for _ in app.read_audit())
    assert post(analyst, "/search", {"name": "a"})[0] == 200
    assert sum(1 for _ in app.read_audit()) == lines


def test_what_was_asked_stands_in_no_address_and_in_no_line_of_the_audit(analyst: TestClient, app: App) -> None:
    _, page = post(analyst, "/search", ASKED)
    assert not re.search(r'(?:href|action|src)="[^"]*(?:Lakhwi|Zakiur)', page)
    assert "Lakhwi" not in str([line.details for line in app.read_audit()])


def test_a_hit_is_told_side_by_side_with_points_that_add_up_and_what_would_change_it(analyst: TestClient) -> None:
    subject = re.search(r'name="subject" value="([^"]+)"', post(analyst, "/search", ASKED)[1])
    assert subject is not None
    status, page = post(analyst, "/hit", {**ASKED, "subject": subject.group(1)})
    assert status == 200
    assert "Zakiur Rehman Lakhwi" in page
    assert "Zaki-ur-Rehman Lakhvi" in page
    told = [float(p.replace("−", "-")) for p in re.findall(r'"nowrap">([+−]\d+\.\d)', page)]
    total = re.search(r"All points together: ([+−]\d+\.\d)", page)
    assert total is not None
    assert sum(told) == pytest.approx(float(total.group(1).replace("−", "-")), abs=0.05 * (len(told) + 1))
    assert "It stays a hit" in page


def test_a_subject_that_is_not_among_the_hits_has_no_page_of_a_hit(analyst: TestClient) -> None:
    assert post(analyst, "/hit", {**ASKED, "subject": "nobody"})[0] == 404


def test_a_form_without_the_token_of_the_page_is_refused(analyst: TestClient) -> None:
    del analyst.headers["X-CSRF-Token"]
    assert analyst.post("/search", data=ASKED).status_code == 403


@pytest.mark.parametrize(("role", "status"), [("viewer", 200), ("machine", 403)])
def test_pages_are_for_those_who_may_read(sign_in_as, role: Role, status: int) -> None:  # type: ignore[no-untyped-def]
    assert sign_in_as(role).get("/search").status_code == status


def test_markup_in_what_was_typed_stays_text(analyst: TestClient) -> None:
    found = analyst.post("/search", data={"name": '"><script>alert(1)</script>'})
    assert "<script>alert" not in found.text
