"""The desk is made once, and found again by whoever asks, however it changed meanwhile."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, insert, select

from tocsin.errors import StoreFailed
from tocsin.settings import Server
from tocsin.store import desk
from tocsin.store.desk import DESK, DESK_VERSION, open_desk

FreshDatabase = Callable[[], AbstractContextManager[Path | Server]]


def test_a_table_that_comes_later_is_made_in_a_desk_that_was_open(fresh_database: FreshDatabase) -> None:
    with fresh_database() as database:
        with open_desk(database) as connection:
            assert connection.execute(select(DESK_VERSION)).scalar() == desk.VERSION
        late = Table("late", DESK, Column("id", Integer, primary_key=True))
        try:
            with open_desk(database) as connection:
                assert connection.execute(select(late)).all() == []
        finally:
            DESK.remove(late)


def test_many_threads_write_and_read_at_once(fresh_database: FreshDatabase) -> None:
    counted = Table("counted", DESK, Column("id", Integer, primary_key=True))
    faults: list[Exception] = []
    try:
        with fresh_database() as database:

            def work(number: int) -> None:
                try:
                    for step in range(5):
                        with open_desk(database, write=True) as connection:
                            connection.execute(insert(counted), {"id": 100 * number + step})
                        with open_desk(database) as connection:
                            assert 100 * number + step in set(connection.execute(select(counted.c.id)).scalars())
                except Exception as error:
                    faults.append(error)

            threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(12)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=120)
            assert faults == []
            with open_desk(database) as connection:
                assert len(connection.execute(select(counted.c.id)).all()) == 60
    finally:
        DESK.remove(counted)


def test_another_file_in_its_place_is_the_desk_from_then_on(tmp_path: Path) -> None:
    path, other = tmp_path / "desk.db", tmp_path / "other" / "desk.db"
    for database in (path, other):
        with open_desk(database, write=True):
            pass
    with open_desk(other, write=True) as connection:
        connection.execute(DESK_VERSION.update().values(number=99))
    shutil.move(other, path)
    with pytest.raises(StoreFailed, match="of version 99"), open_desk(path):
        pass
    path.unlink()
    with open_desk(path) as connection:
        assert connection.execute(select(DESK_VERSION)).scalar() == desk.VERSION
