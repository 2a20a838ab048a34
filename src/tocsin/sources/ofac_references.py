"""What the parts of an advanced file (SDN_ADVANCED.XML) refer to by number: words, places and documents.

These parts stand before the records in the file (sdn_advanced.xsd, element Sanctions) and are held until the end.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any, NamedTuple

from tocsin.model import DateSpan, Origin, Place
from tocsin.names.countries import find_country
from tocsin.sources.ofac_record import OfacRecord
from tocsin.sources.ofac_stream import find_text, local, make_span, say_span, strip_marks, text_of

UNKNOWN = frozenset({"", "Unknown", "undetermined"})  # OFAC's words where it says nothing
PLACE_PARTS = {
    "ADDRESS1": "street", "ADDRESS2": "street", "ADDRESS3": "street", "CITY": "city", "STATE/PROVINCE": "region",
    "POSTAL CODE": "postcode",
}
REGION = "REGION"  # a part that stands in the place of a country: the plain files write "Region: Gaza"


class Words:
    """The reference values of a file: the word that stands for a number of one kind."""

    def __init__(self, unread: Counter[str]) -> None:
        self._words: dict[tuple[str, str], str] = {}
        self._parents: dict[str, str] = {}
        self._unread = unread

    def read(self, element: Any) -> None:
        """Take all words of ReferenceValueSets."""
        for group in element:
            for value in group:
                number, kind = value.get("ID") or "", local(value)
                self._words[kind, number] = text_of(value)
                if kind == "PartySubType":
                    self._parents[number] = value.get("PartyTypeID") or ""

    def get(self, kind: str, number: str | None) -> str:
        """The word; empty where there is no number or the word says nothing. A number without a word is counted."""
        if not number:
            return ""
        word = self._words.get((kind, number))
        if word is None:
            self._unread[f"/{kind}ID without {kind}"] += 1
            return ""
        return "" if word in UNKNOWN else word

    def get_party(self, number: str | None) -> str:
        """The kind of a party: Individual, Entity, Vessel, Aircraft."""
        return self.get("PartySubType", number) or self.get("PartyType", self._parents.get(number or ""))


class Location(NamedTuple):
    """A place: its parts by name, in Latin script and in others; its country; the text of a part without a kind."""

    parts: tuple[tuple[str, str, str], ...]  # name of the part, text, script ("" for Latin)
    country: str
    text: str

    def __str__(self) -> str:
        latin = [text for _, text, script in self.parts if not script]
        return self.text or ", ".join([*latin, *filter(None, [self.country])])

    def add_to(self, record: OfacRecord, field: str) -> None:
        """Add the address; spellings in another script as an address of their own."""
        for script in dict.fromkeys(["", *(s for _, _, s in self.parts)]):
            parts: dict[str, list[str]] = defaultdict(list)
            for name, text, own in self.parts:
                if own == script:
                    parts[name].append(text)
            country = self.country or self.text
            if parts or (country and not script):
                record.addresses.append(Place(
                    origin=Origin(field=field), country=find_country(country) if country else None, note=script or None,
                    country_text=country or None, **{name: ", ".join(texts) for name, texts in parts.items()},
                ))


def read_location(element: Any, words: Words, unread: Counter[str]) -> Location:
    """A Location: its parts in the order of an address, whichever they are written in."""
    parts: list[tuple[int, tuple[str, str, str]]] = []
    text = region = ""
    for part in element.findall("{*}LocationPart"):
        kind = words.get("LocPartType", part.get("LocPartTypeID"))
        for value in part.findall("{*}LocationPartValue"):
            found, script = strip_marks(find_text(value, "Value")), find_text(value, "Comment")
            if kind in PLACE_PARTS:
                parts.append((list(PLACE_PARTS).index(kind), (PLACE_PARTS[kind], found, script)))
            elif kind == REGION:
                region = region or found
            elif kind:
                unread[f"/Locations/Location/LocationPart: {kind}"] += 1
            else:
                text = text or found
    countries = [words.get("Country", x.get("CountryID")) for x in element.findall("{*}LocationCountry")]
    if len(countries) > 1:
        unread["/Locations/Location/LocationCountry (a second one)"] += len(countries) - 1
    country = next(iter(countries), "") or (f"Region: {region}" if region else "")
    ordered = [x for _, x in sorted(parts, key=lambda p: p[0])]
    if region and not country.startswith("Region: "):
        ordered.append(("region", region, ""))
    return Location(tuple(ordered), country, text)


class Document(NamedTuple):
    """An identity document or registration, as `OfacRecord.add_id` takes it; `name` is the number of the name in it."""

    label: str
    number: str
    country: str
    issued: str
    expires: str
    said: tuple[str, ...]
    name: str


def read_document(element: Any, words: Words, places: dict[str, Location], unread: Counter[str]) -> Document:
    """An IDRegDocument. What it says beside number, country and dates becomes `said`."""
    dates: dict[str, str] = {}
    for date in element.findall("{*}DocumentDate"):
        kind = words.get("IDRegDocDateType", date.get("IDRegDocDateTypeID"))
        if kind not in ("Issue Date", "Expiration Date"):
            unread[f"/IDRegDocuments/IDRegDocument/DocumentDate: {kind}"] += 1
        period = date.find("{*}DatePeriod")
        span = read_period(period) if period is not None else None
        dates[kind] = say_span(span) if span else ""
    validity = words.get("Validity", element.get("ValidityID"))
    authority, place = find_text(element, "IssuingAuthority"), str(places.get(element.get("IssuedIn-LocationID") or "", ""))
    said = [f"validity: {validity}"] if validity not in ("", "Valid") else []
    said += [f"issued by {authority}"] if authority else []
    said += [f"issued in {place}"] if place else []
    said += [text_of(x) for x in element.findall("{*}Comment") if text_of(x)]
    name = element.find("{*}DocumentedNameReference")
    return Document(
        label=words.get("IDRegDocType", element.get("IDRegDocTypeID")), number=find_text(element, "IDRegistrationNo"),
        country=words.get("Country", element.get("IssuedBy-CountryID")), issued=dates.get("Issue Date", ""),
        expires=dates.get("Expiration Date", ""), said=tuple(said),
        name=(name.get("DocumentedNameID") or "") if name is not None else "",
    )


def read_period(element: Any) -> DateSpan | None:
    """A DatePeriod: from the first day of Start to the last of End; `None` when it has none, or they are no dates."""
    start, end = element.find("{*}Start"), element.find("{*}End")
    if start is None:
        return None
    first = read_day(start.find("{*}From")) or read_day(start.find("{*}To"))
    last = read_day(start.find("{*}To")) or first
    if end is not None:
        last = read_day(end.find("{*}To")) or read_day(end.find("{*}From")) or last
    if first is None or last is None or last < first:
        return None
    circa = any(x is not None and x.get("Approximate") == "true" for x in (start, end))
    return make_span(first, last, circa=circa)


def read_day(element: Any) -> dt.date | None:
    """Year, Month and Day of an element; `None` when there is no element, or no such day."""
    if element is None:
        return None
    try:
        year, month, day = (int(find_text(element, name)) for name in ("Year", "Month", "Day"))
        return dt.date(year, month, day)
    except (ValueError, OverflowError):
        return None
