from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from tocsin.errors import ListRefused, UnreadableFile
from tocsin.sources.base import RawFile
from tocsin.sources.files import load_files

MAX = 50_000_000


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def refusal(path: Path, max_bytes: int = MAX) -> str:
    with pytest.raises(ListRefused) as caught:
        load_files([path], max_bytes=max_bytes)
    assert path.name in str(caught.value)
    return caught.value.reason


def test_a_plain_file_comes_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "list.xml"
    path.write_bytes(b"<list/>")
    assert load_files([path], max_bytes=MAX) == (RawFile("list.xml", b"<list/>"),)


def test_a_packed_file_is_unpacked_and_loses_its_suffix_whatever_it_is_called(tmp_path: Path) -> None:
    for name in ("list.xml.gz", "list.xml"):
        (tmp_path / name).write_bytes(gzip.compress(b"<list/>", mtime=0) + gzip.compress(b"<!-- -->"))
        assert load_files([tmp_path / name], max_bytes=MAX) == (RawFile("list.xml", b"<list/><!-- -->"),)


def test_archives_and_folders_give_their_files_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(zipped({"b.csv": b"b", "in/a.csv.gz": gzip.compress(b"a", mtime=0), "in/": b""}))
    assert load_files([tmp_path / "set.zip"], max_bytes=MAX) == (RawFile("b.csv", b"b"), RawFile("a.csv", b"a"))
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("2.csv", "1.csv", ".hidden"):
        (folder / name).write_bytes(name.encode())
    assert [f.name for f in load_files([folder], max_bytes=MAX)] == ["1.csv", "2.csv"]


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name, said in (("missing.xml", "No such file"), ("empty", "no files in it")):
        with pytest.raises(UnreadableFile, match=said) as caught:
            load_files([tmp_path / name], max_bytes=MAX)
        assert name in str(caught.value)


def test_a_file_that_breaks_off_is_refused_as_truncated(tmp_path: Path) -> None:
    (tmp_path / "list.xml.gz").write_bytes(gzip.compress(bytes(range(256)) * 100)[:-20])
    assert refusal(tmp_path / "list.xml.gz") == "truncated"


@pytest.mark.parametrize("data", [b"\x1f\x8b not gzip at all", gzip.compress(b"a", mtime=0) + b"tail"])
def test_a_damaged_packed_file_is_refused_as_malformed(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "list.xml.gz").write_bytes(data)
    assert refusal(tmp_path / "list.xml.gz") == "malformed"


def test_a_file_over_the_limit_is_refused_before_it_is_unpacked_in_full(tmp_path: Path) -> None:
    (tmp_path / "plain.xml").write_bytes(b"x" * 1001)
    (tmp_path / "packed.xml.gz").write_bytes(gzip.compress(b"x" * 1001, mtime=0))
    (tmp_path / "packed.zip").write_bytes(zipped({"a": b"x" * 1001}))
    for name in ("plain.xml", "packed.xml.gz", "packed.zip"):
        assert refusal(tmp_path / name, max_bytes=1000) == "too_large"


def test_several_files_share_one_limit(tmp_path: Path) -> None:
    (tmp_path / "set.zip").write_bytes(zipped({"a": b"x" * 600, "b": b"x" * 600}))
    assert refusal(tmp_path / "set.zip", max_bytes=1000) == "too_large"


@pytest.mark.parametrize("name", ["bomb.gz", "bomb.zip"])
def test_what_packs_better_than_any_list_is_refused(tmp_path: Path, name: str) -> None:
    data = b"\0" * 20_000_000
    (tmp_path / name).write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else zipped({"a": data}))
    assert refusal(tmp_path / name) == "too_large"


def test_packing_in_packing_has_an_end(tmp_path: Path) -> None:
    data = b"x"
    for _ in range(4):
        data = gzip.compress(data, mtime=0)
    (tmp_path / "deep").write_bytes(data)
    assert refusal(tmp_path / "deep") == "malformed"


@pytest.mark.parametrize("member", ["../up.xml", "/etc/list.xml", "a/../../b", "..\\up.xml", "C:\\list.xml"])
def test_an_archive_with_a_path_that_leads_out_is_refused(tmp_path: Path, member: str) -> None:
    (tmp_path / "set.zip").write_bytes(zipped({member: b"x"}))
    assert refusal(tmp_path / "set.zip") == "malformed"


def test_links_and_empty_or_broken_archives_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, "target")
    (tmp_path / "empty.zip").write_bytes(zipped({}))
    (tmp_path / "broken.zip").write_bytes(zipped({"a": b"abc" * 100})[:-30])
    (tmp_path / "none.zip").write_bytes(b"PK\x03\x04")
    for name in ("link.zip", "empty.zip", "broken.zip", "none.zip"):
        assert refusal(tmp_path / name) == "malformed"
