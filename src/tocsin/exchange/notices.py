"""Notices to receivers: what they say, how they are signed, and how a receiver verifies them.

A notice says of each finding whose it is by the caller's own reference, and which subject was met, with its lists and the
reasons by code: nothing of the member's data. It is signed with HMAC-SHA256 (RFC 2104) over the moment of the attempt and
the body, so that nobody can change it, and so that an old one that somebody kept is refused (`verify_notice`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec

from tocsin.errors import BadInput
from tocsin.store.checkings import Found

SIGNATURE = "Tocsin-Signature"
NOTICE_ID = "Tocsin-Notice"
TOLERANCE_S = 300      # by how much the two clocks may differ
MOST_EVENTS = 100      # of one notice
FORMAT = 1             # of the body: one more where a receiver would have to read it otherwise
_SIGNED = re.compile(r"t=(\d{1,12})((?:,v1=[0-9a-f]{64})+)")


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A finding that is new, says something else now (`changed`), or is `gone`."""

    kind: Literal["new", "changed", "gone"]
    reference: str
    found: Found


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What a receiver gets. The same `id` comes again where it is not known whether it arrived: drop the second."""

    format: int = FORMAT
    id: str
    population: str
    register: str
    engine: str
    checked_at: dt.datetime
    part: int
    parts: int
    events: tuple[Event, ...]


def make_notices(
    events: Sequence[Event], *, population: str, register: str, engine: str, checked_at: dt.datetime
) -> tuple[Notice, ...]:
    """The notices of one checking: none when nothing happened, several when it was much."""
    parts = [events[at:at + MOST_EVENTS] for at in range(0, len(events), MOST_EVENTS)]
    return tuple(
        Notice(
            id=secrets.token_hex(16), population=population, register=register, engine=engine, checked_at=checked_at,
            part=number, parts=len(parts), events=tuple(part),
        )
        for number, part in enumerate(parts, start=1)
    )


def make_secret() -> str:
    """A secret that signs notices, to be told to the receiver once."""
    return "whsec_" + secrets.token_urlsafe(32)


def sign_notice(secret: str, body: bytes, *, at: dt.datetime) -> str:
    """The value of the header `Tocsin-Signature`: `t=SECONDS,v1=HEX`."""
    moment = str(int(at.timestamp()))
    return f"t={moment},v1={_sign(secret, moment, body)}"


def verify_notice(secret: str, header: str, body: bytes, *, at: dt.datetime, tolerance_s: int = TOLERANCE_S) -> Notice:
    """The notice of a body, exactly as it was received, if the signature is good and was made within `tolerance_s` of `at`.

    `BadInput` otherwise. Whether the notice came before, its `id` tells: keep the ids of the last days.
    """
    met = _SIGNED.fullmatch(header.strip())
    if met is None:
        raise BadInput(f"{SIGNATURE}: expected t=SECONDS,v1=HEX. The notice was not taken.")
    good = _sign(secret, met[1], body)
    if not any(hmac.compare_digest(good, given) for given in met[2].removeprefix(",v1=").split(",v1=")):
        raise BadInput(f"{SIGNATURE}: it is not that of this body and secret. The notice was not taken.")
    if abs(at.timestamp() - int(met[1])) > tolerance_s:
        raise BadInput(f"{SIGNATURE}: signed over {tolerance_s} seconds from now. The notice was not taken.")
    try:
        return msgspec.json.decode(body, type=Notice)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadInput("The notice: expected the JSON of a notice of this version. It was not taken.") from error


def _sign(secret: str, moment: str, body: bytes) -> str:
    return hmac.new(secret.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()


def describe_notice(notice: Notice) -> tuple[str, str]:
    """Subject and text of an e-mail."""
    counts = {kind: sum(e.kind == kind for e in notice.events) for kind in ("new", "changed", "gone")}
    said = ", ".join(f"{count} {kind}" for kind, count in counts.items() if count)
    part = f" ({notice.part} of {notice.parts})" if notice.parts > 1 else ""
    lines = [
        f"Population {notice.population} was checked at {notice.checked_at:%Y-%m-%d %H:%M:%S} UTC against register",
        f"{notice.register}, engine {notice.engine}. Findings: {said}.", "",
    ]
    for event in notice.events:
        found = event.found
        listed = "; ".join(f"{x.authority} {x.ref} ({x.list_key})" for x in found.listings)
        lines.append(f"{event.kind}: {event.reference} - {found.subject} ({found.caption}), score {found.score:.2f}")
        lines.append(f"  {listed}")
    lines += ["", "A score is no finding of guilt: a person decides.", f"Notice {notice.id}"]
    return f"Tocsin: {notice.population}: {said}{part}", "\n".join(lines) + "\n"
