"""The routes of decisions on hits."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.web import make_web

URL = "/api/v1/decisions"
QUERY = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}
BODY = {"query": {**QUERY, "reference": "4711"}, "subject": "QDi.264", "outcome": "false_match", "ground": "passport seen"}


def match(client: TestClient, **query: str) -> dict[str, list[dict[str, object]]]:
    found = client.post("/api/v1/match", json={"queries": {"a": {**QUERY, **query}}})
    return found.json()["results"]["a"]["answer"]  # type: ignore[no-any-return]


def test_a_decision_has_the_person_who_asks_as_its_author_and_leaves_the_hit_out(client: TestClient) -> None:
    made = client.post(URL, json={**BODY, "expires_on": "2099-12-31"}).json()
    assert (made["state"], made["identity"]) == ("in_force", "ref:4711")
    assert "for analyst" in made["author"]
    answer = match(client, reference="4711")
    assert answer["hits"] == []
    assert answer["suppressed"][0]["decision"] == made["number"]
    assert "suppressed" not in match(client, reference="4712")
    assert "200 characters" in client.post(
        "/api/v1/match", json={"queries": {"a": {**QUERY, "reference": "x" * 201}}}
    ).json()["results"]["a"]["error"]
    every = client.post("/api/v1/match", json={"queries": {"a": {**QUERY, "reference": "4711"}}, "decisions": False}).json()
    assert len(every["results"]["a"]["answer"]["hits"]) == 1


def test_decisions_are_listed_by_subject_reference_and_state_and_can_be_withdrawn(client: TestClient) -> None:
    number = client.post(URL, json=BODY).json()["number"]
    assert client.get(f"{URL}?reference=4711&subject=zaki-ur-rehman-lakhvi&state=in_force").json()["total"] == 1
    assert client.get(f"{URL}?reference=4712").json() == {"decisions": [], "total": 0}
    gone = client.post(f"{URL}/{number}/withdraw", json={"ground": "wrong customer"}).json()
    assert (gone["state"], gone["withdrawn_ground"]) == ("withdrawn", "wrong customer")
    assert len(match(client, reference="4711")["hits"]) == 1
    assert client.post(f"{URL}/{number}/withdraw", json={"ground": "again"}).status_code == 400


def test_a_machine_decides_nothing_and_an_analyst_confirms_nothing(client_of: Callable[..., TestClient]) -> None:
    assert client_of("machine").post(URL, json=BODY).status_code == 403
    assert client_of("viewer").post(URL, json=BODY).status_code == 403
    assert client_of("machine").get(URL).status_code == 403
    assert client_of("viewer").get(URL).status_code == 200
    assert client_of("analyst").post(f"{URL}/1/confirm", json={"ground": "x"}).status_code == 403


def test_where_four_eyes_are_wanted_an_approver_confirms(app: App, client_of: Callable[..., TestClient]) -> None:
    analyst, approver = client_of("analyst"), client_of("approver")
    four = TestClient(make_web(App(msgspec.structs.replace(app.settings, four_eyes=True))))
    number = four.post(URL, json=BODY, headers=analyst.headers).json()["number"]
    assert len(match(analyst, reference="4711")["hits"]) == 1
    confirmed = four.post(f"{URL}/{number}/confirm", json={"ground": "agreed"}, headers=approver.headers).json()
    assert confirmed["state"] == "in_force"
    assert match(analyst, reference="4711")["hits"] == []


def test_what_cannot_be_decided_is_a_problem(client: TestClient) -> None:
    assert client.post(URL, json={**BODY, "outcome": "guilty"}).status_code == 400
    assert client.post(URL, json={**BODY, "ground": ""}).status_code == 400
    assert client.post(URL, json={**BODY, "subject": "nobody"}).status_code == 404
    assert client.post(URL, json={**BODY, "expires_on": "2020-01-01"}).status_code == 400
    assert client.post(f"{URL}/{10**30}/withdraw", json={"ground": "x"}).status_code == 404
    assert client.get(f"{URL}?limit=0").status_code == 400
    assert "did you mean 'in_force'?" in client.get(f"{URL}?state=in-force").json()["detail"]
