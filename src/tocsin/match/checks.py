"""Check digits and forms of numbers that have a standard. A number that fails is said to, and compared all the same.

Each takes the number in capitals, letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_MMSI = re.compile(r"[2-7]\d{8}|8[2-7]\d{7}|9[789]\d{7}|0[2-7]\d{7}|00[2-7]\d{6}|111[2-7]\d{5}")
_LEI = re.compile(r"[0-9A-Z]{18}\d{2}")
_BIC = re.compile(r"[0-9A-Z]{4}[A-Z]{2}[0-9A-Z]{2}(?:[0-9A-Z]{3})?")
_ISIN = re.compile(r"[A-Z]{2}[0-9A-Z]{9}\d")


def is_imo(number: str) -> bool:
    """Seven digits, the last that of the sum of the others times 7 to 2 (IMO Resolution A.1117(30))."""
    if not re.fullmatch(r"[0-9]{7}", number):
        return False
    return sum(int(d) * w for d, w in zip(number[:6], range(7, 1, -1), strict=True)) % 10 == int(number[6])


def is_mmsi(number: str) -> bool:
    """Nine digits that begin as ITU-R M.585 gives them out: a ship's country (2 to 7), or a station."""
    return number.isascii() and _MMSI.fullmatch(number) is not None


def is_lei(number: str) -> bool:
    """ISO 17442: twenty characters, of which the number by ISO 7064 MOD 97-10 leaves 1."""
    return _LEI.fullmatch(number) is not None and number.isascii() and int(_to_digits(number)) % 97 == 1


def is_bic(number: str) -> bool:
    """ISO 9362: eight characters or eleven, the fifth and sixth of a country."""
    return _BIC.fullmatch(number) is not None


def is_isin(number: str) -> bool:
    """ISO 6166: two letters, nine characters and a check digit by Luhn over the letters as numbers."""
    if _ISIN.fullmatch(number) is None or not number.isascii():
        return False
    digits = [int(d) for d in reversed(_to_digits(number))]
    return sum(d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(digits)) % 10 == 0


def _to_digits(number: str) -> str:
    return "".join(str(int(c, 36)) for c in number)


CHECKS: dict[str, Callable[[str], bool]] = {"imo": is_imo, "mmsi": is_mmsi, "lei": is_lei, "bic": is_bic, "isin": is_isin}
