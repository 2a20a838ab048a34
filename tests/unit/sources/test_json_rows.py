"""Bytes that are no whole JSON list, and keys that nobody asked for."""

from __future__ import annotations

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import RawFile, Unread
from tocsin.sources.json_rows import MAX_BYTES, Row, Seen, get_one_file, get_rows, read_json


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"<!DOCTYPE html><html>503</html>", "error_page"),
        (b"Service unavailable", "error_page"),
        (b'"text"', "error_page"),
        (b"PK\x03\x04", "malformed"),
        (b"\x1f\x8b\x08", "malformed"),
        (b'[{"a": 1}, {"a', "truncated"),
        (b"[1, 2", "truncated"),
        (b'{"a": }', "malformed"),
        (b'["\xe9"]', "malformed"),
        (b'["\\ud800"]', "malformed"),
        (b"[1e999]", "malformed"),
        (b"[" * 50_000 + b"]" * 50_000, "malformed"),
        (b"\xff\xfe[", "truncated"),
        (b"\xff\xfe\x00\xd8", "malformed"),
        (b" " * (MAX_BYTES + 1), "too_large"),
    ],
)
def test_what_is_no_whole_json_document_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused, match="The list: ") as caught:
        read_json(data, "The list")
    assert caught.value.reason == reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_document_is_read_in_each_encoding(encoding: str) -> None:
    assert read_json(' ["Žé خالد"]\n'.encode(encoding), "The list") == ["Žé خالد"]


@pytest.mark.parametrize(
    ("value", "reason"), [({}, "different_document"), (None, "different_document"), ([], "empty"), ([{}, 1], "malformed")]
)
def test_what_is_no_array_of_records_is_refused(value: object, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        get_rows(value, "The list", where="rows", seen=Seen())
    assert caught.value.reason == reason


@pytest.mark.parametrize(("count", "reason"), [(0, "incomplete"), (2, "different_document")])
def test_a_list_is_one_file(count: int, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        get_one_file([RawFile("x", b"[]")] * count, "The list")
    assert caught.value.reason == reason


def test_keys_that_nobody_asked_for_are_counted_with_their_path() -> None:
    seen = Seen()
    row = Row({"name": " A\n B ", "born": 1965, "shoe": 43, "skip": 1, "inner": [{"x": 1, "y": None}, 2]}, seen)
    assert (row.find_text("name"), row.find_text("born"), row.find_text("gone")) == ("A B", "1965", None)
    (inner,) = row.get_rows("inner")
    assert inner.find_text("x") == "1"
    inner.report_unread(())
    row.report_unread({"skip"})
    assert seen.make_unread() == (
        Unread(path="inner (no object)", count=1), Unread(path="inner/y", count=1), Unread(path="shoe", count=1),
    )


def test_an_object_where_text_is_expected_is_counted() -> None:
    seen = Seen()
    row = Row({"name": {"first": "A"}, "codes": ["US", ["X"]]}, seen)
    assert row.find_text("name") is None
    assert row.get_texts("codes") == ("US",)
    assert [u.path for u in seen.make_unread()] == ["codes (not text)", "name (not text)"]
