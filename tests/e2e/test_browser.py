"""The pages in a real browser: Debian's Chromium, driven by Playwright, against a server as a user starts it.

Whatever a test does, the browser's console must stay without errors, and no request may go beyond the server.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

pytestmark = pytest.mark.usefixtures("administrator")
PASSWORD = "correct horse battery"
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong


def start(link: str) -> str:
    return f"http://{urlsplit(link).netloc}/"


def sign_in(page: Page, link: str) -> None:
    page.goto(start(link))
    expect(page.locator("[autofocus]")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.type("asha")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search$"), timeout=PATIENCE_MS)


def search(page: Page, name: str) -> None:
    page.get_by_label("Name").fill("")
    page.get_by_label("Name").press_sequentially(name)


def test_the_link_is_used_up_and_signing_in_and_out_works_by_keyboard(page: Page, link: str) -> None:
    sign_in(page, link)
    page.get_by_role("button", name="Sign out").press("Enter")
    expect(page).to_have_url(re.compile("/sign-in$"), timeout=PATIENCE_MS)
    page.goto(start(link) + "lists")
    expect(page).to_have_url(re.compile("/sign-in$"), timeout=PATIENCE_MS)


def test_hits_come_as_one_types_and_a_hit_is_reached_by_keyboard(page: Page, link: str) -> None:
    sign_in(page, link)
    expect(page.locator("[autofocus]")).to_be_focused(timeout=PATIENCE_MS)
    page.keyboard.type("Zakiur Rehman Lakhwi")  # the field has the focus
    hit = page.get_by_role("button", name="Compare and see why Zaki-ur-Rehman Lakhvi")
    expect(hit).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_label("Name")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Tab")
        if hit.evaluate("e => e === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Side by side")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("It stays a hit")).to_be_visible()
    assert "Lakhwi" not in page.url
    page.get_by_role("button", name="Back to the hits").press("Enter")
    expect(page.get_by_label("Name")).to_have_value("Zakiur Rehman Lakhwi", timeout=PATIENCE_MS)


def test_everything_works_without_script(browser: Browser, link: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    sign_in(plain, link)
    plain.get_by_label("Name").fill("Zakiur Rehman Lakhwi")
    plain.get_by_label("Name").press("Enter")
    plain.get_by_role("button", name="Compare and see why").first.click(timeout=PATIENCE_MS)
    expect(plain.get_by_role("heading", name="Side by side")).to_be_visible(timeout=PATIENCE_MS)
    plain.get_by_role("button", name="Sign out").click()
    expect(plain).to_have_url(re.compile("/sign-in$"), timeout=PATIENCE_MS)
    context.close()


def test_what_an_update_changed_and_the_matrix_of_gaps_are_reached_by_links_and_forms(page: Page, link: str) -> None:
    sign_in(page, link)
    page.get_by_role("link", name="Lists").click()
    page.get_by_role("link", name="last change starter").click()
    expect(page.get_by_role("rowheader", name="added").first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("link", name="Gaps").click()
    page.get_by_role("group", name="Listed by").get_by_label("US").check()
    page.get_by_role("group", name="and not by").get_by_label("UN").check()
    page.get_by_role("button", name="Look").click()
    expect(page.locator("table.matrix")).to_be_visible(timeout=PATIENCE_MS)


def test_an_update_is_told_field_by_field_with_what_was_before(inside: Page, own_list: str) -> None:
    inside.goto("/lists")
    inside.get_by_role("link", name=f"last change {own_list}").click()
    changed = inside.get_by_role("row", name="changed W-1")
    expect(changed.locator("del", has_text="1970")).to_be_visible()
    expect(changed.locator("ins", has_text="1970-05-02")).to_be_visible()
    for kind, ref in (("added", "W-4"), ("removed", "W-2")):
        inside.get_by_role("main").get_by_role("link", name=kind, exact=True).click()
        expect(inside.get_by_role("row", name=f"{kind} {ref}")).to_be_visible()
        expect(inside.locator("tbody tr")).to_have_count(1)


def test_half_a_date_is_told_beside_the_form_and_what_follows_is_found(page: Page, link: str) -> None:
    sign_in(page, link)
    search(page, "Zakiur Rehman Lakhwi")
    page.get_by_label("Born").press_sequentially("19")
    expect(page.get_by_role("alert")).to_contain_text("born: expected", timeout=PATIENCE_MS)
    page.get_by_label("Born").press_sequentially("60")
    expect(page.get_by_role("alert")).to_have_count(0, timeout=PATIENCE_MS)
    expect(page.get_by_role("link", name="Zaki-ur-Rehman Lakhvi")).to_be_visible(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def raised(tocsin: Callable[..., str], link: str, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Hits of a file whose job raises alerts, handed in beside the server: the customers' references."""
    names = {"4711": "Zakiur Rehman Lakhwi", "4712": "Hafiz Muhammad Saeed", "4713": "Masood Azhar", "4714": "Zaki ur Rehman Lakhvi"}
    file = tmp_path_factory.mktemp("files") / "customers.csv"
    file.write_text("id,name\n" + "".join(f"{reference},{name}\n" for reference, name in names.items()))
    tocsin("jobs", "add", str(file), "--alerts")
    tocsin("jobs", "run")
    return list(names)


