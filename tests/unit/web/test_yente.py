"""yente's routes over the starter register: golden requests with their answers, and what they promise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.settings import Settings, load_settings
from tocsin.web import make_web

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "yente"
LAKHVI = {"schema": "Person", "properties": {"name": ["Zakiur Rehman Lakhwi"], "birthDate": ["1960"]}}
MOMENTS = ("first_seen", "last_seen", "last_change", "last_export")
VERSIONS = ("version", "index_version")


def still(value: Any) -> Any:
    """An answer without what differs from one register to the next: when it was made, and of which states."""
    if isinstance(value, dict):
        return {
            k: "TIME" if k in MOMENTS and v else "VERSION" if k in VERSIONS else still(v) for k, v in value.items()
        }
    return [still(v) for v in value] if isinstance(value, list) else value


def match(client: TestClient, query: Any, **params: Any) -> Any:
    found = client.post("/yente/match/default", json={"queries": {"q": query}}, params=params)
    assert found.status_code == 200, found.text
    return found.json()["responses"]["q"]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda p: p.stem)
def test_a_request_is_answered_as_written_down(client: TestClient, path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    asked = case["request"]
    found = client.request(
        asked["method"], "/yente" + asked["path"], params=asked.get("params"), json=asked.get("json"), data=asked.get("data")
    )
    assert (found.status_code, still(found.json())) == (case["status"], case["answer"])


def test_a_year_alone_speaks_for_a_full_date_and_one_that_differs_against(client: TestClient) -> None:
    plain = match(client, {"schema": "Person", "properties": {"name": "Zakiur Rehman Lakhwi"}})["results"][0]
    year = match(client, LAKHVI)["results"][0]
    other = match(
        client, {"schema": "Person", "properties": {"name": "Zakiur Rehman Lakhwi", "birthDate": "1991"}}, cutoff=0
    )["results"][0]
    assert year["score"] > plain["score"] > other["score"]
    assert "birth.year" in year["explanations"]


def test_a_full_date_speaks_for_a_year_that_is_listed(client: TestClient) -> None:
    query = {"schema": "Person", "properties": {"name": "Abdul Rauf Azhar Alvi"}}  # born in 1974, as listed
    dated = {"schema": "Person", "properties": {**query["properties"], "birthDate": "1974-03-02"}}  # type: ignore[dict-item]
    plain, year = (match(client, q, cutoff=0)["results"][0] for q in (query, dated))
    assert plain["id"] == year["id"] == "abdul-rauf-asghar"
    assert year["score"] > plain["score"]


def test_the_parts_of_an_explanation_add_up_to_the_score(client: TestClient) -> None:
    import math

    hit = match(client, LAKHVI)["results"][0]
    total = sum(part["score"] for part in hit["explanations"].values())
    assert 1 / (1 + math.exp(-total)) == pytest.approx(hit["score"], abs=1e-4)
    assert hit["features"] == {name: part["score"] for name, part in hit["explanations"].items()}


def test_the_threshold_says_what_matches_and_the_cutoff_what_is_shown(client: TestClient) -> None:
    query = {"schema": "Person", "properties": {"name": "Lakhvi", "birthDate": "1960"}}
    assert match(client, query)["results"] == []
    low = match(client, query, cutoff=0.1)
    assert [r["match"] for r in low["results"]] == [False]
    assert low["total"]["value"] == 0
    assert match(client, query, threshold=0.1)["total"]["value"] == 1


def test_one_hundred_queries_are_a_batch_and_one_more_is_not(client: TestClient) -> None:
    batch = {f"q{n}": {"schema": "Person", "properties": {"name": f"Nobody Known{n}"}} for n in range(101)}
    refused = client.post("/yente/match/default", json={"queries": batch})
    assert (refused.status_code, refused.json()) == (400, {"detail": "Too many queries in one batch (limit: 100)"})
    batch.pop("q0")
    taken = client.post("/yente/match/default", json={"queries": batch})
    assert (taken.status_code, taken.headers["x-batch-size"]) == (200, "100")
    assert client.post("/yente/match/default", json={"queries": {}}).json()["detail"] == "No queries provided."


@pytest.mark.parametrize(("params", "found"), [
    ({"include_dataset": ["starter"]}, 1), ({"include_dataset": ["un"]}, 1), ({"exclude_dataset": "starter"}, 0),
    ({"exclude_dataset": ["un", "us"]}, 1), ({"exclude_dataset": ["un", "us", "in"]}, 0), ({"exclude_dataset": "banana"}, 1),
    ({"exclude_schema": "Person"}, 0), ({"exclude_schema": "Vessel"}, 1), ({"topics": ["crime.terror", "role.pep"]}, 1),
    ({"topics": "role.pep"}, 0), ({"exclude_entity_ids": "zaki-ur-rehman-lakhvi"}, 0),
    ({"exclude_entity_ids": "starter-QDi.264"}, 0), ({"changed_since": "2000-01-01"}, 1),
    ({"changed_since": "2999-01-01T00:00"}, 0), ({"fuzzy": "false", "algorithm": "logic-v2"}, 1),
])
def test_conditions_narrow_what_is_found(client: TestClient, params: dict[str, Any], found: int) -> None:
    assert len(match(client, LAKHVI, **params)["results"]) == found


def test_a_dataset_that_is_to_be_included_must_be_there_or_nobody_would_be_screened(client: TestClient) -> None:
    said = client.post("/yente/match/default", json={"queries": {"q": LAKHVI}}, params={"include_dataset": "banana"})
    assert said.status_code == 404
    assert said.json()["detail"].startswith("No such dataset. include_dataset 'banana'")


@pytest.mark.parametrize(("schema", "found"), [
    ("Person", 1), ("LegalEntity", 1), ("Thing", 1), ("Company", 0), ("Vessel", 0), ("Position", 0),
])
def test_a_schema_is_met_by_what_it_may_be_listed_as(client: TestClient, schema: str, found: int) -> None:
    query = {"schema": schema, "properties": {"name": ["Zaki-ur-Rehman Lakhvi"]}}
    assert len(match(client, query)["results"]) == found


def test_what_is_not_understood_is_told_and_refused_where_that_is_asked_for(client: TestClient) -> None:
    query = {"schema": "Person", "properties": {"name": "Zakiur Rehman Lakhwi", "birthDate": "soon", "nmae": "x"}}
    told = match(client, query)
    assert told["unused"] == ["birthDate", "nmae"]
    assert told["query"]["properties"] == {"name": ["Zakiur Rehman Lakhwi"]}
    refused = client.post("/yente/match/default?strict=true", json={"queries": {"q": query}})
    assert refused.status_code == 400
    assert "soon" not in refused.text


@pytest.mark.parametrize("params", [{"algorithm": "neural-net"}, {"changed_since": "soon"}, {"exclude_entity_ids": ["x"] * 51}])
def test_a_wrong_parameter_is_refused(client: TestClient, params: dict[str, Any]) -> None:
    assert client.post("/yente/match/default", json={"queries": {"q": LAKHVI}}, params=params).status_code in (400, 422)


def test_weights_are_refused_and_not_passed_over(client: TestClient) -> None:
    said = client.post("/yente/match/default", json={"queries": {"q": LAKHVI}, "weights": {"name_literal": 0.5}})
    assert said.status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"queries": 1}', b"\xff", b"[" * 5_000])
def test_a_body_that_is_none_is_refused(client: TestClient, body: bytes) -> None:
    said = client.post("/yente/match/default", content=body)
    assert said.status_code == 422
    assert said.json()["detail"][0]["loc"] == ["body"]


def test_an_address_that_is_too_long_is_refused(client: TestClient) -> None:
    said = client.get("/yente/search/default", params={"q": "x" * 60_000})
    assert (said.status_code, said.json()) == (414, {"detail": "Request URI too long"})


@pytest.mark.parametrize(("params", "total"), [
    ({"q": ""}, 80), ({"q": "lakhvi"}, 1), ({"q": "LAKHVI"}, 1), ({"q": "lakhv"}, 0), ({"q": "lakhv*"}, 1),
    ({"q": '"rehman lakhvi"'}, 1), ({"q": '"lakhvi rehman"'}, 0), ({"q": "QDi.264"}, 1), ({"q": "ذکی الرحمن"}, 1),
    ({"q": "zakiur rehman lakhwi"}, 0), ({"q": "zakiur rehman lakhwi", "fuzzy": "true"}, 1), ({"q": "*", "fuzzy": "true"}, 80),
    ({"schema": "Person"}, 48), ({"schema": "Organization"}, 32), ({"schema": "Vessel"}, 0), ({"topics": "role.pep"}, 0),
    ({"countries": "pk", "q": "lakhvi"}, 1), ({"countries": "fr", "q": "lakhvi"}, 0),
    ({"countries": ["fr", "pk"], "q": "lakhvi"}, 1), ({"countries": ["fr", "pk"], "q": "lakhvi", "filter_op": "AND"}, 0),
    ({"filter": "properties.birthDate:1960-12-30"}, 1), ({"filter": "referents:starter-QDi.264"}, 1), ({"target": "false"}, 0),
    ({"changed_since": "2999-01-01"}, 0), ({"exclude_dataset": "starter"}, 0),
])
def test_a_search_finds_by_words_and_filters(client: TestClient, params: dict[str, Any], total: int) -> None:
    found = client.get("/yente/search/default", params=params)
    assert found.status_code == 200, found.text
    assert found.json()["total"] == {"value": total, "relation": "eq"}


def test_pages_of_a_search_are_all_of_it_and_nothing_twice(client: TestClient) -> None:
    ids: list[str] = []
    for offset in range(0, 80, 30):
        page = client.get("/yente/search/default", params={"limit": 30, "offset": offset, "sort": "caption"}).json()
        ids += [r["id"] for r in page["results"]]
    assert len(ids) == len(set(ids)) == 80


@pytest.mark.parametrize("params", [
    {"schema": "Banana"}, {"filter": "x"}, {"sort": "banana"}, {"q": "a OR b"}, {"limit": 501}, {"offset": 9_500},
    {"facets": "banana"}, {"filter_op": "XOR"},
])
def test_a_search_that_cannot_be_understood_is_refused(client: TestClient, params: dict[str, Any]) -> None:
    assert client.get("/yente/search/default", params=params).status_code in (400, 422)


@pytest.mark.parametrize("key", ["starter-QDi.264", "QDi.264", "starter:QDi.264"])
def test_another_id_of_a_subject_leads_to_it(client: TestClient, key: str) -> None:
    moved = client.get(f"/yente/entities/{key}?nested=false", follow_redirects=False)
    assert (moved.status_code, moved.headers["location"]) == (308, "/yente/entities/zaki-ur-rehman-lakhvi?nested=false")
    assert client.get(f"/yente/entities/{key}/adjacent/sanctions").json()["total"]["value"] == 3


def test_a_tie_is_told_at_both_of_its_ends(client: TestClient) -> None:
    group = client.get("/yente/entities/lashkar-e-tayyiba").json()["properties"]["unknownLinkFrom"]
    assert "zaki-ur-rehman-lakhvi" in {link["properties"]["subject"][0]["id"] for link in group}
    man = client.get("/yente/entities/zaki-ur-rehman-lakhvi").json()["properties"]["unknownLinkTo"]
    assert [link["properties"]["object"][0]["id"] for link in man] == ["lashkar-e-tayyiba"]


def test_what_belongs_to_a_subject_has_an_id_of_its_own(client: TestClient) -> None:
    sanction = client.get("/yente/entities/zaki-ur-rehman-lakhvi").json()["properties"]["sanctions"][0]
    alone = client.get(f"/yente/entities/{sanction['id']}").json()
    assert (alone["schema"], alone["properties"]["entity"]) == ("Sanction", ["zaki-ur-rehman-lakhvi"])


def test_all_that_is_adjacent_is_told_by_property(client: TestClient) -> None:
    found = client.get("/yente/entities/zaki-ur-rehman-lakhvi/adjacent", params={"limit": 1}).json()
    assert found["entity"]["id"] == "zaki-ur-rehman-lakhvi"
    assert {name: (page["total"]["value"], len(page["results"])) for name, page in found["adjacent"].items()} == {
        "sanctions": (3, 1), "unknownLinkTo": (1, 1),
    }
    assert client.get("/yente/entities/zaki-ur-rehman-lakhvi/adjacent/employers").json()["results"] == []
    assert client.get("/yente/entities/zaki-ur-rehman-lakhvi/adjacent/banana").json() == {"detail": "No such property!"}


def test_a_catalogue_that_has_not_changed_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/yente/catalog")
    again = client.get("/yente/catalog", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_statements_of_a_subject_are_those_of_its_listings(client: TestClient) -> None:
    every = client.get("/yente/statements", params={"canonical_id": "zaki-ur-rehman-lakhvi", "limit": 5_000}).json()
    one = client.get("/yente/statements", params={"entity_id": "starter-QDi.264"}).json()
    assert {s["entity_id"] for s in every["results"]} == {"starter-QDi.264", "starter-10690", "starter-UAPA-IV-3"}
    assert {s["id"] for s in one["results"]} < {s["id"] for s in every["results"]}
    assert client.get("/yente/statements", params={"dataset": "banana"}).status_code == 404


def test_an_update_is_made_for_an_administrator_only(
    client_of: Any, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []
    monkeypatch.setattr(App, "update", lambda self: calls.append("update") or ())
    analyst, administrator = client_of("analyst"), client_of("administrator")
    key = administrator.headers["Authorization"].removeprefix("Bearer ")
    for refused in (analyst.post("/yente/updatez"), analyst.post("/yente/updatez?token=x")):
        assert (refused.status_code, refused.json()) == (403, {"detail": "Invalid token."})
    assert not calls
    assert administrator.post("/yente/updatez?sync=true").json() == {"status": "ok"}
    assert analyst.post("/yente/updatez", params={"token": key}).json() == {"status": "ok"}
    assert calls == ["update", "update"]


def test_health_needs_no_key_and_all_else_does(client: TestClient) -> None:
    key = client.headers.pop("Authorization").removeprefix("Bearer ")
    assert client.get("/yente/healthz").json() == client.get("/yente/readyz").json() == {"status": "ok"}
    for path in ("catalog", "algorithms", "search/default", "entities/x", "statements", "reconcile/default"):
        assert client.get(f"/yente/{path}").status_code == 401
        assert client.get(f"/yente/{path}", headers={"Authorization": f"ApiKey {key}"}).status_code in (200, 404)
    assert client.get(f"/yente/catalog?api_key={key}").status_code == 401
    assert client.get(f"/yente/reconcile/default?api_key={key}").status_code == 200


def test_a_service_without_a_register_is_not_ready(tmp_path: Path) -> None:
    client = TestClient(make_web(App(Settings(home=tmp_path / "none"))))
    assert client.get("/yente/healthz").status_code == 200
    said = client.get("/yente/readyz")
    assert (said.status_code, said.json()) == (503, {"detail": "Index not ready."})


def test_what_is_not_there_is_told_in_the_same_shape(client: TestClient) -> None:
    assert client.get("/yente/banana").json() == {"detail": "Not Found"}
    assert client.delete("/yente/catalog").status_code == 405


def test_the_routes_may_be_at_the_root_too(app: App, client: TestClient) -> None:
    import msgspec

    assert client.get("/catalog").headers["content-type"] == "application/problem+json"
    app.settings = msgspec.structs.replace(app.settings, yente_at_root=True)
    rooted = TestClient(make_web(app), headers=client.headers)
    assert rooted.get("/catalog").json() == rooted.get("/yente/catalog").json()
    assert rooted.get("/entities/nobody").json() == {"detail": "No such entity!"}
    moved = rooted.get("/entities/QDi.264", follow_redirects=False)
    assert moved.headers["location"] == "/entities/zaki-ur-rehman-lakhvi"
    assert rooted.get("/api/v1/who?name=lakhvi").status_code == 200


def test_the_setting_for_the_root_is_a_switch(tmp_path: Path) -> None:
    from tocsin.errors import BadInput

    assert load_settings({"TOCSIN_YENTE_AT_ROOT": "1"}, home=tmp_path).yente_at_root
    assert not load_settings({}, home=tmp_path).yente_at_root
    with pytest.raises(BadInput, match="TOCSIN_YENTE_AT_ROOT"):
        load_settings({"TOCSIN_YENTE_AT_ROOT": "maybe"}, home=tmp_path)


def test_the_document_describes_every_route_with_its_answers(client: TestClient) -> None:
    document = client.get("/yente/openapi.json").json()
    assert document["servers"] == [{"url": "/yente"}]
    assert {
        "/match/{dataset}", "/search/{dataset}", "/entities/{entity_id}", "/entities/{entity_id}/adjacent",
        "/entities/{entity_id}/adjacent/{property_name}", "/catalog", "/algorithms", "/healthz", "/readyz", "/updatez",
        "/statements", "/reconcile/{dataset}",
    } <= set(document["paths"])
    referred = set(re.findall(r"#/components/schemas/(\w+)", json.dumps(document)))
    assert referred <= set(document["components"]["schemas"])


def test_no_question_is_answered_without_its_line_in_the_audit(client: TestClient, app: App) -> None:
    before = len(list(app.read_audit()))
    match(client, LAKHVI)
    line = list(app.read_audit())[before:]
    assert [one.action for one in line] == ["match"]
    assert "Lakhwi" not in json.dumps(line[0].details)


def test_a_batch_is_one_line_in_the_audit(client: TestClient, app: App) -> None:
    before = len(list(app.read_audit()))
    batch = {"queries": {str(n): LAKHVI for n in range(5)}}
    found = client.post("/yente/match/default", json=batch).json()["responses"]
    assert [len(one["results"]) for one in found.values()] == [1] * 5
    (line,) = list(app.read_audit())[before:]
    assert (line.details["queries"], line.details["hits"]) == (5, 5)


def test_a_list_may_be_asked_for_under_the_name_that_opensanctions_gives_it(client: TestClient, app: App) -> None:
    file = GOLDEN.parent / "un" / "layout_2021.xml"
    assert client.get("/yente/search/un_sc_sanctions").status_code == 404
    assert app.update(("un",), files=(file,), accept=True)[0].outcome == "updated"
    under_both = [client.get(f"/yente/search/{name}").json() for name in ("un", "un_sc_sanctions")]
    assert under_both[0] == under_both[1]
    assert under_both[0]["total"]["value"] > 0
    assert "un_sc_sanctions" not in {d["name"] for d in client.get("/yente/catalog").json()["datasets"]}


def test_an_index_that_is_swapped_between_finding_and_telling_fails_no_request(
    client: TestClient, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.errors import NotFound

    get_subject, calls = App.get_subject, []

    def get_once_too_late(self: App, key: str) -> Any:
        calls.append(key)
        if len(calls) == 1:
            raise NotFound("gone")
        return get_subject(self, key)

    monkeypatch.setattr(App, "get_subject", get_once_too_late)
    assert len(match(client, LAKHVI)["results"]) == 1
    directory = app.directory()
    app.update(("un",), files=(GOLDEN.parent / "un" / "layout_2021.xml",), accept=True)
    assert app.directory() is not directory
    assert [directory.get_entity(row).id for row in directory.rows[:3]] == [row.key for row in directory.rows[:3]]
