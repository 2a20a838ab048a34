"""Lists that are brought as files: read, unpacked and bounded before any reader sees them.

What comes out of an archive is never more than `max_bytes` in all, whatever its header says, and its members' names
are only names: nothing is written to disk.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from tocsin.errors import ListRefused, UnreadableFile
from tocsin.sources.base import RawFile

GZIP = b"\x1f\x8b"
BLOCK = 1 << 16
MAX_MEMBERS = 1_000
MAX_DEPTH = 2          # a .gz in a .zip, and no further
MAX_RATIO = 300        # published lists pack 8 to 40 times; text that packs better than this says nothing
RATIO_FROM = 10_000_000  # and below this size nobody is hurt


def load_files(paths: Sequence[Path], *, max_bytes: int) -> tuple[RawFile, ...]:
    """The files of one list, unpacked: plain files, `.gz`, `.zip`, or a folder of them; in order of name.

    `max_bytes` bounds all of them together, as they lie there and as unpacked. Hidden files of a folder are left out.
    `UnreadableFile` when a file is missing or may not be read, or a folder is empty. `ListRefused` when a file is too
    large (`too_large`), breaks off (`truncated`), or is a damaged or hostile archive (`malformed`).
    """
    budget = _Budget(max_bytes)
    return tuple(file for path in paths for file in _load_path(path, budget))


def unpack_bytes(name: str, data: bytes, *, max_bytes: int) -> tuple[RawFile, ...]:
    """As `load_files`, for bytes that came otherwise; `name` tells a `.zip` from other files."""
    return tuple(_unpack(name, data, _Budget(max_bytes), depth=0))


class _Budget:
    """How many unpacked bytes are still allowed."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = self._left = max_bytes

    def read(self, stream: IO[bytes], name: str) -> bytes:
        out = bytearray()
        while block := stream.read(min(BLOCK, self._left - len(out) + 1)):
            out += block
            if len(out) > self._left:
                raise too_large(name, self.max_bytes)
        return bytes(out)

    def spend(self, data: bytes, name: str) -> None:
        self._left -= len(data)
        if self._left < 0:
            raise too_large(name, self.max_bytes)


def too_large(name: str, max_bytes: int) -> ListRefused:
    """The refusal of what is larger than the settings allow."""
    return ListRefused(
        f"{name}: more than {max_bytes:,} bytes, as received or as unpacked. The state in force stays. If the list is "
        "really that large, raise TOCSIN_MAX_BYTES.", reason="too_large",
    )


def _load_path(path: Path, budget: _Budget) -> Iterator[RawFile]:
    try:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
            if not inside:
                raise UnreadableFile(f"Folder {path} has no files in it; expected those of one list.")
            for file in inside:
                yield from _load_path(file, budget)
            return
        with path.open("rb") as stream:
            data = budget.read(stream, path.name)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}). The state in force stays.") from error
    yield from _unpack(path.name, data, budget, depth=0)


def _unpack(name: str, data: bytes, budget: _Budget, *, depth: int) -> Iterator[RawFile]:
    is_zip = name.lower().endswith(".zip")
    if not is_zip and not data.startswith(GZIP):
        budget.spend(data, name)
        yield RawFile(name, data)
        return
    if depth >= MAX_DEPTH:
        raise _malformed(name, "it is packed more than twice")
    if is_zip:
        for member, content in _unzip(name, data, budget):
            yield from _unpack(member, content, budget, depth=depth + 1)
    else:
        content = _gunzip(name, data, budget)
        plain = name[:-3] if name.lower().endswith(".gz") else name
        yield from _unpack(plain, content, budget, depth=depth + 1)


def _gunzip(name: str, data: bytes, budget: _Budget) -> bytes:
    """All members of a gzip file (RFC 1952 §2.2), with no more unpacked than is allowed."""
    out, rest = bytearray(), data
    while rest:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            out += unpacker.decompress(rest, budget.max_bytes - len(out) + 1)
        except zlib.error as error:
            raise _malformed(name, "it is damaged") from error
        if len(out) > budget.max_bytes or unpacker.unconsumed_tail:
            raise too_large(name, budget.max_bytes)
        if not unpacker.eof:
            message = f"{name}: the file breaks off. The state in force stays; get it again."
            raise ListRefused(message, reason="truncated")
        rest = unpacker.unused_data.lstrip(b"\0")
    _check_ratio(name, len(out), len(data))
    return bytes(out)


def _unzip(name: str, data: bytes, budget: _Budget) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if not members or len(members) > MAX_MEMBERS:
                raise _malformed(name, f"it has {len(members):,} files, expected 1 to {MAX_MEMBERS:,}")
            for member in sorted(members, key=lambda m: m.filename):
                _check_member(name, member)
                with archive.open(member) as stream:
                    content = budget.read(stream, name)
                _check_ratio(name, len(content), member.compress_size)
                yield PurePosixPath(member.filename).name, content
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError, OSError) as error:
        if isinstance(error, ListRefused):
            raise
        raise _malformed(name, "it is no whole .zip archive") from error


def _check_member(name: str, member: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename:
        raise _malformed(name, "a file in it has a path that leads out of the archive")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _malformed(name, "it has a link in it")
    if member.flag_bits & 0x1:
        raise _malformed(name, "it is encrypted; unpack it first")


def _check_ratio(name: str, unpacked: int, packed: int) -> None:
    if unpacked > RATIO_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise ListRefused(
            f"{name}: unpacks to more than {MAX_RATIO} times its size, as no list does. The state in force stays.",
            reason="too_large",
        )


def _malformed(name: str, what: str) -> ListRefused:
    return ListRefused(f"{name} was not taken: {what}. The state in force stays.", reason="malformed")
