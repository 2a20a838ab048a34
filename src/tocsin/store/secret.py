"""The secret of a register's folder, with which what is kept of questions is digested: without it a digest is no name."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from pathlib import Path

from tocsin.errors import StoreFailed

NAME = "questions.key"
SIZE = 32


def find_secret(home: Path) -> bytes | None:
    """The secret; `None` before anything was kept. `StoreFailed` when it cannot be read."""
    path = home / NAME
    try:
        found = bytes.fromhex(path.read_text("ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise StoreFailed(f"{path} cannot be read. What was kept of questions cannot be searched without it.") from error
    if len(found) != SIZE:
        raise StoreFailed(f"{path} is not whole. What was kept of questions cannot be searched without it.")
    return found


def get_secret(home: Path) -> bytes:
    """The secret, made now when there is none. Of several processes that make it at once, one's stays."""
    if (found := find_secret(home)) is not None:
        return found
    path = home / NAME
    fresh = path.with_name(f".{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        home.mkdir(parents=True, exist_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_bytes(SIZE).hex(), "ascii")
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
    except OSError as error:
        raise StoreFailed(f"{path} cannot be written ({error.strerror}). Nothing was kept or answered.") from error
    finally:
        fresh.unlink(missing_ok=True)
    made = find_secret(home)
    assert made is not None
    return made


def name_secret(secret: bytes) -> str:
    """A name for a secret, which does not tell it."""
    return hashlib.sha256(b"tocsin questions\0" + secret).hexdigest()[:16]
