"""The bytes of every state taken, each file under the digest of what is in it, packed."""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from pathlib import Path

import msgspec

from tocsin.errors import NotFound, StoreFailed


class KeptFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of a snapshot: its name as received, the sha256 of its unpacked bytes, and how many they are."""

    name: str
    digest: str
    bytes: int


def describe_raw(name: str, data: bytes) -> KeptFile:
    """What `keep_raw` would give, without keeping anything."""
    return KeptFile(name=name, digest=hashlib.sha256(data).hexdigest(), bytes=len(data))


def keep_raw(folder: Path, name: str, data: bytes) -> KeptFile:
    """Keep `data` as `DIGEST.gz`. It is there whole or not at all; keeping the same bytes again does nothing.

    `StoreFailed` when it cannot be written (disk full, no right to).
    """
    kept = describe_raw(name, data)
    target = folder / f"{kept.digest}.gz"
    if target.is_file():
        return kept
    fresh = folder / f".{kept.digest}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with fresh.open("wb") as out:
            out.write(gzip.compress(data, compresslevel=6, mtime=0))
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise StoreFailed(
            f"The raw list could not be kept in {folder} ({error.strerror}). The state in force stays; check the "
            "disk's space and rights (docs/operations.md)."
        ) from error
    return kept


def load_raw(folder: Path, digest: str) -> bytes:
    """The bytes of that digest, checked against it. `NotFound` when they were not kept, `StoreFailed` when damaged."""
    path = folder / f"{digest}.gz"
    try:
        data = gzip.decompress(path.read_bytes())
    except FileNotFoundError:
        raise NotFound(f"No raw list with digest {digest[:12]} is kept in {folder}.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise StoreFailed(f"Raw list {path} cannot be unpacked; restore it from a backup.") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise StoreFailed(f"Raw list {path} is damaged: its bytes have another digest; restore it from a backup.")
    return data


def digest_files(files: tuple[KeptFile, ...]) -> str:
    """The digest of a list's state: of its bytes for one file, of names and digests in order of name for several."""
    if len(files) == 1:
        return files[0].digest
    lines = sorted(f"{file.name}\t{file.digest}\n" for file in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()
