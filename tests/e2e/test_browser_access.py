"""Every page, for everybody: axe-core finds nothing in light or dark, nothing scrolls sideways on a narrow screen, and all that
can be used is reached by keyboard, with a focus that is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from fastapi.routing import APIRoute
from playwright.sync_api import Page, expect

from tocsin.web.pages import PAGES

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "preload": False}
NARROW = {"width": 320, "height": 640}
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
ROWS = "id,name,born\nL1,Zakiur Rehman Lakhwi,1960\nL2,ذکی الرحمن لکھوی,\nL3,?,\nL4,Anna Berg,03/04/1965\n"
LONG = "Name" * 40
# An address for each page that is loaded by one; a new page needs its own here.
ADDRESSES = {
    "/search": "/search", "/hit": "/hit", "/sign-in": "/sign-in", "/set-up/{token}": "/set-up/used",
    "/screening": "/screening", "/screening/{id}": "/screening/JOB", "/monitoring": "/monitoring",
    "/monitoring/{name}": "/monitoring/crew", "/monitoring/{name}/members": "/monitoring/crew/members",
    "/monitoring/{name}/statement": "/monitoring/crew/statement", "/subject": "/subject?ref=lashkar-e-tayyiba",
    "/history": "/history?ref=UAPA-I-5", "/lists": "/lists", "/lists/health": "/lists/health?key=starter",
    "/lists/states": "/lists/states?key=starter", "/lists/changes": "/lists/changes?key=starter",
    "/gaps": "/gaps?by=US&no=UN", "/audit": "/audit?verify=1", "/users": "/users", "/alerts": "/alerts?state=all",
    "/alerts/{number}": "/alerts/1", "/decisions": "/decisions", "/replay": "/replay",
}

LEADING_ON = ("/sign-in/openid", "/sign-in/openid/back", "/sign-out/openid")  # they show nothing themselves


@pytest.fixture(scope="module")
def job(tocsin: Callable[..., str], administrator: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A job that is done, and a population that was checked, made beside the server."""
    file = tmp_path_factory.mktemp("files") / "customers.csv"
    file.write_text(ROWS, encoding="utf-8")
    tocsin("monitor", "add", "crew", str(file), "--purpose", "Crew of our ships", "--webhook", "http://127.0.0.1:9/", codes=(0, 1))
    return tocsin("jobs", "add", str(file), "--label", LONG, "--all", "--alerts").strip()


def test_every_page_is_looked_at_here() -> None:
    routes = [r for module in PAGES for r in module.make_router().routes if isinstance(r, APIRoute)]
    assert {r.path for r in routes if "GET" in r.methods} == {*ADDRESSES, *LEADING_ON}


def find_faults(page: Page) -> list[tuple[str, str, str]]:
    """What axe-core finds in light and in dark, and whether a narrow screen scrolls sideways."""
    faults = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found = AXE.run(page, options=RULES).response["violations"]
        faults += [(scheme, f["id"], node["html"][:200]) for f in found for node in f["nodes"]]
    page.emulate_media(color_scheme="light")
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(("narrow", "scrolls", page.url))
    assert before is not None
    page.set_viewport_size(before)
    return faults


def find_unreached(page: Page) -> list[str]:
    """What can be used and is not reached by the tab key, or shows no focus when it is."""
    count = page.evaluate(
        """what => [...document.querySelectorAll(what)].filter(e => e.checkVisibility() && !e.disabled)
        .map((e, n) => e.setAttribute('data-place', n)).length""", FOCUSABLE,
    )
    page.evaluate("document.activeElement.blur()")
    met: dict[str, bool] = {}
    for _ in range(count + 8):
        page.keyboard.press("Tab")
        place, is_seen = page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.getAttribute('data-place'), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) > 0]; }"""
        )
        met.setdefault(str(place), is_seen)
    missed = [str(n) for n in range(count) if not met.get(str(n))]
    return [page.locator(f"[data-place='{n}']").evaluate("e => e.outerHTML.slice(0, 120)") for n in missed]


@pytest.mark.parametrize("route", [r for r in ADDRESSES if r not in ("/sign-in", "/hit")])
def test_a_page_is_clean_in_both_colour_schemes_and_fits_a_narrow_screen(inside: Page, route: str, job: str) -> None:
    address = ADDRESSES[route].replace("JOB", job)
    if route == "/set-up/{token}":  # its link was used: a page that says so, which the browser's console tells as 404
        address = "/search"
    inside.goto(address)
    if route == "/screening/{id}":
        expect(inside.get_by_role("heading", name="Results")).to_be_visible()
    assert find_faults(inside) == []


@pytest.mark.parametrize("route", ["/search", "/screening", "/screening/{id}", "/monitoring/{name}", "/subject", "/gaps", "/users"])
def test_all_that_can_be_used_is_reached_by_keyboard_with_a_focus_that_is_seen(inside: Page, route: str, job: str) -> None:
    inside.goto(ADDRESSES[route].replace("JOB", job))
    if route == "/screening/{id}":
        expect(inside.get_by_role("heading", name="Results")).to_be_visible()
    assert find_unreached(inside) == []


def test_hits_and_the_page_of_a_hit_are_clean(inside: Page) -> None:
    inside.goto("/search")
    inside.get_by_label("Name").fill("Zakiur Rehman Lakhwi")
    hit = inside.get_by_role("button", name="Compare and see why").first
    expect(hit).to_be_visible()
    expect(inside.locator(".htmx-request")).to_have_count(0)
    assert find_faults(inside) == []
    hit.click()
    expect(inside.get_by_role("heading", name="Side by side")).to_be_visible()
    assert find_faults(inside) == []


def test_pages_before_signing_in_are_clean(page: Page, base: str) -> None:
    page.goto(f"{base}/sign-in")
    assert find_faults(page) == []
    assert find_unreached(page) == []


def test_pages_in_hindi_are_clean(inside: Page, job: str) -> None:
    inside.goto("/screening")
    inside.get_by_role("button", name="हिन्दी").press("Enter")
    expect(inside.locator("html")).to_have_attribute("lang", "hi")
    for address in ("/screening", f"/screening/{job}", "/monitoring/crew", "/subject?ref=lashkar-e-tayyiba", "/gaps?by=US&no=UN"):
        inside.goto(address)
        assert find_faults(inside) == []


def test_pages_of_errors_are_clean(refused: Page, job: str, tmp_path: Path) -> None:
    page = refused
    page.goto("/set-up/used")
    assert find_faults(page) == []
    page.goto("/subject?ref=nobody-of-that-name")
    assert find_faults(page) == []
    wrong = tmp_path / "wrong.csv"
    wrong.write_text(f"id,nmae,{LONG}\n1,x,y\n", encoding="utf-8")
    page.goto("/screening")
    page.get_by_label("File", exact=True).set_input_files(wrong)
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert find_faults(page) == []
    page.goto("/monitoring/crew")
    page.get_by_text("One member").click()
    page.get_by_label("Reference", exact=True).fill("x")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert find_faults(page) == []


def test_axe_finds_what_is_wrong(refused: Page) -> None:
    page = refused
    page.goto("/lists")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/none\"><input>')")
    assert {"image-alt", "label"} <= {rule for _, rule, _ in find_faults(page)}
    page.evaluate("document.querySelector('main').innerHTML = '<pre>' + 'x'.repeat(500) + '</pre>'")
    assert ("narrow", "scrolls", page.url) in find_faults(page)
