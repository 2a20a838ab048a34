"""Shared by the tests on real lists."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.model import Entity
from tocsin.registry.resolve import make_entities
from tocsin.sources import RawFile, get_source

LISTS = {"un": "un/un_consolidated_2026-02-27.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz"}


@pytest.fixture(scope="session")
def listed(shared_data: Path) -> list[Entity]:
    """The subjects of the UN list of 2026-02-27 and the SDN list of 2024-05-07."""
    listings = []
    for key, name in LISTS.items():
        raw = gzip.decompress((shared_data / "lists" / name).read_bytes())
        listings += get_source(key).parse((RawFile(Path(name).name.removesuffix(".gz"), raw),)).listings
    return make_entities(listings)


LoadTogether = Callable[[App, dict[str, Path]], None]


@pytest.fixture(scope="session")
def load_together() -> LoadTogether:
    """Brings in several lists, each from its file, as one update: one index is made and not one for each."""
    def load(app: App, files: dict[str, Path]) -> None:
        requests = [request for key, path in files.items() for request in app._make_requests((key,), (path,))]
        results = app._update((*app._make_requests(("starter",), ()), *requests))
        assert {result.outcome for result in results} == {"updated"}, [result.message for result in results]

    return load
