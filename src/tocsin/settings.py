"""The settings of one run: read once at the door, frozen, and handed down.

Every setting has an environment variable (`TOCSIN_` and its name in capitals), listed in `docs/cli.md`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tocsin.errors import BadInput, suggest

DEFAULT_THRESHOLD = 0.70
DEFAULT_LIMIT = 10
VARIABLES = (
    "TOCSIN_HOME", "TOCSIN_THRESHOLD", "TOCSIN_LIMIT", "TOCSIN_ENGINE", "TOCSIN_TIMEOUT_S", "TOCSIN_MAX_BYTES",
)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the register lives and how it screens.

    `home` is the folder of the register: the database, the raw snapshots and the index.
    `threshold` (0 to 1) is the score from which a candidate is a hit. `limit` is the most hits given for one query.
    `engine` names the scorer (`tocsin.match.find_engines`); the newest when not set.
    `past` names an index of another moment, which is asked instead of the one in force (`App.at` makes it).
    `timeout_s` bounds one network request; `max_bytes` bounds one list as received and as unpacked.
    """

    home: Path
    threshold: float = DEFAULT_THRESHOLD
    limit: int = DEFAULT_LIMIT
    engine: str | None = None
    timeout_s: float = 60.0
    max_bytes: int = 400_000_000
    past: str | None = None

    @property
    def database(self) -> Path:
        return self.home / "register.db"

    @property
    def audit(self) -> Path:
        return self.home / "audit.db"

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def index(self) -> Path:
        return self.home / "past" / self.past if self.past else self.home / "index"


def load_settings(environ: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Settings from the environment; `home` given by the caller wins over `TOCSIN_HOME`.

    Raises `BadInput`, naming the variable, when a value is not a number or is out of its range, or when a variable that
    begins with `TOCSIN_` is none of ours: a misspelt setting must not be taken for the default.
    """
    env = os.environ if environ is None else environ
    for name in env:
        if name.startswith("TOCSIN_") and name not in VARIABLES:
            raise BadInput(f"Setting {name} is not known; {suggest(name, VARIABLES)} Nothing was done.")
    where = home or Path(env.get("TOCSIN_HOME") or _default_home(env))
    return Settings(
        home=where.expanduser(),
        threshold=_number(env, "TOCSIN_THRESHOLD", DEFAULT_THRESHOLD, low=0.0, high=1.0),
        limit=int(_number(env, "TOCSIN_LIMIT", DEFAULT_LIMIT, low=1, high=10_000)),
        engine=env.get("TOCSIN_ENGINE", "").strip() or None,
        timeout_s=_number(env, "TOCSIN_TIMEOUT_S", 60.0, low=0.1, high=3600.0),
        max_bytes=int(_number(env, "TOCSIN_MAX_BYTES", 400_000_000, low=1_000, high=1e12)),
    )


def _default_home(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "tocsin"


def _number(env: Mapping[str, str], name: str, default: float, *, low: float, high: float) -> float:
    text = env.get(name)
    if text is None or not text.strip():
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise BadInput(f"Setting {name}: expected a number from {low:g} to {high:g}. Nothing was done.")
    return value
