from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from tocsin.app import App, build
from tocsin.errors import BadInput, NotFound, StoreFailed
from tocsin.model import Query
from tocsin.settings import Settings
from tocsin.version import CODE_VERSION

NAME = "Lashkar-e-Tayyiba"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    app = build(Settings(home=tmp_path_factory.mktemp("home")))
    app.ensure_register()
    return app


def test_a_fresh_home_gets_the_starter_register_once_and_says_so(settings: Settings, tmp_path: Path) -> None:
    app = build(msgspec.structs.replace(settings, home=tmp_path / "new" / "home"))
    told: list[str] = []
    app.ensure_register(told.append)
    app.ensure_register(told.append)
    assert len(told) == 1
    assert "tocsin update" in told[0]
    assert [line.action for line in app.read_audit()] == ["update"]


def test_a_restored_register_without_an_index_gets_one_from_its_database(settings: Settings) -> None:
    app = build(settings)
    app.ensure_register()
    shutil.rmtree(settings.index)
    told: list[str] = []
    restored = build(app.settings)
    restored.ensure_register(told.append)
    assert told == ["The index is being made from the register."]
    assert restored.match(Query(names=(NAME,))).hits
    assert [line.action for line in restored.read_audit()] == ["update", "match"]


def test_a_register_that_starts_with_another_list_gets_the_starter_too(settings: Settings, tmp_path: Path) -> None:
    app = build(settings)
    (result,) = app.update(["un"], files=[tmp_path / "missing.xml"])
    assert (result.list_key, result.outcome) == ("un", "failed")
    assert [s.list_key for s in app.lists() if s.in_force] == ["starter"]
    assert app.match(Query(names=(NAME,))).hits


def test_an_answer_says_what_it_rests_on(app: App) -> None:
    answer = app.match(Query(names=(NAME,)), threshold=0.8, limit=1)
    assert answer.hits[0].subject == "lashkar-e-tayyiba"
    assert len(answer.hits) == 1
    assert answer.basis.register == app.index().register
    assert (answer.basis.code, answer.basis.threshold) == (CODE_VERSION, 0.8)


def test_each_question_leaves_one_line_without_what_was_asked(app: App) -> None:
    before = app.verify_audit()
    app.match(Query(names=(NAME, "Zaki Testova")))
    app.who(NAME)
    lines = list(app.read_audit())[before:]
    assert [(line.action, line.details["hits"] > 0) for line in lines] == [("match", True), ("who", True)]
    assert lines[0].details["names"] == 2
    assert not any(word in str(lines) for word in ("Lashkar", "lashkar", "Testova"))


def test_without_an_audit_there_is_no_answer(tmp_path: Path) -> None:
    app = build(Settings(home=tmp_path))
    app.ensure_register()
    (tmp_path / "audit.db").unlink()
    (tmp_path / "audit.db").mkdir()
    with pytest.raises(StoreFailed, match="audit"):
        app.match(Query(names=(NAME,)))


def test_who_lists_a_group_and_who_does_not(app: App) -> None:
    found = app.who("Hizbul Mujahideen")[0]
    assert [(row.authority, row.listed) for row in found.rows] == [("IN", True), ("UN", False), ("US", True)]
    us = found.rows[2]
    assert (us.ref, str(us.since), us.list_key) == ("22812", "2017-08-17", "starter")
    assert us.programmes
    assert us.grounds
    assert app.who("Zzyzx Qwghlm Vrmptl") == ()


def test_a_subject_is_shown_by_reference_or_id_with_the_origin_of_each_value(app: App) -> None:
    for ref in ("QDe.118", "qde.118", "starter:QDe.118", "lashkar-e-tayyiba"):
        (view,) = app.show(ref)
        assert view.entity.id == "lashkar-e-tayyiba"
    listing = view.listings[0]
    assert listing.state is not None
    assert listing.state.origin == "starter.yaml"
    assert all(value.field for value in listing.values)
    assert {"name", "measure", "source"} <= {value.kind for value in listing.values}


def test_an_unknown_reference_offers_the_nearest(app: App) -> None:
    with pytest.raises(NotFound, match=r"did you mean 'QDe\.118'\?"):
        app.show("QDe.1118")


def test_lists_tell_what_is_in_force_and_how_old_it_is(app: App) -> None:
    (state,) = [s for s in app.lists() if s.in_force]
    assert state.list_key == "starter"
    assert state.listings == sum(state.kinds.values()) > 100
    assert state.published_at is not None
    assert state.age_days == max(0, (dt.datetime.now(dt.UTC) - state.published_at).days)
    assert not state.accepted
    assert all(s.digest is None and not s.stale for s in app.lists() if not s.in_force)


