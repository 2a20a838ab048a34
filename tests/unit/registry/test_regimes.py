"""The table of regimes."""

from __future__ import annotations

from collections import Counter

import pytest

from tocsin.model import Listing, Measure, Name, Origin
from tocsin.registry.regimes import OF_LIST, REGIMES, find_regime, iter_programmes, iter_unmapped, regimes_of
from tocsin.sources.eu_acts import PROGRAMMES
from tocsin.sources.ofac_tables import GROUNDS, NON_SDN
from tocsin.sources.un import REGIMES as UN_REGIMES


def listed(authority: str, list_key: str, *programmes: str) -> Listing:
    return Listing(
        list_key=list_key, authority=authority, ref="1", kind="organization",
        names=(Name(text="X", role="primary", quality="strong", script="Latn", origin=Origin(field="NAME")),),
        measures=tuple(Measure(programme=p, origin=Origin(field="P")) for p in programmes),
    )


def test_each_programme_has_one_regime() -> None:
    table = list(iter_programmes())
    assert [pair for pair, count in Counter((a, p) for a, p, _ in table).items() if count > 1] == []
    assert {regime for _, _, regime in table} == set(REGIMES)


def test_every_programme_that_a_reader_knows_is_in_the_table() -> None:
    known = [("EU", code) for code in PROGRAMMES] + [("UN", name) for name, _ in UN_REGIMES.values()]
    known += [("US", code) for code in (*GROUNDS, *NON_SDN)]
    left = {"CCMC-EO13959", "CAPTA", "NS-CCMC", "NS-MBS"}  # never seen in a file; "other", and told
    assert {pair for pair in known if find_regime(*pair) is None} - {("US", code) for code in left} == set()


@pytest.mark.parametrize(("listing", "regimes"), [
    (listed("US", "us_ofac", "SDNTK", "SDGT", "FTO"), ("crime", "terrorism")),
    (listed("UN", "un", "Taliban"), ("terrorism",)),
    (listed("CA", "ca_sema", "Atlantis"), ("country",)),
    (listed("US", "us_ofac", "ATLANTIS-EO99999"), ("other",)),
    (listed("PK", "pk_nacta"), ("terrorism",)),
    (listed("XX", "my_list"), ("other",)),
])
def test_a_listing_has_the_regimes_of_its_programmes_else_its_lists_else_other(
    listing: Listing, regimes: tuple[str, ...]
) -> None:
    assert regimes_of(listing) == regimes


def test_what_no_line_of_the_table_covers_is_told() -> None:
    assert list(iter_unmapped(listed("US", "us_ofac", "SDGT", "ATLANTIS-EO99999"))) == ["ATLANTIS-EO99999"]
    assert list(iter_unmapped(listed("CA", "ca_sema", "Atlantis"))) == []
    assert set(OF_LIST.values()) <= set(REGIMES)
