"""The settings of one run: read once at the door, frozen, and handed down.

Every setting has an environment variable (`TOCSIN_` and its name in capitals), listed in `docs/cli.md`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from tocsin.errors import BadInput, suggest

DEFAULT_THRESHOLD = 0.70
DEFAULT_LIMIT = 10
MOST_HITS = 1_000_000_000  # of one query: no more is asked for in earnest, and every reader of JSON counts as far
DEFAULT_ALERT_DAYS = 90
VARIABLES = (
    "TOCSIN_HOME", "TOCSIN_THRESHOLD", "TOCSIN_LIMIT", "TOCSIN_ENGINE", "TOCSIN_TIMEOUT_S", "TOCSIN_MAX_BYTES",
    "TOCSIN_DATABASE", "TOCSIN_RATE", "TOCSIN_FOUR_EYES", "TOCSIN_YENTE_AT_ROOT",
    "TOCSIN_SMTP", "TOCSIN_MAIL_FROM", "TOCSIN_KEEP_QUERIES", "TOCSIN_KEEP_QUERIES_DAYS", "TOCSIN_ALERT_DAYS",
    "TOCSIN_WEBHOOKS_INSIDE", "TOCSIN_OTLP_ENDPOINT", "TOCSIN_PASSWORDS",
    "TOCSIN_OIDC_ISSUER", "TOCSIN_OIDC_CLIENT_ID", "TOCSIN_OIDC_CLIENT_SECRET", "TOCSIN_OIDC_RETURN", "TOCSIN_OIDC_TITLE",
    "TOCSIN_OIDC_NAME_CLAIM", "TOCSIN_OIDC_ROLE_CLAIM", "TOCSIN_OIDC_ROLES", "TOCSIN_OIDC_NEW_USERS",
)
PROVIDED_ROLES = ("viewer", "analyst", "approver", "administrator")  # that a provider may give, the least first
SWITCH = {"no": False, "0": False, "false": False, "yes": True, "1": True, "true": True}
Keep = Literal["none", "hashed", "full"]
KEEP: tuple[Keep, ...] = get_args(Keep)
KEPT_DAYS = 30
MOST_DAYS = 36_500
SCHEMES = ("postgresql", "postgres")
URL_OPTIONS = ("host", "port", "sslmode", "sslrootcert")
SSL_MODES = ("disable", "require", "verify-full")


def check_limit(limit: int, *, then: str = "Nothing was screened.") -> None:
    """`BadInput` for a limit of hits that is not from 1 to `MOST_HITS`; `then` says what was not done."""
    if not 1 <= limit <= MOST_HITS:
        raise BadInput(f"The limit of hits: expected 1 or more, at most {MOST_HITS:,}. {then}")


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A database on a PostgreSQL server. However it is written out, the password is not told.

    `host` is a name or an address, or the folder of a socket. `sslmode` is one of `SSL_MODES`, as PostgreSQL's own
    programs mean them; `sslrootcert` the certificates to trust instead of the system's.
    """

    host: str
    port: int = 5432
    database: str
    user: str | None = None
    password: str | None = None
    sslmode: str = "disable"
    sslrootcert: Path | None = None

    @property
    def socket(self) -> str | None:
        """The path of the socket, where `host` is a folder."""
        return f"{self.host}/.s.PGSQL.{self.port}" if self.host.startswith("/") else None

    def __str__(self) -> str:
        user = f"{self.user}@" if self.user else ""
        if self.socket:
            return f"postgresql://{user}/{self.database}?host={self.host}&port={self.port}"
        return f"postgresql://{user}{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}/{self.database}"

    def __repr__(self) -> str:
        return f"Server({self})"


