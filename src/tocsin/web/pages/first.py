"""The first start: a link, told to who starts the service, with which the first administrator is made."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

import msgspec

from tocsin.app.people import People
from tocsin.errors import NotFound
from tocsin.store.access import Person, digest

VALID_HOURS = 24


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """A link that works: the digest of its token, and until when. Processes of one service are given the same."""

    digest: str
    until: dt.datetime


class SetUp:
    """The link of this start, while there is nobody yet. Of its token only the digest is kept, in memory. That it works once
    is kept by the desk: nobody is made the first administrator where there are users."""

    def __init__(self, link: Link | None = None) -> None:
        self.link = link

    def make_path(self, people: People) -> str | None:
        """The path of a new link, which ends the one before; `None` when there are users."""
        if people.has_users():
            return None
        token = secrets.token_urlsafe(32)
        self.link = Link(digest=digest(token), until=dt.datetime.now(dt.UTC) + dt.timedelta(hours=VALID_HOURS))
        return f"/set-up/{token}"

    def check(self, people: People, token: str) -> None:
        """`NotFound` for another token, an old one, and one that was used."""
        link = self.link
        good = link and hmac.compare_digest(digest(token), link.digest) and dt.datetime.now(dt.UTC) < link.until
        if not good or people.has_users():
            raise NotFound(
                "This link was used, is too old, or never was one. Start the service again for a new one if nobody has "
                "signed in yet."
            )

    def use(self, people: People, token: str, *, name: str, password: str) -> Person:
        """Make the first administrator; the link is of no use afterwards. `BadInput` for a name or password as such."""
        self.check(people, token)
        person = people.add_first(name, password)
        self.link = None
        return person
