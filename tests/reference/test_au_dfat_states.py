"""The state of November 2024 of the Australian list is read whole."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing
from tocsin.sources.au_dfat import parse
from tocsin.sources.base import Parsed, RawFile

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def parsed(shared_data: Path) -> Parsed:
    data = (shared_data / "lists/au/au_dfat_regulation8_consolidated_2024-12.xlsx").read_bytes()
    return parse([RawFile("regulation8_consolidated.xlsx", data)])


def find(parsed: Parsed, ref: str) -> Listing:
    return next(listing for listing in parsed.listings if listing.ref == ref)


def test_every_row_is_read_and_nothing_is_left(parsed: Parsed) -> None:
    assert parsed.records == {"rows": 9553, "subjects": 3062}
    assert parsed.unread == ()
    assert parsed.notes == ("2 dates of birth that are no dates, kept as text",)
    assert str(parsed.published_at) == "2024-11-11 01:01:21+00:00"
    assert Counter(x.kind for x in parsed.listings) == {"person": 2316, "organization": 746}
    assert all(x.names[0].role == "primary" and x.measures and x.updated_on for x in parsed.listings)


def test_each_row_is_a_name_of_its_subject(parsed: Parsed) -> None:
    fields = {n.origin.field for x in parsed.listings for n in x.names}
    assert len(fields) > 9_400  # the rest repeat a name of their own subject


def test_all_citizenships_but_one_and_all_dates_but_two_are_understood(parsed: Parsed) -> None:
    countries = [c for x in parsed.listings for c in x.countries]
    births = [b for x in parsed.listings for b in x.births]
    assert [c.text for c in countries if c.code is None] == ["Kuwaiti citizenship withdrawn in 2002"]
    assert len(births) == 2575
    assert all(1900 < b.span.first.year < 2010 for b in births)


def test_facts_checked_by_hand(parsed: Parsed) -> None:
    akhund = find(parsed, "2")
    assert [(n.script, n.role) for n in akhund.names[:2]] == [("Latn", "primary"), ("Arab", "original_script")]
    assert [str(b.span) for b in akhund.births] == ["1955~/1958~", "1945~/1950~"]
    assert (str(akhund.listed_on), akhund.measures[0].programme) == ("2001-01-25", "1988 (Taliban)")
    assert [str(d) for d in akhund.updated_on] == ["2005-12-20", "2007-07-09", "2007-09-21", "2011-11-29", "2014-12-15"]
    assert [(i.kind, i.number) for i in find(parsed, "3081").identifiers] == [("un_ref", "QDi.348"), ("passport", "W344982")]
    assert len(find(parsed, "2940").names) == 11


def test_error_pages_and_other_lists_are_refused(shared_data: Path) -> None:
    for path in [*(shared_data / "lists/bad_downloads").iterdir(), shared_data / "lists/ae/ae_local_terrorist_list_2025-08.csv"]:
        with pytest.raises(ListRefused):
            parse([RawFile("list.xlsx", path.read_bytes())])
