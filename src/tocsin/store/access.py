"""Who may use the service: users with passwords, keys for programs, and sessions of browsers. No secret is kept as it is.

Passwords are kept as argon2id (RFC 9106); keys and session tokens, which are random and long, as their SHA-256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from typing import Literal, get_args

import msgspec
from sqlalchemy import Column, Connection, Integer, String, Table, Text, delete, insert, select, update

from tocsin.errors import BadInput, NotFound
from tocsin.store.clock import from_stamp, to_stamp
from tocsin.store.desk import DESK

Role = Literal["viewer", "analyst", "approver", "administrator", "machine"]
ROLES: tuple[Role, ...] = get_args(Role)
LEAST_PASSWORD = 12
KEY_START = "tocsin_"

USER = Table(
    "user_account", DESK,
    Column("name", String, primary_key=True),
    Column("role", String, nullable=False),
    Column("password", Text),  # empty: signs in elsewhere, or not yet
    Column("active", Integer, nullable=False),
    Column("made_at", String(27), nullable=False),
)
KEY = Table(
    "api_key", DESK,
    Column("id", Integer, primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("label", String, nullable=False),
    Column("role", String, nullable=False),
    Column("made_at", String(27), nullable=False),
    Column("made_by", String, nullable=False),
    Column("expires_at", String(27)),
    Column("revoked_at", String(27)),
)
SESSION = Table(
    "session", DESK,
    Column("digest", String(64), primary_key=True),
    Column("user", String, nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("expires_at", String(27), nullable=False),
)


IDENTITY = Table(
    "user_identity", DESK,  # who a user is at an OpenID provider
    Column("issuer", String, primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user", String, nullable=False, unique=True),
    Column("made_at", String(27), nullable=False),
)


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: the name under which it is recorded, what that one may do, and the token that a page's forms must repeat."""

    name: str
    role: Role
    csrf: str = ""


