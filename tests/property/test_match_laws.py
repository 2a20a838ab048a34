"""Laws of matching that hold for any name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import TocsinError
from tocsin.match import Index, build_index, compare_names, open_index
from tocsin.model import DateSpan, Entity, Kind, Listing, Name, Origin, PartialDate, Query
from tocsin.names.analysis import analyse_name

KINDS = st.sampled_from(["person", "organization", "vessel", None])
WORDS = st.sampled_from(
    ["Zaki", "ur", "Rehman", "Lakhvari", "bin", "Muhammad", "al", "Salman", "Ahmed", "Nurabad", "Trading", "Ltd", "313", "N.", "محمد", "سعید", "Аслан", "习近平", "दाऊद", "O'Neil", "Saint-Jean"]
)
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@given(name=st.text(max_size=60), kind=KINDS)
def test_a_name_scores_one_against_itself_or_is_refused(name: str, kind: Kind | None) -> None:
    try:
        assert compare_names(name, name, kind=kind).score == 1.0
    except TocsinError:
        assert "\x00" in name or not any(analyse_name(name, k) for k in ("person", "organization"))


@given(one=st.text(max_size=60), other=st.text(max_size=60), kind=KINDS)
def test_any_two_texts_give_a_score_from_0_to_1_or_our_own_error(one: str, other: str, kind: Kind | None) -> None:
    try:
        comparison = compare_names(one, other, kind=kind)
    except TocsinError:
        return
    assert 0.0 <= comparison.score <= 1.0
    assert comparison.score < 1.0 or comparison.reasons


@given(one=NAMES, other=NAMES, kind=KINDS)
def test_the_score_of_two_names_does_not_depend_on_capitals(one: str, other: str, kind: Kind | None) -> None:
    first = compare_names(one.lower(), other.lower(), kind=kind).score
    assert compare_names(one.upper(), other.upper(), kind=kind).score == first


@given(name=st.text(max_size=80))
def test_analysing_the_text_of_tokens_again_keeps_their_number_bounded(name: str) -> None:
    assert len(analyse_name(name, "person")) <= 16


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    here = Origin(field="test")
    names = ["Zaki ur Rehman Lakhvari", "Salman bin Muhammad", "محمد سعید", "Nurabad Trading Ltd"]
    entities = [
        Entity(id=f"t:{i}", caption=n, kind="person", listings=(Listing(
            list_key="t", authority="UN", ref=str(i), kind="person",
            names=(Name(text=n, role="primary", quality="strong", script="Latn", origin=here),),
        ),))
        for i, n in enumerate(names)
    ]
    folder: Path = tmp_path_factory.mktemp("laws")
    build_index(entities, folder, register="laws")
    return open_index(folder)


@settings(deadline=None)
@given(name=NAMES)
def test_the_index_loses_no_hit_that_comparing_with_every_name_finds(index: Index, name: str) -> None:
    hits = {h.subject: h.score for h in index.find_hits(Query(names=(name,), kind="person"), threshold=0.7, limit=10)}
    for entity in index.entities():
        score = compare_names(name, entity.caption, kind="person").score
        assert score < 0.7 or hits.get(entity.id) == pytest.approx(score, abs=1e-4)


@settings(deadline=None)
@given(name=NAMES, year=st.integers(1900, 2020))
def test_a_fact_that_the_list_does_not_state_never_changes_a_score(index: Index, name: str, year: int) -> None:
    born = DateSpan.at(PartialDate(year=year))
    bare = index.find_hits(Query(names=(name,)), threshold=0.0, limit=10)
    assert index.find_hits(Query(names=(name,), births=(born,)), threshold=0.0, limit=10) == bare
