"""Receipts on pages: whoever searched can save the receipt, an administrator can have one replayed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from starlette.responses import Response

from tocsin.app import App
from tocsin.errors import BadInput, NotFound, TocsinError
from tocsin.model.receipt import Receipt, Replay, read_receipt, write_receipt
from tocsin.screen import read_rows
from tocsin.screen.reading import make_options
from tocsin.store.access import Person
from tocsin.web.access import get_app
from tocsin.web.pages.asked import Asked, read_asked, read_query
from tocsin.web.pages.frame import PageRoute, reader, render

MOST_BYTES = 1 << 20  # of a receipt; files that were screened are bounded as they are elsewhere


def make_router() -> APIRouter:
    router = APIRouter(route_class=PageRoute)

    @router.post("/receipt")
    def save_receipt(
        request: Request, person: Annotated[Person, Depends(reader("read!"))], receipt: Annotated[str, Form()] = "",  # noqa: ARG001
    ) -> Response:
        found = read_receipt(receipt.encode("utf-8", "replace"), "The receipt")
        if get_app(request).find_receipt_line(found) is None:
            raise NotFound("The audit has no such receipt. Nothing was saved.")
        name = f'attachment; filename="receipt-{found.id[:8]}.json"'
        return Response(write_receipt(found), media_type="application/json", headers={"Content-Disposition": name})

    @router.get("/replay")
    def show_replay(request: Request, person: Annotated[Person, Depends(reader("administer"))]) -> Response:  # noqa: ARG001
        return _show(request, Asked())

    @router.post("/replay")
    def take_replay(
        request: Request, person: Annotated[Person, Depends(reader("administer!"))],  # noqa: ARG001
        asked: Annotated[Asked, Depends(read_asked)], reference: Annotated[str, Form()] = "",
        receipt: UploadFile | None = None, file: UploadFile | None = None,
    ) -> Response:
        app = get_app(request)
        try:
            data = receipt.file.read(MOST_BYTES + 1) if receipt else b""
            if not data or len(data) > MOST_BYTES:
                raise BadInput(f"Expected the file of a receipt, of at most {MOST_BYTES:,} bytes. Nothing was replayed.")
            found = _replay(app, read_receipt(data, "The file"), asked, reference.strip() or None, file)
        except TocsinError as error:
            return _show(request, asked, reference=reference, error=error)
        return _show(request, asked, reference=reference, found=found)

    return router


def _replay(app: App, receipt: Receipt, asked: Asked, reference: str | None, file: UploadFile | None) -> Replay:
    if file is None or not file.filename:
        return app.replay(receipt, asked=None if asked.is_empty else [(read_query(asked), reference)])
    with _keep(file, app.settings.max_bytes) as path:
        return app.replay(receipt, rows=lambda: read_rows(str(path), make_options(receipt.reading)))


@contextmanager
def _keep(upload: UploadFile, most: int) -> Iterator[Path]:
    """The file that was sent, under a name that ends as its own does, for as long as the block lasts."""
    if (upload.size or 0) > most:
        raise BadInput(f"The file: expected at most {most:,} bytes. Nothing was replayed.")
    ending = "".join(s for s in Path(upload.filename or "").suffixes[-2:] if s.isascii() and s[1:].isalnum())
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file{ending}"
        with path.open("wb") as out:
            shutil.copyfileobj(upload.file, out)
        yield path


def _show(
    request: Request, asked: Asked, *, reference: str = "", error: TocsinError | None = None, found: Replay | None = None
) -> Response:
    return render(
        request, "replay.html", status=error.http_status if error else 200, asked=asked, reference=reference,
        error=str(error) if error else None, found=found,
    )
