"""The kernel among threads, and Tocsin without it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tocsin.match import Index, build_index, open_index
from tocsin.match.engine import load_engine
from tocsin.match.finder import PlainFinder
from tocsin.match.index import load_files
from tocsin.match.kernel import (
    KernelFinder,
    find_kernel,
    load_native_tables,
    read_for_kernel,
    read_letter,
    tell_for_kernel,
    to_native,
)
from tocsin.model import Entity, Query
from tocsin.names.analysis import analyse_name

needs_kernel = pytest.mark.skipif(find_kernel() is None, reason="the native kernel was not built")
NAMES = [
    "Zaki-ur-Rehman Lakhvari", "ذکی الرحمان لکھواری", "Salman Tarkhani", "Aslan Byutkayev", "Hafizullah Qurbani", "लश्कर-ए-नूराबाद",
    "Army of Nurabad", "Brigade 313", "José Müller", "習近平", "", "...", "a" * 900, "e" + "\u0301" * 300, "Zakiurrehman Lakhwi",
]
# A process in which the kernel cannot be imported, nor in those that it starts.
ABSENT = """
import sys
sys.modules["tocsin.match._kernel"] = None
from tocsin.cli import main
if __name__ == "__main__":
    main()
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory, index: Index) -> Path:
    folder: Path = tmp_path_factory.mktemp("threads")
    build_index(index.entities(), folder, register="threads")
    return folder


@needs_kernel
@pytest.mark.parametrize("threads", [1, 2, 3, 4, 1000, 0, -1])
def test_a_batch_has_the_same_answers_over_any_number_of_threads(files: Path, threads: int) -> None:
    opened, engine = load_files(files), load_engine()
    asked = [f"{name} {number % 7}".strip() if number % 3 else name for number, name in enumerate(NAMES * 40)]
    readings, least = [1 + number % 3 for number in range(len(asked))], [-1.0] * len(asked)
    found = KernelFinder(opened).score_many(asked, readings, engine, least, threads=threads)
    plain = PlainFinder(opened).score_many(asked, readings, engine, least, threads=1)
    assert [(at, name) for at, name, _ in found] == [(at, name) for at, name, _ in plain]
    assert [s for _, _, s in found] == pytest.approx([s for _, _, s in plain], abs=1e-6)


@needs_kernel
def test_a_kernel_that_was_built_from_other_sources_is_left_alone_with_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = find_kernel()
    monkeypatch.setattr(kernel, "BUILD", -1)
    find_kernel.cache_clear()
    try:
        with pytest.warns(RuntimeWarning, match="built for another version; install Tocsin again"):
            assert find_kernel() is None
    finally:
        monkeypatch.undo()
        find_kernel.cache_clear()
    assert find_kernel() is kernel


@needs_kernel
def test_hits_are_the_same_whatever_the_threads(files: Path) -> None:
    index = open_index(files)
    queries = [Query(names=(name,)) for name in NAMES if any(c.isalnum() for c in name)] * 30
    one, two, four = (index.find_many(queries, threshold=0.5, limit=3, threads=threads) for threads in (1, 2, 4))
    assert one == two == four
    assert any(one)


@needs_kernel
def test_other_threads_of_python_run_while_a_batch_is_searched(files: Path) -> None:
    finder, engine = KernelFinder(load_files(files)), load_engine()
    asked = [f"Zaki Rehman Lakhvari {chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676)}" for n in range(8000)]
    readings, least = [3] * len(asked), [-1.0] * len(asked)
    turns, seen = 0, []

    def search() -> None:
        before = turns
        finder.score_many(asked, readings, engine, least, threads=1)
        seen.append(turns - before)

    thread = threading.Thread(target=search)
    thread.start()
    while thread.is_alive():
        turns += 1
    assert seen[0] > 0


@needs_kernel
def test_threads_of_python_may_ask_one_index_at_once(files: Path) -> None:
    index = open_index(files)
    queries = [Query(names=(f"{name} {n}",)) for n in range(20) for name in NAMES if any(c.isalnum() for c in name) and len(name) < 900]
    expected = [index.find_hits(query, threshold=0.3, limit=3) for query in queries]
    found: dict[int, list[Any]] = {}

    def ask(number: int) -> None:
        found[number] = [index.find_hits(query, threshold=0.3, limit=3) for query in queries]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [found[number] for number in range(4)] == [expected] * 4


def make_reader(read: Callable[[str, bool], Any], tell: Callable[[str], Any] = lambda letter: None) -> tuple[Any, Any]:
    """A reader that asks for pieces of text, and what each letter is: it is told nothing of letters unless `tell` does."""
    kernel = find_kernel()
    assert kernel is not None
    return kernel, kernel.Reader(load_native_tables(), read, read_letter, tell, lambda text: unicodedata.is_normalized("NFC", text))


PLAIN = ["Аслан", "Насируддин", "محمد", "عبدالرحمن", "ألبرت", "וולף", "नूराबाद", "আ", "김정은", "남궁민수", "习近平", "安倍晋三", "林鄭月娥", "น้ำ", "ヤマダ", "Ωμέγα"]


@needs_kernel
@pytest.mark.parametrize("word", PLAIN)
def test_the_kernel_reads_a_word_of_one_script_on_its_own(word: str) -> None:
    def read(chunk: str, person: bool) -> Any:
        raise AssertionError(f"{chunk} was asked for")

    kernel, reader = make_reader(read, tell_for_kernel)
    assert kernel.analyse(reader, word, True) == [to_native(t) for t in analyse_name(word, "person")]


