"""Commands of the service: serve, users, keys."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from tocsin.cli.opening import Home, Json, open_app, open_console, read_day, write_json

if TYPE_CHECKING:
    import socket

    from tocsin.app.people import People

AskedRole = Literal["viewer", "analyst", "approver", "administrator", "machine"]
AskedLog = Literal["warnings", "text", "json"]
MOST_WORKERS = 256
NEAR = ("127.0.0.1", "::1", "localhost")

users = App(name="users", help="Who may sign in: add, list, change.")
keys = App(name="keys", help="Keys with which programs ask: add, list, revoke.")


def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen on; without it this machine alone is served.")] = NEAR[0],
    port: Annotated[int, Parameter(help="Port to listen on; 0 takes a free one.")] = 8000,
    https: Annotated[bool, Parameter(negative="", help="It is reached by https: cookies go over that alone.")] = False,
    session_hours: Annotated[float, Parameter(help="How long a browser stays signed in.")] = 12.0,
    workers: Annotated[int, Parameter(help="Processes that answer, over one index.")] = 1,
    log: Annotated[AskedLog, Parameter(help="What is written on stderr: warnings, or each request too.")] = "warnings",
    home: Home = None,
) -> int:
    """Serve pages for people and an interface for programs, until it is stopped.

    Example: tocsin serve --port 8000

    Without users it prints a link that works once, for a day, to make the first administrator. It listens on this machine
    alone unless --host says otherwise. On SIGTERM it answers what is under way and ends.
    """
    from tocsin.app.people import People
    from tocsin.errors import BadInput, StoreFailed
    from tocsin.web import Options
    from tocsin.web.pages.first import SetUp
    from tocsin.web.serving import serve as answer

    if not 0 < session_hours <= 24 * 90:
        raise BadInput("--session-hours: expected more than 0 and at most 2160. Nothing was started.")
    if not 1 <= workers <= MOST_WORKERS:
        raise BadInput(f"--workers: expected 1 to {MOST_WORKERS}; one for each processor is enough. Nothing was started.")
    app = open_app(home)
    listener = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
    _tell(f"Serving {app.settings.home} at {address}")
    if host not in NEAR and not https:
        _tell(f"Other machines reach {host}; put a proxy with https before it and say --https.")
    first = SetUp()
    path = first.make_path(People(app))
    if path:
        _tell(f"Nobody can sign in yet. Make the first administrator, once and within a day, at\n  {address}{path}")
    options = Options(session_hours=session_hours, secure=https, link=first.link)
    if not answer(app.settings, options, listener, workers=workers, log=log):
        raise StoreFailed("The service could not start; what stands above says why.")
    return 0


def _listen(host: str, port: int) -> socket.socket:
    import socket

    from tocsin.errors import BadInput

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        cause = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"--host and --port: cannot listen there ({cause}). Nothing was started.") from error


@users.command(name="add")
def add_user(
    name: str,
    /,
    *,
    role: Annotated[AskedRole, Parameter(help="What the user may do.")] = "viewer",
    openid: Annotated[bool, Parameter(negative="", help="Without password: at the OpenID provider.")] = False,
    home: Home = None,
) -> int:
    """Add a user. The password is asked at the terminal, twice and unseen, or read as one line from standard input.

    Example: tocsin users add asha --role analyst
    """
    _open(home).add_user(name, role, None if openid else read_password())
    _tell(f"User {name} may sign in as {role}.")
    return 0


@users.command(name="list")
def list_users(*, json: Json = False, home: Home = None) -> int:
    """Show all users, their roles and whether they may sign in.

    Example: tocsin users list
    """
    found = _open(home).list_users()
    if json:
        write_json({"users": found})
    else:
        rows = ((u.name, u.role, "yes" if u.active else "no", f"{u.made_at:%Y-%m-%d}") for u in found)
        _print_table(("name", "role", "active", "since"), rows)
    return 0


@users.command(name="change")
def change_user(
    name: str,
    /,
    *,
    role: Annotated[AskedRole | None, Parameter(help="What the user may do from now on.")] = None,
    password: Annotated[bool, Parameter(negative="", help="Ask for a new password.")] = False,
    active: Annotated[Literal["yes", "no"] | None, Parameter(help="Whether the user may sign in.")] = None,
    openid: Annotated[bool, Parameter(negative="", help="From now on at the OpenID provider, without password.")] = False,
    home: Home = None,
) -> int:
    """Change a user's role or password, or let nobody sign in by that name. A new password and `--active no` end sessions.

    Example: tocsin users change asha --role approver
    """
    from tocsin.errors import BadInput

    if role is None and active is None and not password and not openid:
        raise BadInput("Expected --role, --password, --active or --openid. Nothing was done.")
    if password and openid:
        raise BadInput("Expected one of --password and --openid. Nothing was done.")
    new = read_password() if password else None
    may_sign_in = None if active is None else active == "yes"
    _open(home).change_user(name, role=role, password=new, active=may_sign_in, openid=openid)
    _tell(f"User {name} was changed.")
    return 0


@keys.command(name="add")
def add_key(
    label: str,
    /,
    *,
    role: Annotated[AskedRole, Parameter(help="What a program with the key may do.")] = "machine",
    expires: Annotated[str | None, Parameter(help="The last day of the key (YYYY-MM-DD).")] = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Make a key for a program, and print it: this once, since only its digest is kept.

    Example: tocsin keys add payments --role machine --expires 2027-12-31
    """
    from tocsin.app import end_of_day

    end = end_of_day(read_day(expires, "--expires")) if expires else None
    number, key = _open(home).add_key(label, role, expires_at=end)
    if json:
        write_json({"id": number, "key": key})
    else:
        print(key)
        _tell(f"Key {number} ({label}) may be used as {role}. It is not shown again.")
    return 0


@keys.command(name="list")
def list_keys(*, json: Json = False, home: Home = None) -> int:
    """Show all keys that were made, without the keys themselves.

    Example: tocsin keys list
    """
    found = _open(home).list_keys()
    if json:
        write_json({"keys": found})
    else:
        rows = (
            (str(k.id), k.label, k.role, k.made_by, *(f"{at:%Y-%m-%d}" if at else "" for at in (
                k.made_at, k.expires_at, k.revoked_at,
            )))
            for k in found
        )
        _print_table(("id", "label", "role", "by", "made", "expires", "revoked"), rows)
    return 0


@keys.command(name="revoke")
def revoke_key(number: int, /, *, home: Home = None) -> int:
    """End a key at once.

    Example: tocsin keys revoke 3
    """
    _open(home).revoke_key(number)
    _tell(f"Key {number} is no longer taken.")
    return 0


def read_password() -> str:
    """A password from the terminal, unseen and twice, or the first line of standard input. `BadInput` when they differ."""
    import getpass

    from tocsin.errors import BadInput

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("Again: "):
        raise BadInput("The two passwords differ. Nothing was done.")
    return password


def _open(home: Path | None) -> People:
    from tocsin.app.people import People

    return People(open_app(home, make=False))


def _print_table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    from rich.table import Table

    table = Table()
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*row)
    open_console().print(table)


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
