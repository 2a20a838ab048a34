"""Who may use the service: users and keys, listed and changed alike from every door. Each change has its line in the audit,
written in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.app.register import Register, now_utc
from tocsin.errors import BadInput, NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.store.access import Key, Known, Person, Role, User

FIRST = "set-up link"  # who makes the first administrator, as the audit has it


PROVIDER = "OpenID provider"  # who makes and changes users by what it says of them


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed in elsewhere: `subject` is who that is to the provider for ever, `name` how a user is called here.
    `by_provider` is whether it says who has which role: then `role`, or else `new_role`. Without it, `new_role` is that of
    who is not known yet."""

    issuer: str
    subject: str
    name: str
    by_provider: bool = False
    role: Role | None = None
    new_role: Role | None = None


class People:
    """The users and keys of one register, as whoever acts (`Register.acting_as`) may list and change them."""

    def __init__(self, register: Register) -> None:
        self._register = register

    def list_users(self) -> tuple[User, ...]:
        from tocsin.store.access import list_users

        with self._open() as connection:
            return list_users(connection)

    def list_keys(self) -> tuple[Key, ...]:
        from tocsin.store.access import list_keys

        with self._open() as connection:
            return list_keys(connection)

    def has_users(self) -> bool:
        """Whether anybody was ever made a user: until then the service can only be set up."""
        from tocsin.store.access import has_users

        with self._open() as connection:
            return has_users(connection)

    def add_user(self, name: str, role: Role, password: str | None) -> None:
        """A new user. Errors as `store.access.add_user`."""
        from tocsin.store.access import add_user

        with self._change("users", {"change": "added", "user": name, "role": role}) as connection:
            add_user(connection, name, role, password, at=now_utc())

    def add_first(self, name: str, password: str) -> Person:
        """The first administrator. `NotFound` when there are users already."""
        from tocsin.store.access import Person, add_user, has_users

        first = People(self._register.acting_as(FIRST))
        with first._change("users", {"change": "added", "user": name, "role": "administrator"}) as connection:
            if has_users(connection):
                raise NotFound("This link was used.")
            add_user(connection, name, "administrator", password, at=now_utc())
        return Person(name=name, role="administrator")

    def change_user(
        self, name: str, *, role: Role | None = None, password: str | None = None, active: bool | None = None,
        openid: bool = False,
    ) -> None:
        """Change what is given. Nobody takes away their own rights, so that there is always an administrator. Errors as
        `store.access.change_user`."""
        from tocsin.store.access import change_user

        if name == self._register.acting and (role is not None or active is False):
            raise BadInput("Nobody can change their own role or sign themselves off. Nothing was done.")
        told = {"change": "changed", "user": name, "role": role, "password": password is not None, "active": active}
        if openid:
            told["openid"] = True
        with self._change("users", told) as connection:
            change_user(connection, name, role=role, password=password, active=active, openid=openid)

    def is_first_administrator(self, name: str) -> bool:
        """Whether this is who may always sign in by a password."""
        from tocsin.store.access import find_first_administrator

        with self._open() as connection:
            return find_first_administrator(connection) == name

    def let_in(self, identity: Identity) -> Person:
        """Who was signed in by the OpenID provider, as a user here. Who is new is made one, or meets the user of that name
        who has no password, where the settings let them; what the provider says of the role holds from now on.

        `BadInput` for who may not sign in, with the reason.
        """
        from tocsin.store.access import find_by_identity, has_users

        acting = People(self._register.acting_as(PROVIDER))
        with acting._open(write=True) as connection:
            if not has_users(connection):
                raise BadInput("Nobody has set the service up yet: the link of its start makes the first administrator.")
            known = find_by_identity(connection, identity.issuer, identity.subject)
            return acting._refresh(connection, known, identity) if known else acting._meet(connection, identity)

    def _meet(self, connection: Connection, identity: Identity) -> Person:
        from tocsin.store.access import Person, add_user, find_known, link_identity

        found, role = find_known(connection, identity.name), identity.role or identity.new_role
        if found is not None:
            if found.has_password or found.has_identity or not found.active:
                raise BadInput(
                    "A user of your name is there who does not sign in this way. Ask an administrator "
                    "(`tocsin users change NAME --openid`)."
                )
            role = identity.role if identity.by_provider else found.role
        if role is None:
            raise BadInput("You are not known here, or have no role here. Ask an administrator.")
        if found is None:
            add_user(connection, identity.name, role, None, at=now_utc())
            self._register.record("users", {"change": "added", "user": identity.name, "role": role})
        link_identity(connection, identity.name, issuer=identity.issuer, subject=identity.subject, at=now_utc())
        self._register.record("users", {"change": "linked", "user": identity.name, "issuer": identity.issuer})
        if found is not None and found.role != role:
            self._give(connection, identity.name, role)
        return Person(name=identity.name, role=role)

    def _refresh(self, connection: Connection, known: Known, identity: Identity) -> Person:
        from tocsin.store.access import Person

        role = (identity.role or identity.new_role) if identity.by_provider else known.role
        if not known.active or role is None:
            raise BadInput("You may not sign in here, or have no role here. Ask an administrator.")
        if role != known.role:
            self._give(connection, known.name, role)
        return Person(name=known.name, role=role)

    def _give(self, connection: Connection, name: str, role: Role) -> None:
        from tocsin.store.access import change_user

        change_user(connection, name, role=role)
        self._register.record("users", {"change": "changed", "user": name, "role": role})

    def add_key(self, label: str, role: Role, *, expires_at: dt.datetime | None = None) -> tuple[int, str]:
        """A new key: its number, and the key, which is told this once."""
        from tocsin.store.access import add_key

        with self._change("keys", {"change": "added", "label": label, "role": role}) as connection:
            return add_key(connection, label, role, by=self._register.actor, at=now_utc(), expires_at=expires_at)

    def revoke_key(self, number: int) -> None:
        """End a key. `NotFound` when none in force has that number."""
        from tocsin.store.access import revoke_key

        with self._change("keys", {"change": "revoked", "key": number}) as connection:
            revoke_key(connection, number, at=now_utc())

    @contextmanager
    def _open(self, *, write: bool = False) -> Iterator[Connection]:
        from tocsin.store.desk import open_desk

        with open_desk(self._register.settings.desk, write=write) as connection:
            yield connection

    @contextmanager
    def _change(self, action: str, details: Mapping[str, Any]) -> Iterator[Connection]:
        """A change, undone when its line cannot be written."""
        with self._open(write=True) as connection:
            yield connection
            self._register.record(action, details)
