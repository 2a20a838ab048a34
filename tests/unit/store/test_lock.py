"""One updater at a time."""

from __future__ import annotations

import errno
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
