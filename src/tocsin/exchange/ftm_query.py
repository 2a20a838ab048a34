"""A query by example, in FollowTheMoney's words, as a query of ours; and what of it could not be used.

Nothing is passed over in silence: a property that the schema does not have and a value that cannot be read are told with the
answer, or refused where the caller asks for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from tocsin.errors import BadInput, suggest
from tocsin.exchange.ftm_model import OTHERS, SCHEMATA, get_label, get_properties, is_known, is_matchable
from tocsin.match import check_query
from tocsin.model import KINDS, DateSpan, Kind, Query
from tocsin.names.countries import find_country
from tocsin.screen.details import parse_detail
from tocsin.screen.rows import parse_birth, parse_gender
from tocsin.sources.imported.ftm_words import IDENTIFIERS

MOST_VALUES = 100  # of one property
LONGEST = 2_000    # characters of a value
KINDS_OF: dict[str, frozenset[Kind]] = {
    "Person": frozenset({"person", "unknown"}), "Vessel": frozenset({"vessel", "unknown"}),
    **dict.fromkeys(("Organization", "Company", "PublicBody"), frozenset[Kind]({"organization", "unknown"})),
    "Airplane": frozenset({"aircraft", "unknown"}), "Vehicle": frozenset({"vessel", "aircraft", "unknown"}),
    "LegalEntity": frozenset({"person", "organization", "unknown"}),
    **dict.fromkeys(("Thing", "Asset", "CryptoWallet", "Security"), frozenset[Kind](KINDS)),
}
NAMES = ("name", "alias", "previousName", "weakAlias", "abbreviation")
NAME_PARTS = ("firstName", "secondName", "middleName", "lastName")
COUNTRIES = frozenset({
    "country", "nationality", "citizenship", "birthCountry", "jurisdiction", "mainCountry", "flag", "pastFlags",
})
BIRTHS = frozenset({"birthDate", "buildDate"})
DETAILS = {
    "birthPlace": "birth_place", "address": "address", "full": "address", "email": "email", "phone": "phone",
    "website": "website", "publicKey": "wallet", "cryptoAddress": "wallet",
}
NUMBERS = {
    **{name: kind for name, kind in IDENTIFIERS.items() if kind not in DETAILS.values()}, "isin": "isin", "isinCode": "isin",
}
_LIST_OF = {
    "birth_place": "birth_places", "address": "addresses", "email": "emails", "phone": "phones", "website": "websites",
    "wallet": "wallets",
}


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """An example as it was read. `properties` are the values that were understood, as they were; `unused` are properties
    that the schema does not have or of which a value could not be read. `query` is absent for a schema of which no list
    has anything."""

    schema: str
    properties: dict[str, list[str]]
    unused: tuple[str, ...]
    query: Query | None
    kinds: frozenset[Kind]


def read_example(schema: str, properties: Mapping[str, Any], *, strict: bool = False) -> Example:
    """The query that an example asks. `BadInput` for a schema that is unknown or not matchable and for an example without a
    name or number; with `strict` for everything that would otherwise be `unused`. Values are not repeated in messages."""
    if not is_known(schema):
        raise BadInput(f"Unknown schema: {schema[:40]!r}; {suggest(schema[:40], (*SCHEMATA, *OTHERS))}")
    if not is_matchable(schema):
        raise BadInput(f"Non-matchable schema for query: {schema}")
    known = get_properties(schema)
    unused: list[str] = []
    read: dict[str, list[str]] = {}
    fields: dict[str, list[Any]] = {}
    for name, given in properties.items():
        if name not in known and schema in SCHEMATA:
            if strict:
                raise BadInput(f"{schema} has no property '{name[:60]}'; {suggest(name[:60], known)}")
            unused.append(name[:60])
            continue
        texts, whole = _take_texts(given)
        for text in texts:
            try:
                field, value, shown = _read_value(name, text)
            except ValueError:
                whole = False
                continue
            read.setdefault(name, []).append(shown)
            if field:
                fields.setdefault(field, []).append(value)
        if not whole:
            if strict:
                raise BadInput(f"{schema}.{name}: a value cannot be read as {known.get(name, 'text')}")
            unused.append(name)
    query = _make_query(schema, fields, read) if schema in KINDS_OF else None
    return Example(
        schema=schema, properties=read, unused=tuple(unused), query=query, kinds=KINDS_OF.get(schema, frozenset()),
    )


def _take_texts(given: Any) -> tuple[list[str], bool]:
    """The values of a property as texts, and whether that is all of them."""
    several = given if isinstance(given, list) else [given]
    plain = [v for v in several if isinstance(v, str | int | float) and not isinstance(v, bool)]
    texts = [text for v in plain if (text := str(v).strip())]
    kept = [text for text in texts[:MOST_VALUES] if len(text) <= LONGEST]
    return kept, len(kept) == len(texts) and len(plain) == len([v for v in several if v is not None])


def _read_value(name: str, text: str) -> tuple[str | None, Any, str]:
    """The field of a query that a value is for (none: it is of no use to the matcher), the value, and it as understood.
    `ValueError` when it cannot be read."""
    if name in NAMES:
        check_query(Query(names=(text,)))
        return "names", text, text
    if name in COUNTRIES:
        code = find_country(text)
        if code is None:
            raise ValueError("no country")
        return "countries", code, code
    if name in BIRTHS:
        span = parse_birth(text)
        return "births", span, _write_span(span)
    if name == "gender":
        gender = parse_gender(text)
        return "gender", gender, gender or "other"
    if name in DETAILS:
        field = DETAILS[name]
        return _LIST_OF[field], parse_detail(field, text), text
    if name in NUMBERS:
        if not any(c.isalnum() for c in text):
            raise ValueError("no number")
        return "identifiers", f"{NUMBERS[name]}:{text}", text
    return None, None, text


def _write_span(span: DateSpan) -> str:
    return str(span.first) if not span.is_range else str(span)


def _make_query(schema: str, fields: Mapping[str, list[Any]], read: Mapping[str, list[str]]) -> Query:
    names = list(fields.get("names", ()))
    parts = [read[part][0] for part in NAME_PARTS if read.get(part)]
    if not names and parts:
        names = [" ".join(parts)]
    kinds = KINDS_OF[schema] - {"unknown"}
    genders = [g for g in dict.fromkeys(fields.get("gender", ())) if g]
    several = {
        field: tuple(dict.fromkeys(values)) for field, values in fields.items() if field not in ("names", "gender")
    }
    query = Query(
        names=tuple(dict.fromkeys(names)), kind=next(iter(kinds)) if len(kinds) == 1 else None,
        gender=genders[0] if len(genders) == 1 else None, **several,
    )
    check_query(query)
    return query


def describe_use(name: str) -> str:
    """What becomes of a property in a query, in words, for who asks which properties there are."""
    if name in NAMES or name in NUMBERS or DETAILS.get(name) in ("email", "phone", "website", "wallet"):
        return f"{get_label(name)}: finds candidates"
    used = name in COUNTRIES or name in BIRTHS or name in DETAILS or name == "gender"
    return f"{get_label(name)}: {'speaks for or against candidates' if used else 'not compared'}"
