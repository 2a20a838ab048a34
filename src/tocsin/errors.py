"""Every exception Tocsin raises on purpose, with what each door answers for it.

A caller catches `TocsinError` for all of them. The class says what to do differently: mend the input (`BadInput`),
look elsewhere (`NotFound`), bring another file (`ListRefused`), try again later (`Busy`), or call the operator
(`StoreFailed`). A message names the place, what was expected and what happened to the rest; it never repeats a
person's data.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class TocsinError(Exception):
    """Root of all errors raised on purpose. `code` is stable and safe to show; exit codes follow `docs/cli.md`."""

    code: ClassVar[str] = "error"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1


class BadInput(TocsinError, ValueError):
    """What was given cannot be understood: a date, a country, a column, an option, a row."""

    code = "bad_input"
    http_status = 400
    exit_code = 2


class UnreadableFile(BadInput):
    """A file is missing, is not what it says it is, or breaks off."""

    code = "unreadable_file"
    exit_code = 1


class NotFound(TocsinError, LookupError):
    """No listing, list or subject of that name or reference is known."""

    code = "not_found"
    http_status = 404


class ListRefused(TocsinError, ValueError):
    """A new state of a list is not taken; the state in force stays. `reason` is one of `REFUSALS`."""

    code = "list_refused"
    http_status = 422

    REFUSALS: ClassVar[tuple[str, ...]] = (
        "empty", "error_page", "truncated", "different_document", "malformed", "too_large",
        "implausible_count", "incomplete", "older_state", "wrong_date",
    )

    def __init__(self, message: str, *, reason: str) -> None:
        if reason not in self.REFUSALS:
            raise AssertionError(f"unknown refusal reason {reason!r}")
        super().__init__(message)
        self.reason = reason


class FetchFailed(TocsinError):
    """A publisher could not be reached, or did not answer within the limits."""

    code = "fetch_failed"
    http_status = 502


class Tampered(TocsinError):
    """A receipt is not as it was issued: it, or the audit's line of it, was changed."""

    code = "tampered"
    http_status = 422
    exit_code = 5


class Busy(TocsinError):
    """Another process is updating the register; reading stays possible."""

    code = "busy"
    http_status = 503


class StoreFailed(TocsinError):
    """The database or the index cannot be read or written (disk full, damaged, other version)."""

    code = "store_failed"
    http_status = 500


def suggest(word: str, known: Iterable[str]) -> str:
    """A tail for a message: the nearest known spelling, or all known ones when none is near.

    >>> suggest("nmae", ["name", "born"])
    "did you mean 'name'?"
    """
    names = sorted(set(known))
    near = get_close_matches(word, names, n=1, cutoff=0.6) or get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"known: {', '.join(names)}."
