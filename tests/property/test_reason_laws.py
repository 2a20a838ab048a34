"""Laws of reasons: their points make the score, and their effect is the sign of their points."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.match import Index, build_index, compare_names, open_index
from tocsin.match.engine import to_score
from tocsin.match.reasons import tell_effect
from tocsin.model import (
    Comparison,
    CountryValue,
    DateSpan,
    DateValue,
    Entity,
    Hit,
    Identifier,
    Kind,
    Listing,
    Name,
    Origin,
    PartialDate,
    Query,
)

HERE = Origin(field="test")
KINDS = st.sampled_from(["person", "organization", "vessel", "unknown", None])
WORDS = st.sampled_from([
    "Zaki", "ur", "Rehman", "Lakhvari", "Lakhwari", "bin", "Muhammad", "Mohd", "al", "Salman", "Haji", "Major", "LeT", "Nurabad", "Trading",
    "Ltd", "LLC", "313", "55", "N.", "Z.", "محمد", "سعید", "الرحمن", "Аслан", "习近平", "Sirajuddin", "Zakiurrehman", "Hamid", "Hammad", "Saint-Jean",
])
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
YEARS = st.integers(1955, 1975).map(lambda y: DateSpan.at(PartialDate(year=y)))
QUERIES = st.builds(
    Query, names=st.lists(NAMES, min_size=1, max_size=2).map(tuple), kind=KINDS, births=st.lists(YEARS, max_size=1).map(tuple),
    countries=st.lists(st.sampled_from(["pk", "fr"]), max_size=1).map(tuple), gender=st.sampled_from([None, "male", "female"]),
    identifiers=st.lists(st.sampled_from(["AB1234567", "AB1234568", "passport:XY999999", "imo:9074729"]), max_size=1).map(tuple),
)
LISTED = (
    ("person", ["Zaki ur Rehman Lakhvari", "زکی الرحمن"], ["Major"]), ("person", ["Salman bin Muhammad", "Hammad Lakhvari"], ["N."]),
    ("organization", ["Nurabad Trading Ltd 313", "Lashkar-e-Tayyiba"], []), ("unknown", ["Sirajuddin Nurabad", "Аслан Salman"], ["Haji"]),
    ("vessel", ["Nurabad 55"], []),
)


def make_entity(number: int, kind: Kind, names: list[str], weak: list[str]) -> Entity:
    values = tuple(
        Name(text=n, role="alias", quality="weak" if n in weak else "strong", script="Latn", origin=HERE) for n in [*names, *weak]
    )
    listing = Listing(
        list_key="t", authority="UN", ref=str(number), kind=kind, names=values, gender="male" if kind == "person" else None,
        births=(DateValue(span=DateSpan.parse("1965"), origin=HERE),) if kind == "person" else (),
        countries=(CountryValue(role="nationality", text="Pakistan", code="pk", origin=HERE),),
        identifiers=(Identifier(kind="imo" if kind == "vessel" else "passport", number="9241061" if kind == "vessel" else "AB1234567", origin=HERE),),
    )
    return Entity(id=f"t:{number}", caption=names[0], kind=kind, listings=(listing,))


ENTITIES = tuple(make_entity(n, kind, names, weak) for n, (kind, names, weak) in enumerate(LISTED))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("reasons")
    build_index(ENTITIES, folder, register="reasons")
    return open_index(folder)


def check(found: Hit | Comparison) -> None:
    assert to_score(sum(r.points for r in found.reasons)) == pytest.approx(found.score, abs=1e-6)
    assert not [r for r in found.reasons if r.code == "score.rest"]
    for reason in found.reasons:
        assert reason.effect in ("rule", tell_effect(reason.points))
        assert "{" not in reason.text
        assert "None" not in reason.text


@settings(deadline=None, max_examples=300)
@given(query=QUERIES)
def test_the_points_of_all_reasons_of_a_hit_make_its_score(index: Index, query: Query) -> None:
    for hit in index.find_hits(query, threshold=0.0, limit=10):
        check(hit)


@settings(deadline=None, max_examples=300)
@given(one=NAMES, other=NAMES, kind=KINDS, engine=st.sampled_from(["2026.0", "2026.1"]))
def test_the_points_of_two_names_make_their_score_by_every_engine(one: str, other: str, kind: Kind | None, engine: str) -> None:
    from tocsin.match import load_engine

    check(compare_names(one, other, kind=kind, engine=load_engine(engine)))
