"""Stable ids: an id that was once given to a subject stays its id.

The rule. A new subject gets the key of its starter subject, else `list:ref` of a listing, the UN's before others: that
listing is the id's *founder*. From then on a subject is known by the oldest id that any of its members was last known by,
or founded. When two subjects are joined, the older id stays and the other still finds it; when a subject is split, the
part with the founder keeps the id, and a part that had an id before it was joined gets that back. A listing that leaves
its list takes nothing with it: the others were known by the same id.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """An id that was given once, and the member for which it was."""

    id: str
    founder: str


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """The id of one group, the other ids that find it, and the one that it would have if nothing had been before."""

    id: str
    former: tuple[str, ...]
    plain: str
    is_new: bool
    founder: str


def name_groups(
    groups: Sequence[Sequence[str]], given: Sequence[Given], last_known: Mapping[str, str]
) -> tuple[Named, ...]:
    """The id of each group. `given` are all ids ever given, oldest first; `last_known` has the id by which each member was
    last known, also of members that are gone."""
    order = {g.id: number for number, g in enumerate(given)}
    founder_of = {g.id: g.founder for g in given}
    founded: dict[str, list[str]] = {}
    for one in given:
        founded.setdefault(one.founder, []).append(one.id)
    claims: dict[str, int] = {}
    for number, group in enumerate(groups):
        members = set(group)
        for id_ in {last_known[m] for m in group if m in last_known} | {i for m in group for i in founded.get(m, ())}:
            if id_ in order and (id_ not in claims or founder_of[id_] in members):
                claims[id_] = number
    ids_of: dict[int, list[str]] = {}
    for id_, number in claims.items():
        ids_of.setdefault(number, []).append(id_)
    return tuple(
        _name_group(group, sorted(ids_of.get(number, ()), key=order.__getitem__), order)
        for number, group in enumerate(groups)
    )


def _name_group(group: Sequence[str], ids: Sequence[str], taken: Mapping[str, int]) -> Named:
    founder = min(group, key=_seniority)
    plain = founder.removeprefix("starter:")
    starters = {m.removeprefix("starter:") for m in group if m.startswith("starter:")}
    if ids:
        former = sorted((set(ids) | starters) - {ids[0]})
        return Named(id=ids[0], former=tuple(former), plain=plain, is_new=False, founder=founder)
    fresh, number = plain, 1
    while fresh in taken:  # its founder's id went with another part
        number += 1
        fresh = f"{plain}/{number}"
    return Named(id=fresh, former=tuple(sorted(starters - {fresh})), plain=plain, is_new=True, founder=founder)


def _seniority(member: str) -> tuple[bool, bool, str]:
    return not member.startswith("starter:"), not member.startswith("un:"), member
