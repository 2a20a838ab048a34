"""Commands that bring lists of the user's own into the register, and take selections out of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from tocsin.cli.keeping import print_result, show_progress
from tocsin.cli.opening import Home, Json, open_app, read_day, write_json


def import_(
    file: Path,
    /,
    *,
    as_: Annotated[str, Parameter(name="--as", help="The list's key: a-z, 0-9 and _.")],
    map: Annotated[Path | None, Parameter(help="What the file's fields mean; kept from the last import when not given.")] = None,
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
        result = open_app(home, make=False).import_list(
            [file], as_, map_file=map, options=options, accept=accept, progress=progress,
            dated=read_day(dated, "--dated") if dated else None,
        )
    if json:
        write_json({"results": [result]})
    else:
        print_result(result)
    return 1 if result.outcome in ("refused", "failed") else 0
