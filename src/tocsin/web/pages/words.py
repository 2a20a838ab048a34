"""How values are written on a page: moments, points, scripts and the languages that they tell."""

from __future__ import annotations

import datetime as dt

# The languages of scripts that are of one language; of others only the script is known ("und-Arab").
_LANGUAGES = {
    "Hang": "ko", "Hira": "ja", "Kana": "ja", "Hebr": "he", "Grek": "el", "Armn": "hy", "Geor": "ka", "Thai": "th",
    "Laoo": "lo", "Khmr": "km", "Mymr": "my", "Taml": "ta", "Telu": "te", "Gujr": "gu", "Guru": "pa", "Sinh": "si",
    "Knda": "kn", "Mlym": "ml", "Orya": "or", "Thaa": "dv",
}
_SCRIPTS = {
    "Latn": "Latin", "Arab": "Arabic", "Cyrl": "Cyrillic", "Deva": "Devanagari", "Beng": "Bengali",
    "Hani": "Chinese characters",
    "Hang": "Hangul", "Hira": "Hiragana", "Kana": "Katakana", "Hebr": "Hebrew", "Grek": "Greek", "Armn": "Armenian",
    "Geor": "Georgian", "Thai": "Thai", "Mymr": "Myanmar", "Taml": "Tamil", "Sinh": "Sinhala", "Ethi": "Ethiopic",
}


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    """Marks a text that a template translates."""
    return text


# Values that pages translate.
VALUES = (
    N_("person"), N_("organization"), N_("vessel"), N_("aircraft"), N_("unknown"), N_("male"), N_("female"),
    N_("viewer"), N_("analyst"), N_("approver"), N_("administrator"), N_("machine"),
    N_("terrorism"), N_("proliferation"), N_("country"), N_("crime"), N_("other"),
    N_("undecided"), N_("open"), N_("assigned"), N_("proposed"), N_("closed"), N_("gone"), N_("all"),
    N_("job"), N_("population"), N_("search"), N_("released"), N_("comment"), N_("returned"),
    N_("true match"), N_("false match"), N_("needs information"), N_("in force"), N_("expired"), N_("withdrawn"),
    N_("added"), N_("removed"), N_("changed"), N_("info"), N_("warning"), N_("error"),
)


def show_moment(moment: dt.datetime | dt.date | None) -> str:
    """`2026-11-23 08:00 UTC`, a day without a time, or nothing."""
    if isinstance(moment, dt.datetime):
        return f"{moment:%Y-%m-%d %H:%M} UTC"
    return moment.isoformat() if moment else ""


def show_span(seconds: float | None) -> str:
    """A span of time by its two largest units: `2 d 3 h`, `5 min 0 s`; nothing for none, and none under a second.

    >>> show_span(183_600), show_span(-0.4)
    ('2 d 3 h', '0 s')
    """
    if seconds is None:
        return ""
    left = max(0, round(seconds))
    parts: list[str] = []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count or parts or unit == "s":
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2])


def show_points(points: float) -> str:
    """Log-odds with their sign: `+2.1`, `−0.4`."""
    return f"{points:+.1f}".replace("-", "−")


def show_script(code: str) -> str:
    """A script in English, or its code where it has no word here."""
    return _SCRIPTS.get(code, code)


def show_language(script: str) -> str:
    """A `lang` attribute for a name in a script: its language where only one is written so, else the script alone."""
    return _LANGUAGES.get(script, "" if script in ("Zyyy", "Zzzz") else f"und-{script}")


def show_birth(text: str) -> str:
    """A date of birth of EDTF as people write it: `1965/1968` is `1965 to 1968`, `1965~` is `about 1965`."""
    about = "about " if "~" in text else ""
    return about + text.replace("~", "").replace("/", " to ")
