"""The index is one state or another, never half of one, and says when it cannot be used."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from tocsin.errors import NotFound, StoreFailed
from tocsin.match import build_index, open_index
from tocsin.match.index import FORMAT
from tocsin.model import Entity, Query

SOMEONE = Query(names=("Zaki-ur-Rehman Lakhvari",))


def test_there_is_no_index_before_the_first_build(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="tocsin update"):
        open_index(tmp_path)


def test_a_reader_keeps_its_state_while_another_is_built(tmp_path: Path, index_entities: tuple[Entity, ...]) -> None:
    build_index(index_entities, tmp_path, register="one")
    reader = open_index(tmp_path)
    build_index(index_entities[1:], tmp_path, register="two")
    assert reader.find_hits(SOMEONE, threshold=0.7, limit=1) != ()
    assert open_index(tmp_path).find_hits(SOMEONE, threshold=0.7, limit=1) == ()
    assert open_index(tmp_path).register == "two"


def test_an_empty_register_finds_nobody(tmp_path: Path) -> None:
    build_index((), tmp_path, register="none")
    index = open_index(tmp_path)
    assert len(index) == 0
    assert index.find_hits(SOMEONE, threshold=0.0, limit=5) == ()


def test_a_damaged_file_is_named(tmp_path: Path, index_entities: tuple[Entity, ...]) -> None:
    folder = build_index(index_entities, tmp_path, register="one")
    (folder / "names.text.data").write_bytes(b"short")
    with pytest.raises(StoreFailed, match=r"names\.text\.data is damaged"):
        open_index(tmp_path)


def test_a_file_of_the_right_size_with_other_bytes_is_refused(
    tmp_path: Path, index_entities: tuple[Entity, ...]
) -> None:
    folder = build_index(index_entities, tmp_path, register="one")
    data = bytearray((folder / "words.data").read_bytes())
    data[len(data) // 2] ^= 1
    (folder / "words.data").write_bytes(data)
    with pytest.raises(StoreFailed, match=r"words\.data is damaged: its checksum"):
        open_index(tmp_path)


def test_an_index_of_another_version_is_refused(tmp_path: Path, index_entities: tuple[Entity, ...]) -> None:
    folder = build_index(index_entities, tmp_path, register="one")
    meta = folder / "meta.json"
    meta.write_text(meta.read_text().replace(f'"format":{FORMAT}', '"format":999'))
    with pytest.raises(StoreFailed, match="another version"):
        open_index(tmp_path)


def test_a_full_disk_leaves_the_old_index_in_force(
    tmp_path: Path, index_entities: tuple[Entity, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_index(index_entities, tmp_path, register="one")

    def fail(*_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", fail)
        with pytest.raises(StoreFailed, match="The one in force stays"):
            build_index(index_entities, tmp_path, register="two")
    assert open_index(tmp_path).register == "one"
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_the_order_of_entities_does_not_change_the_answer(tmp_path: Path, index_entities: tuple[Entity, ...]) -> None:
    build_index(index_entities, tmp_path / "a", register="a")
    build_index(tuple(reversed(index_entities)), tmp_path / "b", register="b")
    one, other = (open_index(tmp_path / n).find_hits(SOMEONE, threshold=0.0, limit=9) for n in "ab")
    assert one == other
