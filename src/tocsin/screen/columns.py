"""Which column of a customer file says what: a table of accepted names, and the refusal of all others.

Silence about a misspelt column would mean that somebody was not screened, so a column that nobody knows is refused with
the nearest known name. The way out is said with it: map it to a field, or say that it is to be ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Literal

import msgspec

from tocsin.errors import BadInput, suggest

# Field -> the names that a column for it may have, folded to lower case with "_" for spaces, hyphens and dots.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "row_id", "customer_id", "client_id", "account_id", "record_id", "reference", "ref", "uid"),
    "name": ("name", "full_name", "fullname", "customer_name", "client_name", "account_name", "entity_name", "name1"),
    "given": ("first_name", "given_name", "given_names", "firstname", "forename"),
    "middle": ("middle_name", "middle_names", "middlename", "second_name", "third_name", "patronymic", "father_name"),
    "family": ("last_name", "family_name", "surname", "lastname"),
    "alias": ("alias", "aliases", "aka", "also_known_as", "other_names"),
    "born": ("born", "birth_date", "date_of_birth", "dob", "birthdate", "birthday", "year_of_birth", "birth_year"),
    "country": (
        "country", "countries", "nationality", "nationalities", "citizenship", "residence", "country_of_residence",
        "country_of_birth", "birth_country", "jurisdiction",
    ),
    "kind": ("kind", "type", "schema", "entity_type", "customer_type"),
    "identifier": (
        "identifier", "identifiers", "id_number", "document_number", "handle", "account_handle",
    ),
    "gender": ("gender", "sex"),
    "birth_place": ("birth_place", "place_of_birth", "birthplace", "pob", "city_of_birth", "town_of_birth", "birth_city"),
    "address": ("address", "addresses", "full_address", "residential_address", "business_address", "registered_address"),
    "street": ("street", "street_address", "address_line_1", "address_line1", "address1"),
    "city": ("city", "town"),
    "email": ("email", "emails", "e_mail", "email_address", "mail"),
    "phone": ("phone", "phones", "phone_number", "telephone", "tel", "mobile", "mobile_number", "mobile_phone"),
    "website": ("website", "websites", "web_site", "url", "homepage", "web"),
    "wallet": ("wallet", "wallets", "wallet_address", "crypto_wallet", "crypto_address", "digital_currency_address"),
    # Identifiers whose kind the column states; each is a kind of `model.Identifier`.
    "passport": ("passport", "passport_number", "passport_no"),
    "national_id": ("national_id", "national_id_number", "identity_card"),
    "tax_id": ("tax_id", "tax_number", "tin", "vat_number"),
    "registration": ("registration_number", "company_number", "registration"),
    "imo": ("imo", "imo_number"),
    "mmsi": ("mmsi", "mmsi_number"),
    "call_sign": ("call_sign", "callsign"),
    "lei": ("lei", "lei_code"),
    "bic": ("bic", "swift", "swift_code", "bic_code", "swift_bic"),
    "isin": ("isin",),
    "tail_number": ("tail_number", "aircraft_registration", "tail"),
    "aircraft_serial": ("aircraft_serial", "aircraft_serial_number", "msn"),
}
NUMBERS = (
    "passport", "national_id", "tax_id", "registration", "imo", "mmsi", "call_sign", "lei", "bic", "isin", "tail_number",
    "aircraft_serial",
)
# Fields of which a row needs one: only these find candidates.
ENOUGH = frozenset({"name", "given", "family", "identifier", "email", "phone", "website", "wallet", *NUMBERS})
# Known, and of no use to the matcher yet: accepted without a word.
CARRIED = frozenset({
    "postcode", "zip", "state", "region", "notes", "note", "comment", "occupation", "title", "source", "date",
    "created_at", "updated_at",
    "true_name", "truth", "expected", "label",  # of labelled files, for those who compare afterwards
})
JOINED = frozenset({"middle", "street", "city"})  # fields that several columns may make up, in their order
PLANS = 1_000  # plans kept for objects whose keys differ
SEVERAL = frozenset({  # fields that more than one column may fill
    "alias", "country", "identifier", "born", "birth_place", "address", "email", "phone", "website", "wallet", *NUMBERS,
})
KNOWN = tuple(name for names in COLUMNS.values() for name in names)


class ColumnUse(msgspec.Struct, frozen=True, kw_only=True):
    """What one column is taken for: `used` as `field`, `carried` (known, and of no use to the matcher), `ignored` as was
    asked, or `refused`, with the reason in `told`."""

    column: str
    use: Literal["used", "carried", "ignored", "refused"]
    field: str | None = None
    told: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What each column is for: column name to field; columns that carry nothing for the matcher are left out."""

    fields: dict[str, str]


def fold_column(name: str) -> str:
    """A column name as it is looked up: lower case, "_" for anything between words."""
    return re.sub(r"[\s\-.]+", "_", name.strip().lower())


