"""The file format of the starter register: strict YAML to typed values.

All scalars are read as text (no YAML 1.1 guessing: `no` is not false, `2005-05` is not a string among dates), and what
makes YAML dangerous or ambiguous is refused: anchors, aliases, tags, doubled keys, unknown fields, deep nesting.
"""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec
import yaml

from tocsin.errors import ListRefused
from tocsin.model import Kind

MAX_BYTES = 4_000_000
MAX_DEPTH = 12
MAX_NODES = 200_000

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)

T = TypeVar("T")
Authority = Literal["UN", "US", "IN"]


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of the file; a misspelt field is refused."""


class NameEntry(_Strict, frozen=True, kw_only=True):
    """A name that is not simply a strong alias. `role` is set by position and script when absent."""

    text: str
    role: Literal["alias", "former", "original_script"] | None = None
    quality: Literal["strong", "weak"] = "strong"
    note: str | None = None


class BirthPlace(_Strict, frozen=True, kw_only=True):
    """`country` is an ISO 3166-1 alpha-2 code in lower case."""

    country: str
    city: str | None = None
    region: str | None = None


class RelationEntry(_Strict, frozen=True, kw_only=True):
    """`kind` reads from the subject to the target ("leader of"); `subject` is the target's key."""

    kind: str
    subject: str


class MeasureEntry(_Strict, frozen=True, kw_only=True):
    """`programme` is a key of the file's `programmes`, which gives the legal ground."""

    programme: str
    since: str | None = None


class FactEntry(_Strict, frozen=True, kw_only=True):
    key: str
    text: str


class ListingEntry(_Strict, frozen=True, kw_only=True):
    """One authority's listing of the subject. `names` are those that this authority uses, its primary name first.

    A listing that has `ended` (the date, or the year, by which it was gone) is told as a fact of the subject's other
    listings and is not a listing any more.
    """

    authority: Authority
    ref: str
    source: str
    measures: tuple[MeasureEntry, ...]
    listed_on: str | None = None
    ended: str | None = None
    names: tuple[str | NameEntry, ...] = ()
    facts: tuple[FactEntry, ...] = ()


class SubjectEntry(_Strict, frozen=True, kw_only=True):
    """One person or organisation. `names` are shared by all its listings, the usual one first."""

    key: str
    kind: Kind
    caption: str
    names: tuple[str | NameEntry, ...]
    note: str
    listings: tuple[ListingEntry, ...]
    births: tuple[str, ...] = ()
    deaths: tuple[str, ...] = ()
    birth_places: tuple[BirthPlace, ...] = ()
    nationalities: tuple[str, ...] = ()
    related_countries: tuple[str, ...] = ()
    gender: Literal["male", "female"] | None = None
    relations: tuple[RelationEntry, ...] = ()


class Programme(_Strict, frozen=True, kw_only=True):
    authority: Authority
    ground: str


class StarterFile(_Strict, frozen=True, kw_only=True):
    """The whole file. `checked` says, for each authority, against which state of its list the facts were checked."""

    format: Literal["1"]
    as_of: str
    checked: dict[Authority, str]
    programmes: dict[str, Programme]
    subjects: tuple[SubjectEntry, ...]


def read_starter(data: bytes) -> StarterFile:
    """The typed values of a starter file.

    `ListRefused`, naming the line or the subject and the field, when it is not one. Checks of meaning
    (references, dates, relations) are `starter.parse`'s.
    """
    tree = _load(data)
    if not isinstance(tree, dict):
        raise refused("expected a mapping with format, as_of, checked, programmes and subjects")
    subjects = tree.pop("subjects", None)
    if not isinstance(subjects, list):
        raise refused("expected a list under 'subjects'")
    if not subjects:
        raise _empty()
    head = _convert({**tree, "subjects": []}, StarterFile, "the head of the file")
    entries = tuple(_convert(item, SubjectEntry, _label(item, i)) for i, item in enumerate(subjects, start=1))
    return msgspec.structs.replace(head, subjects=entries)


def refused(what: str, where: str | None = None) -> ListRefused:
    """A refusal of the whole file; `where` is a subject's key and field, or a line."""
    place = f", {where}" if where else ""
    return ListRefused(
        f"Starter register{place}: {what}. The file was refused as a whole; the state in force stays.",
        reason="malformed",
    )


def _label(item: Any, position: int) -> str:
    key = item.get("key") if isinstance(item, dict) else None
    return f"subject '{key[:80]}'" if isinstance(key, str) else f"subject {position} (without a key)"


def _convert(value: Any, shape: type[T], where: str) -> T:
    try:
        return msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        raise refused(str(error).replace("`$.", "field `"), where) from None


def _load(data: bytes) -> Any:
    if len(data) > MAX_BYTES:
        raise ListRefused(
            f"Starter register: {len(data)} bytes; at most {MAX_BYTES} are read. The state in force stays.",
            reason="too_large",
        )
    try:
        text = data.decode("utf-8-sig")
        _check_events(text)
        node = yaml.compose(text, Loader=_LOADER)
    except UnicodeDecodeError as error:
        raise refused(f"expected UTF-8 text; byte {error.start} is not") from None
    except yaml.YAMLError as error:
        raise refused("not well-formed YAML", _line(getattr(error, "problem_mark", None))) from None
    if node is None:
        raise _empty()
    return _value(node)


def _empty() -> ListRefused:
    return ListRefused("Starter register: the file has no subjects. The state in force stays.", reason="empty")


def _check_events(text: str) -> None:
    """Refuses, before anything is built, what YAML can hide or multiply."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=_LOADER)):
        where = _line(event.start_mark)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise refused("anchors and aliases are not read; write the value out", where)
        if getattr(event, "tag", None):
            raise refused("tags are not read; write plain values", where)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH or nodes > MAX_NODES:
            raise refused(f"more than {MAX_DEPTH} levels or {MAX_NODES} values", where)


def _value(node: Any) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    out: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise refused("a field name must be plain text", _line(key.start_mark))
        if key.value in out:
            raise refused(f"field '{key.value[:80]}' is given twice", _line(key.start_mark))
        out[key.value] = _value(value)
    return out


def _line(mark: Any) -> str | None:
    return None if mark is None else f"line {mark.line + 1}"
