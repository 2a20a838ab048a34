"""Whether the files of an index are as a writer leaves them.

Checksums tell that bytes are those that were written; this tells that they can be what a writer writes: counts agree,
offsets and numbers stay within what they point to, weights are weights. What passes can be read without a look at each
value; what does not is refused, since half an index would answer without some of the subjects. Costs one pass over the
arrays, in the native kernel where there is one.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from tocsin.match.arrays import damaged, load_array, load_weights
from tocsin.match.words import RECORD, SCRIPTS, TOKEN_KINDS
from tocsin.model import KINDS

MOST_TRAITS = 7                                    # as in `native/words.hpp`
LONGEST_WORD, MOST_FRAMES = 64, 6                  # as in `native/words.hpp`: no word has more letters, nor more frames
LIGHTEST_NAME, HEAVIEST_WORD, HEAVIEST_NAME = 0.01, 2.0, 32.0
TABLES = {
    "keys.person": "words", "keys.other": "words", "joins.person": "runs", "joins.other": "runs",
    "identifiers": "entities", "refs": "entities",
}
GROUPS = {
    "names_of_word": ("words", "names"), "names.words": ("names", "words"), "runs.words": ("runs", "words"),
    "runs.names": ("runs", "names"),
}  # of which, and what their values number
BLOBS = {"names.text": "names", "entities": "entities"}
SIZES = {
    "words.records": ("words", RECORD.size), "names_of_word.dominant": ("words", 4), "names.weight": ("names", 8),
    "names.silent": ("names", 8), "names.initials": ("names", 1), "names.kind": ("names", 1), "names.person": ("names", 1),
    "names.weak": ("names", 1), "names.entity": ("names", 4),
    "runs.letters": ("runs", 8),
}  # files of one item for each word, name or run of words
FILES = frozenset({
    *SIZES, "words.data",
    *(f"{name}.{part}" for name in TABLES for part in ("buckets", "keys", "values")),
    *(f"{name}.{part}" for name in GROUPS for part in ("offsets", "values")),
    *(f"{name}.{part}" for name in BLOBS for part in ("offsets", "data")),
})


class Counts(NamedTuple):
    """How many there are of each in an index."""

    entities: int
    names: int
    words: int
    runs: int  # of words that could be written as one

    def of(self, what: str) -> int:
        """The number of "entities", "names", "words" or "runs"."""
        return int(getattr(self, what))


def check_sizes(sizes: dict[str, int], counts: Counts) -> None:
    """`StoreFailed` when a file is not there, or does not have an item for each word, name or entity."""
    for name in sorted(FILES - sizes.keys()):
        raise damaged(name, "it is missing")
    for name in sorted(sizes.keys() - FILES):
        raise damaged(name, "no index has such a file")
    for name, (what, width) in SIZES.items():
        _expect(sizes[name] == counts.of(what) * width, name, f"expected {counts.of(what)} items")
    for name, what in {**{g: of for g, (of, _) in GROUPS.items()}, **BLOBS}.items():
        items = counts.of(what) + 1
        _expect(sizes[f"{name}.offsets"] == items * 8, f"{name}.offsets", f"expected {items} items")
    _expect(sizes["words.data"] % 4 == 0, "words.data", "expected whole words")
    for name in TABLES:
        _expect(sizes[f"{name}.keys"] == sizes[f"{name}.values"], f"{name}.values", "expected as many items as keys")


def check_values(folder: Path, counts: Counts) -> None:
    """`StoreFailed` when a value points to what is not there, or a weight is none; sizes have been checked."""
    for name, what in TABLES.items():
        _check_table(folder, name, counts.of(what))
    for name, (_, what) in GROUPS.items():
        _check_offsets(folder, name, len(load_array(folder, f"{name}.values", "I")))
        _check_below(folder, f"{name}.values", "I", counts.of(what))
    for name in BLOBS:
        _check_offsets(folder, name, len(load_array(folder, f"{name}.data", "B")))
    _check_below(folder, "names.entity", "I", counts.entities)
    _check_below(folder, "names.kind", "B", len(KINDS))
    for name, least, most in (("names.weight", LIGHTEST_NAME, HEAVIEST_NAME), ("names.silent", 0.0, HEAVIEST_NAME)):
        _expect(_ask("are_weights", folder, name, "d", least, most), name, "a weight is out of its range")
    data = len(load_array(folder, "words.data", "B"))
    _expect(_ask("are_sound", folder, "words.records", "B", data), "words.records", "a word is out of its range")


def _check_table(folder: Path, name: str, count: int) -> None:
    buckets, keys = load_array(folder, f"{name}.buckets", "I"), load_array(folder, f"{name}.keys", "I")
    patterns = len(buckets) - 1
    whole = patterns > 0 and patterns & (patterns - 1) == 0 and buckets[0] == 0 and buckets[-1] == len(keys)
    _expect(whole and _ask("is_rising", folder, f"{name}.buckets", "I"), f"{name}.buckets", "a bucket is out of its range")
    _expect(_ask("is_rising", folder, f"{name}.keys", "I"), f"{name}.keys", "the keys are out of order")
    _check_below(folder, f"{name}.values", "I", count)


def _check_offsets(folder: Path, name: str, end: int) -> None:
    offsets = load_array(folder, f"{name}.offsets", "Q")
    whole = offsets[0] == 0 and offsets[-1] == end and _ask("is_rising", folder, f"{name}.offsets", "Q")
    _expect(whole, f"{name}.offsets", "an offset is out of its range")


def _check_below(folder: Path, name: str, code: Any, count: int) -> None:
    fits = not load_array(folder, name, code) or _ask("find_highest", folder, name, code) < count
    _expect(fits, name, "a number is out of its range")


def _expect(holds: bool, name: str, why: str) -> None:
    if not holds:
        raise damaged(name, why)


# ---- one pass over an array: in the kernel (`native/checking.hpp`), and in plain Python

def _ask(question: str, folder: Path, name: str, code: Any, *details: float) -> Any:
    from tocsin.match.kernel import find_kernel

    view = load_weights(folder, name) if code == "d" else load_array(folder, name, code)
    kernel = find_kernel()
    if kernel is not None:
        return getattr(kernel, question)(view.cast("B") if code != "B" else view, *_width(question, view), *details)
    return PLAIN[question](view, *details)


def _width(question: str, view: memoryview[Any]) -> tuple[int, ...]:
    return (view.itemsize,) if question in ("is_rising", "find_highest") else ()


def _is_rising(view: memoryview[Any]) -> bool:
    return all(map(operator.le, view, islice(view, 1, None)))


def _are_weights(view: memoryview[Any], least: float, most: float) -> bool:
    return all(least <= weight <= most for weight in view)


def _are_sound(records: memoryview[Any], data: int) -> bool:
    return all(is_sound_record(record, data) for record in RECORD.iter_unpack(records))


def is_sound_record(record: tuple[Any, ...], data: int) -> bool:
    """Whether a writer could have made this record of `words.records`, with `data` bytes in `words.data`."""
    at, weight, text, fold, frames, written, families, nicks, kind, script, _ = record
    return bool(
        at % 4 == 0 and at + 4 * (families + nicks) + text + fold + frames + written <= data
        and max(text, fold) <= LONGEST_WORD and frames <= MOST_FRAMES * (LONGEST_WORD + 1)
        and 0 <= weight <= HEAVIEST_WORD and kind & 15 < len(TOKEN_KINDS) and kind >> 4 <= MOST_TRAITS
        and script < len(SCRIPTS)
    )


PLAIN: dict[str, Callable[..., Any]] = {
    "is_rising": _is_rising, "find_highest": max, "are_weights": _are_weights, "are_sound": _are_sound,
}
