"""Where a server's password is found when its URL has none: as PostgreSQL's own programs do.

`PGPASSWORD`, then the file of `PGPASSFILE` or `~/.pgpass` (the PostgreSQL manual, "The Password File"): so that it need not
be written into a command or a setting, where others could read it.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from tocsin.errors import StoreFailed
from tocsin.settings import Server

OTHERS = 0o077  # rights of group and others
_FIELD = re.compile(r"((?:\\.|[^:\\])*)(?::|$)")


def find_password(server: Server, user: str) -> str | None:
    """The password for `user`; `None` when there is none, which is right for a server that asks for none.

    `StoreFailed` when the file is readable for others: PostgreSQL's programs pass over it, and so a wrong password would be
    looked for in vain.
    """
    if server.password is not None:
        return server.password
    if found := os.environ.get("PGPASSWORD"):
        return found
    path = Path(os.environ.get("PGPASSFILE") or Path.home() / ".pgpass")
    try:
        if sys.platform != "win32" and path.stat().st_mode & OTHERS:
            raise StoreFailed(f"Password file {path} can be read by others. Nothing was done; run `chmod 600` on it.")
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    host = "localhost" if server.socket else server.host
    wanted = ((host, server.host), (str(server.port),), (server.database,), (user,))
    for line in lines:
        fields = [re.sub(r"\\(.)", r"\1", field) for field in _FIELD.findall(line)]
        if line.startswith("#") or len(fields) < 5:
            continue
        if all(field == "*" or field in known for field, known in zip(fields[:4], wanted, strict=True)):
            return fields[4]
    return None