class MailServer(msgspec.Struct, frozen=True, kw_only=True):
    """The server that takes e-mail. `security` is `starttls`, `tls` (from the first byte) or `none`. However it is written
    out, the password is not told."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = None

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port}, {self.security})"


class OpenId(msgspec.Struct, frozen=True, kw_only=True):
    """The OpenID provider with which people may sign in. However it is written out, the secret is not told.

    `address` is where browsers reach this service. `name_claim` says how a user is called here. `roles` gives a role to who
    has a value in `role_claim`; without any, administrators give roles. `new_users` is the role of who is not known yet and
    has none by that; without one they are not let in. `title` is how people call the provider.
    """

    issuer: str
    client_id: str
    address: str
    client_secret: str | None = None
    title: str
    name_claim: str = "preferred_username"
    role_claim: str = "groups"
    roles: tuple[tuple[str, str], ...] = ()
    new_users: str | None = None

    def __repr__(self) -> str:
        return f"OpenId({self.issuer}, {self.client_id})"


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the register lives and how it screens.

    `home` is the folder of the register: the database, the raw snapshots, the index and the audit.
    `server` is where the database is when it is not in that folder.
    `threshold` (0 to 1) is the score from which a candidate is a hit. `limit` is the most hits given for one query.
    `engine` names the scorer (`tocsin.match.find_engines`); the newest when not set.
    `past` names an index of another moment, which is asked instead of the one in force (`App.at` makes it).
    `rate` is how many requests a minute the service answers each asker, over one minute; 0 is as many as come.
    `four_eyes` makes decisions on hits wait until another person confirms them.
    `yente_at_root` puts the routes of yente's API at the root of the service too, beside `/yente`.
    `mail` is the server through which notices go by e-mail, from the address `mail_from`.
    `keep_queries` is what is kept of questions: nothing, keyed digests, or all that was asked; for `keep_queries_days` days.
    `alert_days` is how long what was asked is kept of an alert after it was decided.
    `openid` is the provider with which people may sign in; with `passwords` off, they sign in there alone, but for the
    first administrator. `webhooks_inside` lets notices go to addresses of this machine and of private networks.
    `otlp` is the address of a collector to which traces go.
    `timeout_s` bounds one network request; `max_bytes` bounds one list as received and as unpacked.
    """

    home: Path
    threshold: float = DEFAULT_THRESHOLD
    limit: int = DEFAULT_LIMIT
    engine: str | None = None
    timeout_s: float = 60.0
    max_bytes: int = 400_000_000
    server: Server | None = None
    past: str | None = None
    rate: int = 0
    four_eyes: bool = False
    yente_at_root: bool = False
    mail: MailServer | None = None
    mail_from: str | None = None
    keep_queries: Keep = "none"
    keep_queries_days: int = KEPT_DAYS
    alert_days: int = DEFAULT_ALERT_DAYS
    openid: OpenId | None = None
    passwords: bool = True
    webhooks_inside: bool = False
    otlp: str | None = None

    @property
    def database(self) -> Path | Server:
        return self.server or self.home / "register.db"

    @property
    def desk(self) -> Path | Server:
        """Where users, decisions, populations and jobs are kept (`store.desk`)."""
        return self.server or self.home / "desk.db"

    @property
    def audit(self) -> Path:
        return self.home / "audit.db"

    @property
    def raw(self) -> Path:
        return self.home / "raw"

    @property
    def index(self) -> Path:
        return self.home / "past" / self.past if self.past else self.home / "index"


def load_settings(environ: Mapping[str, str] | None = None, *, home: Path | None = None) -> Settings:
    """Settings from the environment; `home` given by the caller wins over `TOCSIN_HOME`.

    Raises `BadInput`, naming the variable, when a value is not a number or is out of its range, or when a variable that
    begins with `TOCSIN_` is none of ours: a misspelt setting must not be taken for the default.
    """
    env = os.environ if environ is None else environ
    for name in env:
        if name.startswith("TOCSIN_") and name not in VARIABLES:
            raise BadInput(f"Setting {name} is not known; {suggest(name, VARIABLES)} Nothing was done.")
    address, mail = env.get("TOCSIN_DATABASE", "").strip(), env.get("TOCSIN_SMTP", "").strip()
    openid = parse_openid(env)
    passwords = _switch(env, "TOCSIN_PASSWORDS", default=True)
    if not passwords and openid is None:
        raise BadInput("Setting TOCSIN_PASSWORDS: no needs TOCSIN_OIDC_ISSUER, or nobody could sign in. Nothing was done.")
    where = home or Path(env.get("TOCSIN_HOME") or _default_home(env))
    return Settings(
        home=where.expanduser(),
        threshold=_number(env, "TOCSIN_THRESHOLD", DEFAULT_THRESHOLD, low=0.0, high=1.0),
        limit=int(_number(env, "TOCSIN_LIMIT", DEFAULT_LIMIT, low=1, high=10_000)),
        engine=env.get("TOCSIN_ENGINE", "").strip() or None,
        timeout_s=_number(env, "TOCSIN_TIMEOUT_S", 60.0, low=0.1, high=3600.0),
        max_bytes=int(_number(env, "TOCSIN_MAX_BYTES", 400_000_000, low=1_000, high=1e12)),
        rate=int(_number(env, "TOCSIN_RATE", 0, low=0, high=1e6)),
        server=parse_server(address, name="Setting TOCSIN_DATABASE") if address else None,
        four_eyes=_switch(env, "TOCSIN_FOUR_EYES"),
        yente_at_root=_switch(env, "TOCSIN_YENTE_AT_ROOT"),
        keep_queries=_keep(env),
        keep_queries_days=int(_number(env, "TOCSIN_KEEP_QUERIES_DAYS", KEPT_DAYS, low=1, high=MOST_DAYS)),
        alert_days=int(_number(env, "TOCSIN_ALERT_DAYS", DEFAULT_ALERT_DAYS, low=0, high=36_525)),
        openid=openid, passwords=passwords, webhooks_inside=_switch(env, "TOCSIN_WEBHOOKS_INSIDE"),
        otlp=parse_otlp(env.get("TOCSIN_OTLP_ENDPOINT", "").strip()),
        mail=parse_mail_server(mail) if mail else None, mail_from=env.get("TOCSIN_MAIL_FROM", "").strip() or None,
    )


