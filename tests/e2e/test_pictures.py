"""The pictures in the docs: taken of the pages as they are, over the starter register and the invented customers of `tocsin demo`.

A test run takes them into a folder of its own; `make screenshots` sets `PICTURES` to the folder of the docs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

MOST_BYTES = 600_000  # of all pictures together
WIDTH = 1000
ROOT = Path(__file__).resolve().parents[2]
NAMES = ("search", "hit", "screening", "subject", "relations", "changes", "gaps", "monitoring")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    wanted = os.environ.get("PICTURES")
    found = Path(wanted) if wanted else tmp_path_factory.mktemp("pictures")
    found.mkdir(parents=True, exist_ok=True)
    return found


@pytest.fixture
def take(browser: Browser, base: str, administrator: Any, folder: Path) -> Callable[..., None]:
    """`take(page, "search", high=500)` takes the upper part of a page, or one of its parts whole."""

    def shoot(what: Page | Locator, name: str, *, high: int = 640) -> None:
        path = folder / f"{name}.png"
        if isinstance(what, Page):
            what.mouse.move(0, 0)
            what.evaluate("document.activeElement.blur()")
            what.screenshot(path=path, clip={"x": 0, "y": 0, "width": WIDTH, "height": high}, animations="disabled")
        else:
            what.screenshot(path=path, animations="disabled")

    return shoot


@pytest.fixture
def page(inside: Page) -> Page:
    inside.set_viewport_size({"width": WIDTH, "height": 1_400})
    return inside


def test_the_search_and_a_hit(page: Page, take: Callable[..., None]) -> None:
    page.goto("/search")
    page.get_by_label("Name").fill("Zakiur Rehman Lakhwi")
    page.get_by_label("Born").fill("1960")
    hit = page.get_by_role("button", name="Compare and see why").first
    expect(hit).to_be_visible()
    expect(page.locator(".htmx-request")).to_have_count(0)
    take(page, "search", high=720)
    hit.click()
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible()
    take(page, "hit", high=700)


def test_a_file_of_customers(page: Page, take: Callable[..., None]) -> None:
    page.goto("/screening")
    with as_file(files("tocsin.cli") / "data" / "demo_customers.csv") as path:
        page.get_by_label("File", exact=True).set_input_files(path)
        page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Results")).to_be_visible()
    take(page, "screening", high=760)


def test_a_subject_with_its_relations(page: Page, take: Callable[..., None]) -> None:
    page.goto("/subject?ref=lashkar-e-tayyiba")
    take(page, "subject", high=640)
    page.goto("/subject?ref=aqis")
    take(page.locator("svg.relations"), "relations")


def test_the_matrix_of_gaps(page: Page, take: Callable[..., None]) -> None:
    page.goto("/gaps?by=US&no=UN")
    take(page, "gaps", high=870)


def test_a_monitored_population(page: Page, take: Callable[..., None]) -> None:
    page.goto("/monitoring")
    page.get_by_label("Name", exact=True).fill("customers")
    page.get_by_label("Purpose").fill("Account holders")
    with as_file(files("tocsin.cli") / "data" / "demo_customers.csv") as path:
        page.get_by_label("File of members").set_input_files(path)
        page.get_by_role("button", name="Register").click()
    expect(page.get_by_role("status")).to_be_visible()
    page.get_by_role("button", name="Check now").click()
    expect(page.get_by_text("8 findings")).to_be_visible()
    take(page, "monitoring", high=660)


def test_what_an_update_changed(page: Page, take: Callable[..., None], own_list: str) -> None:
    page.goto(f"/lists/changes?key={own_list}")
    take(page, "changes", high=470)


def test_all_pictures_were_taken(folder: Path) -> None:
    assert sorted(p.stem for p in folder.glob("*.png")) == sorted(NAMES)


def test_the_docs_show_each_picture_and_together_they_are_small() -> None:
    kept = sorted((ROOT / "docs" / "pictures").glob("*.png"))
    told = (ROOT / "docs" / "service.md").read_text(encoding="utf-8") + (ROOT / "README.md").read_text(encoding="utf-8")
    assert [p.stem for p in kept] == sorted(NAMES)
    assert [p.name for p in kept if f"pictures/{p.name})" not in told] == []
    assert sum(p.stat().st_size for p in kept) < MOST_BYTES
