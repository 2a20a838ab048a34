"""The first start: a link, told to who starts the service, with which the first administrator is made."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from tocsin.errors import NotFound
from tocsin.settings import Settings
from tocsin.store.access import Person, add_user, digest, has_users
from tocsin.store.audit import append_audit
from tocsin.store.desk import open_desk

VALID_HOURS = 24


class SetUp:
    """The link of this start, while there is nobody yet. Of its token only the digest is kept, in memory."""

    def __init__(self) -> None:
        self._digest = ""
        self._until = dt.datetime.min.replace(tzinfo=dt.UTC)

    def make_path(self, settings: Settings) -> str | None:
        """The path of a new link, which ends the one before; `None` when there are users."""
        with open_desk(settings.desk) as connection:
            if has_users(connection):
                return None
        token = secrets.token_urlsafe(32)
        self._digest, self._until = digest(token), dt.datetime.now(dt.UTC) + dt.timedelta(hours=VALID_HOURS)
        return f"/set-up/{token}"

    def check(self, settings: Settings, token: str) -> None:
        """`NotFound` for another token, an old one, and one that was used."""
        good = hmac.compare_digest(digest(token), self._digest) and dt.datetime.now(dt.UTC) < self._until
        if good:
            with open_desk(settings.desk) as connection:
                good = not has_users(connection)
        if not good:
            raise NotFound(
                "This link was used, is too old, or never was one. Start the service again for a new one if nobody has "
                "signed in yet."
            )

    def use(self, settings: Settings, token: str, *, name: str, password: str) -> Person:
        """Make the first administrator; the link is of no use afterwards. `BadInput` for a name or password as such."""
        self.check(settings, token)
        with open_desk(settings.desk, write=True) as connection:
            if has_users(connection):  # another was faster
                raise NotFound("This link was used.")
            add_user(connection, name, "administrator", password, at=dt.datetime.now(dt.UTC))
        self._digest = ""
        append_audit(settings.audit, "users", {
            "change": "added", "user": name, "role": "administrator", "by": "set-up link",
        })
        return Person(name=name, role="administrator")
