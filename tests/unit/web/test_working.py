"""The work that a service does beside answering."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.errors import Busy
from tocsin.settings import Settings
from tocsin.store.lock import hold_work_lock
from tocsin.web import working


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    for name in ("JOBS_S", "MONITOR_S", "AFTER_ERROR_S", "TURN_S"):
        monkeypatch.setattr(working, name, 0.01)
    return App(Settings(home=tmp_path / "home"))


def use(monkeypatch: pytest.MonkeyPatch, act: Callable[[], bool]) -> None:
    monkeypatch.setattr(working, "make_jobs_task", lambda app, stop: act)
    monkeypatch.setattr(working, "monitor", lambda app: False)


def test_an_unexpected_error_is_logged_without_its_words_and_the_work_goes_on(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done, tries = threading.Event(), []

    def act() -> bool:
        tries.append(1)
        if len(tries) == 1:
            raise RuntimeError("Very Private Person")
        done.set()
        return False

    use(monkeypatch, act)
    with caplog.at_level(logging.WARNING, "tocsin"), working.work_beside(app):
        assert done.wait(30)
    assert "jobs: RuntimeError at test_working.py:" in caplog.text
    assert "Private" not in caplog.text


def test_another_process_takes_the_work_over_when_the_first_has_gone(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def act() -> bool:
        done.set()
        return False

    use(monkeypatch, act)
    with hold_work_lock(app.settings.home, "jobs"), working.work_beside(app):
        assert not done.wait(0.2)
    with working.work_beside(app):
        assert done.wait(30)
        with pytest.raises(Busy), hold_work_lock(app.settings.home, "jobs"):
            pass
    with hold_work_lock(app.settings.home, "jobs"):
        pass  # free again
