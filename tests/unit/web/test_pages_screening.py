"""The pages of files that are screened, as a browser without script sees them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import msgspec
import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.app.jobs import Jobs
from tocsin.store.access import Role
from tocsin.web.pages import screening

ROWS = "id,name,born,country\n" + "".join(f"{n},Invented Stranger {n},,\n" for n in range(1, 4)) + (
    "4,Zakiur Rehman Lakhwi,1960,Pakistan\n5,ज़की-उर-रहमान लखवी,,pk\n6,?,,\n7,Anna Berg,03/04/1965,\n"
)


def token(browser: TestClient) -> dict[str, str]:
    return {"csrf": browser.headers["X-CSRF-Token"]}


def hand_in(browser: TestClient, text: str = ROWS, name: str = "customers.csv", **fields: str) -> tuple[int, str, str]:
    """Status, address and text of the page that follows; the token is sent as a form does."""
    data = {**token(browser), **fields}
    found = browser.post("/screening", data=data, files={"file": (name, text.encode())}, headers={"X-CSRF-Token": ""})
    return found.status_code, found.url.path, html.unescape(found.text)


def run(app: App) -> None:
    while Jobs(app).run_next("test"):
        pass


def test_a_file_is_handed_in_watched_and_its_results_are_read(analyst: TestClient, app: App) -> None:
    status, path, page = hand_in(analyst, label="May", every="1")
    assert (status, path.startswith("/screening/")) == (200, True)
    assert "It waits for its turn." in page
    assert "<progress" in page
    assert f'hx-get="{path}"' in page
    run(app)
    page = html.unescape(analyst.get(path).text)
    assert "hx-trigger" not in page.partition("<main")[2]
    assert "7 rows read, 2 with hits, 1 not screened." in page
    assert "Zaki-ur-Rehman Lakhvi</bdi></a>" in page
    assert "Row 6, name:" in page
    assert '<li dir="auto">ज़की-उर-रहमान लखवी</li>' in page
    assert re.search(r'href="/subject\?ref=zaki-ur-rehman-lakhvi"', page)
    assert "May" in analyst.get("/screening").text


def test_what_columns_and_values_are_taken_for_is_told_at_once(analyst: TestClient) -> None:
    page = hand_in(analyst)[2]
    rows = {c[0]: c[1:] for c in re.findall(
        r'<th scope="row" lang="en">(\w+)</th>' + r'<td class="num" data-label="[^"]+">(?:<span class="no">)?([\d,]+)(?:</span>)?</td>' * 4, page
    )}
    assert rows["country"] == ("2", "1", "1", "0")
    assert rows["born"] == ("2", "1", "0", "1")
    assert rows["name"] == ("7", "6", "0", "1")
    assert "Row 7, born: day and month could change places" in page
    assert "1 row among these cannot be screened:" in page


def test_a_column_that_nobody_knows_is_refused_with_what_the_others_were_taken_for(analyst: TestClient, app: App) -> None:
    status, path, page = hand_in(analyst, "id,nmae\n1,Anna Berg\n")
    assert (status, path) == (400, "/screening")
    assert "did you mean 'name'?" in page
    assert re.search(r'<bdi>nmae</bdi></th><td data-label="taken"><span class="no">refused', page)
    assert re.search(r'<bdi>id</bdi></th><td data-label="taken"><span class="for">used', page)
    assert list((app.settings.home / "jobs").iterdir()) == []
    assert hand_in(analyst, "id,nmae\n1,Anna Berg\n", map="name=nmae")[0] == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"threshold": "much"}, "The threshold"), ({"threshold": "2"}, "0 to 1"), ({"limit": "0"}, "The limit"),
        ({"dates": "never"}, "day-first"), ({"map": "nmae=id"}, "there is no field"),
    ],
)
def test_what_cannot_be_read_of_the_form_is_told_beside_it(analyst: TestClient, fields: dict[str, str], said: str) -> None:
    status, path, page = hand_in(analyst, **fields)
    assert (status, path) == (400, "/screening")
    assert said in page
    assert f'value="{next(iter(fields.values()))}"' in page or "dates" in fields


def test_a_workbook_is_refused_with_what_to_do(analyst: TestClient) -> None:
    status, _, page = hand_in(analyst, "PK\x03\x04...", "customers.xlsx")
    assert (status, "save it as CSV" in page) == (400, True)


def test_a_file_over_the_limit_is_refused_and_nothing_is_left(analyst: TestClient, app: App) -> None:
    analyst.app.state.tocsin = App(msgspec.structs.replace(app.settings, max_bytes=1_000))  # type: ignore[attr-defined]
    status, _, page = hand_in(analyst, "name\n" + "x" * 2_000)
    assert (status, "at most 1,000 bytes" in page) == (400, True)
    assert list((app.settings.home / "jobs").iterdir()) == []


def test_to_htmx_the_state_comes_alone_and_at_the_end_the_results_beside_it(analyst: TestClient, app: App) -> None:
    path = hand_in(analyst)[1]
    part = analyst.get(path, headers={"HX-Request": "true"})
    assert (part.status_code, "<html" in part.text, "results" in part.text) == (200, False, False)
    run(app)
    part = analyst.get(path, headers={"HX-Request": "true"})
    assert part.status_code == screening.ENDED
    assert 'id="results" hx-swap-oob="true"' in part.text


def test_results_come_page_by_page_and_by_score_and_kind(analyst: TestClient, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screening, "SHOWN", 3)
    path = hand_in(analyst, every="1")[1]
    run(app)
    seen: list[str] = []
    following: str | None = path
    while following:
        page = html.unescape(analyst.get(following).text)
        seen += re.findall(r'<th scope="row" class="num">(\d+)</th>', page)
        met = re.search(r'rel="next" href="([^"]+)"', page)
        following = met[1] if met else None
    assert seen == [str(n) for n in range(1, 8)]
    faults = analyst.get(path, params={"wanted": "faults"}).text
    assert re.findall(r'<th scope="row" class="num">(\d+)</th>', faults) == ["6", "7"]
    best = sorted(hit.score for result in Jobs(app).read_page(path.rpartition("/")[2]).results for hit in result.hits)
    kept = analyst.get(path, params={"wanted": "hits", "least": str(best[-1])}).text
    assert len(re.findall(r'data-label="score">([\d.]+)', kept)) == best.count(best[-1]) < len(best)
    for wrong in ({"least": "2"}, {"least": "x"}, {"wanted": "x"}, {"start": "5"}):
        assert analyst.get(path, params=wrong).status_code == 400


def test_markup_and_formulas_of_the_file_stay_text(analyst: TestClient, app: App) -> None:
    rows = 'id,name,"<img src=x onerror=alert(1)>"\n=1+1<script>,Zakiur Rehman Lakhwi,x\n'
    page = analyst.post(
        "/screening", data={**token(analyst), "ignore": "<img src=x onerror=alert(1)>"}, files={"file": ("<b>.csv", rows)},
    ).text
    assert "<img src=x" not in page
    assert "<b>.csv" not in page
    run(app)
    job = Jobs(app).list()[0]
    page = analyst.get(f"/screening/{job.id}").text
    assert "=1+1&lt;script&gt;" in page
    table = analyst.get(f"/api/v1/jobs/{job.id}/results?format=csv").text
    assert "'=1+1" in table


def test_a_job_is_stopped_and_forgotten(analyst: TestClient, app: App) -> None:
    path = hand_in(analyst)[1]
    assert "It was stopped." in analyst.post(f"{path}/cancel").text
    assert analyst.post(f"{path}/remove").url.path == "/screening"
    assert analyst.get(path).status_code == 404
    assert Jobs(app).list() == ()


def test_a_file_needs_the_token_a_role_and_this_site(analyst: TestClient, app: App, sign_in_as: Callable[[Role], TestClient]) -> None:
    file = {"file": ("a.csv", ROWS)}
    del analyst.headers["X-CSRF-Token"]
    assert analyst.post("/screening", data={"csrf": "old"}, files=file).status_code == 403
    assert analyst.post("/screening", files=file).status_code == 403
    viewer = sign_in_as("viewer")
    assert viewer.post("/screening", data=token(viewer), files=file).status_code == 403
    assert 'href="/screening"' not in viewer.get("/search").text
    approver = sign_in_as("approver")
    assert approver.post("/screening", data=token(approver), files=file, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert Jobs(app).list() == ()


def test_each_sees_own_files_and_all_where_asked(analyst: TestClient, sign_in_as: Callable[[Role], TestClient]) -> None:
    hand_in(analyst, label="mine")
    approver = sign_in_as("approver")
    assert "mine" not in approver.get("/screening").text
    assert "mine" in approver.get("/screening?all=1").text
