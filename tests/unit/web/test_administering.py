"""The routes of administrators."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from tocsin.app import App

PASSWORD = "a long enough password"


@pytest.fixture
def administrator(client_of: Callable[[str], TestClient]) -> TestClient:
    return client_of("administrator")


def test_a_user_is_made_changed_and_told(administrator: TestClient, app: App) -> None:
    made = administrator.post("/api/v1/users", json={"name": "ada", "role": "viewer", "password": PASSWORD}).json()
    assert [(u["name"], u["role"], u["active"]) for u in made["users"]] == [("ada", "viewer", True)]
    changed = administrator.patch("/api/v1/users/ada", json={"role": "analyst", "active": False}).json()
    assert [(u["role"], u["active"]) for u in changed["users"]] == [("analyst", False)]
    assert administrator.get("/api/v1/users").json() == changed
    lines = [line for line in app.read_audit() if line.action == "users"]
    assert [line.details["user"] for line in lines] == ["ada", "ada"]
    assert PASSWORD not in str(lines)


@pytest.mark.parametrize(("method", "path", "body", "told"), [
    ("POST", "users", {"name": "ada", "role": "viewer", "password": "short"}, "12 to 200 characters"),
    ("POST", "users", {"name": " ", "role": "viewer"}, "The user's name"),
    ("POST", "users", {"name": "ada", "role": "king"}, "role"),
    ("POST", "users", {"name": "ada", "rol": "viewer"}, "did you mean 'role'?"),
    ("PATCH", "users/nobody", {"role": "viewer"}, "No user has that name"),
    ("POST", "keys", {"label": "x", "days": 0}, "days: expected"), ("POST", "keys", {"label": ""}, "The key's label"),
    ("DELETE", "keys/999", None, "No key in force"),
])
def test_what_cannot_be_is_refused(administrator: TestClient, method: str, path: str, body: object, told: str) -> None:
    problem = administrator.request(method, f"/api/v1/{path}", json=body)
    assert problem.status_code in (400, 404)
    assert told in problem.json()["detail"]


def test_a_key_that_is_made_opens_what_its_role_may_and_can_be_ended(administrator: TestClient, app: App) -> None:
    made = administrator.post("/api/v1/keys", json={"label": "payments", "days": 30}).json()
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert administrator.get("/api/v1/lists", headers=headers).status_code == 200
    assert administrator.get("/api/v1/users", headers=headers).status_code == 403
    keys = administrator.get("/api/v1/keys").json()["keys"]
    assert made["key"] not in str(keys)
    assert [k["label"] for k in keys if k["id"] == made["id"]] == ["payments"]
    assert administrator.delete(f"/api/v1/keys/{made['id']}").status_code == 204
    assert [k["revoked_at"] is not None for k in administrator.get("/api/v1/keys").json()["keys"] if k["id"] == made["id"]] == [True]
    assert [line.details["change"] for line in app.read_audit() if line.action == "keys"] == ["added", "revoked"]
    assert made["key"] not in str(list(app.read_audit()))


def test_others_do_not_come_in(client_of: Callable[[str], TestClient]) -> None:
    for role in ("viewer", "analyst", "approver", "machine"):
        client = client_of(role)
        assert client.get("/api/v1/users").status_code == 403
        assert client.post("/api/v1/keys", json={"label": "x", "role": "administrator"}).status_code == 403
