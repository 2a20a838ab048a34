"""The routes that read the register."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient


def test_a_subject_is_shown_by_any_of_its_references(client: TestClient) -> None:
    by_id, by_ref = (client.get(f"/api/v1/subjects/{ref}").json() for ref in ("lashkar-e-tayyiba", "QDe.118"))
    assert by_id == by_ref
    (subject,) = by_id["subjects"]
    assert {x["listing"]["authority"] for x in subject["listings"]} == {"IN", "UN", "US"}
    assert all(value["field"] for x in subject["listings"] for value in x["values"])


def test_a_listing_is_shown_alone(client: TestClient) -> None:
    (subject,) = client.get("/api/v1/listings/starter/QDe.118").json()["subjects"]
    assert {x["listing"]["list_key"] for x in subject["listings"]} == {"starter"}
    assert client.get("/api/v1/listings/un/QDe.118").status_code == 404


def test_the_history_of_a_reference_is_told(client: TestClient) -> None:
    (past,) = client.get("/api/v1/history/QDe.118").json()["history"]
    assert (past["ref"], past["in_force"], len(past["versions"])) == ("QDe.118", True, 1)
    assert client.get("/api/v1/history/QDe.999").status_code == 404


def test_gaps_are_those_of_the_command_line(client: TestClient) -> None:
    found = client.get("/api/v1/gaps?listed_by=us,in&not_by=un&regime=terrorism").json()
    assert "Hizbul Mujahideen" in [s["caption"] for s in found["subjects"]]
    again = client.get("/api/v1/gaps", params=[("listed_by", "US"), ("listed_by", "in"), ("not_by", "un"), ("regime", "terrorism")])
    assert again.json()["subjects"] == found["subjects"]


@pytest.mark.parametrize(("path", "told"), [
    ("gaps?listed_by=us&since=soon", "since: expected"), ("gaps?listed_by=xx", "XX"), ("gaps", "listed_by"),
    ("lists/unn/states", "did you mean 'un'?"), ("lists/un/changes?since=2020-13-01", "since"),
    ("subjects/QDe.1118", "did you mean 'QDe.118'?"), ("subjects/QDe.118?as_of=2999-01-01", "yet to come"),
    ("compare?query=a&candidate=%20", "Name 2 is empty"),
])
def test_what_cannot_be_read_is_told_and_nothing_is_answered(client: TestClient, path: str, told: str) -> None:
    problem = client.get(f"/api/v1/{path}")
    assert problem.status_code in (400, 404)
    assert problem.headers["content-type"] == "application/problem+json"
    assert told in problem.json()["detail"]


def test_lists_and_their_states_are_told(client: TestClient) -> None:
    lists = {x["list_key"]: x for x in client.get("/api/v1/lists").json()["lists"]}
    assert lists["starter"]["digest"]
    (state,) = client.get("/api/v1/lists/starter/states").json()["states"]
    assert state["digest"] == lists["starter"]["digest"]
    changes = client.get("/api/v1/lists/starter/changes").json()["changes"]
    assert {c["kind"] for c in changes} == {"added"}
    assert client.get("/api/v1/health").json()


def test_two_names_are_compared_with_reasons(client: TestClient) -> None:
    found = client.get("/api/v1/compare?query=Salman bin Muhammad&candidate=Muhammad bin Salman&kind=person").json()
    assert found["score"] < 0.7
    assert found["reasons"]


def test_a_machine_asks_and_does_not_look_around(client_of: Callable[[str], TestClient]) -> None:
    machine = client_of("machine")
    assert machine.get("/api/v1/lists").status_code == 200
    assert machine.get("/api/v1/subjects/QDe.118").status_code == 403


def test_a_list_is_brought_by_an_administrator_and_by_nobody_else(client_of: Callable[[str], TestClient]) -> None:
    rows = "".join(
        f"<INDIVIDUAL><DATAID>{n}</DATAID><FIRST_NAME>INVENTED {n}</FIRST_NAME><UN_LIST_TYPE>Haiti</UN_LIST_TYPE>"
        f"<REFERENCE_NUMBER>HTi.{n}</REFERENCE_NUMBER><LISTED_ON>2022-10-21</LISTED_ON></INDIVIDUAL>" for n in range(600)
    )
    xml = f'<CONSOLIDATED_LIST dateGenerated="2026-01-02T08:00:00Z"><INDIVIDUALS>{rows}</INDIVIDUALS><ENTITIES/></CONSOLIDATED_LIST>'
    administrator = client_of("administrator")
    (taken,) = administrator.post("/api/v1/lists/un/update?name=un.xml", content=xml).json()["results"]
    assert (taken["outcome"], taken["listings"]) == ("updated", 600)
    assert administrator.get("/api/v1/subjects/HTi.7").json()["subjects"][0]["listings"]
    (refused,) = administrator.post("/api/v1/lists/un/update?name=../../un.xml", content="<html>").json()["results"]
    assert refused["outcome"] == "refused"
    assert client_of("approver").post("/api/v1/lists/un/update", content=xml).status_code == 403
