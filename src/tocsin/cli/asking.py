"""Commands that ask the register: match, compare, who, show."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from tocsin.cli.details import NO_DETAILS, AskedKind, Details
from tocsin.cli.opening import (
    AsOf,
    EngineName,
    Home,
    Json,
    KnownOn,
    Limit,
    NoDecisions,
    ReceiptFile,
    Reference,
    Threshold,
    open_app,
    open_console,
    read_threshold,
    write_json,
    write_receipt,
)

if TYPE_CHECKING:
    from tocsin.model import Basis, Comparison, Hit, ListingCard, Reason
    from tocsin.model.hit_decision import Ruling
    from tocsin.registry.show import SubjectView
    from tocsin.registry.who import WhoLists

Explain = Annotated[bool, Parameter(negative="", help="Show points, all that makes the sum, and what was near.")]
NEAR_SHOWN = 3  # subjects under the threshold that --explain shows
SIGNS = {"for": "+", "against": "-", "neutral": "·"}


def match(
    name: str | None = None,
    /,
    *,
    details: Details = NO_DETAILS,
    threshold: Threshold = None,
    limit: Limit = None,
    explain: Explain = False,
    ref: Reference = None,
    no_decisions: NoDecisions = False,
    engine: EngineName = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    receipt: ReceiptFile = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Ask whether NAME is on a list in force: hits, best first, with reasons.

    Example: tocsin match "Zakiur Rehman Lakhvi" --born 1960 --country pk

    Exits with 3 when there are hits, 0 when there are none.
    """
    import msgspec

    from tocsin.library import find_cleaned

    query = details.make_query(name)
    app = open_app(home, engine=engine, as_of=as_of, known_on=known_on)
    answer = app.match(
        query, threshold=threshold, limit=limit, changes=True, near=NEAR_SHOWN if explain else 0, reference=ref,
        decisions=not no_decisions,
    )
    if receipt is not None and answer.receipt is not None:
        write_receipt(receipt, answer.receipt, "No answer was given.")
    if json:
        cleaned = find_cleaned(
            query, born=details.born, country=details.country, kind=details.kind, gender=details.gender
        )
        told = msgspec.to_builtins(msgspec.structs.replace(answer, receipt=None))
        write_json({**told, "cleaned": cleaned} if cleaned else told)
    else:
        told = "\n\n".join(_describe_hit(hit, answer.decided, explain=explain) for hit in answer.hits)
        print(told or "No hit. A clear result is not a clearance.")
        if answer.near:
            print("\nNear, and no hit:\n")
            print("\n\n".join(_describe_hit(hit, explain=explain) for hit in answer.near))
        for ruling in answer.suppressed:
            print(f"Left out: {ruling.caption} [{ruling.subject}], {ruling.score:.2f}. {ruling.text}", file=sys.stderr)
        print(_describe_basis(len(answer.hits), answer.basis), file=sys.stderr)
    return 3 if answer.hits else 0


def _describe_hit(hit: Hit, decided: tuple[Ruling, ...] = (), *, explain: bool) -> str:
    head = f"{hit.score:.2f}  {hit.caption}  [{hit.kind}, {hit.subject}]"
    listings = [f"      {_describe_listing(card)}" for card in hit.listings]
    names = [f"      met as: {', '.join(hit.names)}"] if hit.names else []
    reasons = [f"      {line}" for line in (*_describe_reasons(hit.reasons, explain=explain), *_describe_changes(hit))]
    rulings = [f"      ! {ruling.text}" for ruling in decided if ruling.subject == hit.subject]
    return "\n".join([head, *listings, *names, *rulings, *reasons])


def _describe_listing(card: ListingCard) -> str:
    since = f" since {card.listed_on}" if card.listed_on else ""
    programmes = f" ({', '.join(card.programmes)})" if card.programmes else ""
    return f"{card.authority} lists it as {card.ref}{since}{programmes}"


def _describe_reasons(reasons: tuple[Reason, ...], *, explain: bool) -> list[str]:
    """One line a reason; with `explain` its points, those of the rules of the sum too, and the sum."""
    if not explain:
        return [f"{SIGNS.get(r.effect, '·')} {r.text}" for r in reasons if r.effect != "rule"]
    lines = [f"{r.points:+7.2f}  {r.text}" for r in reasons]
    return [*lines, f"{sum(r.points for r in reasons):+7.2f}  log-odds in all"]


def _describe_changes(found: Hit | Comparison) -> list[str]:
    """What would change the outcome, under the reasons."""
    return [f"? {change.text}" for change in (*((found.margin,) if found.margin else ()), *found.changes)]


def _describe_basis(hits: int, basis: Basis) -> str:
    word = "hit" if hits == 1 else "hits"
    return (
        f"{hits} {word} at {basis.threshold:.2f} or more. Register {basis.register}, engine {basis.engine}, "
        f"names {basis.name_data}, tocsin {basis.code}. A person decides."
    )


