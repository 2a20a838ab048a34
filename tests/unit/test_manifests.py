"""Datasets of a yente manifest as lists of the register."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.app.manifests import import_manifest
from tocsin.cli import run
from tocsin.errors import BadInput, UnreadableFile
from tocsin.exchange.ftm_subject import find_topics
from tocsin.settings import Settings
from tocsin.sources.imported.manifest import read_catalog, read_manifest
from tocsin.web.yente.entities import find_subject

ENTITIES = Path(__file__).resolve().parents[1] / "golden" / "imports" / "entities.ftm.json"
MANIFEST = f"""
datasets:
  - name: partner
    title: Partner's list
    path: {ENTITIES}
    publisher: {{name: The partner, acronym: PART}}
  - name: "un"
    path: {ENTITIES}
  - name: gone
    entities_url: gone.json
  - name: nowhere
  - name: everything
    children: [partner]
  - name: off
    path: {ENTITIES}
    load: false
catalogs:
  - url: catalog.json
    scope: second
    resource_name: mine.json
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "manifest.yml"
    path.write_text(MANIFEST, encoding="utf-8")
    resources = [{"name": "other.json", "url": "gone.json"}, {"name": "mine.json", "url": ENTITIES.as_uri()}]
    datasets = [{"name": "second", "title": "Second", "resources": resources}, {"name": "third", "resources": resources}]
    (tmp_path / "catalog.json").write_text(json.dumps({"datasets": datasets}), encoding="utf-8")
    return path


def test_each_dataset_that_is_to_be_loaded_becomes_a_list_and_one_that_fails_stops_no_other(
    manifest: Path, tmp_path: Path
) -> None:
    app = App(Settings(home=tmp_path / "home"))
    results = {r.list_key: (r.outcome, r.listings) for r in import_manifest(app, str(manifest))}
    assert results == {
        "partner": ("updated", 3), "second": ("updated", 3), "un": ("failed", 0), "gone": ("failed", 0),
        "nowhere": ("failed", 0),
    }
    states = {state.list_key: state for state in app.lists() if state.in_force}
    assert (states["partner"].title, states["partner"].authority) == ("Partner's list", "PART")
    assert states["second"].authority == "SECOND"


def test_its_entities_are_found_by_the_ids_that_they_had(manifest: Path, tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"))
    manifest.write_text(MANIFEST.partition("catalogs:")[0], encoding="utf-8")
    import_manifest(app, str(manifest))
    moved = find_subject(app.directory(), "xx-2")
    assert moved == "partner:xx-2"
    whole = find_subject(app.directory(), "partner:xx-2")
    assert not isinstance(whole, str)
    assert {one["schema"] for one in whole.beside} == {"CryptoWallet", "Sanction", "UnknownLink"}
    entity = app.get_subject("partner:xx-2")
    assert find_topics(entity, frozenset({"un"})) == ()  # an imported list says itself what it is of interest for


def test_a_manifest_that_is_none_is_refused(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home"))
    for text in ("x: 1", "datasets: 1", "datasets: [{title: x}]", "datasets: [{name: a}, {name: a}]", "{", "a: *b",
                 "catalogs: [{scope: x}]", "datasets: []"):
        (tmp_path / "m.yml").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            import_manifest(app, str(tmp_path / "m.yml"))
    with pytest.raises(UnreadableFile):
        import_manifest(app, str(tmp_path / "none.yml"))
    assert not (tmp_path / "home").exists()


def test_a_scope_that_a_catalogue_has_not_is_refused() -> None:
    _, (catalog,) = read_manifest(b'{"catalogs": [{"url": "c.json", "scopes": ["a", "b"]}]}', name="m")
    with pytest.raises(BadInput, match="no dataset 'b'"):
        read_catalog(b'{"datasets": [{"name": "a"}]}', catalog)


def test_what_needs_a_token_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "m.yml"
    path.write_text("datasets: [{name: paid, entities_url: 'https://data.example/e.json', auth_token: x}]", encoding="utf-8")
    (result,) = import_manifest(App(Settings(home=tmp_path / "home")), str(path))
    assert (result.outcome, "token" in result.message) == ("failed", True)


def test_the_command_says_what_became_of_each(
    manifest: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(["manifest", str(manifest), "--home", str(tmp_path / "home"), "--json"])
    results = json.loads(capsys.readouterr().out)["results"]
    assert (code, len(results)) == (1, 5)
