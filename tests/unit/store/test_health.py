from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from tocsin.store.database import open_reader, open_writer
from tocsin.store.health import check_database, check_raw
from tocsin.store.history import Snapshot
from tocsin.store.raw import KeptFile, keep_raw

MOMENT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def make_state(*files: KeptFile) -> Snapshot:
    return Snapshot(
        id=1, list_key="un", digest="", content="", published_at=None, valid_from=MOMENT, recorded_at=MOMENT, origin="",
        files=files, bytes=0, listings=0, kinds={}, records={}, unread=(), notes=(), accepted={}, code_version="0",
    )


def test_a_fresh_database_is_sound(tmp_path: Path) -> None:
    with open_writer(tmp_path / "register.db"):
        pass
    with open_reader(tmp_path / "register.db") as connection:
        assert check_database(connection) == ()


def test_rows_that_refer_to_nothing_are_told(tmp_path: Path) -> None:
    with open_writer(tmp_path / "register.db"):
        pass
    with sqlite3.connect(tmp_path / "register.db") as db:
        db.execute("INSERT INTO confirmation (snapshot_id, confirmed_at, origin) VALUES (7, '', '')")
    db.close()
    with open_reader(tmp_path / "register.db") as connection:
        (fault,) = check_database(connection)
    assert "not there" in fault


def test_raw_files_that_are_missing_or_damaged_are_named_by_their_digests(tmp_path: Path) -> None:
    kept = [keep_raw(tmp_path, f"{n}.xml", f"list {n}".encode() * 50) for n in range(4)]
    state = make_state(*kept, kept[0])
    seen: list[tuple[int, int]] = []
    assert check_raw(tmp_path, [state], progress=lambda done, total: seen.append((done, total))).damaged == ()
    assert seen[-1] == (3, 4)
    (tmp_path / f"{kept[1].digest}.gz").unlink()
    (tmp_path / f"{kept[2].digest}.gz").write_bytes((tmp_path / f"{kept[0].digest}.gz").read_bytes())
    health = check_raw(tmp_path, [state])
    assert (health.count, health.missing, health.damaged) == (4, (kept[1].digest,), (kept[2].digest,))


@pytest.mark.parametrize("at", range(10, 30))
def test_whatever_byte_of_a_raw_file_is_turned_it_is_told_as_damaged(tmp_path: Path, at: int) -> None:
    kept = keep_raw(tmp_path, "a.xml", b"list " * 50)
    path = tmp_path / f"{kept.digest}.gz"
    raw = bytearray(path.read_bytes())
    raw[at % len(raw)] ^= 0xFF
    path.write_bytes(raw)
    assert check_raw(tmp_path, [make_state(kept)]).damaged == (kept.digest,)
