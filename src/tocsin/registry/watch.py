"""The watchdog's checks on the values of a list: pure, from listings to findings.

`check_state` looks at one state by itself, `check_change` at it beside a state before. Both are cheap enough for each
update (0.8 s and 0.5 s for the 15,000 listings of the SDN list). What is looked for, from how many cases on, and why from
so many, is the table in `watch_rules`. A finding names references and fields, never a name or another value.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from tocsin.model import Listing
from tocsin.registry.watch_columns import Key, Moved, compare_columns
from tocsin.registry.watch_rules import CORE, MANY, RULES, SEVERITIES, Severity, find_severity
from tocsin.registry.watch_values import find_cases


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is odd. `rule` is a code of `watch_rules.RULES`, or of `installation`.

    `count` of `of` listings are concerned; `refs` has the first of them, `fields` where it was read. `list_key` is
    absent for a finding on the installation. `next` says what to do.
    """

    rule: str
    severity: Severity
    seen: str
    next: str
    list_key: str | None = None
    count: int = 0
    of: int = 0
    refs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


def check_state(listings: Sequence[Listing], *, moment: dt.datetime, list_key: str | None = None) -> tuple[Finding, ...]:
    """What is odd in one state: mangled text, text in a wrong column, impossible dates, records given twice.

    `moment` is when the state was published, or taken: later dates lie in its future. Most severe first.
    """
    cases: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for listing in listings:
        for case in find_cases(listing, day=moment.date()):
            cases[case.rule][listing.ref].add(case.field)
    for rule, refs in _find_twins(listings):
        for ref in refs:
            cases[rule][ref].add("")
    findings = (
        make_finding(rule, refs=tuple(refs), of=len(listings), fields=_fields(refs.values()), list_key=list_key)
        for rule, refs in cases.items()
    )
    return sort_findings(finding for finding in findings if finding is not None)


def check_change(
    before: Iterable[Listing], after: Iterable[Listing], *, list_key: str | None = None
) -> tuple[Finding, ...]:
    """What is odd in a state beside one before: moved and emptied columns, less of what identifies, other references."""
    old, new = _by_key(before), _by_key(after)
    return sort_findings(
        finding for find in (_find_columns, _find_fallen, _find_renumbered)
        for finding in find(old, new, list_key) if finding is not None
    )


def check_unread(
    before: Sequence[tuple[str, int]], after: Sequence[tuple[str, int]], *, list_key: str | None = None
) -> tuple[Finding, ...]:
    """What no rule consumed, and was not there in the state before: paths with how often each was met."""
    known = {path for path, _ in before}
    fresh = [(path, count) for path, count in after if path not in known]
    finding = make_finding(
        "unread.new", count=sum(count for _, count in fresh), fields=tuple(path for path, _ in fresh), list_key=list_key
    )
    return (finding,) if fresh and finding else ()


def tell_warnings(before: Iterable[Listing], after: Sequence[Listing], *, moment: dt.datetime) -> tuple[str, ...]:
    """What is worse than `info` in a state that is about to be taken, beside the one in force, a sentence each: notes for
    the operator, and no ground to refuse the state."""
    old = tuple(before)
    found = (*check_state(after, moment=moment), *(check_change(old, after) if old else ()))
    return tuple(_tell(finding) for finding in found if finding.severity != "info")


def _tell(finding: Finding) -> str:
    refs = ", ".join(finding.refs) + (", ..." if finding.count > len(finding.refs) else "")
    return f"{finding.severity} {finding.rule}: {finding.seen}{f' ({refs})' if refs else ''} {finding.next}"


