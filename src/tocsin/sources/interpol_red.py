"""INTERPOL's public red notices, from saved answers of its notices service (pages of a query, and single notices).

**A red notice is no designation.** It asks police to locate a person and arrest them provisionally, pending extradition, on
a warrant of one country. Each listing says so in a fact. `docs/lists/interpol_red.md` tells how answers are got.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from tocsin.model import (
    CountryValue,
    DateSpan,
    DateValue,
    Fact,
    Listing,
    Measure,
    Name,
    NamePart,
    Origin,
    PartialDate,
    Place,
)
from tocsin.names.countries import find_country
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, refused
from tocsin.sources.json_rows import Row, Seen, read_json

TITLE = "INTERPOL red notices"
NATURE = (
    "A red notice is a request to locate and provisionally arrest a person pending extradition. It is not a designation, "
    "and the person is presumed innocent."
)
RULES = "INTERPOL's Rules on the Processing of Data, Article 82"
GENDERS: dict[str, Literal["male", "female"] | None] = {"M": "male", "F": "female", "U": None}
FACTS = {"height": "height_m", "weight": "weight_kg", "distinguishing_marks": "distinguishing_marks"}
CODES = {"eyes_colors_id": "eye_colour", "hairs_id": "hair_colour", "languages_spoken_ids": "language"}
IGNORED = {
    "_links": "addresses of the notice, its pictures and other pages", "_embedded": "an empty array of links",
    "query": "what was asked", "total": "how many notices a query found; a page with fewer is noted",
}  # fmt: skip
MAX_NOTICES = 200_000
_REF = re.compile(r"\d{4}/\d{1,9}")
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?")


def parse(files: Sequence[RawFile]) -> Parsed:
    """One listing for each notice, by `entity_id`; of several answers about one notice the fullest is read.

    The order of files and answers does not matter. `ListRefused` for what is no answer of the service, and for notices
    without an `entity_id` or a name.
    """
    if not files:
        raise refused(TITLE, "incomplete", "expected at least one answer of the notices service")
    seen = Seen()
    notices: dict[str, dict[str, Any]] = {}
    for file in files:
        for number, notice in enumerate(_find_notices(read_json(file.data, TITLE), seen), start=1):
            ref = notice.get("entity_id")
            if not isinstance(ref, str) or not _REF.fullmatch(ref):
                raise refused(TITLE, "malformed", f"notice {number} of a file: expected an entity_id like 2026/1")
            notices[ref] = max(notices.get(ref, notice), notice, key=_rate)
            if len(notices) > MAX_NOTICES:
                raise refused(TITLE, "too_large", f"more than {MAX_NOTICES:,} notices")
    if not notices:
        raise refused(TITLE, "empty", "the answers have no notices")
    listings = tuple(_make_listing(ref, Row(notice, seen), seen) for ref, notice in notices.items())
    seen.notes["notices of which only the summary was given, without warrants"] += sum(
        "arrest_warrants" not in notice for notice in notices.values()
    )
    return Parsed(
        listings=listings, published_at=None, records={"notices": len(listings)}, unread=seen.make_unread(),
        notes=seen.make_notes(),
    )  # fmt: skip


def _rate(notice: dict[str, Any]) -> tuple[bool, int, str]:
    """How full an answer about a notice is; the text decides between equals, so that the order of files does not."""
    said = sorted((item for item in notice.items() if item[1] is not None), key=repr)
    return "arrest_warrants" in notice, len(said), repr(said)


def _find_notices(document: Any, seen: Seen) -> Iterator[dict[str, Any]]:
    """The notices of a page, of a single answer, or of an array of either."""
    for answer in document if isinstance(document, list) else (document,):
        if not isinstance(answer, dict):
            raise refused(TITLE, "different_document", "expected answers of the notices service")
        if "entity_id" in answer:
            yield answer
            continue
        embedded = answer.get("_embedded")
        notices = embedded.get("notices") if isinstance(embedded, dict) else None
        if not isinstance(notices, list) or not all(isinstance(notice, dict) for notice in notices):
            raise refused(TITLE, "different_document", "expected an entity_id, or an array _embedded/notices")
        seen.unread.update(key[:60] for key in answer if key not in ("total", "query", "_embedded", "_links"))
        total = answer.get("total")
        seen.notes["pages with fewer notices than their query found"] += isinstance(total, int) and total > len(notices)
        yield from notices


def _make_listing(ref: str, row: Row, seen: Seen) -> Listing:
    row.find_text("entity_id")
    name = _make_name(row)
    if name is None:
        raise refused(TITLE, "malformed", f"notice {ref}: expected a name")
    sex = row.find_text("sex_id")
    if sex is not None and sex not in GENDERS:
        seen.unread["sex_id (unknown code)"] += 1
    births, birth_facts = _make_birth(row.find_text("date_of_birth"))
    charges, origin = tuple(_make_charges(row)), Origin(field="(the list)")
    listing = Listing(
        list_key="interpol_red", authority="INTERPOL", ref=ref, kind="person", names=(name,), births=births,
        birth_places=_make_birth_place(row), countries=tuple(_make_countries(row)), gender=GENDERS.get(sex or "U"),
        measures=(Measure(programme="Red notice (no designation)", ground=RULES, origin=origin),),
        facts=(Fact(key="nature", text=NATURE, origin=origin), *charges, *birth_facts, *_make_facts(row)),
    )  # fmt: skip
    row.report_unread(IGNORED)
    return listing


def _find_said(text: str | None) -> str | None:
    """The text, unless it is a dash, which stands for nothing."""
    return None if text is None or not text.strip("- ") else text


def _make_name(row: Row) -> Name | None:
    family, given = _find_said(row.find_text("name")), _find_said(row.find_text("forename"))
    text = " ".join(filter(None, (given, family)))
    if not text:
        return None
    both = given and family
    parts = (NamePart(kind="given", text=given), NamePart(kind="family", text=family)) if given and family else ()
    origin = Origin(field="forename+name" if both else "name", text=f"{family}, {given}" if both else None)
    return Name(text=text, role="primary", quality="strong", script=script_of(text), parts=parts, origin=origin)


def _make_birth(text: str | None) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    """"1993/01/08", "1993/01" or "1993"; anything else is a fact."""
    if text is None:
        return (), ()
    met, origin = _DATE.fullmatch(text), Origin(field="date_of_birth", text=text)
    try:
        if met:
            year, month, day = (int(part) if part else None for part in met.groups())
            return (DateValue(span=DateSpan.at(PartialDate(year=year or 0, month=month, day=day)), origin=origin),), ()
    except ValueError:
        pass
    return (), (Fact(key="birth_text", text=text, origin=Origin(field="date_of_birth")),)


def _make_birth_place(row: Row) -> tuple[Place, ...]:
    town, country = _find_said(row.find_text("place_of_birth")), _find_said(row.find_text("country_of_birth_id"))
    if not (town or country):
        return ()
    origin = Origin(field="place_of_birth+country_of_birth_id")
    return (Place(origin=origin, city=town, country=find_country(country) if country else None, country_text=country),)


def _make_countries(row: Row) -> Iterator[CountryValue]:
    for code in row.get_texts("nationalities"):
        yield CountryValue(role="nationality", text=code, code=find_country(code), origin=Origin(field="nationalities"))


def _make_charges(row: Row) -> Iterator[Fact]:
    """Each warrant: who issued it, and for what, in the service's translation where there is one."""
    for warrant in row.get_rows("arrest_warrants"):
        country, charge = warrant.find_text("issuing_country_id"), warrant.find_text("charge")
        translation = warrant.find_text("charge_translation")
        warrant.report_unread(())
        said = ": ".join(filter(None, (country, translation or charge)))
        if said:
            origin = Origin(field="arrest_warrants", text=charge if translation else None)
            yield Fact(key="warrant", text=said, origin=origin)


def _make_facts(row: Row) -> Iterator[Fact]:
    for key, fact in FACTS.items():
        text = _find_said(row.find_text(key))
        if text is not None and text.strip("0.") != "":
            yield Fact(key=fact, text=text, origin=Origin(field=key))
    for key, fact in CODES.items():
        for text in row.get_texts(key):
            yield Fact(key=fact, text=text, origin=Origin(field=key))


SOURCES = (
    Source(
        key="interpol_red", title="INTERPOL: public red notices (no designations)",
        publisher="INTERPOL, General Secretariat", authority="INTERPOL", law=RULES, urls=(), format="JSON",
        licence="INTERPOL's terms of use",
        stale_after_days=7, plausible=(1, 20_000), parse=parse, ignored=IGNORED,
    ),
)  # fmt: skip
