"""Flat arrays on disk, memory-mapped: the one shape of which an index is made.

Numbers are little-endian; a `Groups` is numbers grouped by a number (offsets and values), `Blobs` the same with bytes, a
`KeyTable` numbers filed under 32-bit keys, found by the key's leading bits. Processes share the
pages; opening costs nothing.
"""

from __future__ import annotations

import mmap
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from tocsin.errors import StoreFailed

Code = Literal["I", "Q", "B", "d"]


def load_array(folder: Path, name: str, code: Literal["I", "Q", "B"]) -> memoryview[int]:
    """A mapped flat array; `StoreFailed` when the file is missing or no whole number of items long."""
    return _map(folder, name).cast(code)


def load_weights(folder: Path, name: str) -> memoryview[float]:
    """A mapped array of 64-bit floats, under the same rules as `load_array`."""
    return _map(folder, name).cast("d")


def _map(folder: Path, name: str) -> memoryview[int]:
    path = folder / name
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return memoryview(b"")
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError) as error:
        raise StoreFailed(f"Index file {name} cannot be read; expected a flat array. Run `tocsin update`.") from error


class Groups:
    """Numbers grouped by a number."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = load_array(folder, f"{name}.offsets", "Q")
        self._values = load_array(folder, f"{name}.values", "I")

    def __len__(self) -> int:
        return max(0, len(self._offsets) - 1)

    def get_group(self, number: int) -> list[int]:
        """The values of one group, in stored order."""
        return self._values[self._offsets[number]: self._offsets[number + 1]].tolist()

    def size_of(self, number: int) -> int:
        return int(self._offsets[number + 1] - self._offsets[number])


class Blobs:
    """Byte strings by number."""

    def __init__(self, folder: Path, name: str) -> None:
        self._offsets = load_array(folder, f"{name}.offsets", "Q")
        self._data = load_array(folder, f"{name}.data", "B")

    def __len__(self) -> int:
        return max(0, len(self._offsets) - 1)

    def get_blob(self, number: int) -> bytes:
        return bytes(self._data[self._offsets[number]: self._offsets[number + 1]])

    def __iter__(self) -> Iterator[bytes]:
        return (self.get_blob(i) for i in range(len(self)))


class KeyTable:
    """Numbers filed under 32-bit keys: sorted by key, then number; `buckets` tells where each leading pattern begins."""

    def __init__(self, folder: Path, name: str) -> None:
        self._buckets = load_array(folder, f"{name}.buckets", "I")
        self._keys = load_array(folder, f"{name}.keys", "I")
        self._values = load_array(folder, f"{name}.values", "I")
        self._shift = 32 - max(0, (len(self._buckets) - 1).bit_length() - 1)

    def find_group(self, key: int) -> list[int]:
        """The numbers filed under `key`, rising; empty when there are none."""
        if not self._keys:
            return []
        bucket = key >> self._shift
        first, last = self._buckets[bucket], self._buckets[bucket + 1]
        return [self._values[i] for i in range(first, last) if self._keys[i] == key]


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
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    with path.open("wb") as out:
        numbers.tofile(out)
