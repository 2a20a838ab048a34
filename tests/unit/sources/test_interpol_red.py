"""INTERPOL's red notices: no designations, told so; answers of both kinds, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, Unread, get_source
from tocsin.sources.interpol_red import IGNORED, NATURE

NOTICE = {"entity_id": "2099/1", "name": "EXEMPLAR", "forename": "OMAR", "date_of_birth": "1970/01/02", "nationalities": ["SY"]}


def read(*documents: Any) -> Parsed:
    return get_source("interpol_red").parse([RawFile("x.json", json.dumps(d).encode()) for d in documents])


def page(*notices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"total": len(notices), "query": {}, "_embedded": {"notices": list(notices)}, "_links": {}, **more}


def test_each_listing_says_that_it_is_no_designation() -> None:
    (listing,) = read(NOTICE).listings
    assert (listing.facts[0].key, listing.facts[0].text) == ("nature", NATURE)
    assert "no designation" in listing.measures[0].programme
    assert "no designations" in get_source("interpol_red").title
    assert all(IGNORED.values())


@pytest.mark.parametrize("document", [NOTICE, [NOTICE], page(NOTICE), [page(NOTICE), NOTICE]])
def test_answers_of_both_kinds_and_arrays_of_them_are_read(document: Any) -> None:
    assert [x.ref for x in read(document).listings] == ["2099/1"]


def test_the_fullest_answer_about_a_notice_is_read() -> None:
    full = {**NOTICE, "arrest_warrants": [], "sex_id": "F"}
    for documents in ((page(NOTICE), full), (full, page(NOTICE))):
        parsed = read(*documents)
        assert parsed.listings[0].gender == "female"
        assert parsed.notes == ()


@pytest.mark.parametrize(
    ("forename", "name", "text"),
    [("OMAR", "EXEMPLAR", "OMAR EXEMPLAR"), (None, "EXEMPLAR", "EXEMPLAR"), ("-", "EXEMPLAR", "EXEMPLAR"), ("OMAR", None, "OMAR")],
)
def test_a_dash_is_no_name(forename: str | None, name: str | None, text: str) -> None:
    assert read({**NOTICE, "forename": forename, "name": name}).listings[0].caption == text


@pytest.mark.parametrize(
    ("text", "births", "facts"),
    [("1970/01/02", ["1970-01-02"], []), ("1972", ["1972"], []), ("1970/13/02", [], ["1970/13/02"]), (None, [], [])],
)
def test_dates_of_birth_may_be_partial(text: str | None, births: list[str], facts: list[str]) -> None:
    (listing,) = read({**NOTICE, "date_of_birth": text}).listings
    assert [str(b.span) for b in listing.births] == births
    assert [f.text for f in listing.facts if f.key == "birth_text"] == facts


@pytest.mark.parametrize(("height", "facts"), [(1.68, ["1.68"]), (0, []), (0.0, []), (None, [])])
def test_a_height_of_nought_is_none(height: float | None, facts: list[str]) -> None:
    assert [f.text for f in read({**NOTICE, "height": height}).listings[0].facts if f.key == "height_m"] == facts


def test_summaries_and_short_pages_are_noted() -> None:
    assert read(page(NOTICE, total=7)).notes == (
        "1 notices of which only the summary was given, without warrants", "1 pages with fewer notices than their query found",
    )  # fmt: skip


def test_new_keys_and_codes_are_reported() -> None:
    parsed = read(page({**NOTICE, "sex_id": "Q", "shoe": 43, "arrest_warrants": [{"charge": "x", "judge": "y"}]}, more=1))
    assert parsed.unread == (
        Unread(path="arrest_warrants/judge", count=1), Unread(path="more", count=1), Unread(path="sex_id (unknown code)", count=1),
        Unread(path="shoe", count=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "different_document"),
        ([1], "different_document"),
        ({"_embedded": {"notices": [1]}}, "different_document"),
        ({"_embedded": {"images": []}}, "different_document"),
        ([], "empty"),
        (page(), "empty"),
        ({**NOTICE, "entity_id": "x"}, "malformed"),
        ({**NOTICE, "entity_id": 7}, "malformed"),
        ({**NOTICE, "name": None, "forename": "-"}, "malformed"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_reason(document: Any, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read(document)
    assert caught.value.reason == reason
    assert "EXEMPLAR" not in str(caught.value)


@pytest.mark.parametrize(("data", "reason"), [(b"", "empty"), (b"<html>403</html>", "error_page"), (b'{"total": 1', "truncated")])
def test_bad_bytes_are_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        get_source("interpol_red").parse([RawFile("x.json", data)])
    assert caught.value.reason == reason
