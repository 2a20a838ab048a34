"""What every command starts with: the register, and how to write an answer."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from rich.console import Console

    from tocsin.app import App
    from tocsin.model.receipt import Receipt

DASH = "\0-"  # stands for a lone "-": no argument of a process can hold a NUL

Home = Annotated[Path | None, Parameter(name="--home", help="Folder of the register (or TOCSIN_HOME).")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Write one JSON object.")]
Threshold = Annotated[float | None, Parameter(help="Least score of a hit, 0 to 1 (or TOCSIN_THRESHOLD).")]
Limit = Annotated[int | None, Parameter(help="Most hits for one query (or TOCSIN_LIMIT).")]

AsOf = Annotated[str | None, Parameter(name="--as-of", help="From the lists in force at the end of this day (YYYY-MM-DD).")]
KnownOn = Annotated[str | None, Parameter(name="--known-on", help="... as this register knew them at the end of this day.")]

Reference = Annotated[str | None, Parameter(name="--ref", help="Your own reference for whom is asked about.")]
NoDecisions = Annotated[bool, Parameter(negative="", help="Apply no decision: show also what was decided to be false.")]

ReceiptFile = Annotated[Path | None, Parameter(name="--receipt", help="Write the receipt, for `tocsin replay`.")]

EngineName = Annotated[str | None, Parameter(name="--engine", help="The scorer to use (or TOCSIN_ENGINE).")]


def open_app(
    home: Path | None, *, make: bool = True, engine: str | None = None, as_of: str | None = None, known_on: str | None = None
) -> App:
    """The register; made from the starter list when there is none yet, unless `make` is off.

    With `as_of` or `known_on` it is the register as it was at the end of that day.
    """
    import msgspec

    from tocsin.app import build
    from tocsin.settings import load_settings

    settings = load_settings(os.environ, home=home)
    app = build(msgspec.structs.replace(settings, engine=engine) if engine else settings)
    if make:
        app.ensure_register(lambda text: print(text, file=sys.stderr))
    days = (read_day(day, option) if day else None for day, option in ((as_of, "--as-of"), (known_on, "--known-on")))
    return app.at(*days)


def read_threshold(threshold: float | None) -> float:
    """The threshold of a command that asks no register: as given, else that of the settings."""
    from tocsin.errors import BadInput
    from tocsin.settings import load_settings

    least = load_settings(os.environ).threshold if threshold is None else threshold
    if not 0 <= least <= 1:
        raise BadInput("The threshold: expected a number from 0 to 1. Nothing was looked for.")
    return least


def read_day(text: str, option: str) -> dt.date:
    """A day as written: 2021-03-12. `BadInput`, naming the option, for anything else."""
    from tocsin.errors import BadInput

    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise BadInput(f"{option}: expected a day as YYYY-MM-DD. Nothing was done.") from None


def write_json(value: Any) -> None:
    """One JSON object on stdout; what JSON has no form for (dates) as its text."""
    import msgspec

    sys.stdout.buffer.write(msgspec.json.encode(value, enc_hook=str) + b"\n")
    sys.stdout.buffer.flush()


def open_console(*, markup: bool = False) -> Console:
    """Where tables are printed: as wide as the terminal, 120 columns in a file or a pipe.

    Without `markup` text in square brackets is printed as it is, as names and references need.
    """
    from rich.console import Console

    console = Console(markup=markup)
    return console if console.is_terminal else Console(width=120, markup=markup)


def is_terminal() -> bool:
    """Whether the talk goes to a person, who may be shown progress."""
    return sys.stderr.isatty()


def write_receipt(path: Path, receipt: Receipt, lost: str) -> None:
    """Write a receipt; `lost` says in the message what happens when that fails."""
    from tocsin.errors import StoreFailed
    from tocsin.model.receipt import write_receipt

    try:
        path.write_bytes(write_receipt(receipt))
    except OSError as error:
        raise StoreFailed(f"{path.name} cannot be written ({error.strerror}). {lost}") from error
