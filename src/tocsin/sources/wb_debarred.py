"""The World Bank's debarred firms and individuals, from the JSON of its procurement service.

A debarment keeps a firm out of contracts that the Bank pays for. It freezes nothing and says nothing of terrorism; the list
is read because banks and aid organisations screen against it. `docs/lists/wb_debarred.md` has the table of keys.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from tocsin.model import Fact, Identifier, Kind, Listing, Measure, Origin, PartialDate, Place
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of_letter
from tocsin.sources.base import Parsed, RawFile, Source, Unread, refused
from tocsin.sources.json_rows import Row, Seen, get_one_file, get_rows, read_json
from tocsin.sources.wb_text import add_doubt, read_name, read_remark

TITLE = "World Bank debarred firms"
KINDS: dict[str, Kind] = {"F": "organization", "I": "person", "U": "unknown", "C": "unknown"}
# INELIG_FLG -> the measure, and the word that ELIG_STAT and SUPP_ELIG_STAT say for it.
MEASURES = {"D": ("Debarment", "DEBARRED"), "X": ("Cross-debarment", "X-DEBARRED")}
FOREVER = "2999-12-31"
# Codes of LAND1 that are not ISO 3166-1 and whose COUNTRY_NAME is turned around ("Yemen, Republic of").
COUNTRIES = {"RY": "ye", "ZR": "cd", "YF": "rs"}
# Since August 2021 the export of many nights has ADD_SUPP_INFO, REGISTER_ID and CREATE_* of up to 370 records beside the
# wrong record. A Chinese name beside a supplier of another country gives such a state away: of 62 monthly states it is there
# in the 28 that disagree with the others, and in none of the 34 that agree.
CHINESE = frozenset({"CN", "HK", "MO", "SG", "TW"})
MISPLACED = (
    "Chinese names beside suppliers of other countries: in this state the publisher's ADD_SUPP_INFO and REGISTER_ID partly "
    "stand beside the wrong record, and what was read from them says so"
)
REQUIRED = ("SUPP_ID", "SUPP_NAME", "SUPP_TYPE_CODE", "INELIG_FLG", "DEBAR_FROM_DATE", "DEBAR_TO_DATE", "DEBAR_REASON")
ADDRESS = (
    "SUPP_ADDR", "SUPP_CITY", "SUPP_PROV_NAME", "SUPP_STATE_CODE", "SUPP_ZIP_CODE", "SUPP_POST_CODE", "LAND1",
    "COUNTRY_NAME",
)  # fmt: skip
# Keys that have said only this in every state since 2021: anything else would be news and is reported.
CONSTANT = {"UN_SUPP_FLG": "N", "LEGACY_FLG": "N", "DNB_ID": None, "DNB_PAR_ID": None, "DNB_ULTM_ID": None}

IGNORED: dict[str, str] = {
    "SUPP_NAME, ADD_SUPP_INFO: *187": "numbers of footnotes on the publisher's page, renumbered every few weeks",
    "MANDT": "the client number of the publisher's own system",
    "CRIS_SUPP_ID": "0 in every state since 2021",
    "SUPP_PRE_ACRN": "a form of address from a list to choose from (M/S, MR, PT), given for few and often not fitting",
    "SUPP_POST_ACRN": "a legal form from a list to choose from, given for few and often not that of SUPP_NAME",
    "DEBAR_TYPE": "a letter that the publisher does not explain; INELIGIBLY_STATUS and the dates say it in words",
    "AML_ENTR_IND": "a letter that the publisher does not explain",
    "CRPD_MATCH": "state of work inside the publisher's system",
    "CRPD_STAT": "state of work inside the publisher's system",
    "RECHK_IND": "state of work inside the publisher's system",
    "CREATE_USER": "who keyed the record in", "CREATE_USER_NAME": "who keyed the record in",
    "CREATE_DATE": "when the record was keyed in", "CREATE_TIME": "when the record was keyed in",
    "UPD_USER": "a program that touches every record each night", "UPD_USER_NAME": "who changed the record",
    "UPD_DATE": "the night of the program's last run, for every record", "UPD_TIME": "the time of that run",
    "REGISTER": "whether the supplier registered itself with the publisher",
    "PARENT": "whether the supplier says that it has a parent company",
}  # fmt: skip


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each record, in the list's order; its reference is SUPP_ID, which stays over the months.

    `published_at` is the latest LAST_REFRESH_DATE. In a state whose ADD_SUPP_INFO has slipped (`MISPLACED`), names from
    there are weak, and names and numbers carry a note. `ListRefused` for what is not one whole list, when a key that the
    reader needs is on no record, and when a SUPP_ID is missing or stands on two records.
    """
    document = read_json(get_one_file(files, TITLE).data, TITLE)
    body = document.get("response") if isinstance(document, dict) else None
    if not isinstance(body, dict) or "ZPROCSUPP" not in body:
        raise refused(TITLE, "different_document", "expected an array response/ZPROCSUPP")
    seen = Seen()
    for where, value in (("", document), ("response/", body)):
        seen.unread.update(f"{where}{key[:60]}" for key in value if key not in ("response", "ZPROCSUPP"))
    rows = get_rows(body["ZPROCSUPP"], TITLE, where="response/ZPROCSUPP", seen=seen)
    missing = [key for key in REQUIRED if not any(key in row for row in rows)]
    if missing:
        raise refused(TITLE, "different_document", f"the key {missing[0]} is on no record")
    misplaced = sum(_is_misplaced(row) for row in rows)
    seen.notes[MISPLACED] += misplaced
    listings = tuple(_make_listing(row, number, seen, doubt=misplaced > 0) for number, row in enumerate(rows, start=1))
    if len({x.ref for x in listings}) < len(listings):
        raise refused(TITLE, "malformed", "a SUPP_ID stands on two records")
    return Parsed(
        listings=listings, published_at=max(filter(None, (_find_moment(row, seen) for row in rows)), default=None),
        records=_count(listings), unread=_finish(rows, seen), notes=seen.make_notes(),
    )  # fmt: skip


