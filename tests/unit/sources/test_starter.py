"""The starter register: what it says, and what its reader refuses."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tocsin.errors import ListRefused
from tocsin.model import Listing, PartialDate
from tocsin.sources import RawFile, get_source
from tocsin.sources.starter import load_embedded, parse
from tocsin.sources.starter_yaml import MAX_BYTES

SMALL = """\
format: 1
as_of: 2026-01-31
checked: {UN: "an invented list"}
programmes:
  Example: {authority: UN, ground: "An invented resolution"}
  EXA: {authority: US, ground: "An invented order"}
subjects:
  - key: lantern-society
    kind: organization
    caption: Lantern Society
    names: [Lantern Society]
    note: An invented society.
    listings:
      - {authority: UN, ref: XXe.001, listed_on: 2001-02-03, measures: [{programme: Example}], source: "entry XXe.001"}
  - key: nemo-nihil
    kind: person
    caption: Nemo Nihil
    names: [Nemo Nihil]
    births: ["1950"]
    relations: [{kind: leader of, subject: lantern-society}]
    note: An invented man.
    listings:
      - {authority: US, ref: "77", measures: [{programme: EXA}], source: "number 77"}
"""


def read(text: str) -> tuple[Listing, ...]:
    return parse([RawFile("starter.yaml", text.encode())]).listings


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) >= 1, old
    return SMALL.replace(old, new, 1)


@pytest.fixture(scope="module")
def find() -> Callable[[str, str], Listing | None]:
    listings = {(x.subject, x.authority): x for x in parse(load_embedded()).listings}
    return lambda subject, authority: listings.get((subject, authority))


# What the register says


def test_the_embedded_register_is_found_among_the_sources_and_is_plausible() -> None:
    source = get_source("starter")
    parsed = source.parse(load_embedded())

    assert source.embedded
    assert source.urls == ()
    assert source.plausible[0] <= len(parsed.listings) <= source.plausible[1]
    assert parsed.records == {"subjects": 80, "listings": 138}
    assert parsed.published_at is not None
    assert parsed.published_at.isoformat() == "2026-08-22T00:00:00+00:00"
    assert parsed.unread == ()


def test_every_listing_names_its_source_its_ground_and_its_subject() -> None:
    for listing in parse(load_embedded()).listings:
        assert listing.list_key == "starter"
        assert listing.subject
        assert [f.key for f in listing.facts].count("source") == 1
        assert listing.measures
        assert all(m.ground for m in listing.measures)
        assert listing.names[0].role == "primary"
        assert [n.role for n in listing.names].count("primary") == 1


def test_hizbul_mujahideen_and_its_leader_are_listed_by_two_and_not_by_the_united_nations(find) -> None:
    assert find("hizbul-mujahideen", "UN") is None
    assert find("syed-salahuddin", "UN") is None
    assert find("hizbul-mujahideen", "US").ref == "22812"
    assert find("syed-salahuddin", "US").ref == "22563"
    assert find("hizbul-mujahideen", "IN").ref == "UAPA-I-8"
    assert find("syed-salahuddin", "IN").listed_on == PartialDate.parse("2020-10-27")


@pytest.mark.parametrize(
    ("subject", "ref", "listed_on"),
    [
        ("al-qaida", "QDe.004", "2001-10-06"),
        ("isil", "QDe.115", "2004-10-18"),
        ("isil-khorasan", "QDe.161", "2019-05-14"),
        ("lashkar-e-tayyiba", "QDe.118", "2005-05-02"),
        ("jaish-i-mohammed", "QDe.019", "2001-10-17"),
        ("haqqani-network", "TAe.012", "2012-11-05"),
        ("tehrik-e-taliban-pakistan", "QDe.132", "2011-07-29"),
        ("hafiz-muhammad-saeed", "QDi.263", "2008-12-10"),
        ("zaki-ur-rehman-lakhvi", "QDi.264", "2008-12-10"),
        ("masood-azhar", "QDi.422", "2019-05-01"),
        ("dawood-ibrahim", "QDi.135", "2003-11-03"),
        ("noor-wali-mehsud", "QDi.427", "2020-07-16"),
        ("sirajuddin-haqqani", "TAi.144", "2007-09-13"),
    ],
)
def test_united_nations_references_and_dates_are_those_of_its_list(find, subject: str, ref: str, listed_on: str) -> None:
    listing = find(subject, "UN")

    assert (listing.ref, str(listing.listed_on)) == (ref, listed_on)


@pytest.mark.parametrize(
    ("subject", "since"),
    [
        ("al-qaida", "1999-10-08"),
        ("lashkar-e-tayyiba", "2001-12-26"),
        ("jaish-i-mohammed", "2001-12-26"),
        ("hizbul-mujahideen", "2017-08-17"),
        ("haqqani-network", "2012-09-19"),
        ("tehrik-e-taliban-pakistan", "2010-09-01"),
        ("isil", "2004-12-17"),
        ("harakat-ul-mujahidin", "1997-10-08"),
        ("harakat-ul-jihad-islami", "2010-08-06"),
        ("indian-mujahideen", "2011-09-19"),
        ("lashkar-i-jhangvi", "2003-01-30"),
        ("aqis", "2016-07-01"),
        ("isil-khorasan", "2016-01-14"),
    ],
)
def test_american_terrorist_organisations_have_the_day_of_their_designation(find, subject: str, since: str) -> None:
    days = {m.programme: str(m.since) for m in find(subject, "US").measures}

    assert days["FTO"] == since


def test_the_united_nations_lists_isil_under_its_older_name(find) -> None:
    assert find("isil", "UN").caption == "Al-Qaida in Iraq"
    assert find("isil", "IN").caption == "Islamic State"


def test_the_resistance_front_is_a_name_of_lashkar_e_tayyiba_for_two_authorities_only(find) -> None:
    def names(authority: str) -> set[str]:
        return {n.text for n in find("lashkar-e-tayyiba", authority).names}

    assert "The Resistance Front" in names("US")
    assert "The Resistance Front" in names("IN")
    assert "The Resistance Front" not in names("UN")


def test_a_listing_that_has_ended_is_told_and_not_claimed(find) -> None:
    assert find("abdul-rehman-makki", "UN") is None
    former = [f for f in find("abdul-rehman-makki", "IN").facts if f.key == "former_listing"]

    assert [f.text for f in former] == ["UN QDi.433, listed 2023-01-16, gone by 2026-08-22"]


# What the reader does with a good file


def test_scalars_are_text_and_never_guessed() -> None:
    listings = read(changed("names: [Nemo Nihil]", "names: [no, 0o17, 2001-01-01]"))

    assert [n.text for n in listings[1].names] == ["no", "0o17", "2001-01-01"]


def test_a_byte_order_mark_is_not_part_of_the_first_field() -> None:
    assert len(read("\ufeff" + SMALL)) == 2


def test_a_relation_carries_the_caption_and_the_key_of_its_target() -> None:
    (relation,) = read(SMALL)[1].relations

    assert (relation.kind, relation.target, relation.ref) == ("leader of", "Lantern Society", "lantern-society")


# What it refuses


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("    note: An invented man.", "    note: An invented man.\n    nmae: x", r"subject 'nemo-nihil'.*nmae"),
        ("    caption: Nemo Nihil\n", "", r"subject 'nemo-nihil'.*caption"),
        ("kind: person", "kind: ghost", r"subject 'nemo-nihil'.*kind"),
        ("  - key: nemo-nihil\n    kind", "  - kind", r"subject 2 \(without a key\).*key"),
        ("key: nemo-nihil", "key: lantern-society", "the key is given to two subjects"),
        ('births: ["1950"]', 'births: ["1950-13"]', r"subject 'nemo-nihil', field births"),
        ('births: ["1950"]', 'births: ["2050"]', "after as_of"),
        ("listed_on: 2001-02-03", "listed_on: 2001-02-30", r"listing UN, field listed_on"),
        ("listed_on: 2001-02-03", "listed_on: 2026-02-03", r"listing UN, field listed_on.*after as_of"),
        ('source: "number 77"', 'source: " "', r"listing US, field source: expected text"),
        ('source: "number 77"', "facts: []", r"subject 'nemo-nihil'.*source"),
        ("programme: EXA}", "programme: Example}", "'Example' is not a programme of US"),
        ("programme: EXA}", "programme: EXB}", "'EXB' is not a programme of US"),
        ("measures: [{programme: EXA}]", "measures: []", "at least one measure"),
        ("subject: lantern-society", "subject: nobody", "'nobody' is not another subject"),
        ("subject: lantern-society", "subject: nemo-nihil", "is not another subject"),
        ('ref: "77",', 'ref: "77", ended: 2020,', "needs a listing that has not ended"),
        ("names: [Nemo Nihil]", "names: []", "at least one name"),
        ("names: [Nemo Nihil]", 'names: [" "]', r"field names\[0\]"),
        ("births:", "nationalities: [PK]\n    births:", "alpha-2 code in lower case"),
        ("as_of: 2026-01-31", "as_of: 2026-01", "expected a full date"),
        ("format: 1", "format: 2", "head of the file"),
        ("format: 1", "format: 1\nextra: 1", "extra"),
        ("format: 1", "format: 1\nformat: 1", "line 2: field 'format' is given twice"),
        ("kind: person", "kind: &k person", "anchors and aliases"),
        ("kind: person", "kind: !!python/name:os.system person", "tags are not read"),
        ("kind: person", "? [a]\n    : person", "a field name must be plain text"),
    ],
)
def test_a_file_that_is_not_exactly_in_the_format_is_refused_with_its_place(old: str, new: str, says: str) -> None:
    with pytest.raises(ListRefused, match=says) as caught:
        read(changed(old, new))

    assert caught.value.reason == "malformed"
    assert "refused as a whole" in str(caught.value)


def test_a_reference_used_twice_by_one_authority_is_refused() -> None:
    twin = SMALL[SMALL.index("  - key: nemo-nihil") :].replace("nemo-nihil", "nemo-alter")

    with pytest.raises(ListRefused, match="listing US, field ref: the reference is used twice"):
        read(SMALL + twin)


def test_two_listings_of_one_subject_by_one_authority_are_refused() -> None:
    row = '      - {authority: US, ref: "77", measures: [{programme: EXA}], source: "number 77"}\n'

    with pytest.raises(ListRefused, match="one listing for each authority"):
        read(SMALL + row.replace("77", "78"))


def test_a_subject_without_any_listing_is_refused() -> None:
    text = SMALL[: SMALL.rindex("    listings:")] + "    listings: []\n"

    with pytest.raises(ListRefused, match="subject 'nemo-nihil', field listings"):
        read(text)


def test_a_bomb_of_aliases_is_refused_at_its_first_anchor() -> None:
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))

    with pytest.raises(ListRefused, match="line 1: anchors and aliases"):
        read(bomb)


def test_deep_nesting_is_refused_before_it_is_built() -> None:
    with pytest.raises(ListRefused, match="12 levels"):
        read("[" * 5_000)


def test_a_file_beyond_the_size_limit_is_not_read() -> None:
    with pytest.raises(ListRefused) as caught:
        parse([RawFile("starter.yaml", b" " * (MAX_BYTES + 1))])

    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("data", [b"", b"# only a comment\n", b"\xef\xbb\xbf", b"subjects: []"])
def test_an_empty_file_is_refused_as_empty(data: bytes) -> None:
    with pytest.raises(ListRefused) as caught:
        parse([RawFile("starter.yaml", data)])

    assert caught.value.reason == "empty"


@pytest.mark.parametrize("data", [b"\xff\xfe", b"a: [", b"a: 1\n---\nb: 2\n", b"just text", b"subjects: 1", b"a: \x00"])
def test_what_is_not_such_a_file_is_refused_as_malformed(data: bytes) -> None:
    with pytest.raises(ListRefused) as caught:
        parse([RawFile("starter.yaml", data)])

    assert caught.value.reason == "malformed"


@pytest.mark.parametrize("count", [0, 2])
def test_exactly_one_file_is_expected(count: int) -> None:
    with pytest.raises(ListRefused, match=f"expected one file, got {count}"):
        parse(load_embedded() * count)
