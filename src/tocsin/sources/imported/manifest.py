"""Manifests of yente: which datasets a service has, and where their FollowTheMoney entities are.

A manifest is YAML or JSON with `datasets`, and `catalogs` which are files with `datasets` of their own. A dataset is loaded
as yente would load it: unless it says `load: false` or is a collection; of a catalog with scopes, those alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from tocsin.errors import BadInput
from tocsin.sources.imported.description import AUTHORITY
from tocsin.sources.imported.plain import PlainFault, read_yaml

RESOURCE_NAME, RESOURCE_TYPE = "entities.ftm.json", "application/json+ftm"
_NOT_PLAIN = re.compile(r"[^A-Z0-9-]+")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One dataset to be loaded: where its entities are, and what an import says of the list. `needs_token` says that it
    cannot be had without one."""

    name: str
    title: str
    authority: str
    publisher: str
    place: str
    needs_token: bool = False


class Catalog(msgspec.Struct, frozen=True, kw_only=True):
    """A file with datasets, and what a manifest says of them."""

    place: str
    scopes: tuple[str, ...] = ()
    said: dict[str, str] = {}


def read_manifest(data: bytes, *, name: str) -> tuple[tuple[Entry, ...], tuple[Catalog, ...]]:
    """The datasets and catalogs of a manifest. `BadInput` when it is none."""
    tree = _read(data, name)
    catalogs = []
    for number, one in enumerate(_take_list(tree, "catalogs", name), start=1):
        place = _text(one, "url")
        if not place:
            raise BadInput(f"{name}, catalog {number}: expected its url. Nothing was imported.")
        scopes = [*(_text(s) for s in one.get("scopes") or ()), *filter(None, [_text(one, "scope")])]
        said = {key: _text(one, key) for key in ("resource_name", "resource_type", "auth_token") if _text(one, key)}
        catalogs.append(Catalog(place=place, scopes=tuple(scopes), said=said))
    return _find_entries(_take_list(tree, "datasets", name), name, scopes=(), said={}), tuple(catalogs)


def read_catalog(data: bytes, catalog: Catalog) -> tuple[Entry, ...]:
    """The datasets of a catalog that are to be loaded. `BadInput` for a scope that it does not have."""
    datasets = _take_list(_read(data, catalog.place), "datasets", catalog.place)
    missing = set(catalog.scopes) - {_text(one, "name") for one in datasets}
    if missing:
        raise BadInput(f"{catalog.place} has no dataset '{min(missing)[:60]}', which is a scope. Nothing was imported.")
    return _find_entries(datasets, catalog.place, scopes=catalog.scopes, said=catalog.said)


def _read(data: bytes, name: str) -> dict[str, Any]:
    try:
        tree = msgspec.json.decode(data) if data.lstrip()[:1] == b"{" else (read_yaml(data) or [None])[0]
    except (msgspec.DecodeError, RecursionError):
        raise BadInput(f"{name} is not well-formed JSON. Nothing was imported.") from None
    except PlainFault as fault:
        raise BadInput(f"{name}: {fault}. Nothing was imported.") from None
    if not isinstance(tree, dict) or not ("datasets" in tree or "catalogs" in tree):
        raise BadInput(f"{name}: expected a manifest with datasets or catalogs. Nothing was imported.")
    return tree


def _take_list(tree: Mapping[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    found = tree.get(key) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadInput(f"{name}: expected {key} as a list of mappings. Nothing was imported.")
    return found


def _find_entries(
    datasets: list[dict[str, Any]], name: str, *, scopes: tuple[str, ...], said: Mapping[str, str]
) -> tuple[Entry, ...]:
    found: dict[str, Entry] = {}
    for number, one in enumerate(datasets, start=1):
        key = _text(one, "name")
        if not key:
            raise BadInput(f"{name}, dataset {number}: expected its name. Nothing was imported.")
        if key in found:
            raise BadInput(f"{name}: the dataset '{key[:60]}' stands there twice. Nothing was imported.")
        if key in scopes if scopes else _is_loaded(one):
            found[key] = _make_entry(key, {**one, **said})
    return tuple(found.values())


def _is_loaded(one: Mapping[str, Any]) -> bool:
    load = _text(one, "load").lower()
    return load in ("true", "yes", "1") if load else not (one.get("children") or one.get("datasets"))


def _make_entry(key: str, one: Mapping[str, Any]) -> Entry:
    publisher = one.get("publisher")
    of = publisher if isinstance(publisher, dict) else {}
    authority = next(filter(AUTHORITY.fullmatch, map(_as_authority, (_text(of, "acronym"), _text(of, "country"), key))), "")
    return Entry(
        name=key, title=_text(one, "title") or key, authority=authority, publisher=_text(of, "name"), place=_find_place(one),
        needs_token=bool(_text(one, "auth_token")),
    )


def _as_authority(text: str) -> str:
    return _NOT_PLAIN.sub("-", text.upper()).strip("-")[:12].rstrip("-")


def _find_place(one: Mapping[str, Any]) -> str:
    """Where the entities are; empty when it does not say."""
    plain = _text(one, "entities_url") or _text(one, "path")
    if plain:
        return plain
    name, kind = _text(one, "resource_name"), _text(one, "resource_type")
    if not name and not kind:
        name, kind = RESOURCE_NAME, RESOURCE_TYPE
    resources = one.get("resources")
    for resource in resources if isinstance(resources, list) else ():
        if isinstance(resource, dict) and _text(resource, "url") and (
            (name and _text(resource, "name") == name) or (kind and _text(resource, "mime_type") == kind)
        ):
            return _text(resource, "url")
    return ""


def _text(value: Any, key: str | None = None) -> str:
    found = value.get(key) if key is not None else value
    return "" if found is None or isinstance(found, dict | list) else str(found).strip()
