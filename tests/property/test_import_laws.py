"""Laws of importing and exporting: what goes out as FollowTheMoney comes back the same, and no input breaks the reader."""

from __future__ import annotations

import contextlib
import csv
import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.errors import TocsinError
from tocsin.exchange.flat import COLUMNS, iter_lines
from tocsin.exchange.ftm import iter_ftm
from tocsin.exchange.selection import Chosen
from tocsin.exchange.senzing import iter_senzing
from tocsin.model import CountryValue, DateSpan, DateValue, Entity, Identifier, Listing, Measure, Name, Origin, PartialDate
from tocsin.names.scripts import script_of
from tocsin.screen.writing import FORMULA_STARTS, make_harmless
from tocsin.sources import Parsed, RawFile
from tocsin.sources.imported.description import About, Description, Layout, read_description
from tocsin.sources.imported.plain import PlainFault, read_yaml
from tocsin.sources.imported.reader import make_source

AT = Origin(field="X")
ABOUT = About(key="back", title="Back", authority="XX")
WORD = st.text(st.sampled_from("abcdefgABCDEFG éüяшعبद0'-"), min_size=1, max_size=20).map(lambda t: " ".join(t.split())).filter(
    lambda t: any(c.isalnum() for c in t)
)
DAYS = st.dates().map(PartialDate.of) | st.integers(1800, 2020).map(lambda y: PartialDate(year=y))
SPANS = st.tuples(DAYS, DAYS, st.booleans()).map(
    lambda t: DateSpan(first=min(t[:2], key=lambda d: d.earliest), last=max(t[:2], key=lambda d: d.latest), circa=t[2])
) | DAYS.map(DateSpan.at)
KINDS_OF_NUMBERS = {
    "person": ("passport", "national_id", "tax_id", "email", "phone", "wallet", "other_id"),
    "organization": ("registration", "tax_id", "lei", "bic", "website", "imo", "other_id"),
    "vessel": ("imo", "mmsi", "call_sign", "registration", "other_id"),
    "aircraft": ("aircraft_serial", "registration", "tail_number"), "unknown": ("tax_id", "passport", "other_id"),
}
ROLES_OF_COUNTRIES = {
    "person": ("nationality", "citizenship", "birth", "related"), "organization": ("nationality", "related"),
    "vessel": ("flag", "former_flag", "related"), "aircraft": ("related",), "unknown": ("nationality", "related"),
}


@st.composite
def listings(draw: st.DrawFn) -> Listing:
    kind = draw(st.sampled_from(list(KINDS_OF_NUMBERS)))
    texts = draw(st.lists(WORD, min_size=1, max_size=6, unique=True))
    names = tuple(
        Name(text=text, role="primary" if n == 0 else draw(st.sampled_from(["alias", "former"])), script=script_of(text), origin=AT,
             quality="strong" if n == 0 else draw(st.sampled_from(["strong", "weak"])))
        for n, text in enumerate(texts)
    )
    numbers = draw(st.lists(st.text("ABC0123456789", min_size=3, max_size=9), max_size=4, unique=True))
    return Listing(
        list_key="mine", authority="XX", ref=draw(st.text("ABC.abc/ 12", min_size=1, max_size=8)).strip() or "1", kind=kind, names=names,
        births=tuple(DateValue(span=s, origin=AT) for s in draw(st.lists(SPANS, max_size=3, unique_by=str))),
        countries=tuple(
            CountryValue(role=draw(st.sampled_from(ROLES_OF_COUNTRIES[kind])), text=c, code=c, origin=AT)
            for c in draw(st.lists(st.sampled_from(["pk", "ae", "us", "fr"]), max_size=3, unique=True))
        ),
        identifiers=tuple(
            Identifier(kind=draw(st.sampled_from(KINDS_OF_NUMBERS[kind])), number=n, origin=AT, country=draw(st.sampled_from([None, "pk"])))
            for n in numbers
        ),
        measures=tuple(Measure(programme=p, origin=AT) for p in draw(st.lists(st.sampled_from(["A", "B"]), max_size=2, unique=True))),
        listed_on=draw(st.none() | DAYS),
    )


def choose(listing: Listing) -> tuple[Chosen, ...]:
    return (Chosen(Entity(id="mine:1", caption=listing.caption, kind=listing.kind, listings=(listing,)), listing),)


def read(data: bytes, form: str) -> Parsed:
    source = make_source(Description(list=ABOUT, file=Layout(format=form)))  # type: ignore[arg-type]
    return source.parse([RawFile("x.json", data)])