def compare(
    name1: str | None = None,
    name2: str | None = None,
    /,
    *,
    kind: Annotated[AskedKind | None, Parameter(help="Read both as names of this kind of subject.")] = None,
    pairs: Annotated[Path | None, Parameter(help="CSV file with columns name1, name2, schema.")] = None,
    out: Annotated[Path | None, Parameter(help="CSV file to write, with a column score added.")] = None,
    threshold: Threshold = None,
    explain: Explain = False,
    engine: EngineName = None,
    json: Json = False,
) -> int:
    """Compare two names with the scorer that screens, or every pair of a file.

    Example: tocsin compare "Salman bin Muhammad" "Muhammad bin Salman" --kind person
             tocsin compare --pairs pairs.csv --out scored.csv
    """
    from tocsin.errors import BadInput

    if pairs is not None:
        if out is None or name1 is not None:
            raise BadInput("With --pairs FILE, say --out FILE and no names. Nothing was compared.")
        return _compare_file(pairs, out, engine)
    if name1 is None or name2 is None:
        raise BadInput("Expected two names, or --pairs FILE --out FILE. Nothing was compared.")
    from tocsin.match import compare_names, load_engine

    least = read_threshold(threshold)
    comparison = compare_names(
        name1, name2, kind=kind, engine=load_engine(engine) if engine else None, threshold=least
    )
    if json:
        write_json(comparison)
    else:
        reasons = _describe_reasons(comparison.reasons, explain=explain)
        print("\n".join([f"{comparison.score:.4f}", *reasons, *_describe_changes(comparison)]))
    return 0


def _compare_file(pairs: Path, out: Path, engine: str | None) -> int:
    from tocsin.screen.pairs import compare_pairs

    done = compare_pairs(str(pairs), out, engine=engine)
    said = f"{done.pairs - done.failed:,} of {done.pairs:,} pairs compared; {done.failed:,} have an error."
    print(said, file=sys.stderr)
    return 1 if done.failed else 0


def who(
    name: str, /, *, threshold: Threshold = None, as_of: AsOf = None, known_on: KnownOn = None,
    receipt: ReceiptFile = None, json: Json = False, home: Home = None,
) -> int:
    """Say which authorities list the subject NAME, since when and on what ground, and which do not.

    Example: tocsin who "Hizbul Mujahideen"
    """
    answer = open_app(home, as_of=as_of, known_on=known_on).ask_who(name, threshold=threshold)
    found = answer.subjects
    if receipt is not None:
        write_receipt(receipt, answer.receipt, "No answer was given.")
    if json:
        write_json({"subjects": found})
    elif not found:
        print("No list in force has a subject of that name.", file=sys.stderr)
    else:
        for subject in found:
            _print_who(subject)
    return 0 if found else 1


def _print_who(subject: WhoLists) -> None:
    from rich.table import Table

    table = Table(title=f"{subject.caption} ({subject.kind}, score {subject.score:.2f})", title_justify="left")
    listings = [row for row in subject.rows if row.ref]
    differ = any(row.met for row in listings) and not all(row.met for row in listings)
    told = ("by the name asked",) if differ else ()
    for heading in ("authority", "listed", "reference", *told, "since", "programmes and ground"):
        table.add_column(heading, overflow="fold")
    for row in subject.rows:
        ground = "; ".join([*row.programmes, *row.grounds])
        since = str(row.since) if row.since else "not stated" if row.ref else ""
        if row.derived_from and not row.since:
            since = ""
        if row.since_from == "starter" and row.list_key != "starter":
            since += " (by the starter register; the list gives no date)"
        gone = f"delisted {row.delisted_on}" if row.delisted_on else "not listed"
        listed = row.note if row.derived_from and row.note else "yes" if row.listed else gone
        ref = f"from {row.derived_from}" if row.derived_from else row.ref or ""
        met = (row.met or ("no, by others" if row.ref else ""),) if differ else ()
        table.add_row(row.authority, listed, ref, *met, since, ground)
    open_console().print(table)


def show(ref: str, /, *, as_of: AsOf = None, known_on: KnownOn = None, json: Json = False, home: Home = None) -> int:
    """Show one subject by reference or id: all its listings, every value, and where each was read.

    Example: tocsin show QDi.264
    """
    found = open_app(home, as_of=as_of, known_on=known_on).show(ref)
    if json:
        write_json({"subjects": found})
    else:
        for subject in found:
            _print_subject(subject)
    return 0


def _print_subject(subject: SubjectView) -> None:
    print(f"{subject.entity.caption}  [{subject.entity.kind}, {subject.entity.id}]")
    for view in subject.listings:
        listing, state = view.listing, view.state
        head = f"\n{listing.authority} {listing.ref}, on list '{listing.list_key}'"
        if state is not None:
            head += f", state of {state.published_at or state.recorded_at:%Y-%m-%d}, digest {state.digest[:12]}"
        print(head)
        if listing.listed_on:
            print(f"  listed on {listing.listed_on}" + "".join(f", amended {d}" for d in listing.updated_on))
        for value in view.values:
            was = f"  (published as: {value.original})" if value.original else ""
            print(f"  {value.kind:<16} {value.text}  <{value.field}>{was}")
