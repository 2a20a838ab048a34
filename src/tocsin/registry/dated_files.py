"""Which files are which older state of a list, and of what day."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from tocsin.errors import BadInput

Dated: TypeAlias = dt.date | Literal["own", "name"]  # a day, the date that the file itself gives, or that in its name
State: TypeAlias = tuple[dt.date | Literal["own"], tuple[Path, ...]]

# Not `\b`: an underscore before a date is a letter to it, as in "wb_2021-01-28.json".
DATE_IN_NAME = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)")


def split_states(paths: Sequence[Path], dated: Dated, *, each: bool) -> tuple[State, ...]:
    """The states that `paths` are, in the order given: one, or with `each` every file (of a folder too) one by itself;
    files with one date in their names are one state. `BadInput` for `each` with a day, and for names without one date.
    """
    if isinstance(dated, dt.date):
        if each:
            raise BadInput("Files that are each a state have their dates: say --dated own or name too. Nothing done.")
        return ((dated, tuple(paths)),)
    files = [file for path in paths for file in (sorted(path.iterdir()) if each and path.is_dir() else [path])]
    if dated == "own":
        return tuple(("own", (file,)) for file in files) if each else (("own", tuple(files)),)
    states: dict[dt.date, list[Path]] = {}
    for file in files:
        states.setdefault(find_date(file.name), []).append(file)
    if len(states) > 1 and not each:
        raise BadInput(f"The files' names give {len(states)} dates: say --each to take each for a state. Nothing done.")
    return tuple((day, tuple(group)) for day, group in states.items())


def find_date(name: str) -> dt.date:
    """The day in a file's name, as 2021-01-28 or 20210128. `BadInput` when there is none, or more than one."""
    found = set()
    for match in DATE_IN_NAME.finditer(name):
        try:
            found.add(dt.date(*map(int, match.groups())))
        except ValueError:
            continue  # eight digits that are no day
    if len(found) != 1:
        raise BadInput(f"{name}: expected one date in its name (2021-01-28 or 20210128), found {len(found)}. Nothing done.")
    return found.pop()
