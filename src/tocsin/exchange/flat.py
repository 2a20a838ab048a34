"""Listings as flat lines for tables: one line a listing, several values of a field with "; " between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.exchange.selection import Chosen
from tocsin.model import Listing

COLUMNS = (
    "list", "authority", "reference", "subject", "kind", "name", "aliases", "weak_aliases", "former_names", "born", "died",
    "birth_places", "gender", "countries", "addresses", "identifiers", "programmes", "grounds", "listed_on", "updated_on",
    "relations", "facts",
)
BETWEEN = "; "
Line = dict[str, str | None]


def iter_lines(chosen: tuple[Chosen, ...]) -> Iterator[Line]:
    """The lines of a selection."""
    for choice in chosen:
        x = choice.listing
        yield {
            "list": x.list_key, "authority": x.authority, "reference": x.ref, "subject": choice.entity.id, "kind": x.kind,
            "name": x.caption, **_names(x), "born": _join(str(d.span) for d in x.births),
            "died": _join(str(d.span) for d in x.deaths), "birth_places": _join(map(str, x.birth_places)),
            "gender": x.gender, "countries": _join(f"{c.role}:{c.code or c.text}" for c in x.countries),
            "addresses": _join(map(str, x.addresses)), "identifiers": _join(f"{i.kind}:{i.number}" for i in x.identifiers),
            "programmes": _join(m.programme for m in x.measures), "grounds": _join(m.ground for m in x.measures if m.ground),
            "listed_on": str(x.listed_on) if x.listed_on else None, "updated_on": _join(map(str, x.updated_on)),
            "relations": _join(f"{r.kind}: {r.target}" for r in x.relations),
            "facts": _join(f"{f.key}: {f.text}" for f in x.facts),
        }


def _names(x: Listing) -> Line:
    others = x.names[1:]
    return {
        "aliases": _join(n.text for n in others if n.quality == "strong" and n.role != "former"),
        "weak_aliases": _join(n.text for n in others if n.quality == "weak"),
        "former_names": _join(n.text for n in others if n.quality == "strong" and n.role == "former"),
    }


def _join(texts: Iterable[str]) -> str | None:
    return BETWEEN.join(dict.fromkeys(texts)) or None