class User(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    role: Role
    active: bool
    made_at: dt.datetime


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it may be shown: not the key itself, which is told once, when it is made."""

    id: int
    label: str
    role: Role
    made_at: dt.datetime
    made_by: str
    expires_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


def add_user(connection: Connection, name: str, role: Role, password: str | None, *, at: dt.datetime) -> None:
    """A new user; without a password that signs in by other means only. `BadInput` for a name that is taken or empty."""
    if not name.strip() or name != name.strip() or len(name) > 100 or not name.isprintable():
        raise BadInput("The user's name: expected 1 to 100 characters without space around. Nothing was done.")
    if connection.execute(select(USER.c.name).where(USER.c.name == name)).first():
        raise BadInput("A user of that name is there already. Nothing was done.")
    connection.execute(insert(USER), {
        "name": name, "role": check_role(role), "password": hash_password(password) if password is not None else None,
        "active": 1, "made_at": to_stamp(at),
    })


def change_user(
    connection: Connection, name: str, *, role: Role | None = None, password: str | None = None, active: bool | None = None,
    openid: bool = False,
) -> None:
    """Change what is given. With `openid` the password goes, and whoever signs in elsewhere by that name first is the user.
    A changed password and a user made inactive end all sessions. `NotFound` for nobody's name; `BadInput` where the first
    administrator would have no password."""
    values: dict[str, object] = {}
    if role is not None:
        values["role"] = check_role(role)
    if password is not None:
        values["password"] = hash_password(password)
    if active is not None:
        values["active"] = int(active)
    if openid:
        if name == find_first_administrator(connection):
            raise BadInput("The first administrator keeps a password, as the way in that is always there. Nothing was done.")
        values["password"] = None
    if not values or connection.execute(update(USER).where(USER.c.name == name).values(**values)).rowcount == 0:
        raise NotFound("No user has that name. Nothing was done.")
    if password is not None or active is False or openid:
        connection.execute(delete(SESSION).where(SESSION.c.user == name))


def list_users(connection: Connection) -> tuple[User, ...]:
    rows = connection.execute(select(USER).order_by(USER.c.name))
    return tuple(
        User(name=r.name, role=r.role, active=bool(r.active), made_at=from_stamp(r.made_at)) for r in rows
    )


def sign_in(connection: Connection, name: str, password: str) -> Person | None:
    """The user of that name and password; `None` otherwise, in the same time whether there is such a user or not."""
    row = connection.execute(select(USER).where(USER.c.name == name, USER.c.active == 1)).first()
    good = verify_password(row.password if row is not None and row.password else NOBODY, password)
    return Person(name=row.name, role=row.role) if row is not None and row.password and good else None


def find_first_administrator(connection: Connection) -> str | None:
    """The oldest active administrator with a password, who may always sign in by it."""
    query = select(USER.c.name).where(USER.c.role == "administrator", USER.c.active == 1, USER.c.password.is_not(None))
    found = connection.execute(query.order_by(USER.c.made_at, USER.c.name).limit(1)).scalar()
    return str(found) if found is not None else None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A user as far as signing in elsewhere goes."""

    name: str
    role: Role
    active: bool
    has_password: bool
    has_identity: bool


def find_by_identity(connection: Connection, issuer: str, subject: str) -> Known | None:
    """The user who is known to a provider as that subject."""
    where = (IDENTITY.c.issuer == issuer) & (IDENTITY.c.subject == subject)
    name = connection.execute(select(IDENTITY.c.user).where(where)).scalar()
    return find_known(connection, name) if name is not None else None


def find_known(connection: Connection, name: str) -> Known | None:
    """The user of that name."""
    row = connection.execute(select(USER).where(USER.c.name == name)).first()
    if row is None:
        return None
    linked = connection.execute(select(IDENTITY.c.user).where(IDENTITY.c.user == name)).first() is not None
    return Known(
        name=row.name, role=row.role, active=bool(row.active), has_password=row.password is not None, has_identity=linked
    )


def link_identity(connection: Connection, name: str, *, issuer: str, subject: str, at: dt.datetime) -> None:
    """From now on that subject of the provider is this user."""
    connection.execute(insert(IDENTITY), {"issuer": issuer, "subject": subject, "user": name, "made_at": to_stamp(at)})


def open_session(connection: Connection, person: Person, *, at: dt.datetime, hours: float) -> tuple[str, str]:
    """A new session: the token for the cookie, and the one that forms repeat."""
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    connection.execute(delete(SESSION).where(SESSION.c.expires_at <= to_stamp(at)))
    connection.execute(insert(SESSION), {
        "digest": digest(token), "user": person.name, "csrf": csrf, "expires_at": to_stamp(at + dt.timedelta(hours=hours)),
    })
    return token, csrf


def close_session(connection: Connection, token: str) -> None:
    connection.execute(delete(SESSION).where(SESSION.c.digest == digest(token)))


def find_session(connection: Connection, token: str, *, at: dt.datetime) -> Person | None:
    """Whose session it is; `None` when it is nobody's, has ended, or its user is no longer active."""
    row = connection.execute(
        select(USER.c.name, USER.c.role, SESSION.c.csrf).join(SESSION, SESSION.c.user == USER.c.name)
        .where(SESSION.c.digest == digest(token), SESSION.c.expires_at > to_stamp(at), USER.c.active == 1)
    ).first()
    return Person(name=row.name, role=row.role, csrf=row.csrf) if row is not None else None


def add_key(
    connection: Connection, label: str, role: Role, *, by: str, at: dt.datetime, expires_at: dt.datetime | None = None
) -> tuple[int, str]:
    """A new key: its number, and the key, which nobody can read again."""
    if not label.strip() or len(label) > 100:
        raise BadInput("The key's label: expected 1 to 100 characters. Nothing was done.")
    key = KEY_START + secrets.token_urlsafe(32)
    found = connection.execute(insert(KEY).returning(KEY.c.id), {
        "digest": digest(key), "label": label, "role": check_role(role), "made_at": to_stamp(at), "made_by": by,
        "expires_at": to_stamp(expires_at) if expires_at else None,
    })
    return int(found.scalar_one()), key


def revoke_key(connection: Connection, number: int, *, at: dt.datetime) -> None:
    """End a key. `NotFound` when none in force has that number."""
    done = connection.execute(
        update(KEY).where(KEY.c.id == number, KEY.c.revoked_at.is_(None)).values(revoked_at=to_stamp(at))
    )
    if done.rowcount == 0:
        raise NotFound("No key in force has that number. Nothing was done.")


def list_keys(connection: Connection) -> tuple[Key, ...]:
    rows = connection.execute(select(KEY).order_by(KEY.c.id))
    return tuple(
        Key(
            id=r.id, label=r.label, role=r.role, made_at=from_stamp(r.made_at), made_by=r.made_by,
            expires_at=from_stamp(r.expires_at) if r.expires_at else None,
            revoked_at=from_stamp(r.revoked_at) if r.revoked_at else None,
        )
        for r in rows
    )


def find_key(connection: Connection, key: str, *, at: dt.datetime) -> Person | None:
    """The program whose key it is; `None` when it is nobody's, has expired or was revoked."""
    row = connection.execute(select(KEY).where(KEY.c.digest == digest(key), KEY.c.revoked_at.is_(None))).first()
    if row is None or (row.expires_at is not None and row.expires_at <= to_stamp(at)):
        return None
    return Person(name=f"key {row.id} ({row.label})", role=row.role)


def has_users(connection: Connection) -> bool:
    """Whether anybody was ever made a user: until then the service can only be set up."""
    return connection.execute(select(USER.c.name).limit(1)).first() is not None


def check_role(role: str) -> Role:
    if role not in ROLES:
        raise BadInput(f"The role: expected {', '.join(ROLES)}. Nothing was done.")
    return role


def hash_password(password: str) -> str:
    """`BadInput` for a password that is too short to be one, or too long to be typed."""
    from argon2 import PasswordHasher

    if not LEAST_PASSWORD <= len(password) <= 200:
        raise BadInput(f"The password: expected {LEAST_PASSWORD} to 200 characters. Nothing was done.")
    return PasswordHasher().hash(password)


def verify_password(kept: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(kept, password[:1000])
    except (Argon2Error, InvalidHashError):
        return False


def digest(token: str) -> str:
    """What is kept of a random token: found by equality of digests, which tells nothing of how near a guess was."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


# Of a password that nobody has, so that an unknown name takes as long as a known one.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$b3ROBsZ7tGVxSQsyHYuJpbqvoLQjHSDPd6Uo3jAP5oU"