def _count(listings: Sequence[Listing]) -> dict[str, int]:
    counts = {"firms": "organization", "individuals": "person", "others": "unknown"}
    return {what: sum(x.kind == kind for x in listings) for what, kind in counts.items()}


def _finish(rows: Sequence[Row], seen: Seen) -> tuple[Unread, ...]:
    for row in rows:
        for key, usual in CONSTANT.items():
            if row.find_text(key) != usual and key in row:
                seen.unread[f"{key} (unknown value)"] += 1
        row.report_unread(IGNORED)
    return seen.make_unread()


def _is_misplaced(row: Row) -> bool:
    """Whether a Chinese name stands beside a supplier of another country."""
    text = row.find_text("ADD_SUPP_INFO") or ""
    return row.find_text("LAND1") not in CHINESE and any(script_of_letter(c) == "Hani" for c in text)


def _make_listing(row: Row, number: int, seen: Seen, *, doubt: bool) -> Listing:
    ref, name = row.find_text("SUPP_ID"), row.find_text("SUPP_NAME")
    if ref is None or name is None:
        raise refused(TITLE, "malformed", f"record {number}: expected a SUPP_ID and a SUPP_NAME")
    kind = KINDS.get(row.find_text("SUPP_TYPE_CODE") or "")
    if kind is None:
        seen.unread["SUPP_TYPE_CODE (unknown code)"] += 1
    said = read_name(name)
    more = read_remark(row.find_text("ADD_SUPP_INFO"), of_alias=said.is_alias)
    more = msgspec.structs.replace(more, identifiers=(*more.identifiers, *_make_registration(row)))
    more = add_doubt(more) if doubt else more
    since = _find_date(row, "DEBAR_FROM_DATE", seen)
    return Listing(
        list_key="wb_debarred",
        authority="WB",
        ref=ref,
        kind=kind or "unknown",
        names=(*said.names, *more.names),
        addresses=_make_addresses(row),
        identifiers=(*said.identifiers, *more.identifiers),
        measures=_make_measures(row, since, seen),
        facts=(*_make_facts(row, seen), *said.facts, *more.facts),
        listed_on=since,
    )


