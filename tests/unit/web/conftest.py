"""A service over the starter register, and clients of each role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.access import Person, Role, add_key, add_user, open_session
from tocsin.store.desk import open_desk
from tocsin.web import make_web

MakeClient = Callable[[Role], TestClient]


@pytest.fixture
def app(tmp_path: Path) -> App:
    app = App(Settings(home=tmp_path / "home"))
    app.ensure_register()
    return app


@pytest.fixture
def client_of(app: App) -> MakeClient:
    """A client that asks with a key of a role."""
    web = make_web(app)

    def make(role: Role) -> TestClient:
        with open_desk(app.settings.desk, write=True) as connection:
            _, key = add_key(connection, f"for {role}", role, by="test", at=dt.datetime.now(dt.UTC))
        return TestClient(web, headers={"Authorization": f"Bearer {key}"}, raise_server_exceptions=False)

    return make


@pytest.fixture
def client(client_of: MakeClient) -> TestClient:
    return client_of("analyst")


@pytest.fixture
def sign_in_as(app: App) -> Callable[[Role], TestClient]:
    """A browser in which a user of a role is signed in, who sends the page's token as htmx does."""
    web = make_web(app)

    def make(role: Role) -> TestClient:
        now = dt.datetime.now(dt.UTC)
        with open_desk(app.settings.desk, write=True) as connection:
            add_user(connection, f"a {role}", role, None, at=now)
            token, csrf = open_session(connection, Person(name=f"a {role}", role=role), at=now, hours=1)
        browser = TestClient(web, raise_server_exceptions=False, headers={"X-CSRF-Token": csrf})
        browser.cookies.set("tocsin_session", token)
        return browser

    return make


@pytest.fixture
def analyst(sign_in_as: Callable[[Role], TestClient]) -> TestClient:
    return sign_in_as("analyst")


@pytest.fixture
def administrator(sign_in_as: Callable[[Role], TestClient]) -> TestClient:
    return sign_in_as("administrator")
