"""The description of a list of the user's own: what it is, how its file is laid out, and what each field means.

It is a small YAML file, strict: a word that is not known is refused with the nearest one that is. docs/importing.md is its
manual. What is written here as `Where` is a column's name, or the keys that lead to a value with dots between
(`identity.names.value`); lists on the way are walked through.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from tocsin.errors import BadInput, suggest
from tocsin.model.listing import CountryRole
from tocsin.sources.imported.plain import PlainFault, read_yaml

FORMATS = ("csv", "xlsx", "jsonl", "yaml", "ftm", "statements", "senzing")
MAX_BYTES = 200_000
KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
AUTHORITY = re.compile(r"[A-Z][A-Z0-9-]{1,11}")
IDENTIFIER_KINDS = (
    "passport", "national_id", "tax_id", "registration", "imo", "mmsi", "call_sign", "lei", "bic", "aircraft_serial",
    "tail_number", "email", "phone", "website", "wallet", "other_id", "un_ref", "eu_ref", "uk_ref", "ofac_uid",
    "uk_ofsi_group",
)

Where = str
Wheres = str | list[str]
Format = Literal["csv", "xlsx", "jsonl", "yaml", "ftm", "statements", "senzing"]


class _Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A part of a description; a word that it does not know is refused."""


class About(_Part, frozen=True, kw_only=True):
    """What the list is. Its state is plausible with `plausible` listings, and may lack `shrink_limit` of those in force."""

    key: str = ""
    title: str = ""
    authority: str = ""
    publisher: str = ""
    law: str = ""
    licence: str = ""
    stale_after_days: int = 365
    plausible: tuple[int, int] = (1, 5_000_000)
    shrink_limit: float = 0.2


class Layout(_Part, frozen=True, kw_only=True):
    """How the file is laid out. `records` leads to the records inside a document; `members` are the names (with `*`) of the
    files of an archive or folder that are records; `optional` are paths that a state may be without."""

    format: Format | None = None
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_row: int = 1
    records: Where | None = None
    members: str = "*"
    optional: tuple[str, ...] = ()
    nothing: tuple[str, ...] = ()


class Pick(_Part, frozen=True, kw_only=True):
    """A word: read at `path` and looked up in `values` where there are any (else `otherwise`); `fixed`; or `present`, which
    maps a path to the word that is meant when something stands there."""

    path: Wheres | None = None
    values: dict[str, str] | None = None
    otherwise: str | None = None
    fixed: str | None = None
    present: dict[str, str] | None = None


class Rule(_Part, frozen=True, kw_only=True):
    """Where values stand: one for each text at `path`; or for each object at `each` the text at `text` in it, several texts
    joined with `join`. `separators` part one text into several values; with `first` only the first of them is taken."""

    path: Wheres | None = None
    each: Wheres | None = None
    text: Wheres | None = None
    join: str = " "
    separators: tuple[str, ...] = ()
    first: bool = False


class PartsRule(_Part, frozen=True, kw_only=True):
    """The labelled parts of a name."""

    each: Where
    text: Where
    kind: str | Pick


class NameRule(Rule, frozen=True, kw_only=True):
    role: str | Pick = "alias"
    quality: str | Pick = "strong"
    parts: PartsRule | None = None
    note: Where | None = None


class DateRule(Rule, frozen=True, kw_only=True):
    """Dates: in one text, of one of `formats`, or in parts."""

    formats: tuple[str, ...] = ()
    year: Where | None = None
    month: Where | None = None
    day: Where | None = None
    circa: Pick | None = None
    note: Where | None = None


class PlaceRule(Rule, frozen=True, kw_only=True):
    """Places: as one text, or in parts."""

    street: Wheres | None = None
    city: Where | None = None
    region: Where | None = None
    postcode: Where | None = None
    country: Where | None = None


class CountryRule(Rule, frozen=True, kw_only=True):
    role: CountryRole = "related"
    values: dict[str, str] | None = None


class IdentifierRule(Rule, frozen=True, kw_only=True):
    kind: str | Pick = "other_id"
    label: Where | Pick | None = None
    country: Where | None = None
    issued: Where | None = None
    expires: Where | None = None
    note: Where | None = None


class MeasureRule(Rule, frozen=True, kw_only=True):
    """Programmes: a text or `programme`, with their legal ground and date."""

    programme: Where | Pick | None = None
    ground: Where | Pick | None = None
    since: Where | None = None
    formats: tuple[str, ...] = ()


class RelationRule(Rule, frozen=True, kw_only=True):
    kind: Where | Pick = ""
    ref: Where | None = None


class Fields(_Part, frozen=True, kw_only=True):
    """What each field of a record means."""

    reference: Where
    names: tuple[NameRule, ...]
    kind: str | Pick
    record_id: Where | None = None
    births: tuple[str | DateRule, ...] = ()
    deaths: tuple[str | DateRule, ...] = ()
    birth_places: tuple[str | PlaceRule, ...] = ()
    addresses: tuple[str | PlaceRule, ...] = ()
    countries: tuple[CountryRule, ...] = ()
    gender: Pick | str | None = None
    identifiers: tuple[IdentifierRule, ...] = ()
    measures: tuple[MeasureRule, ...] = ()
    facts: dict[str, str | list[str] | Rule] = {}
    relations: tuple[RelationRule, ...] = ()
    listed_on: str | DateRule | None = None
    updated_on: str | DateRule | None = None


