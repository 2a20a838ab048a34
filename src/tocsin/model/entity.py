"""An entity: the listings that are about one subject, joined."""

from __future__ import annotations

import msgspec

from tocsin.model.listing import Kind, Listing


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """One subject after joining. `id` is stable: once given, it stays when listings come, go or are joined to it. It is the
    subject's key in the starter register, or `list:ref` of the listing for which it was given.

    `listings` are ordered by authority and reference; `caption` is the name to show. `superseded` are listings of the
    starter register that an official list has replaced: they say nothing any more, but may know a date that it lacks.
    `former` are other ids under which the subject was known before it was joined, and which still find it.
    """

    id: str
    caption: str
    kind: Kind
    listings: tuple[Listing, ...]
    superseded: tuple[Listing, ...] = ()
    former: tuple[str, ...] = ()
