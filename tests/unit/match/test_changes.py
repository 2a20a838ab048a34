"""What would change the outcome, in words: of a hit what would make it none, of a near miss what would make it a hit."""

from __future__ import annotations

import pytest

from tocsin.match import Index, compare_names
from tocsin.match.changes import show_score
from tocsin.model import DateSpan, Hit, Query

T = 0.70


def ask(index: Index, query: Query, *, threshold: float = T) -> Hit:
    """The best subject for `query`, hit or not, with what would change the outcome."""
    return index.add_changes(query, index.find_hits(query, threshold=0.1, limit=1), threshold=threshold)[0]


def told(hit: Hit) -> dict[str, str]:
    return {change.code.removeprefix("change."): change.text for change in hit.changes}


def test_another_date_of_birth_would_clear_an_equal_name(index: Index) -> None:
    hit = ask(index, Query(names=("Zaki-ur-Rehman Lakhvari",), births=(DateSpan.parse("1960"),)))
    assert hit.score == 1.0
    assert told(hit)["birth.other"] == "With quite another date of birth (such as 1965), this would be no hit: 0.50."


def test_without_the_date_that_contradicts_an_equal_name_would_be_a_hit(index: Index) -> None:
    hit = ask(index, Query(names=("Zaki-ur-Rehman Lakhvari",), births=(DateSpan.parse("1991"),)))
    assert hit.score < T
    assert told(hit) == {
        "listed": "With the listed number (passport:AB 123-4567), this would be a hit: 0.95.",
        "without": "Without the date of birth asked (1991), this would be a hit: 1.00.",
    }


def test_a_weak_alias_alone_says_what_would_make_it_a_hit(index: Index) -> None:
    hit = ask(index, Query(names=("Major",)))
    assert hit.score < T
    assert told(hit)["listed"] == "With the listed date of birth (about 1970), this would be a hit: 0.73."
    assert hit.margin is not None
    assert hit.margin.text == "It would be a hit at a threshold of 0.59 or less."


def test_a_hit_that_hangs_on_its_weak_alias_says_so(index: Index) -> None:
    hit = ask(index, Query(names=("Major",), births=(DateSpan.parse("1970"),)))
    assert told(hit)["name.only_weak"].startswith("Only the weak alias 'Major' meets; without it, this would be no hit")


def test_a_hit_that_hangs_on_one_word_or_one_listed_name_says_so(index: Index) -> None:
    hit = ask(index, Query(names=("Salman Tarkhani Muhammad Khan",)), threshold=0.55)
    assert "name.dropped" in told(hit)
    assert next(c for c in hit.changes if c.code == "change.name.dropped").value[0].count(" ") == 2


def test_a_word_that_was_left_over_is_named_when_it_makes_the_difference() -> None:
    compared = compare_names("Hafiz Saed Khan", "Saeed Hafiz", kind="person", threshold=T)
    assert compared.score < T
    order, without, as_listed = compared.changes
    assert order.text.startswith("With the words in the order listed ('Saed Hafiz Khan'), this would be a hit: 0.")
    assert without.text.startswith("Without 'Khan' in the name asked, this would be a hit: 0.")
    assert (without.value, without.field) == (("Hafiz Saed",), "names")
    assert as_listed.text == "With the name asked as listed ('Saeed Hafiz'), this would be a hit: 1.00."


def test_the_order_of_words_and_a_listed_word_that_was_not_asked_are_named_too() -> None:
    order = compare_names("Byutukaev Avgarovich Aslan", "Aslan Avgarovich Byutukaev", kind="person", threshold=0.985)
    assert order.changes[0].text.startswith("With the words in the order listed ('Aslan Avgarovich Byutukaev')")
    added = compare_names("Aslan Avgarovich", "Aslan Avgarovich Byutukaev", kind="person", threshold=0.98)
    assert added.changes[0].text == "With 'Byutukaev' in the name asked as well, this would be a hit: 1.00."


def test_an_initial_written_out_as_listed_is_named_when_it_makes_the_difference() -> None:
    compared = compare_names("H. Lakhvi", "Hafiz Lakhvi", kind="person", threshold=0.985)
    change = compared.changes[0]
    assert change.text == "With 'Hafiz' in the name asked for 'H.', this would be a hit: 1.00."
    assert change.value == ("Hafiz Lakhvi",)


def test_an_equal_name_is_a_hit_at_any_threshold() -> None:
    compared = compare_names("Anna Larsson", "ANNA LARSSON", threshold=T)
    assert compared.margin is not None
    assert compared.margin.text == "It stays a hit at any threshold."
    assert compared.changes == ()


def test_without_a_threshold_nothing_is_said_of_changes() -> None:
    compared = compare_names("Anna Larson", "Anna Larsson")
    assert (compared.margin, compared.changes) == (None, ())


def test_no_change_leaves_nothing_to_ask(index: Index) -> None:
    hit = ask(index, Query(identifiers=("AB1234567",)))
    assert all(change.field != "identifiers" for change in hit.changes)


@pytest.mark.parametrize(("score", "shown"), [(0.62, "0.62"), (0.6996, "0.6996"), (0.69996, "0.699960"), (0.704, "0.70")])
def test_a_score_is_shown_in_as_many_digits_as_tell_it_from_the_threshold(score: float, shown: str) -> None:
    assert show_score(score, T) == shown
