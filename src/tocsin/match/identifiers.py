"""Numbers and addresses that are meant to be one subject's alone: how they are read, filed, found and compared.

An asked number may state its kind before a colon or space ("imo:9123456", "LEI 5493..."); without, it may be any kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple
from zlib import crc32

from tocsin.match.checks import CHECKS
from tocsin.match.contacts import (
    compare_emails,
    compare_handles,
    compare_phones,
    compare_wallets,
    compare_websites,
    read_email,
    read_handle,
    read_phone,
    read_wallet,
    read_website,
)
from tocsin.match.evidence_table import LEAST_NUMBER, LEAST_SHORT, LEAST_SLIP, PHONE_DIGITS
from tocsin.match.sentences import NUMBERS
from tocsin.match.slips import is_slip
from tocsin.match.weighing import Evidence, Finding, find_best, make_evidence
from tocsin.model import REFERENCES, Entity, Identifier, Query

DOCUMENTS = frozenset({"passport", "national_id", "tax_id", "registration", "other_id"})
OWN_KINDS = frozenset({"imo", "mmsi", "call_sign", "lei", "bic", "isin", "aircraft_serial", "tail_number"})
UNSPECIFIC = frozenset({"registration", "other_id"})  # where lists file what has no kind of its own
DIGITS_CHECKED = frozenset({"imo", "lei", "isin"})
SINGLE = frozenset({"imo", "lei"})                    # a hull or a firm has one, for life
COMPARE: dict[str, Callable[[str, str], str | None]] = {
    "email": compare_emails, "phone": compare_phones, "website": compare_websites, "handle": compare_handles,
    "wallet": compare_wallets,
}
# How a kind may be written before an asked number -> the kind.
KIND_WORDS: dict[str, str] = {
    **{kind: kind for kind in (*DOCUMENTS, *OWN_KINDS, *COMPARE)},
    "national id": "national_id", "tax id": "tax_id", "vat": "tax_id", "tin": "tax_id",
    "registration number": "registration", "imo number": "imo", "call sign": "call_sign", "callsign": "call_sign",
    "swift": "bic", "tail number": "tail_number", "tail": "tail_number", "msn": "aircraft_serial",
    "serial": "aircraft_serial", "e-mail": "email", "tel": "phone", "url": "website",
}
_KIND = re.compile(
    rf"({'|'.join(sorted(map(re.escape, KIND_WORDS), key=len, reverse=True))})"
    r"(?:\s*[:#]\s*|\s+(?:no\.?\s|nr\.?\s|number\s|#)?\s*)(?=[^\s/])(.+)",
    re.IGNORECASE | re.DOTALL,
)
_IMO = re.compile(r"IMO[0-9]{7}")
_NO_LETTER = re.compile(r"[\W_]+")


class Asked(NamedTuple):
    """An asked number: the kind that the query states, if any, and the rest."""

    kind: str | None
    text: str


def normalise_identifier(number: str) -> str:
    """Letters and digits only, in capitals: how document numbers are compared."""
    return _NO_LETTER.sub("", number.upper())


def read_identifier(text: str) -> Asked:
    """An asked number with its kind: stated before it, or told by its form (an "@", an account, a wallet)."""
    met = _KIND.fullmatch(text.strip())
    if met:
        kind = KIND_WORDS[met.group(1).lower()]
        return Asked(kind, met.group(2))
    if read_email(text):
        return Asked("email", text)
    return Asked("handle", text) if text.strip().startswith("@") and read_handle(text) else Asked(None, text)


def read_number(kind: str | None, text: str) -> str:
    """A number as compared. "IMO" before an IMO number is no part of it; of a BIC the branch is left out."""
    number = normalise_identifier(text)
    if kind in (None, "imo", *UNSPECIFIC) and _IMO.fullmatch(number):
        return number[3:]
    return number[:8] if kind == "bic" and CHECKS["bic"](number) else number


def kind_of(listed: Identifier) -> str:
    """The kind of a listed number; an IMO number of a company stands on lists among its registrations."""
    number = normalise_identifier(listed.number) if listed.kind in UNSPECIFIC else ""
    return "imo" if _IMO.fullmatch(number) else listed.kind


def iter_asked(query: Query) -> Iterator[Asked]:
    """All numbers and addresses of a query, whichever field they stand in."""
    yield from (read_identifier(text) for text in query.identifiers)
    for kind, texts in (
        ("email", query.emails), ("phone", query.phones), ("website", query.websites), ("wallet", query.wallets)
    ):
        yield from (Asked(kind, text) for text in texts)


def has_numbers(query: Query) -> bool:
    """Whether anything is asked that is a number or an address, not a name."""
    return bool(query.identifiers or query.emails or query.phones or query.websites or query.wallets)


def find_keys(query: Query) -> tuple[int, ...]:
    """Under which keys the bearers of the asked numbers are filed; none when nothing asked can be looked for."""
    if not has_numbers(query):
        return ()
    return tuple(dict.fromkeys(key for kind, text in iter_asked(query) for key in _make_keys(kind, text)))


def make_identifier_keys(entities: Iterable[Entity]) -> Iterator[tuple[int, int]]:
    """Every listed number under its keys, with the number of its entity; references of other lists are nobody's number."""
    for at, entity in enumerate(entities):
        numbers = (i for listing in entity.listings for i in listing.identifiers if i.kind not in REFERENCES)
        for identifier in numbers:
            for key in _make_keys(identifier.kind, identifier.number):
                yield key, at
            yield crc32(normalise_identifier(identifier.number).encode(errors="surrogatepass")), at


