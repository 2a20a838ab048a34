"""Listings and states of our own making for the tests of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from tocsin.model import DateSpan, DateValue, Identifier, Listing, Name, Origin, PartialDate
from tocsin.settings import Server
from tocsin.store.database import open_writer
from tocsin.store.raw import KeptFile
from tocsin.store.snapshots import NewState


def listing(ref: str, name: str = "Amina Testova", *, authority: str = "UN") -> Listing:
    return Listing(
        list_key="un", authority=authority, ref=ref, kind="person",
        names=(Name(text=name, role="primary", quality="strong", script="Latn",
                    origin=Origin(field="FIRST_NAME", text=f" {name}")),),
        births=(DateValue(span=DateSpan.at(PartialDate(year=1970)), origin=Origin(field="DATE_OF_BIRTH")),),
        identifiers=(Identifier(kind="passport", number="X123", origin=Origin(field="DOCUMENT")),),
    )


@pytest.fixture
def make_listing() -> Callable[..., Listing]:
    return listing


@pytest.fixture
def make_state() -> Callable[..., NewState]:
    def make(*listings: Listing, published: dt.datetime | None, digest: str = "a", list_key: str = "un") -> NewState:
        return NewState(
            list_key=list_key, published_at=published, origin="list.xml", listings=listings, records={"persons": 1},
            files=(KeptFile(name="list.xml", digest=digest * 64, bytes=10),), code_version="0",
        )

    return make


@pytest.fixture
def writer(database: Path | Server) -> Iterator[Connection]:
    with open_writer(database) as connection:
        yield connection
