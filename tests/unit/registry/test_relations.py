"""Relations of subjects from both sides, and their picture."""

from __future__ import annotations

import random
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.model import Entity, Fact, Listing, Name, Origin, Relation
from tocsin.registry.relation_picture import LETTERS, MOST, count_left_out, draw_relations, wrap
from tocsin.registry.relations import Relations, Tie

HERE = Origin(field="x")


def make_listing(list_key: str, ref: str, caption: str, *relations: tuple[str, str, str | None]) -> Listing:
    return Listing(
        list_key=list_key, authority=list_key.upper(), ref=ref, kind="organization",
        names=(Name(text=caption, role="primary", quality="strong", script="Latn", origin=HERE),),
        relations=tuple(Relation(kind=k, target=t, ref=r, origin=HERE) for k, t, r in relations),
    )


def make_entity(id: str, *listings: Listing) -> Entity:
    return Entity(id=id, caption=listings[0].caption, kind="organization", listings=listings)


def finder(entities: list[Entity]) -> Callable[[str], tuple[Entity, ...]]:
    def find(ref: str) -> tuple[Entity, ...]:
        return tuple(
            e for e in entities if ref == e.id or any(ref in (x.ref, f"{x.list_key}:{x.ref}") for x in e.listings)
        )

    return find


def find_ties(entities: list[Entity], id: str) -> list[tuple[str, str | None, bool, bool, tuple[str, ...]]]:
    entity = next(e for e in entities if e.id == id)
    found = Relations(entities).find_ties(entity, finder(entities))
    return [(t.kind, t.other, t.is_theirs, t.by_name, t.by) for t in found]


def test_a_relation_is_told_from_both_sides() -> None:
    entities = [
        make_entity("a", make_listing("us", "1", "Alpha", ("Linked To", "Beta", "2"))), make_entity("b", make_listing("us", "2", "Beta")),
    ]
    assert find_ties(entities, "a") == [("Linked To", "b", False, False, ("US",))]
    assert find_ties(entities, "b") == [("Linked To", "a", True, False, ("US",))]


def test_a_reference_is_first_that_of_the_list_that_states_it() -> None:
    entities = [
        make_entity("a", make_listing("us", "1", "Alpha", ("Linked To", "Beta", "2"))), make_entity("b", make_listing("us", "2", "Beta")),
        make_entity("c", make_listing("eu", "2", "Gamma")),
    ]
    assert find_ties(entities, "a") == [("Linked To", "b", False, False, ("US",))]
    assert find_ties(entities, "c") == []


def test_a_name_without_a_reference_means_the_one_subject_of_its_list_that_bears_it() -> None:
    stating = make_entity("a", make_listing("uk", "1", "Alpha", ("Parent company", "BETA  Trading", None)))
    one, same = make_entity("b", make_listing("uk", "2", "Beta Trading")), make_entity("c", make_listing("uk", "3", "Beta Trading"))
    elsewhere = make_entity("d", make_listing("eu", "4", "Beta Trading"))
    assert find_ties([stating, one, elsewhere], "a") == [("Parent company", "b", False, True, ("UK",))]
    assert find_ties([stating, one, elsewhere], "b") == [("Parent company", "a", True, True, ("UK",))]
    assert find_ties([stating, elsewhere], "a") == [("Parent company", None, False, False, ("UK",))]
    assert find_ties([stating, one, same], "a") == [("Parent company", None, False, False, ("UK",))]


def test_what_several_authorities_state_is_one_relation_and_none_leads_to_itself() -> None:
    told = ("member of", "Beta", "b")
    entities = [
        make_entity("a", make_listing("us", "1", "Alpha", told), make_listing("un", "9", "Alpha", told, ("alias of", "Alpha", "1"))),
        make_entity("b", make_listing("us", "2", "Beta")),
    ]
    assert find_ties(entities, "a") == [("member of", "b", False, False, ("UN", "US"))]


def test_a_text_that_names_a_un_reference_is_a_relation() -> None:
    text = Fact(key="comments", text="Leader of Beta (QDe.004), also QDe.004; see QDi.001 and XQDe.0041.", origin=HERE)
    alpha = msgspec.structs.replace(make_listing("un", "QDi.001", "Alpha"), facts=(text,))
    entities = [make_entity("a", alpha), make_entity("b", make_listing("un", "QDe.004", "Beta"))]
    assert find_ties(entities, "a") == [("named in its text", "b", False, False, ("UN",))]
    assert find_ties(entities, "b") == [("named in its text", "a", True, False, ("UN",))]


