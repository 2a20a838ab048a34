"""An id that was given to a subject stays its id."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tocsin.registry.identity import Given, name_groups


class Register:
    """Groups of members, joined and split over time."""

    def __init__(self) -> None:
        self.given: list[Given] = []
        self.last: dict[str, str] = {}

    def name(self, *groups: str) -> dict[str, str]:
        """The id of each group, written as its members with spaces between."""
        split = [tuple(g.split()) for g in groups]
        named = name_groups(split, self.given, self.last)
        self.given += [Given(id=n.id, founder=n.founder) for n in named if n.is_new]
        self.last |= {m: n.id for g, n in zip(split, named, strict=True) for m in g}
        return {g: n.id for g, n in zip(groups, named, strict=True)}


def test_a_new_subject_is_known_by_its_starter_key_else_by_the_un_before_others() -> None:
    assert Register().name("eu:1 starter:group un:2", "eu:3 un:4", "eu:5") == {
        "eu:1 starter:group un:2": "group", "eu:3 un:4": "un:4", "eu:5": "eu:5"
    }


def test_a_list_that_comes_later_does_not_change_the_id() -> None:
    register = Register()
    register.name("eu:1")
    assert register.name("eu:1 starter:group un:2") == {"eu:1 starter:group un:2": "eu:1"}
    (named,) = name_groups([("eu:1", "starter:group", "un:2")], register.given, register.last)
    assert (named.former, named.plain) == (("group",), "group")


def test_two_that_are_joined_keep_the_older_id_and_get_their_own_back_when_parted() -> None:
    register = Register()
    register.name("un:1")
    register.name("un:1", "eu:2")
    assert register.name("eu:2 un:1") == {"eu:2 un:1": "un:1"}
    (named,) = name_groups([("eu:2", "un:1")], register.given, register.last)
    assert named.former == ("eu:2",)
    assert register.name("un:1", "eu:2") == {"un:1": "un:1", "eu:2": "eu:2"}


def test_the_id_stays_when_the_listing_it_was_given_for_leaves() -> None:
    register = Register()
    register.name("eu:2 un:1")
    assert register.name("eu:2") == {"eu:2": "un:1"}
    assert register.name("eu:2 un:1") == {"eu:2 un:1": "un:1"}


def test_a_part_that_never_had_an_id_gets_a_new_one() -> None:
    register = Register()
    register.name("eu:2 un:1")
    assert register.name("un:1", "eu:2") == {"un:1": "un:1", "eu:2": "eu:2"}


def test_an_id_that_is_taken_is_not_given_again() -> None:
    register = Register()
    register.name("eu:2 un:1")
    register.name("eu:2")
    assert register.name("eu:2", "us:3") == {"eu:2": "un:1", "us:3": "us:3"}
    assert register.name("eu:2 us:3", "un:1") == {"eu:2 us:3": "us:3", "un:1": "un:1"}


MEMBERS = ["un:1", "un:2", "eu:1", "eu:2", "uk:1", "starter:s"]


@given(st.lists(st.lists(st.integers(0, 3), min_size=len(MEMBERS), max_size=len(MEMBERS)), min_size=1, max_size=6))
def test_ids_are_always_one_for_each_group_and_stay_while_nothing_changes(history: list[list[int]]) -> None:
    register = Register()
    for parts in history:
        groups = [" ".join(m for m, p in zip(MEMBERS, parts, strict=True) if p == part) for part in range(4)]
        groups = [g for g in groups if g]
        named = register.name(*groups)
        assert len(set(named.values())) == len(groups)
        given = len(register.given)
        assert register.name(*groups) == named
        assert len(register.given) == given
