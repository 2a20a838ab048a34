"""Laws of evidence: what contradicts never raises a score, what is unknown never changes one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.match import find_engines, load_engine
from tocsin.match.engine import FEATURES
from tocsin.match.evidence import Evidence, weigh_births
from tocsin.match.scoring import add_up
from tocsin.model import DateSpan, PartialDate, Reason

LOGITS = st.floats(-8, 6)
PARTIAL = st.one_of(
    st.integers(1900, 2020).map(lambda y: PartialDate(year=y)),
    st.tuples(st.integers(1900, 2020), st.integers(1, 12)).map(lambda t: PartialDate(year=t[0], month=t[1])),
    st.dates().map(PartialDate.of),
)
SPANS = st.builds(lambda d, circa: DateSpan.at(d, circa=circa), PARTIAL, st.booleans())


def make(logit: float, code: str = "test") -> Evidence:
    effect = "for" if logit > 0 else "against" if logit < 0 else "neutral"
    return Evidence(logit=logit, reason=Reason(code=code, text="", effect=effect))


HIGHEST = load_engine().highest
EVIDENCE = st.lists(st.builds(make, st.floats(-5, 6)), max_size=4)


@given(logit=LOGITS, evidence=EVIDENCE, against=st.floats(-5, 0))
def test_adding_evidence_against_never_raises_a_score(logit: float, evidence: list[Evidence], against: float) -> None:
    before = add_up(logit, evidence, named=True, highest=HIGHEST).score
    assert add_up(logit, [*evidence, make(against)], named=True, highest=HIGHEST).score <= before


@given(logit=LOGITS, evidence=EVIDENCE, support=st.floats(0, 6))
def test_adding_support_never_lowers_a_score(logit: float, evidence: list[Evidence], support: float) -> None:
    before = add_up(logit, evidence, named=True, highest=HIGHEST).score
    assert add_up(logit, [*evidence, make(support)], named=True, highest=HIGHEST).score >= before


@given(logit=st.one_of(st.none(), LOGITS), evidence=EVIDENCE, named=st.booleans())
def test_a_score_is_between_0_and_1(logit: float | None, evidence: list[Evidence], named: bool) -> None:
    assert 0.0 <= add_up(logit, evidence, named=named, highest=HIGHEST).score <= 1.0


@given(asked=SPANS)
def test_a_birth_never_contradicts_itself(asked: DateSpan) -> None:
    evidence = weigh_births([asked], [asked])
    assert evidence is not None
    assert evidence.logit > 0


@given(asked=SPANS, listed=SPANS)
def test_births_agree_or_contradict_whichever_side_states_them(asked: DateSpan, listed: DateSpan) -> None:
    one, other = weigh_births([asked], [listed]), weigh_births([listed], [asked])
    assert one is not None
    assert other is not None
    assert (one.logit < 0) == (other.logit < 0)


@given(asked=SPANS, listed=st.lists(SPANS, min_size=1, max_size=4), more=SPANS)
def test_one_more_listed_birth_never_makes_it_worse(asked: DateSpan, listed: list[DateSpan], more: DateSpan) -> None:
    before, after = weigh_births([asked], listed), weigh_births([asked], [*listed, more])
    assert before is not None
    assert after is not None
    assert after.logit >= before.logit


def test_with_no_birth_on_one_side_nothing_is_said() -> None:
    assert weigh_births([], [DateSpan.parse("1960")]) is None
    assert weigh_births([DateSpan.parse("1960")], []) is None


RISING = {"cover_high", "cover_low", "info", "reading"}  # all other features speak against


@pytest.mark.parametrize("engine", find_engines())
def test_more_of_what_speaks_against_never_gives_more_points_in_any_engine(engine: str) -> None:
    for feature, steps in zip(FEATURES, load_engine(engine).steps, strict=True):
        points = [y for _, y in steps]
        assert points == sorted(points, reverse=feature not in RISING), feature
        assert [x for x, _ in steps] == sorted({x for x, _ in steps}), feature


@given(logit=st.floats(6, 6), evidence=EVIDENCE, against=st.floats(-5, -0.01))
def test_an_equal_name_scores_1_only_while_nothing_speaks_against_it(logit: float, evidence: list[Evidence], against: float) -> None:
    support = [e for e in evidence if e.logit >= 0]
    assert add_up(logit, support, named=True, highest=HIGHEST).score == 1.0
    assert add_up(logit, [*support, make(against)], named=True, highest=HIGHEST).score < 1.0
