"""What reverse screening has found after any sequence of changes is what screening everybody against everything finds."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.app import App
from tocsin.app import checking as checking_room
from tocsin.errors import BadInput, NotFound
from tocsin.match import Index, build_index, open_index
from tocsin.model import DateSpan, DateValue, Entity, Identifier, Kind, Listing, Name, Origin, PartialDate, Query
from tocsin.settings import Settings
from tocsin.store import notices as notices_room
from tocsin.store.populations import NewMember

NAMES = (
    "Amina Testova", "Amina Testowa", "Omar Zarqon", "Omar al Zarqon", "Umar Zarkon", "Zarqon Trading Ltd",
    "Zarqon Traders", "Bilal Farouk", "Bilal Farooq Testova",
)
WHERE = Origin(field="NAME")
THRESHOLD = 0.6
YEARS = st.none() | st.sampled_from((1960, 1961, 1975))
NUMBERS = st.none() | st.sampled_from(("P1234567", "P7654321"))


@st.composite
def entities(draw: st.DrawFn, subject: str) -> Entity:
    kind: Kind = draw(st.sampled_from(("person", "organization", "unknown")))
    texts = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True))
    year, number = draw(YEARS), draw(NUMBERS)
    listing = Listing(
        list_key="un", authority="UN", ref=subject, kind=kind,
        names=tuple(
            Name(text=t, role="primary", quality=draw(st.sampled_from(("strong", "weak"))), script="Latn", origin=WHERE)
            for t in texts
        ),
        births=() if year is None else (DateValue(span=DateSpan.at(PartialDate(year=year)), origin=WHERE),),
        identifiers=() if number is None else (Identifier(kind="passport", number=number, origin=WHERE),),
    )
    return Entity(id=subject, caption=texts[0], kind=kind, listings=(listing,))


@st.composite
def worlds(draw: st.DrawFn, least: int = 1, most: int = 3) -> tuple[Entity, ...]:
    subjects = draw(st.lists(st.sampled_from("ABCDE"), min_size=least, max_size=most, unique=True))
    return tuple(draw(entities(subject)) for subject in sorted(subjects))


@st.composite
def people(draw: st.DrawFn, least: int = 0) -> tuple[NewMember, ...]:
    members = []
    for reference in draw(st.lists(st.sampled_from("1234"), min_size=least, max_size=4, unique=True)):
        year, number = draw(YEARS), draw(NUMBERS)
        query = Query(
            names=(draw(st.sampled_from(NAMES)),), kind=draw(st.sampled_from((None, "person", "organization"))),
            births=() if year is None else (DateSpan.at(PartialDate(year=year)),),
            identifiers=() if number is None else (number,),
        )
        bad = draw(st.integers(0, 9)) == 0
        members.append(NewMember(reference=reference, query=None if bad else query, fault="Row 1: no name." if bad else None))
    return tuple(members)


# A step: which subjects come or say something else, which go, who comes, whether those are all, and whether the process is
# killed before the checking is written.
STEPS = st.tuples(worlds(), st.sets(st.sampled_from("ABCDE"), max_size=1), people() | st.none(), st.booleans(), st.booleans())


class SmallApp(App):
    """An application over an index of our own."""

    small: Index

    def index(self) -> Index:
        return self.small


class Killed(BaseException):
    pass


def screen_everybody(index: Index, members: dict[str, Query | None]) -> set[tuple[str, str, float]]:
    return {
        (reference, hit.subject, hit.score)
        for reference, query in members.items() if query is not None
        for hit in index.find_hits(query, threshold=THRESHOLD, limit=100)
    }


@given(first=worlds(3, 5), staff=people(3), steps=st.lists(STEPS, min_size=1, max_size=4), crowd=st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_findings_are_those_of_screening_everybody_whatever_changed(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[Entity, ...], staff: tuple[NewMember, ...], steps: Sequence[tuple[Any, ...]], crowd: int
) -> None:
    home = tmp_path_factory.mktemp("home")
    app = SmallApp(Settings(home=home, threshold=THRESHOLD))
    app.add_population("crew", purpose="test", by="test")
    # With a crowd of strangers few subjects change at a time, so that only they are asked about.
    strangers = tuple(
        Entity(id=f"s{n}", caption=f"Quill Norsund{n}", kind="person", listings=(Listing(
            list_key="un", authority="UN", ref=f"s{n}", kind="person",
            names=(Name(text=f"Quill Norsund{n}", role="primary", quality="strong", script="Latn", origin=WHERE),),
        ),)) for n in range(20)
    ) if crowd else ()
    world, members = first, dict[str, Query | None]()
    numbers = itertools.count()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking_room, "find_list_states", lambda _settings, _register: ())
        write = notices_room.write_notices
        for changed, gone, came, is_all, killed in (((), (), staff, False, False), *steps):
            known = {e.id: e for e in world} | {e.id: e for e in changed}
            world = tuple(known[s] for s in sorted(known) if s not in gone)
            if came is not None:
                app.set_members("crew", came, replace=is_all)
                given_now = {m.reference: m.query for m in came}
                members = given_now if is_all else members | given_now
            app.small = _build((*world, *strangers), home / "small", str(next(numbers)))
            if killed:
                patch.setattr(notices_room, "write_notices", _die)
                with contextlib.suppress(Killed):
                    app.check_populations()
                patch.setattr(notices_room, "write_notices", write)
            app.check_populations()
            found = {(f.reference, f.found.subject, f.found.score) for f in app.findings("crew")}
            assert found == screen_everybody(app.small, members)
            assert _replay(app) >= found


# A step: which subjects say something else, who comes, and which of the findings is decided to be false, or which decision is
# withdrawn.
DECISIONS = st.tuples(
    worlds(0, 1), people() | st.none(), st.none() | st.integers(0, 5), st.none() | st.integers(1, 4)
)


@given(first=worlds(3, 5), staff=people(3), steps=st.lists(DECISIONS, min_size=2, max_size=5))
@settings(max_examples=30, deadline=None)
def test_findings_are_the_hits_that_decisions_leave_and_whoever_is_told_knows_them(
    tmp_path_factory: pytest.TempPathFactory, first: tuple[Entity, ...], staff: tuple[NewMember, ...], steps: Sequence[tuple[Any, ...]]
) -> None:
    home = tmp_path_factory.mktemp("home")
    app = SmallApp(Settings(home=home, threshold=THRESHOLD))
    app.add_population("crew", purpose="test", by="test")
    world, members = {e.id: e for e in first}, dict[str, Query | None]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking_room, "find_list_states", lambda _settings, _register: ())
        for number, (changed, came, false, withdrawn) in enumerate((((), staff, None, None), *steps)):
            world |= {e.id: e for e in changed}
            app.small = _build(tuple(world.values()), home / "small", str(number))
            app.set_members("crew", came or ())
            members |= {m.reference: m.query for m in came or ()}
            known = app.findings("crew", decisions=False)
            if false is not None and known:
                one = known[false % len(known)]
                query = members[one.reference]
                if query is not None:
                    app.decide_hit(
                        query, one.found.subject, "false_match", author="A", ground="G", reference=one.reference
                    )
            if withdrawn is not None:
                with contextlib.suppress(NotFound, BadInput):
                    app.withdraw_hit_decision(withdrawn, author="B", ground="G")
            app.check_populations()
            found = {(f.reference, f.found.subject, f.found.score) for f in app.findings("crew")}
            assert found == {
                (reference, hit.subject, hit.score)
                for reference, query in members.items() if query is not None
                for hit in app.match(query, reference=reference, limit=100).hits
            }
            assert _replay(app) >= found
            assert app.check_populations()[0].how == "nothing"


def _replay(app: App) -> set[tuple[str, str, float]]:
    """What a receiver of all notices believes to be in force: members that were removed are not told of."""
    import msgspec

    from tocsin.exchange.notices import Notice

    believed: dict[tuple[str, str], float] = {}
    for kept in app.feed("crew", limit=10_000):
        for event in msgspec.json.decode(kept.body, type=Notice).events:
            key = (event.reference, event.found.subject)
            if event.kind == "gone":
                assert key in believed
                del believed[key]
            else:
                believed[key] = event.found.score
    return {(reference, subject, score) for (reference, subject), score in believed.items()}


def _die(*_: object, **__: object) -> None:
    raise Killed


def _build(world: Sequence[Entity], folder: Path, name: str) -> Index:
    build_index(world, folder, register=name)
    return open_index(folder)
