"""Finding the moment at which a register state of a name was in force, so that it can be asked again.

A name digests what every list gave and what joining rested on (`resolve.make_register_state`). The lists of a moment can
be had again; joining is always done by what is known now, and whether that is the same is told.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from sqlalchemy import Connection

from tocsin.registry.resolve import find_rules, make_register_state
from tocsin.store.decisions import Rests, find_all_rests, find_rests
from tocsin.store.history import find_snapshots, find_states

TRIED = 200  # states of lists before a moment that are gone back: an index follows the database after a while


class FoundMoment(msgspec.Struct, frozen=True, kw_only=True):
    """A moment to be asked: `same` when the state's name is that of then; `joined` when its lists are those of then, and are
    joined otherwise since; `other` when the lists of then cannot be had."""

    valid: dt.datetime
    known: dt.datetime
    state: Literal["same", "joined", "other"]


def find_moment(connection: Connection, register: str, *, valid: dt.datetime, known: dt.datetime) -> FoundMoment:
    """The moment, not after those given, whose state has this name, or else the same lists; the one given when none has."""
    told = sorted((s.recorded_at for s in find_snapshots(connection) if s.recorded_at <= known), reverse=True)
    before = (at - dt.timedelta(microseconds=1) for at in told[:TRIED])
    tried = [FoundMoment(valid=valid, known=at, state="other") for at in dict.fromkeys((known, *before))]
    rests = find_rests(connection)
    ever = [(find_rules(), Rests()), *find_all_rests(connection)]
    joined: FoundMoment | None = None
    for moment in tried:
        states = find_states(connection, valid_at=valid, known_at=moment.known)
        given = {key: (s.digest, s.content) for key, s in states.items()}
        if make_register_state(given, rests) == register:
            return msgspec.structs.replace(moment, state="same")
        if joined is None and any(make_register_state(given, rest, rules=rules) == register for rules, rest in ever):
            joined = msgspec.structs.replace(moment, state="joined")
    return joined or tried[0]