# A family of kinds that is compared in its own way -> the form of an address in it; empty for what is none.
_FAMILIES: dict[str, Callable[[str], str]] = {
    "email": read_email, "phone": lambda text: read_phone(text)[-PHONE_DIGITS:], "website": read_website,
    "wallet": read_wallet, "handle": read_handle, "bic": lambda text: read_number("bic", text),
}


def _make_keys(kind: str | None, text: str) -> Iterator[int]:
    """A key for each way in which this number may be compared; a kind that is not known may be any."""
    for family, read in _FAMILIES.items():
        may_be = kind in (None, family) or (kind, family) == ("website", "handle")
        if may_be and (form := read(text)):
            yield crc32(f"{family}:{form}".encode(errors="surrogatepass"))
    number = read_number(kind, text)
    if number and kind not in COMPARE:
        yield crc32(number.encode(errors="surrogatepass"))


def weigh_numbers(query: Query, candidate: Iterable[Identifier]) -> tuple[Evidence, ...]:
    """The best finding of each sort: numbers, e-mail, phone, website, account, wallet.

    A number that fails its own check is compared all the same, and the reason says so. Another number says nothing,
    people have several; only where a hull or a firm has one, two sound ones speak against.
    """
    listed = tuple(candidate)
    best: dict[str, list[Finding]] = {}
    for asked in dict.fromkeys(iter_asked(query)):
        for finding in _compare_all(asked, listed):
            best.setdefault(finding.code.partition(".")[0], []).append(finding)
    if "identifier" in best:
        best.pop("number", None)  # a note on a broken number, where another tells more
    chosen = (find_best(findings) for _, findings in sorted(best.items()))
    return tuple(make_evidence(finding) for finding in chosen if finding is not None)


def weigh_identifiers(query: Iterable[str], candidate: Iterable[Identifier]) -> Evidence | None:
    """As `weigh_numbers`, for numbers in one field: what speaks most."""
    found = weigh_numbers(Query(identifiers=tuple(query)), candidate)
    return max(found, key=lambda e: e.logit, default=None)


def _compare_all(asked: Asked, listed: tuple[Identifier, ...]) -> Iterator[Finding]:
    check = _find_fault(asked)
    for identifier in listed:
        code = _compare(asked, identifier)
        if code is None and check and kind_of(identifier) == asked.kind:
            code = "number.unsound"
        if code is not None:
            kind = identifier.label or NUMBERS.get(identifier.kind, identifier.kind)
            yield Finding(code, asked.text, identifier.number, kind, check)


def _compare(asked: Asked, listed: Identifier) -> str | None:
    kind = kind_of(listed)
    if kind in COMPARE or asked.kind in COMPARE:
        kinds = {asked.kind, kind}
        if None in kinds or len(kinds) == 1 or kinds <= {"website", "handle"}:
            return COMPARE[kind if asked.kind is None else asked.kind](asked.text, listed.number)
        return None
    stated, same = asked.kind is not None, asked.kind in (None, kind)
    if not same and not _may_be_confused(asked.kind, kind):
        return None
    a, b = (read_number(kind if same else None, text) for text in (asked.text, listed.number))
    if a == b:
        return _rate_equal(len(a), stated=stated, same=same)
    return _compare_unequal(a, b, kind, stated=stated) if same or {asked.kind, kind} <= DOCUMENTS else None


def _may_be_confused(asked: str | None, listed: str) -> bool:
    both = {asked, listed}
    return both <= DOCUMENTS or bool(both & UNSPECIFIC) or both == {"call_sign", "tail_number"}


def _rate_equal(length: int, *, stated: bool, same: bool) -> str | None:
    if length >= LEAST_NUMBER:
        return "identifier.same" if same else "identifier.other_kind"
    return "identifier.short" if stated and same and length >= LEAST_SHORT else None


def _compare_unequal(asked: str, listed: str, kind: str, *, stated: bool) -> str | None:
    """One slip, unless both pass the check of their kind: then they are two numbers."""
    if kind == "bic":
        return None  # a letter more is another bank
    if kind in DIGITS_CHECKED and CHECKS[kind](asked) and CHECKS[kind](listed):
        return "identifier.unequal" if stated and kind in SINGLE else None
    return "identifier.slip" if min(len(asked), len(listed)) >= LEAST_SLIP and is_slip(asked, listed) else None


def _find_fault(asked: Asked) -> str | None:
    """The code of the sentence which says that an asked number fails the check of its stated kind."""
    check = CHECKS.get(asked.kind or "")
    if check is None or check(read_number(None, asked.text)):
        return None
    return f"check.{asked.kind}"
