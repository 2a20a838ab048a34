"""Names of a subject on one authority's list that another authority, which lists the subject too, does not have.

"The Resistance Front is an alias in the US listing of Lashkar-e-Tayyiba and not in the UN's": whoever screens against the
UN's list alone does not find that name. Names are compared with the scorer that screens, so that a name counts as missing
where screening would miss it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from tocsin.errors import BadInput
from tocsin.match import score_names
from tocsin.model import Entity, Kind, Listing, Name


class AliasGap(msgspec.Struct, frozen=True, kw_only=True):
    """A name that `authority` has and `other` has not. `nearest` is the other's name that scores highest with it, absent
    when none scores at all.

    `quality` is weak where the list calls the name so; `role` is primary, alias, former or original_script.
    """

    subject: str
    caption: str
    kind: Kind
    authority: str
    list_key: str
    ref: str
    name: str
    role: str
    quality: str
    other: str
    other_refs: tuple[str, ...]
    nearest: str | None
    score: float


Score = Callable[[str, str, Kind], float]


def find_alias_gaps(
    entity: Entity, having: Sequence[str], lacking: Sequence[str], *, threshold: float, score: Score | None = None
) -> Iterator[AliasGap]:
    """The names that an authority of `having` has and one of `lacking` has not, where both list the subject themselves.

    A name is missing when none of the other's names, weak ones too, scores `threshold` or more with it. Every distinct text
    of a listing is compared once.
    """
    measure = score or score_listed
    for other in lacking:
        theirs = [x for x in entity.listings if x.authority == other]
        for authority in having if theirs else ():
            told: set[str] = set()
            for listing in (x for x in entity.listings if x.authority == authority and authority != other):
                for name in listing.names:
                    if name.text in told:
                        continue
                    told.add(name.text)
                    yield from _compare(entity, listing, name, theirs, threshold, measure)


def _compare(
    entity: Entity, listing: Listing, name: Name, theirs: Sequence[Listing], threshold: float, score: Score
) -> Iterator[AliasGap]:
    nearest, best = None, 0.0
    texts = dict.fromkeys(n.text for x in theirs for n in x.names)
    if name.text.casefold() in {text.casefold() for text in texts}:
        return
    for text in texts:
        points = score(name.text, text, entity.kind)
        if points >= threshold:
            return
        if points > best:
            nearest, best = text, points
    yield AliasGap(
        subject=entity.id, caption=entity.caption, kind=entity.kind, authority=listing.authority, list_key=listing.list_key,
        ref=listing.ref, name=name.text, role=name.role, quality=name.quality, other=theirs[0].authority,
        other_refs=tuple(dict.fromkeys(x.ref for x in theirs)), nearest=nearest, score=best,
    )


def score_listed(name: str, other: str, kind: Kind) -> float:
    """The product's own score of two names; 0 where one of them has no letter or digit that it could read."""
    try:
        return score_names(name, other, kind=None if kind == "unknown" else kind)
    except BadInput:
        return 0.0
