"""The command that compares authorities: gaps."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from tocsin.cli.details import AskedKind
from tocsin.cli.keeping import show_progress
from tocsin.cli.opening import AsOf, Home, Json, KnownOn, Threshold, open_app, open_console, write_json

if TYPE_CHECKING:
    from tocsin.model import PartialDate
    from tocsin.registry.gap_values import Gaps

AskedRegime = Literal["terrorism", "proliferation", "country", "crime", "other"]
SHOWN = 50  # rows of a table in the terminal; --json, --csv and --html have all
COLUMNS = (
    "row", "subject", "caption", "kind", "authority", "position", "list", "ref", "since", "since_from", "until",
    "programmes", "regimes", "derived_from", "days_after_first", "first", "name", "other", "score",
)


def gaps(
    *,
    listed_by: Annotated[str, Parameter(help="Authorities that list the subject: us,in. All of them, unless --any.")],
    not_by: Annotated[str, Parameter(help="Authorities that do not: un,eu. None of them.")] = "",
    any: Annotated[bool, Parameter(negative="", help="One of the first authorities is enough.")] = False,
    regime: Annotated[AskedRegime | None, Parameter(help="Only listings under programmes of this regime.")] = None,
    since: Annotated[str | None, Parameter(help="Only what one of the first listed on this day or later.")] = None,
    kind: Annotated[AskedKind | None, Parameter(help="Only subjects of this kind.")] = None,
    own: Annotated[bool, Parameter(negative="", help="Leave out coverage by reference to another list.")] = False,
    aliases: Annotated[bool, Parameter(negative="", help="Also names that one side has and the other not.")] = False,
    threshold: Threshold = None,
    as_of: AsOf = None,
    known_on: KnownOn = None,
    json: Json = False,
    csv: Annotated[bool, Parameter(negative="", help="Write CSV, one line a listing.")] = False,
    html: Annotated[Path | None, Parameter(help="Write a page with pictures to this file.")] = None,
    home: Home = None,
) -> int:
    """Say which subjects some authorities list and others do not: references, dates, lags, and a matrix of all authorities.

    Example: tocsin gaps --listed-by us,in --not-by un --regime terrorism --html gaps.html
    """
    from tocsin.errors import BadInput
    from tocsin.registry.gap_values import Question

    if json + csv + (html is not None) > 1:
        raise BadInput("Expected one of --json, --csv and --html. Nothing was looked for.")
    with show_progress() as progress:
        app = open_app(home, as_of=as_of, known_on=known_on)
        question = Question(
            listed_by=_read_authorities(listed_by), not_by=_read_authorities(not_by), any_of=any, regime=regime,
            since=_read_since(since), kind=kind, own=own, aliases=aliases,
            threshold=app.settings.threshold if threshold is None else threshold,
        )
        found = app.gaps(question, progress=progress)
    if json:
        write_json(found)
    elif csv:
        _write_csv(found)
    elif html is not None:
        _write_page(found, html)
    else:
        _print_gaps(found)
    if not json:
        _tell(found)
    return 0


def _read_authorities(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip().upper() for part in text.split(",") if part.strip()))


def _read_since(text: str | None) -> PartialDate | None:
    from tocsin.errors import BadInput
    from tocsin.model import PartialDate

    if text is None:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError:
        raise BadInput("--since: expected YYYY, YYYY-MM or YYYY-MM-DD. Nothing was looked for.") from None


def _tell(found: Gaps) -> None:
    """What a reader must know, on stderr."""
    doubtful = sum(bool(gap.alike) for gap in found.subjects)
    for note in found.notes:
        print(f"Note: {note}", file=sys.stderr)
    if doubtful:
        print(
            f"Note: {doubtful:,} of {len(found.subjects):,} subjects have a name alike on the other side that is not joined "
            "with them: look before you call it a gap.", file=sys.stderr,
        )
    basis = found.basis
    print(
        f"{len(found.subjects):,} subjects, as of {found.as_of}. Register {basis.register}, tocsin {basis.code}. "
        "A person decides.", file=sys.stderr,
    )


def _print_gaps(found: Gaps) -> None:
    from rich.table import Table

    from tocsin.registry.gap_words import tell_lag, tell_position, tell_question

    console = open_console()
    shown = [a for a in found.authorities if a in (*found.question.listed_by, *found.question.not_by) or _stands(found, a)]
    table = Table(title=tell_question(found.question), title_justify="left")
    for heading in ("subject", *shown, "lag", "names alike, not joined"):
        table.add_column(heading, overflow="fold")
    for gap in found.subjects[:SHOWN]:
        by = {p.authority: p for p in gap.positions}
        cells = []
        for authority in shown:
            refs = [s.ref for s in by[authority].stands if s.ref]
            cells.append("\n".join([tell_position(by[authority]), *refs]))
        lags = "\n".join(tell_lag(lag) for lag in gap.lags)
        alike = "\n".join(f"{x.authority} {x.ref} {x.caption} ({x.score:.2f})" for x in gap.alike)
        table.add_row(gap.caption, *cells, lags, alike)
    console.print(table)
    if len(found.subjects) > SHOWN:
        print(f"... and {len(found.subjects) - SHOWN:,} more: --json, --csv and --html have all.")
    if found.question.aliases:
        _print_aliases(found)
    _print_matrix(found)


def _stands(found: Gaps, authority: str) -> bool:
    return any(p.authority == authority and p.stands for gap in found.subjects for p in gap.positions)


def _print_aliases(found: Gaps) -> None:
    from rich.table import Table

    table = Table(title=f"Names that the other side has not (under {found.question.threshold:.2f})", title_justify="left")
    for heading in ("subject", "name", "on the list of", "not on that of", "nearest name there"):
        table.add_column(heading, overflow="fold")
    for x in found.aliases[:SHOWN]:
        near = f"{x.nearest} ({x.score:.2f})" if x.nearest else "none alike"
        weak = " (weak)" if x.quality == "weak" else ""
        other = f"{x.other} {', '.join(x.other_refs)}"
        table.add_row(x.caption, x.name + weak, f"{x.authority} {x.ref}", other, near)
    open_console().print(table)
    if len(found.aliases) > SHOWN:
        print(f"... and {len(found.aliases) - SHOWN:,} more: --json, --csv and --html have all.")


def _print_matrix(found: Gaps) -> None:
    from rich.table import Table

    print("Of the subjects that the row's authority lists itself, so many the column's lists too (+ covers by reference):")
    table = Table()
    table.add_column("listed by")
    for authority in found.authorities:
        table.add_column(authority, justify="right")
    for row in found.matrix:
        cells = (f"{c.listed:,}" + (f" +{c.derived:,}" if c.derived else "") for c in row.cells)
        table.add_row(row.authority, *cells)
    open_console().print(table)


def _write_csv(found: Gaps) -> None:
    import csv

    from tocsin.screen.writing import make_harmless

    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    for line in (*_iter_listing_lines(found), *_iter_alias_lines(found)):
        rows.writerow([make_harmless(line.get(column)) for column in COLUMNS])


def _iter_listing_lines(found: Gaps) -> Iterator[dict[str, Any]]:
    """One line for each listing of a subject, one for each authority without any, and one for each name alike."""
    for gap in found.subjects:
        lags = {lag.authority: lag for lag in gap.lags}
        head = {"subject": gap.subject, "caption": gap.caption, "kind": gap.kind}
        for position in gap.positions:
            base = {**head, "row": "listing", "authority": position.authority}
            lag = lags.get(position.authority)
            if lag is not None:
                exact = lag.least_days == lag.most_days
                base["days_after_first"] = str(lag.most_days) if exact else f"{lag.least_days} to {lag.most_days}"
                base["first"] = lag.after
            if not position.stands:
                yield base | {"position": position.status}
            for s in position.stands:
                yield base | {
                    "position": s.status, "list": s.list_key, "ref": s.ref, "since": _text(s.since),
                    "since_from": s.since_from, "until": _text(s.until),
                    "programmes": "; ".join(s.programmes), "regimes": "; ".join(s.regimes),
                    "derived_from": s.derived_from, "name": s.caption,
                }
        for x in gap.alike:
            yield {
                **head, "row": "alike", "authority": x.authority, "list": x.list_key, "ref": x.ref, "name": x.caption,
                "score": x.score,
            }


def _iter_alias_lines(found: Gaps) -> Iterator[dict[str, Any]]:
    for x in found.aliases:
        yield {
            "row": "alias", "subject": x.subject, "caption": x.caption, "kind": x.kind, "authority": x.authority,
            "list": x.list_key, "ref": x.ref, "name": x.name, "other": x.other, "score": x.score,
        }


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)


def _write_page(found: Gaps, path: Path) -> None:
    """The page, whole or not at all."""
    from tocsin.errors import StoreFailed
    from tocsin.registry.gap_report import write_report

    fresh = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        fresh.write_text(write_report(found), encoding="utf-8", newline="\n")
        fresh.replace(path)
    except OSError as error:
        raise StoreFailed(f"{path.name} cannot be written ({error.strerror}). Nothing is left of it.") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
    print(f"Written: {path}", file=sys.stderr)
