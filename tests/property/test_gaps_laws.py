"""Laws of positions, lags and pictures, for any listings of any dates."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from tocsin.model import Entity, Listing, Measure, Name, Origin, PartialDate
from tocsin.registry.derived import Rules
from tocsin.registry.gap_picture import WIDTH, draw_gap, make_scale
from tocsin.registry.gap_values import Gap
from tocsin.registry.positions import Past, find_lags, make_positions
from tocsin.registry.regimes import REGIMES

AUTHORITIES = ("EU", "IN", "UN", "US")
KEYS = {"EU": "eu_fsf", "IN": "in_uapa", "UN": "un", "US": "us_ofac"}
PROGRAMMES = {"EU": ("TERR", "SYR"), "IN": ("UAPA-I",), "UN": ("Taliban", "Iran"), "US": ("FTO", "SDGT", "SDNTK", "NEW")}
DATES = st.one_of(
    st.none(), st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)).map(PartialDate.of),
    st.integers(1990, 2030).map(lambda year: PartialDate(year=year)),
    st.builds(PartialDate, year=st.integers(1990, 2030), month=st.integers(1, 12)),
)


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    authority = draw(st.sampled_from(AUTHORITIES))
    programmes = draw(st.lists(st.sampled_from(PROGRAMMES[authority]), min_size=1, unique=True))
    name = Name(
        text=draw(st.text(min_size=1)), role="primary", quality="strong", script="Latn", origin=Origin(field="NAME")
    )
    return Listing(
        list_key=KEYS[authority], authority=authority, ref=draw(st.text(min_size=1)), kind="organization", names=(name,),
        listed_on=draw(DATES), measures=tuple(Measure(programme=p, origin=Origin(field="P")) for p in programmes),
    )


@st.composite
def gaps(draw: st.DrawFn) -> Gap:
    found = draw(st.lists(listings(), min_size=1, max_size=5))
    ended = draw(st.lists(st.builds(Past, listing=listings(), until=st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1))), max_size=2))
    entity = Entity(id="s", caption=found[0].caption, kind="organization", listings=tuple(found))
    regime = draw(st.none() | st.sampled_from(REGIMES))
    positions = make_positions(entity, AUTHORITIES, rules=Rules(), regime=regime, pasts=ended)
    return Gap(subject="s", caption=entity.caption, kind="organization", positions=positions, lags=find_lags(positions))


@given(gaps())
def test_each_authority_has_one_position_that_its_stands_bear_out(gap: Gap) -> None:
    assert tuple(p.authority for p in gap.positions) == AUTHORITIES
    for position in gap.positions:
        statuses = {s.status for s in position.stands}
        assert position.status in statuses or (position.status == "not_listed" and not statuses)
        assert position.since is None or position.since in [s.since for s in position.stands if s.status == position.status]


@given(gaps())
def test_a_lag_is_never_negative_and_is_known_to_the_day_or_between_two(gap: Gap) -> None:
    assert all(0 <= lag.least_days <= lag.most_days for lag in gap.lags)
    assert len({lag.after for lag in gap.lags}) <= 1
    assert all(lag.after != lag.authority for lag in gap.lags)


@given(gaps())
def test_a_picture_is_well_formed_and_nothing_stands_outside_it(gap: Gap) -> None:
    allowed = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
    drawn = draw_gap(gap, make_scale([gap], last=dt.date(2026, 1, 1)), name="p", absent=AUTHORITIES)
    picture = ET.fromstring(allowed.sub("", drawn))
    for bar in picture.findall("rect"):
        start, width = float(bar.get("x", "-1")), float(bar.get("width", "-1"))
        assert 0 <= start <= start + width <= WIDTH
    assert len(picture.findall("text")) >= len(AUTHORITIES)
