"""What users, disks and shells do to us: each ends in a sentence and an exit code, and leaves what was there.

Real processes, since it is about streams, limits and signals.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import tocsin

MAIN = "from tocsin.cli import main; main()"
# Files may not grow over this many bytes: what a process meets when its disk is full.
FULL = "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2); " + MAIN


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    tocsin.open(folder)
    return folder


def make_id(number: int) -> str:
    """An id that no packing makes shorter."""
    return hashlib.sha256(str(number).encode()).hexdigest()


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text("id,name\n" + "".join(f"{make_id(n)},Hafiz Saeed\n" for n in range(2000)))
    return path


def run(
    home: Path, *arguments: str | bytes, code: str = MAIN, **options: object
) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONIOENCODING": "utf-8"}
    settings = {"capture_output": True, "text": True, "env": environ, "timeout": 120, **options}
    return subprocess.run([sys.executable, "-c", code, *arguments], check=False, **settings)  # type: ignore[call-overload,no-any-return]


def run_in_shell(home: Path, tail: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command with what the shell does to its streams."""
    script = f'set -o pipefail; "$@" {tail}'
    environ = {**os.environ, "TOCSIN_HOME": str(home)}
    command = ["bash", "-c", script, "bash", sys.executable, "-c", MAIN, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environ, timeout=120)


@pytest.mark.parametrize("arguments", [
    ["match", "Hafiz Saeed"], ["match", "Hafiz Saeed", "--json"], ["who", "al-Qaida"], ["lists"], ["show", "QDi.264"], ["audit"],
    ["screen", "CUSTOMERS"], ["screen", "CUSTOMERS", "--out-format", "csv"], ["screen", "CUSTOMERS", "--out-format", "parquet"],
])
def test_an_answer_that_finds_no_room_is_told(home: Path, customers: Path, arguments: Sequence[str]) -> None:
    given = [str(customers) if a == "CUSTOMERS" else a for a in arguments]
    done = run_in_shell(home, "> /dev/full", *given)
    assert done.returncode == 1
    assert "cannot be written (No space left on device)" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_a_reader_that_goes_away_is_no_clear_result(home: Path, customers: Path, format: str) -> None:
    done = run_in_shell(home, "| head -1", "screen", str(customers), "--out-format", format)
    assert (done.returncode, done.stderr) == (1, "")


def test_closed_streams_raise_nothing(home: Path) -> None:
    assert run_in_shell(home, ">&-", "match", "Hafiz Saeed").returncode == 3
    assert run_in_shell(home, "2>&-", "match", "Hafiz Saeed").returncode == 3
    done = run_in_shell(home, "<&-", "screen", "-")
    assert (done.returncode, "Standard input is closed" in done.stderr) == (1, True)


def test_standard_input_and_output_are_a_dash(home: Path) -> None:
    done = run(home, "screen", "-", "--out", "-", input='{"id": 1, "name": "Hafiz Saeed"}\n')
    assert done.returncode == 3
    assert json.loads(done.stdout)["id"] == "1"


def test_a_terminal_without_the_letters_gets_them_spelt_out(home: Path) -> None:
    environ = {**os.environ, "TOCSIN_HOME": str(home), "PYTHONIOENCODING": "ascii"}
    done = run(home, "match", "حافظ محمد سعید", env=environ)
    assert done.returncode == 3
    assert "\\u062d" in done.stdout


@pytest.mark.parametrize("arguments", [[b"match", b"\xff\xfe"], [b"show", b"\xff"], [b"screen", b"\xff.csv"], [b"who", b"\xff"], [b"update", b"\xff"]])
def test_arguments_that_are_no_text_raise_nothing(home: Path, arguments: Sequence[bytes]) -> None:
    done = run(home, *arguments)
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr


def test_home_may_stand_before_the_command(home: Path, tmp_path: Path) -> None:
    for given in (["--home", str(home)], [f"--home={home}"]):
        done = run(tmp_path / "unused", *given, "match", "Hafiz Saeed", "--json")
        assert (done.returncode, done.stderr) == (3, "")


@pytest.mark.parametrize("command", [["match", "A B"], ["lists"], ["screen", "x.csv"], ["update", "starter"]])
def test_a_home_that_is_a_file_is_told(tmp_path: Path, command: Sequence[str]) -> None:
    (tmp_path / "file").write_text("")
    done = run(tmp_path / "file", *command)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr + done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["hits.jsonl", "hits.csv", "hits.parquet", "hits.csv.gz"])
def test_a_disk_that_fills_up_leaves_the_old_output(home: Path, customers: Path, name: str) -> None:
    target = customers.with_name(name)
    target.write_text("old")
    done = run(home, "50000", "screen", str(customers), "--all", "--out", str(target), code=FULL)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr
    assert target.read_text() == "old"
    assert sorted(p.name for p in customers.parent.iterdir()) == ["customers.csv", name]


