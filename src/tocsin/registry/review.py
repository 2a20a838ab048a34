"""Pairs that wait for a person: what is shown of them, and how a decision is recorded.

A decision is on two members ("list:ref"), has an author and a ground, and is never changed: what is undone is told by a
further decision. It outranks official references and scores, and is applied again whenever lists change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection

from tocsin.errors import BadInput, NotFound
from tocsin.match import Index
from tocsin.model import Entity, Kind, Listing, Reason
from tocsin.registry.joining import Waiting
from tocsin.registry.likeness import Side, weigh_pair
from tocsin.registry.references import member_of
from tocsin.registry.resolving import digest_listing
from tocsin.store.decisions import Decision, StoredLink, find_decisions, find_links, load_waiting, write_decision
from tocsin.store.values import iter_values

NAMES_SHOWN = 6
SHOWN = frozenset({"birth", "birth_place", "nationality", "citizenship", "address", "measure"})  # and all identifiers
_WAITING = msgspec.json.Decoder(Waiting).decode

DecidedKind = Literal["same", "different"]


class ReviewSide(msgspec.Struct, frozen=True, kw_only=True):
    """One listing of a pair: its member name, the subject that it belongs to now, and its key facts, (kind, text) each."""

    member: str
    subject: str
    authority: str
    ref: str
    kind: Kind
    caption: str
    listed_on: str | None
    names: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]


class ReviewPair(msgspec.Struct, frozen=True, kw_only=True):
    """Two listings of which a person should say whether they are one subject.

    `number` counts from the surest. `score` is from 0 to 1, and 0 where an official reference is doubted; `lacks` says
    why no rule joined them.
    """

    number: int
    score: float
    lacks: str
    reasons: tuple[Reason, ...]
    one: ReviewSide
    other: ReviewSide


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """A decision to record: on two subjects, listings or references as a person names them, or the `undoes` of one."""

    kind: DecidedKind | Literal["undo"]
    one: str = ""
    other: str = ""
    undoes: int = 0
    author: str
    ground: str


def find_pairs(connection: Connection, index: Index) -> tuple[ReviewPair, ...]:
    """The pairs that waited after the last joining and are not decided since, surest first."""
    decided = {frozenset((d.one, d.other)) for d in find_decisions(connection) if d.in_force}
    return tuple(_make_pairs([_WAITING(body) for body in load_waiting(connection)], decided, index))


def _make_pairs(
    waiting: Sequence[Waiting], decided: set[frozenset[str | None]], index: Index
) -> Iterator[ReviewPair]:
    for number, pair in enumerate(waiting, start=1):
        sides = [_find_side(member, index) for member in (pair.one, pair.other)]
        if frozenset((pair.one, pair.other)) in decided or sides[0] is None or sides[1] is None:
            continue
        yield ReviewPair(
            number=number, score=pair.score, lacks=pair.lacks, reasons=pair.reasons or _weigh(pair, index),
            one=sides[0], other=sides[1],
        )


def _weigh(pair: Waiting, index: Index) -> tuple[Reason, ...]:
    """What speaks for a pair that an official reference names, however little."""
    one, other = find_member(pair.one, index)[1], find_member(pair.other, index)[1]
    found = weigh_pair(Side(one), Side(other))
    return found.reasons if found else ()


def _find_side(member: str, index: Index) -> ReviewSide | None:
    try:
        entity, listing = find_member(member, index)
    except NotFound:
        return None
    facts = ((v.kind, v.text) for v in iter_values(listing) if v.kind in SHOWN)
    numbers = ((i.kind, i.number) for i in listing.identifiers)
    return ReviewSide(
        member=member, subject=entity.id, authority=listing.authority, ref=listing.ref, kind=listing.kind,
        caption=listing.caption, listed_on=str(listing.listed_on) if listing.listed_on else None,
        names=tuple(dict.fromkeys(n.text for n in listing.names))[:NAMES_SHOWN],
        facts=tuple(dict.fromkeys((*facts, *numbers))),
    )


def find_member(text: str, index: Index) -> tuple[Entity, Listing]:
    """The subject and the listing that a person means by a reference, `list:reference` or the id of a subject.

    Of a subject the listing that comes first. `NotFound` when nothing in force has it, `BadInput` when two have.
    """
    entities = index.find_entities(text) or index.find_entities(text.removeprefix("starter:"))
    wanted = "".join(text.casefold().split())
    exact = [(e, x) for e in entities for x in (*e.listings, *e.superseded) if wanted == member_of(x).casefold()]
    named = exact or [(e, x) for e in entities for x in e.listings if wanted == "".join(x.ref.casefold().split())]
    found = named or [(e, e.listings[0]) for e in entities]
    if not found:
        raise NotFound(f"No list in force has the reference '{text}'. Nothing was decided.")
    if len({member_of(x) for _, x in found}) > 1:
        known = ", ".join(sorted({member_of(x) for _, x in found}))
        raise BadInput(f"'{text}' is the reference of several listings: {known}. Name one of them. Nothing was decided.")
    return found[0]


def record_orders(
    connection: Connection, orders: Sequence[Order], index: Index, *, now: dt.datetime
) -> tuple[Decision, ...]:
    """Record decisions, all or none; gives them as recorded. They take effect with the next joining.

    `BadInput` for a decision without author or ground, on one and the same listing, or for undoing what does not hold.
    """
    numbers = [_record(connection, order, index, now=now) for order in orders]
    recorded = {d.number: d for d in find_decisions(connection)}
    return tuple(recorded[number] for number in numbers)


def _record(connection: Connection, order: Order, index: Index, *, now: dt.datetime) -> int:
    if not order.author.strip() or not order.ground.strip():
        raise BadInput("A decision needs an author and a ground (--author, --ground). Nothing was decided.")
    author, ground = order.author.strip(), order.ground.strip()
    if order.kind == "undo":
        held = {d.number: d for d in find_decisions(connection)}
        if order.undoes not in held:
            raise NotFound(f"There is no decision {order.undoes}; `tocsin review --list` shows all. Nothing was undone.")
        if not held[order.undoes].in_force:
            raise BadInput(f"Decision {order.undoes} is not in force: it was undone or replaced. Nothing was undone.")
        return write_decision(connection, "undo", undoes=order.undoes, author=author, ground=ground, at=now)
    found = [find_member(text, index) for text in (order.one, order.other)]
    members = [member_of(listing) for _, listing in found]
    if members[0] == members[1]:
        raise BadInput(
            f"Both are the same listing, {members[0]}. To part a subject, name two of its listings. Nothing was decided."
        )
    facts = " ".join(digest_listing(listing) for _, listing in found)
    return write_decision(
        connection, order.kind, one=members[0], other=members[1], author=author, ground=ground, facts=facts, at=now
    )


def find_subject_links(connection: Connection, text: str, index: Index) -> tuple[StoredLink, ...]:
    """Every join that the listings of a subject ever had, with those that no longer hold, oldest first."""
    entity, _ = find_member(text, index)
    return find_links(connection, {member_of(x) for x in (*entity.listings, *entity.superseded)})
