"""Laws of the starter register's reader."""

from __future__ import annotations

import contextlib

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import TocsinError
from tocsin.sources import RawFile
from tocsin.sources.starter import load_embedded, parse
from tocsin.sources.starter_yaml import read_starter

(EMBEDDED,) = load_embedded()
HEAD = {
    "format": "1", "as_of": "2026-01-31", "checked": {},
    "programmes": {"Example": {"authority": "UN", "ground": "An invented resolution"}},
}
WORDS = st.text(st.characters(categories=("L", "Nd", "Mn", "Mc", "Po", "Zs")), min_size=1, max_size=30).filter(str.strip)
SUBJECTS = st.lists(
    st.fixed_dictionaries({"names": st.lists(WORDS, min_size=1, max_size=4), "caption": WORDS, "note": WORDS}),
    min_size=1,
    max_size=5,
)


def write(subjects: list[dict]) -> bytes:
    rows = [
        {
            **subject, "key": f"subject-{i}", "kind": "person",
            "listings": [
                {"authority": "UN", "ref": f"XX.{i}", "source": "invented", "measures": [{"programme": "Example"}]}
            ],
        }
        for i, subject in enumerate(subjects)
    ]
    return yaml.safe_dump({**HEAD, "subjects": rows}, allow_unicode=True).encode()


@given(SUBJECTS)
def test_what_was_written_is_read_back(subjects: list[dict]) -> None:
    parsed = parse([RawFile("starter.yaml", write(subjects))])

    assert [x.subject for x in parsed.listings] == [f"subject-{i}" for i in range(len(subjects))]
    for listing, subject in zip(parsed.listings, subjects, strict=True):
        expected = list(dict.fromkeys(" ".join(n.split()) for n in subject["names"]))
        assert [n.text for n in listing.names] == expected
        assert listing.names[0].role == "primary"


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_no_bytes_raise_anything_but_our_own_errors(data: bytes) -> None:
    with contextlib.suppress(TocsinError):
        parse([RawFile("starter.yaml", data)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, len(EMBEDDED.data) - 1), st.binary(min_size=1, max_size=3))
def test_damage_is_refused_or_leaves_every_reference_unique(position: int, noise: bytes) -> None:
    data = EMBEDDED.data[:position] + noise + EMBEDDED.data[position + len(noise) :]

    try:
        listings = parse([RawFile("starter.yaml", data)]).listings
    except TocsinError:
        return
    refs = [(x.authority, x.ref) for x in listings]
    assert len(refs) == len(set(refs))


def test_the_order_of_subjects_only_orders_the_listings() -> None:
    content = yaml.load(EMBEDDED.data, Loader=yaml.BaseLoader)
    content["subjects"].reverse()
    turned = parse([RawFile("starter.yaml", yaml.safe_dump(content, allow_unicode=True).encode())])
    straight = parse([EMBEDDED])

    assert {(x.authority, x.ref): x for x in turned.listings} == {(x.authority, x.ref): x for x in straight.listings}
    assert len(read_starter(EMBEDDED.data).subjects) == 80
