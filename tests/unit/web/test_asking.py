"""The routes that ask."""

from __future__ import annotations

import gzip

from starlette.testclient import TestClient

from tocsin.app import App

LAKHVI = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}


def test_many_are_matched_at_once_and_each_answer_goes_by_its_name(client: TestClient) -> None:
    found = client.post("/api/v1/match", json={"queries": {"a": LAKHVI, "b": {"name": "Ella Thorsen"}, "c": {"born": "x"}}})
    assert found.status_code == 200
    results = found.json()["results"]
    assert results["a"]["answer"]["hits"][0]["caption"] == "Zaki-ur-Rehman Lakhvi"
    assert results["b"]["answer"]["hits"] == []
    assert results["c"]["error"].startswith("born: expected")


def test_a_value_is_used_as_it_stands_cleaned_and_told_so_or_refused(client: TestClient) -> None:
    queries = {
        "used": LAKHVI, "cleaned": {**LAKHVI, "born": ["1960", "30 Dec 1960"], "country": "Pakistan", "kind": "person"},
        "refused": {**LAKHVI, "gender": "neither"},
    }
    results = client.post("/api/v1/match", json={"queries": queries}).json()["results"]
    assert "cleaned" not in results["used"]
    assert results["cleaned"]["cleaned"] == {"born": {"30 Dec 1960": "1960-12-30"}, "country": {"Pakistan": "pk"}}
    assert results["refused"]["error"].startswith("gender: expected male or female")


def test_an_unknown_field_or_parameter_is_refused_with_the_nearest_known(client: TestClient) -> None:
    problem = client.post("/api/v1/match", json={"queries": {"a": {"nmae": "x"}}})
    assert (problem.status_code, problem.headers["content-type"]) == (400, "application/problem+json")
    assert "'nmae'; did you mean 'name'?" in problem.json()["detail"]
    assert "did you mean 'threshold'?" in client.get("/api/v1/who?name=x&treshold=0.5").json()["detail"]


def test_a_packed_body_is_read_and_one_that_unpacks_to_too_much_is_not(client: TestClient) -> None:
    import json

    packed = gzip.compress(json.dumps({"queries": {"a": LAKHVI}}).encode())
    headers = {"Content-Encoding": "gzip"}
    assert client.post("/api/v1/match", content=packed, headers=headers).status_code == 200
    bomb = gzip.compress(bytes(200 << 20))
    assert "at most" in client.post("/api/v1/match", content=bomb, headers=headers).json()["detail"]


def test_nobody_is_answered_without_a_key(client: TestClient) -> None:
    client.headers.pop("Authorization")
    assert client.post("/api/v1/match", json={"queries": {"a": LAKHVI}}).status_code == 401
    assert client.get("/healthz").json() == {"status": "ok"}


def test_the_document_describes_the_routes(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    assert "MatchRequest" in document["components"]["schemas"]
    assert document["paths"]["/api/v1/match"]["post"]["requestBody"]["content"]["application/json"]["example"]


def test_together_they_get_the_answers_that_each_gets_alone_and_one_line_of_the_audit(client: TestClient, app: App) -> None:
    queries = {"a": LAKHVI, "b": {"name": "?"}, "c": {"name": "Hafiz Saeed"}, "d": {"id": "imo:9123456"}}
    before = len(list(app.read_audit()))
    together = client.post("/api/v1/match", json={"queries": queries, "changes": True}).json()["results"]
    (line,) = list(app.read_audit())[before:]
    hits = sum(len(r["answer"]["hits"]) for r in together.values() if "answer" in r)
    assert (line.details["queries"], line.details["hits"]) == (3, hits)
    assert hits > 1
    alone = {
        key: client.post("/api/v1/match", json={"queries": {key: query}, "changes": True}).json()["results"][key]
        for key, query in queries.items()
    }
    assert together == alone
    assert list(together) == list(queries)
