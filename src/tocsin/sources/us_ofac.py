"""OFAC's two lists: Specially Designated Nationals (SDN), and the consolidated list of all that is not SDN.

Both come as one XML file (plain, enhanced or advanced) or as a set of CSV files, in the same layouts. The enhanced and the
advanced XML say of each record on which of OFAC's lists it stands; of the others, what a file belongs to is told by its
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
from tocsin.sources.ofac_advanced import ROOT as ADVANCED
from tocsin.sources.ofac_advanced import parse_advanced
from tocsin.sources.ofac_csv import IGNORED as IGNORED_CSV
from tocsin.sources.ofac_csv import PRIMARY, decode_text, is_csv, parse_csv
from tocsin.sources.ofac_enhanced import ROOT as ENHANCED
from tocsin.sources.ofac_enhanced import parse_enhanced
from tocsin.sources.ofac_gather import NON_SDN_KEY, SDN, TITLES, tell_list
from tocsin.sources.ofac_paths import IGNORED_ADVANCED, IGNORED_ENHANCED
from tocsin.sources.ofac_record import SDN_LIST
from tocsin.sources.ofac_stream import find_root_name
from tocsin.sources.ofac_tables import NON_SDN
from tocsin.sources.ofac_xml import IGNORED as IGNORED_XML
from tocsin.sources.ofac_xml import parse_xml

MIXED_LEAST = 0.25  # share of non-SDN programmes: under 1 % on the SDN list, over 50 % on the other, in all states seen
_ENTITY = re.compile(rb"<entity\b|<sanctionsList\b[^>]*\bdatePublished=[^>]*>([^<]{1,200})<")
_SDN_ID = re.compile(rb"<List ID=\"(\d{1,12})\"[^>]*>\s*" + SDN_LIST.encode() + rb"\s*<")
_ENTRY = re.compile(rb"<SanctionsEntry\b[^>]*\bProfileID=\"(\d{1,12})\"[^>]*\bListID=\"(\d{1,12})\"")
_PROGRAM = re.compile(rb"<program>([^<]{1,60})</program>")


def parse(files: Sequence[RawFile], *, list_key: str, partial: bool = False) -> Parsed:
    """One state of a list from its XML file or its CSV files.

    `ListRefused`: see `parse_xml`, `parse_enhanced`, `parse_advanced` and `parse_csv`; `different_document` also for the
    publisher's other list, with the key to update instead.
    """
    parsed = _parse_any(files, list_key=list_key, partial=partial)
    if any(fact.key == "sanctions_list" for listing in parsed.listings for fact in listing.facts):
        return parsed  # these layouts say themselves of which list a record is
    programmes = [m.programme for listing in parsed.listings for m in listing.measures]
    found = _tell_list(programmes) if programmes else list_key
    if found != list_key:
        raise ListRefused(
            f"This is {TITLES[found]}, not {TITLES[list_key]}: update {found} with it. The state in force stays.",
            reason="different_document",
        )
    return parsed


def identify(files: Sequence[RawFile]) -> str | None:
    """The key of the list that files belong to, by the lists or programmes that their bytes name.

    `None` when they name none, or when a file has the records of both lists.
    """
    roots = {find_root_name(file.data): file.data for file in files}
    if ENHANCED in roots or ADVANCED in roots:
        return tell_list(*(_count_enhanced(roots[ENHANCED]) if ENHANCED in roots else _count_advanced(roots[ADVANCED])))
    programmes = [code for file in files for code in _find_programmes(file)]
    return _tell_list(programmes) if programmes else None


def _count_enhanced(data: bytes) -> tuple[int, int]:
    """How many records of an enhanced file stand on the SDN list, and how many only on others."""
    records: list[set[bytes]] = []
    for found in _ENTITY.finditer(data):
        if found[1] is None:
            records.append(set())
        elif records:
            records[-1].add(found[1].strip())
    sdn = sum(SDN_LIST.encode() in names for names in records)
    return sdn, sum(bool(names) for names in records) - sdn


def _count_advanced(data: bytes) -> tuple[int, int]:
    """As `_count_enhanced`, for an advanced file."""
    found = _SDN_ID.search(data)
    entries = _ENTRY.findall(data)
    sdn = {profile for profile, number in entries if found and number == found[1]}
    return len(sdn), len({profile for profile, _ in entries} - sdn)


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
        root = find_root_name(whole[0].data)
        if root == ENHANCED:
            return parse_enhanced(whole[0], list_key, partial=partial)
        return parse_advanced(whole[0], list_key) if root == ADVANCED else parse_xml(whole[0], list_key)
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
        urls=(url,), format="XML (plain in two namespaces, enhanced, advanced) or CSV (sdn, alt, add)",
        licence="Public domain (work of the US government)",
        stale_after_days=7, plausible=plausible, parse=partial(parse, list_key=key),
        parse_partial=partial(parse, list_key=key, partial=True), identify=identify,
        ignored={**IGNORED_XML, **IGNORED_CSV, **IGNORED_ENHANCED, **IGNORED_ADVANCED},
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
