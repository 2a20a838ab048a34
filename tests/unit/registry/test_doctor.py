"""The doctor over whole registers: what is sound is for information only, each damage is found and none raises."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import NotFound
from tocsin.registry import installation
from tocsin.registry.doctor import Report, examine
from tocsin.registry.watch import Finding
from tocsin.settings import Settings

LINES = "\n".join(f"A.{n} Amina{chr(97 + n)} Testova" for n in range(6))
FIRST = f"date 2026-02-27\n{LINES}"


def look(register: Any, *keys: str) -> Report:
    return examine(
        register.settings, keys, find_register=register._find_register, now=register.now, progress=lambda *_: None
    )


def worse(report: Report) -> dict[str, Finding]:
    return {f.rule: f for f in report.findings if f.severity != "info"}


def test_a_sound_register_gives_only_information(register: Any) -> None:
    register.update(FIRST)
    report = look(register)
    assert report.is_well
    assert {f.rule for f in report.findings} >= {
        "rhythm", "installation.audit", "installation.database", "installation.index", "installation.raw", "installation.space",
        "installation.kernel",
    }
    assert [(r.list_key, r.states, r.changed_on) for r in report.rhythms] == [("un", 1, dt.date(2026, 2, 27))]


def expect_a_file(register: Any) -> None:
    """Skip on a server: what is done to the database here is done to a file."""
    if not isinstance(register.settings.database, Path):
        pytest.skip("the database is a server's, not a file to write into")


def test_without_a_register_the_next_step_is_told(register: Any) -> None:
    (found,) = worse(look(register)).values()
    assert (found.rule, found.severity) == ("installation.database", "error")
    assert "tocsin update" in found.next


def test_lists_are_chosen_and_an_unknown_or_absent_one_is_an_error(register: Any) -> None:
    register.update(FIRST)
    assert [r.list_key for r in look(register, "un", "un").rhythms] == ["un"]
    with pytest.raises(NotFound, match="No list is called"):
        look(register, "nu")
    with pytest.raises(NotFound, match="no state was taken"):
        look(register, "eu_fsf")


def test_an_update_notes_what_is_odd_and_takes_the_state_all_the_same(register: Any) -> None:
    register.update(FIRST)
    result = register.update(FIRST.replace("02-27", "02-28").replace("Aminaa", "AmÃ©lie"))
    assert result.outcome == "updated"
    (note,) = [note for note in result.notes if "text.mojibake" in note]
    assert "A.0" in note
    assert "lie" not in note.replace("listings", "")
    found = worse(look(register))["text.mojibake"]
    assert (found.list_key, found.refs, found.fields) == ("un", ("A.0",), ("NAME",))


def test_renumbering_is_told_for_some_states_unless_it_was_mended(register: Any) -> None:
    day = iter(range(1, 28))

    def take(text: str) -> None:
        register.update(f"date 2026-02-{next(day):02}\n{text}", accept=True)

    take(LINES)
    take(LINES.replace("A.", "B."))
    assert worse(look(register))["reference.renumbered"].count == 6
    take(LINES.replace("A.", "B.").replace("Aminaf", "Aminax"))
    later = worse(look(register))["reference.renumbered"]
    assert later.count == 5
    assert "Since the state of 2026-02-01" in later.seen
    take(LINES)
    assert "reference.renumbered" not in {f.rule for f in look(register).findings if "Since" in f.seen}


def test_a_shrunk_list_and_new_unread_elements_are_told(register: Any) -> None:
    expect_a_file(register)
    register.update(FIRST)
    register.update("date 2026-02-28\nA.1 Aminab Testova", accept=True)
    assert worse(look(register))["shrunk.step"].count == 5
    with sqlite3.connect(register.settings.database) as db:
        db.execute("UPDATE snapshot SET unread = '[]' WHERE id = 1")
    db.close()
    assert worse(look(register))["unread.new"].fields == ("REST",)


def test_a_stale_list_is_told(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.registry.lists.find_sources", lambda: {"un": register.source})
    register.update(FIRST)
    register.now += dt.timedelta(days=30)
    assert worse(look(register))["rhythm.stale"].list_key == "un"


def test_a_damaged_database_is_a_finding(register: Any) -> None:
    expect_a_file(register)
    register.update(FIRST)
    path: Path = register.settings.database
    raw = bytearray(path.read_bytes())
    for suffix in ("-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    path.write_bytes(raw[:len(raw) // 2])
    found = worse(look(register))["installation.database"]
    assert found.severity == "error"
    assert "backup" in found.next


def test_a_database_of_a_newer_version_is_a_finding(register: Any) -> None:
    expect_a_file(register)
    register.update(FIRST)
    with sqlite3.connect(register.settings.database) as db:
        db.execute("UPDATE alembic_version SET version_num = 'r9999'")
    db.close()
    assert "newer version" in worse(look(register))["installation.database"].seen


def test_an_index_that_is_missing_lags_or_is_damaged_is_a_finding(register: Any) -> None:
    register.update(FIRST)
    current = register.settings.index / "current"
    lagging = examine(
        register.settings, (), find_register=lambda: "0" * 16, now=register.now, progress=lambda *_: None
    )
    assert worse(lagging)["installation.index"].severity == "warning"
    folder = register.settings.index / current.read_text("ascii").strip()
    victim = max((p for p in folder.iterdir() if p.is_file() and p.suffix != ".json"), key=lambda p: p.stat().st_size)
    whole = victim.read_bytes()
    victim.write_bytes(whole[:-1])
    assert worse(examine(
        register.settings, (), find_register=lambda: None, now=register.now, progress=lambda *_: None
    ))["installation.index"].severity == "error"
    victim.write_bytes(whole)
    assert look(register).is_well
    current.unlink()
    assert worse(look(register))["installation.index"].severity == "error"


def test_a_tampered_audit_is_a_finding(register: Any) -> None:
    register.update(FIRST)
    with sqlite3.connect(register.settings.audit) as db:
        db.execute("DROP TRIGGER audit_no_update")
        db.execute("UPDATE audit SET actor = 'nobody'")
    db.close()
    assert "line 1" in worse(look(register))["installation.audit"].seen


def test_raw_files_are_needed_for_the_state_in_force_and_may_be_deleted_for_others(register: Any) -> None:
    first = register.update(FIRST).digest
    second = register.update(FIRST.replace("02-27", "02-28").replace("Aminaa", "Aminax")).digest
    (register.settings.raw / f"{first}.gz").unlink()
    report = look(register)
    assert report.is_well
    assert "retention" in next(f.next for f in report.findings if f.rule == "installation.raw")
    (register.settings.raw / f"{second}.gz").write_bytes(b"no list")
    assert worse(look(register))["installation.raw"].severity == "error"
    (register.settings.raw / f"{second}.gz").unlink()
    assert worse(look(register))["installation.raw"].severity == "warning"


@pytest.mark.parametrize(("free", "severity"), [(10**12, "info"), (0, "error")])
def test_too_little_room_for_an_update_is_told(register: Any, free: int, severity: str) -> None:
    register.update(FIRST)
    (found,) = installation.check_space(register.settings, free=lambda _: free)
    assert found.severity == severity


def test_plain_python_in_place_of_the_kernel_is_for_information(register: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    register.update(FIRST)
    monkeypatch.setattr(installation, "find_kernel", lambda: None)
    report = look(register)
    assert report.is_well
    assert any("plain Python" in f.seen for f in report.findings)


def test_an_imported_list_is_looked_over_too(tmp_path: Path) -> None:
    from tocsin.app import build

    (tmp_path / "own.csv").write_text("ref,name\n1,Omar Testpur\n2,Amina Testova\n")
    (tmp_path / "map.yaml").write_text(
        "list: {title: Own list, authority: XX, plausible: [1, 9]}\n"
        "fields: {reference: ref, kind: person, names: [{path: name, role: primary}]}\n"
    )
    app = build(Settings(home=tmp_path / "home"))
    taken = app.import_list([tmp_path / "own.csv"], "own", map_file=tmp_path / "map.yaml")
    assert taken.outcome == "updated", taken.message
    assert [r.list_key for r in app.doctor(["own"]).rhythms] == ["own"]
    with pytest.raises(NotFound, match="did you mean 'own'"):
        app.doctor(["owm"])
