"""The routes of monitored populations."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

BASE = "/api/v1/populations"
NEW = {"name": "crew", "purpose": "Crew of our ships"}
LAKHVI = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}


def test_a_population_is_registered_checked_and_told_about(client_of: Callable[[str], TestClient]) -> None:
    machine, viewer = client_of("machine"), client_of("viewer")
    assert machine.post(BASE, json=NEW).status_code == 200
    given = {"members": {"4711": LAKHVI, "4712": {"name": "Ella Thorsen"}}}
    assert machine.post(f"{BASE}/crew/members", json=given).json()["added"] == 2
    assert viewer.get(f"{BASE}/crew/statement").json()["complete"] is False
    assert machine.post(f"{BASE}/crew/check").json()["checked"][0]["new"] == 1
    (finding,) = viewer.get(f"{BASE}/crew/findings").json()["findings"]
    assert finding["reference"] == "4711"
    feed = machine.get(f"{BASE}/crew/feed").json()
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["items"][0]["_tocsin"]["events"][0]["reference"] == "4711"
    assert "Lakhwi" not in machine.get(f"{BASE}/crew/feed").text
    assert machine.get(f"{BASE}/crew/feed?after={feed['items'][0]['id']}").json()["items"] == []
    assert viewer.get(f"{BASE}/crew/statement").json()["complete"] is True
    assert "Lakhwi" not in viewer.get(f"{BASE}/crew/members").text
    assert machine.post(f"{BASE}/crew/members/remove", json={"references": ["4711"]}).json() == {"members": 1}
    assert machine.delete(f"{BASE}/crew").json() == {"members": 1}
    assert viewer.get(BASE).json() == {"populations": []}


def test_a_viewer_looks_only_and_only_an_administrator_says_where_notices_go(client_of: Callable[[str], TestClient]) -> None:
    assert client_of("viewer").post(BASE, json=NEW).status_code == 403
    out = {**NEW, "webhooks": ["http://127.0.0.1:9/"]}
    assert client_of("analyst").post(BASE, json=out).status_code == 403
    assert client_of("viewer").get(BASE).json() == {"populations": []}
    secrets = client_of("administrator").post(BASE, json=out).json()["secrets"]
    assert secrets["http://127.0.0.1:9/"].startswith("whsec_")
    client_of("analyst").post(f"{BASE}/crew/members", json={"members": {"1": LAKHVI}})
    client_of("analyst").post(f"{BASE}/crew/check")
    for role, target in (("administrator", "http://127.0.0.1:9/"), ("viewer", "")):
        (notice,) = client_of(role).get(f"{BASE}/crew/deliveries").json()["notices"]
        assert [(d["target"], d["delivered_at"]) for d in notice["deliveries"]] == [(target, None)]
    assert "whsec_" not in client_of("viewer").get(BASE).text


def test_a_member_that_cannot_be_read_is_refused_with_all_others(client: TestClient) -> None:
    client.post(BASE, json=NEW)
    problem = client.post(f"{BASE}/crew/members", json={"members": {"1": LAKHVI, "2": {"name": "..."}}})
    assert (problem.status_code, "Member 2" in problem.json()["detail"]) == (400, True)
    assert client.get(f"{BASE}/crew/members").json() == {"members": []}
    assert client.get(f"{BASE}/crwe/findings").status_code == 404