def make_finding(
    code: str, *, refs: Sequence[str] = (), count: int | None = None, of: int = 0, fields: tuple[str, ...] = (),
    seen: str = "", list_key: str | None = None,
) -> Finding | None:
    """The finding of a rule; `None` when the cases are too few. `seen` is the rule's own sentence when not given."""
    rule = RULES[code]
    number = len(refs) if count is None else count
    severity = find_severity(rule, number, of)
    if severity is None:
        return None
    text = seen or (f"{number:,} of {of:,} listings: {rule.what}." if of else f"{number:,} times: {rule.what}.")
    return Finding(
        rule=code, severity=severity, seen=text, next=rule.next, list_key=list_key, count=number, of=of,
        refs=tuple(refs[:MANY]), fields=fields,
    )


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Most severe first, then by list, rule and fields."""
    return tuple(sorted(findings, key=lambda f: (-SEVERITIES.index(f.severity), f.list_key or "", f.rule, f.fields)))


def _find_columns(old: Mapping[Key, Listing], new: Mapping[Key, Listing], key: str | None) -> Iterator[Finding | None]:
    moved, emptied = compare_columns(old, new)
    yield from _tell_moved(moved, key)
    for lost in emptied:
        code = "column.emptied_core" if lost.column in CORE else "column.emptied"
        seen = f"{len(lost.refs):,} of {lost.of:,} listings that had '{lost.column}' have nothing in it now."
        yield make_finding(code, refs=lost.refs, of=lost.of, fields=(lost.column,), seen=seen, list_key=key)


def _tell_moved(moved: Sequence[Moved], key: str | None) -> Iterator[Finding | None]:
    pairs = {(m.column, m.to): m for m in moved}
    for (column, to), move in pairs.items():
        back = pairs.get((to, column))
        if back is not None and (back.of, to) < (move.of, column):
            continue  # told once, with the share of the column that fewer have
        way = f"'{column}' and '{to}' were swapped" if back else f"the text of '{column}' stands in '{to}' now"
        seen = f"{len(move.refs):,} of {move.of:,} listings that had '{column}': {way}."
        yield make_finding("column.moved", refs=move.refs, of=move.of, fields=(column, to), seen=seen, list_key=key)


_SHARES: tuple[tuple[str, Callable[[Listing], bool], Callable[[Listing], bool]], ...] = (
    ("births", lambda x: x.kind == "person", lambda x: bool(x.births)),
    ("countries", lambda _: True, lambda x: bool(x.countries)),
    ("identifiers", lambda _: True, lambda x: bool(x.identifiers)),
)


def _find_fallen(old: Mapping[Key, Listing], new: Mapping[Key, Listing], key: str | None) -> Iterator[Finding | None]:
    """A share that fell by much, in whichever listings: as many as are missing to the share before are counted."""
    for what, belongs, has in _SHARES:
        sides = [[has(x) for x in side.values() if belongs(x)] for side in (old, new)]
        if not all(sides):
            continue
        share, now = (sum(side) / len(side) for side in sides)
        of = len(sides[1])
        seen = f"{now:.0%} of {of:,} listings have {what}; in the state before {share:.0%} had."
        yield make_finding(
            "share.fell", count=max(0, int((share - now) * of)), of=of, fields=(what,), seen=seen, list_key=key
        )


def _find_renumbered(old: Mapping[Key, Listing], new: Mapping[Key, Listing], key: str | None) -> Iterator[Finding | None]:
    came = {_identity(x) for k, x in new.items() if k not in old}
    gone = [x.ref for k, x in old.items() if k not in new and _identity(x) in came]
    yield make_finding("reference.renumbered", refs=gone, of=len(old), list_key=key)


def _find_twins(listings: Sequence[Listing]) -> Iterator[tuple[str, list[str]]]:
    """Rules on records given twice, with the references that meet each."""
    exact = Counter((x.authority, x.ref) for x in listings)
    yield "reference.twice", [ref for (_, ref), count in exact.items() if count > 1]
    near = _group((x.authority, _plain_ref(x.ref), x.ref) for x in listings)
    yield "reference.near", near
    yield "record.near", _group((x.authority, _identity(x), x.ref) for x in listings)


def _group(rows: Iterable[tuple[str, object, str]]) -> list[str]:
    """The references, but for the first of each, that share authority and key with another reference."""
    groups: dict[tuple[str, object], dict[str, None]] = defaultdict(dict)
    for authority, key, ref in rows:
        groups[authority, key][ref] = None
    return [ref for refs in groups.values() for ref in list(refs)[1:]]


def _plain_ref(ref: str) -> str:
    return re.sub(r"[\W_]+", ".", ref.casefold()).strip(".")


def _identity(listing: Listing) -> tuple[object, ...]:
    """What two listings of one list share when they are one record given twice."""
    return (
        listing.kind,
        frozenset("".join(c for c in n.text.casefold() if c.isalnum()) or n.text for n in listing.names),
        frozenset(str(b.span) for b in listing.births),
        frozenset((i.kind, i.number) for i in listing.identifiers),
    )


def _by_key(listings: Iterable[Listing]) -> dict[Key, Listing]:
    return {(x.authority, x.ref): x for x in listings}


def _fields(groups: Iterable[set[str]]) -> tuple[str, ...]:
    return tuple(sorted({field for group in groups for field in group if field})[:MANY])

