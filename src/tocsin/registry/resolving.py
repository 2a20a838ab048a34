"""Joining a whole register: comparing what is new or changed, applying decisions, keeping ids, and recording it all."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, MutableMapping, Sequence

import msgspec
from sqlalchemy import Connection

from tocsin.model import Entity, Listing
from tocsin.registry.blocks import LARGEST, iter_pairs, make_keys, read_keys
from tocsin.registry.identity import Given, Named, name_groups
from tocsin.registry.joining import Joined, Pair, Ruling, join_listings, make_pair
from tocsin.registry.likeness import Alike, Likeness, Side, StoredLikeness, weigh_pair
from tocsin.registry.references import member_of
from tocsin.registry.resolve import assemble_entities, find_author, find_rules, make_entities
from tocsin.store.decisions import (
    Compared,
    Decision,
    Rests,
    digest_decisions,
    find_compared,
    find_decisions,
    forget_compared,
    load_given,
    load_likenesses,
    load_members,
    write_compared,
    write_links,
    write_resolution,
    write_subjects,
    write_waiting,
)
from tocsin.store.history import load_current, load_digested

Progress = Callable[[str, int, int | None], None]
STARTER = "starter"
KEPT = 32     # characters of a listing's digest: 128 bits
STEP = 2_000  # pairs compared between two signs of progress
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(StoredLikeness).decode


def resolve_register(connection: Connection, *, now: dt.datetime, progress: Progress) -> tuple[Entity, ...]:
    """The subjects of the listings in force, and a record of how they were joined.

    Only listings that are new or changed since the last joining are compared with others; the rest is kept. All is
    written in the caller's transaction.
    """
    digested = tuple(load_digested(connection))
    listings = tuple(listing for listing, _ in digested)
    likenesses = update_likenesses(connection, digested, progress=progress)
    decisions = find_decisions(connection)
    progress("joining", 0, None)
    joined = join_listings(listings, likenesses, make_rulings(decisions), author=find_author())
    named = _name(connection, joined, now=now)
    write_links(connection, ((x.one, x.other, x.basis, x.author, x.ground) for x in joined.links), at=now)
    write_waiting(connection, [(w.one, w.other, _ENCODE(w).decode()) for w in joined.waiting])
    entities = assemble_entities(listings, joined, named)
    rests = Rests(decisions=digest_decisions(decisions), ids=_digest_ids(named))
    write_resolution(
        connection, rules=find_rules(), rests=rests, subjects=len(entities), links=len(joined.links),
        waiting=len(joined.waiting), at=now,
    )
    progress("joining", 1, 1)
    return entities


def resolve_past(connection: Connection, listings: Iterable[Listing]) -> tuple[Entity, ...]:
    """The subjects of the listings of another moment, joined by what is known now: the starter's references, comparisons,
    decisions and ids. Nothing is recorded."""
    given = [Given(id=id_, founder=founder) for id_, founder in load_given(connection)]
    return make_entities(
        listings, joining=load_current(connection, STARTER), given=given, last_known=load_members(connection),
        likenesses={(one, other): _DECODE(body) for one, other, body in load_likenesses(connection)},
        rulings=make_rulings(find_decisions(connection)),
    )


def make_rulings(decisions: Sequence[Decision]) -> tuple[Ruling, ...]:
    """The decisions in force on pairs, oldest first."""
    return tuple(
        Ruling(number=d.number, same=d.kind == "same", one=d.one, other=d.other, author=d.author, ground=d.ground)
        for d in decisions if d.in_force and d.one is not None and d.other is not None
    )


def digest_listing(listing: Listing) -> str:
    """A digest of all that a listing says."""
    return hashlib.blake2b(_ENCODE(listing), digest_size=16).hexdigest()


def update_likenesses(
    connection: Connection, listings: Sequence[tuple[Listing, str]], *, progress: Progress
) -> dict[Pair, Alike]:
    """All pairs of official listings that are alike, after comparing what is new or changed: what has another digest.

    The starter's listings are not compared: they join by references only.
    """
    digests = {member_of(x): digest[:KEPT] for x, digest in listings if x.subject is None}
    rules = find_rules()
    known = find_compared(connection, rules)
    if not known:
        forget_compared(connection)
    changed = {m for m, digest in digests.items() if m not in known or known[m].digest != digest}
    gone = known.keys() - digests.keys()
    keys = {m: known[m].keys for m in digests.keys() - changed}
    official = [x for x, _ in listings if x.subject is None]
    _add_keys(official, keys)
    fresh = changed | find_crossed({m: c.keys for m, c in known.items()}, keys) if known else changed
    found = compare_listings(official, fresh, known=keys, progress=progress) if fresh else {}
    if fresh or gone:
        rows = {m: Compared(digest=digests[m], keys=keys[m]) for m in fresh}
        alike = ((one, other, _ENCODE(x).decode()) for (one, other), x in sorted(found.items()))
        write_compared(connection, rows, gone, alike, rules=rules)
    return {(one, other): _DECODE(body) for one, other, body in load_likenesses(connection)}


def find_crossed(before: Mapping[str, bytes], now: Mapping[str, bytes]) -> set[str]:
    """The members under keys that have become too common to tell, or are so no longer: they must be compared again, or
    the outcome would depend on the order in which lists came."""
    moved = {m for m in before.keys() | now.keys() if before.get(m) != now.get(m)}
    touched = {key for keys in (before, now) for m in moved & keys.keys() for key in read_keys(keys[m])}
    stay = Counter(
        key for m, filed in now.items() if m not in moved for key in touched.intersection(read_keys(filed))
    ) if touched else Counter[int]()
    old, new = (stay + Counter(key for m in moved & keys.keys() for key in read_keys(keys[m])) for keys in (before, now))
    crossed = {key for key in touched if (old[key] > LARGEST) != (new[key] > LARGEST)}
    return {m for m, filed in now.items() if not crossed.isdisjoint(read_keys(filed))} if crossed else set()


def compare_listings(
    listings: Sequence[Listing], fresh: Container[str] | None = None, *, known: MutableMapping[str, bytes] | None = None,
    progress: Progress = lambda *_: None,
) -> dict[Pair, Likeness]:
    """The pairs of listings that are alike, of those that share a key; with `fresh`, of which one is among these members.

    `known` has the keys of members as bytes, and gets those that it lacks.
    """
    progress("comparing", 0, None)
    numbers = None if fresh is None else frozenset(n for n, x in enumerate(listings) if member_of(x) in fresh)
    filed = {} if known is None else known
    _add_keys(listings, filed)
    pairs = list(iter_pairs(listings, [read_keys(filed[member_of(x)]) for x in listings], numbers))
    sides: dict[int, Side] = {}
    found: dict[Pair, Likeness] = {}
    for done, (a, b) in enumerate(pairs):
        if done % STEP == 0:
            progress("comparing", done, len(pairs))
        pair = sorted((member_of(listings[n]), n) for n in (a, b))  # what is weighed against what is not left to chance
        one, other = (sides.get(n) or sides.setdefault(n, Side(listings[n])) for _, n in pair)
        likeness = weigh_pair(one, other)
        if likeness is not None:
            found[make_pair(pair[0][0], pair[1][0])] = likeness
    progress("comparing", len(pairs), len(pairs))
    return found


def _add_keys(listings: Sequence[Listing], known: MutableMapping[str, bytes]) -> None:
    for listing in listings:
        member = member_of(listing)
        if member not in known:
            known[member] = make_keys(listing).tobytes()


def _name(connection: Connection, joined: Joined, *, now: dt.datetime) -> tuple[Named, ...]:
    given = [Given(id=id_, founder=founder) for id_, founder in load_given(connection)]
    known = load_members(connection)
    named = name_groups(joined.groups, given, known)
    members = {member: name.id for group, name in zip(joined.groups, named, strict=True) for member in group}
    write_subjects(connection, ((n.id, n.founder) for n in named if n.is_new), members, known, at=now)
    return named


def _digest_ids(named: Sequence[Named]) -> str:
    """A digest of the ids that are not those of a new register; empty when all are."""
    plain = (n for n in named if n.id != n.plain or n.former)
    lines = sorted(f"{n.plain}\t{n.id}\t{' '.join(n.former)}\n" for n in plain)
    return hashlib.sha256("".join(lines).encode()).hexdigest() if lines else ""
