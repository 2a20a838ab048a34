"""The pages of subjects, history and lists."""

from __future__ import annotations

import html

import pytest
from starlette.testclient import TestClient

from tocsin.app import App


def get(browser: TestClient, path: str, **parameters: str) -> str:
    found = browser.get(path, params=parameters)
    assert found.status_code == 200, found.text
    return html.unescape(found.text)


def test_a_subject_is_shown_with_listings_names_by_script_and_the_source_of_each_value(analyst: TestClient, app: App) -> None:
    view = app.show("lashkar-e-tayyiba")[0]
    page = get(analyst, "/subject", ref="lashkar-e-tayyiba")
    for listing in view.entity.listings:
        assert listing.ref in page
        assert {name.text for name in listing.names if name.text not in page} == set()
    for shown in view.listings:
        assert {v.field for v in shown.values if v.field not in page} == set()
    assert '<svg class="timeline"' in page
    rows = app.find_rows(view.entity)
    assert {row.authority for row in rows} == set(app.index().authorities)
    assert page.count("not listed</span>") == sum(row.list_key is None for row in rows)


def test_relations_are_drawn_and_stand_in_a_table_from_both_sides(analyst: TestClient) -> None:
    page = get(analyst, "/subject", ref="zaki-ur-rehman-lakhvi")
    assert '<svg class="relations"' in page
    assert page.count('<a href="/subject?ref=lashkar-e-tayyiba">') == 2
    assert "IN, UN, US" in page
    other = get(analyst, "/subject", ref="lashkar-e-tayyiba")
    assert '<a href="/subject?ref=zaki-ur-rehman-lakhvi">' in other


def test_names_of_another_script_say_their_script_and_direction(analyst: TestClient, app: App) -> None:
    for entity in app.index().entities():
        name = next((n for x in entity.listings for n in x.names if n.script == "Arab"), None)
        if name is not None:
            assert f'<span dir="auto" lang="und-Arab">{name.text}</span>' in get(analyst, "/subject", ref=entity.id)
            return
    pytest.fail("the starter register has names in Arabic script")


def test_every_subject_of_the_register_has_a_page(analyst: TestClient, app: App) -> None:
    for entity in list(app.index().entities())[::25]:
        assert entity.caption in get(analyst, "/subject", ref=entity.id)


def test_an_unknown_reference_is_a_page_that_says_what_is_near(analyst: TestClient) -> None:
    found = analyst.get("/subject?ref=lashkar-e-tayiba")
    assert found.status_code == 404
    assert "did you mean" in found.text
    assert "<html" in found.text


def test_the_history_of_a_listing_tells_its_versions(analyst: TestClient, app: App) -> None:
    listing = app.show("lashkar-e-tayyiba")[0].entity.listings[0]
    assert "in force" in get(analyst, "/history", ref=f"{listing.list_key}:{listing.ref}")


def test_lists_are_shown_with_state_health_and_changes(analyst: TestClient, app: App) -> None:
    page = get(analyst, "/lists")
    assert all(x.list_key in page for x in app.lists())
    assert "Health of starter" in get(analyst, "/lists/health", key="starter")
    state = app.states("starter")[0]
    assert state.digest[:12] in get(analyst, "/lists/states", key="starter")
    page = get(analyst, "/lists/changes", key="starter", state=state.digest)
    assert f"{state.listings:,}" in page
    assert "Page 1 of" in page


def test_changes_of_one_kind_and_page_by_page(analyst: TestClient, app: App) -> None:
    state = app.states("starter")[0]
    first = get(analyst, "/lists/changes", key="starter", state=state.digest, kind="added", page="2")
    assert "Page 2 of" in first
    assert analyst.get("/lists/changes?key=starter&since=yesterday").status_code == 400
    assert analyst.get("/lists/states?key=nothing").status_code == 404


def test_gaps_are_told_with_a_matrix_and_saved_as_a_report(analyst: TestClient) -> None:
    assert "<table" not in get(analyst, "/gaps")
    page = get(analyst, "/gaps", by="US", no="UN", regime="terrorism")
    assert 'class="matrix"' in page
    assert "and not by UN" in page
    found = analyst.get("/gaps?by=US&no=UN&report=1")
    assert "attachment" in found.headers["content-disposition"]
    assert "<svg" in found.text
    assert analyst.get("/gaps?by=XX").status_code == 400
    assert analyst.get("/gaps?by=US&regime=piracy").status_code == 400
