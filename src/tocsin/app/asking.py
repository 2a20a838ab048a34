"""What is asked of a register: match, who, gaps, show, history, export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from tocsin.errors import BadInput, NotFound
from tocsin.model import Basis, Entity, Hit, Kind, Query
from tocsin.model.hit_decision import Judged, Ruling
from tocsin.model.receipt import Receipt
from tocsin.settings import check_limit
from tocsin.store.audit import AuditLine
from tocsin.version import CODE_VERSION

if TYPE_CHECKING:
    from tocsin.exchange.export import ExportFormat
    from tocsin.match import Index
    from tocsin.model.kept import KeptQuestion
    from tocsin.registry.derived import Rules
    from tocsin.registry.gap_values import Gaps, Question
    from tocsin.registry.past import Past
    from tocsin.registry.show import SubjectView
    from tocsin.registry.update import Progress
    from tocsin.registry.who import WhoLists, WhoRow
    from tocsin.screen.hit_decisions import Held
    from tocsin.store.history import Change, Snapshot

from tocsin.app.deciding import Deciding
from tocsin.app.receipts import Issuing
from tocsin.app.register import end_of_day, now_utc, tell_nobody, traced

NEAR = 0.30  # how far under the threshold a subject is still told as near


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hits, best first, and what they rest on. `near` are subjects a little under the threshold, only where asked for;
    `suppressed` hits that a person's decision leaves out, `decided` what was decided on those that remain. `receipt` is
    that of the question, or of all questions that were asked together."""

    basis: Basis
    hits: tuple[Hit, ...]
    near: tuple[Hit, ...] = ()
    suppressed: tuple[Ruling, ...] = ()
    decided: tuple[Ruling, ...] = ()
    receipt: Receipt | None = None


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to each of several queries, in their order, or why it was not asked; and the one receipt of all."""

    answers: tuple[Answer | BadInput, ...]
    receipt: Receipt


class WhoAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Who lists the subjects of a name, best first; the receipt has those that are listed."""

    subjects: tuple[WhoLists, ...]
    receipt: Receipt


