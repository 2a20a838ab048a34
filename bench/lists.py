"""The lists that are measured with, read by the product's own readers; and indexes made of them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from measure import SHARED
from tocsin.match import Index, build_index, open_index
from tocsin.model import Entity
from tocsin.registry.resolve import make_entities
from tocsin.sources import get_source
from tocsin.sources.files import load_files

LISTS = {"un": "un/un_consolidated_2026-02-27.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz"}
MAX_BYTES = 400_000_000


def load_entities(keys: Sequence[str] = tuple(LISTS)) -> tuple[Entity, ...]:
    """The subjects of the named lists, as an update would index them; without the starter list, so hardly joined."""
    files = {key: load_files([SHARED / "lists" / LISTS[key]], max_bytes=MAX_BYTES) for key in keys}
    return make_entities(x for key in keys for x in get_source(key).parse(files[key]).listings)


@contextmanager
def make_index(entities: Sequence[Entity]) -> Iterator[Path]:
    """The folder of an index of just these subjects; it goes away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        build_index(entities, Path(folder), register="bench")
        yield Path(folder)


@contextmanager
def open_index_of(entities: Sequence[Entity]) -> Iterator[Index]:
    """An index of just these subjects, while it lasts."""
    with make_index(entities) as folder:
        yield open_index(folder)