def is_server(text: str) -> bool:
    """Whether this is the URL of a server, and no path."""
    return text.partition("://")[0].lower() in SCHEMES and "://" in text


def parse_server(text: str, *, name: str) -> Server:
    """The database of a URL such as `postgresql://tocsin@db.example/register`; `name` says what holds it, for messages.

    The parts are those that PostgreSQL's own programs read (its manual, "Connection URIs"), as far as `URL_OPTIONS` go.
    Without a host it is this machine, without a user that of the system. A server on another machine must show a
    certificate that is trusted for its name, unless `sslmode` says otherwise.

    `BadInput` without anything of the URL in its message, since a password may be anywhere in one that is written wrongly.
    """
    try:
        parts = urlsplit(text)
        port, options = parts.port, dict(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
        if not is_server(text) or parts.fragment or "/" in parts.path[1:] or not options.keys() <= set(URL_OPTIONS):
            raise ValueError
        host = options.get("host") or unquote(parts.hostname or "") or "localhost"
        is_near = host.startswith("/") or host in ("localhost", "127.0.0.1", "::1")
        mode = options.get("sslmode") or ("disable" if is_near else "verify-full")
        server = Server(
            host=host.rstrip("/") or "/", port=int(options.get("port") or port or 5432), database=unquote(parts.path[1:]),
            user=unquote(parts.username) if parts.username else None, sslmode=mode,
            password=unquote(parts.password) if parts.password else None,
            sslrootcert=Path(options["sslrootcert"]) if options.get("sslrootcert") else None,
        )
        if not server.database or mode not in SSL_MODES or "\0" in unquote(text):
            raise ValueError
    except ValueError:
        raise BadInput(
            f"{name}: expected postgresql://USER@HOST:PORT/DATABASE, after a question mark perhaps {', '.join(URL_OPTIONS)} "
            f"(sslmode: {', '.join(SSL_MODES)}). What a URL cannot hold, in a password above all, is written as %XX. "
            "Nothing was done."
        ) from None
    return server


def parse_mail_server(text: str) -> MailServer:
    """The server of `smtp://USER:PASSWORD@HOST:PORT` (which must offer STARTTLS, but for `?tls=none`) or `smtps://...`.

    `BadInput` without anything of the URL in its message. A password is sent over TLS only.
    """
    try:
        parts = urlsplit(text)
        options = dict(parse_qsl(parts.query, strict_parsing=True) if parts.query else ())
        scheme, port = parts.scheme.lower(), parts.port
        if scheme not in ("smtp", "smtps") or not parts.hostname or parts.path.strip("/") or parts.fragment:
            raise ValueError
        if options not in ({}, {"tls": "none"}) or (options and (scheme == "smtps" or parts.password)):
            raise ValueError
        return MailServer(
            host=parts.hostname, port=port or (465 if scheme == "smtps" else 25 if options else 587),
            security="tls" if scheme == "smtps" else "none" if options else "starttls",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )
    except ValueError:
        raise BadInput(
            "Setting TOCSIN_SMTP: expected smtp://USER:PASSWORD@HOST:PORT, smtps://... or smtp://HOST:PORT?tls=none (then "
            "without a password). What a URL cannot hold is written as %XX. Nothing was done."
        ) from None


def parse_openid(env: Mapping[str, str]) -> OpenId | None:
    """The provider of the settings of OpenID Connect; `None` without an issuer.

    Addresses are https ones, but for a provider on this machine. `TOCSIN_OIDC_ROLES` is `VALUE=ROLE; VALUE=ROLE`. `BadInput`
    without anything of the secret in its message.
    """
    names = {name.partition("_OIDC_")[2]: name for name in VARIABLES if "_OIDC_" in name}
    said = {short: env.get(name, "").strip() for short, name in names.items()}
    if not said["ISSUER"]:
        if given := [names[short] for short, value in said.items() if value]:
            raise BadInput(f"Setting {given[0]}: it is of no use without TOCSIN_OIDC_ISSUER. Nothing was done.")
        return None
    for short in ("ISSUER", "RETURN"):
        if not is_safe_address(said[short]):
            raise BadInput(
                f"Setting {names[short]}: expected an https address without query (http on this machine). "
                "Nothing was done."
            )
    if not said["CLIENT_ID"]:
        raise BadInput("Setting TOCSIN_OIDC_CLIENT_ID: expected what the provider knows this service by. Nothing was done.")
    pairs = [(value.strip(), role.strip()) for value, _, role in (
        part.rpartition("=") for part in said["ROLES"].split(";") if part.strip()
    )]
    if any(not value or role not in PROVIDED_ROLES for value, role in pairs):
        raise BadInput(
            f"Setting TOCSIN_OIDC_ROLES: expected VALUE=ROLE; VALUE=ROLE, with the roles {', '.join(PROVIDED_ROLES)}. "
            "Nothing was done."
        )
    if said["NEW_USERS"] not in ("", "no", *PROVIDED_ROLES):
        raise BadInput(f"Setting TOCSIN_OIDC_NEW_USERS: expected no, {', '.join(PROVIDED_ROLES)}. Nothing was done.")
    return OpenId(
        issuer=said["ISSUER"], client_id=said["CLIENT_ID"], address=said["RETURN"].rstrip("/"), roles=tuple(pairs),
        client_secret=said["CLIENT_SECRET"] or None, title=said["TITLE"] or (urlsplit(said["ISSUER"]).hostname or ""),
        name_claim=said["NAME_CLAIM"] or "preferred_username", role_claim=said["ROLE_CLAIM"] or "groups",
        new_users=said["NEW_USERS"] if said["NEW_USERS"] not in ("", "no") else None,
    )


def is_safe_address(text: str) -> bool:
    """Whether this is an https address without user, query or fragment, or an http one of this machine."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment or not text.isascii():
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def parse_otlp(text: str) -> str | None:
    """The address of a collector of traces (OTLP over HTTP), such as `http://127.0.0.1:4318`."""
    try:
        parts = urlsplit(text)
        bad = bool(text) and (parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc)
    except ValueError:
        bad = True
    if bad:
        raise BadInput("Setting TOCSIN_OTLP_ENDPOINT: expected an http or https address. Nothing was done.")
    return text.rstrip("/") or None


def _default_home(env: Mapping[str, str]) -> Path:
    base = env.get("XDG_DATA_HOME")
    return (Path(base) if base else Path.home() / ".local" / "share") / "tocsin"


def _number(env: Mapping[str, str], name: str, default: float, *, low: float, high: float) -> float:
    text = env.get(name)
    if text is None or not text.strip():
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise BadInput(f"Setting {name}: expected a number from {low:g} to {high:g}. Nothing was done.")
    return value


def _switch(env: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    word = env.get(name, "").strip().lower()
    if not word:
        return default
    if word not in SWITCH:
        raise BadInput(f"Setting {name}: expected yes or no. Nothing was done.")
    return SWITCH[word]


def _keep(env: Mapping[str, str]) -> Keep:
    word = env.get("TOCSIN_KEEP_QUERIES", "").strip().lower() or KEEP[0]
    if word not in KEEP:
        raise BadInput(f"Setting TOCSIN_KEEP_QUERIES: expected {', '.join(KEEP[:-1])} or {KEEP[-1]}. Nothing was done.")
    return word
