"""OFAC's two lists: Specially Designated Nationals (SDN), and the consolidated list of all that is not SDN.

Both come as one XML file or as a set of CSV files, in the same layouts, so what a file belongs to is told by its
programmes: the non-SDN list consists of a few that hardly stand on the other.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from functools import partial

from tocsin.errors import ListRefused
from tocsin.sources.base import Parsed, RawFile, Source
from tocsin.sources.ofac_csv import IGNORED as IGNORED_CSV
from tocsin.sources.ofac_csv import PRIMARY, decode_text, is_csv, parse_csv
from tocsin.sources.ofac_tables import NON_SDN
from tocsin.sources.ofac_xml import IGNORED as IGNORED_XML
from tocsin.sources.ofac_xml import parse_xml

SDN, NON_SDN_KEY = "us_ofac", "us_ofac_nonsdn"
TITLES = {SDN: "the SDN list", NON_SDN_KEY: "the consolidated non-SDN list"}
MIXED_LEAST = 0.25  # share of non-SDN programmes: under 1 % on the SDN list, over 50 % on the other, in all states seen
_PROGRAM = re.compile(rb"<program>([^<]{1,60})</program>")


def parse(files: Sequence[RawFile], *, list_key: str, partial: bool = False) -> Parsed:
    """One state of a list from its XML file or its CSV files.

    `ListRefused`: see `ofac_xml.parse_xml` and `ofac_csv.parse_csv`; `different_document` also for the publisher's other
    list, with the key to update instead.
    """
    parsed = _parse_any(files, list_key=list_key, partial=partial)
    programmes = [m.programme for listing in parsed.listings for m in listing.measures]
    found = _tell_list(programmes) if programmes else list_key
    if found != list_key:
        raise ListRefused(
            f"This is {TITLES[found]}, not {TITLES[list_key]}: update {found} with it. The state in force stays.",
            reason="different_document",
        )
    return parsed


def identify(files: Sequence[RawFile]) -> str | None:
    """The key of the list that files belong to, by the programmes that their bytes name; `None` when they name none."""
    programmes = [code for file in files for code in _find_programmes(file)]
    return _tell_list(programmes) if programmes else None


def _find_programmes(file: RawFile) -> list[str]:
    """The programmes that a file names, found without reading it whole: `parse` is what checks it."""
    found = [code.decode("ascii", "replace").strip() for code in _PROGRAM.findall(file.data)]
    if found or not is_csv(file):
        return found
    rows = csv.reader(io.StringIO(decode_text(file.data), newline=""))
    try:
        return [code.strip(" []") for row in rows if len(row) == PRIMARY for code in row[3].split("] [")]
    except csv.Error:
        return []


def _parse_any(files: Sequence[RawFile], *, list_key: str, partial: bool) -> Parsed:
    whole = [file for file in files if file.data.strip()]
    if not whole:
        raise ListRefused("The file is empty; expected an OFAC list. The state in force stays.", reason="empty")
    head = whole[0].data.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if head.startswith((b"<!doctype html", b"<html", b"{", b"[")):
        raise ListRefused("This is a web page or JSON, not an OFAC list. The state in force stays.", reason="error_page")
    if head.startswith((b"<", b"\xff\xfe<", b"\xfe\xff\x00<")):
        return parse_xml(whole[0], list_key)
    if not any(is_csv(file) for file in whole):
        raise ListRefused(
            "Neither OFAC's XML nor its CSV: an error page or another document. The state in force stays.",
            reason="error_page",
        )
    return parse_csv(whole, list_key=list_key, partial=partial)


def _tell_list(programmes: Sequence[str]) -> str:
    """Which list a state is of, by the share of its programmes that only the non-SDN list is made of."""
    mixed = sum(code in NON_SDN for code in programmes) / len(programmes)
    return NON_SDN_KEY if mixed >= MIXED_LEAST else SDN


def _make_source(key: str, *, title: str, url: str, plausible: tuple[int, int]) -> Source:
    return Source(
        key=key, title=title, publisher="US Department of the Treasury, Office of Foreign Assets Control", authority="US",
        law="International Emergency Economic Powers Act (50 U.S.C. 1701) and the programmes named in each record",
        urls=(url,), format="XML (two namespaces) or CSV (sdn, alt, add)",
        licence="Public domain (work of the US government)",
        stale_after_days=7, plausible=plausible, parse=partial(parse, list_key=key),
        parse_partial=partial(parse, list_key=key, partial=True), identify=identify, ignored={**IGNORED_XML, **IGNORED_CSV},
    )


_BASE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports"
SOURCES = (
    _make_source(
        SDN, title="OFAC Specially Designated Nationals and Blocked Persons List (SDN)", url=f"{_BASE}/SDN.XML",
        plausible=(4_000, 60_000),
    ),
    _make_source(
        NON_SDN_KEY, title="OFAC Consolidated Sanctions List (non-SDN)", url=f"{_BASE}/CONSOLIDATED.XML",
        plausible=(50, 5_000),
    ),
)
