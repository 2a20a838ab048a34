"""Real archives of one YAML a record through the mappings of docs/examples, and real exports of others."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tocsin.sources import Parsed
from tocsin.sources.imported.description import About, Description, Layout, read_description
from tocsin.sources.imported.packs import load_pack
from tocsin.sources.imported.reader import make_source
from tocsin.sources.imported.sniff import find_self_described

pytestmark = pytest.mark.reference
EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def read_archive(shared: Path, name: str, mapping: str) -> Parsed:
    described = read_description((EXAMPLES / mapping).read_bytes(), name=mapping)
    return make_source(described).parse([load_pack([shared / "lists" / name], max_bytes=400_000_000)])


def test_switzerlands_archive_is_read_whole(shared_data: Path) -> None:
    parsed = read_archive(shared_data, "ch/ch_seco_yaml_2026-03.tar.xz", "ch_seco.yaml")
    assert parsed.records == {"records": 8254}
    assert Counter(x.kind for x in parsed.listings) == {"person": 4518, "organization": 3090}
    assert sum(len(x.names) for x in parsed.listings) > 13_000
    assert {u.path.split(" (")[0]: u.count for u in parsed.unread} == {
        "individual.identity.day_month_year.year: no date of the calendar": 2,  # 31 November, 31 April
        "records without a name": 646,                                        # vessels and changes, empty in this archive
    }
    (found,) = [x for x in parsed.listings if x.ref == "85320"]
    assert (found.caption, str(found.births[0].span)) == ("Belokobylsky Konstantin Petrovich", "1977-06-02")
    assert {(p.kind, p.text) for p in found.names[0].parts} >= {("family", "Belokobylsky"), ("patronymic", "Petrovich")}


def test_turkiyes_archive_is_read_whole(shared_data: Path) -> None:
    parsed = read_archive(shared_data, "tr/tr_hmb_yaml_2026-08-08.tar.xz", "tr_hmb.yaml")
    assert len(parsed.listings) == 276
    assert len({x.ref for x in parsed.listings}) == 276
    assert Counter(c.code for x in parsed.listings for c in x.countries) == {"kp": 148, "ir": 121, "cn": 4, "mh": 1, "pa": 1, "sg": 1}
    assert {u.path for u in parsed.unread} <= {
        "date_of_birth: no date of the formats in the mapping", "listed_date: no date of the formats in the mapping",
    }
    (found,) = [x for x in parsed.listings if x.ref == "tr-20"]
    assert (found.caption, str(found.births[0].span), str(found.listed_on)) == ("KANG RYONG", "1969-08-21", "2016-03-02")


@pytest.mark.parametrize(("name", "expected", "count", "births"), [
    ("ftm_export_wd_persons_2024-03.ftm.json.gz", "ftm", 100, 101), ("ftm_export_sa_wiki_peps_v2_2024-03.ftm.json.gz", "ftm", 615, None),
    ("ftm_statements_wd_persons_2024-03.pack.gz", "statements", 100, 101), ("senzing_wd_persons_2024-03.json", "senzing", 121, 101),
])
def test_exports_of_others_are_known_for_what_they_are_and_read_whole(
    shared_data: Path, name: str, expected: str, count: int, births: int | None
) -> None:
    file = load_pack([shared_data / "resolution" / name], max_bytes=400_000_000)
    assert find_self_described(file) == expected
    about = About(key="theirs", title="Theirs", authority="XX")
    parsed = make_source(Description(list=about, file=Layout(format=expected))).parse([file])  # type: ignore[arg-type]
    assert len(parsed.listings) == count
    assert parsed.unread == ()
    assert births is None or sum(len(x.births) for x in parsed.listings) == births
