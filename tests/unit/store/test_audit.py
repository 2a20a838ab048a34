from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest

from tocsin.errors import StoreFailed
from tocsin.store import audit
from tocsin.store.audit import START, append_audit, find_line, read_audit, read_audit_page, verify_audit
from tocsin.store.lock import hold_turn


def fill(path: Path, count: int = 5) -> None:
    for number in range(count):
        append_audit(path, "match", {"hits": number})


def tamper(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("DROP TRIGGER audit_no_delete")
        db.execute(statement)
        db.execute("CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'no'); END")


def test_lines_are_read_back_in_order_and_each_carries_the_digest_of_the_one_before(tmp_path: Path) -> None:
    path = tmp_path / "home" / "audit.db"
    fill(path)
    lines = list(read_audit(path))
    assert [(x.number, x.action, x.details) for x in lines] == [(n + 1, "match", {"hits": n}) for n in range(5)]
    assert [x.previous for x in lines] == [START, *(x.digest for x in lines[:-1])]
    assert verify_audit(path) == 5


def test_a_register_without_audit_has_no_lines(tmp_path: Path) -> None:
    assert list(read_audit(tmp_path / "audit.db")) == []
    assert verify_audit(tmp_path / "audit.db") == 0


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit"])
def test_lines_cannot_be_changed_or_deleted(tmp_path: Path, statement: str) -> None:
    fill(tmp_path / "audit.db")
    with closing(sqlite3.connect(tmp_path / "audit.db")) as db, pytest.raises(sqlite3.Error, match="append-only"):
        db.execute(statement)


@pytest.mark.parametrize(("statement", "line"), [
    ("UPDATE audit SET details = '{\"hits\":0}' WHERE number = 3", 3),
    ("UPDATE audit SET at = '2001-01-01' WHERE number = 1", 1),
    ("DELETE FROM audit WHERE number = 2", 3),
    ("DELETE FROM audit WHERE number = 1", 2),
    ("UPDATE audit SET number = 77 WHERE number = 4", 5),
])
def test_the_chain_shows_the_first_line_that_was_tampered_with(tmp_path: Path, statement: str, line: int) -> None:
    path = tmp_path / "audit.db"
    fill(path)
    tamper(path, statement)
    with pytest.raises(StoreFailed, match=f"broken at line {line}"):
        verify_audit(path)


def test_lines_are_read_in_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "PAGE", 2)
    fill(tmp_path / "audit.db")
    assert [x.number for x in read_audit(tmp_path / "audit.db")] == [1, 2, 3, 4, 5]


def test_a_paused_reader_does_not_keep_writers_waiting(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    fill(path)
    lines = read_audit(path)
    next(lines)
    append_audit(path, "match", {})
    assert [x.number for x in lines] == [2, 3, 4, 5, 6]


def test_many_processes_write_one_chain(tmp_path: Path) -> None:
    code = """
import sys
import threading
from pathlib import Path
from tocsin.store.audit import append_audit
for i in range(20):
    append_audit(Path(sys.argv[1]), "match", {"i": i})
"""
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "audit.db")]) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    assert verify_audit(tmp_path / "audit.db") == 60


def test_an_audit_that_cannot_be_written_is_a_store_failure_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "audit.db").mkdir()
    with pytest.raises(StoreFailed, match=r"audit\.db cannot be read or written"):
        append_audit(tmp_path / "audit.db", "match", {})
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFailed, match="--home"):
        append_audit(tmp_path / "file" / "audit.db", "match", {})


def test_bytes_that_are_no_audit_are_a_store_failure(tmp_path: Path) -> None:
    (tmp_path / "audit.db").write_bytes(b"no database at all, but long enough to be looked at" * 30)
    with pytest.raises(StoreFailed):
        list(read_audit(tmp_path / "audit.db"))


def test_the_audit_loads_without_sqlalchemy() -> None:
    code = "import sys, tocsin.store.audit; print('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_who_writes_all_the_time_keeps_nobody_else_from_it(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    with hold_turn(path.with_name(f"{path.name}-turn"), patience_s=60):  # as one who waits for the file
        thread = threading.Thread(target=append_audit, args=(path, "match", {}), daemon=True)
        thread.start()
        thread.join(timeout=0.2)
        assert list(read_audit(path)) == []
    thread.join(timeout=60)
    assert len(list(read_audit(path))) == 1


def test_a_page_has_the_newest_lines_or_those_before_a_number(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    assert read_audit_page(path) == ()
    fill(path)
    assert [x.number for x in read_audit_page(path, limit=2)] == [5, 4]
    assert [x.number for x in read_audit_page(path, before=4, limit=2)] == [3, 2]
    assert [x.number for x in read_audit_page(path, before=2**70)] == [5, 4, 3, 2, 1]
    assert read_audit_page(path, before=1) == ()


def test_a_page_reads_no_more_lines_than_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, read = tmp_path / "audit.db", list[object]()
    fill(path, 20)
    make = audit._make_line
    monkeypatch.setattr(audit, "_make_line", lambda row: read.append(row) or make(row))
    read_audit_page(path, before=15, limit=3)
    assert len(read) == 3


def test_a_line_is_found_by_number_or_digest_and_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    assert find_line(path, number=1) is None
    fill(path)
    third = list(read_audit(path))[2]
    assert find_line(path, number=3) == find_line(path, digest=third.digest) == third
    assert find_line(path, number=2**70) is find_line(path, digest="0" * 64) is None
    tamper(path, "UPDATE audit SET details = '{}' WHERE number = 3")
    with pytest.raises(StoreFailed, match="broken at line 3"):
        find_line(path, number=3)
    with pytest.raises(StoreFailed, match="broken at line 3"):
        read_audit_page(path)