def make_ties(count: int, *, theirs: bool = False) -> list[Tie]:
    return [Tie(kind="member of", caption=f"Group {n:02}", by=("UN",), other=f"g{n}", is_theirs=theirs) for n in range(count)]


def draw(ties: list[Tie], caption: str = "Alpha") -> ET.Element:
    return ET.fromstring(draw_relations(caption, ties, link=lambda ref: f"/subject?ref={quote(ref)}"))


def texts(element: ET.Element) -> list[str]:
    return [t.text or "" for t in element.iter("text")]


def test_the_order_in_which_lists_are_read_does_not_change_the_picture() -> None:
    entities = [make_entity("b", make_listing("us", "b", "Beta"))] + [
        make_entity(f"m{n}", make_listing("us", f"m{n}", f"Member {n}", ("member of", "Beta", "b"))) for n in range(20)
    ]
    drawn = set()
    for seed in range(5):
        random.Random(seed).shuffle(entities)
        beta = next(e for e in entities if e.id == "b")
        drawn.add(draw_relations("Beta", Relations(entities).find_ties(beta, finder(entities)), link=str))
    assert len(drawn) == 1


def test_a_picture_shows_so_many_on_each_side_and_counts_the_rest() -> None:
    ties = [*make_ties(MOST + 5), *make_ties(MOST, theirs=True)]
    drawn = draw(ties)
    assert count_left_out(ties) == 5
    assert len(list(drawn.iter("a"))) == 2 * MOST
    assert len([p for p in drawn.iter("path") if p.get("class") == "tie"]) == 2 * MOST
    assert "+ 5" in texts(drawn)


def test_boxes_stand_apart_and_inside_the_picture() -> None:
    for own, theirs in ((1, 0), (0, 1), (3, 8), (20, 2)):
        drawn = draw([*make_ties(own), *make_ties(theirs, theirs=True)])
        boxes = [tuple(float(r.get(k, "0")) for k in ("x", "y", "width", "height")) for r in drawn.iter("rect")]
        for x, y, w, h in boxes:
            assert 0 <= x <= x + w <= float(drawn.get("width", "0"))
            assert 0 <= y <= y + h <= float(drawn.get("height", "0"))
        for at, (x, y, w, h) in enumerate(boxes):
            assert all(x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y for x2, y2, w2, h2 in boxes[at + 1:])


def test_who_is_no_subject_of_the_register_has_no_link() -> None:
    drawn = draw([Tie(kind="Linked To", caption="Somebody", by=("US",))])
    assert list(drawn.iter("a")) == []
    assert any("Somebody" in t for t in texts(drawn))


def test_names_from_right_to_left_keep_their_direction_and_markup_stays_text() -> None:
    names = ["حركة المجاهدين (1)", "<script>alert(1)</script>", 'a"b&c']
    drawn = draw([Tie(kind="<b>", caption=name, by=("UN",), other=name) for name in names], caption="'>\"")
    shown = [t for t in texts(drawn) if t.startswith("\u2068")]
    assert all(t.endswith("\u2069") for t in shown)
    assert {f"\u2068{name}\u2069" for name in names} <= set(shown)
    assert list(drawn.iter("script")) == []


@given(text=st.text(min_size=1, max_size=200), letters=st.integers(3, 40))
def test_a_wrapped_name_is_whole_or_says_that_it_is_cut(text: str, letters: int) -> None:
    lines = wrap(text, letters=letters, most=2)
    assert len(lines) <= 2
    if not any(line.endswith("…") for line in lines):
        assert " ".join(lines).split() == text.split()


@pytest.mark.parametrize("name", ["x" * 90, "中" * 60, "a " * 80])
def test_a_long_name_is_cut_and_stands_whole_in_the_title(name: str) -> None:
    drawn = draw([Tie(kind="member of", caption=name, by=("UN",), other="x")])
    assert any("…" in t for t in texts(drawn))
    assert all(len(t) <= LETTERS + 8 for t in texts(drawn))
    assert any(name in (t.text or "") for t in drawn.iter("title"))


def test_without_ties_there_is_no_picture_and_no_style_is_written_into_one() -> None:
    assert draw_relations("Alpha", [], link=str) == ""
    assert not re.search(r"style=|<style", draw_relations("Alpha", make_ties(3), link=str))
