"""Reasons say which word met which by which rule, and their points add up to the score."""

from __future__ import annotations

import string

import pytest

from tocsin.errors import BadInput
from tocsin.match import Index, compare_names, load_engine, score_names
from tocsin.match.engine import to_score
from tocsin.match.features import Features
from tocsin.match.reasons import explain_names
from tocsin.match.sentences import BIRTHS, CHANGES, EVIDENCE, FEATURES, FIELDS, MARGINS, NAMES, OUTCOMES
from tocsin.model import DateSpan, Hit, Kind, Query

TOLD = [  # query, listed, kind, and what must be among the sentences
    ("Hafiz Lakhwi", "HAFIZ LAKHVI", "person", "'Hafiz' is the same word as listed."),
    ("Hafiz Lakhwi", "HAFIZ LAKHVI", "person", "'Lakhwi' is taken for a spelling of 'LAKHVI' (98% alike)."),
    ("Mohd Lakhvi", "Muhammad Lakhvi", "person", "'Mohd' and 'Muhammad' are spellings of one name."),
    ("Bob Larsson", "Robert Larsson", "person", "'Bob' and 'Robert' are used for each other as short and full name."),
    ("H. Lakhvi", "Hafiz Lakhvi", "person", "'H.' fits 'Hafiz' as an initial."),
    ("Hafiz Lakhvi", "H. Lakhvi", "person", "The listed initial 'H.' fits 'Hafiz'."),
    ("Zakiurrehman Lakhvi", "Zaki-ur-Rehman Lakhvi", "person", "'Zakiurrehman' is 'Zaki ur Rehman', written together or apart."),
    ("Lauren Tnkunda", "Laurent Nkunda", "person", "'Lauren Tnkunda' is 'Laurent Nkunda' with the space elsewhere."),
    ("Аслан Бютукаев", "Aslan Byutukaev", "person", "'Бютукаев' is read as 'Byutukaev' across scripts (100% alike)."),
    ("LAKHVI, Hafiz Khan", "Hafiz Lakhvi", "person", "'Khan' was asked and is not in the listed name."),
    ("Hafiz Lakhvi", "Hafiz Lakhvi Khan", "person", "'Khan' is in the listed name and was not asked."),
    ("Hafiz Qurban Lakhvi", "Hafiz Muhammad Lakhvi", "person", "'Qurban' was asked where 'Muhammad' is listed: these do not meet."),
    ("Haji Hafiz Lakhvi", "Hafiz Lakhvi", "person", "Words that tell little stand on one side only: 'Haji' asked."),
    ("Hafiz al-Lakhvi", "Hafez al-Lakhvi", "person", "Words that tell little are met too: 'al'."),
    ("Halla Jonsdottir", "Halla Tomasdottir", "person", "Two surnames have their ending in common and little before it."),
    ("Santiago Perez", "Santiago PEREZ Ocampo", "person", "A name is left over on one side that its bearers seldom leave out."),
    ("Adelia Calvo", "Adelina Kuliyeva", "person", "Two words are alike in their consonants only."),
    ("Ganesh Rawet", "Ganesh Rawat Kumar Das", "person",
     "A word is spelt otherwise, and one side has more names: the two leave each other room."),
    ("محمد علی", "Muhammad Ali", "person", "The names that met are borne by many, and one side is written without vowels."),
    ("حافظ بیر", "Hafiz Bir", "person", "'بیر' meets 'Bir' only as it is read, as words of many names would."),
    ("Zarqon JSC", "Заркон ОАО", "organization", "Words that tell little are met too: 'JSC' as 'ОАО'."),
    ("Lakhvi Hafiz", "Hafiz Lakhvi", "person", "The words stand in another order."),
    ("Muhammad bin Salman", "Salman bin Muhammad", "person", "Father and son change places: another person's name."),
    ("Hamid Lakhvi", "Hammad Lakhvi", "person", "'Hamid' is spelt nearly as 'Hammad', but the two are known to be different names."),
    ("Sirajuddin Lakhvi", "Sirajuddin Lakhwi", "person", "'Sirajuddin' is the same word as listed."),
    ("Zarqon Brigade 313", "Zarqon Brigade 55", "organization", "The numbers differ: '313' asked, '55' listed."),
    ("Zarqon Brigade 313", "Zarqon Brigade", "organization", "Only the name asked has a number: '313'."),
    ("Zarqon Brigade", "Zarqon Brigade 313", "organization", "Only the listed name has a number: '313'."),
    ("Zarqon Trading GmbH", "Zarqon Trading Inc", "organization", "The legal forms differ: 'GmbH' asked, 'Inc' listed."),
    ("Anna Larsson", "Peter Okafor", "person", "Too little of the two names meets for them to be compared further."),
]


