"""Delivering notices: by webhook (POST over http or https, redirections never followed) and by e-mail (SMTP).

A webhook goes to public addresses alone, unless the settings let it go inside: whoever may name a URL could otherwise have
this machine ask what only it can reach. The name is looked up once, and the connection goes to the address that was seen.

Each function makes one attempt, and gives what went wrong in a few words, without anything that the other side said.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from tocsin.errors import BadInput
from tocsin.exchange.notices import NOTICE_ID, SIGNATURE, Notice, describe_notice, sign_notice
from tocsin.settings import MailServer
from tocsin.store.notices import Kept
from tocsin.store.populations import Channel
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    import httpx2

NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052
MAX_TARGET = 2_000  # characters
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")


def check_webhook(url: str) -> str:
    """The URL, if notices can go there. `BadInput` for another than an http or https one with a host and nothing secret."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None or parts.fragment
    except ValueError:
        bad = True
    if bad or len(url) > MAX_TARGET or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput("The webhook: expected an http or https URL without user and fragment. Nothing was done.")
    return url


def check_address(address: str) -> str:
    """The address, if e-mail can go there. `BadInput` for anything else than one plain name@host."""
    if not _ADDRESS.fullmatch(address) or not address.isascii():
        raise BadInput("The e-mail address: expected one name@host. Nothing was done.")
    return address


def look_up(host: str) -> tuple[str, ...]:
    """The addresses of a host. `OSError` when it has none."""
    return tuple(dict.fromkeys(str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)))


def is_public(address: str) -> bool:
    """Whether an address is one of the public internet's: not of this machine, a private network or a link, nor a form of
    IPv6 that leads to such an address of IPv4."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1]
        if inner is None and found in NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFF_FFFF)
        if inner is not None and not is_public(str(inner)):
            return False
    return found.is_global and not found.is_multicast


def choose_address(url: str, *, inside: bool, look: Callable[[str], tuple[str, ...]] = look_up) -> tuple[str, str]:
    """Where a webhook's connection goes, as a URL with the address in place of the name, and the name. `BadInput` when one
    of the name's addresses is not public, unless `inside`; `OSError` when it has none."""
    parts = urlsplit(check_webhook(url))
    host = parts.hostname or ""
    addresses = look(host)
    if not inside and not all(is_public(address) for address in addresses):
        raise BadInput("the host is this machine or in a private network (TOCSIN_WEBHOOKS_INSIDE)")
    address = f"[{addresses[0]}]" if ":" in addresses[0] else addresses[0]
    port = f":{parts.port}" if parts.port is not None else ""
    return parts._replace(netloc=address + port).geturl(), f"[{host}]{port}" if ":" in host else host + port


def post_notice(
    channel: Channel, kept: Kept, *, at: dt.datetime, timeout_s: float, inside: bool = False,
    look: Callable[[str], tuple[str, ...]] = look_up, transport: httpx2.BaseTransport | None = None,
) -> str | None:
    """Send a notice to a webhook once; `None` when it was answered with 2xx, else what went wrong. `inside` lets it go to
    addresses of this machine and of private networks."""
    import httpx2

    body = kept.body.encode()
    headers = {
        "Content-Type": "application/json", "User-Agent": f"tocsin/{CODE_VERSION}", NOTICE_ID: kept.id,
        SIGNATURE: sign_notice(channel.secret, body, at=at),
    }
    try:
        url, name = choose_address(channel.target, inside=inside, look=look)
        headers["Host"] = name
        host = {"sni_hostname": urlsplit(channel.target).hostname}  # whose certificate is asked for and looked at
        with (
            httpx2.Client(transport=transport, timeout=timeout_s, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=host) as response,
        ):
            status = response.status_code  # what else it says is not read
    except BadInput as error:
        return str(error)
    except (httpx2.HTTPError, httpx2.InvalidURL, ssl.SSLError, OSError) as error:
        return f"no answer ({type(error).__name__})"
    return None if 200 <= status < 300 else f"answered {status}"


def mail_notice(
    channel: Channel, kept: Kept, *, server: MailServer | None, sender: str | None, timeout_s: float
) -> str | None:
    """Send a notice by e-mail once; `None` when the server took it, else what went wrong."""
    if server is None or sender is None:
        return "no mail server is set (TOCSIN_SMTP and TOCSIN_MAIL_FROM)"
    subject, text = describe_notice(msgspec.json.decode(kept.body, type=Notice))
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, channel.target, subject
    message["Message-ID"] = f"<{kept.id}@tocsin.invalid>"  # the same for each attempt: mail programs drop repeats by it
    message["Date"] = kept.made_at
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    try:
        with _connect(server, timeout_s) as smtp:
            if server.user is not None and server.password is not None:
                smtp.login(server.user, server.password)
            smtp.send_message(message)
    except (smtplib.SMTPException, ssl.SSLError, OSError, ValueError) as error:
        code = getattr(error, "smtp_code", "")
        return f"the mail server did not take it ({type(error).__name__}{f' {code}' if code else ''})"
    return None


def _connect(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=ssl.create_default_context())
    smtp = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    if server.security == "starttls":
        try:
            smtp.starttls(context=ssl.create_default_context())
        except (smtplib.SMTPException, OSError):
            smtp.close()
            raise
    return smtp