def wait_for(page: Page, what: Locator) -> None:
    """Until it is there, and the scripts of its page have run."""
    expect(what).to_be_visible(timeout=PATIENCE_MS)
    page.wait_for_load_state("domcontentloaded")


def test_alerts_are_decided_by_keyboard_alone(page: Page, link: str, raised: list[str]) -> None:
    sign_in(page, link)
    page.get_by_role("link", name="Alerts", exact=True).press("Enter")
    rows, ground = page.locator("tr[data-alert]"), page.get_by_label("Ground")
    wait_for(page, rows.first)
    count, caption = rows.count(), rows.first.locator("th a").inner_text()
    assert count >= len(raised)

    for key, at in (("j", 0), ("j", 1), ("k", 0)):
        page.keyboard.press(key)
        expect(rows.nth(at).locator("th a")).to_be_focused()
    page.keyboard.press("a")
    wait_for(page, rows.first.get_by_text("assigned: asha"))

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("heading", name=caption, exact=True))
    page.keyboard.press("c")
    expect(page.get_by_label("Comment")).to_be_focused()
    page.keyboard.type("just asking; full jaxtfn?")  # keys do nothing while one types
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("listitem").get_by_text("just asking; full jaxtfn?"))

    page.keyboard.press("f")
    expect(page.get_by_label("false match")).to_be_checked()
    expect(ground).to_be_focused()
    page.keyboard.type("another date of birth")
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("heading", name=f"{count - 1} alerts"))

    page.keyboard.press("j")
    page.keyboard.press("t")  # a true match is decided on the page of its alert
    wait_for(page, page.get_by_role("heading", name="Side by side"))
    expect(page.get_by_label("true match")).to_be_checked()
    expect(ground).to_be_focused()
    page.keyboard.type("the same passport")
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("heading", name=f"{count - 2} alerts"))

    for _ in range(count - 2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("n")  # all that are chosen
    expect(ground).to_be_focused()
    page.keyboard.type("a copy of the passport is needed")
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("heading", name="0 alerts"))

    page.goto(start(link) + "decisions")
    expect(page.get_by_role("heading", name=f"{count} decisions")).to_be_visible(timeout=PATIENCE_MS)


def test_the_keys_are_told_and_can_be_turned_off(page: Page, link: str, raised: list[str]) -> None:
    sign_in(page, link)
    page.goto(start(link) + "alerts?state=all")
    focused = page.locator("tr[data-alert] a:focus")
    page.keyboard.press("?")
    expect(page.get_by_text("alert before")).to_be_visible()
    page.get_by_role("button", name="Turn keys off").press("Enter")
    page.keyboard.press("j")
    expect(focused).to_have_count(0)
    page.get_by_role("button", name="Turn keys on").press("Enter")
    page.keyboard.press("j")
    expect(focused).to_have_count(1)
    page.keyboard.press("Enter")
    wait_for(page, page.get_by_role("link", name="Back to the alerts"))
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/alerts\?state=all$"), timeout=PATIENCE_MS)


def test_pages_fit_a_small_screen_and_stand_in_both_colour_schemes(page: Page, link: str) -> None:
    sign_in(page, link)
    page.set_viewport_size({"width": 360, "height": 740})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in ("search", "subject?ref=lashkar-e-tayyiba", "lists", "lists/states?key=starter", "gaps?by=US&no=UN", "users",
                     "alerts?state=all", "decisions"):
            page.goto(start(link) + path)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path


def test_the_skip_link_comes_first_and_leads_to_the_content(page: Page, link: str) -> None:
    sign_in(page, link)
    page.goto(start(link) + "lists")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_names_written_from_right_to_left_are_shown_so(page: Page, link: str) -> None:
    sign_in(page, link)
    page.goto(start(link) + "subject?ref=lashkar-e-tayyiba")
    names = page.locator("main [lang='und-Arab'][dir=auto]")
    assert names.count() > 0
    assert names.first.evaluate("e => getComputedStyle(e).direction") == "rtl"


def test_the_language_is_switched_and_stays(page: Page, link: str) -> None:
    sign_in(page, link)
    page.get_by_role("button", name="हिन्दी").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "hi", timeout=PATIENCE_MS)
    page.goto(start(link) + "lists")
    expect(page.get_by_role("heading", level=1)).to_have_text("सूचियाँ")


def test_the_receipt_of_a_search_is_saved_and_replayed(page: Page, link: str, tmp_path: Path) -> None:
    sign_in(page, link)
    page.get_by_label("Name").fill("Hafiz Saeed")  # at once: a receipt of half a name would be another's
    with page.expect_download(timeout=PATIENCE_MS) as download:
        page.get_by_role("button", name="Save the receipt").click()
    download.value.save_as(tmp_path / "receipt.json")
    page.get_by_role("link", name="Audit").click()
    page.get_by_role("link", name="Replay a receipt").click()
    page.get_by_label("Receipt").set_input_files(tmp_path / "receipt.json")
    page.get_by_label("Name", exact=True).fill("Hafiz Saeed")
    page.get_by_role("button", name="Replay").click()
    expect(page.get_by_role("status")).to_contain_text("Confirmed: the same subjects", timeout=PATIENCE_MS)
