"""Files and populations in a real browser: handed in, watched, read; with and without script."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, FilePayload, Page, expect

HIT = "Zaki-ur-Rehman Lakhvi"


def make_file(strangers: int, name: str = "customers.csv") -> FilePayload:
    """A file of one listed person in three spellings, a row that cannot be read, and strangers."""
    rows = ["id,name,born", "L1,Zakiur Rehman Lakhwi,1960", "L2,ذکی الرحمن لکھوی,", "L3,?,"]
    rows += [f"{n},Invented Stranger {n} Aaa{n * 7919 % 10007},19{n % 90 + 10}" for n in range(strangers)]
    return FilePayload(name=name, mimeType="text/csv", buffer="\n".join(rows).encode())


def hand_in(page: Page, file: FilePayload) -> None:
    page.goto("/screening")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Hand in").press("Enter")


def test_a_file_is_screened_with_live_progress_and_its_results_come_by_themselves(inside: Page) -> None:
    hand_in(inside, make_file(20_000))
    inside.evaluate("window.stayed = true")
    expect(inside.locator("progress")).to_be_visible()
    now = inside.locator("[aria-live=polite]")
    expect(now.locator("progress[value]")).to_be_visible()
    expect(now).to_contain_text("%")
    expect(now).to_contain_text("It is done.")
    expect(now).to_contain_text("20,003 rows read, 2 with hits, 1 not screened.")
    expect(inside.get_by_role("link", name=HIT)).to_have_count(2)
    expect(inside.get_by_text("Not screened.", exact=True)).to_be_visible()
    assert inside.evaluate("window.stayed") is True
    expect(inside.locator("progress")).to_have_count(0)
    arabic = inside.locator("li[dir=auto]", has_text="لکھوی").first
    assert arabic.evaluate("e => getComputedStyle(e).direction") == "rtl"
    with inside.expect_download() as taken:
        inside.get_by_role("link", name="CSV").click()
    assert "zaki-ur-rehman-lakhvi" in taken.value.path().read_text(encoding="utf-8")
    inside.get_by_label("Least score").fill("0.99")
    inside.get_by_role("button", name="Look").press("Enter")
    inside.get_by_role("link", name=HIT).first.click()
    expect(inside.get_by_role("heading", level=1)).to_have_text(HIT)


def test_a_long_job_is_stopped(inside: Page) -> None:
    hand_in(inside, make_file(300_000))
    inside.get_by_role("button", name="Stop it").press("Enter")
    expect(inside.get_by_text("It was stopped.")).to_be_visible()
    inside.get_by_text("Forget this file and its results").click()
    inside.get_by_role("button", name="Forget").press("Enter")
    expect(inside.get_by_role("heading", name="Your files")).to_be_visible()


def test_a_column_that_nobody_knows_is_told_with_the_nearest(refused: Page) -> None:
    hand_in(refused, FilePayload(name="a.csv", mimeType="text/csv", buffer=b"id,nmae\n1,Anna Berg\n"))
    expect(refused.get_by_role("alert")).to_contain_text("did you mean 'name'?")
    expect(refused.get_by_role("row", name="nmae refused")).to_be_visible()


def test_a_file_is_screened_without_script(browser: Browser, base: str, administrator: Any) -> None:
    context = browser.new_context(base_url=base, storage_state=administrator, java_script_enabled=False)
    page = context.new_page()
    hand_in(page, make_file(0, "plain.csv"))
    for _ in range(200):
        again = page.get_by_role("link", name="Load this page again")
        if not again.count():
            break
        again.click()
    expect(page.get_by_role("link", name=HIT)).to_have_count(2)
    context.close()


def test_a_population_is_registered_checked_told_of_and_removed(inside: Page) -> None:
    inside.goto("/monitoring")
    inside.get_by_label("Name", exact=True).fill("customers")
    inside.get_by_label("Purpose").fill("Account holders")
    inside.get_by_label("File of members").set_input_files(make_file(5))
    inside.get_by_role("button", name="Register").press("Enter")
    expect(inside.get_by_role("status")).to_contain_text("8 members added")
    inside.get_by_role("button", name="Check now").press("Enter")
    expect(inside.get_by_role("link", name=HIT)).to_have_count(2)
    expect(inside.get_by_text("which is in force.")).to_be_visible()
    inside.get_by_role("link", name="Completeness statement").click()
    expect(inside.get_by_text("Not complete.")).to_be_visible()
    inside.go_back()
    inside.get_by_text("Remove members", exact=True).click()
    inside.get_by_label("References, one a line").fill("L3")
    inside.get_by_role("button", name="Remove").first.press("Enter")
    inside.get_by_role("button", name="Check now").press("Enter")
    inside.get_by_role("link", name="Completeness statement").click()
    expect(inside.get_by_text("Complete: everyone was checked")).to_be_visible()
    inside.go_back()
    inside.get_by_text("Remove the whole population").click()
    inside.get_by_label("The name again").fill("customers")
    inside.get_by_role("button", name="Remove").last.press("Enter")
    expect(inside).to_have_url(f"{inside.url.partition('/monitoring')[0]}/monitoring")
    expect(inside.get_by_role("link", name="customers")).to_have_count(0)
