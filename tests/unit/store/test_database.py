from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text

import tocsin.store
from tocsin.errors import Busy, NotFound, StoreFailed
from tocsin.settings import Server
from tocsin.store.database import REVISIONS, open_reader, open_writer
from tocsin.store.history import find_values, find_versions
from tocsin.store.lock import hold_update_lock
from tocsin.store.schema import METADATA

Database = Path | Server


def test_migrations_make_the_tables_that_the_code_speaks_of(writer: Connection) -> None:
    assert compare_metadata(MigrationContext.configure(writer), METADATA) == []


def test_every_migration_is_known_to_the_code() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(tocsin.store.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    steps = [step.revision for step in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(steps)) == REVISIONS


def run_behind(database: Database, statement: str) -> list[Any]:
    """A statement of another program's, committed."""
    if isinstance(database, Server):
        from tocsin.store.postgres import make_engine

        engine = make_engine(database, write=True)
    else:
        engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.begin() as connection:
        done = connection.execute(text(statement))
        rows = [tuple(row) for row in done] if done.returns_rows else []
    engine.dispose()
    return rows


def test_a_database_of_a_newer_version_is_refused_and_left_alone(database: Database) -> None:
    with open_writer(database):
        pass
    run_behind(database, "UPDATE alembic_version SET version_num = 'r9999'")
    for door in (open_reader, open_writer):
        with pytest.raises(StoreFailed, match="newer version of Tocsin"), door(database):
            pass
    assert run_behind(database, "SELECT version_num FROM alembic_version") == [("r9999",)]


def test_another_programs_database_is_refused_and_left_alone(database: Database) -> None:
    run_behind(database, "CREATE TABLE theirs (x INTEGER)")
    with pytest.raises(StoreFailed, match="not a Tocsin register"), open_writer(database):
        pass
    assert run_behind(database, "SELECT count(*) FROM theirs") == [(0,)]


def test_bytes_that_are_no_database_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    path.write_bytes(b"this is not a database, it only lies where one should be" * 50)
    for door in (open_reader, open_writer):
        with pytest.raises(StoreFailed, match=r"register\.db"), door(path):
            pass


def test_reading_before_the_first_update_says_what_to_do(database: Database) -> None:
    with pytest.raises(NotFound, match="tocsin update"), open_reader(database):
        pass


def test_an_error_in_a_transaction_undoes_all_of_it(database: Database) -> None:
    insert = text("INSERT INTO listing (id, list_key, authority, ref) VALUES (:id, 'un', 'UN', '1')")
    with pytest.raises(StoreFailed, match=r"(?i)unique") as raised, open_writer(database) as connection:
        connection.execute(insert, [{"id": 1}, {"id": 2}])
    assert "'UN'" not in str(raised.value)
    with open_reader(database) as connection:
        assert connection.execute(text("SELECT count(*) FROM listing")).scalar() == 0


def test_a_reader_sees_one_state_while_a_writer_commits_another(database: Database) -> None:
    count = text("SELECT count(*) FROM listing")
    with open_writer(database):
        pass
    with open_reader(database) as reader:
        assert reader.execute(count).scalar() == 0
        with open_writer(database) as connection:
            connection.execute(text("INSERT INTO listing (list_key, authority, ref) VALUES ('un', 'UN', '1')"))
        assert reader.execute(count).scalar() == 0
    with open_reader(database) as reader:
        assert reader.execute(count).scalar() == 1


def test_a_reader_cannot_write(database: Database) -> None:
    with open_writer(database):
        pass
    with pytest.raises(StoreFailed), open_reader(database) as connection:
        connection.execute(text("DELETE FROM listing"))


def test_a_second_updater_is_turned_away_at_once(tmp_path: Path) -> None:
    with hold_update_lock(tmp_path), pytest.raises(Busy, match="Another process"), hold_update_lock(tmp_path):
        pass
    with hold_update_lock(tmp_path):
        pass


def test_the_lock_of_a_folder_that_cannot_be_made_is_a_store_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFailed, match="cannot be written"), hold_update_lock(tmp_path / "file" / "home"):
        pass


def test_a_register_of_the_first_schema_keeps_its_history_when_it_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "register.db"
    body = '{"list_key":"un","authority":"UN","ref":"1","kind":"person","names":[],"record_id":"%d"}'
    with closing(sqlite3.connect(path)) as db, db:
        upgrade_to(path, "r0001")
        db.execute("INSERT INTO snapshot VALUES (1,'un','d','c',NULL,'2020','2021','x','[]',1,1,'{}','{}','[]','[]',NULL,'0')")
        db.execute("INSERT INTO listing VALUES (1,'un','UN','1')")
        for number, (content, ends) in enumerate([(1, "2021"), (2, "2022"), (1, None)], start=1):
            db.execute(
                "INSERT INTO listing_version VALUES (?,1,?,?,?,?,?,?,1,?)",
                (number, f"digest {content}", (body % content).encode(), f"{2019 + number}-01-01T00:00:00.000000Z",
                 ends and f"{ends}-01-01T00:00:00.000000Z", f"{2019 + number}-01-01T00:00:00.000000Z",
                 ends and f"{ends}-01-01T00:00:00.000000Z", 1 if ends else None),
            )
            db.execute("INSERT INTO value VALUES (?,?,'name','Amina','NAME',NULL)", (number, number))
    with open_writer(path) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        versions = find_versions(connection, "un", "1")
        assert [(v.listing.record_id, v.valid_from.year, v.valid_to and v.valid_to.year) for v in versions] == [
            ("1", 2020, 2021), ("2", 2021, 2022), ("1", 2022, None)
        ]
        assert [x.record_id for x, _ in find_values(connection, "Amina")] == ["1"]
        assert connection.execute(text("SELECT count(*) FROM content")).scalar() == 2


def upgrade_to(path: Path, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(tocsin.store.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()
