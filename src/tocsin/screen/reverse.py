"""Reverse screening: of a population only what a new state of the lists can affect.

A score is made of one query and one subject; no other subject takes part in it. So after an update only subjects that
came or changed can be found anew, and only findings of subjects that changed or went can be gone. The changed subjects are
put into an index of their own, which is small, and all members are asked of that. A member that is new, or whose query is,
is asked of the whole index. The result is that of screening everybody against everything
(`tests/property/test_monitoring_laws.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from tocsin.errors import BadInput
from tocsin.match import Index, build_index, check_query, open_index
from tocsin.model import Hit
from tocsin.screen.hit_decisions import FindEntities, Held, digest_query, find_rulings, make_identity
from tocsin.store.checkings import Found, FoundListing, FoundReason, KeptFinding, digest_found
from tocsin.store.populations import Member

BLOCK = 256
MOST_CHANGED = 0.5  # of all subjects: beyond, asking the whole index is no more work than making another


class Delta(msgspec.Struct, frozen=True, kw_only=True):
    """The subjects in which two states differ: those that came or say something else, and those that went."""

    changed: frozenset[str]
    gone: frozenset[str]


class Differences(msgspec.Struct, frozen=True, kw_only=True):
    """What a checking found against the findings in force: new ones by member, those that say something else now, and
    those that are gone. `returned` are those that a decision left out and no longer does, `asked_anew` those that stay,
    of members whose query is another. `left_out` has, by member and subject, the decision that leaves out one that is in
    force: it is kept, and nobody is told of it."""

    new: tuple[tuple[Member, Found], ...]
    changed: tuple[tuple[KeptFinding, Found], ...]
    gone: tuple[KeptFinding, ...]
    returned: tuple[tuple[Member, Found], ...] = ()
    asked_anew: tuple[tuple[Member, Found], ...] = ()
    left_out: Mapping[tuple[int, str], int] = {}

    def tell(self) -> Differences:
        """What somebody is to be told of it: all but what is left out. What returned is new."""
        new = (f for f in self.new if (f[0].id, f[1].subject) not in self.left_out)
        changed = (f for f in self.changed if (f[0].member, f[1].subject) not in self.left_out)
        back = {(member.id, found.subject) for member, found in self.returned}
        return Differences(
            new=(*new, *self.returned), gone=tuple(f for f in self.gone if not f.untold),
            changed=tuple(f for f in changed if (f[0].member, f[1].subject) not in back),
        )


def compare_subjects(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Delta:
    """What differs between two states, each as digests by subject."""
    changed = frozenset(subject for subject, digest in after.items() if before.get(subject) != digest)
    return Delta(changed=changed, gone=frozenset(before.keys() - after.keys()))


class Checker:
    """Screens the members of a population, and compares what it finds with what was found before.

    Without `delta` every member is asked of the whole index. `held` are the decisions on hits: what they leave out is found
    and not told, until they no longer do.
    """

    def __init__(
        self, index: Index, *, threshold: float, delta: Delta | None, known: Iterable[KeptFinding], held: Held | None = None
    ) -> None:
        is_large = delta is not None and len(delta.changed) > MOST_CHANGED * len(index)
        self.delta = None if is_large else delta
        self._index, self._threshold, self._held = index, threshold, held
        self._known: dict[int, dict[str, KeptFinding]] = {}
        for finding in known:
            self._known.setdefault(finding.member, {})[finding.found.subject] = finding
        self.members = self.unscreenable = self.warned = self.fresh = 0
        self.references: list[str] = []
        self.faults: list[tuple[Member, str]] = []
        self._new: list[tuple[Member, Found]] = []
        self._changed: list[tuple[KeptFinding, Found]] = []
        self._gone: list[KeptFinding] = []
        self._returned: list[tuple[Member, Found]] = []
        self._anew: list[tuple[Member, Found]] = []
        self._left_out: dict[tuple[int, str], int] = {}

    def check(self, members: Iterable[Member]) -> Differences:
        """Screen all members. Afterwards the counts, `references` and new `faults` are those of this population."""
        source = iter(members)
        with self._open_changed() as affected:
            while block := [self._look_at(member) for member in islice(source, BLOCK)]:
                self._count(block)
                whole = [m for m in block if self.delta is None or m.fresh]
                self._screen(whole, self._index, whole=True)
                self._screen([m for m in block if self.delta is not None and not m.fresh], affected, whole=False)
        return Differences(
            new=tuple(self._new), changed=tuple(self._changed), gone=tuple(self._gone), returned=tuple(self._returned),
            asked_anew=tuple(self._anew), left_out=self._left_out,
        )

    def find_references(self, found: Differences) -> frozenset[str]:
        """The references of the members of whom there are findings in force after what was found."""
        gone = {finding.id for finding in found.gone}
        kept = (f.reference for some in self._known.values() for f in some.values() if f.id not in gone)
        return frozenset((*kept, *(member.reference for member, _ in found.new)))

    def _look_at(self, member: Member) -> Member:
        """The member, without its query where that can no longer be asked (by another version of Tocsin than took it)."""
        if member.query is None:
            return member
        try:
            check_query(member.query)
        except BadInput as error:
            self.faults.append((member, str(error)))
            return msgspec.structs.replace(member, query=None, fault=str(error))
        return member

    def _count(self, block: Sequence[Member]) -> None:
        self.members += len(block)
        self.unscreenable += sum(m.query is None or m.fault is not None for m in block)
        self.warned += sum(bool(m.warnings) for m in block)
        self.fresh += sum(m.fresh for m in block)
        self.references += (m.reference for m in block)

    @contextmanager
    def _open_changed(self) -> Iterator[Index | None]:
        """An index of the changed subjects; `None` when there are none to ask."""
        if self.delta is None or not self.delta.changed:
            yield None
            return
        with TemporaryDirectory(prefix="tocsin-", ignore_cleanup_errors=True) as folder:
            entities = (e for s in sorted(self.delta.changed) for e in self._index.find_entities(s) if e.id == s)
            build_index(entities, Path(folder), register=self._index.register)
            yield open_index(Path(folder), engine=self._index.engine)

    def _screen(self, members: Sequence[Member], index: Index | None, *, whole: bool) -> None:
        asked = [(m, m.query) for m in members if m.query is not None] if index is not None else []
        hits: dict[int, tuple[Hit, ...]] = {}
        if index is not None and asked:
            every = max(1, len(index))
            found = index.find_many([query for _, query in asked], threshold=self._threshold, limit=every)
            hits = {member.id: its for (member, _), its in zip(asked, found, strict=True)}
        for member in members:
            self._compare(member, hits.get(member.id, ()), whole=whole)

    def _compare(self, member: Member, hits: Sequence[Hit], *, whole: bool) -> None:
        """What the hits of a member change; findings of subjects that were not asked about stay."""
        known = self._known.get(member.id, {})
        met = {hit.subject: make_found(hit) for hit in hits}
        for subject, found in met.items():
            if subject not in known:
                self._new.append((member, found))
            elif known[subject].digest != digest_found(found):
                self._changed.append((known[subject], found))
        for subject, finding in known.items():
            if subject not in met and (whole or self._is_affected(subject)):
                self._gone.append(finding)
            else:
                met.setdefault(subject, finding.found)
        self._judge(member, met)

    def _judge(self, member: Member, found: Mapping[str, Found]) -> None:
        """Which of a member's findings in force decisions leave out, and which of those that they left out they no longer
        do."""
        known = self._known.get(member.id, {})
        decisions = find_left_out(member, tuple(found.values()), self._held, self._index.find_entities)
        for subject, its in found.items():
            if subject in decisions:
                self._left_out[member.id, subject] = decisions[subject]
            elif subject in known and known[subject].left_out:
                self._returned.append((member, its))
            elif subject in known and member.fresh:
                self._anew.append((member, its))

    def _is_affected(self, subject: str) -> bool:
        return self.delta is None or subject in self.delta.changed or subject in self.delta.gone


def find_left_out(
    member: Member, found: Sequence[Found], held: Held | None, find_entities: FindEntities
) -> dict[str, int]:
    """Which of a member's findings a false match in force leaves out: subjects, each with the number of the decision."""
    if held is None or member.query is None:
        return {}
    decisions = held.decisions.get(make_identity(member.query, member.reference, key=held.key), ())
    if not decisions:
        return {}
    asked, left_out = digest_query(member.query, key=held.key), {}
    for one in found:
        entity = next((e for e in find_entities(one.subject) if e.id == one.subject), None)
        rulings = find_rulings(one, entity, asked, decisions, now=held.now) if entity else []
        if rulings and rulings[0].suppresses:
            left_out[one.subject] = rulings[0].decision
    return left_out


def make_found(hit: Hit) -> Found:
    """Of a hit what is kept and told: nothing of what was asked. Reasons that speak neither for nor against are left out."""
    return Found(
        subject=hit.subject, caption=hit.caption, score=hit.score, names=hit.names,
        listings=tuple(
            FoundListing(
                list_key=x.list_key, authority=x.authority, ref=x.ref, listed_on=x.listed_on, programmes=x.programmes
            )
            for x in hit.listings
        ),
        reasons=tuple(
            FoundReason(code=r.code, effect=r.effect, points=round(r.points, 6))
            for r in hit.reasons if r.effect != "neutral"
        ),
    )
