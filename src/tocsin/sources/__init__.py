"""One module per published list; `find_sources` collects them, so that adding a list is adding a file.

A module of this package is a list's reader when it has a `SOURCES` tuple of `Source`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import lru_cache

from tocsin.errors import NotFound, suggest
from tocsin.sources.base import Parsed, RawFile, Source, Unread

__all__ = ["Parsed", "RawFile", "Source", "Unread", "find_sources", "get_source"]


@lru_cache(maxsize=1)
def find_sources() -> dict[str, Source]:
    """All lists that this installation can read, by key, in alphabetical order."""
    found: dict[str, Source] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found.update({source.key: source for source in getattr(module, "SOURCES", ())})
    return dict(sorted(found.items()))


def get_source(key: str) -> Source:
    """The list of that key. `NotFound`, with the nearest key, when there is none."""
    sources = find_sources()
    if key not in sources:
        raise NotFound(f"No list is called '{key}'; {suggest(key, sources)}")
    return sources[key]
