"""`tocsin demo`: the main job on embedded data, in words that a stranger understands. Needs no network."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tocsin.app import App
from tocsin.cli.opening import open_app, open_console
from tocsin.model import Hit
from tocsin.registry.who import WhoLists, WhoRow
from tocsin.screen import RowResult, read_rows, screen_rows

CUSTOMERS = "demo_customers.csv"
SUBJECTS = (
    "al-Qaida", "ISIL", "Lashkar-e-Tayyiba", "Jaish-e-Mohammed", "Hizbul Mujahideen", "Haqqani Network",
    "Tehrik-e Taliban Pakistan", "D-Company", "Dawood Ibrahim", "Hafiz Muhammad Saeed", "Zaki-ur-Rehman Lakhvi",
    "Masood Azhar", "Syed Salahuddin",
)
REASONS_SHOWN = 4


def run_demo(home: Path | None) -> int:
    """Screen the embedded customers against the starter register, then show who lists whom. Gives exit code 0."""
    console = open_console(markup=True)
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        app = open_app(home or Path(folder))
        _show_screening(console, app)
        _show_who(console, app)
    console.print(
        "\nThis was the starter register: a demonstration, not an official list. Next:\n"
        "  tocsin update                       bring in the UN and US lists\n"
        "  tocsin screen customers.csv         screen a file of your own\n"
        '  tocsin match "NAME"                 ask about one name\n'
        "  tocsin serve                        pages in a browser for colleagues, and an API for programs\n"
        "  tocsin --help                       everything else\n",
        highlight=False,
    )
    return 0


def _show_screening(console: Console, app: App) -> None:
    with as_file(files("tocsin.cli") / "data" / CUSTOMERS) as path:
        results, names = screen_customers(app, path)
    console.print(
        f"\n[bold]Fifteen invented customers, screened against {len(app.index())} designated subjects.[/bold] "
        "A score near 1 means that the\nname, and what else is known, fits. The reasons say why; a person decides.\n"
    )
    console.print(make_screening_table(results, names))
    console.print(_describe_rest(results))


def make_screening_table(results: Sequence[RowResult], names: Sequence[str], title: str | None = None) -> Table:
    """A line for each hit, and for each row that was not screened. `names` are those of all rows."""
    table = Table(title=title, title_justify="left", show_lines=True)
    for heading in ("customer", "score", "may be", "listed by", "because"):
        table.add_column(heading, overflow="fold")
    for result in results:
        for hit in result.hits:
            customer = f"{result.id}\n{names[result.row - 1]}"
            table.add_row(customer, f"{hit.score:.2f}", hit.caption, _listed_by(hit), _reasons(hit))
        if result.error:
            table.add_row(result.id or "", "", "", "", f"[bold]not screened:[/bold] {result.error.text}")
    return table


def screen_customers(app: App, path: Path) -> tuple[list[RowResult], list[str]]:
    """The results of all rows of a customer file, and the names that stand in them."""
    results = screen_rows(read_rows(str(path)), app.index(), threshold=app.settings.threshold, limit=2)
    return list(results), [" ".join(row.values.get("name", ())) for row in read_rows(str(path))]


def _listed_by(hit: Hit) -> str:
    return "\n".join(f"{x.authority} {x.ref}" for x in hit.listings)


def _reasons(hit: Hit) -> str:
    """The reasons that did most to the score, in their order."""
    told = [r for r in hit.reasons if r.effect != "rule"]
    most = sorted(told, key=lambda r: -abs(r.points))[:REASONS_SHOWN]
    return "\n".join(r.text for r in told if r in most)


def _describe_rest(results: Sequence[RowResult]) -> str:
    clear = [r.id or "" for r in results if not r.hits and not r.error]
    return (
        f"No hit: {', '.join(clear)}. C-009 has the same name as a designated person, but another date of birth;\n"
        "the others share a word or two. Innocent people with similar names are the other half of the work.\n"
    )


def _show_who(console: Console, app: App) -> None:
    console.print("[bold]Who lists whom.[/bold] One authority's list is not another's: that is what partners talk about.\n")
    console.print(make_who_table(app, SUBJECTS))


def make_who_table(app: App, subjects: Sequence[str], title: str | None = None) -> Table:
    """A line for each subject and a column for each authority: under which reference it is listed, since when, or not."""
    table = Table(title=title, title_justify="left")
    authorities = app.index().authorities
    for heading in ("subject", *authorities):
        table.add_column(heading, overflow="fold")
    for name in subjects:
        found = app.who(name, limit=1)
        if found:
            table.add_row(found[0].caption, *(_describe_position(found[0], a) for a in authorities))
    return table


def _describe_position(subject: WhoLists, authority: str) -> str:
    rows = [row for row in subject.rows if row.authority == authority]
    return "\n".join(_describe_row(row) for row in rows) if any(r.listed for r in rows) else "[dim]not listed[/dim]"


def _describe_row(row: WhoRow) -> str:
    named = row.ref or f"through {(row.derived_from or '').partition(':')[2]}"  # what follows from another list
    return f"{named}, since {row.since}" if row.since else named
