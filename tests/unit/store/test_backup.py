"""All of a register's folder in one file, and back."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from tocsin.app import App
from tocsin.app.jobs import JobAsk, Jobs
from tocsin.errors import BadInput, UnreadableFile
from tocsin.library import make_query
from tocsin.settings import Settings
from tocsin.store.backup import read_backup, write_backup


@pytest.fixture
def home(tmp_path: Path) -> Path:
    app = App(Settings(home=tmp_path / "home"))
    app.ensure_register()
    app.who("Hizbul Mujahideen")
    return app.settings.home


def test_what_is_restored_answers_and_verifies_as_what_was_backed_up(home: Path, tmp_path: Path) -> None:
    made = write_backup(home, tmp_path / "b.tar", code="1")
    assert {"register.db", "audit.db"} < set(made.files)
    assert any(name.startswith("raw/") for name in made.files)
    read_backup(tmp_path / "b.tar", tmp_path / "new")
    old, new = App(Settings(home=home)), App(Settings(home=tmp_path / "new"))
    new.refresh_index()
    assert new.verify_audit() == old.verify_audit()
    assert [s.digest for s in new.states("starter")] == [s.digest for s in old.states("starter")]
    assert new.who("Hizbul Mujahideen") == old.who("Hizbul Mujahideen")


def test_kept_questions_are_found_and_a_jobs_receipt_is_there_after_a_restore(tmp_path: Path) -> None:
    app = App(Settings(home=tmp_path / "home", keep_queries="hashed"))
    app.ensure_register()
    app.who("Hizbul Mujahideen")
    with Jobs(app).receive() as (id, file):
        file.write(b"name\nHafiz Saeed\n")
    Jobs(app).add(id, JobAsk(), label="x", by="test")
    assert Jobs(app).run_next("here")
    write_backup(app.settings.home, tmp_path / "b.tar", code="1")
    read_backup(tmp_path / "b.tar", tmp_path / "new")
    new = App(Settings(home=tmp_path / "new"))
    assert len(new.find_asked(make_query("Hizbul Mujahideen")).questions) == 1
    assert Jobs(new).get_receipt(id) == Jobs(app).get_receipt(id)


def test_a_backup_does_not_take_the_place_of_another_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("mine")
    with pytest.raises(BadInput, match="there already"):
        write_backup(home, tmp_path / "b.tar", code="1")
    assert (tmp_path / "b.tar").read_text() == "mine"


def test_nothing_is_restored_into_a_folder_in_use(home: Path, tmp_path: Path) -> None:
    write_backup(home, tmp_path / "b.tar", code="1")
    with pytest.raises(BadInput, match="not empty"):
        read_backup(tmp_path / "b.tar", home)


@pytest.mark.parametrize("how", ["damaged", "cut", "without list", "strange name", "a link", "no tar"])
def test_what_is_no_whole_backup_is_refused_and_nothing_is_put_in_place(home: Path, tmp_path: Path, how: str) -> None:
    source = tmp_path / "b.tar"
    write_backup(home, source, code="1")
    data = bytearray(source.read_bytes())
    if how == "damaged":
        data[len(data) // 3] ^= 1
    elif how == "cut":
        del data[len(data) // 2:]
    elif how == "no tar":
        data = bytearray(b"something else")
    source.write_bytes(data)
    if how in ("without list", "strange name", "a link"):
        with tarfile.open(source) as old:
            members = [(m, old.extractfile(m).read()) for m in old]  # type: ignore[union-attr]
        with tarfile.open(source, "w") as new:
            for member, content in members:
                if how != "without list" or member.name != "backup.json":
                    new.addfile(member, io.BytesIO(content))
            extra = tarfile.TarInfo("../out.db" if how == "strange name" else "raw/" + "0" * 64 + ".gz")
            if how == "a link":
                extra.type, extra.linkname = tarfile.SYMTYPE, "/etc/hostname"
            if how != "without list":
                new.addfile(extra)
    with pytest.raises(UnreadableFile, match="expected a backup"):
        read_backup(source, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not (tmp_path / "out.db").exists()
