"""How many requests each asker has left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tocsin.web.rates import Rates

TAKE = (
    "import sys; from pathlib import Path; from tocsin.web.rates import Rates; r = Rates(60, Path(sys.argv[1]), clock=lambda: 7.0); "
    "print(sum(r.take('asha') == 0 for _ in range(40)))"
)


def test_processes_that_share_a_file_give_what_one_would(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", TAKE, str(tmp_path / "rates")], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sum(int(process.communicate()[0]) for process in both) == 60


def test_a_bucket_fills_evenly_and_says_how_long_to_wait() -> None:
    now = [100.0]
    rates = Rates(6, clock=lambda: now[0])
    assert [rates.take("asha") for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    now[0] += 5
    assert rates.take("asha") == 5
    now[0] += 5
    assert rates.take("asha") == 0
    assert rates.take("asha") == 10


@given(st.lists(st.tuples(st.text(max_size=3), st.floats(0, 30)), max_size=60), st.integers(1, 10))
def test_nobody_gets_more_than_a_bucket_and_what_filled_it_since(asks: list[tuple[str, float]], most: int) -> None:
    now = [50.0]
    rates = Rates(most, clock=lambda: now[0])
    taken: dict[str, list[float]] = {}
    for name, pause in asks:
        now[0] += pause
        if rates.take(name) == 0:
            taken.setdefault(name, []).append(now[0])
    for times in taken.values():
        for start in range(len(times)):
            span = times[-1] - times[start]
            assert len(times) - start <= most + span * most / 60 + 1e-6


def test_one_asker_takes_nothing_from_another() -> None:
    rates = Rates(1, clock=lambda: 7.0)
    assert all(rates.take(f"asker {n}") == 0 for n in range(200))
