"""The languages of the pages: English in the templates, others from `translations/LANGUAGE/messages.po`, read at start."""

from __future__ import annotations

import gettext
import io
from collections.abc import Mapping
from importlib import resources

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES: Mapping[str, str] = {"en": "English", "hi": "हिन्दी"}  # each in its own words; the first is the default


def load_translations() -> dict[str, gettext.NullTranslations]:
    """A translation for each language; that of English says everything as it stands."""
    return {code: _load(code) if code != "en" else gettext.NullTranslations() for code in LANGUAGES}


def choose_language(chosen: str, accepted: str) -> str:
    """The language that was `chosen` with the switch, else the best of `accepted` (an Accept-Language header), else English.

    >>> choose_language("", "fr, hi-IN;q=0.8, en;q=0.5")
    'hi'
    """
    if chosen in LANGUAGES:
        return chosen
    wanted: list[tuple[float, str]] = []
    for part in accepted[:500].split(","):
        tag, _, quality = part.partition(";q=")
        try:
            wanted.append((float(quality or 1), tag.strip().partition("-")[0].lower()))
        except ValueError:
            continue
    known = [(quality, tag) for quality, tag in wanted if tag in LANGUAGES and quality > 0]
    return max(known, key=lambda x: x[0], default=(0, "en"))[1]


def _load(code: str) -> gettext.NullTranslations:
    text = resources.files("tocsin.web").joinpath("translations", code, "messages.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(text), locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
