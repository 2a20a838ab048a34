"""Alerts over a register whose own list changes: raised once by whatever meets a hit, settled by decisions, forgotten in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from tocsin.app import App, alerting, build
from tocsin.app import alerts as alerts_room
from tocsin.app import jobs as jobs_room
from tocsin.app.alerts import Alerts
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.errors import BadInput, NotFound, StoreFailed
from tocsin.exchange.notices import Notice
from tocsin.library import make_query
from tocsin.model.alert import Alert, AlertFilter
from tocsin.screen import Options
from tocsin.screen.decision_files import name_key
from tocsin.settings import Settings
from tocsin.store.access import add_user
from tocsin.store.alerts import ALERT, EVENT, SOURCE
from tocsin.store.desk import open_desk

MAP = (
    "list: {title: Own list, authority: XX, plausible: [1, 9], shrink_limit: 1}\n"
    "fields: {reference: ref, kind: person, names: [{path: name, role: primary}], births: [{path: born}]}\n"
)
CUSTOMERS = "id,name\nC1,Omar Testpur\nC2,Ella Thorsen\n"
OMAR = make_query("Omar Testpur")
SetList = Callable[..., App]


@pytest.fixture
def app(settings: Settings) -> App:
    return build(settings)


@pytest.fixture
def set_list(app: App, tmp_path: Path) -> SetList:
    """Put a list of our own in force: references to a name, or a name and a year of birth."""
    (tmp_path / "map.yaml").write_text(MAP)

    def put(**listed: str) -> App:
        rows = (f"{ref},{text if ',' in text else text + ','}\n" for ref, text in listed.items())
        (tmp_path / "own.csv").write_text("ref,name,born\n" + "".join(rows))
        taken = app.import_list([tmp_path / "own.csv"], "own", map_file=tmp_path / "map.yaml", accept=True)
        assert taken.outcome == "updated", taken.message
        return app

    return put


def run_job(app: App, text: str = CUSTOMERS, *, alerts: bool = True) -> str:
    made = Jobs(app)
    with made.receive() as (id, file):
        file.write(text.encode())
    made.add(id, JobAsk(alerts=alerts), label="customers", by="test")
    assert made.run_next("test")
    assert made.get(id).state == "done", made.get(id).told
    return id


def find(app: App, **wanted: object) -> tuple[Alert, ...]:
    return Alerts(app).find(AlertFilter(**wanted))[0]  # type: ignore[arg-type]


def decide(app: App, number: int = 1, outcome: str = "false_match", **told: object) -> int:
    return Alerts(app).decide(number, outcome, ground="seen", **told).number  # type: ignore[arg-type]


def monitor(app: App, text: str = CUSTOMERS, *, replace: bool = False) -> None:
    if not app.list_populations():
        app.add_population("crew", purpose="staff", by="test")
    (app.settings.home / "crew.csv").write_text(text)
    app.read_members("crew", str(app.settings.home / "crew.csv"), Options(), replace=replace)
    app.check_populations()


def told(app: App) -> list[tuple[str, str]]:
    notices = [msgspec.json.decode(k.body, type=Notice) for k in app.feed("crew")]
    return [(e.kind, e.reference) for n in notices for e in n.events]


def test_a_job_raises_its_hits_where_it_is_asked_to_and_the_same_hit_is_one_alert(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app, alerts=False)
    assert find(app) == ()
    first, second = run_job(app), run_job(app)
    (alert,) = find(app)
    assert (alert.reference, alert.state, alert.lists, alert.authorities) == ("C1", "open", ("own",), ("XX",))
    assert alert.query == OMAR
    assert [(s.kind, s.name, s.place) for s in Alerts(app).get(1).sources] == [("job", first, "1"), ("job", second, "1")]
    assert find(app, source="job", name=second) == (alert,)
    assert find(app, source="population") == ()


def test_ten_thousand_alerts_are_one_transaction_of_few_statements(
    set_list: SetList, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = set_list(B="Omar Testpur")
    if app.settings.server is not None:
        pytest.skip("the same code; counting on a file is enough")
    blocks: list[int] = []
    raise_alerts = alerting.raise_alerts

    def count(connection: object, found: Sequence[object], *rest: object, **named: object) -> int:
        blocks.append(len(found))
        return raise_alerts(connection, found, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs_room, "raise_alerts", count)
    run_job(app, "id,name\n" + "".join(f"C{n},Omar Testpur\n" for n in range(10_000)))
    assert blocks == [10_000]
    assert Alerts(app).find(AlertFilter(), limit=1)[1] == 10_000


def test_a_hit_on_which_a_decision_is_in_force_is_not_raised(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    app.decide_hit(OMAR, "own:B", "true_match", author="A", ground="seen", reference="C1")
    run_job(app)
    assert find(app, state="all") == ()


def test_it_is_closed_by_a_decision_and_comes_back_with_the_difference_when_a_fact_changes(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app)
    number = decide(app)
    assert (find(app), find(app, state="closed")[0].decision) == ((), number)
    set_list(B="Omar Testpur,1960")
    (alert,) = find(app)
    assert (alert.state, alert.decision) == ("open", None)
    returned = Alerts(app).get(alert.number).returned
    assert returned is not None
    assert "new date of birth: 1960" in returned.text
    set_list(B="Omar Testpur")
    assert find(app) == ()


def test_what_is_asked_otherwise_opens_it_and_an_expiry_too(set_list: SetList, monkeypatch: pytest.MonkeyPatch) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app)
    decide(app, expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    assert find(app) == ()
    run_job(app, "id,name,country\nC1,Omar Testpur,pk\n")
    assert find(app)[0].query == make_query("Omar Testpur", country="pk")
    decide(app, expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    assert find(app) == ()
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    for room in (alerts_room, alerting):
        monkeypatch.setattr(room, "now_utc", lambda: later)
    assert [a.state for a in find(app)] == ["open"]
    returned = Alerts(app).get(1).returned
    assert returned is not None
    assert "That expired" in returned.text


def test_an_alert_whose_subject_is_listed_no_longer_is_gone_until_it_is_listed_again(set_list: SetList) -> None:
    app = set_list(A="Somebody Else", B="Omar Testpur")
    run_job(app)
    set_list(A="Somebody Else")
    assert [a.state for a in find(app, state="all")] == ["gone"]
    set_list(A="Somebody Else", B="Omar Testpur")
    assert [a.state for a in find(app)] == ["open"]


def test_where_four_eyes_are_wanted_it_waits_for_the_other_person(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app)
    four = build(msgspec.structs.replace(app.settings, four_eyes=True))
    number = Alerts(four.acting_as("A")).decide(1, "false_match", ground="seen").number
    (alert,) = find(four, state="proposed")
    assert (alert.state, alert.proposal) == ("open", number)
    four.confirm_hit_decision(number, author="B")
    assert find(four) == ()


def test_alerts_are_assigned_to_those_who_may_decide_all_or_none(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur", C="Ella Thorsen")
    run_job(app)
    made, now = Alerts(app.acting_as("asha")), dt.datetime.now(dt.UTC)
    assert [a.assignee for a in made.assign((1, 2), "anybody")] == ["anybody", "anybody"]  # no users yet
    with open_desk(app.settings.desk, write=True) as connection:
        add_user(connection, "asha", "analyst", None, at=now)
        add_user(connection, "vi", "viewer", None, at=now)
    for nobody in ("vi", "ash"):
        with pytest.raises(BadInput, match="assignee"):
            made.assign((1,), nobody)
    made.assign((1,), "asha")
    assert [a.number for a in find(app, state="assigned", assignee="asha")] == [1]
    decide(app, 1, "true_match")
    with pytest.raises(BadInput, match="Alert 1 is closed"):
        made.assign((2, 1), "asha")
    assert find(app)[0].assignee == "anybody"
    assert made.assign((2,), None)[0].state == "open"
    with pytest.raises(NotFound, match="no alert 99"):
        made.assign((2, 99), "asha")
    with pytest.raises(BadInput, match="1 to 500"):
        made.assign((), "asha")


def test_comments_have_author_and_time_and_stay_as_they_are(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app)
    (event,) = Alerts(app.acting_as("asha")).comment(1, " looks like his cousin ").events
    assert (event.kind, event.author, event.text) == ("comment", "asha", "looks like his cousin")
    assert "cousin" not in str(list(app.read_audit()))
    with pytest.raises(BadInput, match="1 to 2,000"):
        Alerts(app).comment(1, " ")
    with pytest.raises(StoreFailed), open_desk(app.settings.desk, write=True) as connection:
        connection.execute(EVENT.update().values(text="x"))


def test_many_are_decided_with_one_ground_or_none_is(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur", C="Ella Thorsen")
    run_job(app)
    made = Alerts(app)
    with pytest.raises(BadInput, match="A true match is decided by itself"):
        made.decide_many((1, 2), "true_match", ground="seen")
    with pytest.raises(NotFound, match="no alert 3"):
        made.decide_many((1, 3), "false_match", ground="seen")
    assert app.hit_decisions() == ()
    assert len(made.decide_many((1, 2, 1), "needs_information", ground="ask")) == 2
    assert [a.outcome for a in find(app, state="closed")] == ["needs_information"] * 2


def test_what_was_asked_is_forgotten_some_time_after_the_decision(set_list: SetList, monkeypatch: pytest.MonkeyPatch) -> None:
    app = set_list(B="Omar Testpur", C="Ella Thorsen")
    run_job(app)
    decide(app, 1)
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=app.settings.alert_days + 1)
    monkeypatch.setattr(alerts_room, "now_utc", lambda: later)
    Alerts(app).refresh()
    kept = {a.number: a.query is not None for a in find(app, state="all")}
    assert kept == {1: False, 2: True}
    assert Alerts(app).find_hit(Alerts(app).get(1).alert) is None
    app.withdraw_hit_decision(1, author="B", ground="wrong")
    assert len(find(app)) == 2
    with pytest.raises(BadInput, match="no longer kept"):
        decide(app, 1)


def test_a_register_whose_alerts_were_raised_first_takes_the_decisions_of_another(
    set_list: SetList, tmp_path: Path
) -> None:
    app = set_list(B="Omar Testpur")
    elsewhere = build(Settings(home=tmp_path / "other"))
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index").symlink_to(app.settings.index)
    elsewhere.decide_hit(OMAR, "own:B", "false_match", author="A", ground="seen")
    run_job(app, "name\nOmar Testpur\n")
    decisions, key = elsewhere.export_hit_decisions()
    app.import_hit_decisions(decisions, name_key(key), key=key)
    assert [a.outcome for a in find(app, state="all")] == ["false_match"]


def test_new_findings_of_a_population_raise_alerts_which_go_with_their_members(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    monitor(app)
    run_job(app)
    assert [s.kind for s in Alerts(app).get(1).sources] == ["population", "job"]
    app.remove_members("crew", ["C1"])
    assert [s.kind for s in Alerts(app).get(1).sources] == ["job"]
    set_list(B="Omar Testpur", C="Ella Thorsen")
    app.check_populations()
    assert len(find(app)) == 2
    Alerts(app).comment(2, "x")
    app.remove_population("crew")
    assert [a.number for a in find(app, state="all")] == [1]
    with open_desk(app.settings.desk) as connection, closing(connection.execute(EVENT.select())) as rows:
        assert rows.all() == []


def test_monitoring_does_not_tell_a_false_match_again_until_a_fact_changes(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    monitor(app)
    assert told(app) == [("new", "C1")]
    decide(app)
    app.check_populations()
    assert app.findings("crew") == ()
    assert [f.decision for f in app.findings("crew", decisions=False)] == [1]
    build(msgspec.structs.replace(app.settings, threshold=0.6)).check_populations()  # all are checked anew
    assert (told(app), find(app)) == ([("new", "C1")], ())
    set_list(B="Omar Testpur,1960")
    app.check_populations()
    assert told(app) == [("new", "C1"), ("new", "C1")]
    assert len(app.findings("crew")) == len(find(app)) == 1


def test_monitoring_tells_nobody_of_what_was_decided_before_and_tells_it_when_that_is_withdrawn(set_list: SetList) -> None:
    app = set_list(A="Somebody Else", B="Omar Testpur")
    app.decide_hit(OMAR, "own:B", "false_match", author="A", ground="seen", reference="C1")
    monitor(app)
    assert (told(app), find(app, state="all"), app.statement("crew").findings) == ([], (), 0)
    app.withdraw_hit_decision(1, author="B", ground="wrong")
    (checked,) = app.check_populations()
    assert (checked.how, checked.new) == ("affected", 1)
    assert told(app) == [("new", "C1")]
    assert app.check_populations()[0].how == "nothing"
    assert len(find(app)) == 1


def test_a_finding_of_which_nobody_was_told_goes_without_a_word(set_list: SetList) -> None:
    app = set_list(A="Somebody Else", B="Omar Testpur", C="Ella Thorsen")
    app.decide_hit(OMAR, "own:B", "false_match", author="A", ground="seen", reference="C1")
    monitor(app)
    assert told(app) == [("new", "C2")]
    decide(app, 1)  # of which somebody was told
    app.check_populations()
    set_list(A="Somebody Else")
    app.check_populations()
    assert told(app) == [("new", "C2"), ("gone", "C2")]


def test_a_member_of_whom_another_thing_is_known_opens_what_was_decided(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    monitor(app)
    decide(app, 1, "true_match")
    app.check_populations()
    monitor(app, "id,name,country\nC1,Omar Testpur,pk\n")
    assert [a.state for a in find(app)] == ["open"]
    assert told(app)[0] == ("new", "C1")


def test_nothing_of_what_was_asked_is_in_the_audit(set_list: SetList) -> None:
    app = set_list(B="Omar Testpur")
    run_job(app, "id,name,address\nC1,Omar Testpur,7 Secret Street\n")
    Alerts(app).assign((1,), "asha")
    decide(app)
    said = str([line.details for line in app.read_audit()])
    assert "Secret" not in said
    assert "C1" not in said


def test_a_register_without_alerts_has_an_empty_queue(app: App, set_list: SetList) -> None:
    assert Alerts(app).find(AlertFilter()) == ((), 0)
    set_list(B="Omar Testpur")
    with pytest.raises(NotFound, match="no alert 1"):
        Alerts(app).get(1)
    with pytest.raises(BadInput, match="no hit of what was asked"):
        Alerts(app).escalate(make_query("Quite Another"), "own:B")
    with open_desk(app.settings.desk) as connection:
        assert connection.execute(ALERT.select()).all() == connection.execute(SOURCE.select()).all() == []
