"""An update that is killed, or that runs while others read, at the points where it could hurt.

Each test runs real processes over one folder. The lists are starter files of our own making.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tocsin.app import App, build
from tocsin.errors import Busy
from tocsin.model import Query
from tocsin.settings import Settings

LIST = """\
format: 1
as_of: 2026-01-{day:02d}
checked: {{UN: "in a test"}}
programmes:
  Test: {{authority: UN, ground: "Resolution 0 (2026)"}}
subjects:
  - key: test-group
    kind: organization
    caption: "{name}"
    names: ["{name}"]
    note: "A group that does not exist."
    listings:
      - {{authority: UN, ref: QDe.900, listed_on: 2026-01-01, measures: [{{programme: Test}}], source: "a test"}}
"""
OLD, NEW = "Zarqonia Liberation Circle", "Marbella Thunder Brigade"

# Replaces one function by one that dies, so that the process ends there as a power cut would end it.
UPDATER = """
import importlib, os, signal, sys, time
from pathlib import Path
from tocsin.app import build
from tocsin.settings import load_settings

home, file, point, action = sys.argv[1:]
module, name = point.rsplit(":", 1)
place = importlib.import_module(module)
original = getattr(place, name)

def stop(*args, **kwargs):
    if action == "kill-before":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "wait":
        Path(home, "waiting").touch()
        while not Path(home, "go").exists():
            time.sleep(0.01)
    result = original(*args, **kwargs)
    if action == "kill-after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(place, name, stop)
print(*(r.outcome for r in build(load_settings(home=Path(home))).update(["starter"], files=[Path(file)])))
"""
READER = """
import sys
from pathlib import Path
from tocsin.app import build
from tocsin.model import Query
from tocsin.settings import load_settings

app = build(load_settings(home=Path(sys.argv[1])))
hits = app.match(Query(names=(sys.argv[2],))).hits
(state,) = [s for s in app.lists() if s.list_key == "starter"]
print(len(hits), state.published_at.day)
"""
pytestmark = pytest.mark.usefixtures("at_database")  # so that the processes find the database of `settings`
BEFORE_COMMIT = [
    ("tocsin.registry.update:keep_raw", "kill-before"),
    ("tocsin.registry.update:keep_raw", "kill-after"),
    ("tocsin.store.snapshots:end_spans", "kill-after"),
    ("tocsin.store.snapshots:open_spans", "kill-before"),
    ("tocsin.store.snapshots:open_spans", "kill-after"),
    ("tocsin.registry.update:write_state", "kill-after"),
    ("tocsin.match.index:_write_meta", "kill-before"),
    ("tocsin.match.index:_write_meta", "kill-after"),
    ("tocsin.registry.update:append_audit", "kill-before"),
    ("tocsin.registry.update:append_audit", "kill-after"),
]


def write_list(folder: Path, day: int, name: str) -> Path:
    path = folder / f"{day}.yaml"
    path.write_text(LIST.format(day=day, name=name))
    return path


@pytest.fixture
def app(settings: Settings, tmp_path: Path) -> App:
    app = build(settings)
    assert app.update(["starter"], files=[write_list(tmp_path, 1, OLD)])[0].outcome == "updated"
    return app


def start_update(app: App, file: Path, point: str, action: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", UPDATER, str(app.settings.home), str(file), point, action]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def found(app: App, name: str) -> bool:
    return bool(app.match(Query(names=(name,))).hits)


@pytest.mark.parametrize(("point", "action"), BEFORE_COMMIT)
def test_an_update_that_is_killed_leaves_the_old_state(app: App, tmp_path: Path, point: str, action: str) -> None:
    file, register = write_list(tmp_path, 2, NEW), app.index().register
    with start_update(app, file, point, action) as process:
        assert process.wait(60) == -signal.SIGKILL
    (state,) = [s for s in app.lists() if s.list_key == "starter"]
    assert state.published_at is not None
    assert state.published_at.day == 1
    assert app.index().register == register
    assert found(app, OLD)
    assert not found(app, NEW)
    assert app.update(["starter"], files=[file])[0].outcome == "updated"
    assert found(app, NEW)
    assert not found(app, OLD)
    assert app.verify_audit() > 0


@pytest.mark.parametrize("action", ["kill-before", "kill-after"])
def test_killed_between_commit_and_index_the_next_update_catches_up(app: App, tmp_path: Path, action: str) -> None:
    file = write_list(tmp_path, 2, NEW)
    with start_update(app, file, "tocsin.match.index:_swap_current", action) as process:
        assert process.wait(60) == -signal.SIGKILL
    assert found(app, OLD) is (action == "kill-before")
    assert app.update(["starter"], files=[file])[0].outcome == "unchanged"
    assert found(app, NEW)
    assert not found(app, OLD)


def test_a_first_run_that_is_killed_can_be_run_again(settings: Settings, tmp_path: Path) -> None:
    app = build(settings)
    with start_update(app, write_list(tmp_path, 1, OLD), "tocsin.registry.update:write_state", "kill-after") as process:
        assert process.wait(60) == -signal.SIGKILL
    told: list[str] = []
    app.ensure_register(told.append)
    assert len(told) == 1
    assert len(app.index()) > 10


def test_others_read_the_old_state_while_one_updates_and_a_second_updater_is_busy(app: App, tmp_path: Path) -> None:
    file = write_list(tmp_path, 2, NEW)
    with start_update(app, file, "tocsin.match.index:_write_meta", "wait") as process:
        wait_for(app.settings.home / "waiting")
        readers = [
            subprocess.Popen(
                [sys.executable, "-c", READER, str(app.settings.home), OLD], stdout=subprocess.PIPE, text=True
            )
            for _ in range(2)
        ]
        assert [reader.communicate(timeout=60)[0] for reader in readers] == ["1 1\n", "1 1\n"]
        with pytest.raises(Busy, match="Another process is updating"):
            app.update(["starter"], files=[file])
        (app.settings.home / "go").touch()
        assert process.communicate(timeout=60)[0] == "updated\n"
    assert found(app, NEW)
    assert app.verify_audit() == 5  # two updates, two readers, and this match


def test_two_first_runs_at_once_make_one_register(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from tocsin.app import build
from tocsin.settings import load_settings
app = build(load_settings(home=Path(sys.argv[1])))
app.ensure_register()
print(app.index().register)
"""
    command = [sys.executable, "-c", code, str(tmp_path / "home")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {process.communicate(timeout=120)[0] for process in running}
    assert [process.returncode for process in running] == [0, 0]
    assert len(answers) == 1
    assert "" not in answers


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)
