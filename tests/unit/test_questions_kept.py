"""What is kept of questions: nothing, digests, or all, as the settings say; found again, purged, and used to replay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec import structs
from sqlalchemy import select

from tocsin.app import App, build
from tocsin.errors import BadInput, StoreFailed
from tocsin.library import Tocsin, make_query
from tocsin.model.receipt import Receipt
from tocsin.settings import Keep, Settings
from tocsin.store.audit_writer import AuditWriter
from tocsin.store.desk import open_desk
from tocsin.store.questions import PAGE, QUESTION
from tocsin.store.secret import NAME

LAKHVI = make_query("Zakiur Rehman Lakhwi", born="1960", country="pk")
OpenApp = Callable[[Keep], App]


@pytest.fixture
def open_app(settings: Settings) -> OpenApp:
    """The register, with what is kept of questions."""
    build(settings).ensure_register()
    return lambda keep: build(structs.replace(settings, keep_queries=keep))


def ask(app: App, name: str = "Zakiur Rehman Lakhwi") -> Receipt:
    receipt = app.match(make_query(name, born="1960", country="pk")).receipt
    assert receipt is not None
    return receipt


def read_bodies(app: App) -> list[str | None]:
    with open_desk(app.settings.desk) as connection:
        return list(connection.execute(select(QUESTION.c.body).order_by(QUESTION.c.id)).scalars())


def test_by_default_nothing_is_kept(open_app: OpenApp) -> None:
    app = open_app("none")
    ask(app)
    assert not (app.settings.home / NAME).exists()
    assert read_bodies(app) == []
    assert app.find_asked(LAKHVI).questions == ()


def test_hashed_questions_are_found_by_who_has_the_name_and_say_nothing_else(open_app: OpenApp) -> None:
    app = open_app("hashed")
    receipt = ask(app)
    ask(app, "Somebody Else")
    found = app.find_asked(make_query("  zakiur  REHMAN lakhwi"))
    assert [(q.receipt, q.number, q.kind, q.asked_by) for q in found.questions] == [(receipt.id, 1, "match", app.actor)]
    assert app.find_asked(LAKHVI).questions == found.questions
    assert app.find_asked(make_query("Zakiur Rehman Lakhwi", born="1961")).questions == ()
    assert read_bodies(app) == [None, None]
    with pytest.raises(BadInput, match="not kept here"):
        app.replay(receipt)


def test_the_secret_is_the_folders_own_and_what_others_kept_is_told(open_app: OpenApp, tmp_path: Path) -> None:
    app = open_app("hashed")
    ask(app)
    secret = app.settings.home / NAME
    assert secret.stat().st_mode & 0o077 == 0
    secret.unlink()
    ask(app, "Somebody Else")
    found = app.find_asked(LAKHVI)
    assert (found.questions, found.unreadable) == ((), 1)
    assert len(app.find_asked(make_query("Somebody Else")).questions) == 1


def test_a_damaged_secret_stops_answers_and_says_so(open_app: OpenApp) -> None:
    app = open_app("hashed")
    (app.settings.home / NAME).write_text("not hexadecimal")
    with pytest.raises(StoreFailed, match="cannot be read"):
        ask(app)


def test_full_questions_are_replayed_without_being_given_again(open_app: OpenApp) -> None:
    app = open_app("full")
    receipt = app.match(LAKHVI, reference="4711").receipt
    several = app.match_many([LAKHVI, make_query("Hafiz Saeed")], references=["a", None]).receipt
    assert receipt is not None
    for one in (receipt, several, app.ask_who("Hizbul Mujahideen").receipt):
        assert app.replay(one).verdict == "confirmed"


def test_rows_of_a_file_are_kept_in_blocks_and_replayed(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.app.receipts.BLOCK", 7)
    app, receipts = open_app("full"), list[Receipt]()
    rows = [{"id": n, "name": "Hafiz Saeed" if n % 50 == 0 else f"Nobody Number {n}"} for n in range(PAGE + 20)]
    list(Tocsin(app).screen([*rows, {"id": "x", "name": ""}], receipt=receipts.append))
    assert len(read_bodies(app)) == len(rows) + 1
    assert (receipts[0].outcome.asked, receipts[0].outcome.failed) == (len(rows) + 1, 1)
    assert app.replay(receipts[0]).verdict == "confirmed"
    assert [q.number for q in app.find_asked(make_query("Nobody Number 7")).questions] == [8]


def test_rows_of_which_the_caller_stops_have_a_line_and_no_receipt_and_are_kept(open_app: OpenApp) -> None:
    app, receipts = open_app("full"), list[Receipt]()
    results = Tocsin(app).screen([{"name": "Hafiz Saeed"}, {"name": "Nobody"}], receipt=receipts.append)
    next(results)
    results.close()  # type: ignore[attr-defined]  # of the generator that it is
    (line,) = app.read_audit_page(limit=1)
    assert (line.action, "receipt" in line.details, receipts) == ("screen", False, [])
    assert len(app.find_asked(make_query("Hafiz Saeed")).questions) == 1


def test_what_is_older_than_the_settings_say_is_purged_and_the_audit_counts_it(open_app: OpenApp) -> None:
    app = build(structs.replace(open_app("full").settings, keep_queries_days=10))
    first = ask(app)
    later = first.asked_at + dt.timedelta(days=10)
    before = app.verify_audit()
    assert app.purge_questions(now=later - dt.timedelta(seconds=1)) == 0
    assert app.verify_audit() == before
    ask(app, "Somebody Else")
    assert app.purge_questions(now=later + dt.timedelta(microseconds=1)) == 1
    (line,) = app.read_audit_page(limit=1)
    assert (line.action, line.details) == ("purge questions", {"questions": 1, "after_days": 10})
    assert app.find_asked(LAKHVI).questions == ()
    assert len(app.find_asked(make_query("Somebody Else")).questions) == 1
    assert app.purge_questions(every=True) == 1
    assert read_bodies(app) == []
    if isinstance(app.settings.desk, Path):
        for path in app.settings.home.glob("desk.db*"):
            assert b"Lakhwi" not in path.read_bytes(), path.name


def test_the_service_purges_beside(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    from tocsin.web.working import make_jobs_task

    app = open_app("full")
    ask(app)
    monkeypatch.setattr("tocsin.app.auditing.now_utc", lambda: dt.datetime.now(dt.UTC) + dt.timedelta(days=31))
    make_jobs_task(app, lambda: False)()
    assert read_bodies(app) == []


def test_questions_of_many_at_once_are_written_with_their_lines(open_app: OpenApp) -> None:
    app = open_app("full")
    with AuditWriter(app.settings.audit, keep=app.keep_questions) as writer, ThreadPoolExecutor(8) as pool:
        served = app.with_writer(writer)
        receipts = list(pool.map(lambda n: ask(served, f"Nobody Number {n}"), range(24)))
    assert len(set(read_bodies(app))) == 24
    lines = {line.details.get("receipt") for line in app.read_audit()}
    assert {r.id for r in receipts} <= lines
    assert app.replay(receipts[5]).verdict == "confirmed"


def test_where_questions_cannot_be_kept_nothing_is_answered(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise StoreFailed("The desk is full.")

    app = open_app("full")
    monkeypatch.setattr("tocsin.store.questions.write_questions", fail)
    before = app.verify_audit()
    with pytest.raises(StoreFailed):
        ask(app)
    with AuditWriter(app.settings.audit, keep=app.keep_questions) as writer, pytest.raises(StoreFailed):
        ask(app.with_writer(writer))
    assert app.verify_audit() == before


def test_no_line_of_the_audit_has_a_question(open_app: OpenApp) -> None:
    app = open_app("full")
    ask(app)
    app.find_asked(LAKHVI)
    app.purge_questions(every=True)
    assert "Lakhwi" not in str(list(app.read_audit()))


def test_nothing_to_look_for_is_refused(open_app: OpenApp) -> None:
    from tocsin.model import Query

    with pytest.raises(BadInput, match="Expected a name"):
        open_app("full").find_asked(Query())
