"""What a PostgreSQL server does otherwise than a file, and what is said when it fails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pg8000.dbapi
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, event, insert, select, text

from tocsin.errors import Busy, StoreFailed
from tocsin.settings import Server
from tocsin.store import postgres
from tocsin.store.database import open_reader, open_writer
from tocsin.store.history import find_listing, find_values, find_versions
from tocsin.store.schema import CONFIRMATION, FETCH_STATE, LISTING, METADATA
from tocsin.store.snapshots import write_state

Make = Callable[..., AbstractContextManager[Server]]
ADDRESS = ("Amina\0Testova", "\x10", "\x100", "\0\x10\0", "tab\tline\nreturn\rback\\slash \\N", "", "漢字 🎈", "'quote\" %s")


@pytest.fixture
def server_database(make_server_database: Make) -> Iterator[Server]:
    with make_server_database() as database:
        yield database


@pytest.fixture
def over_tcp(server_database: Server, make_server_database: Make) -> Iterator[Server]:
    """The same database, for a user with a password."""
    role = server_database.database.replace("test", "guarded")
    with open_writer(server_database) as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD 'open:se@same/%'"))
        connection.execute(text(f"GRANT CREATE ON DATABASE {server_database.database} TO {role}"))
        connection.execute(text(f"GRANT ALL ON SCHEMA public TO {role}"))
        connection.execute(text(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    yield msgspec.structs.replace(server_database, host="127.0.0.1", user=role, password="open:se@same/%")
    with open_writer(server_database) as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))


def end_lines(server: Server) -> None:
    """End every other connection to a database, as a server that is stopped does."""
    with pg8000.dbapi.connect(user=server.user, database="postgres", unix_sock=server.socket) as connection:
        connection.cursor().execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (server.database,)
        )


@pytest.mark.parametrize("value", ADDRESS)
def test_any_text_comes_back_as_it_was_and_is_found(database: Path | Server, value: str) -> None:
    rows = [{"url": value, "list_key": "un", "etag": value}, {"url": f"{value} 2", "list_key": "un", "etag": None}]
    with open_writer(database) as connection:
        connection.execute(insert(FETCH_STATE), rows)  # many at once
        connection.execute(insert(FETCH_STATE), {"url": f"{value} 3", "list_key": value})  # and one
    with open_reader(database) as connection:
        query = select(FETCH_STATE.c.url, FETCH_STATE.c.etag)
        assert connection.execute(query.where(FETCH_STATE.c.url == value)).all() == [(value, value)]
        assert connection.execute(query.where(FETCH_STATE.c.url == f"{value} 2")).all() == [(f"{value} 2", None)]
        assert connection.execute(query.where(FETCH_STATE.c.list_key == value)).all() == [(f"{value} 3", None)]


@given(st.text())
def test_what_the_connection_writes_for_a_text_holds_no_nul_and_is_read_back(value: str) -> None:
    written = postgres._escape(value)
    assert "\0" not in written
    assert postgres._unescape(written) == value


def test_half_a_surrogate_pair_is_told_without_the_text(database: Path | Server) -> None:
    with pytest.raises(StoreFailed, match="surrogate") as raised, open_writer(database) as connection:
        connection.execute(insert(FETCH_STATE), [{"url": "secret \ud800", "list_key": "un"}, {"url": "b", "list_key": "un"}])
    assert "secret" not in str(raised.value)
    with open_reader(database) as connection:
        assert connection.execute(select(FETCH_STATE)).all() == []


def test_many_rows_go_in_one_statement(server_database: Server) -> None:
    with open_writer(server_database) as connection:
        seen: list[str] = []
        event.listen(connection.engine, "do_execute", lambda _c, statement, *_: seen.append(statement))
        rows = [{"id": n, "list_key": "un", "authority": "UN", "ref": str(n)} for n in range(1, 10_001)]
        connection.execute(insert(LISTING), rows)
        assert seen == []  # none of ten thousand INSERTs
        assert connection.execute(text("SELECT count(*), min(ref), max(id) FROM listing")).one() == (10_000, "1", 10_000)


def test_text_is_compared_by_its_characters_whatever_the_language_of_the_database(make_server_database: Make) -> None:
    refs = ["a", "B", "-c", "Ä", "á", "_", "Z"]
    with make_server_database("LOCALE_PROVIDER icu ICU_LOCALE 'en-US'") as database:
        with open_writer(database) as connection:
            connection.execute(insert(LISTING), [{"list_key": "un", "authority": "UN", "ref": ref} for ref in refs])
        with open_reader(database) as connection:
            assert list(connection.execute(select(LISTING.c.ref).order_by(LISTING.c.ref)).scalars()) == sorted(refs)
            collations = connection.execute(text(
                "SELECT DISTINCT collation_name FROM information_schema.columns WHERE table_schema = 'public' "
                "AND data_type IN ('text', 'character varying') AND table_name <> 'alembic_version'"
            )).scalars().all()
        assert collations == ["C"]


def test_a_second_updater_on_another_machine_is_turned_away_at_once_and_readers_go_on(server_database: Server) -> None:
    with open_writer(server_database) as connection:
        connection.execute(insert(LISTING), {"list_key": "un", "authority": "UN", "ref": "1"})
        with pytest.raises(Busy, match=f"Another process.*{server_database.database}"), open_writer(server_database):
            pass
    with open_writer(server_database), open_reader(server_database) as reader:
        assert reader.execute(text("SELECT count(*) FROM listing")).scalar() == 1


def test_numbers_that_we_give_and_that_the_server_gives_never_meet(server_database: Server) -> None:
    with open_writer(server_database) as connection:
        connection.execute(insert(LISTING), [{"id": n, "list_key": "un", "authority": "UN", "ref": str(n)} for n in (1, 2, 7)])
        postgres.set_counters(connection)
        row = {"list_key": "un", "authority": "UN", "ref": "x"}
        assert connection.execute(insert(LISTING), row).inserted_primary_key == (8,)


def test_a_connection_that_is_lost_is_told_and_nothing_was_changed(server_database: Server) -> None:
    with open_writer(server_database):
        pass

    def write() -> None:
        with open_writer(server_database) as connection:
            connection.execute(insert(LISTING), {"list_key": "un", "authority": "UN", "ref": "1"})
            end_lines(server_database)
            connection.execute(insert(LISTING), {"list_key": "un", "authority": "UN", "ref": "2"})

    with pytest.raises(StoreFailed, match=r"was lost\. Nothing was changed"):
        write()
    with open_reader(server_database) as reader:
        assert reader.execute(text("SELECT count(*) FROM listing")).scalar() == 0


def test_a_connection_that_is_lost_at_the_very_end_leaves_it_open_what_was_taken(server_database: Server) -> None:
    def write() -> None:
        with open_writer(server_database) as connection:
            connection.execute(insert(LISTING), {"list_key": "un", "authority": "UN", "ref": "1"})
            end_lines(server_database)

    with pytest.raises(StoreFailed, match="whether it was taken is not known"):
        write()


def test_a_failure_tells_host_and_database_and_neither_password_nor_row(over_tcp: Server) -> None:
    with open_reader(over_tcp) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    wrong = msgspec.structs.replace(over_tcp, password="not:the@one")
    nowhere = msgspec.structs.replace(over_tcp, database="no_such_database")
    shut = msgspec.structs.replace(over_tcp, port=1)
    unsafe = msgspec.structs.replace(over_tcp, sslmode="require")
    lost = msgspec.structs.replace(over_tcp, host="no-such-host.invalid")
    for server, said in (
        (wrong, "user and password"), (nowhere, "does not exist"), (shut, "cannot be reached"), (unsafe, "no encrypted"),
        (lost, "cannot be reached"),
    ):
        with pytest.raises(StoreFailed, match=said) as raised, open_reader(server):
            pass
        message = str(raised.value)
        assert f"{server.host}:{server.port}/{server.database}" in message
        assert "not:the@one" not in message
        assert "se@same" not in message
    row = {"list_key": "un", "authority": "UN", "ref": "Amina Testova"}
    with pytest.raises(StoreFailed, match=r"(?i)unique|permission") as raised, open_writer(over_tcp) as connection:
        connection.execute(insert(LISTING), [row, row])
    assert "Amina" not in str(raised.value)


def test_one_who_may_only_read_is_told_so(over_tcp: Server) -> None:
    with pytest.raises(StoreFailed, match="permission denied"), open_writer(over_tcp) as connection:
        connection.execute(insert(LISTING), {"list_key": "un", "authority": "UN", "ref": "1"})


@pytest.mark.parametrize("line", ["{host}:{port}:{database}:{user}:{word}", "*:*:*:{user}:{word}", "# a\n\nx:1:*:*:y\n*:*:*:*:{word}"])
def test_the_password_is_found_in_the_password_file(
    over_tcp: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    file = tmp_path / "pgpass"
    word = str(over_tcp.password).replace(":", "\\:")
    file.write_text(line.format(host="127.0.0.1", port=over_tcp.port, database=over_tcp.database, user=over_tcp.user, word=word))
    file.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(file))
    monkeypatch.delenv("PGPASSWORD", raising=False)
    asked = msgspec.structs.replace(over_tcp, password=None)
    with open_reader(asked) as connection:
        assert connection.execute(text("SELECT 1")).scalar() == 1
    file.chmod(0o644)
    with pytest.raises(StoreFailed, match="chmod 600"), open_reader(asked):
        pass


@pytest.mark.parametrize("value", ["wrong", None])
def test_the_password_of_the_environment_goes_before_the_file(
    over_tcp: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str | None
) -> None:
    monkeypatch.setenv("PGPASSFILE", str(tmp_path / "none"))
    monkeypatch.setenv("PGPASSWORD", value or str(over_tcp.password))
    asked = msgspec.structs.replace(over_tcp, password=None)
    if value is None:
        with open_reader(asked):
            pass
        return
    with pytest.raises(StoreFailed, match="user and password"), open_reader(asked):
        pass


@pytest.mark.parametrize(("told", "said"), [
    ({"server_version": "14.11 (Debian)", "server_encoding": "UTF8"}, "PostgreSQL 15 or later, not 14.11"),
    ({"server_version": "16.2", "server_encoding": "LATIN1"}, "encoding is LATIN1"),
])
def test_a_server_that_will_not_do_is_refused(told: dict[str, str], said: str) -> None:
    with pytest.raises(StoreFailed, match=said):
        postgres._check(Server(host="db.example", database="register"), told)


def test_a_list_reads_the_same_on_both(
    database: Path | Server, tmp_path: Path, make_listing: Callable[..., Any], make_state: Callable[..., Any]
) -> None:
    """What is asked of one kind of database is asked of the other, and compared to a file's answers."""
    def fill(connection: Connection) -> list[Any]:
        for number, name in enumerate(("One", "Two\0Three", "One"), start=1):
            at = dt.datetime(2026, 1, number, tzinfo=dt.UTC)
            listings = [make_listing("a", name), make_listing("B"), make_listing(f"ref {number}")]
            write_state(connection, make_state(*listings, published=at, digest=str(number)), recorded_at=at)
        connection.execute(insert(CONFIRMATION), [{"snapshot_id": 1, "confirmed_at": "x", "origin": "y"}] * 3)
        return [
            find_versions(connection, "un", "a"), find_values(connection, "Two\0Three"), find_values(connection, "One"),
            find_listing(connection, "un", "ref 2", valid_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC)),
            *(connection.execute(select(t).order_by(*t.primary_key.columns)).all() for t in METADATA.sorted_tables),
        ]

    with open_writer(database) as one, open_writer(tmp_path / "other.db") as other:
        assert fill(one) == fill(other)


def test_a_servers_name_never_holds_its_password() -> None:
    server = Server(host="db.example", database="register", user="tocsin", password="open sesame")
    assert str(server) == "postgresql://tocsin@db.example:5432/register"
    assert "sesame" not in f"{server!r} {server!s} {[server]}"
    assert urlsplit(str(server)).password is None
