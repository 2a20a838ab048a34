"""The service is killed at random moments, under load and while the index is swapped."""

from __future__ import annotations

from pathlib import Path

import pytest

from kills import Lost, Trial

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="processes are looked for in /proc")


def test_no_answer_is_wrong_and_nothing_is_lost(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "home", seed=7)
    trial.run(5)  # `make kills` does fifty
    assert sum(trial.kills.values()) >= 5
    assert trial.clients.answers
    assert trial.clients.jobs
    assert trial.clients.decided


def test_a_wrong_answer_and_a_lost_job_are_found(tmp_path: Path) -> None:
    trial = Trial(tmp_path / "home", seed=7)
    trial.clients.answers.append((trial.app.index().register, frozenset("b")))
    with pytest.raises(Lost, match="not a"):
        trial.run(1)
    trial.clients.answers.clear()
    trial.clients.jobs.append("0" * 32)
    with pytest.raises(Lost, match="jobs are gone"):
        trial.run(1)
