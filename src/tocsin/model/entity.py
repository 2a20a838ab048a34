"""An entity: the listings that are about one subject, joined."""

from __future__ import annotations

import msgspec

from tocsin.model.listing import Kind, Listing


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One subject after joining. `id` is stable: the subject's own key, or `list:ref` of its only listing.

    `listings` are ordered by authority and reference; `caption` is the name to show. `superseded` are listings of the
    starter register that an official list has replaced: they say nothing any more, but may know a date that it lacks.
    """

    id: str
    caption: str
    kind: Kind
    listings: tuple[Listing, ...]
    superseded: tuple[Listing, ...] = ()
