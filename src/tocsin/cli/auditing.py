"""Commands of an examiner: audit, audit verify, asked, purge; and replay."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from tocsin.cli.details import NO_DETAILS, Details
from tocsin.cli.opening import Home, Json, Reference, open_app, write_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tocsin.model import Query
    from tocsin.model.receipt import Receipt, Replay
    from tocsin.screen.rows import Row
    from tocsin.store.audit import AuditLine

NOT_CONFIRMED = 4  # the exit code of a replay that does not confirm

audit = App(name="audit", help="Who asked or changed what: show it, check it, find and purge kept questions.")


@audit.default
def show(
    *,
    verify: Annotated[bool, Parameter(negative="", help="As `tocsin audit verify`.")] = False,
    last: Annotated[int | None, Parameter(help="Only so many, the newest first.")] = None,
    before: Annotated[int | None, Parameter(help="With --last: of the lines before this number.")] = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Show the audit: who asked or changed what and when; never a name that was asked. All lines, the oldest first.

    Example: tocsin audit --last 20
    """
    from tocsin.errors import BadInput

    if verify:
        return verify_(json=json, home=home)
    if last is None and before is not None:
        raise BadInput("Say --last N with --before. Nothing was done.")
    if last is not None and not 1 <= last < 2**31:
        raise BadInput("--last: expected 1 or more. Nothing was done.")
    app = open_app(home, make=False)
    for line in app.read_audit() if last is None else app.read_audit_page(before=before, limit=last):
        write_json(line) if json else print(_describe_line(line))
    return 0


@audit.command(name="verify")
def verify_(*, json: Json = False, home: Home = None) -> int:
    """Check the chain of digests from the first line. Exits with 1, naming the first bad line, when one was changed.

    Example: tocsin audit verify
    """
    count = open_app(home, make=False).verify_audit()
    write_json({"lines": count, "good": True}) if json else print(f"{count:,} lines, all good.")
    return 0


@audit.command
def asked(
    name: str | None = None,
    /,
    *,
    details: Details = NO_DETAILS,
    json: Json = False,
    home: Home = None,
) -> int:
    """Say when, and by whom, somebody was asked about: in kept questions that state all that is given here.

    Example: tocsin audit asked "Zaki Rehman"
    """
    app = open_app(home, make=False)
    found = app.find_asked(details.make_query(name))
    if json:
        write_json(found)
        return 0
    for one in found.questions:
        row = f", row {one.number}" if one.kind == "screen" else ""
        print(f"{one.asked_at:%Y-%m-%d %H:%M:%S} UTC  {one.asked_by}  {one.kind}{row}  receipt {one.receipt}")
    kept = f"Questions are kept for {app.settings.keep_queries_days} days ({app.settings.keep_queries})."
    if app.settings.keep_queries == "none":
        kept = "Nothing is kept of questions now (TOCSIN_KEEP_QUERIES is none)."
    other = f" {found.unreadable:,} were kept with another secret and cannot be searched." if found.unreadable else ""
    word = "question" if len(found.questions) == 1 else "questions"
    print(f"{len(found.questions):,} {word}. {kept}{other}", file=sys.stderr)
    return 0


@audit.command
def purge(
    *,
    all: Annotated[bool, Parameter(negative="", help="All of it, however old.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Forget what was kept of questions for longer than TOCSIN_KEEP_QUERIES_DAYS. The audit's lines stay.

    Example: tocsin audit purge
    """
    count = open_app(home, make=False).purge_questions(every=all)
    write_json({"questions": count}) if json else print(f"{count:,} questions were forgotten.", file=sys.stderr)
    return 0


def replay(
    receipt: Path,
    name: str | None = None,
    /,
    *,
    file: Annotated[Path | None, Parameter(help="The file that was screened, for the receipt of a file.")] = None,
    query_file: Annotated[Path | None, Parameter(help="What was asked, as `POST /match` takes it (JSON).")] = None,
    details: Details = NO_DETAILS,
    ref: Reference = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Ask again what RECEIPT is of, of the lists as they stood then, and confirm the answer or say what differs and why.

    Without a question it is taken from those that are kept in full. A question that is not the one asked is refused.

    Example: tocsin replay receipt.json "Zakiur Rehman Lakhvi" --born 1960 --country pk
             tocsin replay receipt.json --file customers.csv

    Exits with 0 when confirmed, 4 when not, 5 when the receipt was changed.
    """
    from tocsin.cli.keeping import show_progress
    from tocsin.errors import BadInput

    issued = _read_receipt(receipt)
    is_asked = bool(name or details.list_given())
    if sum((file is not None, query_file is not None, is_asked)) > 1:
        raise BadInput("Expected a question, or --file, or --query-file. Nothing was replayed.")
    app = open_app(home, make=False)
    questions: Sequence[tuple[Query, str | None]] | None = None
    if is_asked:
        questions = [(details.make_query(name), ref)]
    elif query_file is not None:
        questions = _read_questions(query_file)
    with show_progress() as progress:
        rows = (lambda: _read_rows(file, issued)) if file is not None else None
        found = app.replay(issued, asked=questions, rows=rows, progress=progress)
    write_json(found) if json else _print_replay(found)
    return 0 if found.verdict == "confirmed" else NOT_CONFIRMED


def _read_receipt(path: Path) -> Receipt:
    from tocsin.model.receipt import read_receipt

    return read_receipt(_read_bytes(path), path.name)


def _read_questions(path: Path) -> Sequence[tuple[Query, str | None]]:
    from tocsin.library import read_questions

    return read_questions(_read_bytes(path), path.name)


def _read_rows(path: Path, receipt: Receipt) -> Iterator[Row]:
    from tocsin.screen import read_rows
    from tocsin.screen.reading import make_options

    return read_rows(str(path), make_options(receipt.reading))


def _read_bytes(path: Path) -> bytes:
    from tocsin.errors import UnreadableFile

    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read ({error.strerror}). Nothing was replayed.") from error


def _print_replay(found: Replay) -> None:
    said = {
        "confirmed": "Confirmed: the same subjects with the same scores.", "differs": "NOT confirmed: the answer differs.",
        "not_reproducible": "NOT confirmed: the register's state of then cannot be made again.",
    }
    print(said[found.verdict])
    for remark in (*found.differences, *found.remarks):
        print(f"  {remark.text}")
    if not found.vouched:
        print("The audit here does not have this receipt: whether it was changed is not known.", file=sys.stderr)


def _describe_line(line: AuditLine) -> str:
    details = ", ".join(f"{key}={value}" for key, value in line.details.items())
    return f"{line.number}  {line.at}  {line.actor}  {line.action}  {details}"
