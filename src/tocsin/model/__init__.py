"""The values that every room speaks in. All are frozen, keyword-only, with collections as tuples."""

from tocsin.model.dates import DateSpan, PartialDate
from tocsin.model.entity import Entity
from tocsin.model.listing import (
    KINDS,
    REFERENCES,
    CountryValue,
    DateValue,
    Fact,
    Identifier,
    Kind,
    Listing,
    Measure,
    Name,
    NamePart,
    Origin,
    Place,
    Relation,
)
from tocsin.model.query import Basis, Comparison, Hit, ListingCard, Query, Reason, WhatIf

__all__ = [
    "KINDS", "REFERENCES", "Basis", "Comparison", "CountryValue", "DateSpan", "DateValue", "Entity", "Fact", "Hit",
    "Identifier", "Kind", "Listing", "ListingCard", "Measure", "Name", "NamePart", "Origin", "PartialDate", "Place", "Query",
    "Reason", "Relation", "WhatIf",
]
