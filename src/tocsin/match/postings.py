"""Lists of numbers on disk, grouped by a number: the one shape of which the index is made.

A `Postings` is two flat arrays of unsigned 32-bit integers in the machine's byte order: `offsets` (one more than there
are groups) and `values`. Memory-mapped, so that processes share them and opening costs nothing.
"""

from __future__ import annotations

import mmap
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal

from tocsin.errors import StoreFailed


class Postings:
    """Groups of numbers, read from a mapped file."""

    def __init__(self, offsets: memoryview[int], values: memoryview[int]) -> None:
        self._offsets, self._values = offsets, values

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def get_group(self, number: int) -> list[int]:
        """The values of one group, in stored order."""
        return self._values[self._offsets[number]: self._offsets[number + 1]].tolist()

    def size_of(self, number: int) -> int:
        return int(self._offsets[number + 1] - self._offsets[number])


class Blobs:
    """Byte strings by number, read from a mapped file."""

    def __init__(self, offsets: memoryview[int], data: memoryview[int]) -> None:
        self._offsets, self._data = offsets, data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def get_blob(self, number: int) -> bytes:
        return bytes(self._data[self._offsets[number]: self._offsets[number + 1]])

    def __iter__(self) -> Iterator[bytes]:
        return (self.get_blob(i) for i in range(len(self)))


def write_groups(folder: Path, name: str, groups: Iterable[Sequence[int]]) -> None:
    """Write `groups` as `name.offsets` and `name.values`."""
    offsets, values = array("I", [0]), array("I")
    for group in groups:
        values.extend(group)
        offsets.append(len(values))
    (folder / f"{name}.offsets").write_bytes(offsets.tobytes())
    (folder / f"{name}.values").write_bytes(values.tobytes())


def write_blobs(folder: Path, name: str, blobs: Iterable[bytes]) -> None:
    """Write `blobs` as `name.offsets` (64 bits) and `name.data`."""
    offsets, at = array("Q", [0]), 0
    with (folder / f"{name}.data").open("wb") as out:
        for blob in blobs:
            at += out.write(blob)
            offsets.append(at)
    (folder / f"{name}.offsets").write_bytes(offsets.tobytes())


def write_array(folder: Path, name: str, code: str, values: Iterable[float]) -> None:
    """Write numbers as one flat array of type `code` (see the standard module `array`)."""
    (folder / name).write_bytes(array(code, values).tobytes())


def load_array(folder: Path, name: str, code: Literal["I", "Q", "B"]) -> memoryview[int]:
    """A mapped flat array; `StoreFailed` when the file is missing or no whole number of items long."""
    path = folder / name
    try:
        with path.open("rb") as file:
            if path.stat().st_size == 0:
                return memoryview(b"").cast(code)
            mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        return mapped.cast(code)
    except (OSError, ValueError, TypeError) as error:
        raise StoreFailed(f"Index file {name} cannot be read; expected a flat array. Run `tocsin update`.") from error


def load_weights(folder: Path, name: str) -> memoryview[float]:
    """A mapped array of 32-bit floats, under the same rules as `load_array`."""
    return memoryview(load_array(folder, name, "B")).cast("f")


def load_groups(folder: Path, name: str) -> Postings:
    return Postings(load_array(folder, f"{name}.offsets", "I"), load_array(folder, f"{name}.values", "I"))


def load_blobs(folder: Path, name: str) -> Blobs:
    return Blobs(load_array(folder, f"{name}.offsets", "Q"), load_array(folder, f"{name}.data", "B"))
