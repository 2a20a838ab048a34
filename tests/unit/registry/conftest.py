"""A list of our own making: one line for each listing, "reference name", with an optional first line "date ...".

A reader that is as strict as the real ones where the register depends on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.match import build_index, open_index
from tocsin.model import Listing, Name, Origin
from tocsin.registry.update import Request, Tools, UpdateResult, update_register
from tocsin.settings import Settings
from tocsin.sources import Parsed, RawFile, Source, Unread
from tocsin.sources.fetch import Fetched, NotModified


def make_listing(
    ref: str, name: str = "Amina Testova", *, list_key: str = "un", authority: str = "UN", subject: str | None = None
) -> Listing:
    return Listing(
        list_key=list_key, authority=authority, ref=ref, kind="person", subject=subject,
        names=(Name(text=name, role="primary", quality="strong", script="Latn", origin=Origin(field="NAME")),),
    )


def read_lines(files: Sequence[RawFile]) -> Parsed:
    lines = b"\n".join(f.data for f in files).decode().splitlines()
    if lines and lines[-1] == "incomplete":
        raise ListRefused("a record could not be read", reason="incomplete")
    published = None
    if lines and lines[0].startswith("date "):
        published = dt.datetime.fromisoformat(lines.pop(0)[5:]).replace(tzinfo=dt.UTC)
    listings = tuple(make_listing(*line.split(" ", 1)) for line in lines if line)
    return Parsed(
        listings=listings, published_at=published, records={"persons": len(listings)},
        unread=(Unread(path="REST", count=2),), notes=("a note",),
    )


class PartialSource(Source, frozen=True, kw_only=True):
    parse_partial: Callable[[Sequence[RawFile]], Parsed]


SOURCE = PartialSource(
    key="un", title="Test list", publisher="", authority="UN", law="", urls=("https://lists.example/un",), format="",
    licence="", stale_after_days=10, plausible=(1, 6), parse=read_lines,
    parse_partial=lambda files: read_lines([RawFile("x", f.data.removesuffix(b"incomplete")) for f in files]),
)


class Register:
    """A register in a folder, whose clock and publisher the test holds."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.source = settings, SOURCE
        self.now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
        self.published: Fetched | NotModified | Exception = NotModified()
        self.built: list[tuple[str, bool]] = []

    def update(self, text: str | None, *, accept: bool = False, source: Source = SOURCE) -> UpdateResult:
        load = None if text is None else lambda: (RawFile("list.txt", text.encode()),)
        (result,) = update_register(self.settings, [Request(source=source, load=load)], self.tools(), accept=accept)
        return result

    def tools(self) -> Tools:
        return Tools(
            fetch=self._fetch, build=self._build, find_register=self._find_register, now=lambda: self.now,
            progress=lambda *_: None,
        )

    def find_names(self) -> set[str]:
        return {entity.caption for entity in open_index(self.settings.index).entities()}

    def _fetch(self, *_: object) -> Fetched | NotModified:
        if isinstance(self.published, Exception):
            raise self.published
        return self.published

    def _build(self, entities: Sequence[object], folder: Path, *, register: str, activate: bool) -> Path:
        self.built.append((register, activate))
        return build_index(entities, folder, register=register, activate=activate)  # type: ignore[arg-type]

    def _find_register(self) -> str | None:
        return open_index(self.settings.index).register if (self.settings.index / "current").is_file() else None


@pytest.fixture
def register(settings: Settings) -> Register:
    return Register(settings)


@pytest.fixture
def listing() -> Callable[..., Listing]:
    return make_listing
