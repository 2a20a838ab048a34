from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, text

from tocsin.errors import BadInput, Busy, NotFound, StoreFailed
from tocsin.settings import Server
from tocsin.store import copy as copying
from tocsin.store.copy import copy_register
from tocsin.store.database import open_reader, open_writer
from tocsin.store.history import find_states, find_versions
from tocsin.store.lock import hold_update_lock
from tocsin.store.schema import FETCH_STATE, METADATA
from tocsin.store.snapshots import write_state

Database = Path | Server
Fresh = Callable[[], AbstractContextManager[Database]]


def read_all(database: Database) -> dict[str, list[Any]]:
    with open_reader(database) as connection:
        return {
            table.name: list(connection.execute(select(table).order_by(*table.primary_key.columns)).all())
            for table in METADATA.sorted_tables
        }


@pytest.fixture
def fill(make_listing: Callable[..., Any], make_state: Callable[..., Any]) -> Callable[[Database], None]:
    def write(database: Database) -> None:
        with open_writer(database) as connection:
            for number in range(1, 4):
                at = dt.datetime(2026, 1, number, tzinfo=dt.UTC)
                listings = [make_listing("a", f"Name {number}"), *(make_listing(f"b{n}", "Nul\0 \x10") for n in range(number))]
                write_state(connection, make_state(*listings, published=at, digest=str(number)), recorded_at=at)
            connection.execute(insert(FETCH_STATE), [{"url": u, "list_key": "un"} for u in ("b\0", "B", "a\tb\\")])

    return write


@pytest.fixture
def from_file(tmp_path: Path, fill: Callable[[Database], None]) -> Path:
    (tmp_path / "source").mkdir()
    fill(tmp_path / "source" / "register.db")
    return tmp_path / "source" / "register.db"


def test_a_register_is_copied_whole_there_and_back(from_file: Path, database: Database, tmp_path: Path) -> None:
    told: list[tuple[str, int, int | None]] = []
    there = copy_register(from_file, database, progress=lambda *said: told.append(said))
    back = copy_register(database, tmp_path / "back" / "register.db")
    assert there == back
    assert read_all(database) == read_all(from_file) == read_all(tmp_path / "back" / "register.db")
    assert {t.name: t.rows for t in there} == {name: len(rows) for name, rows in read_all(from_file).items()}
    assert sum(t.rows for t in there) > 30
    assert ("value", there[-1].rows, there[-1].rows) in told or any(what == "value" for what, *_ in told)


def test_a_copied_register_goes_on(from_file: Path, database: Database, make_listing: Any, make_state: Any) -> None:
    copy_register(from_file, database)
    at = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    with open_writer(database) as connection:
        done = write_state(connection, make_state(make_listing("a", "New"), published=at, digest="f"), recorded_at=at)
        assert (done.snapshot_id, done.added, done.removed, done.changed) == (4, 0, 3, 1)
        assert len(find_versions(connection, "un", "a")) == 4


def test_a_register_that_holds_something_is_not_written_over(
    from_file: Path, database: Database, fill: Callable[[Database], None]
) -> None:
    fill(database)
    before = read_all(database)
    with pytest.raises(BadInput, match="is not empty"):
        copy_register(from_file, database)
    assert read_all(database) == before


def test_a_register_is_not_copied_onto_itself(from_file: Path) -> None:
    with pytest.raises((BadInput, Busy)):
        copy_register(from_file, from_file)


def test_an_empty_register_that_is_there_already_is_filled(from_file: Path, database: Database) -> None:
    with open_writer(database):
        pass
    copy_register(from_file, database)
    assert read_all(database) == read_all(from_file)


@pytest.mark.parametrize("where", ["writing", "reading back", "recording"])
def test_a_copy_that_fails_leaves_the_target_empty(
    from_file: Path, database: Database, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    describe, calls = copying._describe, []

    def describe_otherwise(table: Any, rows: Any) -> Any:
        calls.append(table.name)
        found = describe(table, rows)
        if where == "writing" and len(calls) == 3:
            raise StoreFailed("it failed")
        if where == "reading back" and len(calls) > len(METADATA.tables) + 2:
            return copying.CopiedTable(name=found.name, rows=found.rows, digest="0" * 64)
        return found

    def record(_: object) -> None:
        if where == "recording":
            raise StoreFailed("the audit is full")

    with monkeypatch.context() as patch:
        patch.setattr(copying, "_describe", describe_otherwise)
        with pytest.raises(StoreFailed, match=r"failed|read back|audit"):
            copy_register(from_file, database, record=record)
    assert {name: len(rows) for name, rows in read_all(database).items() if rows} == {}
    copy_register(from_file, database)
    assert read_all(database) == read_all(from_file)


def test_a_row_that_was_changed_on_the_way_is_noticed(
    from_file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunk_rows = copying._chunk_rows

    def spoil(connection: Connection, table: Any) -> Any:
        if table.name == "value" and connection.execute(text("SELECT count(*) FROM value")).scalar():
            done = connection.execute(text("UPDATE value SET text = 'x' WHERE id = 2")) if connection.info.get("new") else None
            assert done is None or done.rowcount == 1
        return chunk_rows(connection, table)

    open_it = copying.open_writer

    def open_marked(target: Database) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def marked() -> Any:
            with open_it(target) as connection:
                connection.info["new"] = True
                yield connection

        return marked()

    monkeypatch.setattr(copying, "_chunk_rows", spoil)
    monkeypatch.setattr(copying, "open_writer", open_marked)
    with pytest.raises(StoreFailed, match="table value does not read back"):
        copy_register(from_file, database)


def test_without_a_register_there_is_nothing_to_copy(database: Database, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no register"):
        copy_register(database, tmp_path / "target" / "register.db")


def test_a_folder_that_is_being_updated_is_busy(from_file: Path, tmp_path: Path) -> None:
    with hold_update_lock(tmp_path / "target"), pytest.raises(Busy):
        copy_register(from_file, tmp_path / "target" / "register.db")


def test_the_digest_of_a_table_tells_its_rows_and_not_their_order() -> None:
    table = FETCH_STATE
    one, two, three = ("a", "un", None, None), ("b", "un", None, None), ("b", "un", "", None)
    assert copying._describe(table, iter([one, two])) == copying._describe(table, iter([two, one]))
    assert copying._describe(table, iter([one, two])) != copying._describe(table, iter([one, three]))
    assert copying._describe(table, iter([one])) != copying._describe(table, iter([one, one]))


def test_the_states_in_force_are_those_of_the_source(from_file: Path, database: Database) -> None:
    copy_register(from_file, database)
    with open_reader(from_file) as old, open_reader(database) as new:
        assert find_states(new) == find_states(old)
