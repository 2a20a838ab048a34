"""The pages of administrators: audit and users."""

from __future__ import annotations

from collections.abc import Callable

from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.store.access import Role, list_users, sign_in
from tocsin.store.desk import open_desk

PASSWORD = "correct horse battery"


def test_only_administrators_see_audit_and_users(analyst: TestClient, administrator: TestClient) -> None:
    for path in ("/audit", "/users"):
        assert analyst.get(path).status_code == 403
        assert administrator.get(path).status_code == 200
        assert f'href="{path}"' in administrator.get("/search").text
        assert f'href="{path}"' not in analyst.get("/search").text
    assert analyst.post("/users/add", data={"name": "eve", "role": "administrator", "password": PASSWORD}).status_code == 403


def test_a_user_is_added_and_can_sign_in_until_made_inactive(administrator: TestClient, app: App) -> None:
    assert administrator.post("/users/add", data={"name": "ravi", "role": "analyst", "password": PASSWORD}).status_code == 200
    with open_desk(app.settings.desk) as connection:
        assert sign_in(connection, "ravi", PASSWORD) is not None
    administrator.post("/users/change", data={"name": "ravi", "active": "no"})
    with open_desk(app.settings.desk) as connection:
        assert sign_in(connection, "ravi", PASSWORD) is None
    assert PASSWORD not in str([line.details for line in app.read_audit()])
    assert [x.details["change"] for x in app.read_audit() if x.action == "users"] == ["added", "changed"]


def test_what_cannot_be_a_user_is_told_on_the_page(administrator: TestClient) -> None:
    found = administrator.post("/users/add", data={"name": "ravi", "role": "analyst", "password": "short"})
    assert found.status_code == 400
    assert "12 to 200" in found.text
    assert administrator.post("/users/change", data={"name": "nobody", "role": "viewer"}).status_code == 404


def test_administrators_cannot_take_away_their_own_rights(administrator: TestClient, app: App) -> None:
    for change in ({"role": "viewer"}, {"active": "no"}):
        assert administrator.post("/users/change", data={"name": "a administrator", **change}).status_code == 400
    with open_desk(app.settings.desk) as connection:
        assert [(u.role, u.active) for u in list_users(connection)] == [("administrator", True)]


def test_the_audit_is_shown_newest_first_and_its_chain_is_walked(administrator: TestClient, app: App) -> None:
    page = administrator.get("/audit?verify=1").text
    newest = list(app.read_audit())[-1].number
    assert f"all {newest} lines are good" in page
    assert f'class="num">{newest}</th>' not in administrator.get(f"/audit?before={newest}").text


def test_a_machine_sees_no_page(sign_in_as: Callable[[Role], TestClient]) -> None:
    machine = sign_in_as("machine")
    for path in ("/lists", "/gaps", "/audit", "/subject?ref=x"):
        assert machine.get(path).status_code == 403
