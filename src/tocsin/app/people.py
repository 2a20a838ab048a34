"""Who may use the service: users and keys, listed and changed alike from every door. Each change has its line in the audit,
written in the same transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tocsin.app.register import Register, now_utc
from tocsin.errors import BadInput, NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tocsin.store.access import Key, Person, Role, User

FIRST = "set-up link"  # who makes the first administrator, as the audit has it


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
        self, name: str, *, role: Role | None = None, password: str | None = None, active: bool | None = None
    ) -> None:
        """Change what is given. Nobody takes away their own rights, so that there is always an administrator. Errors as
        `store.access.change_user`."""
        from tocsin.store.access import change_user

        if name == self._register.acting and (role is not None or active is False):
            raise BadInput("Nobody can change their own role or sign themselves off. Nothing was done.")
        told = {"change": "changed", "user": name, "role": role, "password": password is not None, "active": active}
        with self._change("users", told) as connection:
            change_user(connection, name, role=role, password=password, active=active)

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
