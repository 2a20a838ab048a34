"""Laws of receipts: an answer that is replayed at once is confirmed, and nothing of a receipt or its question can be changed
without being found out."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tocsin.app import App
from tocsin.errors import BadInput, Tampered
from tocsin.model import DateSpan, Query
from tocsin.model.question import read_question, write_question
from tocsin.model.receipt import FoundAnswer, FoundSubject, Receipt, digest_receipt, read_receipt, write_receipt
from tocsin.screen.receipts import OutcomeTotals, QuestionDigest, read_row, write_row
from tocsin.screen.replay import compare_outcomes
from tocsin.screen.rows import Row
from tocsin.settings import Settings

NAMES = st.sampled_from([
    "Hafiz Saeed", "Hafiz Mohd Saeed", "Zakiur Rehman Lakhvi", "Dawood Ibrahim", "al-Qaida", "Hizbul Mujahideen", "حافظ سعید",
    "Amina Testova", "Masood Azhar", "half \ud800 a character",
])
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
QUERIES = st.builds(
    Query, names=st.lists(NAMES, min_size=1, max_size=2, unique=True).map(tuple),
    births=st.lists(st.sampled_from(["1950", "1960-06", "1960~", "1950/1955"]).map(DateSpan.parse), max_size=2).map(tuple),
    countries=st.lists(st.sampled_from(["pk", "in", "fr"]), max_size=2, unique=True).map(tuple),
    identifiers=st.lists(st.sampled_from(["AB123456", "imo:9123456"]), max_size=1).map(tuple),
    kind=st.sampled_from([None, "person", "organization"]), gender=st.sampled_from([None, "male", "female"]),
)
REFERENCES = st.none() | st.sampled_from(["4711", "x y"])


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> App:
    made = App(Settings(home=tmp_path_factory.mktemp("home")))
    made.ensure_register()
    return made


@pytest.fixture(scope="module")
def receipt(app: App) -> Receipt:
    found = app.match(Query(names=("Hafiz Saeed",))).receipt
    assert found is not None
    return found


@given(query=QUERIES, reference=REFERENCES, threshold=st.sampled_from([0.5, 0.7, 0.95]), limit=st.integers(1, 5))
@settings(max_examples=40)
def test_an_answer_that_is_replayed_at_once_is_confirmed(
    app: App, query: Query, reference: str | None, threshold: float, limit: int
) -> None:
    receipt = app.match(query, threshold=threshold, limit=limit, reference=reference).receipt
    assert receipt is not None
    found = app.replay(read_receipt(write_receipt(receipt), "r"), asked=[(query, reference)])
    assert (found.verdict, found.vouched, found.differences, found.remarks) == ("confirmed", True, (), ())
    assert found.outcome == receipt.outcome


@given(queries=st.lists(QUERIES, min_size=1, max_size=12))
@settings(max_examples=15)
def test_questions_that_are_asked_together_are_confirmed_together(app: App, queries: list[Query]) -> None:
    receipt = app.match_many(queries).receipt
    assert receipt.outcome.asked == len(queries)
    assert app.replay(receipt, asked=[(query, None) for query in queries]).verdict == "confirmed"


@given(query=QUERIES, other=QUERIES, reference=REFERENCES, other_reference=REFERENCES)
@settings(max_examples=40)
def test_another_question_than_the_one_that_was_asked_is_refused(
    app: App, query: Query, other: Query, reference: str | None, other_reference: str | None
) -> None:
    assume((query, reference) != (other, other_reference))
    receipt = app.match(query, reference=reference).receipt
    assert receipt is not None
    with pytest.raises(BadInput, match="not the question that was asked"):
        app.replay(receipt, asked=[(other, other_reference)])


@given(data=st.data())
@settings(max_examples=400)
def test_any_changed_byte_of_a_receipt_is_found_out(app: App, receipt: Receipt, data: st.DataObject) -> None:
    written = write_receipt(receipt)
    place = data.draw(st.integers(0, len(written) - 1))
    changed = written[:place] + bytes([data.draw(st.integers(0, 255))]) + written[place + 1:]
    try:
        found = read_receipt(changed, "r")
        line = app.find_receipt_line(found)
    except (BadInput, Tampered):
        return
    assert found == receipt  # only the spaces between what it says are others
    assert line is not None


@given(score=st.floats(0, 1), hits=st.integers(0, 3), limit=st.integers(1, 20), threshold=st.floats(0, 1))
def test_a_receipt_that_says_something_else_has_another_digest(
    receipt: Receipt, score: float, hits: int, limit: int, threshold: float
) -> None:
    from msgspec import structs

    subjects = tuple(FoundSubject(subject=f"s{n}", score=score) for n in range(hits))
    totals = OutcomeTotals()
    totals.add(FoundAnswer(number=1, hits=subjects))
    changed = structs.replace(
        receipt, outcome=totals.make(), limit=limit, basis=structs.replace(receipt.basis, threshold=threshold)
    )
    assert (digest_receipt(changed) == digest_receipt(receipt)) == (changed == receipt)


@given(query=QUERIES | st.builds(Query, names=st.lists(TEXTS, max_size=3).map(tuple)), reference=st.none() | TEXTS)
def test_a_question_reads_back_as_it_was_written(query: Query, reference: str | None) -> None:
    line = write_question(query, reference)
    assert b"\n" not in line
    assert read_question(line) == (query, reference)



@given(number=st.integers(1, 10**9), values=st.dictionaries(TEXTS, st.lists(TEXTS, max_size=2).map(tuple), max_size=4))
def test_a_row_reads_back_as_it_was_written(number: int, values: dict[str, tuple[str, ...]]) -> None:
    row = Row(number=number, values=values)
    assert read_row(write_row(row)) == row


@given(lines=st.lists(st.binary(max_size=5).map(lambda b: b.replace(b"\n", b"")), max_size=5), other=st.lists(st.binary(max_size=5).map(lambda b: b.replace(b"\n", b"")), max_size=5))
def test_other_lines_have_another_digest_and_another_salt_too(lines: list[bytes], other: list[bytes]) -> None:
    def digest(salt: str, told: list[bytes]) -> str:
        made = QuestionDigest(salt)
        for line in told:
            made.add(line)
        return made.make()

    assert (digest("a", lines) == digest("a", other)) == (lines == other)
    assert digest("a", lines) != digest("b", lines)


ANSWERS = st.lists(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from([0.75, 0.8])), max_size=2, unique_by=lambda x: x[0]), max_size=14
)


@given(then=ANSWERS, now=ANSWERS)
def test_a_difference_is_told_exactly_where_answers_differ(then: list[list[tuple[str, float]]], now: list[list[tuple[str, float]]]) -> None:
    def total(answers: list[list[tuple[str, float]]]) -> OutcomeTotals:
        made = OutcomeTotals()
        for number, hits in enumerate(answers, start=1):
            made.add(FoundAnswer(number=number, hits=tuple(FoundSubject(subject=s, score=x) for s, x in hits)))
        return made

    assert (compare_outcomes(total(then).make(), total(now).make(), "screen") == ()) == (then == now)
