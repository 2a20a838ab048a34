"""Files as a user brings them: one file, packed or not, or a folder or archive of one record a file.

What a state is made of is kept as it is read here, and named by its digest. An archive of records stays one file (a tar,
unpacked of its compression), and a folder becomes one, so that eight thousand records are not eight thousand files.
"""

from __future__ import annotations

import bz2
import fnmatch
import io
import lzma
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from tocsin.errors import ListRefused, UnreadableFile
from tocsin.sources.base import RawFile
from tocsin.sources.files import load_files, too_large

MAX_MEMBERS = 200_000
MAX_MEMBER = 4_000_000   # a record is no book
BLOCK = 1 << 16
TAR_AT, TAR = 257, b"ustar"
XZ, BZIP2 = b"\xfd7zXZ\x00", b"BZh"


def load_pack(paths: Sequence[Path], *, max_bytes: int) -> RawFile:
    """The one file of a list. Errors are those of `sources.files.load_files`, and for a folder of several levels too."""
    if len(paths) != 1:
        raise UnreadableFile(f"Expected one file, archive or folder; got {len(paths)}. Nothing was imported.")
    path = paths[0]
    if path.is_dir():
        return _pack_folder(path, max_bytes=max_bytes)
    if path.suffix.lower() == ".xlsx":  # a zip archive that is a document
        return _load_plain(path, max_bytes)
    found = load_files([path], max_bytes=max_bytes)
    if len(found) > 1:
        return RawFile(f"{path.stem}.tar", _make_tar(((f.name, f.data) for f in found), max_bytes, path.name))
    return _unpack(found[0], max_bytes)


def is_tar(data: bytes) -> bool:
    return data[TAR_AT: TAR_AT + len(TAR)] == TAR


def iter_members(file: RawFile, *, pattern: str, max_bytes: int) -> Iterator[RawFile]:
    """The files in a tar whose base name is like `pattern`, in order of name. `ListRefused` for a hostile or damaged one."""
    try:
        with tarfile.open(fileobj=io.BytesIO(file.data), mode="r:") as archive:
            every = _list_members(archive, file.name)
            members = [m for m in every if fnmatch.fnmatchcase(PurePosixPath(m.name).name, pattern)]
            if sum(m.size for m in members) > max_bytes:
                raise too_large(file.name, max_bytes)
            for member in sorted(members, key=lambda m: m.name):
                stream = archive.extractfile(member)
                data = stream.read(MAX_MEMBER + 1) if stream else b""
                yield RawFile(PurePosixPath(member.name).name, data)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        if isinstance(error, ListRefused):
            raise
        raise _malformed(file.name, "it is no whole .tar archive") from error


def _list_members(archive: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """Members one by one, so that an endless archive ends here; nothing is written to disk, so names are only names."""
    for number, member in enumerate(archive):
        if number >= MAX_MEMBERS:
            raise _malformed(name, f"it has more than {MAX_MEMBERS:,} files")
        if member.isdir() or PurePosixPath(member.name).name.startswith("."):
            continue
        if not member.isreg() or member.issparse():
            raise _malformed(name, "it has a link, a device or a sparse file in it")
        if member.size > MAX_MEMBER:
            raise ListRefused(
                f"{name}: a file in it has more than {MAX_MEMBER:,} bytes, as no record does. The state in force stays.",
                reason="too_large",
            )
        yield member


def _load_plain(path: Path, max_bytes: int) -> RawFile:
    try:
        with path.open("rb") as stream:
            data = stream.read(max_bytes + 1)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}). The state in force stays.") from error
    if len(data) > max_bytes:
        raise too_large(path.name, max_bytes)
    return RawFile(path.name, data)


def _unpack(file: RawFile, max_bytes: int) -> RawFile:
    """A file without its .xz or .bz2; these unpack in steps, and no further than is allowed."""
    if file.data.startswith(XZ):
        unpacker: lzma.LZMADecompressor | bz2.BZ2Decompressor = lzma.LZMADecompressor(memlimit=512_000_000)
        suffix = ".xz"
    elif file.data.startswith(BZIP2):
        unpacker, suffix = bz2.BZ2Decompressor(), ".bz2"
    else:
        return file
    out = bytearray()
    try:
        piece: bytes = file.data
        while not unpacker.eof:
            out += unpacker.decompress(piece, BLOCK)
            piece = b""
            if len(out) > max_bytes:
                raise too_large(file.name, max_bytes)
            if unpacker.needs_input:
                raise ListRefused(f"{file.name}: the file breaks off. The state in force stays.", reason="truncated")
    except (lzma.LZMAError, OSError, EOFError, ValueError) as error:
        if isinstance(error, ListRefused):
            raise
        raise _malformed(file.name, "it is damaged") from error
    return RawFile(file.name.removesuffix(suffix), bytes(out))


def _pack_folder(path: Path, *, max_bytes: int) -> RawFile:
    inside = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink() and not p.name.startswith("."))
    if not inside:
        raise UnreadableFile(f"Folder {path} has no files in it; expected those of one list.")
    if len(inside) > MAX_MEMBERS:
        raise _malformed(path.name, f"it has more than {MAX_MEMBERS:,} files")
    pieces = ((str(PurePosixPath(p.relative_to(path))), _load_plain(p, max_bytes).data) for p in inside)
    return RawFile(f"{path.resolve().name}.tar", _make_tar(pieces, max_bytes, path.name))


def _make_tar(pieces: Iterator[tuple[str, bytes]], max_bytes: int, name: str) -> bytes:
    """One archive of the same bytes for the same files, whenever and by whomever it is made."""
    out, size = io.BytesIO(), 0
    with tarfile.open(fileobj=out, mode="w:", format=tarfile.PAX_FORMAT) as archive:
        for inner, data in pieces:
            size += len(data)
            if size > max_bytes:
                raise too_large(name, max_bytes)
            info = tarfile.TarInfo(inner)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def _malformed(name: str, what: str) -> ListRefused:
    return ListRefused(f"{name} was not taken: {what}. The state in force stays.", reason="malformed")
