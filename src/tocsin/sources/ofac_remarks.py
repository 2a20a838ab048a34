"""The Remarks text of OFAC's CSV files: clauses separated by ";", each a value that the XML files give as an element.

"DOB 10 Dec 1948; POB Gharbiya, Egypt; alt. Passport 1084010 (Egypt) issued 23 Jun 1999 expires 05 Feb 2004; Linked To: X."
A clause with a known head becomes that value; free text is kept as a remark; a clause that has the looks of an identifier
and an unknown head is kept as "other_id" and its head reported as new.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tocsin.sources.ofac_record import OfacRecord
from tocsin.sources.ofac_tables import IDENTIFIERS, STATEMENTS, WALLET

_ALT = re.compile(r"^alt\.\s+", re.IGNORECASE)
_NAMED = re.compile(r"^(?P<type>[afn]\.k\.a\.)\s*,?\s*(?P<name>.+)$", re.IGNORECASE)
_QUOTES = "'\"“”‘’ "
_ISSUED = re.compile(r"\s+(?:date of issue|issued)\s+(?P<date>[\w /]+?)(?=\s+expires\b|$)", re.IGNORECASE)
_EXPIRES = re.compile(r"\s+expires\s+(?P<date>[\w /]+)$", re.IGNORECASE)
_COUNTRY = re.compile(r"^(?P<number>.*?)\s*\((?P<country>[^()]+)\)\s*(?P<note>.*)$")
_UNKNOWN = re.compile(r"^(?P<head>[A-Z][A-Za-z.'/ ()-]{2,50}?(?:No\.|Number|ID|Code|#))\s+(?P<number>\S*\d\S*.*)$")
_PHONE = re.compile(r"^(?P<head>Telephone|Tel\.|Phone|Fax)(?: No\.)?:?\s*(?P<number>[(+\d].*)$", re.IGNORECASE)

# Heads in the order they are tried: the longest first, so that "Registration Number" is not read as "Registration".
_LABELS = tuple(sorted((*IDENTIFIERS, *STATEMENTS), key=len, reverse=True))
_DOT_END = re.compile(r"\.$")


def add_remarks(record: OfacRecord, text: str, field: str) -> None:
    """Add every clause of a Remarks text to a record; nothing of it is dropped."""
    for clause in split_clauses(text):
        plain = _ALT.sub("", clause)
        for rule in RULES:
            if rule(record, plain, field):
                break
        else:
            record.add_fact("remark", clause, field)


def split_clauses(text: str) -> Iterator[str]:
    """Clauses of a Remarks text, split at ";" outside brackets, without the full stop at the very end."""
    depth, start = 0, 0
    text = _DOT_END.sub("", " ".join(text.split()))
    for at, letter in enumerate(text):
        if letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif letter == ";" and depth == 0:
            if text[start:at].strip():
                yield text[start:at].strip()
            start = at + 1
    if text[start:].strip():
        yield text[start:].strip()


def add_links(record: OfacRecord, text: str, field: str) -> None:
    """As `add_remarks` for the element `remarks` of the XML files, where all but links stands in elements of its own."""
    inner = text[1:-1] if text.startswith("(") and text.endswith(")") else text
    for clause in split_clauses(inner):
        if not _add_link(record, clause, field):
            record.add_fact("remark", clause, field)


def _add_alias(record: OfacRecord, clause: str, field: str) -> bool:
    """OFAC keeps its weak aliases in Remarks, in quotation marks."""
    match = _NAMED.match(clause)
    if match is None:
        return False
    role = "former" if match["type"].lower().startswith("f") else "alias"
    name = match["name"].strip(_QUOTES)
    family, comma, given = name.partition(",") if record.kind == "person" else (name, "", "")
    record.add_name(family, given if comma else "", role="former" if role == "former" else "alias", weak=True, field=field)
    return True


def _add_birth(record: OfacRecord, clause: str, field: str) -> bool:
    if not clause.startswith("DOB "):
        return False
    record.add_birth(clause[4:], field)
    return True


def _add_birth_place(record: OfacRecord, clause: str, field: str) -> bool:
    if not clause.startswith("POB "):
        return False
    record.add_birth_place(clause[4:].strip(), field)
    return True


def _add_country(record: OfacRecord, clause: str, field: str) -> bool:
    head, _, country = clause.partition(" ")
    if head not in ("nationality", "citizen") or not country:
        return False
    record.add_country("nationality" if head == "nationality" else "citizenship", country.strip(), field)
    return True


def _add_link(record: OfacRecord, clause: str, field: str) -> bool:
    if clause.startswith("(Linked To:") and clause.endswith(")"):
        clause = clause[1:-1]
    if not clause.startswith("Linked To:"):
        return False
    record.add_relation("Linked To", clause.removeprefix("Linked To:"), field)
    return True


def _add_gender(record: OfacRecord, clause: str, field: str) -> bool:
    if not clause.startswith("Gender "):
        return False
    record.add_id("Gender", clause[7:], field)
    return True


def _add_wallet(record: OfacRecord, clause: str, field: str) -> bool:
    if not clause.startswith(WALLET):
        return False
    label, _, number = clause.rpartition(" ")
    record.add_id(label.strip(), number, field)
    return True


def _add_phone(record: OfacRecord, clause: str, field: str) -> bool:
    match = _PHONE.match(clause)
    if match is None:
        return False
    if match["head"].lower() == "fax":
        record.add_fact("fax", match["number"], field)
    else:
        record.add_id("Phone Number", match["number"], field)
    return True


def _add_labelled(record: OfacRecord, clause: str, field: str) -> bool:
    label = next((x for x in _LABELS if clause.startswith(x)), None)
    if label is None:
        return False
    rest = clause[len(label):]
    if label.endswith("("):  # "Listing Date (EO 14024 Directive 3): 24 Feb 2022"
        inside, _, rest = rest.partition(")")
        label = f"{label}{inside})" + (":" if rest.startswith(":") else "")
        rest = rest.removeprefix(":")
    elif rest[:1].isalnum():
        return False  # "Websites", "Passports held": another word
    _add_numbered(record, label, rest.strip(), field)
    return True


def _add_unknown(record: OfacRecord, clause: str, field: str) -> bool:
    match = _UNKNOWN.match(clause)
    if match is None:
        return False
    _add_numbered(record, match["head"], match["number"], field)
    return True


def _add_numbered(record: OfacRecord, label: str, text: str, field: str) -> None:
    """A number with what may follow it: "(Country)", "issued ...", "expires ..."."""
    if label in STATEMENTS or label.startswith(("Listing Date", "Effective Date")):
        record.add_id(label, text, field)
        return
    expires = _EXPIRES.search(text)
    text = text[: expires.start()] if expires else text
    issued = _ISSUED.search(text)
    text = text[: issued.start()] if issued else text
    match = _COUNTRY.match(text)
    number, country, note = (match["number"], match["country"], match["note"]) if match else (text, "", "")
    record.add_id(
        label, number.strip() or text, field, country=country, note=note or None,
        issued=issued["date"] if issued else "", expires=expires["date"] if expires else "",
    )


RULES: tuple[Callable[[OfacRecord, str, str], bool], ...] = (
    _add_birth, _add_alias, _add_birth_place, _add_country, _add_link, _add_gender, _add_wallet, _add_phone, _add_labelled,
    _add_unknown,
)
