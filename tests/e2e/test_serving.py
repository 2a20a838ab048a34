"""`tocsin serve`, users and keys, as processes that a user runs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

TOCSIN = [str(Path(sys.executable).with_name("tocsin"))]
PASSWORD = "correct horse battery"


def run(home: Path, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TOCSIN, *arguments], input=given, capture_output=True, text=True, check=False, env={**os.environ, "TOCSIN_HOME": str(home)}
    )


@contextmanager
def serve(home: Path, *, until: str = "Serving") -> Iterator[list[str]]:
    """A server on a free port of this machine, and what it said until it could be reached."""
    process = subprocess.Popen(
        [*TOCSIN, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env={**os.environ, "TOCSIN_HOME": str(home)}
    )
    assert process.stderr is not None
    said = []
    try:
        for line in process.stderr:
            said.append(line.strip())
            if until in line:
                break
        yield said
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_the_first_start_prints_a_link_that_opens(home: Path) -> None:
    with serve(home, until="/set-up/") as said:
        link = next(line for line in said if "/set-up/" in line)
        assert re.match(r"http://127\.0\.0\.1:\d+/set-up/", link)
        with urlopen(link) as page:
            assert "first administrator" in page.read().decode()
    assert (home / "audit.db").exists()


def test_each_request_is_a_line_of_json_where_that_is_asked_for(home: Path) -> None:
    process = subprocess.Popen(
        [*TOCSIN, "serve", "--port", "0", "--log", "json"], stderr=subprocess.PIPE, text=True, env={**os.environ, "TOCSIN_HOME": str(home)}
    )
    assert process.stderr is not None
    link = next(line.strip() for line in process.stderr if "/set-up/" in line)
    with urlopen(link):
        pass
    process.send_signal(signal.SIGTERM)
    lines = [json.loads(line) for line in process.communicate(timeout=60)[1].splitlines()]
    assert [(line["route"], line["status"], line["level"]) for line in lines] == [("/set-up/{token}", 200, "info")]
    assert process.returncode in (0, -signal.SIGTERM)


def test_what_cannot_be_started_is_refused_in_a_sentence(home: Path) -> None:
    for wrong, words in (("--workers=0", "expected 1 to 256"), ("--session-hours=0", "more than 0")):
        found = run(home, "serve", wrong)
        assert found.returncode == 2
        assert words in found.stderr
    assert not home.exists()


def test_users_are_added_with_a_password_of_standard_input_and_changed(home: Path) -> None:
    assert run(home, "users", "add", "asha", "--role", "analyst", given="short\n").returncode == 2
    assert run(home, "users", "add", "asha", "--role", "analyst", given=f"{PASSWORD}\n").returncode == 0
    assert run(home, "users", "change", "asha", "--active", "no").returncode == 0
    assert run(home, "users", "change", "asha").returncode == 2
    found = json.loads(run(home, "users", "list", "--json").stdout)["users"]
    assert [(u["name"], u["role"], u["active"]) for u in found] == [("asha", "analyst", False)]
    assert PASSWORD not in run(home, "audit").stdout


def test_a_key_is_told_once_and_revoked(home: Path) -> None:
    key = run(home, "keys", "add", "payments", "--expires", "2099-12-31").stdout.strip()
    assert key.startswith("tocsin_")
    listed = run(home, "keys", "list", "--json").stdout
    assert key not in listed
    assert json.loads(listed)["keys"][0]["expires_at"].startswith("2099-12-31")
    assert run(home, "keys", "revoke", "1").returncode == 0
    assert run(home, "keys", "revoke", "1").returncode == 1


def test_a_port_that_is_taken_is_told_in_a_sentence(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = run(home, "serve", "--port", str(taken.getsockname()[1]))
    assert found.returncode == 2
    assert "cannot listen there" in found.stderr