def parse_mapping(text: str) -> dict[str, str]:
    """`name=full_name,born=dob` as field to column. `BadInput`, with the nearest field, for one that does not exist."""
    mapping: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(","))):
        field, equals, column = (x.strip() for x in part.partition("="))
        if not equals or not column:
            raise BadInput(f"The column map: expected FIELD=COLUMN, as in name=full_name; got {part!r}.")
        if field not in COLUMNS:
            raise BadInput(f"The column map: there is no field '{field}'; {suggest(field, COLUMNS)}")
        if field in mapping or column in mapping.values():
            raise BadInput(f"The column map: expected each field and each column once; '{field}={column}' is one too many.")
        mapping[field] = column
    return mapping


def make_plan(
    columns: Sequence[str], *, mapping: Mapping[str, str] | None = None, ignore: Sequence[str] = (),
    carry: Sequence[str] = (),
) -> Plan:
    """The plan for a header. `carry` are columns of no use to the matcher whose values are wanted under their own names.

    `BadInput` for a column that nobody knows, one that stands twice, a map or ignore that names no column, two columns
    for one field, and a header from which nothing could be screened.
    """
    doubled = sorted({c for c in columns if columns.count(c) > 1})
    if doubled:
        raise BadInput(f"Column '{doubled[0]}' stands twice in the header; expected each once. Nothing was screened.")
    if both := sorted(set(ignore) & set((mapping or {}).values())):
        raise BadInput(f"Column '{both[0]}' is both mapped and ignored; say one of the two. Nothing was screened.")
    for column in carry:
        if column not in columns:
            raise BadInput(f"Column '{column}' is missing from the first line. Nothing was screened.")
    mapped = {column: field for field, column in (mapping or {}).items()}
    for column in (*mapped, *ignore):
        if column not in columns:
            raise BadInput(f"There is no column '{column}' in the file; {suggest(column, columns)}")
    taken = set(mapped.values()) - SEVERAL
    _check_header(columns, mapped, ignore)
    fields: dict[str, str] = {}
    for column in columns:
        if column in carry:
            fields[column] = column
            continue
        if column in ignore:
            continue
        field = mapped.get(column) or _find_field(column)
        if field and (column in mapped or field not in taken):
            fields[column] = field
    _check_plan(fields)
    return Plan(fields=fields)


def describe_columns(
    columns: Sequence[str], *, mapping: Mapping[str, str] | None = None, ignore: Sequence[str] = ()
) -> tuple[ColumnUse, ...]:
    """What each column of a header is taken for, in their order; also where `make_plan` refuses the header as a whole."""
    mapped = {column: field for field, column in (mapping or {}).items()}
    return tuple(_describe_column(column, mapped, ignore) for column in columns)


def _describe_column(column: str, mapped: Mapping[str, str], ignore: Sequence[str]) -> ColumnUse:
    if column in ignore:
        return ColumnUse(column=column, use="ignored")
    try:
        field = mapped.get(column) or _find_field(column)
    except BadInput as error:
        return ColumnUse(column=column, use="refused", told=str(error))
    is_taken = column not in mapped and field in set(mapped.values()) - SEVERAL
    if field is None or is_taken:
        return ColumnUse(column=column, use="carried")
    return ColumnUse(column=column, use="used", field=field)


def _find_field(column: str) -> str | None:
    folded = fold_column(column)
    for field, names in COLUMNS.items():
        if folded in names:
            return field
    if folded in CARRIED:
        return None
    near = get_close_matches(folded, KNOWN, n=1, cutoff=0.6)
    hint = suggest(folded, KNOWN) if near else f"fields: {', '.join(COLUMNS)}."
    raise BadInput(
        f"Column '{column[:60]}' is not known; {hint} Name it with --map FIELD={column[:60]}, or say "
        f"--ignore {column[:60]} if it is not to be screened. Nothing was screened."
    )


def _check_header(columns: Sequence[str], mapped: Mapping[str, str], ignore: Sequence[str]) -> None:
    """Refuse a first line that is a row already, without repeating what may be a customer's name."""
    folded = [fold_column(c) for c in columns]
    is_header = mapped or ignore or any(f in CARRIED or get_close_matches(f, KNOWN, n=1, cutoff=0.6) for f in folded)
    if not is_header:
        raise BadInput(
            f"None of the {len(columns)} columns has a known name; expected a first line with column names such as "
            "id, name, born, country. For other names say --map FIELD=COLUMN. Nothing was screened."
        )


def _check_plan(fields: Mapping[str, str]) -> None:
    for field in COLUMNS:
        columns = [c for c, f in fields.items() if f == field]
        if len(columns) > 1 and field not in SEVERAL and field not in JOINED:
            raise BadInput(
                f"Columns '{columns[0]}' and '{columns[1]}' would both be the {field}; say which with "
                f"--map {field}={columns[0]}. Nothing was screened."
            )
    if not ENOUGH & set(fields.values()):
        raise BadInput(
            "No column has a name or an identifier; expected one of "
            f"{', '.join(COLUMNS['name'][:3] + COLUMNS['family'][:1] + COLUMNS['identifier'][:2])}. Nothing was screened."
        )
