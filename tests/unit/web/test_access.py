"""Who may do what, and how often."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import add_key, add_user, open_session, revoke_key, sign_in
from tocsin.store.desk import open_desk
from tocsin.web import access, make_web

NOW = dt.datetime.now(dt.UTC)


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(Settings(home=tmp_path / "home", rate=5))
    app.ensure_register()
    return app


def make_key(app: App, *, expires_at: dt.datetime | None = None) -> tuple[int, str]:
    with open_desk(app.settings.desk, write=True) as connection:
        return add_key(connection, "k", "analyst", by="test", at=NOW, expires_at=expires_at)


def ask(app: App, **headers: str) -> int:
    return TestClient(make_web(app)).get("/api/v1/lists", headers=headers).status_code


def test_a_key_is_taken_in_each_of_the_headers_and_no_other(app: App) -> None:
    _, key = make_key(app)
    assert ask(app, Authorization=f"Bearer {key}") == 200
    assert ask(app, Authorization=f"ApiKey {key}") == 200
    assert ask(app, **{"X-API-Key": key}) == 200
    assert ask(app, Authorization=f"Basic {key}") == 401
    assert ask(app, Authorization=f"Bearer {key}x") == 401


def test_a_key_ends_when_it_expires_or_is_revoked(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask(app, Authorization=f"Bearer {make_key(app, expires_at=NOW - dt.timedelta(seconds=1))[1]}") == 401
    number, key = make_key(app)
    web = TestClient(make_web(app), headers={"Authorization": f"Bearer {key}"})
    assert web.get("/api/v1/lists").status_code == 200
    with open_desk(app.settings.desk, write=True) as connection:
        revoke_key(connection, number, at=NOW)
    monkeypatch.setattr(access, "REMEMBERED_S", -1.0)
    assert web.get("/api/v1/lists").status_code == 401


def test_the_key_itself_is_nowhere_in_the_desk(app: App) -> None:
    _, key = make_key(app)
    files = [p for p in app.settings.home.iterdir() if p.name.startswith("desk.db")]
    assert files
    assert not any(key.encode() in p.read_bytes() for p in files)


def test_a_session_changes_nothing_without_the_token_of_its_page(app: App) -> None:
    with open_desk(app.settings.desk, write=True) as connection:
        add_user(connection, "ada", "analyst", "a long enough password", at=NOW)
        assert sign_in(connection, "ada", "another password here") is None
        assert sign_in(connection, "bob", "a long enough password") is None
        person = sign_in(connection, "ada", "a long enough password")
        assert person is not None
        token, csrf = open_session(connection, person, at=NOW, hours=1)
    web = TestClient(make_web(app), cookies={access.COOKIE: token})
    body = {"queries": {"a": {"name": "Ella Thorsen"}}}
    assert web.get("/api/v1/lists").status_code == 200
    assert web.post("/api/v1/match", json=body).status_code == 403
    assert web.post("/api/v1/match", json=body, headers={"X-CSRF-Token": csrf}).status_code == 200


def test_who_asks_more_than_the_setting_allows_is_told_when_to_come_again(app: App) -> None:
    web = TestClient(make_web(app), headers={"Authorization": f"Bearer {make_key(app)[1]}"})
    other = {"Authorization": f"Bearer {make_key(app)[1]}"}
    answers = [web.get("/api/v1/lists") for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 12
    assert web.get("/api/v1/lists", headers=other).status_code == 200
