"""A small index of invented subjects, in the shapes that real lists have."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.match import Index, build_index, open_index
from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Entity,
    Identifier,
    Kind,
    Listing,
    Measure,
    Name,
    Origin,
    PartialDate,
)
from tocsin.names.scripts import script_of

HERE = Origin(field="test")


def make_entity(
    ref: str, names: list[str], *, kind: Kind = "person", weak: tuple[str, ...] = (), born: str | None = None,
    country: str | None = None, passport: str | None = None,
) -> Entity:
    values = [
        Name(text=n, role="alias" if i else "primary", quality="weak" if n in weak else "strong", script=script_of(n), origin=HERE)
        for i, n in enumerate([*names, *weak])
    ]
    listing = Listing(
        list_key="test", authority="UN", ref=ref, kind=kind, names=tuple(values),
        births=(DateValue(span=DateSpan.parse(born), origin=HERE),) if born else (),
        countries=(CountryValue(role="nationality", text=country, code=country, origin=HERE),) if country else (),
        identifiers=(Identifier(kind="passport", number=passport, origin=HERE),) if passport else (),
        measures=(Measure(programme="TEST", ground="Resolution 1 (2001)", origin=HERE),),
        listed_on=PartialDate.parse("2001-02-03"),
    )
    return Entity(id=f"test:{ref}", caption=names[0], kind=kind, listings=(listing,))


ENTITIES = (
    make_entity("P1", ["Zaki-ur-Rehman Lakhvari", "ذکی الرحمان لکھواری"], born="1960-12-30", country="pk", passport="AB 123-4567"),
    make_entity("P2", ["Salman bin Muhammad Tarkhani"], weak=("Major",), born="1970~"),
    make_entity("P3", ["Aslan Avgarovich Byutkayev"]),
    make_entity("P4", ["Hafizullah Qurbani", "H. Qurbani"]),
    make_entity("O1", ["Lashkar-e-Nurabad", "Army of Nurabad", "लश्कर-ए-नूराबाद"], kind="organization"),
    make_entity("O2", ["Brigade 313 Trading L.L.C."], kind="organization"),
    make_entity("V1", ["Zu Zag 6"], kind="vessel"),
)


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("index")
    build_index(ENTITIES, folder, register="test-state")
    return open_index(folder)


@pytest.fixture
def index_entities() -> tuple[Entity, ...]:
    return ENTITIES
