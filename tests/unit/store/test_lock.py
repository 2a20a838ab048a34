"""One updater at a time, and turns for writers."""

from __future__ import annotations

import errno
import threading
from pathlib import Path

import pytest

from tocsin.errors import Busy, StoreFailed
from tocsin.store import lock


def test_a_second_updater_is_told_at_once_and_may_come_later(tmp_path: Path) -> None:
    with lock.hold_update_lock(tmp_path), pytest.raises(Busy, match="Nothing was changed"), lock.hold_update_lock(tmp_path):
        pass
    with lock.hold_update_lock(tmp_path):
        pass


@pytest.mark.parametrize("number", [errno.EACCES, errno.EDEADLK, errno.EWOULDBLOCK])
def test_each_way_of_a_system_to_say_that_another_holds_the_lock_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(handle: int) -> None:
        raise OSError(number, "held")

    monkeypatch.setattr(lock, "_lock", refuse)
    with pytest.raises(Busy), lock.hold_update_lock(tmp_path):
        pass


def test_a_file_system_without_locks_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", refuse)
    with pytest.raises(StoreFailed, match="No locks available"), lock.hold_update_lock(tmp_path):
        pass


def test_a_turn_is_waited_for_and_given_back(tmp_path: Path) -> None:
    path, order = tmp_path / "turn", []

    def come_second() -> None:
        with lock.hold_turn(path, patience_s=60):
            order.append("second")

    with lock.hold_turn(path, patience_s=60):
        thread = threading.Thread(target=come_second, daemon=True)
        thread.start()
        thread.join(timeout=0.2)
        order.append("first")
    thread.join(timeout=60)
    assert order == ["first", "second"]


def test_a_turn_that_cannot_be_had_keeps_nobody_from_going_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entered = []
    with lock.hold_turn(tmp_path / "nowhere" / "turn", patience_s=60):
        entered.append("no folder")
    with lock.hold_turn(tmp_path / "turn", patience_s=60), lock.hold_turn(tmp_path / "turn", patience_s=0):
        entered.append("no patience")

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock, "_lock", refuse)
    with lock.hold_turn(tmp_path / "turn", patience_s=60):
        entered.append("no locks")
    assert entered == ["no folder", "no patience", "no locks"]
