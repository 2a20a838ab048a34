"""Decisions through the application: made on a register, applied to its answers, moved to another."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec import structs

from tocsin.app import App
from tocsin.errors import BadInput, NotFound
from tocsin.library import Tocsin, make_query
from tocsin.screen.decision_files import name_key
from tocsin.settings import Settings

QUERY = make_query("Zakiur Rehman Lakhwi", born="1960", country="pk")
LAKHVI = "zaki-ur-rehman-lakhvi"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("register") / "home"
    App(Settings(home=home)).ensure_register()
    return home


@pytest.fixture
def app(home: Path) -> App:
    for name in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (home / name).unlink(missing_ok=True)
    return App(Settings(home=home))


def decide(app: App, **values: object) -> int:
    told: dict[str, object] = {"author": "A. Analyst", "ground": "seen", **values}
    return app.decide_hit(QUERY, "QDi.264", "false_match", **told).number  # type: ignore[arg-type]


def test_a_false_match_is_left_out_of_match_and_can_be_withdrawn(app: App) -> None:
    number = decide(app)
    answer = app.match(QUERY)
    assert LAKHVI not in {h.subject for h in answer.hits}
    assert [r.subject for r in answer.suppressed] == [LAKHVI]
    assert LAKHVI in {h.subject for h in app.match(QUERY, decisions=False).hits}
    app.withdraw_hit_decision(number, author="B", ground="wrong customer")
    answer = app.match(QUERY)
    assert (answer.hits[0].subject, answer.suppressed, answer.decided) == (LAKHVI, (), ())


def test_it_is_left_out_of_a_batch_by_the_rows_id(app: App) -> None:
    decide(app, reference="4711")
    rows = [{"id": i, "name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"} for i in ("4711", "4712", "x" * 300)]
    first, *others = Tocsin(app).screen(rows)
    assert ([h.subject for h in first.hits], [r.subject for r in first.suppressed]) == ([], [LAKHVI])
    for other in others:
        assert [h.subject for h in other.hits] == [LAKHVI]
    assert [len(r.hits) for r in Tocsin(app).screen(rows, decisions=False)] == [1, 1, 1]


def test_without_decisions_answers_are_as_ever(app: App) -> None:
    import msgspec

    assert set(msgspec.to_builtins(app.match(QUERY))) == {"basis", "hits", "receipt"}
    decide(app, reference="4711")
    assert set(msgspec.to_builtins(app.match(QUERY))) == {"basis", "hits", "receipt"}


def test_the_former_index_is_asked_without_decisions(app: App) -> None:
    decide(app)
    assert app.find_held() is not None
    assert App(structs.replace(app.settings, past="former")).find_held() is None


def test_where_four_eyes_are_wanted_it_waits_for_another_person(app: App) -> None:
    app = App(structs.replace(app.settings, four_eyes=True))
    number = decide(app)
    waiting = app.match(QUERY)
    assert (waiting.hits[0].subject, waiting.decided[0].state) == (LAKHVI, "proposed")
    with pytest.raises(BadInput, match="another person"):
        app.confirm_hit_decision(number, author="A. Analyst")
    app.confirm_hit_decision(number, author="B. Approver")
    assert app.match(QUERY).hits == ()
    assert not app.decide_hit(QUERY, LAKHVI, "needs_information", author="A", ground="ask").proposed


def test_the_audit_names_the_decision_and_neither_who_was_asked_about_nor_the_ground(app: App) -> None:
    number = decide(app, reference="customer-Nr-4711", ground="looks like his cousin")
    line = list(app.read_audit())[-1]
    assert (line.action, line.details["decision"], line.details["subject"]) == ("decide hit", number, LAKHVI)
    assert "Nr-4711" not in str(line)  # a digest in it may hold any four digits
    assert "cousin" not in str(line)
    desk = app.settings.desk
    assert isinstance(desk, Path)
    assert b"Lakhwi" not in b"".join(f.read_bytes() for f in desk.parent.glob("desk.db*"))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"author": " "}, "needs an author"), ({"ground": ""}, "needs an author"), ({"ground": "x\0"}, "needs an author"),
        ({"reference": " "}, "reference"), ({"reference": "x" * 201}, "1 to 200"),
        ({"expires_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)}, "yet to come"),
    ],
)
def test_what_is_no_decision_is_refused_and_nothing_is_kept(app: App, values: dict[str, object], told: str) -> None:
    with pytest.raises(BadInput, match=told):
        decide(app, **values)
    assert app.hit_decisions() == ()


def test_a_subject_that_is_not_in_force_is_not_found(app: App) -> None:
    with pytest.raises(NotFound):
        app.decide_hit(QUERY, "nobody", "false_match", author="A", ground="x")
    with pytest.raises(NotFound):
        app.withdraw_hit_decision(1, author="A", ground="x")


def test_decisions_move_to_another_register_with_their_key(app: App, home: Path, tmp_path: Path) -> None:
    decide(app)
    decisions, key = app.export_hit_decisions()
    import shutil

    shutil.copytree(home / "index", tmp_path / "index")
    other = App(Settings(home=tmp_path))
    with pytest.raises(BadInput, match="another key"):
        other.import_hit_decisions(decisions, name_key(key))
    assert other.match(QUERY).suppressed == ()
    assert other.import_hit_decisions(decisions, name_key(key), key=key).new == 1
    assert other.import_hit_decisions(decisions, name_key(key)).known == 1
    assert [r.subject for r in other.match(QUERY).suppressed] == [LAKHVI]


def test_imported_decisions_wait_too_where_four_eyes_are_wanted(app: App, home: Path, tmp_path: Path) -> None:
    import shutil

    decide(app)
    decisions, key = app.export_hit_decisions()
    shutil.copytree(home / "index", tmp_path / "index")
    other = App(Settings(home=tmp_path, four_eyes=True))
    other.import_hit_decisions(decisions, name_key(key), key=key)
    assert [d.state_at(dt.datetime.now(dt.UTC)) for d in other.hit_decisions()] == ["proposed"]
