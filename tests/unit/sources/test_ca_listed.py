"""The reader of Canada's listed terrorist entities: names in a sentence, what is reported and what is refused."""

from __future__ import annotations

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.ca_listed import parse
from tocsin.sources.ca_names import split_listed

ENTRY = "<title>Test Front</title><id>1</id><published>2015-06-29</published>"


def feed(*entries: str, beside: str = "") -> bytes:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{beside}{inner}</feed>'.encode()


def read(data: bytes) -> Parsed:
    return parse([RawFile("lstd-ntts-eng.xml", data)])


def refusal(data: bytes) -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data)
    return caught.value


def test_the_list_is_found_by_its_key() -> None:
    assert get_source("ca_listed").authority == "CA"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A Front; the B Front and the C Front.", ["A Front", "the B Front", "the C Front"]),
        ("X, World Front Against Jews and Crusaders", ["X", "World Front Against Jews and Crusaders"]),
        ("Call and Combat Group, Group for Call and Combat", ["Call and Combat Group", "Group for Call and Combat"]),
        ("State of Iraq and Syria, State of Iraq and the Levant", ["State of Iraq and Syria", "State of Iraq and the Levant"]),
        ("Manyaki, M.K.Y. and MKU", ["Manyaki", "M.K.Y.", "MKU"]),
        ("Group, Army (Army of the Pure and Righteous)", ["Group", "Army (Army of the Pure and Righteous)"]),
        ("First, and Second Movement", ["First", "Second Movement"]),
        ("", []),
    ],
)
def test_names_of_a_sentence_are_parted_with_care(text: str, names: list[str]) -> None:
    assert list(split_listed(text)) == names


def test_what_the_feed_does_not_have_is_reported() -> None:
    parsed = read(feed(ENTRY + "<category term='x'>y</category>", beside="<author>PS</author><banner>!</banner>"))
    assert parsed.unread == (
        Unread(path="entry/category", count=1), Unread(path="entry/category@term", count=1), Unread(path="feed/banner", count=1),
    )


def test_two_entries_with_one_id_both_stay() -> None:
    parsed = read(feed(ENTRY, ENTRY.replace("Test", "Other")))
    assert ([x.ref for x in parsed.listings], len(parsed.notes)) == (["1", "1/2"], 1)


def test_a_date_that_is_none_is_noted() -> None:
    parsed = read(feed("<title>T</title><id>1</id><published>soon</published><updated>Not yet reviewed</updated>"))
    assert (parsed.listings[0].listed_on, parsed.notes) == (None, ("1 dates in published that could not be read",))


def test_a_date_with_an_hour_is_a_day() -> None:
    assert str(read(feed("<title>T</title><id>1</id><published>2015-06-29T00:00:00-04:00</published>")).listings[0].listed_on) == "2015-06-29"


@pytest.mark.parametrize("entry", ["<id>2</id>", "<title>Other</title>", "<title>-</title><id>2</id>"])
def test_an_entry_without_an_id_or_a_title_is_refused(entry: str) -> None:
    error = refusal(feed(ENTRY, entry))
    assert (error.reason, "entry 2" in str(error), "Other" in str(error)) == ("malformed", True, False)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"), (feed(), "empty"), (b"<html><body/></html>", "error_page"), (b'{"values": []}', "error_page"),
        (b"<data-set><record/></data-set>", "different_document"), (feed(ENTRY)[:-12], "truncated"), (feed("<title>"), "malformed"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + feed(ENTRY), "malformed"),
    ],
)
def test_what_is_not_the_whole_feed_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    assert refusal(data).reason == reason
