"""Which script a text is written in (ISO 15924 codes, Unicode Standard Annex #24).

Python's `unicodedata` has no script property; the first word of a letter's Unicode name gives it for every script that
published lists use. Unknown scripts come back as "Zzzz", text without letters as "Zyyy".
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

CODES = {
    "LATIN": "Latn", "ARABIC": "Arab", "CYRILLIC": "Cyrl", "DEVANAGARI": "Deva", "BENGALI": "Beng", "CJK": "Hani",
    "HIRAGANA": "Hira", "KATAKANA": "Kana", "KATAKANA-HIRAGANA": "Kana", "HANGUL": "Hang", "GREEK": "Grek",
    "HEBREW": "Hebr", "ARMENIAN": "Armn", "GEORGIAN": "Geor", "THAI": "Thai", "LAO": "Laoo", "KHMER": "Khmr",
    "MYANMAR": "Mymr", "ETHIOPIC": "Ethi", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda", "MALAYALAM": "Mlym",
    "GUJARATI": "Gujr", "GURMUKHI": "Guru", "ORIYA": "Orya", "SINHALA": "Sinh", "TIBETAN": "Tibt", "THAANA": "Thaa",
    "SYRIAC": "Syrc", "MONGOLIAN": "Mong", "BOPOMOFO": "Bopo", "FULLWIDTH": "Latn", "HALFWIDTH": "Kana",
}


@lru_cache(maxsize=8192)
def script_of_letter(letter: str) -> str | None:
    """The script of one character; `None` when it is not a letter."""
    if letter.isascii():
        return "Latn" if letter.isalpha() else None
    if not letter.isalpha():
        return None
    return CODES.get(unicodedata.name(letter, "").split(" ")[0], "Zzzz")


def script_of(text: str) -> str:
    """The script of most letters of `text`; the first met wins a tie; "Zyyy" when there are no letters."""
    if text.isascii():
        return "Latn" if any(c.isalpha() for c in text) else "Zyyy"
    scripts = [s for c in text if (s := script_of_letter(c)) is not None]
    if len(set(scripts)) == 1:  # as in most words
        return scripts[0]
    return Counter(scripts).most_common(1)[0][0] if scripts else "Zyyy"