def _make_addresses(row: Row) -> tuple[Place, ...]:
    """The supplier's address. Of the two keys for a postcode and the two for a region one is given, or none."""
    given = {key: text for key in ADDRESS if (text := row.find_text(key))}
    if not given:
        return ()
    code, country = given.get("LAND1"), given.get("COUNTRY_NAME")
    return (
        Place(
            origin=Origin(field="+".join(given)), street=given.get("SUPP_ADDR"), city=given.get("SUPP_CITY"),
            region=_join(given, "SUPP_PROV_NAME", "SUPP_STATE_CODE"),
            postcode=_join(given, "SUPP_ZIP_CODE", "SUPP_POST_CODE"),
            country=_find_code(code, country), country_text=country or code,
        ),
    )  # fmt: skip


def _join(given: Mapping[str, str], *keys: str) -> str | None:
    return ", ".join(dict.fromkeys(given[key] for key in keys if key in given)) or None


def _find_code(code: str | None, name: str | None) -> str | None:
    return COUNTRIES.get(code or "") or (code and find_country(code)) or (name and find_country(name)) or None


def _make_registration(row: Row) -> tuple[Identifier, ...]:
    number = row.find_text("REGISTER_ID")
    return (Identifier(kind="registration", number=number, origin=Origin(field="REGISTER_ID")),) if number else ()


def _make_measures(row: Row, since: PartialDate | None, seen: Seen) -> tuple[Measure, ...]:
    flag = row.find_text("INELIG_FLG")
    if flag not in MEASURES:
        seen.unread["INELIG_FLG (unknown code)"] += 1
    programme, _ = MEASURES.get(flag or "", (flag or "Debarment", ""))
    origin = Origin(field="INELIG_FLG", text=flag)
    return (Measure(programme=programme, ground=row.find_text("DEBAR_REASON"), since=since, origin=origin),)


def _make_facts(row: Row, seen: Seen) -> tuple[Fact, ...]:
    """Until when the subject is ineligible, in the list's words, and its status where that is not the measure's own."""
    until, status = row.find_text("DEBAR_TO_DATE"), row.find_text("INELIGIBLY_STATUS")
    facts = []
    if until is not None:
        _find_date(row, "DEBAR_TO_DATE", seen)
        text = "no end date" if until == FOREVER else until
        origin = Origin(field="DEBAR_TO_DATE", text=until if text != until else None)
        facts.append(Fact(key="ineligible_until", text=text, origin=origin))
    if status is not None:
        facts.append(Fact(key="ineligibility_status", text=status, origin=Origin(field="INELIGIBLY_STATUS")))
    _, usual = MEASURES.get(row.find_text("INELIG_FLG") or "", ("", ""))
    words = dict.fromkeys((row.find_text("ELIG_STAT"), row.find_text("SUPP_ELIG_STAT")))
    odd = (word for word in words if word and word != usual)
    return (*facts, *(Fact(key="eligibility_status", text=word, origin=Origin(field="ELIG_STAT")) for word in odd))


def _find_date(row: Row, key: str, seen: Seen) -> PartialDate | None:
    text = row.find_text(key)
    try:
        return PartialDate.parse(text[:10]) if text else None
    except ValueError:
        seen.notes[f"dates in {key} that could not be read"] += 1
        return None


def _find_moment(row: Row, seen: Seen) -> dt.datetime | None:
    text = row.find_text("LAST_REFRESH_DATE")
    try:
        moment = dt.datetime.fromisoformat(text) if text else None
        return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    except ValueError:
        seen.notes["dates in LAST_REFRESH_DATE that could not be read"] += 1
        return None


SOURCES = (
    Source(
        key="wb_debarred", title="World Bank Listing of Ineligible Firms and Individuals", publisher="World Bank",
        authority="WB",
        law="World Bank Procurement and Consultant Guidelines; Agreement for Mutual Enforcement of Debarment Decisions",
        urls=(), format="JSON", licence="World Bank terms of use; no licence is stated with the list",
        stale_after_days=31, plausible=(600, 5_000), parse=parse, ignored=IGNORED,
    ),
)  # fmt: skip