class Asking(Issuing, Deciding):
    """The questions."""

    @traced("match")
    def match(
        self, query: Query, *, threshold: float | None = None, limit: int | None = None, changes: bool = False,
        near: int = 0, reference: str | None = None, decisions: bool | Held = True,
    ) -> Answer:
        """Who on the lists in force this may be. Writes one audit line, without what was asked.

        With `changes` each hit says what would make it none. With `near`, so many subjects that score less than the
        threshold, but not by more than `NEAR`, are told too. `reference` is the caller's own for whom is asked about, by
        which decisions are found; without it they are found by all that is asked. `decisions` off applies none; who asks
        many at once gives those of all (`find_held`).

        `BadInput` when there is nothing to look for. `StoreFailed` when the audit cannot be written: then there is no
        answer.
        """
        from tocsin.screen.receipts import make_found

        index = self.index()
        basis, most = self._make_basis(index, threshold), self._find_most(limit)
        if reference is not None:
            from tocsin.screen.hit_decisions import check_reference

            check_reference(reference)
        held = (self.find_held([(query, reference)]) if decisions else None) if isinstance(decisions, bool) else decisions
        reach = most + (held.most if held else 0)  # what is left out takes nobody's place
        every = index.find_hits(query, threshold=basis.threshold, limit=reach)
        judged = _judge(index, query, every, held, reference=reference).cut(most)
        hits, under = judged.hits, judged.hits[:0]
        if near:
            floor, known = max(0.0, basis.threshold - NEAR), {h.subject for h in every}
            more = index.find_hits(query, threshold=floor, limit=reach + near) if len(hits) < most else ()
            under = tuple(h for h in more if h.subject not in known)[:near]
        if changes:
            hits = index.add_changes(query, hits, threshold=basis.threshold)
            under = index.add_changes(query, under, threshold=basis.threshold)
        left_out = {"suppressed": len(judged.suppressed)} if judged.suppressed else {}
        draft = self.draft_receipt("match", basis, limit=most, held=held)
        draft.ask(query, reference)
        draft.answer(make_found(1, hits, judged.suppressed))
        receipt = draft.issue(self._record_as("match"), {
            **msgspec.structs.asdict(basis), "names": len(query.names), "limit": most, "hits": len(hits), **left_out,
        })
        return Answer(
            basis=basis, hits=hits, near=under, suppressed=judged.suppressed, decided=judged.decided, receipt=receipt
        )

    @traced("match")
    def match_many(
        self, queries: Sequence[Query], *, references: Sequence[str | None] = (), threshold: float | None = None,
        limit: int | None = None, changes: bool = False, decisions: bool = True,
    ) -> Answers:
        """As `match` for several subjects, found together, with one audit line and one receipt for all: an answer each,
        or why it was not asked. `references` are those of the queries, in their order."""
        from tocsin.match import check_query
        from tocsin.screen.receipts import make_found

        index = self.index()
        basis, most = self._make_basis(index, threshold), self._find_most(limit)
        names = tuple(references) or (None,) * len(queries)
        faults: dict[int, BadInput] = {}
        for number, query in enumerate(queries):
            try:
                check_query(query)
            except BadInput as error:
                faults[number] = error
        good = [number for number in range(len(queries)) if number not in faults]
        asked = [(queries[number], names[number]) for number in good]
        held = self.find_held(asked) if decisions and good else None
        draft = self.draft_receipt("match", basis, limit=most, held=held)
        answers: dict[int, Answer] = {}
        for number, judged in zip(good, judge_many(index, asked, held, threshold=basis.threshold, limit=most), strict=True):
            draft.ask(queries[number], names[number])
            draft.answer(make_found(len(answers) + 1, judged.hits, judged.suppressed))
            hits = judged.hits
            if changes:
                hits = index.add_changes(queries[number], hits, threshold=basis.threshold)
            answers[number] = Answer(basis=basis, hits=hits, suppressed=judged.suppressed, decided=judged.decided)
        left_out = sum(len(a.suppressed) for a in answers.values())
        receipt = draft.issue(self._record_as("match"), {
            **msgspec.structs.asdict(basis), "queries": len(asked), "names": sum(len(q.names) for q, _ in asked),
            "limit": most, "hits": sum(len(a.hits) for a in answers.values()),
            **({"suppressed": left_out} if left_out else {}),
        })
        return Answers(
            answers=tuple(faults.get(number) or answers[number] for number in range(len(queries))), receipt=receipt
        )

    def who(self, name: str, *, threshold: float | None = None, limit: int | None = None) -> tuple[WhoLists, ...]:
        """Who lists the subjects that `name` may mean, and who does not; best first. Writes one audit line."""
        return self.ask_who(name, threshold=threshold, limit=limit).subjects

    def ask_who(self, name: str, *, threshold: float | None = None, limit: int | None = None) -> WhoAnswer:
        """As `who`, with the receipt."""
        from tocsin.registry.who import who_lists
        from tocsin.screen.receipts import make_found

        index = self.index()
        basis, most = self._make_basis(index, threshold), self._find_most(limit)
        listed = found = who_lists(name, index, threshold=basis.threshold, limit=most, rules=self._find_rules())
        if self._valid_at is None and self.settings.past is None:
            found += self._find_former(name, found, threshold=basis.threshold, limit=most)
        draft = self.draft_receipt("who", basis, limit=most)
        draft.ask(Query(names=(name,)))
        draft.answer(make_found(1, listed))
        receipt = draft.issue(self._record_as("who"), {
            **msgspec.structs.asdict(basis), "limit": most, "hits": len(found),
        })
        return WhoAnswer(subjects=found, receipt=receipt)

    def _find_former(
        self, name: str, found: tuple[WhoLists, ...], *, threshold: float, limit: int
    ) -> tuple[WhoLists, ...]:
        """Those that were listed under the name and no longer are, beside what was found."""
        from tocsin.registry.who import tell_former, who_lists

        try:
            index = self.former().index()
        except NotFound:  # nothing was ever updated
            return ()
        former = who_lists(name, index, threshold=threshold, limit=limit, rules=self._find_rules())
        known = {subject.subject for subject in found}
        return tuple(tell_former(subject) for subject in former if subject.subject not in known)

    def gaps(self, question: Question, *, progress: Progress | None = None) -> Gaps:
        """Which subjects some authorities list and others do not, with dates, lags, and a matrix of all authorities. Writes
        one audit line.

        `BadInput` for an authority of which no list is in force.
        """
        from tocsin.registry.gap_values import Gaps
        from tocsin.registry.gaps import find_gaps
        from tocsin.registry.positions import Past
        from tocsin.store.database import open_reader
        from tocsin.store.ended import load_ended
        from tocsin.store.history import find_states

        index = self.index()
        basis = self._make_basis(index, question.threshold)
        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=self._valid_at, known_at=self._known_at)
            ended = tuple(
                Past(listing=e.listing, until=e.until.date())
                for e in load_ended(connection, valid_at=self._valid_at, known_at=self._known_at)
            )
        dates = {key: f"{state.published_at or state.recorded_at:%Y-%m-%d}" for key, state in states.items()}
        found = find_gaps(
            question, index, rules=self._find_rules(), ended=ended, states=dates, progress=progress or tell_nobody
        )
        self._record("gaps", basis, {
            "listed_by": question.listed_by, "not_by": question.not_by, "regime": question.regime,
            "subjects": len(found.subjects), "aliases": len(found.aliases),
        })
        return Gaps(
            basis=basis, question=question, as_of=(self._valid_at or now_utc()).date(), authorities=index.authorities,
            known_on=self._known_at.date() if self._known_at else None,
            **{name: getattr(found, name) for name in found.__struct_fields__},
        )

    def make_basis(self, threshold: float | None = None) -> Basis:
        """What an answer given now rests on."""
        return self._make_basis(self.index(), threshold)

    def open_basis(self, threshold: float | None = None) -> tuple[Basis, Index]:
        """What an answer rests on, and the index that gives it: asked one by one they may be of two states."""
        index = self.index()
        return self._make_basis(index, threshold), index

    def _find_most(self, limit: int | None) -> int:
        most = self.settings.limit if limit is None else limit
        check_limit(most, then="Nothing was looked for.")
        return most

    def _make_basis(self, index: Index, threshold: float | None) -> Basis:
        least = self.settings.threshold if threshold is None else threshold
        if not 0 <= least <= 1:
            raise BadInput("The threshold: expected a number from 0 to 1. Nothing was looked for.")
        return Basis(
            register=index.register, code=CODE_VERSION, name_data=index.name_data, engine=index.engine, threshold=least
        )

    def record_screening(self, details: Mapping[str, Any], kept: Sequence[KeptQuestion] = ()) -> AuditLine:
        """Write the audit line of a batch: counts, digests and settings, never a person's data; before it what is `kept` of
        the last of its questions."""
        return self.record("screen", details, kept=kept)

    def export(
        self, out: str, *, format: ExportFormat, lists: Sequence[str] = (), authorities: Sequence[str] = (),
        kinds: Sequence[Kind] = (), refs: Sequence[str] = (),
    ) -> dict[str, int]:
        """Write the listings in force, or those chosen, to the file `out` ("-": standard output). Gives how many `listings`
        and `lines` that were. Writes one audit line.

        `NotFound` when nothing in force is meant; `BadInput` and `StoreFailed` for a file that cannot be written.
        """
        from tocsin.exchange.export import export
        from tocsin.exchange.selection import Selection, choose

        selection = Selection(lists=tuple(lists), authorities=tuple(authorities), kinds=tuple(kinds), refs=tuple(refs))
        index = self.index()
        chosen = choose(index, selection)
        told = {"register": index.register, "format": format, "listings": len(chosen)}
        lines = export(
            chosen, out, format=format,
            record=lambda count: self.record("export", {**told, "lines": count}),
        )
        return {"listings": len(chosen), "lines": lines}

    def show(self, ref: str) -> tuple[SubjectView, ...]:
        """The subjects of that id or reference, each value with the place that it was read from.

        `NotFound`, with the nearest reference, when nothing in force has it.
        """
        from tocsin.registry.show import ListedState, show_subject
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_states

        with open_reader(self.settings.database) as connection:
            states = find_states(connection, valid_at=self._valid_at, known_at=self._known_at)
        index = self.index()
        if not index.find_entities(ref) and self.settings.past is None:
            former = self.former()
            index = former.index() if former._find_index_name() and former.index().find_entities(ref) else index
        return show_subject(ref, index, {
            key: ListedState(
                list_key=key, digest=s.digest, published_at=s.published_at, recorded_at=s.recorded_at, origin=s.origin
            )
            for key, s in states.items()
        })

    def find_rows(self, entity: Entity) -> tuple[WhoRow, ...]:
        """Who lists a subject that was shown, since when, and who does not: the rows of `who`, without a search by name."""
        from tocsin.registry.who import make_rows

        return make_rows(entity, self.index().authorities, self._find_rules())

    def changes(self, list_key: str, *, snapshot: str | None = None) -> tuple[Change, ...]:
        """What a state of a list added, removed and changed: its last one, or that whose digest starts as given.

        `NotFound` when no state of the list, or none of that digest, was taken.
        """
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_changes, find_snapshots

        self._get_source(list_key)
        with open_reader(self.settings.database) as connection:
            taken = [s for s in find_snapshots(connection, list_key) if s.digest.startswith(snapshot or "")]
            if not taken:
                raise NotFound(f"List {list_key}: no such state was taken; `tocsin lists` shows what is in force.")
            return find_changes(connection, taken[-1].id)

    def history(self, ref: str, *, known_on: dt.date | None = None) -> tuple[Past, ...]:
        """What every list that was taken ever said under a reference, as known now or at the end of a day.

        `NotFound` when no state has it.
        """
        from tocsin.registry.past import find_past
        from tocsin.store.database import open_reader

        with open_reader(self.settings.database) as connection:
            return find_past(connection, ref, known_at=end_of_day(known_on))

    def difference(
        self, list_key: str, *, since: dt.date | None = None, until: dt.date | None = None, known_on: dt.date | None = None
    ) -> tuple[Change, ...]:
        """What differs in a list between the ends of two days; without them, what its last state changed.

        `NotFound` when no state of the list was taken by `since`.
        """
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_difference, find_state

        if since is None and until is None:
            return self.changes(list_key)
        self._get_source(list_key)
        last = end_of_day(until) or now_utc()
        with open_reader(self.settings.database) as connection:
            first = find_state(connection, list_key)
            start = end_of_day(since)
            if start is None:
                state = find_state(connection, list_key, valid_at=last)
                start = state.valid_from - dt.timedelta(microseconds=1) if state else last
            elif first is None or find_state(connection, list_key, valid_at=start) is None:
                raise NotFound(
                    f"List {list_key}: no state of {since} or before was taken; `tocsin states {list_key}` shows all."
                )
            return find_difference(
                connection, list_key, valid_from=start, valid_to=last, known_at=end_of_day(known_on)
            )

    def states(self, list_key: str) -> tuple[Snapshot, ...]:
        """All states of a list that were taken, in the order of the publisher's clock."""
        from tocsin.store.database import open_reader
        from tocsin.store.history import find_snapshots

        self._get_source(list_key)
        with open_reader(self.settings.database) as connection:
            return find_snapshots(connection, list_key)

    def _find_rules(self) -> Rules:
        """Which listings follow from others, by the states of India's and the State Department's lists."""
        from tocsin.registry.derived import make_rules
        from tocsin.store.counts import find_counts

        return make_rules(*(
            find_counts(self.settings.database, key, valid_at=self._valid_at, known_at=self._known_at)
            for key in ("in_uapa", "us_fto")
        ))


def judge_many(
    index: Index, asked: Sequence[tuple[Query, str | None]], held: Held | None, *, threshold: float, limit: int
) -> Iterator[Judged]:
    """What decisions leave of the hits of several queries, each with its reference; found together."""
    most = limit + (held.most if held else 0)
    every = index.find_many([query for query, _ in asked], threshold=threshold, limit=most)
    for (query, reference), hits in zip(asked, every, strict=True):
        yield _judge(index, query, hits, held, reference=reference).cut(limit)


def _judge(index: Index, query: Query, hits: tuple[Hit, ...], held: Held | None, *, reference: str | None) -> Judged:
    """The hits as persons' decisions leave them."""
    if held is None:
        return Judged(hits=hits)
    from tocsin.screen.hit_decisions import apply_decisions

    return apply_decisions(query, hits, held, reference=reference, find_entities=index.find_entities)