@pytest.mark.parametrize(("query", "listed", "kind", "sentence"), TOLD)
def test_each_rule_is_told_with_the_words_as_they_were_written(query: str, listed: str, kind: Kind, sentence: str) -> None:
    assert sentence in [r.text for r in compare_names(query, listed, kind=kind).reasons]


@pytest.mark.parametrize(("query", "listed", "kind", "sentence"), TOLD)
def test_the_points_of_the_reasons_of_two_names_add_up_to_their_score(query: str, listed: str, kind: Kind, sentence: str) -> None:
    compared = compare_names(query, listed, kind=kind)
    assert to_score(sum(r.points for r in compared.reasons)) == pytest.approx(compared.score, abs=1e-6), sentence


def test_what_an_acronym_was_asked_as_is_told_first() -> None:
    first, second = compare_names("LeT", "Lashkar-e-Tayyiba", kind="organization").reasons[:2]
    assert (first.code, first.query, first.effect) == ("name.acronym", "LeT", "against")
    assert second.query == "lashkar"


def test_a_misspelt_word_pays_for_its_spelling_and_a_rare_word_gives_more_than_a_common_one() -> None:
    points = {r.query: r.points for r in explain_names("Muhammad Lakhvi Byutukaev", "Muhammad Lakhwi Byutukaev", person=True, engine=load_engine())}
    assert points["Lakhvi"] < points["Byutukaev"]
    assert points["Muhammad"] < points["Byutukaev"]


def find(index: Index, query: Query) -> Hit:
    return index.find_hits(query, threshold=0.3, limit=1)[0]


@pytest.mark.parametrize(("query", "rule"), [
    (Query(names=("Zaki-ur-Rehman Lakhvari",)), "score.equal"),
    (Query(names=("Zakiur Rehman Lakhvari",), births=(DateSpan.parse("1960"),), identifiers=("AB1234567",)), "score.certain"),
    (Query(identifiers=("AB1234567",)), "score.alone"),
    (Query(names=("Jennifer Garcia",), identifiers=("AB1234567",)), "score.despite"),
    (Query(names=("Zaki-ur-Rehman Lakhvari",), births=(DateSpan.parse("1991"),)), None),
    (Query(names=("Major",), births=(DateSpan.parse("1970"),)), None),
])
def test_what_is_not_a_plain_sum_is_told_as_a_rule_of_the_sum(index: Index, query: Query, rule: str | None) -> None:
    hit = find(index, query)
    told = [r.code for r in hit.reasons if r.code.startswith("score.")]
    assert told == ([rule] if rule else [])
    assert to_score(sum(r.points for r in hit.reasons)) == pytest.approx(hit.score, abs=1e-6)


def test_a_weak_alias_is_told_with_what_it_costs(index: Index) -> None:
    (weak,) = [r for r in find(index, Query(names=("Major",))).reasons if r.code == "name.weak_alias"]
    assert weak.text == "The listed name 'Major' is a weak alias: by itself it reaches at most 0.60."
    assert weak.effect == "against"
    assert weak.points < 0


def test_dates_are_shown_as_a_person_reads_them(index: Index) -> None:
    reason = find(index, Query(names=("Salman bin Muhammad Tarkhani",), births=(DateSpan.parse("1969/1971"),))).reasons[-2]
    assert "1969 to 1971 asked, about 1970 listed" in reason.text
    assert (reason.query, reason.candidate) == ("1969/1971", "1970~")


def test_each_feature_has_words_for_people_who_compare_engines() -> None:
    assert set(FEATURES) == {*Features.__struct_fields__, "bias", "equal", "bounds"}


@pytest.mark.parametrize("catalogue", [NAMES, EVIDENCE, BIRTHS, CHANGES, OUTCOMES, MARGINS, FEATURES, FIELDS], ids=str)
def test_each_sentence_can_be_filled_by_name_and_ends_as_one(catalogue: dict[str, str]) -> None:
    for text in catalogue.values():
        assert all(field is None or field.isidentifier() for _, field, _, _ in string.Formatter().parse(text)), text
    if catalogue in (NAMES, EVIDENCE, OUTCOMES, MARGINS):
        assert all(text.endswith(".") for text in catalogue.values())


@pytest.mark.parametrize("kind", [None, "person", "organization"])
@pytest.mark.parametrize(("query", "listed"), [
    ("Hafiz Lakhwi", "Zaki-ur-Rehman LAKHVI"), ("LeT", "Lashkar-e-Tayyiba"), ("Acme & Sons", "Acme Sons Ltd"), ("محمد خان", "Mohammed Khan"),
    ("Ali", "Ali"), ("Ivan", "Peter"),
])
def test_the_score_alone_is_that_of_the_comparison(query: str, listed: str, kind: Kind | None) -> None:
    assert score_names(query, listed, kind=kind) == compare_names(query, listed, kind=kind).score


def test_the_score_alone_refuses_what_the_comparison_refuses() -> None:
    with pytest.raises(BadInput):
        score_names("...", "Ali")
