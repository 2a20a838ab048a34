"""The routes of alerts, and the command line beside them."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.cli import run
from tocsin.model.hit_decision import HitDecision

URL = "/api/v1/alerts"
QUERY = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}
LAKHVI = "zaki-ur-rehman-lakhvi"


def escalate(client: TestClient, reference: str = "4711") -> int:
    made = client.post(URL, json={"query": {**QUERY, "reference": reference}, "subject": LAKHVI})
    assert made.status_code == 200, made.text
    return int(made.json()["number"])


def test_a_hit_is_raised_listed_assigned_commented_on_and_decided(client: TestClient) -> None:
    number = escalate(client)
    assert escalate(client) == number
    found = client.get(f"{URL}?authority=UN&list=starter&min_score=0.7&subject=lakhvi&source=search").json()
    assert (found["total"], found["alerts"][0]["query"]["names"]) == (1, ["Zakiur Rehman Lakhwi"])
    assert client.get(f"{URL}?min_score=0.1&max_score=0.2").json() == {"alerts": [], "total": 0}
    me = client.get(f"{URL}/{number}").json()["sources"][0]["name"]
    assert client.post(f"{URL}/{number}/assign", json={"to": me}).json()["state"] == "assigned"
    assert client.get(f"{URL}?assignee=").json()["total"] == 0
    said = client.post(f"{URL}/{number}/comment", json={"text": "asked the branch"}).json()
    assert [(e["kind"], e["text"]) for e in said["events"]] == [("assigned", me), ("comment", "asked the branch")]
    decided = client.post(f"{URL}/{number}/decide", json={"outcome": "true_match", "ground": "same passport"}).json()
    assert (decided["author"], decided["identity"]) == (me, "ref:4711")
    assert client.get(URL).json()["total"] == 0
    assert client.get(f"{URL}?state=closed").json()["alerts"][0]["outcome"] == "true_match"
    assert client.get("/api/v1/decisions").json()["total"] == 1


def test_many_are_assigned_and_decided_at_once(client: TestClient) -> None:
    numbers = [escalate(client, "4711"), escalate(client, "4712")]
    me = client.get(f"{URL}/1").json()["sources"][0]["name"]
    assigned = client.post(f"{URL}/assign", json={"numbers": numbers, "to": me}).json()["alerts"]
    assert [a["assignee"] for a in assigned] == [me, me]
    verdict = {"numbers": numbers, "ground": "another person", "expires_on": "2099-12-31"}
    assert client.post(f"{URL}/decide", json={**verdict, "outcome": "true_match"}).status_code == 400
    made = client.post(f"{URL}/decide", json={**verdict, "outcome": "false_match"}).json()["decisions"]
    assert [d["identity"] for d in made] == ["ref:4711", "ref:4712"]


def test_a_machine_raises_and_looks_and_decides_nothing(client_of: Callable[..., TestClient]) -> None:
    machine = client_of("machine")
    number = escalate(machine)
    assert machine.get(URL).json()["total"] == 1
    for path, body in (
        (f"{number}/assign", {"to": None}), (f"{number}/comment", {"text": "x"}), ("assign", {"numbers": [1]}),
        (f"{number}/decide", {"outcome": "false_match", "ground": "x"}),
        ("decide", {"outcome": "false_match", "ground": "x", "numbers": [1]}),
    ):
        assert machine.post(f"{URL}/{path}", json=body).status_code == 403, path
    for path in (URL, f"{URL}/{number}"):
        assert client_of("viewer").get(path).status_code == 403


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("GET", "?limit=0", None, 400), ("GET", "?min_score=2", None, 400), ("GET", "?min_score=nan", None, 400),
    ("GET", "?offset=-1", None, 400), ("GET", "?state=guilty", None, 400), ("GET", "/99", None, 404),
    ("GET", f"/{10**30}", None, 404), ("POST", "/99/comment", {"text": "x"}, 404), ("POST", "/99/assign", {}, 404),
    ("POST", "/assign", {"numbers": []}, 400), ("POST", "", {"query": QUERY, "subject": "nobody"}, 400),
    ("POST", "", {"query": {**QUERY, "reference": "x" * 201}, "subject": LAKHVI}, 400),
])
def test_what_cannot_be_done_is_a_problem(client: TestClient, method: str, path: str, body: object, status: int) -> None:
    found = client.request(method, URL + path, json=body) if body is not None else client.request(method, URL + path)
    assert found.status_code == status, found.text
    assert found.json()["detail"]


def test_what_was_decided_is_not_raised_again(client: TestClient) -> None:
    client.post("/api/v1/decisions", json={
        "query": {**QUERY, "reference": "4711"}, "subject": LAKHVI, "outcome": "false_match", "ground": "seen"
    })
    again = client.post(URL, json={"query": {**QUERY, "reference": "4711"}, "subject": LAKHVI})
    assert again.status_code == 400
    assert "is in force" in again.json()["detail"]


def test_the_command_line_does_all_of_it(app: App, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("TOCSIN_HOME", str(app.settings.home))

    def tocsin(*words: str) -> dict[str, object]:
        assert run(["alerts", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]

    raised = ("raise", "Zakiur Rehman Lakhwi", "--born", "1960", "--subject", LAKHVI)
    assert tocsin(*raised, "--ref", "4711")["number"] == 1
    assert tocsin(*raised, "--ref", "4712", "--author", "asha")["number"] == 2
    assert tocsin("list", "--source-name", "asha")["total"] == 1
    tocsin("assign", "1", "2", "--to", "asha")
    tocsin("comment", "1", "asked the branch")
    assert run(["alerts", "show", "1"]) == 0
    shown = capsys.readouterr().out
    for part in ("assigned to asha", "names: Zakiur Rehman Lakhwi", "asked the branch", "spelling of 'Lakhvi'"):
        assert part in shown
    assert run(["alerts", "decide", "1", "2", "--outcome", "true-match", "--ground", "x"]) == 2
    tocsin("decide", "1", "2", "--outcome", "needs-information", "--ground", "ask", "--expires", "2099-12-31")
    assert tocsin("list")["total"] == 0
    assert {type(one) for one in app.hit_decisions()} == {HitDecision}
