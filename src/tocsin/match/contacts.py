"""E-mail addresses, phones, websites, names of accounts and wallets: the form in which each is compared, and how.

Each `read_` gives the form, or "" for a text that is none; equal forms are one address.
"""

from __future__ import annotations

import re

from tocsin.match.evidence_table import LEAST_WALLET, PHONE_DIGITS, PHONE_SHORT
from tocsin.match.evidence_words import MAIL_PROVIDERS, SECOND_LABELS, SHARED_DOMAINS, SHARED_HOSTS

MAX_TEXT = 1_000  # more is none of these
_EMAIL = re.compile(r"(?:mailto:)?([^\s@:,;<>]+@[^\s@,;<>]+\.[^\s@.,;<>]+)\.?", re.IGNORECASE)
_SITE = re.compile(
    r"(?:[a-z][a-z0-9+.\-]*://)?(?:[^\s/@]*@)?([^\s/?#:@]+\.(?:xn--[a-z0-9\-]+|[^\W\d_]{2,}))\.?(?::\d+)?(?:/+([^\s/?#]*))?(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"\s*(?:ext\.?|x)\s*\d{1,6}$", re.IGNORECASE)
_PHONE_WORDS = re.compile(r"\b(?:tel|phone|mobile|mob|cell|fax)\b", re.IGNORECASE)
_NO_PHONE = re.compile(r"[^\d\s()+\-./\[\]:#*]")
_HANDLE = re.compile(r"@([A-Za-z0-9_.]{3,40})")
_FOLDED_WALLET = re.compile(r"0x[0-9a-f]{40,64}|[a-z]{1,12}1[02-9ac-hj-np-z]{20,90}", re.IGNORECASE)
_SCHEME = re.compile(r"^(?:bitcoin|ethereum|litecoin|bitcoincash|tron|monero|dash|zcash):", re.IGNORECASE)


def read_email(text: str) -> str:
    """`name@host` in lower case."""
    met = _EMAIL.fullmatch(text[:MAX_TEXT].strip())
    return met.group(1).casefold() if met else ""


def compare_emails(asked: str, listed: str) -> str | None:
    a, b = read_email(asked), read_email(listed)
    if not a or not b:
        return None
    if a == b:
        return "email.same"
    host = a.rpartition("@")[2]
    return "email.domain" if host == b.rpartition("@")[2] and host not in MAIL_PROVIDERS else None


def read_phone(text: str) -> str:
    """Its digits, without "00" before the country: seven at least, none but signs of telephony beside them."""
    text = _EXTENSION.sub("", text[:MAX_TEXT].strip())
    if _NO_PHONE.search(_PHONE_WORDS.sub("", text)):
        return ""
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    digits = digits[2:] if digits.startswith("00") else digits
    return digits if PHONE_SHORT <= len(digits) <= 18 and len(set(digits)) > 1 else ""


def compare_phones(asked: str, listed: str) -> str | None:
    """The last nine digits equal; shorter numbers must be the end of the other."""
    a, b = read_phone(asked), read_phone(listed)
    if not a or not b:
        return None
    if len(a) >= PHONE_DIGITS and len(b) >= PHONE_DIGITS:
        return "phone.same" if a[-PHONE_DIGITS:] == b[-PHONE_DIGITS:] else None
    short, long = sorted((a, b), key=len)
    return "phone.short" if long.endswith(short.lstrip("0")) and len(short.lstrip("0")) >= PHONE_SHORT else None


def read_website(text: str) -> str:
    """The host in lower case without "www."; under a shared host with the name of the account, as "t.me/name"."""
    met = _SITE.fullmatch(text[:MAX_TEXT].strip())
    if met is None or read_email(text):
        return ""
    host = met.group(1).lower()
    for prefix in ("www.", "m.", "mobile."):
        host = host.removeprefix(prefix)
    if "." not in host or host.replace(".", "").isdecimal():
        return ""
    account = (met.group(2) or "").lower().removeprefix("@")
    if host in SHARED_HOSTS:
        return f"{host}/{account}" if account else ""
    return host


def find_domain(host: str) -> str:
    """Of a host, the part that is registered, roughly; "" under hosts that many share."""
    labels = host.partition("/")[0].split(".")
    keep = 3 if len(labels) > 2 and labels[-2] in SECOND_LABELS and len(labels[-1]) == 2 else 2
    domain = ".".join(labels[-keep:])
    return "" if domain in SHARED_HOSTS | SHARED_DOMAINS | MAIL_PROVIDERS or "/" in host else domain


def compare_websites(asked: str, listed: str) -> str | None:
    a, b = read_website(asked), read_website(listed)
    if not a or not b:
        return compare_handles(asked, listed)
    if a == b:
        return "website.same"
    if "/" in a and "/" in b:
        return compare_handles(asked, listed)
    return "website.domain" if find_domain(a) and find_domain(a) == find_domain(b) else None


def read_handle(text: str) -> str:
    """The name of an account, from "@name" or from its page under a shared host."""
    met = _HANDLE.fullmatch(text[:MAX_TEXT].strip())
    if met:
        return met.group(1).lower()
    return read_website(text).partition("/")[2]


def compare_handles(asked: str, listed: str) -> str | None:
    a = read_handle(asked)
    return "handle.same" if a and a == read_handle(listed) else None


def read_wallet(text: str) -> str:
    """The address of a wallet: base58 as written, since its capitals count; "0x" and bech32 in lower case."""
    address = _SCHEME.sub("", text.strip()).partition("?")[0]
    if len(address) < LEAST_WALLET or not (address.isascii() and address.isalnum()):
        return ""
    return address.lower() if _FOLDED_WALLET.fullmatch(address) and _is_one_case(address) else address


def _is_one_case(address: str) -> bool:
    """Bech32 may not mix cases, and base58 that happens to look like it does; "0x" may, as a checksum of its own."""
    return address[:2] in ("0x", "0X") or address in (address.lower(), address.upper())


def compare_wallets(asked: str, listed: str) -> str | None:
    a = read_wallet(asked)
    return "wallet.same" if a and a == read_wallet(listed) else None
