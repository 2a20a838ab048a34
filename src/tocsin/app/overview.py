"""Monitored populations at a glance, for those who look after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tocsin.app import App
from tocsin.errors import BadInput

if TYPE_CHECKING:
    from tocsin.store.overviews import NoticeState, Overview

MOST_NOTICES = 1_000


def list_overviews(app: App) -> tuple[Overview, ...]:
    """All populations, by name. The desk is not opened where nobody ever wrote to it."""
    from tocsin.store.desk import has_desk, open_desk
    from tocsin.store.overviews import list_overviews as find_all

    if not has_desk(app.settings.desk):
        return ()
    with open_desk(app.settings.desk) as connection:
        return find_all(connection)


def get_overview(app: App, name: str) -> Overview:
    """One population. `NotFound`, with the nearest name, when there is none."""
    from tocsin.store.desk import open_desk
    from tocsin.store.populations import get_population

    found = next((one for one in list_overviews(app) if one.population.name == name), None)
    if found is None:
        with open_desk(app.settings.desk) as connection:
            get_population(connection, name)
        raise BadInput(f"Population {name[:100]} came just now. Nothing was read; ask again.")
    return found


def list_notices(app: App, name: str, *, limit: int = 20) -> tuple[NoticeState, ...]:
    """The newest notices of a population and how far each is on its ways out, the newest first."""
    from tocsin.store.desk import open_desk
    from tocsin.store.overviews import list_notice_states
    from tocsin.store.populations import get_population

    if not 1 <= limit <= MOST_NOTICES:
        raise BadInput(f"The limit of notices: expected 1 to {MOST_NOTICES}. Nothing was read.")
    with open_desk(app.settings.desk) as connection:
        return list_notice_states(connection, get_population(connection, name).id, limit=limit)
