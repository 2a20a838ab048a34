"""What is asked and what is answered: query, hit, reason, answer."""

from __future__ import annotations

import msgspec

from tocsin.model.dates import DateSpan, PartialDate
from tocsin.model.listing import Kind


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One question: is this subject listed?

    `names` are all names of one subject, each in any script and order. `kind` limits the answer to that kind of
    subject. `countries` are ISO 3166-1 alpha-2 codes (nationality, residence, birth). `identifiers` are document or
    registration numbers as printed, and may state their kind ("imo:9123456"). `birth_places` and `addresses` are free
    text. Names, identifiers, e-mail addresses, phones, websites and wallets find candidates; all else speaks for or
    against them.
    """

    names: tuple[str, ...] = ()
    kind: Kind | None = None
    births: tuple[DateSpan, ...] = ()
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    gender: str | None = None
    birth_places: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()
    wallets: tuple[str, ...] = ()


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """One line of an explanation. `effect` is what it did to the score: `for`, `against`, `neutral`, or `rule` for a part
    of the sum that no finding made (where every pair of names starts, an upper bound).

    `code` is stable ("name.spelling", "birth.other", ...); `query` and `candidate` are the two values compared and
    `similarity`, of words, how alike they are from 0 to 1. `points` are log-odds: over all reasons of a hit they add up to
    the log-odds of its score, `1 / (1 + exp(-sum))`.
    """

    code: str
    text: str
    effect: str
    query: str | None = None
    candidate: str | None = None
    similarity: float | None = None
    points: float = 0.0


class WhatIf(msgspec.Struct, frozen=True, kw_only=True):
    """One change that would turn a hit into none, or a candidate under the threshold into a hit; and the score then.

    `field` is the field of the query that would hold `value` instead, `listed_names` for listed names that would not be
    there, or `threshold`. `points` is by how much the log-odds would change.
    """

    code: str
    text: str
    field: str
    value: tuple[str, ...]
    score: float
    is_hit: bool
    points: float


class ListingCard(msgspec.Struct, frozen=True, kw_only=True):
    """What a hit shows of one listing: who lists it, under which reference, since when, under which programmes."""

    list_key: str
    authority: str
    ref: str
    caption: str
    listed_on: PartialDate | None = None
    programmes: tuple[str, ...] = ()
    grounds: tuple[str, ...] = ()


class Hit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A candidate at or over the threshold. `names` are the listed names that met the query, best first.

    Only where they were asked for: `margin` is how far the threshold may move before the outcome changes, `changes` what
    else would change it, the smallest change first.
    """

    score: float
    subject: str
    caption: str
    kind: Kind
    names: tuple[str, ...]
    listings: tuple[ListingCard, ...]
    reasons: tuple[Reason, ...]
    margin: WhatIf | None = None
    changes: tuple[WhatIf, ...] = ()


class Basis(msgspec.Struct, frozen=True, kw_only=True):
    """What an answer rests on, so that it can be made again."""

    register: str
    code: str
    name_data: str
    engine: str
    threshold: float


class Comparison(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The scorer's view of two names. `margin` and `changes` as in `Hit`."""

    score: float
    reasons: tuple[Reason, ...]
    margin: WhatIf | None = None
    changes: tuple[WhatIf, ...] = ()
