"""Populations at a glance, on both kinds of database."""

from __future__ import annotations

import pytest

from tocsin.app import App
from tocsin.app.overview import get_overview, list_notices, list_overviews
from tocsin.errors import BadInput, NotFound
from tocsin.model import Query
from tocsin.settings import Settings
from tocsin.store.populations import NewMember

LAKHVI = NewMember(reference="4711", query=Query(names=("Zakiur Rehman Lakhwi",)))
FAULTY = NewMember(reference="4712", query=None, fault="Row 2: no name")


@pytest.fixture
def app(settings: Settings) -> App:
    app = App(settings)
    app.ensure_register()
    return app


def test_there_is_nothing_to_see_where_nobody_is_monitored(app: App) -> None:
    assert list_overviews(app) == ()


def test_members_findings_and_deliveries_are_counted_for_each_population(app: App) -> None:
    app.add_population("crew", purpose="Crew", by="test", webhooks=("http://127.0.0.1:9/",))
    app.add_population("empty", purpose="Nobody yet", by="test")
    app.set_members("crew", [LAKHVI, FAULTY])
    before = get_overview(app, "crew")
    assert (before.members, before.waiting, before.unscreenable, before.findings, before.last) == (2, 2, 1, 0, None)
    app.check_populations(("crew",))
    crew, empty = list_overviews(app)
    assert (crew.members, crew.waiting, crew.findings, crew.undelivered) == (2, 0, 1, 1)
    assert crew.last is not None
    assert crew.last.register == app.index().register
    assert (empty.population.name, empty.members, empty.findings, empty.last) == ("empty", 0, 0, None)


def test_notices_tell_the_newest_first_and_what_became_of_them(app: App) -> None:
    app.add_population("crew", purpose="Crew", by="test", webhooks=("http://127.0.0.1:9/",))
    for reference in ("1", "2"):
        app.set_members("crew", [NewMember(reference=reference, query=LAKHVI.query)])
        app.check_populations(("crew",))
    app.deliver()
    newest, oldest = list_notices(app, "crew")
    assert (f'"{2}"' in newest.body, f'"{1}"' in oldest.body) == (True, True)
    assert [(d.attempts, d.delivered_at, bool(d.error)) for d in newest.deliveries] == [(1, None, True)]
    assert [n.id for n in list_notices(app, "crew", limit=1)] == [newest.id]
    with pytest.raises(BadInput, match="1 to 1000"):
        list_notices(app, "crew", limit=0)
    with pytest.raises(NotFound, match="did you mean 'crew'"):
        get_overview(app, "crow")
