"""For the tests in a browser: Debian's Chromium, driven by Playwright, against a server as a user starts it.

Whatever a test does with `page` or `inside`, the console must stay without errors, and no request may go beyond the server.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

PASSWORD = "correct horse battery"
PATIENCE_MS = 60_000  # a busy machine is slow, not wrong
OLD_ROWS = (
    "W-1,person,Invented Person One,,1970,2024-01-15\nW-2,organization,Orion Trading Example,Orion T.,,2024-02-01\n"
    "W-3,person,मनगढ़ंत व्यक्ति,,1981,2024-03-01\n"
)
NEW_ROWS = (
    "W-1,person,Invented Person One,Invented P. Uno,1970-05-02,2024-01-15\n"
    "W-3,person,मनगढ़ंत व्यक्ति,شخص مختلق,1981,2024-03-01\nW-4,person,Another Invented Person,,1990,2025-06-30\n"
)
TOCSIN = str(Path(sys.executable).with_name("tocsin"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Tests that ask for it skip without it, and fail when `CI=true`."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        reason = "no chromium (Debian: apt-get install chromium)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the register that is served."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def environ(home: Path) -> dict[str, str]:
    """The environment in which commands find that register."""
    found = {**os.environ, "TOCSIN_HOME": str(home)}
    found.pop("TOCSIN_DATABASE", None)
    return found


@pytest.fixture(scope="module")
def tocsin(environ: dict[str, str]) -> Callable[..., str]:
    """`tocsin("jobs", "list")` runs a command as a user would, beside the server; what it prints."""

    def run(*words: str, codes: tuple[int, ...] = (0,)) -> str:
        done = subprocess.run([TOCSIN, *words], capture_output=True, text=True, env=environ, check=False)
        assert done.returncode in codes, done.stderr
        return done.stdout

    return run


@pytest.fixture(scope="module")
def link(environ: dict[str, str]) -> Iterator[str]:
    """A server over a new register: its link to set it up."""
    process = subprocess.Popen([TOCSIN, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True, env=environ)
    assert process.stderr is not None
    try:
        yield next(line.strip() for line in process.stderr if "/set-up/" in line)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


@pytest.fixture(scope="module")
def base(link: str) -> str:
    """The address of the server, without a slash at its end."""
    return f"http://{urlsplit(link).netloc}"


@pytest.fixture(scope="module")
def administrator(browser: Browser, link: str) -> Any:
    """The first start, once for all tests of a module: by keyboard alone. What the browser then knows."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(link)
    expect(page.locator("[autofocus]")).to_be_focused(timeout=PATIENCE_MS)
    for text in ("asha", PASSWORD, PASSWORD):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search$"), timeout=PATIENCE_MS)
    state = context.storage_state()
    context.close()
    return state


@contextmanager
def watch(context: BrowserContext, base: str, *, refusals: bool = False) -> Iterator[Page]:
    """A page of a browser whose console and requests are watched; with `refusals` pages may answer 4xx, which it tells."""
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    opened = context.new_page()
    errors: list[str] = []
    hosts: set[str] = set()
    opened.on("console", lambda message: errors.append(message.text) if message.type in ("error", "warning") else None)
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("request", lambda sent: hosts.add(urlsplit(sent.url).netloc))
    yield opened
    context.close()
    assert [e for e in errors if not (refusals and "responded with a status of 4" in e)] == []
    assert hosts - {""} <= {urlsplit(base).netloc}


@pytest.fixture
def page(browser: Browser, base: str) -> Iterator[Page]:
    """A page of a new browser in which nobody is signed in."""
    with watch(browser.new_context(), base) as opened:
        yield opened


@pytest.fixture
def inside(browser: Browser, base: str, administrator: Any) -> Iterator[Page]:
    """A page of a new browser in which the administrator is signed in."""
    with watch(browser.new_context(base_url=base, storage_state=administrator), base) as opened:
        yield opened


@pytest.fixture
def refused(browser: Browser, base: str, administrator: Any) -> Iterator[Page]:
    """As `inside`, for what is refused with 4xx."""
    with watch(browser.new_context(base_url=base, storage_state=administrator), base, refusals=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def own_list(tocsin: Callable[..., str], link: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The key of an invented list that was imported twice beside the server, with other values the second time."""
    folder = tmp_path_factory.mktemp("lists")
    (folder / "map.yaml").write_text(
        "list: {title: Watch list of Example Bank, authority: EX-BANK, plausible: [1, 100], shrink_limit: 0.5}\n"
        "fields: {reference: ref, kind: {path: kind}, names: [{path: name}, {path: alias, separators: [';']}], births: [{path: born}], listed_on: since}\n"
    )
    for name, rows in (("old", OLD_ROWS), ("new", NEW_ROWS)):
        (folder / f"{name}.csv").write_text("ref,kind,name,alias,born,since\n" + rows, encoding="utf-8")
        given = ("--map", str(folder / "map.yaml")) if name == "old" else ()
        tocsin("import", str(folder / f"{name}.csv"), *given, "--as", "my_watchlist")
    return "my_watchlist"
