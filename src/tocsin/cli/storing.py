"""Commands about where the register is kept: store copy, backup, restore, index."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from tocsin.cli.keeping import show_progress
from tocsin.cli.opening import Home, Json, open_app, write_json
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from tocsin.settings import Server

store = App(name="store", help="Where the register is kept: copy it, back it up, restore it, bring an index up to date.")


@store.command
def copy(
    *,
    from_: Annotated[str, Parameter(name="--from", help="The register: its folder, its file, or postgresql://...")],
    to: Annotated[str, Parameter(help="Where it goes: a folder, a file, or postgresql://...; empty or not there yet.")],
    json: Json = False,
    home: Home = None,
) -> int:
    """Copy a whole register into another database, and check that it reads back as it was.

    Example: tocsin store copy --from ~/.local/share/tocsin --to postgresql://tocsin@db.example/register

    The raw lists, the index and the audit are files of a folder and are not copied.
    """
    from tocsin.store.audit import append_audit
    from tocsin.store.copy import CopiedTable, copy_register

    source, target = _read_place(from_, "--from"), _read_place(to, "--to")
    audit = open_app(home, make=False).settings.audit

    def record(tables: tuple[CopiedTable, ...]) -> None:
        counts = {table.name: [table.rows, table.digest] for table in tables}
        append_audit(audit, "store copy", {"from": str(source), "to": str(target), "tables": counts})

    with show_progress() as progress:
        tables = copy_register(source, target, record=record, **({"progress": progress} if progress else {}))
    if json:
        write_json({"from": str(source), "to": str(target), "tables": tables})
    else:
        for table in tables:
            print(f"{table.name:<16} {table.rows:>12,} rows")
        print(f"Copied {source} to {target}; every row reads back as it was.", file=sys.stderr)
    return 0


@store.command
def backup(file: Path, /, *, json: Json = False, home: Home = None) -> int:
    """Write all that the register's folder holds into one FILE, while others go on working.

    Example: tocsin store backup /backup/tocsin-2026-05-01.tar

    Indexes are left out: they are made again. A register on a server is backed up by the server's own tools.
    """
    from tocsin.errors import BadInput
    from tocsin.store.audit import append_audit
    from tocsin.store.backup import write_backup

    settings = open_app(home, make=False).settings
    if settings.server is not None:
        raise BadInput("The register is on a server: back it up with pg_dump (docs/operations.md). Nothing was written.")
    append_audit(settings.audit, "store backup", {"file": file.name})
    made = write_backup(settings.home, file, code=CODE_VERSION)
    if json:
        write_json({"file": str(file), "files": made.files})
    else:
        print(f"{len(made.files):,} files are in {file}.", file=sys.stderr)
    return 0


@store.command
def restore(file: Path, /, *, json: Json = False, home: Home = None) -> int:
    """Make a register's folder from a backup FILE: that of --home, which must be empty or not there yet.

    Example: tocsin store restore /backup/tocsin-2026-05-01.tar --home /srv/tocsin

    Every file is checked before anything is put in place; then the index is made.
    """
    from tocsin.store.audit import append_audit
    from tocsin.store.backup import read_backup

    app = open_app(home, make=False)
    made = read_backup(file, app.settings.home)
    append_audit(app.settings.audit, "store restore", {"file": file.name, "files": len(made.files)})
    if "register.db" in made.files:
        app.refresh_index()
    if json:
        write_json({"home": str(app.settings.home), "files": made.files})
    else:
        print(f"{len(made.files):,} files are in {app.settings.home}, all as they were written.", file=sys.stderr)
    return 0


@store.command
def index(*, json: Json = False, home: Home = None) -> int:
    """Make this machine's index that of the register's state in force, where another machine updated the register.

    Example: tocsin store index
    """
    app = open_app(home, make=False)
    made = app.refresh_index()
    if json:
        write_json({"made": made, "register": app.index().register})
    else:
        print(f"{'The index was made' if made else 'The index is up to date'}: register {app.index().register}.")
    return 0


def _read_place(text: str, option: str) -> Path | Server:
    from tocsin.settings import is_server, parse_server

    if is_server(text):
        return parse_server(text, name=f"Option {option}")
    path = Path(text).expanduser()
    return path if path.suffix == ".db" and not path.is_dir() else path / "register.db"
