"""The register's subjects for who browses them, or fetches one by its id: a directory, made once for each state."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING

from tocsin.app.register import Register, now_utc
from tocsin.errors import NotFound

if TYPE_CHECKING:
    from tocsin.exchange.directory import Directory
    from tocsin.exchange.ftm import Key
    from tocsin.exchange.ftm_subject import Seen
    from tocsin.model import Entity
    from tocsin.registry.relations import Relations, Tie
    from tocsin.settings import Settings


class _Browsed:
    """What was made for the state in force, with its name."""

    def __init__(self) -> None:
        self.directory: tuple[str, Directory] | None = None
        self.seen: tuple[str, dict[Key, Seen]] | None = None
        self.titles: tuple[str, dict[str, str]] | None = None
        self.relations: tuple[str, Relations] | None = None
        self.lock = threading.RLock()
        self.relations_lock = threading.Lock()  # of its own: who waits for relations keeps nobody from the rest


class Browsing(Register):
    """Looking through the register."""

    def __init__(
        self, settings: Settings, *, valid_at: dt.datetime | None = None, known_at: dt.datetime | None = None
    ) -> None:
        super().__init__(settings, valid_at=valid_at, known_at=known_at)
        self._browsed = _Browsed()  # shared by those that `acting_as` gives

    def directory(self) -> Directory:
        """All subjects of the state in force in short form. The first call after an update reads them all; others wait."""
        from tocsin.exchange.directory import Directory
        from tocsin.sources import find_sources

        with self._browsed.lock:
            index = self.index()
            if self._browsed.directory is None or self._browsed.directory[0] != index.register:
                made = Directory(index, seen=self.seen(), published=frozenset(find_sources()))
                self._browsed.directory = (index.register, made)
            return self._browsed.directory[1]

    def find_ties(self, entity: Entity) -> tuple[Tie, ...]:
        """Whom lists tie a subject to, from either side. The first call after an update reads all subjects."""
        from tocsin.registry.relations import Relations

        with self._browsed.relations_lock:
            index = self.index()
            if self._browsed.relations is None or self._browsed.relations[0] != index.register:
                self._browsed.relations = (index.register, Relations(index.entities()))
            return self._browsed.relations[1].find_ties(entity, index.find_entities)

    def get_subject(self, key: str) -> Entity:
        """The subject of just that id. `NotFound` for any other."""
        found = next((e for e in self.index().find_entities(key) if e.id == key), None)
        if found is None:
            raise NotFound("No subject in force has that id.")
        return found

    def seen(self) -> dict[Key, Seen]:
        """Since when the register knows each listing in force; read once for each state."""
        with self._browsed.lock:
            register = self.index().register
            if self._browsed.seen is None or self._browsed.seen[0] != register:
                self._browsed.seen = (register, self._find_seen())
            return self._browsed.seen[1]

    def titles(self) -> dict[str, str]:
        """The titles of the lists in force, by key; read once for each state."""
        from tocsin.registry.imports import find_every_source
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states

        with self._browsed.lock:
            register = self.index().register
            if self._browsed.titles is None or self._browsed.titles[0] != register:
                sources = find_every_source(self.settings)
                with open_reader(self.settings.database) as connection:
                    keys = [key for key in find_states(connection) if key in sources]
                self._browsed.titles = (register, {key: sources[key].title for key in keys})
            return self._browsed.titles[1]

    def _find_seen(self) -> dict[Key, Seen]:
        from tocsin.exchange.ftm_subject import Seen
        from tocsin.registry.lists import find_lists
        from tocsin.store.database import open_reader
        from tocsin.store.seen import find_seen

        with open_reader(self.settings.database) as connection:
            states = find_lists(connection, now=now_utc())
            last = {s.list_key: s.confirmed_at or s.recorded_at for s in states}
            return {
                key: Seen(first, change, last.get(key[0]) or change)
                for key, (first, change) in find_seen(connection).items()
            }
