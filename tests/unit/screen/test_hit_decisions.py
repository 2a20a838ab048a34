"""Decisions on hits: whom they are about, what they leave out, and when a hit is shown again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from msgspec import structs

from tocsin.errors import BadInput
from tocsin.model import DateSpan, DateValue, Entity, Hit, Identifier, Listing, Name, Origin, Query
from tocsin.model.hit_decision import HitDecision, Judged
from tocsin.screen.batch import screen_rows
from tocsin.screen.hit_decisions import (
    Held,
    apply_decisions,
    describe_candidate,
    digest_query,
    hold,
    make_identity,
)
from tocsin.screen.rows import Row

KEY = b"k" * 32
NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
HERE = Origin(field="X")
ASKED = Query(names=("Amina Testova",), births=(DateSpan.parse("1971"),))


def listing(ref: str, *names: str, list_key: str = "un", births: Sequence[str] = ()) -> Listing:
    return Listing(
        list_key=list_key, authority=list_key.upper(), ref=ref, kind="person",
        names=tuple(Name(text=n, role="primary", quality="strong", script="Latn", origin=HERE) for n in names),
        births=tuple(DateValue(span=DateSpan.parse(b), origin=HERE) for b in births),
    )


def entity(*listings: Listing, id: str = "un:1", former: tuple[str, ...] = ()) -> Entity:
    return Entity(id=id, caption="Amina Testova", kind="person", listings=listings, former=former)


SUBJECT = entity(listing("1", "Amina Testova"))


def decide(subject: Entity = SUBJECT, asked: Query = ASKED, *, reference: str | None = None, **values: object) -> HitDecision:
    made: dict[str, object] = {
        "number": 1, "outcome": "false_match", "author": "A. Analyst", "ground": "born elsewhere", "decided_at": NOW, **values,
    }
    return HitDecision(
        identity=make_identity(asked, reference, key=KEY), subject=subject.id, caption=subject.caption,
        asked=digest_query(asked, key=KEY), listed=describe_candidate(subject, asked), **made,  # type: ignore[arg-type]
    )


def judge(
    *decisions: HitDecision, subject: Entity = SUBJECT, asked: Query = ASKED, reference: str | None = None, now: dt.datetime = NOW
) -> Judged:
    hit = Hit(score=0.9, subject=subject.id, caption=subject.caption, kind="person", names=(), listings=(), reasons=())
    held = hold(decisions, key=KEY, now=now)
    return apply_decisions(asked, (hit,), held, reference=reference, find_entities=lambda _: (subject,))


def texts(judged: Judged) -> list[str]:
    return [d.text for r in judged.decided for d in r.differences]


def test_a_false_match_is_left_out_and_told_as_such() -> None:
    judged = judge(decide())
    assert judged.hits == ()
    assert [(r.decision, r.state, r.author) for r in judged.suppressed] == [(1, "in_force", "A. Analyst")]


@pytest.mark.parametrize("outcome", ["true_match", "needs_information"])
def test_other_outcomes_leave_nothing_out_and_are_told(outcome: str) -> None:
    judged = judge(decide(outcome=outcome))
    assert len(judged.hits) == 1
    assert [r.outcome for r in judged.decided] == [outcome]


def test_the_same_question_in_other_letters_is_the_same() -> None:
    asked = structs.replace(ASKED, names=(" AMINA  testova",))
    assert judge(decide(), asked=asked).hits == ()


def test_without_a_reference_another_question_is_somebody_else() -> None:
    judged = judge(decide(), asked=structs.replace(ASKED, births=()))
    assert len(judged.hits) == 1
    assert judged.decided == ()


def test_with_a_reference_a_changed_question_is_told_as_changed() -> None:
    asked = structs.replace(ASKED, births=(DateSpan.parse("1980"),), countries=("pk",))
    judged = judge(decide(reference="4711"), asked=asked, reference="4711")
    assert len(judged.hits) == 1
    assert texts(judged) == ["The query's date of birth is another.", "The query now states a country."]


def test_a_decision_under_a_reference_is_nobody_elses() -> None:
    assert len(judge(decide(reference="4711"), reference="4712").hits) == 1
    assert len(judge(decide(reference="4711")).hits) == 1
    assert len(judge(decide(), reference="4711").hits) == 1


def test_a_new_alias_birth_or_listing_shows_the_hit_again_with_the_difference() -> None:
    for changed, told in (
        (entity(listing("1", "Amina Testova", "Umm Test")), "Of the candidate, new name: Umm Test."),
        (entity(listing("1", "Amina Testova", births=("1971",))), "Of the candidate, new date of birth: 1971."),
        (entity(listing("1", "Amina Testova"), listing("9", "Amina Testova", list_key="eu")),
         "Of the candidate, new listing: eu:9."),
        (entity(listing("2", "Amina Testova")), "Of the candidate, new listing: un:2; listing that is gone: un:1."),
    ):
        judged = judge(decide(), subject=changed)
        assert [h.subject for h in judged.hits] == ["un:1"]
        assert judged.decided[0].state == "changed"
        assert texts(judged) == [told]


def test_what_takes_no_part_in_the_score_shows_nothing_again() -> None:
    one = structs.replace(
        listing("1", "Amina Testova"),
        identifiers=(Identifier(kind="eu_ref", number="EU.1", origin=HERE),), updated_on=(DateSpan.parse("2026").first,),
    )
    assert judge(decide(), subject=entity(one)).hits == ()


def test_a_decision_follows_a_subject_whose_id_became_another() -> None:
    renamed = entity(listing("1", "Amina Testova"), id="starter-one", former=("un:1",))
    assert judge(decide(), subject=renamed).hits == ()


def test_a_decision_finds_its_subject_by_a_former_id_when_all_its_references_are_others() -> None:
    judged = judge(decide(), subject=entity(listing("2", "Amina Testova"), id="eu:9", former=("un:1",)))
    assert [r.state for r in judged.decided] == ["changed"]


def test_a_merge_shows_the_hit_again_whichever_of_the_two_was_decided() -> None:
    other = entity(listing("2", "Amina T."), id="eu:2")
    merged = entity(listing("1", "Amina Testova"), listing("2", "Amina T."), id="un:1", former=("eu:2",))
    for before in (SUBJECT, other):
        judged = judge(decide(before), subject=merged)
        assert len(judged.hits) == 1
        assert "new listing" in judged.decided[0].text


def test_each_part_of_a_split_subject_shows_again() -> None:
    merged = entity(listing("1", "Amina Testova"), listing("2", "Amina T."))
    for part in (SUBJECT, entity(listing("2", "Amina T."), id="un:1/2")):
        judged = judge(decide(merged), subject=part)
        assert len(judged.hits) == 1
        assert "listing that is gone" in judged.decided[0].text


def test_an_expired_or_withdrawn_decision_leaves_nothing_out() -> None:
    until = NOW + dt.timedelta(days=1)
    assert judge(decide(expires_at=until)).hits == ()
    late = judge(decide(expires_at=until), now=until)
    assert (len(late.hits), late.decided[0].state) == (1, "expired")
    gone = judge(decide(withdrawn_by="B", withdrawn_at=NOW, withdrawn_ground="wrong"))
    assert (len(gone.hits), gone.decided) == (1, ())


def test_a_proposed_decision_leaves_nothing_out_until_it_is_confirmed() -> None:
    waiting = judge(decide(proposed=True))
    assert (len(waiting.hits), waiting.decided[0].state) == (1, "proposed")
    assert judge(decide(proposed=True, confirmed_by="B", confirmed_at=NOW)).hits == ()


def test_a_proposal_does_not_take_the_place_of_what_is_in_force() -> None:
    later = decide(number=2, outcome="true_match", proposed=True, decided_at=NOW + dt.timedelta(hours=1))
    assert judge(decide(), later).hits == ()


def test_a_reference_that_cannot_be_one_is_refused_where_it_is_given_and_met_by_nothing_in_a_file() -> None:
    with pytest.raises(BadInput, match="1 to 200"):
        make_identity(ASKED, "x" * 201, key=KEY)
    assert len(judge(decide(), reference="x" * 201).hits) == 1
    assert judge(decide(), reference=" ").hits == ()


def test_no_value_of_the_query_is_kept_and_digests_depend_on_the_key() -> None:
    one = decide()
    assert "amina" not in str(one.asked).lower() + one.identity
    assert "1971" not in str(one.asked)
    assert digest_query(ASKED, key=KEY) != digest_query(ASKED, key=b"o" * 32)


def test_what_is_left_out_takes_no_place_under_the_limit() -> None:
    subjects = {str(n): entity(listing(str(n), "Amina Testova"), id=str(n)) for n in range(4)}

    class Matcher:
        def find_many(self, queries: Sequence[Query], *, threshold: float, limit: int) -> list[tuple[Hit, ...]]:
            hits = tuple(
                Hit(score=0.9, subject=s, caption="A", kind="person", names=(), listings=(), reasons=()) for s in subjects
            )
            return [hits[:limit] for _ in queries]

    asked = Query(names=("Amina Testova",))
    told = decide(subjects["3"], asked, reference="8", outcome="true_match")
    made = [decide(subjects[n], asked, reference="7", number=int(n)) for n in ("0", "1")]
    held: Held = hold([*made, told], key=KEY, now=NOW)
    assert held.most == 2

    def find(query: Query, hits: tuple[Hit, ...], reference: str | None) -> Judged:
        return apply_decisions(query, hits, held, reference=reference, find_entities=lambda id: (subjects[id],))

    rows = [Row(number=n, values={"id": (i,), "name": ("Amina Testova",)}) for n, i in ((1, "7"), (2, "8"))]
    first, second = screen_rows(rows, Matcher(), threshold=0.7, limit=2, judge=find, more=held.most)
    assert [h.subject for h in first.hits] == ["2", "3"]
    assert [r.subject for r in first.suppressed] == ["0", "1"]
    assert [h.subject for h in second.hits] == ["0", "1"]
    assert second.decided == ()  # that was on a hit beyond the limit
