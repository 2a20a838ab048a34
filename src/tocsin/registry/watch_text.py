"""Text that was mangled on its way: what is wrong with one string.

Real lists hold names in a dozen scripts, so that a letter is never wrong by itself; what gives damage away is a pattern
that no writing has. How rare each pattern is in true lists stands in `watch_rules`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.registry.watch_rules import MARKS_IN_A_ROW

# Encodings in which UTF-8 is commonly misread, and how many letters a whole run must give for it to be no accident; 0: one
# anywhere. 'Ã©' is written by nobody, while the Cyrillic and Arabic pages have letters where UTF-8 has its lead bytes.
_MISREAD = (("latin-1", 0), ("cp1252", 0), ("cp1251", 2), ("cp1256", 2))


def _make_misread() -> re.Pattern[str]:
    """What UTF-8 sequences of two to four bytes look like when each byte was read as a letter of its own."""
    return re.compile("|".join(_make_sequences(encoding, least) for encoding, least in _MISREAD))


def _make_sequences(encoding: str, least: int) -> str:
    def letters(first: int, last: int) -> str:
        """The letters of these bytes; a byte that has none is read as a control character by most programs."""
        read = (bytes([byte]).decode(encoding, "replace").replace("\ufffd", chr(byte)) for byte in range(first, last + 1))
        return f"[{''.join(re.escape(letter) for letter in read)}]"

    tail = letters(0x80, 0xBF)
    heads = ((0xC2, 0xDF), (0xE0, 0xEF), (0xF0, 0xF4))
    one = "|".join(letters(*span) + tail * size for size, span in enumerate(heads, start=1))
    return rf"(?<![^\x00-\x7f])(?:{one}){{{least},}}(?![^\x00-\x7f])" if least else f"(?:{one})"


_SUSPECT = re.compile(r"[^ -~]|[?&<\\%]")  # all but two texts in a hundred have none of these and are done
_MOJIBAKE = _make_misread()
_MARKS = re.compile(rf"[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{{{MARKS_IN_A_ROW},}}")
_QUESTION = re.compile(r"[^\W\d_]\?[^\W\d_]|\?\?|^\W*\?\W*$")
_URL = re.compile(r"https?://|www\.", re.IGNORECASE)
_MARKUP = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,6});|</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>]*)?/?>")
_ESCAPE = re.compile(r"\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|(?:%[0-9A-F]{2}){2}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff]")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u061c\u00ad\u200b\u200e\u200f\u2060\ufeff]")  # U+200C, U+200D: Persian and Devanagari need them


def find_faults(text: str, *, prose: bool = False) -> Iterator[str]:
    """The codes of the rules that `text` meets. In `prose` (remarks, addresses of pages) question marks, markup and
    escapes are no faults."""
    if not _SUSPECT.search(text):
        return
    if not text.isascii():
        yield from _find_wide_faults(text)
    if _CONTROL.search(text):
        yield "text.control"
    if prose:
        return
    if _QUESTION.search(text) and not _URL.search(text):
        yield "text.question_marks"
    if _MARKUP.search(text):
        yield "text.markup"
    if _ESCAPE.search(text):
        yield "text.escapes"


def _find_wide_faults(text: str) -> Iterator[str]:
    if _MOJIBAKE.search(text) or _MARKS.search(text):
        yield "text.mojibake"
    if "\ufffd" in text:
        yield "text.replaced"
    if _TURNING.search(text):
        yield "text.bidi"
    if _INVISIBLE.search(text):
        yield "text.invisible"
