"""Lists of the user's own in the register: known by the description that is kept with each of their states.

There is no second catalogue beside the database that could say something else: which lists were imported, and how they are
read, is what their state in force says. A refused import changes neither. docs/decisions/005 has the reasons.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec
from sqlalchemy import Connection

from tocsin.errors import BadInput, ListRefused, NotFound, StoreFailed, UnreadableFile
from tocsin.registry.update import Request
from tocsin.settings import Settings
from tocsin.sources import Parsed, RawFile, Source, find_sources
from tocsin.sources.imported.delta import apply_delta, is_delta
from tocsin.sources.imported.description import Description, check_about, convert, dump, read_description
from tocsin.sources.imported.packs import load_pack
from tocsin.sources.imported.reader import MAP_NAME, make_source
from tocsin.sources.imported.sniff import find_self_described
from tocsin.store.database import open_reader
from tocsin.store.history import Snapshot, find_state, find_states
from tocsin.store.raw import load_raw

OPTIONS = ("title", "authority", "publisher", "law", "licence")


def find_imports(connection: Connection, raw: Path) -> dict[str, Source]:
    """Every imported list in force, by key."""
    return {
        key: _make_kept(key, state, raw) for key, state in find_states(connection).items()
        if any(file.name == MAP_NAME for file in state.files)
    }


def find_description(connection: Connection, raw: Path, key: str) -> Description | None:
    """The description that is kept with the state in force of a list; `None` when there is no such list."""
    state = find_states(connection).get(key)
    return _load_description(state, raw) if state and any(f.name == MAP_NAME for f in state.files) else None


def find_every_source(settings: Settings) -> dict[str, Source]:
    """Every list that this register can read, by key: the published ones, and those that were imported."""
    try:
        with open_reader(settings.database) as connection:
            return dict(sorted((find_imports(connection, settings.raw) | find_sources()).items()))
    except (NotFound, StoreFailed):  # no register yet, or one that was never finished
        return find_sources()


def make_request(
    settings: Settings, key: str, files: Sequence[Path], *, map_file: Path | None = None,
    options: Mapping[str, str | None] | None = None, dated: dt.date | Literal["own"] | None = None,
) -> Request:
    """What takes the next state of an imported list. Errors are those of `make_description` and `load_state`."""
    kept = state = None
    try:
        with open_reader(settings.database) as connection:
            state = find_state(connection, key)
            kept = find_description(connection, settings.raw, key) if map_file is None else None
    except NotFound:  # no register yet, or a description that is lost: then a mapping is needed
        pass
    data = load_state(files, settings, base=state, title=key)
    described = make_description(key, map_file=map_file, kept=kept, options=options or {}, data=data)
    return Request(source=make_source(described), load=lambda: add_description(data, described), dated=dated)


def make_description(
    key: str, *, map_file: Path | None, kept: Description | None, options: Mapping[str, str | None], data: RawFile
) -> Description:
    """What a list is: by its mapping file, else as it was described before, with what was said in words over it.

    A file that says itself what its fields mean (FollowTheMoney, Senzing) needs no mapping. `BadInput` when something is
    missing, misspelt, or taken.
    """
    described = _read_map(map_file) if map_file is not None else kept or Description()
    said = {name: text for name, text in options.items() if text}
    about = msgspec.structs.replace(described.list, **{**said, "key": key})
    described = msgspec.structs.replace(described, list=about)
    if described.fields is None and described.file.format is None:
        found = find_self_described(data)
        if found is None:
            raise BadInput(
                f"{data.name}: what its fields mean is not known; say it with --map FILE (docs/importing.md). Nothing was "
                "imported."
            )
        tree = msgspec.to_builtins(described)
        tree.setdefault("file", {})["format"] = found
        described = convert(tree, name="made from the file")
    check_about(about, taken=tuple(find_sources()))
    return described


def load_state(
    paths: Sequence[Path], settings: Settings, *, base: Snapshot | None, title: str
) -> RawFile:
    """The data of a new state: the file, or for a delta the state in force with the delta applied."""
    data = load_pack(paths, max_bytes=settings.max_bytes)
    if not is_delta(data):
        return data
    before = next((f for f in base.files if f.name != MAP_NAME), None) if base else None
    if before is None:
        raise ListRefused(
            f"{data.name} is a delta, and no state of the list is in force that it could change; import the whole export "
            "(entities.ftm.json) first.", reason="incomplete",
        )
    return apply_delta(RawFile(before.name, load_raw(settings.raw, before.digest)), data, title=title)


def add_description(data: RawFile, described: Description) -> tuple[RawFile, ...]:
    """The files of a state: what was brought, and by what it is read."""
    return data, RawFile(MAP_NAME, dump(described))


def _read_map(path: Path) -> Description:
    try:
        return read_description(path.read_bytes(), name=path.name)
    except OSError as error:
        raise UnreadableFile(f"{path} cannot be read ({error.strerror}). Nothing was imported.") from error


def _load_description(state: Snapshot, raw: Path) -> Description:
    file = next(f for f in state.files if f.name == MAP_NAME)
    return read_description(load_raw(raw, file.digest), name=MAP_NAME)


def _make_kept(key: str, state: Snapshot, raw: Path) -> Source:
    """The list as its state says. One whose description is lost or unreadable is still shown, and can only be replaced."""
    try:
        return make_source(_load_description(state, raw))
    except (NotFound, StoreFailed, BadInput) as error:
        message = f"List {key}: its description cannot be read ({error}) Import it again with --map."

        def refuse(_: Sequence[RawFile]) -> Parsed:
            raise ListRefused(message, reason="malformed")

        return Source(
            key=key, title=key, publisher="", authority="", law="", urls=(), format="", licence="", stale_after_days=365,
            plausible=(1, 5_000_000), parse=refuse, by_hand=message,
        )
