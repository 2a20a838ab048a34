"""Flat arrays on disk, memory-mapped: the one shape of which an index is made.

Numbers are in the byte order of the machine, which the index names; a `Groups` is numbers grouped by a number (offsets
and values), `Blobs` the same with bytes, a `KeyTable` numbers filed under 32-bit keys, found by the key's leading bits.
Processes share the pages; opening costs nothing. A value that points outside of its array is `StoreFailed`.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from tocsin.errors import StoreFailed

Code = Literal["I", "Q", "B", "d"]


def load_array(folder: Path, name: str, code: Literal["I", "Q", "B"]) -> memoryview[int]:
    """A mapped flat array; `StoreFailed` when the file is missing or no whole number of items long."""
    return _cast(_map(folder, name), name, code)


def load_weights(folder: Path, name: str) -> memoryview[float]:
    """A mapped array of 64-bit floats, under the same rules as `load_array`."""
    return _cast(_map(folder, name), name, "d")


def _map(folder: Path, name: str) -> memoryview[int]:
    path = folder / name
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise StoreFailed(f"Index file {name} cannot be read; expected a flat array. Run `tocsin update`.") from error


def _cast(view: memoryview[int], name: str, code: Code) -> memoryview[Any]:
    try:
        return view.cast(code)
    except TypeError as error:
        raise damaged(name, "its size is no whole number of items") from error


def damaged(name: str, why: str) -> StoreFailed:
    """What to raise about one file of an index."""
    return StoreFailed(f"Index file {name} is damaged: {why}. Run `tocsin update`.")


class _Slices:
    """Where each group of `name` begins and ends; `StoreFailed` when it does not lie within the data."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._offsets = name, load_array(folder, f"{name}.offsets", "Q")

    def __len__(self) -> int:
        return max(0, len(self._offsets) - 1)

    def _slice_of(self, number: int, end: int) -> slice:
        if number >= len(self):
            raise damaged(f"{self._name}.offsets", "an item is not there")
        start, stop = self._offsets[number], self._offsets[number + 1]
        if not start <= stop <= end:
            raise damaged(f"{self._name}.offsets", "an offset is out of its range")
        return slice(start, stop)


class Groups(_Slices):
    """Numbers grouped by a number."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self._values = load_array(folder, f"{name}.values", "I")

    def get_group(self, number: int) -> list[int]:
        """The values of one group, in stored order."""
        return self._values[self._slice_of(number, len(self._values))].tolist()


class Blobs(_Slices):
    """Byte strings by number."""

    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder, name)
        self._data = load_array(folder, f"{name}.data", "B")

    def get_blob(self, number: int) -> bytes:
        return bytes(self._data[self._slice_of(number, len(self._data))])

    def __iter__(self) -> Iterator[bytes]:
        return (self.get_blob(i) for i in range(len(self)))


class KeyTable:
    """Numbers filed under 32-bit keys: sorted by key, then number; `buckets` tells where each leading pattern begins."""

    def __init__(self, folder: Path, name: str) -> None:
        self._name, self._buckets = name, load_array(folder, f"{name}.buckets", "I")
        self._keys = load_array(folder, f"{name}.keys", "I")
        self._values = load_array(folder, f"{name}.values", "I")
        self._shift = 32 - max(0, (len(self._buckets) - 1).bit_length() - 1)

    def find_group(self, key: int) -> list[int]:
        """The numbers filed under `key`, rising; empty when there are none."""
        if not self._keys:
            return []
        bucket = key >> self._shift
        try:
            first, last = self._buckets[bucket], self._buckets[bucket + 1]
            return [self._values[i] for i in range(first, last) if self._keys[i] == key]
        except IndexError as error:
            raise damaged(f"{self._name}.buckets", "a bucket is out of its range") from error


def write_array(folder: Path, name: str, code: Code, values: Iterable[float]) -> None:
    """Write numbers as one flat array of type `code` (see the standard module `array`)."""
    _write(folder / name, values if isinstance(values, array) else array(code, values))


def write_groups(folder: Path, name: str, groups: Iterable[Sequence[int]]) -> None:
    """Write `groups` as `name.offsets` (64 bits) and `name.values` (32 bits)."""
    offsets, values = array("Q", [0]), array("I")
    for group in groups:
        values.extend(group)
        offsets.append(len(values))
    _write(folder / f"{name}.offsets", offsets)
    _write(folder / f"{name}.values", values)


def write_blobs(folder: Path, name: str, blobs: Iterable[bytes]) -> int:
    """Write `blobs` as `name.offsets` (64 bits) and `name.data`; gives their number."""
    offsets, at = array("Q", [0]), 0
    with (folder / f"{name}.data").open("wb") as out:
        for blob in blobs:
            at += out.write(blob)
            offsets.append(at)
    _write(folder / f"{name}.offsets", offsets)
    return len(offsets) - 1


def write_table(folder: Path, name: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Write (key, number) pairs as a `KeyTable`; pairs that are there twice count once."""
    items = sorted({key << 32 | number for key, number in pairs})
    bits = max(0, len(items).bit_length() - 1)
    keys = array("I", (item >> 32 for item in items))
    buckets, at = array("I"), 0
    for bucket in range((1 << bits) + 1):
        while at < len(keys) and keys[at] >> (32 - bits) < bucket:
            at += 1
        buckets.append(at)
    _write(folder / f"{name}.buckets", buckets)
    _write(folder / f"{name}.keys", keys)
    _write(folder / f"{name}.values", array("I", (item & 0xFFFFFFFF for item in items)))


def _write(path: Path, numbers: array[int] | array[float]) -> None:
    with path.open("wb") as out:
        numbers.tofile(out)
