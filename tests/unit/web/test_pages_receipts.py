"""Saving a receipt from the page of a search, and having it replayed."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tocsin.app import App
from tocsin.store.access import Role

ASKED = {"name": "Zakiur Rehman Lakhwi", "born": "1960", "country": "pk"}


def save_receipt(browser: TestClient) -> bytes:
    """The file that the button on a search's page gives."""
    page = browser.post("/search", data=ASKED).text
    told = re.search(r'name="receipt" value="([^"]+)"', page)
    assert told is not None
    saved = browser.post("/receipt", data={"receipt": html.unescape(told.group(1))}, files={"none": b""})
    assert saved.status_code == 200
    assert 'filename="receipt-' in saved.headers["content-disposition"]
    return saved.content


def replay(browser: TestClient, receipt: bytes, **fields: str) -> tuple[int, str]:
    found = browser.post("/replay", data=fields, files={"receipt": ("receipt.json", receipt)})
    return found.status_code, html.unescape(found.text)


def test_the_receipt_of_a_search_is_saved_and_confirmed(analyst: TestClient, administrator: TestClient) -> None:
    receipt = save_receipt(analyst)
    assert b"Lakhwi" not in receipt
    status, page = replay(administrator, receipt, **ASKED)
    assert status == 200
    assert "Confirmed: the same subjects" in page


def test_another_question_and_a_changed_receipt_are_refused_on_the_page(analyst: TestClient, administrator: TestClient) -> None:
    receipt = save_receipt(analyst)
    status, page = replay(administrator, receipt, **{**ASKED, "born": "1961"})
    assert status == 400
    assert "This is not the question that was asked" in page
    status, page = replay(administrator, receipt.replace(b'"limit": 10', b'"limit": 11'), **ASKED)
    assert status == 422
    assert "is not as line" in page


def test_a_receipt_that_nobody_issued_cannot_be_saved(analyst: TestClient) -> None:
    receipt = save_receipt(analyst).decode()
    for forged in (receipt.replace('"hits": 1', '"hits": 2', 1), "{}", "\ud800"):
        assert analyst.post("/receipt", data={"receipt": forged.encode("utf-8", "replace")}).status_code in (400, 422)


def test_the_file_of_a_receipt_is_screened_again(administrator: TestClient, app: App, tmp_path: Path) -> None:
    from tocsin.model.receipt import write_receipt
    from tocsin.screen import read_rows
    from tocsin.screen.hit_decisions import screen_held
    from tocsin.screen.receipts import make_row_found

    path = tmp_path / "people.csv"
    path.write_text("name,born\nHafiz Saeed,\nNobody Of That Name,1990\n", encoding="utf-8")
    basis, index = app.open_basis()
    draft = app.draft_receipt("screen", basis, limit=10)
    for result in screen_held(draft.read(read_rows(str(path))), index, None, threshold=basis.threshold, limit=10):
        draft.answer(make_row_found(result))
    receipt = write_receipt(draft.issue(app.record_screening, {}))
    files = {"receipt": ("receipt.json", receipt), "file": ("people.csv", path.read_bytes())}
    assert "Confirmed: the same subjects" in administrator.post("/replay", files=files).text
    files["file"] = ("people.csv", path.read_bytes().replace(b"1990", b"1991"))
    assert "This is not the question that was asked" in administrator.post("/replay", files=files).text


@pytest.mark.parametrize("role", ["viewer", "analyst", "approver"])
def test_only_administrators_replay(sign_in_as: Callable[[Role], TestClient], role: Role) -> None:
    assert sign_in_as(role).get("/replay").status_code == 403