class Description(_Part, frozen=True, kw_only=True):
    """The whole file. `fields` is absent for formats that say themselves what each field means."""

    list: About = About()
    file: Layout = Layout()
    fields: Fields | None = None
    ignore: dict[str, str] | tuple[str, ...] = ()


def read_description(data: bytes, *, name: str) -> Description:
    """A description from its file. `BadInput`, naming the place and the nearest known word, when it is none."""
    if len(data) > MAX_BYTES:
        raise _wrong(name, f"it has {len(data):,} bytes; expected at most {MAX_BYTES:,}")
    try:
        documents = read_yaml(data)
    except PlainFault as error:
        raise _wrong(name, str(error)) from None
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise _wrong(name, "expected one mapping with the parts list, file, fields and ignore")
    return convert(documents[0], name=name)


def convert(tree: dict[str, Any], *, name: str) -> Description:
    """A description from plain values."""
    try:
        made = msgspec.convert(_without_nothing(tree), Description, strict=False)
    except msgspec.ValidationError as error:
        raise _wrong(name, _explain(str(error))) from None
    return made


def dump(description: Description) -> bytes:
    """A description as the text that is kept with a state; `read_description` gives the same again."""
    import yaml

    plain = msgspec.to_builtins(description)
    return yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=120).encode()


def check_about(about: About, *, taken: Sequence[str]) -> None:
    """`BadInput` when the list cannot be kept under this key or of this authority."""
    if not KEY.fullmatch(about.key):
        raise BadInput(
            f"The key of the list: expected 2 to 40 of a-z, 0-9 and _, beginning with a letter (--as my_list); got "
            f"'{about.key[:60]}'. Nothing was imported."
        )
    if about.key in taken:
        raise BadInput(f"The key '{about.key}' is that of a published list; choose another with --as. Nothing was imported.")
    if not AUTHORITY.fullmatch(about.authority):
        raise BadInput(
            "The authority: expected who makes the list's claim, as 2 to 12 capitals, digits or hyphens such as CH or "
            f"MY-BANK (list.authority, or --authority); got '{about.authority[:60]}'. Nothing was imported."
        )
    if not about.title.strip():
        raise BadInput("The title of the list is missing (list.title, or --title). Nothing was imported.")
    low, high = about.plausible
    if not 0 <= low <= high or not 0 <= about.shrink_limit <= 1 or about.stale_after_days < 1:
        raise BadInput(
            "The bounds of the list: expected plausible as two counts in order, shrink_limit from 0 to 1 and "
            "stale_after_days of 1 or more. Nothing was imported."
        )


def as_rule(given: str | list[str] | Rule) -> Rule:
    """A rule that was given as its path or paths."""
    return given if isinstance(given, Rule) else Rule(path=given)


def _wrong(name: str, what: str) -> BadInput:
    return BadInput(f"The mapping file {name}: {what.rstrip('.')}{'' if what.endswith('?') else '.'} Nothing was imported.")


def _without_nothing(value: Any) -> Any:
    """Without keys that say nothing ("law:" with nothing behind it), which mean the same as none."""
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v is not None}
    return [_without_nothing(v) for v in value] if isinstance(value, list) else value


_UNKNOWN = re.compile(r"Object contains unknown field `([^`]*)`(?: - at `\$\.?([^`]*)`)?")


def _explain(text: str) -> str:
    """msgspec's message in our words, with the nearest known name."""
    found = _UNKNOWN.match(text)
    if found is None:
        return text.replace("`$.", "`").replace("`$`", "the file").rstrip(".")
    where = (found[2] or "").removesuffix("...") or "the file"
    return f"{where}: there is no '{found[1][:60]}'; {suggest(found[1], _known(found[2] or ''))}"


def _known(place: str) -> tuple[str, ...]:
    """The words that are known at a place such as `fields.names[...]`."""
    shapes: dict[str, type[msgspec.Struct]] = {
        "": Description, "list": About, "file": Layout, "fields": Fields, "names": NameRule, "births": DateRule,
        "deaths": DateRule, "birth_places": PlaceRule, "addresses": PlaceRule, "countries": CountryRule,
        "identifiers": IdentifierRule, "measures": MeasureRule, "relations": RelationRule, "listed_on": DateRule,
        "updated_on": DateRule, "parts": PartsRule, "facts": Rule,
    }
    steps = [re.sub(r"\[.*", "", step) for step in place.split(".")]
    last = next((s for s in reversed(steps) if s in shapes), None)
    shape = Pick if steps[-1] in ("kind", "role", "quality", "gender", "programme", "ground", "label", "circa") else None
    return (shape or shapes[last or ""]).__struct_fields__
