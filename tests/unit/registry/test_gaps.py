"""Gaps between authorities, on a register of a few invented subjects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from tocsin.errors import BadInput
from tocsin.match import build_index, open_index
from tocsin.model import Listing, Measure, Name, Origin, PartialDate
from tocsin.registry.derived import Rules
from tocsin.registry.gap_values import Found, Gap, Question
from tocsin.registry.gaps import find_gaps
from tocsin.registry.positions import Lag, Past
from tocsin.registry.resolve import make_entities

Ask = Callable[..., Found]
PROGRAMMES = {"UN": "Taliban", "US": "SDGT", "IN": "UAPA-I", "EU": "TERR"}
KEYS = {"UN": "un", "US": "us_ofac", "IN": "in_uapa", "EU": "eu_fsf"}


def listed(
    authority: str, ref: str, *names: str, since: str | None = None, programme: str | None = None, record: str | None = None,
    key: str | None = None, subject: str | None = None,
) -> Listing:
    return Listing(
        list_key=key or KEYS[authority], authority=authority, ref=ref, kind="organization", record_id=record, subject=subject,
        listed_on=PartialDate.parse(since) if since else None,
        names=tuple(
            Name(text=n, role="alias" if at else "primary", quality="strong", script="Latn", origin=Origin(field="NAME"))
            for at, n in enumerate(names)
        ),
        measures=(Measure(programme=programme or PROGRAMMES[authority], origin=Origin(field="P")),),
    )


def bridge(subject: str, **refs: str) -> list[Listing]:
    return [listed(a, ref, subject, key="starter", subject=subject) for a, ref in refs.items()]


REGISTER = [
    *bridge("lantern", US="1", IN="UAPA-I-1"), *bridge("orchard", US="2", UN="QDe.2"), *bridge("tide", US="3", EU="EU.3"),
    listed("US", "1", "Lantern Brigade", since="2017-08-17"), listed("IN", "UAPA-I-1", "Lantern Brigade", since="2018"),
    listed("US", "2", "Orchard Army", "Resistance of the Orchard", since="2001-12-20"),
    listed("UN", "QDe.2", "Orchard Army", since="2005-05-02"),
    listed("US", "3", "Tide Movement"), listed("EU", "EU.3", "Tide Movement", since="2020-01-05", programme="SYR"),
    listed("UN", "QDe.4", "Cedar Union", since="2003-03-03"), listed("US", "4", "Cedar Union", since="2003-03-01"),
]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def ask(listed_by: str, not_by: str = "", *, ended: tuple[Past, ...] = (), register: list[Listing] = REGISTER,
            rules: Rules | None = None, **more: object) -> Found:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))  # an index of a register state is not made twice
        build_index(make_entities(register), folder, register="r")
        question = Question(
            listed_by=tuple(listed_by.split()), not_by=tuple(not_by.split()), threshold=0.7, **more  # type: ignore[arg-type]
        )
        return find_gaps(question, open_index(folder), rules=rules or Rules(), ended=ended)

    return ask


def names(found: Found) -> list[str]:
    return [gap.caption for gap in found.subjects]


def get(found: Found, subject: str) -> Gap:
    return next(gap for gap in found.subjects if gap.subject == subject)


def test_all_of_the_first_authorities_and_none_of_the_second(ask: Ask) -> None:
    assert names(ask("US IN", "UN")) == ["lantern"]
    assert set(names(ask("US", "UN"))) == {"lantern", "tide", "Cedar Union"}
    assert set(names(ask("US IN", "EU", any_of=True))) == {"lantern", "orchard", "Cedar Union"}


def test_without_a_second_side_it_says_who_lists_and_with_what_lag(ask: Ask) -> None:
    found = ask("US UN")
    assert names(found) == ["orchard"]
    assert get(found, "orchard").lags == (Lag(authority="UN", after="US", least_days=1229, most_days=1229),)


def test_a_lag_from_a_date_without_its_day_has_two_ends(ask: Ask) -> None:
    assert get(ask("US IN"), "lantern").lags == (Lag(authority="IN", after="US", least_days=137, most_days=501),)


def test_coverage_by_reference_counts_unless_only_own_listings_do(ask: Ask) -> None:
    assert names(ask("UN", "IN")) == []
    assert set(names(ask("UN", "IN", own=True))) == {"orchard", "Cedar Union"}
    assert set(names(ask("UN", "IN", rules=Rules(un_by_in=False)))) == {"orchard", "Cedar Union"}
    position = next(p for p in get(ask("UN IN"), "orchard").positions if p.authority == "IN")
    assert (position.status, position.stands[0].derived_from, position.since) == ("derived", "un:QDe.2", None)


def test_under_another_regime_is_not_listed_under_this_one_and_is_shown(ask: Ask) -> None:
    assert "tide" not in names(ask("US", "EU"))
    gap = get(ask("US", "EU", regime="terrorism"), "tide")
    position = next(p for p in gap.positions if p.authority == "EU")
    assert (position.status, position.stands[0].regimes) == ("other_regime", ("country",))
    assert gap.lags == ()


def test_since_keeps_what_was_listed_on_that_day_or_later_and_counts_what_has_no_date(ask: Ask) -> None:
    found = ask("US", "UN", since=PartialDate(year=2017, month=8, day=17))
    assert (names(found), found.undated) == (["lantern"], 1)
    assert "1 without a date of listing by US" in " ".join(found.notes)
    assert names(ask("US", "UN", since=PartialDate(year=2017, month=8, day=18))) == []


def test_an_unjoined_subject_of_the_other_side_with_a_name_alike_is_told(ask: Ask) -> None:
    found = ask("US", "UN")
    assert [(x.authority, x.ref) for x in get(found, "us_ofac:4").alike] == [("UN", "QDe.4")]
    assert get(found, "lantern").alike == ()


def test_a_date_of_the_starter_register_is_marked_as_such(ask: Ask) -> None:
    old = msgspec.structs.replace(bridge("tide", US="3")[0], listed_on=PartialDate(year=2019))
    register = [old, *(x for x in REGISTER if (x.list_key, x.ref) != ("starter", "3"))]
    position = next(p for p in get(ask("US", "IN", register=register), "tide").positions if p.authority == "US")
    assert (str(position.since), position.since_from) == ("2019", "starter")


def test_listings_that_ended_are_told_with_their_end_and_their_lag(ask: Ask) -> None:
    over = Past(listing=listed("UN", "QDe.9", "Lantern Brigade", since="2010-01-01"), until=dt.date(2015, 6, 1))
    register = [*REGISTER, *bridge("lantern", UN="QDe.9")]
    gap = get(ask("US IN", "UN", register=register, ended=(over,)), "lantern")
    position = next(p for p in gap.positions if p.authority == "UN")
    assert (position.status, position.stands[0].until) == ("ended", dt.date(2015, 6, 1))
    assert [(lag.authority, lag.after) for lag in gap.lags] == [("US", "UN"), ("IN", "UN")]


def test_a_record_that_goes_on_under_another_reference_has_not_ended(ask: Ask) -> None:
    register = [*REGISTER, listed("UN", "QDe.7", "Maple Guard", record="700")]
    over = Past(listing=listed("UN", "QDe.7A", "Maple Guard", record="700"), until=dt.date(2015, 6, 1))
    gap = get(ask("UN", "EU", register=register, ended=(over,)), "un:QDe.7")
    assert [s.ref for p in gap.positions for s in p.stands if p.authority == "UN"] == ["QDe.7"]


def test_the_matrix_counts_own_listings_and_coverage_apart(ask: Ask) -> None:
    cells = {(row.authority, c.authority): (c.listed, c.derived) for row in ask("US", "UN").matrix for c in row.cells}
    assert cells["UN", "UN"] == (2, 0)
    assert cells["UN", "IN"] == (0, 2)
    assert cells["UN", "US"] == (1, 0)
    assert cells["US", "IN"] == (1, 1)
    assert cells["EU", "US"] == (1, 0)


def test_alias_gaps_are_the_names_that_no_name_of_the_other_side_meets(ask: Ask) -> None:
    found = ask("US", "UN", aliases=True)
    assert [(a.subject, a.name, a.authority, a.ref, a.other, a.other_refs) for a in found.aliases] == [
        ("orchard", "Resistance of the Orchard", "US", "2", "UN", ("QDe.2",))
    ]
    assert ask("UN", "US", aliases=True).aliases == ()
    assert ask("US", "UN").aliases == ()


@pytest.mark.parametrize(("sides", "more", "said"), [
    (("US", "FR"), {}, "no list of 'FR' is in force"), (("US UN", "UN"), {}, "UN stands in --listed-by and in --not-by"),
    (("", "UN"), {}, "at least one authority"), (("US", "UN"), {"regime": "piracy"}, "--regime: expected one of"),
])
def test_what_cannot_be_answered_is_refused(ask: Ask, sides: tuple[str, str], more: dict[str, str], said: str) -> None:
    with pytest.raises(BadInput, match=said):
        ask(*sides, **more)


def test_the_order_of_the_register_does_not_matter(ask: Ask) -> None:
    assert ask("US", "UN", aliases=True) == ask("US", "UN", aliases=True, register=REGISTER[::-1])


def test_an_authority_of_which_nothing_is_joined_is_told(ask: Ask) -> None:
    unjoined = [x for x in REGISTER if x.subject is None]
    assert [note[:3] for note in ask("US", "UN", register=unjoined).notes if "look like gaps" in note] == ["EU:", "IN:", "UN:", "US:"]
    assert not any("look like gaps" in note for note in ask("US", "UN").notes)
