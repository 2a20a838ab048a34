"""Names of countries in the language of one list, where `names.countries` does not know that language."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from tocsin.names.countries import ALPHA2, find_country


def find_local_country(text: str, language: str) -> str | None:
    """The alpha-2 code of a country, by its name in `language` (a CLDR code: "tr", "ja"), else as `find_country`.

    >>> find_local_country("ÇİN", "tr"), find_local_country("アフガニスタン", "ja")
    ('cn', 'af')
    """
    return _names(language).get(_fold(text)) or find_country(text)


def _fold(text: str) -> str:
    """Lower case without dots, accents and spaces; the Turkish letters İ and ı are one with i."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("ı", "i").casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and not c.isspace()).replace("ı", "i")


@lru_cache(maxsize=4)
def _names(language: str) -> dict[str, str]:
    from babel import Locale

    territories = Locale.parse(language).territories
    return {_fold(name): code.lower() for code, name in territories.items() if code.lower() in ALPHA2}
