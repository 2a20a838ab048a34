from __future__ import annotations

import errno
import gzip
import os
from pathlib import Path

import pytest

from tocsin.errors import NotFound, StoreFailed
from tocsin.store import raw
from tocsin.store.raw import describe_raw, digest_files, keep_raw, load_raw


def test_bytes_are_kept_once_under_their_digest_and_read_back(tmp_path: Path) -> None:
    kept = keep_raw(tmp_path / "raw", "list.xml", b"<list/>")
    assert keep_raw(tmp_path / "raw", "other.xml", b"<list/>").digest == kept.digest
    assert [p.name for p in (tmp_path / "raw").iterdir()] == [f"{kept.digest}.gz"]
    assert load_raw(tmp_path / "raw", kept.digest) == b"<list/>"
    assert kept == describe_raw("list.xml", b"<list/>")


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(raw.os, "fsync", full)
    with pytest.raises(StoreFailed, match="No space left"):
        keep_raw(tmp_path, "list.xml", b"<list/>")
    assert list(tmp_path.iterdir()) == []


def test_damaged_and_missing_bytes_are_told_apart(tmp_path: Path) -> None:
    digest = describe_raw("a", b"a").digest
    with pytest.raises(NotFound):
        load_raw(tmp_path, digest)
    (tmp_path / f"{digest}.gz").write_bytes(gzip.compress(b"other"))
    with pytest.raises(StoreFailed, match="another digest"):
        load_raw(tmp_path, digest)
    (tmp_path / f"{digest}.gz").write_bytes(gzip.compress(b"other")[:8])
    with pytest.raises(StoreFailed, match="unpacked"):
        load_raw(tmp_path, digest)


def test_one_files_digest_is_that_of_its_bytes_and_several_do_not_depend_on_order() -> None:
    a, b = describe_raw("a", b"a"), describe_raw("b", b"b")
    assert digest_files((a,)) == a.digest
    assert digest_files((a, b)) == digest_files((b, a)) != a.digest