def say(listing: Listing) -> dict[str, object]:
    """What must survive. A weak former name is a weak alias there, as FollowTheMoney has one property for both."""
    return {
        "kind": listing.kind, "primary": listing.names[0].text, "listed": listing.listed_on,
        "names": {(n.text, n.quality, n.role == "former" and n.quality == "strong") for n in listing.names},
        "births": [str(b.span) for b in listing.births],
        "countries": {(c.role, c.code) for c in listing.countries},
        "identifiers": {(i.kind, i.number) for i in listing.identifiers if i.kind != "un_ref"},
        "programmes": sorted(m.programme for m in listing.measures) or ["XX"],
    }


@given(listings())
def test_what_is_exported_as_followthemoney_comes_back_the_same(listing: Listing) -> None:
    data = b"".join(msgspec.json.encode(entity) + b"\n" for entity in iter_ftm(choose(listing)))
    parsed = read(data, "ftm")
    (back,) = parsed.listings
    assert parsed.unread == ()
    assert say(back) == say(listing)


@given(listings())
def test_what_is_exported_as_senzing_json_comes_back_with_its_names_births_and_numbers(listing: Listing) -> None:
    data = b"".join(msgspec.json.encode(record) + b"\n" for record in iter_senzing(choose(listing)))
    parsed = read(data, "senzing")
    (back,) = parsed.listings
    assert parsed.unread == ()
    for part in ("kind", "primary", "births", "identifiers", "listed"):
        assert say(back)[part] == say(listing)[part], part
    assert {n.text for n in back.names} == {n.text for n in listing.names}


@given(listings(), st.sampled_from(FORMULA_STARTS))
def test_no_cell_of_an_exported_table_begins_like_a_formula(listing: Listing, start: str) -> None:
    first = msgspec.structs.replace(listing.names[0], text=start + "SUM(A1)")
    (line,) = iter_lines(choose(msgspec.structs.replace(listing, names=(first, *listing.names[1:]))))
    assert set(line) == set(COLUMNS)
    assert not any(str(make_harmless(value) or "").startswith(FORMULA_STARTS) for value in line.values())


MAPPING = read_description(b"""
list: {key: back, title: Back, authority: XX}
file: {optional: [b, c, d.e, n, n.v]}
fields:
  reference: a
  kind: person
  names: [{path: b, separators: [";"]}, {each: n, text: v}]
  births: [c]
  addresses: [d.e]
""", name="m")
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcden"), inner, max_size=4), max_leaves=12,
)


@given(st.lists(TREES, max_size=4))
def test_no_object_raises_anything_but_our_own_errors(trees: list[object]) -> None:
    data = b"\n".join(msgspec.json.encode(tree) for tree in trees)
    for form in ("jsonl", "ftm", "senzing"):
        described = msgspec.structs.replace(MAPPING, file=Layout(format=form, optional=MAPPING.file.optional))  # type: ignore[arg-type]
        try:
            parsed = make_source(described).parse([RawFile("x.json", data)])
        except TocsinError:
            continue
        assert all(x.ref and x.names for x in parsed.listings)


@given(st.binary(max_size=80), st.sampled_from(["csv", "jsonl", "yaml", "ftm", "statements", "senzing", "xlsx"]))
def test_no_bytes_raise_anything_but_our_own_errors(data: bytes, form: str) -> None:
    described = msgspec.structs.replace(MAPPING, file=Layout(format=form))  # type: ignore[arg-type]
    with contextlib.suppress(TocsinError):
        make_source(described).parse([RawFile("x", data)])


@given(st.text(max_size=60))
def test_no_text_makes_the_yaml_reader_raise_anything_else(text: str) -> None:
    with contextlib.suppress(PlainFault):
        read_yaml(text.encode("utf-8", "replace"))


@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=5))
def test_every_cell_of_a_table_is_mapped_ignored_or_reported(rows: list[tuple[str, str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["a", "b", "z"], *((n, *row) for n, row in enumerate(rows))])
    parsed = make_source(MAPPING).parse([RawFile("x.csv", out.getvalue().encode())])
    assert {u.path: u.count for u in parsed.unread} == {"z": len(rows)}
    assert len(parsed.listings) == len(rows)


@pytest.mark.parametrize("size", [1, 3])
def test_an_interval_of_births_has_both_ends_where_others_look(size: int) -> None:
    span = DateSpan.parse("1965/1968")
    name = Name(text="Amina Testova", role="primary", quality="strong", script="Latn", origin=AT)
    listing = Listing(list_key="mine", authority="XX", ref="1", kind="person", names=(name,), births=(DateValue(span=span, origin=AT),) * size)
    thing = next(iter(iter_ftm(choose(listing))))
    assert thing["properties"]["birthDate"] == ["1965", "1968"]
