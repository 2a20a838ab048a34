"""One file with all that a register's folder holds, made while others work on it, and a folder from such a file.

Databases are copied by SQLite's own backup (https://www.sqlite.org/backup.html), each as it is at one moment. Indexes are
left out, since they are made again.
The archive is a plain tar with a list of what is in it and the SHA-256 of each file, which is checked before anything is
put in place.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

from tocsin.errors import BadInput, StoreFailed, UnreadableFile
from tocsin.store.database import store_errors
from tocsin.store.secret import NAME as SECRET

FORMAT = 1
DATABASES = ("register.db", "desk.db", "audit.db")
# What a database names must be there, so that files come after it; and an answer's line in the audit after the answer.
PARTS = ("register.db", "raw", SECRET, "desk.db", "jobs", "audit.db")
LIST = "backup.json"
_NAME = re.compile(
    r"(?:register|desk|audit)\.db|questions\.key|raw/[0-9a-f]{64}\.gz|jobs/[0-9a-f]{32}/(?:input|results|receipt\.json)"
)


class Backup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an archive holds: each file with its SHA-256."""

    format: int
    code: str
    files: dict[str, str]


def write_backup(home: Path, target: Path, *, code: str) -> Backup:
    """Write the archive `target`, which must not be there yet. `StoreFailed` when that fails: nothing is left of it."""
    if target.exists():
        raise BadInput(f"{target.name} is there already; give another name. Nothing was written.")
    fresh, files = target.with_name(f".{target.name}.part"), {}
    try:
        with store_errors(home / DATABASES[0]), TemporaryDirectory(dir=home) as name, tarfile.open(fresh, "w") as tar:
            for part in PARTS:
                for path in _find_files(home, part, Path(name)):
                    inside = part if part in DATABASES else path.relative_to(home).as_posix()
                    files[inside] = _add(tar, path, inside)
            made = Backup(format=FORMAT, code=code, files=files)
            data = msgspec.json.encode(made)
            info = tarfile.TarInfo(LIST)
            info.size, info.mode = len(data), 0o600
            tar.addfile(info, io.BytesIO(data))
        fresh.chmod(0o600)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return made


def read_backup(source: Path, home: Path) -> Backup:
    """Put what the archive holds into the folder `home`, which must be empty or not there; nothing unless all is as it was
    written. `UnreadableFile` for another file, or one that is damaged; `BadInput` for a folder in use."""
    if home.exists() and any(home.iterdir()):
        raise BadInput(f"The folder {home} is not empty; restore into a new one. Nothing was changed.")
    home.parent.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(dir=home.parent) as name:
            found, folder = _unpack(source, Path(name))
            home.mkdir(mode=0o700, exist_ok=True)
            for path in sorted(folder.iterdir()):
                shutil.move(path, home / path.name)
            return found
    except (tarfile.TarError, EOFError, msgspec.DecodeError) as error:
        raise _refuse(source, "it is no backup, or is not whole") from error
    except OSError as error:
        raise StoreFailed(f"The backup cannot be restored ({error.strerror}). Nothing was changed.") from error


def _unpack(source: Path, folder: Path) -> tuple[Backup, Path]:
    digests: dict[str, str] = {}
    listed = b""
    with tarfile.open(source, "r:") as tar:
        for member in tar:
            file = tar.extractfile(member) if member.isfile() else None
            if file is None or not (member.name == LIST or _NAME.fullmatch(member.name)) or member.name in digests:
                raise _refuse(source, "it holds what no backup holds")
            if member.name == LIST:
                listed = file.read(64 << 20)
                continue
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("wb") as out:
                digests[member.name] = _copy(file, out)
            target.chmod(0o600)
    found = msgspec.json.decode(listed or b"null", type=Backup | None)
    if found is None or found.format != FORMAT:
        raise _refuse(source, "its list is missing or of another version")
    if found.files != digests:
        raise _refuse(source, "a file in it is not as it was written")
    return found, folder


def _find_files(home: Path, part: str, room: Path) -> list[Path]:
    """The files of a part of the folder; of a database a copy of it as it is now, in `room`."""
    if part not in DATABASES:
        files = sorted(p for p in (home / part, *(home / part).rglob("*")) if p.is_file())
        return [p for p in files if _NAME.fullmatch(p.relative_to(home).as_posix())]
    if not (home / part).is_file():
        return []
    copy = room / part
    with closing(sqlite3.connect(home / part)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return [copy]


def _add(tar: tarfile.TarFile, path: Path, inside: str) -> str:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    tar.add(path, arcname=inside, recursive=False)
    return digest


def _copy(source: IO[bytes], target: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while part := source.read(1 << 20):
        digest.update(part)
        target.write(part)
    return digest.hexdigest()


def _refuse(source: Path, why: str) -> UnreadableFile:
    return UnreadableFile(f"{source.name}: expected a backup of Tocsin's; {why}. Nothing was changed.")
