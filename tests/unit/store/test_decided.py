"""What is kept in memory of decisions is at any time what the desk has."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

from sqlalchemy import Connection

from tocsin.model.hit_decision import HitDecision
from tocsin.store.decided import DecidedReader
from tocsin.store.desk import open_desk
from tocsin.store.hit_decisions import get_key, write_hit_decision, write_step

NOW = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)


def decide(connection: Connection, identity: str) -> int:
    return write_hit_decision(connection, HitDecision(
        number=0, identity=identity, subject="un:1", caption="A", outcome="false_match", author="a", ground="g",
        decided_at=NOW, proposed=False, asked={}, listed={},
    ), at=NOW)


def test_each_decision_is_known_as_soon_as_it_is_committed(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    reader = DecidedReader(path)
    assert reader.read() is None  # there is no desk
    with open_desk(path, write=True) as connection:
        key = get_key(connection)
        decide(connection, "ref:1")
        found = reader.read()
        assert found is not None
        assert not found.identities
    for number in range(2, 5):
        with open_desk(path, write=True) as connection:
            decide(connection, f"ref:{number}")
        found = reader.read()
        assert found is not None
        assert found.key == key
        assert set(found.identities) == {f"ref:{n}" for n in range(1, number + 1)}


def test_nothing_is_read_again_while_nothing_was_added(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    reader = DecidedReader(path)
    with open_desk(path, write=True) as connection:
        get_key(connection)
        number = decide(connection, "ref:1")
    first = reader.read()
    assert first is not None
    assert reader.read() is first
    with open_desk(path, write=True) as connection:
        write_step(connection, number, "withdraw", author="b", ground="g", at=NOW)
    again = reader.read()
    assert again is not None
    assert again is not first


def test_another_desk_in_its_place_is_read_from_then_on(tmp_path: Path) -> None:
    path, other = tmp_path / "desk.db", tmp_path / "other.db"
    reader = DecidedReader(path)
    for database, identity in ((path, "ref:here"), (other, "ref:there")):
        with open_desk(database, write=True) as connection:
            get_key(connection)
            decide(connection, identity)
    before = reader.read()
    assert before is not None
    assert set(before.identities) == {"ref:here"}
    path.unlink()
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.move(other, path)
    after = reader.read()
    assert after is not None
    assert set(after.identities) == {"ref:there"}
    assert after.key != before.key


def test_a_desk_that_is_none_is_left_to_who_tells_it(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_bytes(b"no database at all, but long enough to be taken for one" * 20)
    assert DecidedReader(path).read() is None
