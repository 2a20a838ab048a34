"""Since when the register knows its listings."""

from __future__ import annotations

import datetime as dt

from tocsin.app import App
from tocsin.settings import Settings
from tocsin.store.database import open_reader
from tocsin.store.seen import find_seen


def test_each_listing_in_force_is_known_since_its_state_was_taken(settings: Settings) -> None:
    app = App(settings)
    before = dt.datetime.now(dt.UTC)
    app.ensure_register()
    with open_reader(settings.database) as connection:
        seen = find_seen(connection)
    listings = {(x.list_key, x.authority, x.ref) for e in app.index().entities() for x in e.listings}
    assert listings <= seen.keys()
    assert all(before <= first == change <= dt.datetime.now(dt.UTC) for first, change in seen.values())


def test_a_change_is_later_than_the_first_sight(settings: Settings) -> None:
    app = App(settings)
    file = settings.home / "list.json"
    line = '{"id": "x1", "caption": "%s", "schema": "Person", "properties": {"name": ["%s"]}}\n'
    for name in ("Amina Testova", "Amina Testowa"):
        file.write_text(line % (name, name), encoding="utf-8")
        app.import_list([file], "partner", options={"title": "Partner", "authority": "PARTNER"})
    with open_reader(settings.database) as connection:
        first, change = find_seen(connection)[("partner", "PARTNER", "x1")]
    assert first < change
