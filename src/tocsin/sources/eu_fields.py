"""The repeated groups of an EU record: births, citizenships, addresses with contacts, identifications."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tocsin.model import CountryValue, DateSpan, DateValue, Identifier, Origin, PartialDate, Place
from tocsin.names.countries import ALPHA2, find_country
from tocsin.sources.eu_acts import read_date
from tocsin.sources.eu_record import Record
from tocsin.sources.eu_xml import Node, tidy

UNKNOWN = "00"
CONTACTS = {"EMAIL": "email", "WEB": "website", "PHONE": "phone"}
# identificationTypeCode -> kind. "other" is told by its remark.
IDENTIFIERS = {
    "passport": "passport", "travelcardid": "passport", "id": "national_id", "ssn": "national_id", "fiscalcode": "tax_id",
    "taxid": "tax_id", "euvat": "tax_id", "unssn": "registration", "residentperm": "other_id",
    "regnumber": "registration", "tradelic": "registration", "imo": "imo", "swiftbic": "bic", "drivinglicence": "other_id",
    "birthcert": "other_id", "nationcert": "other_id", "electionid": "other_id", "other": "other_id",
}
# First match wins; searched in the remark on an identification of the type "other".
OTHER_KINDS = (
    (re.compile(r"passport.*\bID\b", re.I), "other_id"),
    (re.compile(r"passport", re.I), "passport"),
    (re.compile(r"swift", re.I), "bic"),
    (re.compile(r"\btax|\b(?:INN|TIN|VAT)\b", re.I), "tax_id"),
    (re.compile(r"\b(?:OGRN|PSRN|OKPO|BIN)\b|registration", re.I), "registration"),
    (re.compile(r"military|armed forces|student|ration|residential|licen[cs]e|visa", re.I), "other_id"),
    (re.compile(r"national (?:id|no|number)|personal id|state identification|national ID", re.I), "national_id"),
)
FLAGS = (
    ("diplomatic", "diplomatic"), ("knownExpired", "known to be expired"), ("knownFalse", "known to be false"),
    ("reportedLost", "reported lost"), ("revokedByIssuer", "revoked by the issuer"),
)
_CIRCA = re.compile(r"\b(?:approximately|approx|circa)\b", re.I)
_ABOUT_DATE = re.compile(r"\bDOB\b|date of birth|\d{4}|calendar|approx|circa|\bborn\b|years old|\b(?:19|20)\d\ds\b", re.I)
_BETWEEN_YEARS = re.compile(r"between (\d{4}) and (\d{4})\.?", re.I)
_BORDERS = re.compile(r"\s*;\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+|,\s+|\s+/\s+")
_PHONE_BORDERS = re.compile(_BORDERS.pattern + r"|[\s,]+(?=\+\d)|/(?=\d{9})")
_NAME_ON = re.compile(r"^\(?name on doc\.\s*'?(.+?)'?\)?$", re.I)


def find_country_of(node: Node) -> tuple[str | None, str | None]:
    """Code and text of a value's country; nothing for the list's "UNKNOWN"."""
    code, text = node.find("countryIso2Code"), node.find("countryDescription")
    if code == UNKNOWN or text == "UNKNOWN":
        return None, None
    folded = (code or "").lower()
    return folded if folded in ALPHA2 else find_country(text) if text else None, text or code


def make_births(record: Record) -> tuple[tuple[DateValue, ...], tuple[Place, ...]]:
    """Dates and places of birth; what is no date becomes the fact "birth_text"."""
    births: list[DateValue] = []
    places: list[Place] = []
    for node, remarks in record.open_values("birthdate"):
        place = _make_place(node, "birthdate", ())
        about_date = [r for r in remarks if _ABOUT_DATE.search(r)]
        rest = [r for r in remarks if r not in about_date]
        date = _make_birth(node, about_date)
        if date is None:
            text = _date_text(node)
            said = "; ".join((*([text] if text else []), *about_date))
            record.add_fact("birth_text", said, "birthdate")
            record.notes["dates of birth that are no dates, kept as text"] += bool(said)
        else:
            births.append(date)
        if place is None:
            for remark in rest:
                record.add_fact("birth_remark", remark, "birthdate/remark")
        else:
            places.append(_with_note(place, rest))
    return tuple(births), tuple(places)


def _make_birth(node: Node, remarks: list[str]) -> DateValue | None:
    span, field = _read_span(node, circa=node.is_set("circa") or any(_CIRCA.search(r) for r in remarks))
    note = "; ".join(remarks) or None
    text = _date_text(node) if field != "birthdate@birthdate" or node.find("calendarType") != "GREGORIAN" else None
    between = _BETWEEN_YEARS.fullmatch(remarks[0]) if span is None and len(remarks) == 1 else None
    if between:
        ends = tuple(read_year(year) for year in between.groups())
        span, field, text, note = _join(ends, circa=False), "birthdate/remark", remarks[0], None
    if span is None:
        return None
    return DateValue(span=span, origin=Origin(field=field, text=text), note=note)


def _read_span(node: Node, *, circa: bool) -> tuple[DateSpan | None, str]:
    """The date and the attributes that it was read from.

    `birthdate` is always in the Gregorian calendar, the single parts are in that of `calendarType`, and a year of another
    calendar alone is no date: "ISLAMIC" stands for the lunar and for the solar (Iranian) one.
    """
    whole, year = read_date(node.find("birthdate")), read_year(node.find("year"))
    month, day = (_read_number(node.find(name)) or None for name in ("monthOfYear", "dayOfMonth"))
    ends = (read_year(node.find("yearRangeFrom")), read_year(node.find("yearRangeTo")))
    if whole:
        return DateSpan.at(whole, circa=circa), "birthdate@birthdate"
    if (node.find("calendarType") or "GREGORIAN") != "GREGORIAN":
        return None, "birthdate"
    if year:
        try:
            return DateSpan.at(PartialDate(year=year.year, month=month, day=day), circa=circa), "birthdate@year"
        except ValueError:
            return DateSpan.at(year, circa=circa), "birthdate@year"
    return _join(ends, circa=circa), "birthdate@yearRangeFrom+yearRangeTo"


def _join(ends: tuple[PartialDate | None, ...], *, circa: bool) -> DateSpan | None:
    known = [end for end in ends if end]
    try:
        return DateSpan(first=known[0], last=known[-1], circa=circa) if known else None
    except ValueError:
        return None


def _date_text(node: Node) -> str | None:
    names = ("birthdate", "year", "monthOfYear", "dayOfMonth", "yearRangeFrom", "yearRangeTo")
    said = [f"{name} {text}" for name in names if (text := node.find(name))]
    calendar = node.find("calendarType") or "GREGORIAN"
    return ", ".join([*said, *([f"calendar {calendar}"] if calendar != "GREGORIAN" else [])]) if said else None


def read_year(text: str | None) -> PartialDate | None:
    number = _read_number(text)
    return PartialDate(year=number) if number and 1000 <= number <= 9999 else None


def _read_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def make_citizenships(record: Record) -> tuple[CountryValue, ...]:
    found: list[CountryValue] = []
    for node, remarks in record.open_values("citizenship"):
        code, text = find_country_of(node)
        if text:
            found.append(CountryValue(role="citizenship", text=text, code=code, origin=Origin(field="citizenship")))
        dates = [f"{word} {date}" for name, word in (("acquisitionDate", "acquired"), ("disenfranchisementDate", "lost"))
                 if (date := node.find(name))]
        for said in (*dates, *((node.find("region") or "",)), *remarks):
            whole = f"{text}: {said}" if text and said else said
            record.add_fact("citizenship_remark", whole, "citizenship")
    return tuple(found)


def make_addresses(record: Record) -> tuple[Place, ...]:
    """Addresses; their contacts become identifiers, fax numbers and remarks without an address facts."""
    found: list[Place] = []
    for node, remarks in record.open_values("address"):
        for contact in node.get_nodes("contactInfo"):
            _add_contact(record, contact)
        listed = ("as at the time of listing",) if node.is_set("asAtListingTime") else ()
        place = _make_place(node, "address", (*listed, *remarks))
        if place is not None:
            found.append(place)
            continue
        for remark in remarks:
            record.add_fact("address_remark", remark, "address/remark")
    return tuple(found)


def _make_place(node: Node, field: str, notes: tuple[str, ...]) -> Place | None:
    box, city, place = node.find("poBox"), node.find("city"), node.find("place")
    if box and box.replace("-", "").replace("/", "").isdigit():
        box = f"P.O. Box {box}"
    street = ", ".join(part for part in (node.find("street"), box) if part) or None
    region = ", ".join(part for part in (place if city else None, node.find("region")) if part) or None
    code, country = find_country_of(node)
    postcode = node.find("zipCode")
    if not any((street, city, place, region, postcode, country)):
        return None
    return Place(
        origin=Origin(field=field), street=street, city=city or place, region=region, postcode=postcode, country=code,
        country_text=country, note="; ".join(notes) or None,
    )


def _with_note(place: Place, remarks: list[str]) -> Place:
    return Place(
        origin=place.origin, street=place.street, city=place.city, region=place.region, postcode=place.postcode,
        country=place.country, country_text=place.country_text, note="; ".join(remarks) or None,
    )


def _add_contact(record: Record, node: Node) -> None:
    """One contact may hold several ("a@x.com; b@y.com and c@z.com"), with stray spaces inside."""
    field, key, raw = "address/contactInfo", node.find("key") or "", node.find_raw("value") or ""
    value, kind = tidy(raw), CONTACTS.get(key.upper())
    if not value:
        return
    if kind is None:
        if key.upper() != "FAX":
            record.unknown[f"address/contactInfo@key ({key[:20]})"] += 1
        record.add_fact("fax" if key.upper() == "FAX" else "contact", value, field)
        return
    for piece in _split(value, kind):
        record.identifiers.append(Identifier(
            kind=kind, number=piece, label=key, origin=Origin(field=field, text=None if piece == raw else raw)
        ))


def _split(value: str, kind: str) -> Iterator[str]:
    for piece in (_PHONE_BORDERS if kind == "phone" else _BORDERS).split(value):
        text = piece.strip(" ,;.")
        yield from ([text.replace(" ", "") if kind in ("email", "website") else text] if text else [])


def make_identifications(record: Record) -> None:
    """Numbers to the record's identifiers; an identification without a number becomes the fact "document"."""
    for node, remarks in record.open_values("identification"):
        code, label = node.find("identificationTypeCode") or "", node.find("identificationTypeDescription")
        kind = IDENTIFIERS.get(code)
        if kind is None:
            record.unknown[f"identification@identificationTypeCode ({code[:20]})"] += 1
        if code == "other":
            kind = next((k for pattern, k in OTHER_KINDS for r in remarks if pattern.search(r)), kind)
        number, latin, country = node.find("number"), node.find("latinNumber"), find_country_of(node)
        notes = (*_notes(node, latin if number else None), *remarks)
        valid = {name: read_date(node.find(name)) for name in ("issueDate", "validTo")}
        if not _is_number(number or latin or "", kind):
            said = (label or code, number, country[1], *notes)
            record.add_fact("document", "; ".join(part for part in said if part), "identification")
            continue
        raw = node.find_raw("number" if number else "latinNumber")
        tidied = _tidy_number(number or latin or "", kind)
        record.identifiers.append(Identifier(
            kind=kind or "other_id", number=tidied, label=label or code or None, country=country[0],
            issued=valid["issueDate"], expires=valid["validTo"], note="; ".join(notes) or None,
            origin=Origin(field="identification@number", text=None if tidied == raw else raw),
        ))


def _is_number(text: str, kind: str | None) -> bool:
    """A bank's code has no digit, every other number has one ("-" and "Unknown national ID" stand in the list)."""
    return bool(text) and (kind == "bic" or any(c.isdigit() for c in text))


def _tidy_number(number: str, kind: str | None) -> str:
    if kind == "imo":
        return re.sub(r"^IMO\s*", "", number, flags=re.I)
    return number.replace(" ", "") if kind == "bic" else number


def _notes(node: Node, latin: str | None) -> Iterator[str]:
    yield from (words for name, words in FLAGS if node.is_set(name))
    named = node.find("nameOnDocument")
    if named:
        found = _NAME_ON.match(named)
        yield f"in the name {found[1]}" if found else named
    for text, words in (
        (node.find("issuedBy"), "issued by"), (node.find("region"), "issued in"), (node.find("validFrom"), "valid from"),
        (latin, "in Latin script:"),
    ):
        if text:
            yield f"{words} {text}"
    for name in ("issueDate", "validTo"):
        text = node.find(name)
        if text and read_date(text) is None:
            yield f"{name} {text}"