@pytest.mark.parametrize("size", ["0", "1000", "20000", "60000", "150000"])
def test_a_disk_that_fills_up_while_the_register_is_made_is_told_and_it_can_be_made_later(tmp_path: Path, size: str) -> None:
    done = run(tmp_path / "home", size, "match", "Hafiz Saeed", code=FULL)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    assert run(tmp_path / "home", "match", "Hafiz Saeed").returncode == 3


def test_no_output_file_appears_without_its_line_in_the_audit(home: Path, customers: Path, tmp_path: Path) -> None:
    code = f"""
import tocsin.app
from tocsin.errors import StoreFailed
def fail(*args): raise StoreFailed("The audit cannot be written.")
tocsin.app.App.record_screening = fail
{MAIN}
"""
    done = run(home, "screen", str(customers), "--out", str(tmp_path / "hits.jsonl"), code=code)
    assert (done.returncode, "The audit cannot be written" in done.stderr) == (1, True)
    assert [p.name for p in tmp_path.iterdir()] == ["customers.csv"]


@pytest.mark.parametrize(("summary", "said"), [("customers.csv", "also the file"), ("hits.jsonl", "also the file"), ("no/s.json", "in a folder that is there")])
def test_a_summary_never_overwrites_what_is_read_or_written(home: Path, customers: Path, summary: str, said: str) -> None:
    before = customers.read_text()
    out = customers.with_name("hits.jsonl")
    done = run(home, "screen", str(customers), "--out", str(out), "--summary", str(customers.parent / summary))
    assert (done.returncode, said in done.stderr) == (2, True)
    assert customers.read_text() == before
    assert not out.exists()


@pytest.mark.parametrize("option", [["--limit", "0"], ["--limit", "-1"], ["--threshold", "7"], ["--threshold", "nan"], ["--delimiter", "ab"], ["--encoding", "rot13"], ["--day-first", "--month-first"], ["--fromat", "csv"], ["--format", "xlsx"], ["--out", "x.xlsx"]])
def test_options_that_would_find_nobody_are_refused(home: Path, customers: Path, option: Sequence[str]) -> None:
    done = run(home, "screen", str(customers), *option)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_misspelt_option_is_told_with_the_nearest(home: Path, customers: Path) -> None:
    assert "--threshold" in run(home, "screen", "--treshold", "0.5", str(customers)).stderr
    assert "match" in run(home, "mtach", "x").stderr


def hear_the_keyboard() -> None:
    """In a child: not to ignore SIGINT, as it would where the tests themselves run in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopping_from_the_keyboard_leaves_no_output(home: Path, tmp_path: Path) -> None:
    fifo, out = tmp_path / "rows.csv", tmp_path / "hits.jsonl"
    os.mkfifo(fifo)
    environ = {**os.environ, "TOCSIN_HOME": str(home)}
    command = [sys.executable, "-c", MAIN, "screen", str(fifo), "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environ, preexec_fn=hear_the_keyboard) as process, fifo.open("w") as rows:
        rows.write("name\n" + "Hafiz Saeed\n" * 3000)
        rows.flush()
        deadline = time.monotonic() + 60
        while not list(tmp_path.glob(".hits*")) and time.monotonic() < deadline:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said == "Stopped. Nothing that was in force has changed.\n"
    assert [p.name for p in tmp_path.iterdir()] == ["rows.csv"]


def test_memory_does_not_grow_with_the_rows(home: Path, tmp_path: Path) -> None:
    """Counted in bytes that Python holds at the end of a file, against those for a file of a tenth."""
    code = """
import sys, tracemalloc
from tocsin.screen import read_rows, screen_rows
class Nobody:
    def find_many(self, queries, *, threshold, limit): return [() for _ in queries]
rows = sum(1 for _ in screen_rows(read_rows(sys.argv[1]), Nobody(), threshold=0.7, limit=1))  # what is loaded once
tracemalloc.start()
for name in sys.argv[2:]:
    tracemalloc.reset_peak()
    sum(1 for _ in screen_rows(read_rows(name), Nobody(), threshold=0.7, limit=1))
    print(tracemalloc.get_traced_memory()[1])
"""
    paths = []
    for rows in (100, 3000, 30_000):
        paths.append(tmp_path / f"{rows}.csv")
        paths[-1].write_text("name,notes\n" + f"Hafiz Saeed,{'x' * 100}\n" * rows)
    small, large = map(int, run(home, *map(str, paths), code=code).stdout.split())
    assert large < small + 500_000


def test_screening_against_a_stale_list_goes_on_with_a_warning(tmp_path: Path) -> None:
    old = Path(__file__).resolve().parents[1] / "golden" / "un" / "layout_2017.xml"
    assert run(tmp_path / "home", "update", "un", "--from", str(old), "--accept").returncode == 0
    done = run(tmp_path / "home", "screen", "-", input="name\nHafiz Saeed\n")
    assert "Warning: list 'un' is" in done.stderr
    assert "run `tocsin update un`" in done.stderr
    assert "1 rows, 1 screened" in done.stderr
