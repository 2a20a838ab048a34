"""Monitored populations over a register whose own list changes: findings, notices, statement, retention, being killed."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tocsin.app import App, build
from tocsin.app import checking as checking_room
from tocsin.errors import BadInput, Busy, NotFound, StoreFailed
from tocsin.exchange.notices import Notice
from tocsin.exchange.statements import describe_statement
from tocsin.screen import Options
from tocsin.settings import Settings
from tocsin.store import notices as notices_room
from tocsin.store.desk import open_desk
from tocsin.store.populations import MEMBER, digest_references
from tocsin.web import working

CUSTOMERS = "id,name,born\nC1,Omar Testpur,1960\nC2,Ella Thorsen,\nC3,,\n,No Reference,\n"
MAP = (
    "list: {title: Own list, authority: XX, plausible: [1, 9], shrink_limit: 1}\n"
    "fields: {reference: ref, kind: person, names: [{path: name, role: primary}]}\n"
)
SetList = Callable[..., App]


@pytest.fixture
def app(settings: Settings) -> App:
    return build(settings)


@pytest.fixture
def set_list(app: App, tmp_path: Path) -> SetList:
    """Put a list of our own in force: references to names."""
    (tmp_path / "map.yaml").write_text(MAP)

    def put(**listed: str) -> App:
        (tmp_path / "own.csv").write_text("ref,name\n" + "".join(f"{ref},{name}\n" for ref, name in listed.items()))
        taken = app.import_list([tmp_path / "own.csv"], "own", map_file=tmp_path / "map.yaml", accept=True)
        assert taken.outcome == "updated", taken.message
        return app

    return put


@pytest.fixture
def read(app: App, tmp_path: Path) -> Callable[..., object]:
    def give(text: str = CUSTOMERS, name: str = "customers", *, replace: bool = False) -> object:
        (tmp_path / "customers.csv").write_text(text)
        return app.read_members(name, str(tmp_path / "customers.csv"), Options(), replace=replace)

    return give


def found(app: App, *, gone: bool = False) -> list[tuple[str, str]]:
    return [(f.reference, f.found.listings[0].ref) for f in app.findings("customers", gone=gone)]


def events(app: App) -> list[tuple[str, str]]:
    notices = [msgspec.json.decode(k.body, type=Notice) for k in app.feed("customers")]
    return [(e.kind, e.reference) for n in notices for e in n.events]


def test_a_list_change_is_found_and_told_and_taken_back(set_list: SetList, read: Callable[..., object]) -> None:
    app = set_list(A="Somebody Else")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    (first,) = app.check_populations()
    assert (first.how, first.members, first.unscreenable, first.new) == ("all", 3, 1, 0)
    set_list(A="Somebody Else", B="Omar Testpur")
    (second,) = app.check_populations()
    assert (second.how, second.subjects, second.new) == ("affected", 1, 1)
    assert found(app) == [("C1", "B")]
    assert app.check_populations()[0].how == "nothing"
    set_list(A="Somebody Else")
    assert app.check_populations()[0].gone == 1
    assert found(app) == []
    assert found(app, gone=True) == [("C1", "B")]
    assert events(app) == [("new", "C1"), ("gone", "C1")]


def test_a_notice_has_the_reference_and_the_subject_and_nothing_of_the_member(
    set_list: SetList, read: Callable[..., object]
) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    read("id,name,born,address\nC1,Omarr Testpurr,1960-02-03,7 Secret Street\n")
    app.check_populations()
    (kept,) = app.feed("customers")
    assert "C1" in kept.body
    assert '"ref":"B"' in kept.body
    assert "name.spelling" in kept.body
    for personal in ("Omarr", "Testpurr", "1960", "Secret"):
        assert personal not in kept.body
        assert personal not in str(list(app.read_audit()))


def test_rows_that_cannot_be_registered_or_checked_are_told_and_stay_in_the_statement(
    set_list: SetList, read: Callable[..., object]
) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    loaded = read(CUSTOMERS + "C1,Second Of This Reference,\n")
    assert [r.row for r in loaded.refused] == [4, 5]  # type: ignore[attr-defined]
    app.check_populations()
    statement = app.statement("customers")
    assert not statement.complete
    assert [n.reference for n in statement.not_checked] == ["C3"]
    assert [r.row for r in statement.not_registered] == [4, 5]
    assert statement.references == digest_references(["C3", "C1", "C2"])
    read("id,name\nC1,Omar Testpur\n", replace=True)
    app.check_populations()
    assert app.statement("customers").complete
    assert [m[0] for m in app.list_members("customers")] == ["C1"]


def test_a_misspelt_column_is_refused_and_changes_nothing(set_list: SetList, read: Callable[..., object]) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    with pytest.raises(BadInput, match="did you mean 'name'"):
        read("id,name,nmae\nC1,Omar,x\n")
    assert app.list_members("customers") == ()


def test_the_statement_tells_when_each_list_was_published_taken_checked_and_told(
    set_list: SetList, read: Callable[..., object]
) -> None:
    app = set_list(A="Somebody Else")
    app.add_population("customers", purpose="account holders", by="test")
    read("id,name\nC1,Omar Testpur\n")
    app.check_populations()
    first = app.statement("customers")
    set_list(A="Somebody Else", B="Omar Testpur")
    late = app.statement("customers")
    assert late.reasons == ("Another state of the lists is in force than the one that was checked against.",)
    app.check_populations()
    lists = {one.list_key: one for one in app.statement("customers").lists}
    assert lists["own"].told == "feed"
    assert lists["own"].taken_at < lists["own"].checked_at == lists["own"].told_at
    assert lists["starter"] == next(one for one in first.lists if one.list_key == "starter")  # first checked then
    assert lists["starter"].told == "nothing"
    text = describe_statement(app.statement("customers"))
    assert "COMPLETE" in text
    assert "told: " in text


def test_members_that_were_removed_leave_nothing(set_list: SetList, read: Callable[..., object]) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    app.check_populations()
    with pytest.raises(NotFound, match="Reference 2 is no member"):
        app.remove_members("customers", ["C1", "nobody"])
    assert found(app) == [("C1", "B")]
    assert app.remove_members("customers", ["C1"]) == 1
    assert found(app, gone=True) == []
    app.check_populations()
    assert app.statement("customers").references == digest_references(["C2", "C3"])
    assert app.remove_population("customers") == 2
    with open_desk(app.settings.desk) as connection:
        for table in ("population_member", "population_finding", "population_checking", "population_state", "notice"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0, table
    if isinstance(app.settings.desk, Path):
        for path in app.settings.home.glob("desk.db*"):
            assert b"Testpur" not in path.read_bytes(), path.name


def test_who_is_past_the_retention_is_removed_and_that_is_told(
    set_list: SetList, read: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    from tocsin.app import monitoring as monitoring_room

    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test", retention_days=30)
    read("id,name\nC1,Omar Testpur\nC2,Ella Thorsen\n")
    app.check_populations()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=20)
    monkeypatch.setattr(monitoring_room, "now_utc", lambda: later)
    read("id,name\nC2,Ella Thorsen\n")
    monkeypatch.setattr(monitoring_room, "now_utc", lambda: later + dt.timedelta(days=20))
    (checked,) = app.check_populations()
    assert (checked.purged, checked.members) == (1, 1)
    assert app.statement("customers").purged == 1
    assert app.feed("customers") == ()
    with open_desk(app.settings.desk) as connection:
        assert "Omar" not in str(connection.execute(MEMBER.select()).all())


def test_a_checking_that_was_killed_is_done_again_whole(
    set_list: SetList, read: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise KilledError

    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test", webhooks=["http://127.0.0.1:9/"])
    read()
    with monkeypatch.context() as patch:
        patch.setattr(notices_room, "write_notices", die)
        with pytest.raises(KilledError):
            app.check_populations()
    assert found(app) == []
    assert app.statement("customers").checking is None
    assert app.check_populations()[0].new == 1
    assert events(app) == [("new", "C1")]
    with open_desk(app.settings.desk) as connection:
        assert notices_room.count_waiting(connection) == 1


def test_a_process_that_is_killed_in_the_act_leaves_a_whole_desk(set_list: SetList, read: Callable[..., object]) -> None:
    app = set_list(B="Omar Testpur")
    if app.settings.server is not None:
        pytest.skip("the same code; one process on a file is enough")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    code = (
        "import os, signal, sys, pathlib\nfrom tocsin.app import build\nfrom tocsin.settings import Settings\n"
        "from tocsin.store import notices\n"
        "write = notices.write_notices\n"
        "def die(*a, **k):\n    write(*a, **k)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "notices.write_notices = die\nbuild(Settings(home=pathlib.Path(sys.argv[1]))).check_populations()\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(app.settings.home)], check=False, capture_output=True)
    assert run.returncode == -9
    assert app.feed("customers") == ()
    app.check_populations()
    assert events(app) == [("new", "C1")]


def test_a_population_that_changes_while_it_is_checked_is_checked_again(
    set_list: SetList, read: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    read("id,name\nC2,Ella Thorsen\n")
    came: list[object] = []
    make = checking_room._make_events

    def change_once(differences: object) -> object:
        if not came:
            came.append(read("id,name\nC1,Omar Testpur\n"))
        return make(differences)  # type: ignore[arg-type]

    monkeypatch.setattr(checking_room, "_make_events", change_once)
    assert app.check_populations()[0].members == 2
    assert found(app) == [("C1", "B")]


def test_nobody_is_checked_against_an_index_of_another_state(
    set_list: SetList, read: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    old = app.index()
    set_list(C="Ella Thorsen")
    monkeypatch.setattr(app, "index", lambda: old)
    with pytest.raises(Busy, match="Nobody was checked"):
        app.check_populations()


def test_another_threshold_checks_everybody_anew(set_list: SetList, read: Callable[..., object]) -> None:
    app = set_list(B="Omar Testpur")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    app.check_populations()
    other = build(msgspec.structs.replace(app.settings, threshold=0.9))
    assert other.check_populations()[0].how == "all"


@pytest.mark.parametrize(("change", "said"), [
    ({"name": "two words"}, "population's name"), ({"purpose": "  "}, "purpose"), ({"retention_days": 0}, "retention"),
    ({"webhooks": ["ftp://example.org/"]}, "http or https"), ({"webhooks": ["http://u:p@example.org/"]}, "without user"),
    ({"webhooks": ["http://[::1/"]}, "http or https"), ({"emails": ["a@b.example\nBcc: c@d.example"]}, "one name@host"),
])
def test_a_population_that_cannot_be_is_refused(app: App, change: dict[str, object], said: str) -> None:
    values: dict[str, object] = {"name": "customers", "purpose": "account holders", "by": "test", **change}
    name = str(values.pop("name"))
    with pytest.raises(BadInput, match=said):
        app.add_population(name, **values)  # type: ignore[arg-type]
    assert app.list_populations() == ()


def test_an_unknown_population_is_told_with_the_nearest_name(app: App) -> None:
    app.add_population("customers", purpose="account holders", by="test")
    with pytest.raises(NotFound, match="did you mean 'customers'"):
        app.findings("custmers")
    with pytest.raises(BadInput, match="there already"):
        app.add_population("customers", purpose="again", by="test")


def test_a_service_checks_populations_whichever_door_a_state_came_by(
    set_list: SetList, read: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "MONITOR_S", 0.05)
    app = set_list(A="Somebody Else")
    app.add_population("customers", purpose="account holders", by="test")
    read()
    with working.work_beside(app):
        set_list(A="Somebody Else", B="Omar Testpur")  # nothing here asks for a checking
        for _ in range(600):
            if found(app):
                break
            time.sleep(0.05)
    assert found(app) == [("C1", "B")]
    assert ("new", "C1") in events(app)


def test_what_a_service_does_beside_goes_on_after_an_error(
    app: App, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(working, "MONITOR_S", 0.01)
    monkeypatch.setattr(working, "AFTER_ERROR_S", 0.01)
    calls: list[int] = []

    def look(_: App) -> tuple[object, ...]:
        calls.append(1)
        if len(calls) == 1:
            raise StoreFailed("the disk is full")
        return ()

    monkeypatch.setattr(App, "list_populations", look)
    with working.work_beside(app):
        for _ in range(600):
            if len(calls) > 2:
                break
            time.sleep(0.01)
    assert len(calls) > 2
    assert "monitoring: the disk is full" in caplog.text
