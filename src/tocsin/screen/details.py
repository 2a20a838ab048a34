"""Places and ways to reach someone, as doors take them: what is read, and what is expected where it cannot be.

The text is kept as given, since a hit shows it; reading it here only makes sure that it can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tocsin.match import read_email, read_phone, read_wallet, read_website
from tocsin.screen.columns import NUMBERS

NOTHING = frozenset({
    "", "n/a", "na", "n.a.", "none", "null", "nil", "nan", "unknown", "not known", "not available", "not provided", "0",
})
MAX_DETAIL = 1_000
DETAILS = ("birth_place", "address", "email", "phone", "website", "wallet")
EXPECTED_DETAILS: dict[str, str] = {
    "birth_place": "a town, province or country, with letters and of at most 1,000 characters",
    "address": "an address with letters and of at most 1,000 characters",
    "email": "an e-mail address such as name@example.org",
    "phone": "a phone number of 7 to 18 digits, with or without its country",
    "website": "a website such as example.org, or the page of an account such as t.me/name",
    "wallet": "the address of a wallet: at least 20 letters and digits, without spaces",
}


def _read_place(text: str) -> str:
    return text if len(text) <= MAX_DETAIL and any(c.isalpha() for c in text) else ""


READ: dict[str, Callable[[str], str]] = {
    "birth_place": _read_place, "address": _read_place, "email": read_email, "phone": read_phone, "website": read_website,
    "wallet": read_wallet,
}


def parse_detail(field: str, text: str) -> str:
    """`text` of that field of `DETAILS`, outer spaces removed. `ValueError` when it is none that could be compared."""
    if not READ[field](text):
        raise ValueError(f"expected {EXPECTED_DETAILS[field]}")
    return text.strip()


def find_addresses(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The addresses of a row: each whole one, or else its street, with the town where that has a column of its own."""
    stated = {field: [t for t in values.get(field, ()) if not is_nothing(t)] for field in ("address", "street", "city")}
    city = ", ".join(stated["city"])
    whole = stated["address"] or ([", ".join(stated["street"])] if stated["street"] else [])
    return tuple(f"{text}, {city}" if city else text for text in whole) or ((city,) if city else ())


def find_numbers(values: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The identifiers of a row, each with the kind that its column states: "imo:9123456"."""
    stated = [f"{kind}:{text.strip()}" for kind in NUMBERS for text in values.get(kind, ()) if not is_nothing(text)]
    return (*values.get("identifier", ()), *stated)


def is_nothing(text: str) -> bool:
    """Whether a cell only says that there is no value."""
    return text.strip().casefold() in NOTHING or not any(c.isalnum() for c in text)
