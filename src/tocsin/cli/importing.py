"""Commands that bring lists of the user's own into the register, and take selections out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from tocsin.cli.keeping import check_monitored, print_result, show_progress
from tocsin.cli.opening import DASH, AsOf, Home, Json, KnownOn, open_app, read_day, write_json

ExportFormat = Literal["ftm", "csv", "parquet", "senzing"]
KindName = Literal["person", "organization", "vessel", "aircraft", "unknown"]


def import_(
    file: Path,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as", help="The list's key: a-z, 0-9 and _.")],
    map: Annotated[Path | None, Parameter(help="What the fields mean; that of the last import when not given.")] = None,
    title: Annotated[str | None, Parameter(help="The list's title, over the mapping's.")] = None,
    authority: Annotated[str | None, Parameter(help="Who makes the list's claim: CH, MY-BANK.")] = None,
    publisher: Annotated[str | None, Parameter(help="Who publishes the list.")] = None,
    law: Annotated[str | None, Parameter(help="On what law the list rests.")] = None,
    licence: Annotated[str | None, Parameter(help="On what terms the list may be used.")] = None,
    dated: Annotated[str | None, Parameter(help="Put an older state into the history: YYYY-MM-DD.")] = None,
    accept: Annotated[bool, Parameter(negative="", help="Take a state outside its bounds; this is recorded.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Take a list of your own from FILE: CSV, XLSX, JSON Lines, YAML (also a folder or tar of one YAML a record), with a
    mapping; or FollowTheMoney JSON and statements, OpenSanctions' deltas, Senzing JSON, without one.

    It is then a list like any other: shown, screened, and updated by importing a newer file.

    Example: tocsin import watchlist.csv --map watchlist.yaml --as my_watchlist
    """
    options = {"title": title, "authority": authority, "publisher": publisher, "law": law, "licence": licence}
    with show_progress() as progress:
        app = open_app(home, make=False)
        result = app.import_list(
            [file], as_, map_file=map, options=options, accept=accept, progress=progress,
            dated=read_day(dated, "--dated") if dated else None,
        )
    if not json:
        print_result(result)
    monitored = check_monitored(app, json=json)
    if json:
        write_json({"results": [result], **monitored})
    return 1 if "monitoring_error" in monitored or result.outcome in ("refused", "failed") else 0


def manifest(
    file: str,
    /,
    *,
    accept: Annotated[bool, Parameter(negative="", help="Take states outside their bounds; this is recorded.")] = False,
    json: Json = False,
    home: Home = None,
) -> int:
    """Take the datasets of a yente manifest (YAML or JSON, a path or an address): each is imported as a list under its name.

    Example: tocsin manifest manifest.yml
    """
    from tocsin.app.manifests import import_manifest

    with show_progress() as progress:
        results = import_manifest(open_app(home, make=False), file, accept=accept, progress=progress)
    if json:
        write_json({"results": results})
    else:
        for result in results:
            print_result(result)
    return 1 if any(result.outcome in ("refused", "failed") for result in results) else 0


def export(
    *refs: str,
    format: Annotated[ExportFormat, Parameter(help="ftm (FollowTheMoney JSON lines), csv, parquet or senzing.")],
    list_: Annotated[list[str] | None, Parameter(name="--list", help="Only this list; may be repeated.")] = None,
    authority: Annotated[list[str] | None, Parameter(help="Only this authority: UN, US; may be repeated.")] = None,
    kind: Annotated[list[KindName] | None, Parameter(help="Only subjects of this kind; may be repeated.")] = None,
    out: Annotated[str, Parameter(help='The file to write; "-" is stdout, for all but parquet.')] = "-",
    as_of: AsOf = None,
    known_on: KnownOn = None,
    json: Json = False,
    home: Home = None,
) -> int:
    """Write what is in force, or a selection of it, in a format that others read. REFS are references or subject ids.

    Example: tocsin export --format ftm --list un --kind person --out un_persons.ftm.json
    """
    from tocsin.errors import BadInput

    target = "-" if out == DASH else out
    if json and target == "-":
        raise BadInput("--json tells what was written: expected --out FILE with it. Nothing was written.")
    written = open_app(home, as_of=as_of, known_on=known_on).export(
        target, format=format, lists=list_ or (), authorities=authority or (), kinds=kind or (), refs=refs
    )
    if json:
        write_json({"out": target, "format": format, **written})
    else:
        print(f"{written['listings']:,} listings written in {written['lines']:,} lines.", file=sys.stderr)
    return 0
