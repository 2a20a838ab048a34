"""Commands about where the register is kept: store copy, store index."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from tocsin.cli.keeping import show_progress
from tocsin.cli.opening import Home, Json, open_app, write_json

if TYPE_CHECKING:
    from tocsin.settings import Server

store = App(name="store", help="Where the register is kept: copy it, or bring this machine's index up to date.")


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
