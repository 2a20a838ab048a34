"""What a form of the search asks, as it was typed; it comes back in the form and goes on to the page of a hit.

Forms are sent, and not written into addresses: who is asked for must not stand in a browser's history or a proxy's log.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import Form

from tocsin.errors import BadInput
from tocsin.library import make_query
from tocsin.model import Query

MOST = 500  # characters of a field
FIELDS = ("name", "born", "country", "id", "birth_place", "address")  # those that may be several are parted by ";"


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The fields as typed; several values of one are parted by semicolons."""

    name: str = ""
    born: str = ""
    country: str = ""
    kind: str = ""
    id: str = ""
    birth_place: str = ""
    address: str = ""
    gender: str = ""
    threshold: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing yet that could find a candidate."""
        return sum(c.isalnum() for c in self.name) < 2 and not self.id


def read_asked(
    name: Annotated[str, Form()] = "", born: Annotated[str, Form()] = "", country: Annotated[str, Form()] = "",
    kind: Annotated[str, Form()] = "", id: Annotated[str, Form()] = "", birth_place: Annotated[str, Form()] = "",
    address: Annotated[str, Form()] = "", gender: Annotated[str, Form()] = "", threshold: Annotated[str, Form()] = "",
) -> Asked:
    """A dependency: the form's fields."""
    texts = {
        "name": name, "born": born, "country": country, "kind": kind, "id": id, "birth_place": birth_place,
        "address": address, "gender": gender, "threshold": threshold,
    }
    return Asked(**{field: text.strip()[:MOST] for field, text in texts.items()})


def read_query(asked: Asked) -> Query:
    """The query. `BadInput` names the field that cannot be read."""
    several = {field: [t.strip() for t in getattr(asked, field).split(";") if t.strip()] or None for field in FIELDS}
    query: Query = make_query(kind=asked.kind or None, gender=asked.gender or None, **several)
    return query


def read_threshold(asked: Asked) -> float | None:
    """The threshold; `None` for that of the settings. `BadInput` for what is no number."""
    if not asked.threshold:
        return None
    try:
        return float(asked.threshold)
    except ValueError:
        raise BadInput("The threshold: expected a number from 0 to 1. Nothing was looked for.") from None
