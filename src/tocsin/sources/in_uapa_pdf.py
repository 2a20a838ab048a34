"""The First Schedule's PDF to numbered entries.

The text is one paragraph for each entry, "5. Name/Name and all its ...", wrapped over lines; a row of asterisks ends it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tocsin.sources.in_uapa_pages import Document, Entry, find_as_on, make_date, refused

MAX_PAGES = 60
MAX_CHARS = 400_000
_ENTRY = re.compile(r"(\d{1,3})\s*\.\s+(\S.*)")
_END = re.compile(r"\*\s*(?:\*\s*){2,}")
_PAGE = re.compile(r"(?:page\s+)?\d{1,3}(?:\s+of\s+\d{1,3})?", re.I)
_FILE_DATE = re.compile(r"_(\d{2})(\d{2})(\d{4})(?:_\d+)?$")


def read_pdf(data: bytes, name: str) -> Document:
    """The entries, the lines before them, and the date that the text ("As on ...") or the file's name gives.

    `ListRefused`: `truncated` without the end mark of a PDF file, `malformed` when it cannot be opened or holds only
    pictures, `too_large`.
    """
    if b"%%EOF" not in data[-2048:]:
        raise refused("truncated", "the PDF file breaks off: its end mark is missing")
    lines = _read_lines(data)
    entries, heading = _read_entries(lines)
    text = " ".join(heading)
    published = find_as_on(text) or _date_of_file(name)
    return Document(kind="PDF", entries=entries, headings=(text,), published_at=published)


def _read_lines(data: bytes) -> list[str]:
    import pypdfium2  # a large library that only PDF files need

    try:
        pdf = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError:
        raise refused("malformed", "the PDF file cannot be opened: damaged, or locked with a password") from None
    try:
        if len(pdf) > MAX_PAGES:
            raise refused("too_large", f"the PDF file has more than {MAX_PAGES} pages")
        text = ""
        for number in range(len(pdf)):
            page = pdf[number]
            textpage = page.get_textpage()
            text += textpage.get_text_range() + "\n"
            textpage.close()
            page.close()
            if len(text) > MAX_CHARS:
                raise refused("too_large", f"the PDF file has more than {MAX_CHARS:,} characters")
    except pypdfium2.PdfiumError:
        raise refused("malformed", "a page of the PDF file cannot be read") from None
    finally:
        pdf.close()
    if not any(c.isalnum() for c in text):
        raise refused("malformed", "the PDF file has no text: a scanned picture is not read")
    # U+0002 and U+FFFE are what the library gives for a hyphen at the end of a line.
    return text.replace("\x02", "-").replace("\ufffe", "-").splitlines()


def _read_entries(lines: list[str]) -> tuple[tuple[Entry, ...], list[str]]:
    found: list[tuple[str, str]] = []
    heading: list[str] = []
    for line in _until_end(lines):
        start = _ENTRY.fullmatch(line)
        if start and _follows(found, int(start[1])):
            found.append((str(int(start[1])), start[2]))
        elif not found:
            heading.append(line)
        elif not _PAGE.fullmatch(line):
            number, text = found[-1]
            found[-1] = (number, text + line if text.endswith("-") else f"{text} {line}")
    return tuple(Entry(number=number, text=" ".join(text.split())) for number, text in found), heading


def _follows(found: list[tuple[str, str]], number: int) -> bool:
    """Whether a number at the start of a line is an entry's: not lower than the last, and not a year or the like."""
    last = int(found[-1][0]) if found else 0
    return last < number <= last + 10


def _until_end(lines: list[str]) -> Iterator[str]:
    for line in (" ".join(raw.split()) for raw in lines):
        if _END.fullmatch(line):
            return
        if line:
            yield line


def _date_of_file(name: str) -> dt.datetime | None:
    """The day that the ministry writes at the end of its files' names, "..._16092026.pdf"."""
    match = _FILE_DATE.search(PurePosixPath(name).stem)
    return make_date(match[3], match[2], match[1]) if match else None
