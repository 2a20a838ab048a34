"""Taking the datasets of a yente manifest: each is an import of FollowTheMoney entities under the dataset's name."""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tocsin.errors import BadInput, FetchFailed, ListRefused, UnreadableFile
from tocsin.settings import Settings

if TYPE_CHECKING:
    from tocsin.app import App
    from tocsin.registry.update import Progress, UpdateResult
    from tocsin.sources.imported.manifest import Entry


def import_manifest(
    app: App, place: str, *, accept: bool = False, progress: Progress | None = None
) -> tuple[UpdateResult, ...]:
    """Take every dataset that a manifest (a file, or an address) says is to be loaded; one result for each. A dataset that
    fails does not stop the others.

    `BadInput`, `UnreadableFile` and `FetchFailed` for a manifest or catalog that cannot be read: nothing is imported then.
    """
    from tocsin.sources.imported.manifest import read_catalog, read_manifest

    entries, catalogs = read_manifest(load_place(place, "", app.settings), name=place)
    found = {entry.name: (entry, place) for entry in entries}
    for catalog in catalogs:
        where = _join(place, catalog.place)
        if "auth_token" in catalog.said and _is_address(where):
            raise BadInput(f"The catalog {catalog.place} needs a token; get its files yourself and name their paths.")
        for entry in read_catalog(load_place(where, "", app.settings), catalog):
            if entry.name in found:
                raise BadInput(f"The dataset '{entry.name[:60]}' stands in the manifest twice. Nothing was imported.")
            found[entry.name] = (entry, where)
    if not found:
        raise BadInput(f"{place}: no dataset of it is to be loaded. Nothing was imported.")
    return tuple(_take(app, entry, base, accept=accept, progress=progress) for entry, base in found.values())


def _take(app: App, entry: Entry, base: str, *, accept: bool, progress: Progress | None) -> UpdateResult:
    from tocsin.registry.update import UpdateResult

    try:
        if not entry.place:
            raise BadInput("It does not say where its entities are (entities_url, path or resources). It was left out.")
        where = _join(base, entry.place)
        if not _is_address(where):
            return _import(app, entry, Path(where), accept=accept, progress=progress)
        if entry.needs_token:
            raise BadInput("Its address needs a token; get the file yourself and name its path. It was left out.")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / (PurePosixPath(unquote(urlsplit(where).path)).name or "entities.ftm.json")
            file.write_bytes(load_place(where, entry.name, app.settings))
            return _import(app, entry, file, accept=accept, progress=progress)
    except ListRefused as error:
        return UpdateResult(list_key=entry.name, outcome="refused", message=str(error), reason=error.reason)
    except (BadInput, FetchFailed) as error:
        return UpdateResult(list_key=entry.name, outcome="failed", message=str(error))


def _import(app: App, entry: Entry, file: Path, *, accept: bool, progress: Progress | None) -> UpdateResult:
    options = {"title": entry.title, "authority": entry.authority, "publisher": entry.publisher}
    return app.import_list([file], entry.name, options=options, accept=accept, progress=progress)


def load_place(place: str, key: str, settings: Settings) -> bytes:
    """The bytes at a path or address, within the settings' bounds."""
    if not _is_address(place):
        path = Path(place)
        try:
            if path.stat().st_size > settings.max_bytes:
                raise UnreadableFile(f"{path.name}: expected at most {settings.max_bytes:,} bytes. Nothing was imported.")
            return path.read_bytes()
        except OSError as error:
            raise UnreadableFile(f"{path.name} cannot be read ({error.strerror}). Nothing was imported.") from error
    return _fetch(place, key, settings)


def _fetch(address: str, key: str, settings: Settings) -> bytes:
    from tocsin.sources.base import Parsed, Source
    from tocsin.sources.fetch import Fetched, fetch_files

    source = Source(
        key=key or "manifest", title=address, publisher="", authority="", law="", urls=(address,), format="", licence="",
        stale_after_days=1, plausible=(0, 0), parse=lambda _: Parsed(listings=(), published_at=None, records={}),
    )
    found = fetch_files(source, known={}, timeout_s=settings.timeout_s, max_bytes=settings.max_bytes)
    if not isinstance(found, Fetched) or len(found.files) != 1:
        raise FetchFailed(f"{address}: expected one file. It was left out.")
    return found.files[0].data


def _is_address(place: str) -> bool:
    return place.lower().startswith(("https://", "http://"))


def _join(base: str, place: str) -> str:
    """A place as seen from the file that names it: an address, a path, or a path from that file's folder."""
    from urllib.parse import urljoin

    if _is_address(place):
        return place
    if place.lower().startswith("file:"):
        return unquote(urlsplit(place).path)
    if _is_address(base):
        return urljoin(base, place)
    return str(Path(base).parent / place)
