"""A listing: one subject on one list, every value with the place it was read from.

The vocabulary is the field's: `primary` name, `alias` (a.k.a.), `former` (f.k.a.), `strong` and `weak` quality ("low
quality a.k.a." in UN terms, "weak a.k.a." in OFAC's), identifiers, measures (programmes and their legal ground).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from tocsin.model.dates import DateSpan, PartialDate

Kind = Literal["person", "organization", "vessel", "aircraft", "unknown"]
KINDS: tuple[Kind, ...] = ("person", "organization", "vessel", "aircraft", "unknown")

NameRole = Literal["primary", "alias", "former", "original_script"]
Quality = Literal["strong", "weak"]
PartKind = Literal["given", "family", "patronymic", "middle", "other"]
CountryRole = Literal["nationality", "citizenship", "residence", "flag", "former_flag", "birth", "related"]


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value was read: `field`, the element or column path inside its record, and `text`, as published.

    `text` is absent when the value is the published text, character for character.
    """

    field: str
    text: str | None = None


class NamePart(msgspec.Struct, frozen=True, kw_only=True):
    """One labelled part of a name, only where the list itself labels it."""

    kind: PartKind
    text: str


class Name(msgspec.Struct, frozen=True, kw_only=True):
    """A name as recorded: `text` in its original spelling with outer and doubled spaces removed.

    `script` is the ISO 15924 code of most of its letters ("Latn", "Arab", "Deva", ..., "Zyyy" for none).
    A name split out of "A; B; C" keeps the whole text in its origin.
    """

    text: str
    role: NameRole
    quality: Quality
    script: str
    origin: Origin
    parts: tuple[NamePart, ...] = ()
    note: str | None = None


class DateValue(msgspec.Struct, frozen=True, kw_only=True):
    """A date of birth (or of building, for a vessel)."""

    span: DateSpan
    origin: Origin
    note: str | None = None


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """An address or a place of birth. `country` is an ISO 3166-1 alpha-2 code where `country_text` could be read."""

    origin: Origin
    street: str | None = None
    city: str | None = None
    region: str | None = None
    postcode: str | None = None
    country: str | None = None
    country_text: str | None = None
    note: str | None = None

    def __str__(self) -> str:
        parts = (self.street, self.city, self.region, self.postcode, self.country_text or self.country)
        return ", ".join(p for p in parts if p)


class CountryValue(msgspec.Struct, frozen=True, kw_only=True):
    """A tie to a country. `code` is ISO 3166-1 alpha-2, lower case, or absent where `text` could not be read."""

    role: CountryRole
    text: str
    origin: Origin
    code: str | None = None


REFERENCES = frozenset({"un_ref", "eu_ref", "uk_ref", "ofac_uid", "uk_ofsi_group"})


class Identifier(msgspec.Struct, frozen=True, kw_only=True):
    """A number or address that is meant to be one subject's alone.

    `kind`: passport, national_id, tax_id, registration, imo, mmsi, call_sign, lei, bic, aircraft_serial, tail_number,
    email, phone, website, wallet, other_id; `label` is the list's own word for it. `REFERENCES` are the kinds under which a
    list names the same subject's place on another list: they join listings and are nobody's document.
    """

    kind: str
    number: str
    origin: Origin
    label: str | None = None
    country: str | None = None
    issued: PartialDate | None = None
    expires: PartialDate | None = None
    note: str | None = None


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A regime under which the subject is listed: the programme, and its legal ground where known."""

    programme: str
    origin: Origin
    ground: str | None = None
    since: PartialDate | None = None


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Anything else that the list says: `key` in snake case ("title", "position", "comment", ...)."""

    key: str
    text: str
    origin: Origin


class Relation(msgspec.Struct, frozen=True, kw_only=True):
    """A tie to another subject, as the list words it ("Linked To", "member of"). `ref` where the list gives one."""

    kind: str
    target: str
    origin: Origin
    ref: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One subject on one list at one moment.

    `authority` is the jurisdiction that makes the claim: "UN", "US", "IN", "EU". `ref` is the list's own
    reference number without stray spaces, unique on its list; `record_id` its internal number, if it has another.
    `subject` is set only by lists that say which of their listings are about one subject (the starter register).
    `names` has the primary name first. `updated_on` are the list's own dates of amendment, oldest first.
    """

    list_key: str
    authority: str
    ref: str
    kind: Kind
    names: tuple[Name, ...]
    record_id: str | None = None
    subject: str | None = None
    births: tuple[DateValue, ...] = ()
    deaths: tuple[DateValue, ...] = ()
    birth_places: tuple[Place, ...] = ()
    addresses: tuple[Place, ...] = ()
    countries: tuple[CountryValue, ...] = ()
    gender: Literal["male", "female"] | None = None
    identifiers: tuple[Identifier, ...] = ()
    measures: tuple[Measure, ...] = ()
    facts: tuple[Fact, ...] = ()
    relations: tuple[Relation, ...] = ()
    listed_on: PartialDate | None = None
    updated_on: tuple[PartialDate, ...] = ()

    @property
    def caption(self) -> str:
        """The primary name as published."""
        return self.names[0].text if self.names else self.ref
