"""Who is found by what, who is not, and what the answer says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from tocsin.errors import BadInput
from tocsin.match import Index, build_index, compare_names, open_index, score_names
from tocsin.model import DateSpan, Entity, Hit, Kind, Query

T = 0.70


def find(index: Index, name: str, **more: object) -> tuple[Hit, ...]:
    return index.find_hits(Query(names=(name,), **more), threshold=T, limit=10)  # type: ignore[arg-type]


def found(index: Index, name: str, **more: object) -> list[str]:
    return [hit.subject for hit in find(index, name, **more)]


@pytest.mark.parametrize(
    ("asked", "ref"),
    [
        ("Zaki-ur-Rehman Lakhvari", "test:P1"),
        ("zakiur rehman lakhvari", "test:P1"),
        ("LAKHWARI, Zaki ur Rahman", "test:P1"),
        ("Zaki Lakhvari", "test:P1"),
        ("Zakiurrehman Lakhvari", "test:P1"),
        ("Maulana Zaki-ur-Rehman Lakhvari", "test:P1"),
        ("ذكي الرحمن لكهواري", "test:P1"),
        ("Salman bin Mohammed Tarkhani", "test:P2"),
        ("Аслан Авгарович Бюткаев", "test:P3"),
        ("Aslan Byutkaev", "test:P3"),
        ("Lashkar e Nurabad", "test:O1"),
        ("लश्कर-ए-नूराबाद", "test:O1"),
        ("Brigade 313 Trading", "test:O2"),
    ],
)
def test_a_subject_is_found_by_its_name_in_other_spellings_and_scripts(index: Index, asked: str, ref: str) -> None:
    assert found(index, asked)[:1] == [ref]


@pytest.mark.parametrize(
    "asked",
    ["Salman Tarkhan Ali Reza", "Major Thomas Weller", "Major", "Rehman Zakaria", "Brigade 314 Trading LLC", "Jennifer Garcia", "Zu Zag 5", "王伟", "Muhammad"],
)
def test_strangers_with_something_in_common_are_not_hits(index: Index, asked: str) -> None:
    assert found(index, asked) == []


@pytest.mark.parametrize("kind", ["person", "unknown", None])
def test_father_and_son_are_two_people(kind: Kind | None) -> None:
    compared = compare_names("Muhammad bin Salman", "Salman bin Muhammad", kind=kind, threshold=T)
    assert compared.score == score_names("Muhammad bin Salman", "Salman bin Muhammad", kind=kind) < T
    assert compared.margin is not None
    assert float(compared.margin.value[0]) < T
    assert "name.father_son" in [reason.code for reason in compared.reasons]
    assert compare_names("Muhammad ibn Salman", "Muhammad bin Salman", kind=kind).score >= T


def test_the_kind_asked_limits_the_answer(index: Index) -> None:
    assert found(index, "Lashkar e Nurabad", kind="person") == []
    assert found(index, "Lashkar e Nurabad", kind="organization") == ["test:O1"]


def test_a_weak_alias_is_shown_under_the_threshold_and_not_a_hit_alone(index: Index) -> None:
    query = Query(names=("Major",))
    (hit,) = index.find_hits(query, threshold=0.3, limit=5)
    assert hit.score < T
    assert any(reason.code == "name.weak_alias" for reason in hit.reasons)


def test_a_weak_alias_with_other_evidence_can_be_a_hit(index: Index) -> None:
    assert found(index, "Major", births=(DateSpan.parse("1970"),)) == ["test:P2"]


def test_a_hit_names_listing_programme_ground_and_date(index: Index) -> None:
    hit = find(index, "Zaki-ur-Rehman Lakhvari")[0]
    card = hit.listings[0]
    assert (card.authority, card.ref, str(card.listed_on)) == ("UN", "P1", "2001-02-03")
    assert (card.programmes, card.grounds) == (("TEST",), ("Resolution 1 (2001)",))
    assert hit.names[0] == "Zaki-ur-Rehman Lakhvari"


def test_a_name_equal_to_the_listed_one_scores_one_and_says_so(index: Index) -> None:
    hit = find(index, "ZAKI UR REHMAN LAKHVARI")[0]
    assert hit.score == 1.0
    assert hit.reasons[0].code == "name.equal"


def test_reasons_name_the_rule_of_each_word_and_what_was_left_over(index: Index) -> None:
    codes = [r.code for r in find(index, "Zaki Rehman Lakhwari Khan")[0].reasons]
    assert "name.same" in codes
    assert "name.spelling" in codes
    assert "name.extra_query" in codes


def test_an_identifier_alone_finds_its_bearer_however_it_is_written(index: Index) -> None:
    (hit,) = index.find_hits(Query(identifiers=("ab1234567",)), threshold=T, limit=5)
    assert hit.subject == "test:P1"
    assert hit.reasons[0].code == "identifier.same"


def test_a_reference_is_found_with_and_without_its_list_and_with_stray_spaces(index: Index) -> None:
    for ref in ("P1", "test:p1", " P 1"):
        assert [e.id for e in index.find_entities(ref)] == ["test:P1"]
    assert index.find_entities("P99") == ()


@pytest.mark.parametrize("name", ["", "  ", "...", "a\x00b", "x" * 1001])
def test_a_name_that_cannot_be_screened_is_refused_without_repeating_it(index: Index, name: str) -> None:
    with pytest.raises(BadInput, match="Name 1") as caught:
        find(index, name)
    assert not name.strip() or name not in str(caught.value)


def test_a_query_without_name_and_identifier_is_refused(index: Index) -> None:
    with pytest.raises(BadInput, match="name or an identifier"):
        index.find_hits(Query(births=(DateSpan.parse("1960"),)), threshold=T, limit=5)


@pytest.mark.parametrize("kind", [None, "person", "organization"])
def test_comparing_a_name_with_itself_gives_one(kind: Kind | None) -> None:
    assert compare_names("Al Nur Trading Co.", "Al Nur Trading Co.", kind=kind).score == 1.0


@pytest.mark.parametrize("threshold", [0.9974, 0.998, 0.9999, 1.0])
@pytest.mark.parametrize("more", [{}, {"births": (DateSpan.parse("1960-12-30"),)}])
def test_an_equal_name_is_a_hit_at_any_threshold(index: Index, threshold: float, more: dict[str, object]) -> None:
    asked = Query(names=("Zaki-ur-Rehman Lakhvari",), **more)  # type: ignore[arg-type]
    assert [(h.subject, h.score) for h in index.find_hits(asked, threshold=threshold, limit=5)] == [("test:P1", 1.0)]
    assert index.find_hits(Query(names=("Zaki-ur-Rehman Lakhvarri",)), threshold=threshold, limit=5) == ()


def test_the_limit_keeps_the_best(index: Index) -> None:
    hits = index.find_hits(Query(names=("Zaki-ur-Rehman Lakhvari", "Lashkar-e-Nurabad")), threshold=0.0, limit=1)
    assert len(hits) == 1
    assert hits[0].score == 1.0


@pytest.mark.parametrize("name", ["Anna Zarqon", "Anna Zarqonn"])
def test_the_same_date_and_number_outrank_the_same_name_alone_also_at_the_highest_scores(
    tmp_path: Path, index_entities: tuple[Entity, ...], name: str
) -> None:
    bare = next(e for e in index_entities if e.id == "test:P3")
    full = next(e for e in index_entities if e.id == "test:P1")
    twins = tuple(
        msgspec.structs.replace(e, id=id, listings=tuple(
            msgspec.structs.replace(x, names=(msgspec.structs.replace(x.names[0], text="Anna Zarqon"),)) for x in e.listings
        ))
        for id, e in (("a:bare", bare), ("z:full", full))
    )
    build_index(twins, tmp_path, register="twins")
    query = Query(names=(name,), births=(DateSpan.parse("1960-12-30"),), identifiers=("AB1234567",))
    both = open_index(tmp_path).find_hits(query, threshold=T, limit=5)
    assert [hit.subject for hit in both] == ["z:full", "a:bare"]
    assert open_index(tmp_path).find_hits(query, threshold=T, limit=1)[0].subject == "z:full"


@pytest.mark.parametrize("more", [{}, {"kind": "person"}, {"births": (DateSpan.parse("1960-12-30"),)}, {"gender": "female"}])
def test_a_limit_cuts_the_same_answer_short_wherever_it_falls(
    tmp_path: Path, index_entities: tuple[Entity, ...], more: dict[str, object]
) -> None:
    first, other = (next(e for e in index_entities if e.id == id) for id in ("test:P1", "test:O1"))
    texts = ("Anna Zarqon", "Ana Zarqon", "Anna Zarqonn", "Anna Maria Zarqon", "Zarqon Anna")
    entities = tuple(
        msgspec.structs.replace(e, id=f"{text}:{n}", listings=tuple(
            msgspec.structs.replace(x, names=(msgspec.structs.replace(x.names[0], text=text),)) for x in e.listings
        ))
        for n, e in ((2, first), (1, first), (3, other)) for text in texts
    )
    build_index(entities, tmp_path, register="many")
    asked, index = Query(names=("Anna Zarqon",), **more), open_index(tmp_path)  # type: ignore[arg-type]
    whole = index.find_hits(asked, threshold=T, limit=99)
    assert len(whole) >= 10
    assert [index.find_hits(asked, threshold=T, limit=n) for n in range(len(whole) + 2)] == [
        whole[:n] for n in range(len(whole) + 2)
    ]
