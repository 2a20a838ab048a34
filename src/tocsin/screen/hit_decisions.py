"""Decisions on hits: who was asked about, which facts a decision rests on, and which hits it leaves out.

The facts are those that take part in a score. When one of them changes, on either side, the decision no longer suppresses
and the difference is told. Pure: decisions, hits and entities in, rulings out.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol

import msgspec

from tocsin.errors import BadInput
from tocsin.match import Index
from tocsin.match.places import countries_of
from tocsin.model import REFERENCES, Entity, Hit, Query
from tocsin.model.hit_decision import Difference, Facts, HitDecision, Judged, Ruling, RulingState
from tocsin.screen.batch import screen_rows
from tocsin.screen.results import RowResult
from tocsin.screen.rows import DateOrder, Row

FindEntities = Callable[[str], Sequence[Entity]]
MAX_REFERENCE = 200
FOLDED = frozenset({"names", "birth_places", "addresses", "emails"})  # case, spaces and forms of letters do not matter
WORDS = {  # how a field is called, of one value
    "names": "name", "births": "date of birth", "countries": "country", "identifiers": "number", "gender": "gender",
    "kind": "kind of subject", "birth_places": "place of birth", "addresses": "address", "emails": "e-mail address",
    "phones": "phone number", "websites": "website", "wallets": "wallet", "listings": "listing",
}
OUTCOME_WORDS = {
    "true_match": "a true match", "false_match": "a false match", "needs_information": "in need of information",
}


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """The decisions of a desk that were not withdrawn, by identity, its key, and the moment of reading. `last_decision` and
    `last_step` are the numbers of the last decision, and of the last confirmation or withdrawal, that were there then."""

    key: bytes
    decisions: dict[str, tuple[HitDecision, ...]]
    now: dt.datetime
    last_decision: int = 0
    last_step: int = 0

    @property
    def most(self) -> int:
        """How many hits of one query may be left out: so many more must be looked for."""
        return max((sum(d.outcome == "false_match" for d in some) for some in self.decisions.values()), default=0)


def hold(
    decisions: Iterable[HitDecision], *, key: bytes, now: dt.datetime, last_decision: int = 0, last_step: int = 0
) -> Held:
    """Decisions ready to be applied; those that were withdrawn are as if never made."""
    found: dict[str, list[HitDecision]] = {}
    for one in decisions:
        if one.withdrawn_at is None:
            found.setdefault(one.identity, []).append(one)
    return Held(
        key=key, decisions={identity: tuple(some) for identity, some in found.items()}, now=now,
        last_decision=last_decision, last_step=last_step,
    )


def make_identity(query: Query, reference: str | None, *, key: bytes) -> str:
    """Who is asked about: the caller's reference where there is one, else a digest of all that is asked. `BadInput` for a
    reference that is too long."""
    if reference is not None and (told := reference.strip()):
        check_reference(told)
        return f"ref:{told}"
    facts = digest_query(query, key=key)
    return f"facts:{_digest(key, json.dumps(sorted(facts.items())))}"


def check_reference(reference: str) -> None:
    """`BadInput` for a reference under which nothing can be decided."""
    if len(reference.strip()) > MAX_REFERENCE:
        raise BadInput(f"The reference: expected 1 to {MAX_REFERENCE} characters. Nothing was done.")


def digest_query(query: Query, *, key: bytes) -> Facts:
    """Keyed digests of what is asked, by field: equal for values that differ in case or spaces only."""
    values = {
        "names": query.names, "births": tuple(map(str, query.births)), "countries": query.countries,
        "identifiers": query.identifiers, "gender": (query.gender,) if query.gender else (),
        "kind": (query.kind,) if query.kind else (), "birth_places": query.birth_places, "addresses": query.addresses,
        "emails": query.emails, "phones": query.phones, "websites": query.websites, "wallets": query.wallets,
    }
    return {
        field: tuple(sorted({_digest(key, f"{field}\0{fold_value(field, text)}") for text in texts}))
        for field, texts in values.items() if texts
    }


def describe_candidate(entity: Entity, query: Query) -> Facts:
    """What of a subject takes part in scores, by field. Its addresses and places of birth only where the query states any,
    since otherwise they say nothing."""
    return _describe(entity, [field for field in ("birth_places", "addresses") if getattr(query, field)])


def _describe(entity: Entity, asked: Collection[str]) -> Facts:
    listings = entity.listings
    strong = {n.text for x in listings for n in x.names if n.quality != "weak"}
    values: dict[str, Iterable[str]] = {
        "names": (n.text if n.text in strong else f"{n.text} (weak)" for x in listings for n in x.names),
        "births": (str(b.span) for x in listings for b in x.births),
        "countries": countries_of(entity),
        "identifiers": (f"{i.kind}:{i.number}" for x in listings for i in x.identifiers if i.kind not in REFERENCES),
        "gender": (x.gender for x in listings if x.gender),
        "kind": (entity.kind,),
        "birth_places": (str(p) for x in listings for p in x.birth_places) if "birth_places" in asked else (),
        "addresses": (str(p) for x in listings for p in x.addresses) if "addresses" in asked else (),
        "listings": (f"{x.list_key}:{x.ref}" for x in listings),
    }
    found = {field: tuple(sorted(set(texts))) for field, texts in values.items()}
    return {field: texts for field, texts in found.items() if texts}


def apply_decisions(
    query: Query, hits: tuple[Hit, ...], held: Held, *, reference: str | None, find_entities: FindEntities
) -> Judged:
    """The hits that remain and those that a false match leaves out, each with what was decided.

    A decision holds for a subject that has its id, or had it, or has one of the listings that it was made on. Of several
    the one that was made last rules; one that waits for a confirmation rules nothing, and is told.
    """
    if not hits or len((reference or "").strip()) > MAX_REFERENCE:  # nothing can have been decided under that
        return Judged(hits=hits)
    decisions = held.decisions.get(make_identity(query, reference, key=held.key))
    if not decisions:
        return Judged(hits=hits)
    asked = digest_query(query, key=held.key)
    kept: list[Hit] = []
    suppressed: list[Ruling] = []
    decided: list[Ruling] = []
    for hit in hits:
        entity = next((e for e in find_entities(hit.subject) if e.id == hit.subject), None)
        rulings = find_rulings(hit, entity, asked, decisions, now=held.now) if entity else []
        if rulings and rulings[0].suppresses:
            suppressed.append(rulings[0])
        else:
            kept.append(hit)
            decided += rulings
    return Judged(hits=tuple(kept), suppressed=tuple(suppressed), decided=tuple(decided))


class Met(Protocol):
    """A subject that was met by a query: a hit, or what is kept of one."""

    @property
    def subject(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def score(self) -> float: ...


def find_rulings(
    hit: Met, entity: Entity, asked: Facts, decisions: Sequence[HitDecision], *, now: dt.datetime
) -> list[Ruling]:
    """What decisions on one identity say of a hit now: the ruling of the last one that rules, and of a proposal made after
    it. `asked` are the digests of what was asked."""
    listed = _describe(entity, asked)
    about = sorted((d for d in decisions if _is_about(d, entity, listed)), key=lambda d: (d.decided_at, d.number))
    ruling = next((d for d in reversed(about) if d.is_confirmed), None)
    last = about[-1] if about else None
    told = [ruling] if ruling else []
    if last is not None and last is not ruling and not last.is_expired(now):
        told.append(last)
    return [_make_ruling(d, hit, find_differences(d, asked, listed), now) for d in told]


def _is_about(decision: HitDecision, entity: Entity, listed: Facts) -> bool:
    if decision.subject == entity.id or decision.subject in entity.former:
        return True
    return not set(decision.listed.get("listings", ())).isdisjoint(listed.get("listings", ()))


def _make_ruling(decision: HitDecision, hit: Met, differences: tuple[Difference, ...], now: dt.datetime) -> Ruling:
    head = f"Decided on {decision.decided_at:%Y-%m-%d} by {decision.author}: {OUTCOME_WORDS[decision.outcome]}"
    state: RulingState
    if decision.is_expired(now):
        state, tail = "expired", f"That expired on {decision.expires_at:%Y-%m-%d}."
    elif not decision.is_confirmed:
        state, tail = "proposed", "It waits for another person to confirm it."
    elif differences:
        state, tail = "changed", "Since then facts have changed."
    else:
        state, tail = "in_force", ""
    told = " ".join(filter(None, (f"{head}.", tail, *(d.text for d in differences))))
    return Ruling(
        decision=decision.number, outcome=decision.outcome, state=state, subject=hit.subject,
        caption=hit.caption, score=hit.score, author=decision.author, ground=decision.ground,
        decided_at=decision.decided_at, expires_at=decision.expires_at, text=told, differences=differences,
    )


def find_differences(decision: HitDecision, asked: Facts, listed: Facts) -> tuple[Difference, ...]:
    """In what the facts of both sides are other than those that a decision rests on; nothing where they are the same."""
    query = (_compare_asked(f, decision.asked.get(f, ()), asked.get(f, ())) for f in WORDS)
    candidate = (_compare_listed(f, decision.listed, listed) for f in WORDS)
    return tuple(d for d in (*query, *candidate) if d is not None)


def _compare_asked(field: str, before: tuple[str, ...], after: tuple[str, ...]) -> Difference | None:
    if set(before) == set(after):
        return None
    word, article = WORDS[field], "an" if WORDS[field].startswith(("a", "e")) else "a"
    if not before:
        text = f"The query now states {article} {word}."
    elif not after:
        text = f"The query no longer states {article} {word}."
    elif set(before) < set(after):
        text = f"The query states a further {word}."
    elif set(after) < set(before):
        text = f"The query no longer states {article} {word} that it stated."
    else:
        text = f"The query's {word} is another."
    return Difference(side="query", field=field, text=text)


def _compare_listed(field: str, before: Facts, after: Facts) -> Difference | None:
    was, is_now = ({fold_value(field, t): t for t in facts.get(field, ())} for facts in (before, after))
    added = tuple(text for folded, text in is_now.items() if folded not in was)
    gone = tuple(text for folded, text in was.items() if folded not in is_now)
    if not added and not gone:
        return None
    word = WORDS[field]
    parts = [f"new {word}: {', '.join(added)}"] if added else []
    parts += [f"{word} that is gone: {', '.join(gone)}"] if gone else []
    return Difference(side="candidate", field=field, text=f"Of the candidate, {'; '.join(parts)}.", added=added, gone=gone)


def fold_value(field: str, text: str) -> str:
    """A value as compared: compatibility forms and spaces aside, of words the case too."""
    plain = unicodedata.normalize("NFKC", text)
    return " ".join(plain.casefold().split()) if field in FOLDED else "".join(plain.split())


def _digest(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]


def screen_held(
    rows: Iterable[Row], index: Index, held: Held | None, *, threshold: float, limit: int, dates: DateOrder | None = None
) -> Iterator[RowResult]:
    """As `batch.screen_rows`, with decisions applied where there are any; a row's `id` is its reference."""
    if held is None:
        return screen_rows(rows, index, threshold=threshold, limit=limit, dates=dates)

    def judge(query: Query, hits: tuple[Hit, ...], reference: str | None) -> Judged:
        return apply_decisions(query, hits, held, reference=reference, find_entities=index.find_entities)

    return screen_rows(rows, index, threshold=threshold, limit=limit, dates=dates, judge=judge, more=held.most)
