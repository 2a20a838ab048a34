"""A job whose process is killed, again and again, at random points gives what it gives when nothing happens."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.settings import Settings

KILLS = 12
RUNNER = "from tocsin.app import jobs; jobs.STEP, jobs.PLACE_S = 20, 0.0; from tocsin.cli import main; main(['jobs', 'run'])"


def hand_in(app: App) -> str:
    with Jobs(app).receive() as (id, file):
        file.write(b"id,name\n" + b"".join(f"{n},Invented Person {'Lakhvi' * (n % 3)} {n}\n".encode() for n in range(3000)))
    return Jobs(app).add(id, JobAsk(every=True, threshold=0.4), label="x", by="test").id


def take(app: App, id: str) -> list[object]:
    with Jobs(app).results(id, "jsonl") as path:
        return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_job_that_is_killed_again_and_again_gives_what_it_gives_undisturbed(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"))
    app.ensure_register()
    undisturbed, killed = hand_in(app), hand_in(app)
    assert Jobs(app).run_next("here")
    dice, interrupted = random.Random(3), 0
    environment = {**os.environ, "TOCSIN_HOME": str(app.settings.home)}
    for _ in range(KILLS):
        child = subprocess.Popen([sys.executable, "-c", RUNNER], env=environment, stderr=subprocess.DEVNULL)
        while child.poll() is None and Jobs(app).get(killed).state == "queued":
            time.sleep(0.02)
        time.sleep(dice.uniform(0.0, 0.3))
        child.send_signal(signal.SIGKILL)
        child.wait()
        if Jobs(app).get(killed).state == "running":
            interrupted += 1
        else:
            break
    assert interrupted > 1
    subprocess.run([sys.executable, "-c", RUNNER], env=environment, check=False, stderr=subprocess.DEVNULL)
    assert Jobs(app).get(killed).state == "done"
    assert take(app, killed) == take(app, undisturbed)
    assert Jobs(app).get_receipt(killed).outcome == Jobs(app).get_receipt(undisturbed).outcome
    assert app.verify_audit() > 1
