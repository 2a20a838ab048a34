"""What lists said over time: states slotted in, versions field by field, gaps that are no delistings."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.errors import BadInput, NotFound
from tocsin.model import Query
from tocsin.registry.dated_files import find_date, split_states
from tocsin.settings import Settings

ROW = """<INDIVIDUAL><DATAID>{record}</DATAID><FIRST_NAME>{name}</FIRST_NAME><UN_LIST_TYPE>Haiti</UN_LIST_TYPE>
<REFERENCE_NUMBER>{ref}</REFERENCE_NUMBER><LISTED_ON>2022-10-21</LISTED_ON></INDIVIDUAL>"""
REST = "".join(
    ROW.format(record=9000 + n, name=f"INVENTED NUMBER {n}", ref=f"QDi.{n:03}") for n in range(600)
)
Rows = list[tuple[int, str, str]]


def write_list(folder: Path, day: str, rows: Rows) -> Path:
    file = folder / f"un-{day}.xml"
    text = "".join(ROW.format(record=record, ref=ref, name=name) for record, ref, name in rows)
    file.write_text(
        f'<CONSOLIDATED_LIST dateGenerated="{day}T08:00:00Z"><INDIVIDUALS>{text}{REST}</INDIVIDUALS>'
        "<ENTITIES/></CONSOLIDATED_LIST>"
    )
    return file


KIM: tuple[int, str, str] = (1, "KPi.063", "KIM TESTIN")
STATES: dict[str, Rows] = {
    "2023-08-01": [KIM, (2, "HTi.001", "JEAN TESTE"), (3, "QDi.900", "OMAR TESTPUR")],
    "2023-08-09": [(1, "KPi.063 .1", "KIM TESTIN"), (3, "QDi.900", "OMAR TESTPUR")],
    "2023-08-11": [KIM, (2, "HTi.001", "JEAN TESTE"), (3, "QDi.900", "OMAR TESTPUR BEY")],
    "2023-10-20": [KIM, (2, "HTi.001", "JEAN TESTE")],
}


@pytest.fixture(params=["in order", "backwards"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> App:
    app = App(Settings(home=tmp_path / "home"))
    days = list(STATES) if request.param == "in order" else list(reversed(STATES))
    for day in days:
        (result,) = app.update(["un"], files=[write_list(tmp_path, day, STATES[day])], dated="own")
        assert result.outcome == "updated", result.message
    return app


def test_every_version_is_told_field_by_field(app: App) -> None:
    (past,) = app.history("qdi.900")
    assert [(v.valid_from.date().isoformat(), v.caption) for v in past.versions] == [
        ("2023-08-01", "OMAR TESTPUR"), ("2023-08-11", "OMAR TESTPUR BEY")
    ]
    assert [(c.field, c.before, c.after) for c in past.versions[1].changes] == [
        ("name", ("OMAR TESTPUR",), ("OMAR TESTPUR BEY",)), ("caption", ("OMAR TESTPUR",), ("OMAR TESTPUR BEY",))
    ]
    assert (past.in_force, str(past.listed_on)) == (False, "2022-10-21")
    (gap,) = past.gaps
    assert (gap.since.date().isoformat(), gap.until, gap.mark) == ("2023-10-20", None, None)  # a delisting


def test_a_record_that_comes_back_as_it_was_is_a_suspected_glitch(app: App) -> None:
    (past,) = app.history("HTi.001")
    assert past.in_force
    assert [(g.mark, g.since.day, g.until and g.until.day) for g in past.gaps] == [("returned", 9, 11)]
    assert "publisher glitch suspected" in (past.gaps[0].text or "")


def test_a_reference_that_is_written_otherwise_for_a_while_is_a_suspected_glitch(app: App) -> None:
    (past,) = app.history("KPi.063")
    assert [(g.mark, g.other_ref) for g in past.gaps] == [("renumbered", "KPi.063.1")]
    (other,) = app.history("KPi.063.1")
    assert [(g.mark, g.other_ref) for g in other.gaps] == [("goes_on", "KPi.063")]


def test_the_difference_of_two_days_is_told(app: App) -> None:
    found = app.difference("un", since=dt.date(2023, 8, 2), until=dt.date(2023, 12, 1))
    assert [(c.kind, (c.after or c.before).ref) for c in found] == [("removed", "QDi.900")]  # type: ignore[union-attr]
    assert [c.kind for c in app.difference("un")] == ["removed"]
    with pytest.raises(NotFound, match="no state of 2023-01-01 or before"):
        app.difference("un", since=dt.date(2023, 1, 1))


def test_a_question_is_answered_as_of_a_day(app: App) -> None:
    query = Query(names=("Omar Testpur",))
    assert [h.subject for h in app.at(dt.date(2023, 9, 1)).match(query).hits] == ["un:QDi.900"]
    assert app.match(query).hits == ()
    then = app.at(dt.date(2023, 8, 1))
    assert then.show("QDi.900")[0].entity.caption == "OMAR TESTPUR"
    assert then.match(query).basis.register != app.match(query).basis.register
    with pytest.raises(NotFound, match="No list was in force on 2020-01-01"):
        app.at(dt.date(2020, 1, 1))
    with pytest.raises(BadInput, match="yet to come"):
        app.at(dt.date(9000, 1, 1))


def test_what_was_not_known_on_a_day_is_not_told(app: App) -> None:
    yesterday = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    with pytest.raises(NotFound, match="No list was in force"):
        app.at(known_on=yesterday)
    with pytest.raises(NotFound, match="No state"):
        app.history("KPi.063", known_on=yesterday)


def test_an_older_state_changes_neither_the_lists_in_force_nor_the_index(app: App, tmp_path: Path) -> None:
    register = app.index().register
    file = write_list(tmp_path, "2021-05-05", [(3, "QDi.900", "OMAR")])
    (result,) = app.update(["un"], files=[file], dated=dt.date(2021, 5, 5))
    assert result.outcome == "updated"
    assert app.index().register == register
    assert [v.valid_from.year for v in app.history("QDi.900")[0].versions] == [2021, 2023, 2023]
    (again,) = app.update(["un"], files=[file], dated="own")
    assert again.outcome == "unchanged"


def test_who_is_no_longer_listed_stays_findable_and_is_shown_as_delisted(app: App) -> None:
    (subject,) = app.who("Omar Testpur Bey")
    assert [(r.listed, r.ref, r.delisted_on) for r in subject.rows] == [(False, "QDi.900", "2023-10-20")]
    shown = app.show("QDi.900")[0].listings[0]
    assert ("delisted_on", "2023-10-20") in [(v.kind, v.text) for v in shown.values]
    (kim,) = app.who("Kim Testin")  # its record stood under another reference for a while
    assert [(r.ref, r.listed) for r in kim.rows if r.authority == "UN"] == [("KPi.063", True)]


def test_a_folder_of_states_is_taken_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "states"
    folder.mkdir()
    for day in STATES:
        write_list(folder, day, STATES[day])
    app = App(Settings(home=tmp_path / "home"))
    results = app.update(["un"], files=[folder], dated="own", each=True)
    assert [r.outcome for r in results] == ["updated"] * 4
    assert [s.valid_from.date().isoformat() for s in app.states("un")] == list(STATES)
    with pytest.raises(BadInput, match="--dated own"):
        app.update(["un"], files=[folder], each=True)


def test_a_wrong_date_is_refused(app: App, tmp_path: Path) -> None:
    file = write_list(tmp_path, "2021-05-05", [KIM])
    (result,) = app.update(["un"], files=[file], dated=dt.date(2021, 5, 6))
    assert (result.outcome, result.reason) == ("refused", "wrong_date")
    other = write_list(tmp_path, "2023-08-11", [KIM])
    (result,) = app.update(["un"], files=[other], dated="own")
    assert (result.outcome, result.reason) == ("refused", "wrong_date")
    assert "another state" in result.message
    with pytest.raises(BadInput, match="--from FILE"):
        app.update(["un"], dated=dt.date(2021, 5, 6))


@pytest.mark.parametrize("name", ["un_2021-03-12.xml", "20210312.xml.gz", "list-99999999-2021-03-12"])
def test_the_day_of_a_state_may_stand_in_the_name_of_its_file(name: str) -> None:
    assert find_date(name) == dt.date(2021, 3, 12)


@pytest.mark.parametrize("name", ["un.xml", "un_2021-03.xml", "un_2021-13-45.xml", "2021-03-12_2021-03-13.xml", "120210312.xml"])
def test_a_name_without_one_day_is_refused(name: str) -> None:
    with pytest.raises(BadInput, match=f"{name}: expected one date"):
        find_date(name)


def test_files_of_one_day_are_one_state_of_a_list_of_several_files() -> None:
    names = ["sdn_2019-01-04.csv", "sdn_2021-07-01.csv", "alt_2019-01-04.csv"]
    paths = [Path(name) for name in names]
    first, second = dt.date(2019, 1, 4), dt.date(2021, 7, 1)
    assert split_states(paths, "name", each=True) == ((first, (paths[0], paths[2])), (second, (paths[1],)))
    with pytest.raises(BadInput, match="2 dates: say --each"):
        split_states(paths, "name", each=False)
    with pytest.raises(BadInput, match="--dated own or name"):
        split_states(paths, first, each=True)


def test_a_folder_of_states_named_by_their_days_is_taken_at_once(tmp_path: Path) -> None:
    folder = tmp_path / "states"
    folder.mkdir()
    for day in STATES:
        write_list(folder, day, STATES[day])
    app = App(Settings(home=tmp_path / "home"))
    results = app.update(["un"], files=[folder], dated="name", each=True)
    assert [r.outcome for r in results] == ["updated"] * 4
    assert [s.valid_from.date().isoformat() for s in app.states("un")] == list(STATES)