def test_lists_are_told_before_there_is_a_register(tmp_path: Path) -> None:
    states = build(Settings(home=tmp_path / "none")).lists()
    assert "starter" in {s.list_key for s in states}
    assert not any(s.in_force for s in states)
    assert not (tmp_path / "none").exists()


def test_the_changes_of_the_last_state_are_told(app: App) -> None:
    changes = app.changes("starter")
    assert {c.kind for c in changes} == {"added"}
    with pytest.raises(NotFound, match="tocsin lists"):
        app.changes("starter", snapshot="ffff0000")


def test_wrong_use_is_refused_before_anything_is_done(app: App, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="starter"):
        app.update(["startr"])
    with pytest.raises(BadInput, match="exactly one list"):
        app.update([], files=[tmp_path / "x"])
    with pytest.raises(BadInput, match="0 to 1"):
        app.match(Query(names=(NAME,)), threshold=1.5)
    for limit in (0, -1, 2**53 + 1, 10**30):  # a receipt holds what every reader of JSON can count
        with pytest.raises(BadInput, match="1 or more, at most"):
            app.match(Query(names=(NAME,)), limit=limit)


def test_a_missing_file_is_a_failed_update_that_is_audited(app: App, tmp_path: Path) -> None:
    (result,) = app.update(["starter"], files=[tmp_path / "missing.yaml"])
    assert result.outcome == "failed"
    assert "missing.yaml" in result.message
    assert list(app.read_audit())[-1].details["outcome"] == "failed"


def test_a_damaged_index_is_made_anew_by_an_update(tmp_path: Path) -> None:
    app = build(Settings(home=tmp_path))
    app.ensure_register()
    folder = tmp_path / "index" / (tmp_path / "index" / "current").read_text()
    (folder / "meta.json").write_bytes(b"{")
    app = build(app.settings)
    with pytest.raises(StoreFailed):
        app.match(Query(names=(NAME,)))
    assert app.update(["starter"])[0].outcome == "unchanged"
    assert app.match(Query(names=(NAME,))).hits


def test_an_open_application_follows_an_update_by_another(tmp_path: Path) -> None:
    one, other = (build(Settings(home=tmp_path)) for _ in range(2))
    one.ensure_register()
    before = one.index()
    assert one.index() is before
    file = tmp_path / "list.yaml"
    from tocsin.sources.starter import load_embedded

    file.write_bytes(load_embedded()[0].data + b"\n# one more line\n")
    assert other.update(["starter"], files=[file])[0].outcome in ("updated", "unchanged")
    assert one.index().register == other.index().register


def test_former_subjects_are_opened_once_and_anew_after_an_update(tmp_path: Path) -> None:
    app = build(Settings(home=tmp_path))
    app.ensure_register()
    state = Path(__file__).parents[1] / "golden" / "un" / "layout_2021.xml"
    app.update(["un"], files=[state], accept=True)
    first = app.former().index()
    assert app.former().index() is app.acting_as("somebody").former().index() is first
    text = state.read_text(encoding="utf-8")
    file = tmp_path / "un.xml"
    file.write_text(
        re.sub(r"(?s)<ENTITIES>.*</ENTITIES>", "<ENTITIES/>", text.replace("2021-03-12", "2021-04-12")), encoding="utf-8"
    )
    assert app.update(["un"], files=[file], accept=True)[0].removed > 0
    assert app.former().index() is not first


def test_matching_loads_none_of_the_heavy_libraries(app: App) -> None:
    code = """
import sys
from pathlib import Path
from tocsin.app import build
from tocsin.model import Query
from tocsin.settings import Settings
app = build(Settings(home=Path(sys.argv[1])))
app.ensure_register()
app.match(Query(names=("Test Name",)))
app.who("Test Name")
print(sorted({m.split(".")[0] for m in sys.modules} & {"sqlalchemy", "alembic", "lxml", "httpx2", "pyarrow", "babel"}))
"""
    command = [sys.executable, "-c", code, str(app.settings.home)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_code_version_is_that_of_the_package() -> None:
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    assert f'\nversion = "{CODE_VERSION}"\n' in pyproject.read_text()


def test_it_says_under_which_of_the_listings_the_asked_name_stands(app: App) -> None:
    (front,) = app.who("The Resistance Front")
    assert {row.authority: row.met for row in front.rows} == {
        "IN": "The Resistance Front", "UN": None, "US": "The Resistance Front",
    }
    assert all(row.listed for row in front.rows)
