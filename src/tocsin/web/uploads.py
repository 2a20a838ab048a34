"""A form with a file, as browsers send it (multipart/form-data, RFC 7578): the file goes where it belongs piece by piece and
is never whole in memory, and nothing of it is taken before the page's token was seen."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from fastapi import Request
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from tocsin.errors import BadInput
from tocsin.web.bodies import iter_parts

MOST_TEXT = 64_000  # bytes of all fields together
MOST_NAME = 255     # characters of a file's name


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of the form beside the file, and the file's name, of which nothing but its last part is kept; an empty one
    where no file was chosen."""

    fields: dict[str, str]
    filename: str


async def take_upload(
    request: Request, write: Callable[[bytes], object], *, most: int, check: Callable[[str], None], needed: bool = True
) -> Upload:
    """The form of a request; its file is given to `write`. `check` is called with the field `csrf` before anything is
    written, so that field stands before the file.

    `BadInput` for a form without a file where one is `needed`, one that breaks off, and a file over `most` bytes.
    """
    form, checked = _Form(_find_boundary(request)), False
    size = 0
    async for part in iter_parts(request):
        pieces = form.read(part)
        if form.is_in_file and not checked:
            check(form.fields.get("csrf", ""))
            checked = True
        size += sum(map(len, pieces))
        if size > most:
            raise BadInput(f"The file: expected at most {most:,} bytes. Nothing was taken.")
        for piece in pieces:
            await run_in_threadpool(write, piece)
    if not checked:
        check(form.fields.get("csrf", ""))
    return form.finish(needed=needed)


def _find_boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise HTTPException(415, "The form: expected multipart/form-data, as forms with a file are sent. Nothing was done.")
    return options[b"boundary"]


class _Form:
    """What the parser tells: fields as texts, and the file's bytes until they are taken away."""

    def __init__(self, boundary: bytes) -> None:
        self.fields: dict[str, str] = {}
        self.is_in_file = False
        self._filename: str | None = None
        self._header, self._value = bytearray(), bytearray()
        self._name, self._text, self._size = "", bytearray(), 0
        self._in_file, self._ended = False, False
        self._pieces: list[bytes] = []
        self._parser = MultipartParser(boundary, {
            "on_part_begin": self._begin, "on_header_field": self._add_header, "on_header_value": self._add_value,
            "on_header_end": self._end_header, "on_part_data": self._add, "on_part_end": self._end_part,
            "on_end": self._end,
        })

    def read(self, part: bytes) -> list[bytes]:
        """Take a part of the body; what of it is the file's."""
        try:
            self._parser.write(part)
        except FormParserError:
            raise BadInput("The form cannot be read: it is not what its header says. Nothing was taken.") from None
        pieces, self._pieces = self._pieces, []
        return pieces

    def finish(self, *, needed: bool) -> Upload:
        """The form, which must have come to its end."""
        if not self._ended:
            raise BadInput("The form breaks off before its end. Nothing was taken.")
        if needed and not self._filename:
            raise BadInput("No file was chosen. Nothing was taken.")
        return Upload(fields=self.fields, filename=self._filename or "")

    def _begin(self) -> None:
        self._name, self._in_file = "", False
        self._text.clear()

    def _add_header(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _add_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _end_header(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                if self._filename is not None:
                    raise BadInput("The form has two files; expected one. Nothing was taken.")
                self._filename = _clean_name(options[b"filename"].decode("utf-8", "replace"))
                self._in_file = self.is_in_file = True
        self._header.clear()
        self._value.clear()

    def _add(self, data: bytes, start: int, end: int) -> None:
        if self._in_file:
            self._pieces.append(bytes(data[start:end]))
            return
        self._size += end - start
        if self._size > MOST_TEXT:
            raise BadInput(f"The form: expected at most {MOST_TEXT:,} bytes beside the file. Nothing was taken.")
        self._text += data[start:end]

    def _end_part(self) -> None:
        if not self._in_file:
            self.fields[self._name] = self._text.decode("utf-8", "replace").strip()

    def _end(self) -> None:
        self._ended = True


def _clean_name(name: str) -> str:
    """A file's name without folders and without what cannot be printed."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:MOST_NAME]
