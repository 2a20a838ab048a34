"""Laws of the watchdog: nothing that a reader can yield makes it raise, and a good list gives nothing."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.model import (
    KINDS,
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Identifier,
    Listing,
    Measure,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
    Relation,
)
from tocsin.registry.watch import check_change, check_state, tell_warnings
from tocsin.registry.watch_rules import MANY, SEVERITIES
from tocsin.registry.watch_text import find_faults

ORIGIN = Origin(field="FIELD")
ANY = st.text(max_size=30) | st.sampled_from(("Ã©", "A?b", "\ufffd", "12 March 1965", "Pakistan", "0123456", "&amp;", "\\u00e9", ""))
MAYBE = st.none() | ANY
DATES = st.dates(min_value=dt.date(1, 1, 1)).map(PartialDate.of) | st.integers(1, 9999).map(lambda y: PartialDate(year=y))
SPANS = st.tuples(DATES, DATES).map(
    lambda d: DateSpan(first=d[0], last=d[1]) if d[1].latest >= d[0].earliest else DateSpan.at(d[0])
)
BIRTHS = st.builds(DateValue, span=SPANS, origin=st.just(ORIGIN))
PARTS = st.builds(NamePart, kind=st.sampled_from(("given", "family")), text=ANY)
NAMES = st.builds(
    Name, text=ANY, role=st.sampled_from(("primary", "alias", "original_script")), quality=st.just("strong"),
    script=st.just("Latn"), origin=st.just(ORIGIN), parts=st.lists(PARTS, max_size=2).map(tuple),
)
PLACES = st.builds(Place, origin=st.just(ORIGIN), street=MAYBE, city=MAYBE, region=MAYBE, country_text=MAYBE)


def several(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=2).map(tuple)


LISTINGS = st.builds(
    Listing, list_key=st.just("un"), authority=st.sampled_from(("UN", "US")), ref=ANY, kind=st.sampled_from(KINDS),
    names=several(NAMES), births=several(BIRTHS), deaths=several(BIRTHS), birth_places=several(PLACES), addresses=several(PLACES),
    countries=several(st.builds(
        CountryValue, role=st.just("nationality"), text=ANY, origin=st.just(ORIGIN), code=st.sampled_from((None, "fr"))
    )),
    identifiers=several(st.builds(
        Identifier, kind=st.sampled_from(("passport", "website")), number=ANY, origin=st.just(ORIGIN), issued=st.none() | DATES,
        expires=st.none() | DATES,
    )),
    measures=several(st.builds(Measure, programme=ANY, origin=st.just(ORIGIN))),
    facts=several(st.builds(Fact, key=st.sampled_from(("birth_text", "comment")), text=ANY, origin=st.just(ORIGIN))),
    relations=several(st.builds(Relation, kind=ANY, target=ANY, origin=st.just(ORIGIN))),
    listed_on=st.none() | DATES, updated_on=several(DATES),
)
STATES = st.lists(LISTINGS, max_size=6)
MOMENTS = st.datetimes(timezones=st.just(dt.UTC))


@given(before=STATES, after=STATES, moment=MOMENTS)
@settings(max_examples=150)
def test_whatever_listings_hold_nothing_raises_and_findings_are_whole(
    before: list[Listing], after: list[Listing], moment: dt.datetime
) -> None:
    found = (*check_state(after, moment=moment, list_key="un"), *check_change(before, after, list_key="un"))
    for finding in found:
        assert finding.severity in SEVERITIES
        assert finding.seen
        assert finding.next
        assert finding.count > 0
        assert len(finding.refs) <= MANY
        assert set(finding.refs) <= {x.ref for x in (*before, *after)}
    assert all(isinstance(note, str) for note in tell_warnings(before, after, moment=moment))


@given(state=STATES, moment=MOMENTS)
def test_the_order_of_listings_does_not_matter_but_for_which_twin_is_named(state: list[Listing], moment: dt.datetime) -> None:
    def told(listings: list[Listing]) -> set[tuple[str, str, int]]:
        return {(f.rule, f.severity, f.count) for f in check_state(listings, moment=moment) if f.rule[:6] not in ("refere", "record")}

    assert told(state) == told(state[::-1])


@given(state=STATES)
def test_a_state_beside_itself_gives_nothing(state: list[Listing]) -> None:
    unique = list({(x.authority, x.ref): x for x in state}.values())
    assert check_change(unique, unique) == ()
    assert check_change(unique, unique[::-1]) == ()


@given(word=st.from_regex(r"[A-Za-z]{1,8}[àáâäãåæçèéêëìíîïñòóôöõøùúûüýÿšžœ][a-z]{0,8}", fullmatch=True))
def test_a_latin_word_is_good_and_misread_is_mojibake(word: str) -> None:
    assert list(find_faults(word)) == []
    assert "text.mojibake" in list(find_faults(word.encode().decode("latin-1")))


@given(word=st.text(st.sampled_from("абвгдежзийклмнопрстуфхцчшщъыьэюяіїєґў"), min_size=3, max_size=12))
def test_a_cyrillic_word_is_good_and_misread_is_mojibake(word: str) -> None:
    assert list(find_faults(word)) == []
    misread = word.encode().decode("cp1251", "replace")
    if "\ufffd" not in misread:
        assert "text.mojibake" in list(find_faults(misread))


@given(names=st.lists(st.sampled_from(("Amina", "Boris", "Çiğdem", "Дмитрий", "محمد", "金正恩")), min_size=1, max_size=40))
def test_a_good_list_gives_nothing_worse_than_information(names: list[str]) -> None:
    listings = [
        Listing(list_key="un", authority="UN", ref=f"A.{n}", kind="person", listed_on=PartialDate(year=2010),
                names=(Name(text=name, role="primary", quality="strong", script="Latn", origin=ORIGIN),),
                births=(DateValue(span=DateSpan.at(PartialDate(year=1900 + n)), origin=ORIGIN),))
        for n, name in enumerate(names)
    ]
    assert check_state(listings, moment=dt.datetime(2026, 1, 1, tzinfo=dt.UTC)) == ()
