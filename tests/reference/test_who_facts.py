"""Who lists the groups and persons of the register's first story, asked of the real lists of five authorities."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tocsin.app import App
from tocsin.registry.who import WhoLists, WhoRow
from tocsin.settings import Settings

pytestmark = pytest.mark.reference

FILES = {
    "in_uapa": "in/in_mha_banned_orgs_page_saved_2023-12-18.html", "un": "un/un_consolidated_2026-02-27.xml.gz",
    "eu_fsf": "eu/eu_fsf_2024-05-13.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz",
}
# Names only, of OFAC's entries of 2025-11, as another project took them from its file: joined by OFAC's numbers.
LATER_NAMES = """
list: {title: Names on OFAC's SDN list of 2025-11, authority: US, plausible: [10000, 30000]}
fields:
  reference: entity_id
  kind: {fixed: unknown}
  names:
    - {each: names, text: full_name, role: {path: is_primary, values: {"true": primary, "false": alias}}}
  identifiers:
    - {path: entity_id, kind: ofac_uid}
ignore:
  names.type_id: numbers of kinds of name
"""
AUTHORITIES = ("EU", "IN", "UK", "UN", "US")


@pytest.fixture(scope="module")
def app(
    shared_data: Path, tmp_path_factory: pytest.TempPathFactory, load_together: Callable[[App, dict[str, Path]], None]
) -> App:
    folder = tmp_path_factory.mktemp("who")
    app = App(Settings(home=folder / "home"))
    uk = folder / "uk.xml"
    uk.write_bytes(load_archive_tool().make_xml(shared_data / "lists/uk/uk_yaml_2026-02-23.tar.xz", shared_data / "lists/uk"))
    load_together(app, {**{key: shared_data / "lists" / name for key, name in FILES.items()}, "uk_sl": uk})
    mapping = folder / "names.yaml"
    mapping.write_text(LATER_NAMES)
    names = shared_data / "lists/us/sdn_entities_2025-11.jsonl.gz"
    assert app.import_list([names], "ofac_names", map_file=mapping).outcome == "updated"
    return app


def load_archive_tool() -> Any:
    path = Path(__file__).resolve().parents[2] / "bench" / "uk_archive.py"
    spec = importlib.util.spec_from_file_location("uk_archive", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def ask(app: App, name: str) -> tuple[WhoLists, dict[str, WhoRow]]:
    """The subject that is meant, and the row of each authority; of the US that of OFAC's list itself."""
    subject = app.who(name)[0]
    rows = {row.authority: row for row in subject.rows if row.list_key != "ofac_names" and not row.derived_from}
    assert tuple(sorted(rows)) == AUTHORITIES
    return subject, rows


def tell(rows: dict[str, WhoRow]) -> dict[str, tuple[str | None, str]]:
    return {a: (row.ref, str(row.since or "")) for a, row in rows.items() if row.listed}


def test_hizbul_mujahideen_is_listed_by_all_but_the_un(app: App) -> None:
    _, rows = ask(app, "Hizbul Mujahideen")
    assert tell(rows) == {
        "EU": ("EU.3665.9", "2005-11-30"), "IN": ("UAPA-I-8", ""), "UK": ("CTI0033", "2020-12-31"), "US": ("22812", "2017-08-17"),
    }
    assert not rows["UN"].listed


def test_masood_azhar_is_listed_by_all_five(app: App) -> None:
    _, rows = ask(app, "Masood Azhar")
    assert tell(rows) == {
        "EU": ("EU.5101.34", "2019-05-01"), "IN": ("UAPA-IV-1", "2019-09-04"), "UK": ("AQD0358", "2019-05-01"),
        "UN": ("QDi.422", "2019-05-01"), "US": ("11459", "2010-11-04"),
    }


def test_syed_salahuddin_is_listed_by_india_and_the_us_alone(app: App) -> None:
    subject, rows = ask(app, "Syed Salahuddin")
    assert tell(rows) == {"IN": ("UAPA-IV-23", "2020-10-27"), "US": ("22563", "2017-06-26")}
    assert subject.kind == "person"


def test_the_resistance_front_is_a_name_of_lashkar_e_tayyiba_in_the_us_of_late_and_not_in_the_un(app: App) -> None:
    subject, rows = ask(app, "The Resistance Front")
    assert subject.caption == "Lashkar-e-Tayyiba"
    assert tell(rows) == {
        "EU": ("EU.1157.14", "2005-05-13"), "IN": ("UAPA-I-5", ""), "UK": ("AQD0065", "2005-05-02"), "UN": ("QDe.118", "2005-05-02"),
        "US": ("7140", "2001-12-20"),
    }
    met = {(row.list_key, row.met) for row in subject.rows if row.listed and not row.derived_from}
    assert met == {
        ("eu_fsf", None), ("in_uapa", None), ("uk_sl", None), ("un", None),
        ("us_ofac", None),  # of 2024-05: the name was added on 2025-07-17
        ("ofac_names", "The Resistance Front"),
    }
