"""Shared fixtures: the reference data (real lists and labelled cases), which a plain checkout does not have, and databases
of both kinds, of which the server's are made where `.ci/with-postgres` runs the tests."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import hypothesis
import msgspec
import pytest

from tocsin.settings import Server, Settings, parse_server

hypothesis.settings.register_profile("tocsin", deadline=None)  # a busy machine is slow, not wrong
hypothesis.settings.load_profile("tocsin")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real lists. Tests that ask for it skip without it, and fail without it when `CI=true`."""
    if not SHARED.is_dir():
        reason = "the reference data (../shared/data) is not here"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return SHARED


Database = Path | Server


@pytest.fixture(scope="session")
def server() -> Server:
    """A PostgreSQL server whose user may make databases. Tests that ask for it skip without it, and fail when `CI=true`."""
    url = os.environ.get("POSTGRES_TEST_URL")
    if not url:
        reason = "no PostgreSQL server: run the tests as `.ci/with-postgres make test`"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return parse_server(url, name="POSTGRES_TEST_URL")


@pytest.fixture(scope="session")
def make_server_database(server: Server) -> Callable[..., AbstractContextManager[Server]]:
    """`with make_server_database() as database`: a new and empty one, gone at the end. What is given goes to CREATE DATABASE."""
    import pg8000.dbapi

    def run(statement: str) -> None:
        with closing(pg8000.dbapi.connect(
            user=server.user, database=server.database, host=server.host, port=server.port, unix_sock=server.socket,
            password=server.password,
        )) as connection:
            connection.autocommit = True
            connection.cursor().execute(statement)

    @contextmanager
    def make(options: str = "") -> Iterator[Server]:
        name = f"test_{uuid.uuid4().hex}"
        run(f"CREATE DATABASE {name} TEMPLATE template0 {options}")
        try:
            yield msgspec.structs.replace(server, database=name)
        finally:
            run(f"DROP DATABASE {name} WITH (FORCE)")

    return make


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def fresh_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Database]]:
    """`with fresh_database() as database`: where a register may be made. Every test that asks for it runs on both kinds."""
    if request.param == "postgresql":
        make: Any = request.getfixturevalue("make_server_database")
        return make  # type: ignore[no-any-return]

    @contextmanager
    def make_path() -> Iterator[Path]:
        yield tmp_path_factory.mktemp("database") / "register.db"

    return make_path


@pytest.fixture(scope="session")
def fresh_register(
    fresh_database: Callable[[], AbstractContextManager[Database]]
) -> Iterator[Callable[[], AbstractContextManager[Database]]]:
    """As `fresh_database`, for many tries in a row: on a server it may be one that was used and emptied, with its tables."""
    from sqlalchemy import text

    from tocsin.store.database import open_writer
    from tocsin.store.schema import METADATA

    free: list[Server] = []
    clear = text(f"TRUNCATE {', '.join(METADATA.tables)} RESTART IDENTITY")
    with ExitStack() as stack:

        @contextmanager
        def make() -> Iterator[Database]:
            found = free.pop() if free else stack.enter_context(fresh_database())
            try:
                yield found
            finally:
                if isinstance(found, Server):
                    with open_writer(found) as connection:
                        connection.execute(clear)
                    free.append(found)

        yield make


@pytest.fixture
def database(fresh_database: Callable[[], AbstractContextManager[Database]], tmp_path: Path) -> Iterator[Database]:
    """Where this test may make a register: a file in its folder, or a database on a server."""
    (tmp_path / "home").mkdir()
    with fresh_database() as found:
        yield found if isinstance(found, Server) else tmp_path / "home" / "register.db"


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """The settings of a register in this test's folder `home` and `database`."""
    return Settings(home=tmp_path / "home", server=database if isinstance(database, Server) else None)


@pytest.fixture
def at_database(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that are run as a user would, and their processes, find the register of `settings`."""
    monkeypatch.setenv("TOCSIN_HOME", str(tmp_path / "home"))
    if isinstance(database, Server):
        monkeypatch.setenv("TOCSIN_DATABASE", str(database))
