"""Tocsin: the register of counter-terrorism designations, and screening against it.

>>> import tocsin
>>> t = tocsin.open()                                   # doctest: +SKIP
>>> t.match("Zakiur Rehman Lakhvi", born="1960")        # doctest: +SKIP

Importing this loads nothing but itself; the rest comes with the first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tocsin import version as _version

if TYPE_CHECKING:
    from pathlib import Path

    from tocsin.errors import TocsinError
    from tocsin.library import Tocsin

__version__ = _version.CODE_VERSION
__all__ = ["Tocsin", "TocsinError", "__version__", "open"]


def open(home: str | Path | None = None) -> Tocsin:
    """The register in `home` (default: `TOCSIN_HOME`, else the user's data folder), made from the starter list if new."""
    from tocsin.library import open_register

    return open_register(home)


def __getattr__(name: str) -> Any:
    if name == "Tocsin":
        from tocsin.library import Tocsin

        return Tocsin
    if name == "TocsinError":
        from tocsin.errors import TocsinError

        return TocsinError
    raise AttributeError(f"module 'tocsin' has no attribute {name!r}")
