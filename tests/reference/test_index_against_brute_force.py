"""The index finds what comparing with every listed name finds, on real lists and at the default threshold: each hit, each score.

Fixed samples of the misspelt names of the listed, of strangers' names, and of listed names with slips are asked; five times as
many (all misspelt names, 2,000 with slips) by `make lossless`, all 50,000 strangers' names by `bench/lossless.py`.
"""

from __future__ import annotations

import csv
import gzip
import os
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tocsin.match.engine import load_engine, to_logit
from tocsin.match.index import build_index, load_files
from tocsin.match.kernel import KernelFinder, find_kernel
from tocsin.model import Entity
from tocsin.settings import DEFAULT_THRESHOLD

pytestmark = [
    pytest.mark.reference,
    pytest.mark.skipif(find_kernel() is None, reason="plain Python takes an hour for this; the native kernel was not built"),
]
STRANGERS = ("screening_negatives_global_dev.csv.gz", "screening_negatives_us_dev.csv.gz")
SHARE = 1.0 if os.environ.get("TOCSIN_LOSSLESS") == "all" else 0.2
SAMPLE, FUZZED, SEED = int(150 * SHARE), int(2000 * SHARE), 7
Scores = list[tuple[int, float]]


@pytest.fixture(scope="module")
def folder(listed: list[Entity], tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("lossless")
    build_index(listed, made, register="lossless")
    return made


@pytest.fixture(scope="module")
def finder(folder: Path) -> KernelFinder:
    return KernelFinder(load_files(folder))


def load_names(path: Path) -> list[str]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [row["full_name"] for row in csv.DictReader(data.decode("utf-8").splitlines())]


def find_missed(finder: KernelFinder, names: Sequence[str], readings: Sequence[bool] = (True, False)) -> list[str]:
    """The names for which the index gives other hits or scores than comparing with every listed name, read as a person's or not."""
    engine, least = load_engine(), to_logit(DEFAULT_THRESHOLD)

    def ask(score: Callable[..., Scores], name: str) -> list[Scores]:
        return [score(name, engine, person=person, least=least) for person in readings]

    with ThreadPoolExecutor(2) as pool:
        every = pool.map(lambda name: ask(finder.score_all, name), names)
        return [name for name, found in zip(names, every, strict=True) if ask(finder.score_names, name) != found]


def test_nothing_is_lost_for_the_misspelt_names_of_the_listed(finder: KernelFinder, shared_data: Path) -> None:
    names = load_names(shared_data / "resolution" / "screening_positives_dev.csv")
    assert find_missed(finder, random.Random(SEED).sample(names, int(len(names) * SHARE))) == []


@pytest.mark.parametrize("file", STRANGERS)
def test_nothing_is_lost_for_a_sample_of_strangers(finder: KernelFinder, shared_data: Path, file: str) -> None:
    names = load_names(shared_data / "resolution" / file)
    assert find_missed(finder, random.Random(SEED).sample(names, SAMPLE)) == []


def test_nothing_is_lost_for_listed_names_with_slips(finder: KernelFinder, folder: Path) -> None:
    files, rng = load_files(folder), random.Random(SEED)
    listed = [files.get_name(number) for number in rng.sample(range(files.meta.names), FUZZED)]
    for person in (True, False):
        slipped = [make_slips(name.text, rng) for name in listed if name.person == person]
        assert find_missed(finder, slipped, (person,)) == []


def make_slips(name: str, rng: random.Random) -> str:
    """One to three slips: a letter lost, doubled or changed over, a space lost or put in, a word lost or moved."""
    for slip in rng.choices(SLIPS, k=rng.choice((1, 1, 2, 3))):
        name = slip(name, rng) or name
    return name


def _slip_letter(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name))
    middle = rng.choice(("", name[at] * 2, name[at:at + 2][::-1] + name[at], rng.choice("aeioubdhkmnrst")))
    return name[:at] + middle + name[at + 1:]


def _slip_space(name: str, rng: random.Random) -> str:
    at = rng.randrange(len(name))
    spaces = [i for i, c in enumerate(name) if c == " "]
    return name.replace(" ", "", 1) if spaces and rng.random() < 0.5 else f"{name[:at]} {name[at:]}"


def _slip_word(name: str, rng: random.Random) -> str:
    words = name.split()
    word = words.pop(rng.randrange(len(words)))
    return " ".join(words if rng.random() < 0.5 else [*words, word])


SLIPS: tuple[Callable[[str, random.Random], str], ...] = (_slip_letter, _slip_letter, _slip_space, _slip_word)


def test_the_slips_are_the_same_each_time_and_change_nearly_every_name() -> None:
    names = ["Zaki ur Rehman Lakhvari", "Nurabad Trading Ltd", "Salman"]
    made: list[Iterator[str]] = [iter([make_slips(n, random.Random(seed)) for n in names for seed in range(50)]) for _ in "ab"]
    first, again = (list(x) for x in made)
    assert first == again
    assert sum(a != n for a, n in zip(first, [n for n in names for _ in range(50)], strict=True)) > 130