@needs_kernel
@pytest.mark.parametrize("word", ["ג׳ון", "Аслан7", "Ахмедов-Салман", "习Jin", "さゆり子", "\u0958ासिम", "𠮷ｱ", "ㄱ", "佐々木", "ﻣﺤﻤﺪ", "ا٣"])
def test_what_the_kernel_does_not_read_on_its_own_is_asked_for(word: str) -> None:
    asked = []

    def read(chunk: str, person: bool) -> Any:
        asked.append(chunk)
        return read_for_kernel(chunk, person)

    kernel, reader = make_reader(read, tell_for_kernel)
    assert kernel.analyse(reader, word, True) == [to_native(t) for t in analyse_name(word, "person")]
    assert asked == [word]


@needs_kernel
def test_a_name_that_is_being_read_outlives_what_others_read_meanwhile() -> None:
    """Reading a piece of a name may let another thread in, which may fill the cache and drop the pieces read before."""
    dropped = []

    def read(chunk: str, person: bool) -> Any:
        if chunk == "дада" and not dropped:
            dropped.append(True)
            for number in range(200_002):
                kernel.analyse(reader, f"é{number}", person)
        return (f"e{chunk[1:]}", [f"e{chunk[1:]}"]) if chunk.startswith("é") else read_for_kernel(chunk, person)

    kernel, reader = make_reader(read)
    name = "Аслан محمد дада"
    assert kernel.analyse(reader, name, True) == kernel.analyse(make_reader(read_for_kernel)[1], name, True)
    assert dropped


@needs_kernel
def test_a_word_that_is_being_read_outlives_what_others_read_while_its_letters_are_told() -> None:
    told = []

    def tell(letter: str) -> Any:
        if not told:
            told.append(letter)
            for number in range(100):
                kernel.analyse(reader, f"{chr(0x0430 + number % 32)}{chr(0x0430 + number // 32)}ң", True)
        return tell_for_kernel(letter)

    kernel, reader = make_reader(read_for_kernel, tell)
    assert kernel.analyse(reader, "Аслан", True) == [to_native(t) for t in analyse_name("Аслан", "person")]
    assert told


@needs_kernel
def test_an_error_while_a_name_is_read_reaches_the_caller() -> None:
    def read(chunk: str, person: bool) -> Any:
        raise KeyboardInterrupt

    kernel, reader = make_reader(read)
    with pytest.raises(KeyboardInterrupt):
        kernel.analyse(reader, "Аслан", True)
    for wrong in (None, 7, (), ("a",), (None, 7), (None, [7]), (None, [("a", 0)])):
        kernel, reader = make_reader(lambda chunk, person, wrong=wrong: wrong)
        with pytest.raises((RuntimeError, TypeError, IndexError, KeyError, ValueError)):
            kernel.analyse(reader, "Аслан", True)
    for wrong in (7, (), ("Cyrl", "а", "a", False), (6, "а", "a"), (6, 7, "a", False)):
        kernel, reader = make_reader(read_for_kernel, lambda letter, wrong=wrong: wrong)
        with pytest.raises((RuntimeError, TypeError, IndexError, KeyError, ValueError)):
            kernel.analyse(reader, "Аслан", True)


@pytest.fixture
def without(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run a command in a process without the kernel."""
    script = tmp_path / "absent.py"
    script.write_text(ABSENT, "utf-8")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environ = {**os.environ, "TOCSIN_HOME": str(tmp_path / "home"), "PYTHONIOENCODING": "utf-8"}
        return subprocess.run(
            [sys.executable, str(script), *arguments], check=False, capture_output=True, encoding="utf-8", env=environ, timeout=300
        )

    return run


def test_without_the_kernel_all_is_answered_with_one_warning(
    without: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    import tocsin

    rows = tmp_path / "rows.csv"
    rows.write_text("id,name\n1,Hafiz Saeed\n2,محمد سعید\n3,Lashkar e Taiba\n4,Nobody Atall\n", "utf-8")
    with_kernel = tocsin.open(tmp_path / "home").match("Hafiz Saeed")
    for arguments in (["match", "Hafiz Saeed", "--json"], ["screen", str(rows)], ["screen", str(rows), "--jobs", "2"]):
        done = without(*arguments)
        assert (done.returncode, done.stderr.count("Warning:"), "native kernel" in done.stderr) == (3, 1, True), done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.splitlines()[0].endswith("the same answers, slower.")
        if arguments[0] == "match":
            hits = json.loads(done.stdout)["hits"]
            assert [h["subject"] for h in hits] == [h.subject for h in with_kernel]
            assert [h["score"] for h in hits] == pytest.approx([h.score for h in with_kernel], abs=1e-4)


def test_an_index_made_without_the_kernel_is_the_one_that_the_kernel_makes(
    tmp_path: Path, index_entities: tuple[Entity, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    native = build_index(index_entities, tmp_path / "native", register="one")
    monkeypatch.setattr("tocsin.match.kernel.find_kernel", lambda: None)
    plain = build_index(index_entities, tmp_path / "plain", register="one")
    assert {p.name: p.read_bytes() for p in native.iterdir()} == {p.name: p.read_bytes() for p in plain.iterdir()}
