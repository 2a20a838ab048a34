"""Country names and codes, as lists and customer files write them, to ISO 3166-1 alpha-2 codes.

Names come from CLDR (through Babel) in the languages below; `ALIASES` adds the long, old and list-specific spellings.
CLDR and not a table of our own: its names are kept up by others and cover each language that our users write.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tocsin.errors import BadInput, suggest

LANGUAGES = ("en", "fr", "es", "ru", "ar", "ur", "hi", "de", "pt", "zh")

ALPHA2 = frozenset(
    ["ad", "ae", "af", "ag", "ai", "al", "am", "ao", "aq", "ar", "as", "at", "au", "aw", "ax", "az", "ba", "bb", "bd", "be", "bf", "bg", "bh", "bi", "bj", "bl", "bm", "bn", "bo", "bq", "br", "bs", "bt", "bv", "bw", "by", "bz", "ca", "cc", "cd", "cf", "cg", "ch", "ci", "ck", "cl", "cm", "cn", "co", "cr", "cu", "cv", "cw", "cx", "cy", "cz", "de", "dj", "dk", "dm", "do", "dz", "ec", "ee", "eg", "eh", "er", "es", "et", "fi", "fj", "fk", "fm", "fo", "fr", "ga", "gb", "gd", "ge", "gf", "gg", "gh", "gi", "gl", "gm", "gn", "gp", "gq", "gr", "gs", "gt", "gu", "gw", "gy", "hk", "hm", "hn", "hr", "ht", "hu", "id", "ie", "il", "im", "in", "io", "iq", "ir", "is", "it", "je", "jm", "jo", "jp", "ke", "kg", "kh", "ki", "km", "kn", "kp", "kr", "kw", "ky", "kz", "la", "lb", "lc", "li", "lk", "lr", "ls", "lt", "lu", "lv", "ly", "ma", "mc", "md", "me", "mf", "mg", "mh", "mk", "ml", "mm", "mn", "mo", "mp", "mq", "mr", "ms", "mt", "mu", "mv", "mw", "mx", "my", "mz", "na", "nc", "ne", "nf", "ng", "ni", "nl", "no", "np", "nr", "nu", "nz", "om", "pa", "pe", "pf", "pg", "ph", "pk", "pl", "pm", "pn", "pr", "ps", "pt", "pw", "py", "qa", "re", "ro", "rs", "ru", "rw", "sa", "sb", "sc", "sd", "se", "sg", "sh", "si", "sj", "sk", "sl", "sm", "sn", "so", "sr", "ss", "st", "sv", "sx", "sy", "sz", "tc", "td", "tf", "tg", "th", "tj", "tk", "tl", "tm", "tn", "to", "tr", "tt", "tv", "tw", "tz", "ua", "ug", "um", "us", "uy", "uz", "va", "vc", "ve", "vg", "vi", "vn", "vu", "wf", "ws", "xk", "ye", "yt", "za", "zm", "zw"]
)

# Folded spelling (see `_fold`) to code. Former states map to the successor that lists mean by them.
ALIASES = {
    "uk": "gb", "great britain": "gb", "england": "gb", "united kingdom of great britain and northern ireland": "gb",
    "usa": "us", "united states of america": "us", "america": "us", "u s a": "us", "u s": "us", "uae": "ae",
    "russian federation": "ru", "ussr": "ru", "soviet union": "ru", "syrian arab republic": "sy",
    "iran islamic republic of": "ir", "islamic republic of iran": "ir", "libyan arab jamahiriya": "ly",
    "state of libya": "ly", "democratic peoples republic of korea": "kp", "dprk": "kp", "north korea": "kp",
    "korea north": "kp", "korea democratic peoples republic of": "kp", "republic of korea": "kr", "south korea": "kr",
    "korea south": "kr", "korea republic of": "kr", "lao peoples democratic republic": "la", "viet nam": "vn",
    "united republic of tanzania": "tz", "tanzania united republic of": "tz", "republic of moldova": "md",
    "moldova republic of": "md", "state of palestine": "ps", "palestinian": "ps", "palestine": "ps", "west bank": "ps",
    "gaza": "ps", "palestinian territory occupied": "ps", "occupied palestinian territory": "ps",
    "region gaza": "ps", "region west bank": "ps", "region northern mali": "ml", "region crimea": "ua",
    "region kafia kingi": "sd", "bolivia plurinational state of": "bo", "venezuela bolivarian republic of": "ve",
    "bolivarian republic of venezuela": "ve", "brunei darussalam": "bn", "cabo verde": "cv", "czech republic": "cz",
    "cote d ivoire": "ci", "ivory coast": "ci", "congo democratic republic of the": "cd", "drc": "cd",
    "democratic republic of the congo": "cd", "democratic republic of congo": "cd", "congo republic of the": "cg",
    "republic of the congo": "cg", "congo": "cg", "the former yugoslav republic of macedonia": "mk", "macedonia": "mk",
    "burma": "mm", "swaziland": "sz", "east timor": "tl", "holy see": "va", "vatican": "va", "vatican city": "va",
    "turkey": "tr", "turkiye": "tr", "hong kong": "hk", "macau": "mo", "macao": "mo", "the gambia": "gm",
    "gambia the": "gm", "gambia": "gm", "the bahamas": "bs", "bahamas the": "bs", "kosovo": "xk",
    "micronesia federated states of": "fm", "the netherlands": "nl", "holland": "nl", "the philippines": "ph",
    "the sudan": "sd", "the niger": "ne", "serbia and montenegro": "rs", "yugoslavia": "rs",
    "federal republic of yugoslavia": "rs", "saint lucia": "lc", "saint kitts and nevis": "kn",
    "saint vincent and the grenadines": "vc", "bosnia": "ba", "trinidad": "tt", "guinea bissau": "gw",
    "british virgin islands": "vg", "virgin islands british": "vg", "virgin islands u s": "vi", "china mainland": "cn",
    "peoples republic of china": "cn", "prc": "cn", "taiwan province of china": "tw", "republic of china": "tw",
    "united arab emirates the": "ae", "dubai": "ae", "abu dhabi": "ae", "channel islands": "je", "kirghizia": "kg",
    "the republic of south sudan": "ss", "cape verde": "cv", "kingdom of saudi arabia": "sa", "ksa": "sa",
    "islamic republic of pakistan": "pk", "islamic republic of afghanistan": "af", "republic of india": "in",
    "bharat": "in", "hindustan": "in", "people s republic of china": "cn", "netherlands antilles": "cw",
    "isle of man": "im", "man isle of": "im", "north macedonia the republic of": "mk",
    # Spellings of the UN list: long forms, and nationalities as adjectives.
    "sultanate of oman": "om", "union of the comoros": "km", "hong kong special administrative region": "hk",
    "china hong kong special administrative region": "hk", "palestinian territories": "ps", "rpdc": "kp",
    "afghan": "af", "algerian": "dz", "german": "de", "indonesian": "id", "kuwaiti": "kw", "moroccan": "ma",
    "pakistani": "pk", "saudi arabian": "sa", "somali": "so", "tunisian": "tn", "yemeni": "ye",
}


@lru_cache(maxsize=8192)
def find_country(text: str) -> str | None:
    """The alpha-2 code that `text` names (code, alpha-3 code or name in `LANGUAGES`), or `None`."""
    folded = _fold(text)
    if len(folded) == 2 and folded in ALPHA2:
        return folded
    if folded in ALIASES:
        return ALIASES[folded]
    return _names().get(folded)


def get_country(text: str) -> str:
    """As `find_country`; `BadInput` with the nearest known name when the text names no country."""
    code = find_country(text)
    if code is None:
        raise BadInput(
            "A country was not recognised; expected an ISO 3166-1 code or a country name; "
            f"{suggest(_fold(text), _english())}"
        )
    return code


def country_name(code: str) -> str:
    """The English CLDR name of an alpha-2 code; the code itself, in capitals, when CLDR has none."""
    from babel import Locale

    return str(Locale.parse("en").territories.get(code.upper(), code.upper()))


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("'", ""))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", plain).strip()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    from babel import Locale
    from babel.core import get_global

    table: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code.lower() in ALPHA2:
                table.setdefault(_fold(name), code.lower())
                table.setdefault(_fold(name.replace("&", "and")), code.lower())  # CLDR: "Bosnia & Herzegovina"
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and codes[0].lower() in ALPHA2:
            table.setdefault(alias.lower(), codes[0].lower())
    return table


@lru_cache(maxsize=1)
def _english() -> tuple[str, ...]:
    from babel import Locale

    names = (_fold(n) for c, n in Locale.parse("en").territories.items() if c.lower() in ALPHA2)
    return tuple(sorted(names))


def country_label(code: str) -> str:
    """An alpha-2 code as shown in reasons: in capitals, as ISO 3166-1 prints it. Costs nothing, unlike `country_name`."""
    return code.upper()
