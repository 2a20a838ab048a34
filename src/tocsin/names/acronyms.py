"""Acronyms and the names that they stand for: "LeT" is asked as "Lashkar-e-Tayyiba" as well, and the other way round."""

from __future__ import annotations

import re
from functools import lru_cache

from tocsin.names.tables import load_tables

LONGEST = 10    # letters of an acronym
MOST_WORDS = 8  # words of a long form
_BREAKS = re.compile(r"[\s\-'’.]+")


def expand_name(text: str) -> tuple[str, ...]:
    """The other names that `text` is usually asked for under; empty for nearly all.

    Only a whole name is an acronym ("LeT", "L.e.T."), never a word of a longer one.
    """
    if len(text) > 80 or not text.isascii():
        return ()
    lowered = text.lower()
    if len(lowered) <= 2 * LONGEST:
        letters = _BREAKS.sub("", lowered)
        if (" " not in lowered.strip()) and (forms := load_tables().acronyms.get(letters)):
            return forms
    words = _BREAKS.sub(" ", lowered).strip()
    return _acronyms_by_form().get(words, ()) if words.count(" ") < MOST_WORDS else ()


@lru_cache(maxsize=1)
def _acronyms_by_form() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for acronym, forms in load_tables().acronyms.items():
        for form in forms:
            found[form] = (*found.get(form, ()), acronym)
    return found
