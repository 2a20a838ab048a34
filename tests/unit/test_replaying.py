"""Receipts that are replayed after the register, the desk or the audit have changed: confirmed, or the difference explained."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec import structs

from tocsin.app import App, build
from tocsin.errors import BadInput, Tampered
from tocsin.library import Tocsin, make_query
from tocsin.model.receipt import Receipt
from tocsin.registry.review import Order
from tocsin.screen import read_rows
from tocsin.settings import Settings

MAP = (
    "list: {title: Own list, authority: XX, plausible: [1, 9], shrink_limit: 1}\n"
    "fields: {reference: ref, kind: person, names: [{path: name, role: primary}]}\n"
)
OMAR = make_query("Omar Testpur")
LAKHVI = make_query("Zakiur Rehman Lakhwi", born="1960", country="pk")
ONE, OTHER = "hizbul-mujahideen", "lashkar-e-tayyiba"
SetList = Callable[..., App]


@pytest.fixture
def app(settings: Settings) -> App:
    made = build(settings)
    made.ensure_register()
    return made


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


def get_receipt(found: object) -> Receipt:
    receipt = getattr(found, "receipt", None)
    assert isinstance(receipt, Receipt)
    return receipt


def test_an_answer_of_lists_that_have_changed_since_is_confirmed_by_the_lists_of_then(set_list: SetList) -> None:
    app = set_list(a="Omar Testpur", b="Ella Thorsen")
    listed = get_receipt(app.match(OMAR))
    app = set_list(b="Ella Thorsen")
    delisted = get_receipt(app.match(OMAR))
    set_list(a="Omar Testpur", c="Somebody Else")
    assert (listed.outcome.hits, delisted.outcome.hits) == (1, 0)
    for receipt in (listed, delisted):
        found = app.replay(receipt, asked=[(OMAR, None)])
        assert (found.verdict, found.remarks) == ("confirmed", ())
        assert found.now.register == receipt.basis.register != app.index().register


def test_a_question_of_another_day_is_replayed_as_the_register_knew_that_day_then(app: App) -> None:
    today = dt.datetime.now(dt.UTC).date()
    receipt = get_receipt(app.at(today, today).match(LAKHVI))
    assert receipt.valid_at is not None
    assert app.replay(receipt, asked=[(LAKHVI, None)]).verdict == "confirmed"


def test_who_lists_a_subject_is_confirmed(app: App) -> None:
    receipt = app.ask_who("Hizbul Mujahideen").receipt
    assert receipt.outcome.hits > 0
    assert app.replay(receipt, asked=[(make_query("Hizbul Mujahideen"), None)]).verdict == "confirmed"


def test_the_scorer_of_then_is_asked(app: App) -> None:
    older = build(structs.replace(app.settings, engine="2026.0"))
    receipt = get_receipt(older.match(LAKHVI, threshold=0.4))
    found = app.replay(receipt, asked=[(LAKHVI, None)])
    assert (found.verdict, found.now.engine) == ("confirmed", "2026.0")
    assert app.index().engine != "2026.0"


def test_decisions_are_applied_as_they_stood_then(app: App) -> None:
    before = get_receipt(app.match(LAKHVI))
    number = app.decide_hit(LAKHVI, "QDi.264", "false_match", author="A", ground="seen").number
    decided = get_receipt(app.match(LAKHVI))
    without = get_receipt(app.match(LAKHVI, decisions=False))
    together = app.match_many([LAKHVI, OMAR]).receipt
    app.withdraw_hit_decision(number, author="B", ground="wrong")
    assert [s.decision for a in decided.outcome.answers for s in a.suppressed] == [number]
    for receipt in (before, decided, without):
        found = app.replay(receipt, asked=[(LAKHVI, None)])
        assert (found.verdict, found.remarks) == ("confirmed", ())
    assert app.replay(together, asked=[(LAKHVI, None), (OMAR, None)]).verdict == "confirmed"


def test_decisions_on_rows_are_applied_as_they_stood_then(app: App, tmp_path: Path) -> None:
    path, receipts = tmp_path / "people.csv", list[Receipt]()
    path.write_text("id,name,born,country\n4711,Zakiur Rehman Lakhwi,1960,pk\n4712,Zakiur Rehman Lakhwi,1960,pk\n")
    number = app.decide_hit(LAKHVI, "QDi.264", "false_match", author="A", ground="seen", reference="4711").number
    with path.open() as file:
        list(Tocsin(app).screen(csv.DictReader(file), receipt=receipts.append))
    app.withdraw_hit_decision(number, author="B", ground="wrong")
    app.decide_hit(LAKHVI, "QDi.264", "false_match", author="A", ground="seen", reference="4712")
    assert (receipts[0].outcome.hits, receipts[0].outcome.suppressed) == (1, 1)
    assert app.replay(receipts[0], rows=lambda: read_rows(str(path))).verdict == "confirmed"


def test_decisions_that_are_not_on_this_desk_are_told(app: App, tmp_path: Path) -> None:
    app.decide_hit(LAKHVI, "QDi.264", "false_match", author="A", ground="seen")
    receipt = get_receipt(app.match(LAKHVI))
    other = build(Settings(home=tmp_path / "other"))
    other.ensure_register()
    found = other.replay(receipt, asked=[(LAKHVI, None)])
    assert (found.verdict, found.vouched) == ("differs", False)
    assert "hit_new" in {r.code for r in found.differences}
    assert "decisions" in {r.code for r in found.remarks}


def test_subjects_that_are_joined_otherwise_since_then_are_said_to_be(app: App) -> None:
    asked = make_query("Lashkar-e-Tayyiba"), None
    moved, unmoved = get_receipt(app.match(asked[0])), get_receipt(app.match(LAKHVI))
    app.decide([Order(kind="same", one=ONE, other=OTHER, author="A", ground="test")])
    found = app.replay(moved, asked=[asked])
    assert found.verdict == "differs"
    assert [r.code for r in found.remarks] == ["joined"]
    assert {r.code for r in found.differences} >= {"hit_gone", "hit_new"}
    found = app.replay(unmoved, asked=[(LAKHVI, None)])
    assert (found.verdict, [r.code for r in found.remarks]) == ("confirmed", ["joined"])


def test_a_state_that_cannot_be_had_is_not_confirmed(set_list: SetList, tmp_path: Path) -> None:
    receipt = get_receipt(set_list(a="Omar Testpur").match(OMAR))
    other = build(Settings(home=tmp_path / "other"))
    other.ensure_register()
    found = other.replay(receipt, asked=[(OMAR, None)])
    assert (found.verdict, [r.code for r in found.remarks]) == ("not_reproducible", ["register"])
    assert [r.code for r in found.differences][:1] == ["hit_gone"]


def test_without_its_audit_a_receipt_is_replayed_and_said_not_to_be_vouched_for(app: App) -> None:
    receipt = get_receipt(app.match(LAKHVI))
    app.settings.audit.unlink()
    found = app.replay(receipt, asked=[(LAKHVI, None)])
    assert (found.verdict, found.vouched) == ("confirmed", False)


def test_a_receipt_of_another_line_and_one_without_a_line_are_found_out(app: App) -> None:
    first, second = get_receipt(app.match(LAKHVI)), get_receipt(app.match(OMAR))
    assert first.audit is not None
    assert second.audit is not None
    for changed in (
        structs.replace(first, audit=second.audit), structs.replace(first, audit=None), structs.replace(first, id=second.id),
        structs.replace(first, audit=structs.replace(first.audit, number=1)),
        structs.replace(first, audit=structs.replace(first.audit, number=2**53)),
    ):
        with pytest.raises(Tampered):
            app.replay(changed, asked=[(LAKHVI, None)])


def test_a_replay_leaves_one_line_without_what_was_asked_and_no_question(app: App) -> None:
    receipt = get_receipt(app.match(LAKHVI))
    before = app.verify_audit()
    app.replay(receipt, asked=[(LAKHVI, None)])
    (line,) = app.read_audit_page(limit=app.verify_audit() - before)
    assert (line.action, line.details["receipt"], line.details["verdict"]) == ("replay", receipt.id, "confirmed")
    assert "Lakhwi" not in str(line)


def test_the_wrong_sort_of_question_is_refused(app: App) -> None:
    receipt = get_receipt(app.match(LAKHVI))
    with pytest.raises(BadInput, match="expected that"):
        app.replay(receipt, rows=lambda: iter(()))
    with pytest.raises(BadInput, match="not kept here"):
        app.replay(receipt)


def test_a_receipt_does_not_tell_who_was_asked_about(app: App) -> None:
    """Not even by trying names: the digest is over the salt too, and the audit does not have that."""
    first, again = get_receipt(app.match(LAKHVI)), get_receipt(app.match(LAKHVI))
    assert first.question != again.question
    assert first.salt not in str(list(app.read_audit()))
