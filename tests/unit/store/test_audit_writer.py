"""Lines of many threads and processes, written together, and none answered before it is on disk."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from tocsin.errors import StoreFailed
from tocsin.store.audit import append_audit, read_audit, verify_audit
from tocsin.store.audit_writer import AuditWriter

THREADS, EACH = 8, 25


def test_each_thread_gets_its_own_line_and_the_chain_holds(tmp_path: Path) -> None:
    path, got = tmp_path / "audit.db", []

    def write(writer: AuditWriter, thread: int) -> None:
        for n in range(EACH):
            line = writer.append("match", {"thread": thread, "n": n}, actor=f"asker {thread}")
            got.append((line.number, line.actor, line.details["thread"], line.details["n"]))

    with AuditWriter(path) as writer:
        threads = [threading.Thread(target=write, args=(writer, t)) for t in range(THREADS)]
        for thread in threads:
            thread.start()
        for n in range(EACH):
            append_audit(path, "other process", {"n": n})
        for thread in threads:
            thread.join()
    assert verify_audit(path) == (THREADS + 1) * EACH
    kept = {x.number: x for x in read_audit(path)}
    assert len(got) == THREADS * EACH
    assert all((kept[n].actor, kept[n].details) == (actor, {"thread": t, "n": m}) for n, actor, t, m in got)


def test_whoever_waits_is_told_when_it_cannot_be_written_and_the_next_is_tried_anew(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    path.mkdir()
    with AuditWriter(path) as writer:
        with pytest.raises(StoreFailed, match="Nothing is answered without a line"):
            writer.append("match", {})
        path.rmdir()
        assert writer.append("match", {}).number == 1


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_what_was_answered_before_a_kill_has_its_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    script = (
        "import sys, threading\nfrom pathlib import Path\nfrom tocsin.store.audit_writer import AuditWriter\n"
        f"writer = AuditWriter(Path({str(path)!r}))\n"
        "def go():\n"
        "    while True: sys.stdout.write(f\"{writer.append('match', {}).number}\\n\"); sys.stdout.flush()\n"
        "[threading.Thread(target=go).start() for _ in range(4)]\n"
    )
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert child.stdout is not None
    answered = [child.stdout.readline() for _ in range(40)]
    child.send_signal(signal.SIGKILL)
    answered += child.stdout.readlines()
    child.stdout.close()
    child.wait()
    numbers = {int(line) for line in answered if line.endswith(b"\n")}
    assert numbers <= {line.number for line in read_audit(path)}
    assert verify_audit(path) >= len(numbers) >= 40


def test_a_line_is_on_disk_when_the_answer_goes_out(tmp_path: Path) -> None:
    path = tmp_path / "audit.db"
    with AuditWriter(path) as writer:
        number = writer.append("match", {}).number
        with closing(sqlite3.connect(path)) as db:
            assert db.execute("SELECT max(number) FROM audit").fetchone() == (number,)


def test_a_line_that_comes_too_late_is_refused_and_does_not_wait_for_ever(tmp_path: Path) -> None:
    writer = AuditWriter(tmp_path / "audit.db")
    writer.append("match", {})
    writer.close()
    writer.close()
    with pytest.raises(StoreFailed, match="closed"):
        writer.append("match", {})
    assert verify_audit(tmp_path / "audit.db") == 1


def test_what_waits_when_it_is_closed_is_written(tmp_path: Path) -> None:
    path, refused = tmp_path / "audit.db", []
    writer = AuditWriter(path)

    def write() -> None:
        for n in range(EACH):
            try:
                writer.append("match", {"n": n})
            except StoreFailed:
                refused.append(n)

    threads = [threading.Thread(target=write) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    time.sleep(0.02)
    writer.close()
    for thread in threads:
        thread.join(timeout=30)
    assert not any(thread.is_alive() for thread in threads)
    assert verify_audit(path) == THREADS * EACH - len(refused)
