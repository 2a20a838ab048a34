"""The page on gaps: whole, safe, self-contained, and told in words too."""

from __future__ import annotations

import datetime as dt
import re
import xml.etree.ElementTree as ET

import msgspec
import pytest

from tocsin.model import Basis, PartialDate
from tocsin.registry.aliases import AliasGap
from tocsin.registry.gap_picture import draw_gap, make_scale
from tocsin.registry.gap_report import write_report
from tocsin.registry.gap_values import Alike, Cell, Gap, Gaps, ListUsed, MatrixRow, Question
from tocsin.registry.gap_words import tell_lag, tell_question
from tocsin.registry.positions import Lag, Position, Stand

EVIL = '</style><script src="https://evil.example/x.js">alert(1)</script><img src=x onerror=alert(1)>"\'&'


def make_gap(caption: str = "Lantern Front") -> Gap:
    return Gap(
        subject="s", caption=caption, kind="organization", lags=(Lag(authority="EU", after="US", least_days=3, most_days=368),),
        alike=(Alike(authority="UN", list_key="un", ref="QDe.1", caption=caption, score=0.91),),
        positions=(
            Position(authority="EU", status="listed", stands=(Stand(status="listed", list_key="eu_fsf", ref=caption, since=PartialDate(year=2018)),)),
            Position(authority="IN", status="derived", stands=(Stand(status="derived", list_key="in_uapa", derived_from="un:1", note="covered by reference"),)),
            Position(authority="UN", status="not_listed"),
            Position(authority="US", status="listed", stands=(
                Stand(status="listed", list_key="us_ofac", ref="1", since=PartialDate(year=2017, month=8, day=17), since_from="starter"),
                Stand(status="ended", list_key="us_fto", ref="2", until=dt.date(2020, 1, 1)),
            )),
        ),
    )


def make_gaps(caption: str = "Lantern Front", *, count: int = 1) -> Gaps:
    alias = AliasGap(
        subject="s", caption=caption, kind="organization", authority="US", list_key="us_ofac", ref="1", name=caption,
        role="alias", quality="weak", other="UN", other_refs=("QDe.1",), nearest=None, score=0.0,
    )
    return Gaps(
        basis=Basis(register="r", code="0", name_data="n", engine="e", threshold=0.7), as_of=dt.date(2026, 1, 1), known_on=None,
        question=Question(listed_by=("US", "EU"), not_by=("UN",), regime="terrorism", aliases=True, threshold=0.7),
        authorities=("EU", "IN", "UN", "US"), lists=(ListUsed(list_key="un", authority="UN", listings=3, state_of=None),),
        subjects=(make_gap(caption),) * count, aliases=(alias,), undated=0, unmapped=(), notes=(caption,),
        matrix=(MatrixRow(authority="US", cells=(Cell(authority="US", listed=1234, derived=0), Cell(authority="IN", listed=1, derived=88))),),
    )


def test_nothing_that_a_list_says_becomes_markup() -> None:
    page = write_report(make_gaps(EVIL))
    assert re.findall(r"<(?:script|img|link|iframe|object)\b", page) == []
    assert page.count("</style>") == 1
    assert "&lt;script" in page


def test_the_page_fetches_and_runs_nothing() -> None:
    page = write_report(make_gaps())
    assert "default-src 'none'" in page
    assert re.findall(r"(?:src|url\(|@import|https?:)", page.replace("default-src", "").replace("style-src", "")) == []
    assert re.findall(r'href="(?!#)', page) == []


def test_the_page_is_well_formed_and_its_links_lead_somewhere() -> None:
    page = write_report(make_gaps(count=2))
    body = page[page.index("<body>"):page.index("</body>") + len("</body>")]
    root = ET.fromstring(body)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {e.get("href", "")[1:] for e in root.iter("a")} <= set(ids)
    assert all(th.get("scope") in ("row", "col") for th in root.iter("th"))
    assert all(svg.get("role") == "img" or svg.get("aria-hidden") for svg in root.iter("svg"))


def test_the_page_says_what_is_known_and_what_is_not() -> None:
    page = write_report(make_gaps())
    for said in (
        "Subjects listed by US and EU and not by UN under programmes on terrorism.", "2017-08-17*", "not stated", "1,234",
        "+88", "covered by reference", "from un:1", "EU between 3 and 368 days after US", "gone by 2020-01-01",
        "Perhaps no gap: UN lists “Lantern Front” (un QDe.1), score 0.91", "none alike",
    ):
        assert said in page, said


def test_a_picture_tells_in_words_what_it_draws() -> None:
    gap = make_gap()
    picture = ET.fromstring(draw_gap(gap, make_scale([gap], last=dt.date(2026, 1, 1)), name="p", absent=("UN",)))
    told = picture.findtext("desc") or ""
    assert "EU lists it since 2018" in told
    assert "IN covers it by reference, date not stated" in told
    assert "US listed it once, date not stated, gone by 2020-01-01" in told
    assert "UN: not listed" in told
    assert len(picture.findall("circle")) == 2


def test_bars_stand_in_order_of_time_and_inside_the_picture() -> None:
    gap = make_gap()
    scale = make_scale([gap], last=dt.date(2026, 1, 1))
    picture = ET.fromstring(draw_gap(gap, scale, name="p"))
    at = {r.get("class"): float(r.get("x", "0")) for r in picture.findall("rect")}
    assert at["bar unsure listed"] == scale.place(dt.date(2018, 1, 1))
    assert scale.place(dt.date(2017, 8, 17)) < at["bar unsure listed"] < scale.place(dt.date(2026, 1, 1)) <= 760
    assert scale.place(dt.date(1900, 1, 1)) == scale.place(scale.first)


def test_a_question_without_an_answer_is_still_a_page() -> None:
    page = write_report(msgspec.structs.replace(make_gaps(), subjects=(), aliases=(), notes=()))
    assert "0 subjects" in page
    assert "<article" not in page


@pytest.mark.parametrize(("question", "said"), [
    (Question(listed_by=("US",), threshold=0.7), "Subjects listed by US."),
    (Question(listed_by=("US", "IN", "EU"), not_by=("UN", "UK"), any_of=True, kind="person", threshold=0.7),
     "Persons listed by US, IN or EU and not by UN or UK."),
    (Question(listed_by=("US",), own=True, since=PartialDate(year=2020), regime="other", threshold=0.7),
     "Subjects listed by US under other programmes since 2020 counting own listings only."),
])
def test_a_question_is_told_as_a_sentence(question: Question, said: str) -> None:
    assert tell_question(question) == said


def test_a_lag_is_told_with_what_is_known_of_it() -> None:
    def lag(least: int, most: int) -> str:
        return tell_lag(Lag(authority="IN", after="US", least_days=least, most_days=most))

    assert [lag(0, 0), lag(1, 1), lag(1219, 1219), lag(3, 368)] == [
        "IN on the same day as US", "IN 1 day after US", "IN 1,219 days after US", "IN between 3 and 368 days after US"
    ]
