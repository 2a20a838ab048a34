"""Cells of Turkey's MASAK lists: headings in several spellings, dates in Turkish, numbers with words around them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tocsin.model import CountryValue, DateSpan, DateValue, Fact, Identifier, Name, Origin, PartialDate
from tocsin.model.listing import CountryRole, NameRole
from tocsin.names.scripts import script_of
from tocsin.sources.local_countries import find_local_country
from tocsin.sources.workbook import fold_heading

# How a folded heading begins -> what the column has. The four lists spell theirs apart ("KARAR TARİH-SAYISI", "BKK-CBK
# Karar Tarih ve Sayısı"); first match wins.
HEADINGS: tuple[tuple[str, str], ...] = (
    ("sira_no", "number"), ("ad_soyad_unvani", "name"), ("adi_soyadi_unvani", "name"), ("gercek_tuzel_kisi", "name"),
    ("gercek_kisi", "name"), ("tuzel_kurulus", "legal_name"), ("tckn", "id"), ("pasaport_no", "id"),
    ("kullandigi_bilinen_diger", "alias"), ("adinin_orijinal_dilde_yazimi", "original"), ("eski_adi", "former"),
    ("gorevi", "position"), ("adres", "address"), ("uyrugu", "nationality"),
    ("tabi_oldugu_diger_uyruk", "other_nationality"),
    ("mvd_yaptirim_turu", "sanction"), ("anne_adi", "mother"), ("baba_adi", "father"),
    ("dogum_tarihi_kurulus", "birth_or_founding"), ("dogum_tarihi", "birth"), ("dogum_yeri", "birth_place"),
    ("baglantili_oldugu_orgut", "organization"), ("orgutu", "organization"), ("kurulus_yapisi", "structure"),
    ("listeye_alinma_tarihi", "list_date"), ("karar_", "decision"), ("bkk_cbk_karar", "decision"),
    ("resmi_gazete", "gazette"), ("r_gazete", "gazette"), ("diger_bilgiler", "comment"),
)  # fmt: skip
MONTHS = {
    "ocak": 1, "subat": 2, "mart": 3, "nisan": 4, "mayis": 5, "haziran": 6, "temmuz": 7, "agustos": 8, "eylul": 9,
    "ekim": 10, "kasim": 11, "aralik": 12,
}  # fmt: skip
# Countries as these lists write them, where the common name is another.
COUNTRIES = {
    "kore demokratik halk cumhuriyeti": "kp", "turkiye cumhuriyeti": "tr", "tc": "tr", "iran islam cumhuriyeti": "ir",
    "suriye arap cumhuriyeti": "sy", "rusya federasyonu": "ru", "rf": "ru", "ingiltere": "gb",
}  # fmt: skip
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_DMY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})")
_WORDS = re.compile(r"(?:(\d{1,2})\s+)?([a-z]{4,8})\s+(\d{4})")
_YEARS = re.compile(r"(\d{4})\s*(?:-|–|/|ile|ila)\s*(\d{4})(?:\s*(?:arasi|yillari arasi))?")
_CIRCA = re.compile(r"\b(yaklasik(?: olarak)?|tahminen|civari(?:nda)?|dolaylarinda)\b")
_BETWEEN = re.compile(r"\s*(?:\n|;|(?<!\w)[a-z]\)\s*)\s*")
_BETWEEN_DATES = re.compile(r"\s*(?:\n|;|,|\bveya\b|(?<!\w)[a-z]\)\s*)\s*")
_BETWEEN_NAMES = re.compile(r"\s*(?:\n|;|(?<!\w)[a-z]\)\s*|,(?!\s*(?:LTD|LIMITED|CO|INC|LLC|JSC|CORP)\b))\s*", re.I)
_TAIL = re.compile(r"^(.*\S)\s*\(\s*([^()]*\s[^()]*?)\s*\)$", re.S)
_NOTHING = re.compile(r"[\s\-–.*/]*")
_NUMBERS = (
    (re.compile(r"\b(?:telephone|telefon|tel|fax|faks)\.?\s*:?\s*(\+?\d[\d /-]{5,}\d)", re.I), "phone"),
    (re.compile(r"([\w.+-]+@[\w-]+(?:\.[\w-]+)+)"), "email"),
    (re.compile(r"\bIMO(?:\s*(?:number|no))?\s*[:.]?\s*(\d{7})\b", re.I), "imo"),
    (re.compile(r"\b(?:SWIFT|BIC)(?:/BIC)?\s*:?\s*([A-Z]{6}[A-Z0-9]{2,5})\b"), "bic"),
    (re.compile(r"\b(?:ulusal )?kimlik(?: no| numarasi)?\s*:?\s*([\dA-Z-]{5,})", re.I), "national_id"),
    (re.compile(r"\bpasaport(?: no| numarasi)?\s*:?\s*([A-Z]{0,3}\s?\d{4,})", re.I), "passport"),
    (re.compile(r"(?<![\w-])([A-Z]{1,3}\s?\d{4,12})(?![\w])"), "passport"),
    (re.compile(r"(?<![\w.])(\d{4,14})(?![\w.])"), "other_id"),
)


def fold(text: str) -> str:
    """Lower case without dots and accents, as all spellings of a Turkish word have in common."""
    plain = unicodedata.normalize("NFKD", text.replace("İ", "i").replace("ı", "i").casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).replace("ı", "i")


def name_column(heading: str) -> str:
    """What a heading's column has, or the folded heading where no rule knows it."""
    folded = fold(fold_heading(heading))
    return next((name for begin, name in HEADINGS if folded.startswith(begin)), folded)


def find_said(text: str | None) -> str | None:
    """The text, unless it is only dashes and the like."""
    return None if text is None or _NOTHING.fullmatch(text) else text


def parse_day(text: str) -> PartialDate | None:
    """"24.02.2021", "2021-02-24", "30 Mart 2018", "Mart 2018" or a year."""
    plain = fold(text).strip(" .")
    try:
        if met := _ISO.fullmatch(plain):
            return PartialDate(year=int(met[1]), month=int(met[2]), day=int(met[3]))
        if met := _DMY.fullmatch(plain):
            return PartialDate(year=int(met[3]), month=int(met[2]), day=int(met[1]))
        if (met := _WORDS.fullmatch(plain)) and met[2] in MONTHS:
            return PartialDate(year=int(met[3]), month=MONTHS[met[2]], day=int(met[1]) if met[1] else None)
        return PartialDate(year=int(plain)) if re.fullmatch(r"(?:18|19|20)\d{2}", plain) else None
    except ValueError:
        return None


def find_day(text: str | None) -> PartialDate | None:
    """The first day that a text names: "24.02.2021-31405 (Mükerrer)"."""
    met = re.search(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\s+\w{4,8}\s+\d{4}", text or "")
    return parse_day(met[0]) if met else None


def read_births(text: str | None, column: str) -> tuple[tuple[DateValue, ...], tuple[Fact, ...]]:
    """The dates of birth of a cell, and as facts "birth_text" what is none."""
    said = find_said(text)
    births: list[DateValue] = []
    facts: list[Fact] = []
    for piece in _BETWEEN_DATES.split(said) if said else ():
        plain = piece.strip(" ,.")
        span, origin = _parse_span(plain), Origin(field=column, text=plain)
        if span:
            births.append(DateValue(span=span, origin=origin))
        elif find_said(plain):
            facts.append(Fact(key="birth_text", text=" ".join(plain.split()), origin=Origin(field=column)))
    return tuple(births), tuple(facts)


def _parse_span(text: str) -> DateSpan | None:
    plain = fold(text)
    rest = _CIRCA.sub("", plain).strip()
    circa = rest != plain
    years = _YEARS.fullmatch(rest)
    try:
        if years:
            first, last = PartialDate(year=int(years[1])), PartialDate(year=int(years[2]))
            return DateSpan(first=first, last=last, circa=circa)
    except ValueError:
        return None
    day = parse_day(rest)
    return None if day is None else DateSpan.at(day, circa=circa)


def read_names(text: str | None, column: str, role: NameRole) -> Iterator[Name]:
    """The names of a cell. A translation in brackets behind a name, of two words or more, is an alias."""
    said = find_said(text)
    if said is None:
        return
    pieces = [said] if role == "primary" else _BETWEEN_NAMES.split(said)
    for piece in pieces:
        flat = " ".join(piece.split()).strip(" ,;")
        met = _TAIL.match(flat)
        for at, name in enumerate((met[1], met[2]) if met else (flat,)):
            if any(c.isalnum() for c in name):
                origin = Origin(field=column, text=None if name == said else " ".join(said.split()))
                kind: NameRole = "alias" if at else role
                yield Name(text=name, role=kind, quality="strong", script=script_of(name), origin=origin)


def read_ids(text: str | None, column: str, *, turkish: bool) -> tuple[tuple[Identifier, ...], tuple[Fact, ...]]:
    """The numbers of a cell by their form and the words before them; a piece without any is a fact.

    Of Turkish subjects 11 digits are a citizen's number (TCKN) and 10 digits a tax number (VKN).
    """
    said = find_said(text)
    found: dict[tuple[str, str], Identifier] = {}
    facts: list[Fact] = []
    for piece in _BETWEEN.split(said) if said else ():
        plain = " ".join(piece.split())
        numbers = list(_find_numbers(plain))
        for kind, number in numbers:
            told = _tell(kind, number, turkish=turkish)
            origin = Origin(field=column, text=None if number == said else plain)
            note = None if number == plain else plain
            found.setdefault((told, number), Identifier(kind=told, number=number, origin=origin, note=note))
        if not numbers and find_said(plain):
            facts.append(Fact(key="id_text", text=plain, origin=Origin(field=column)))
    return tuple(found.values()), tuple(facts)


def _find_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number once, by the first form that fits; dates and what stands in brackets are no numbers."""
    rest = re.sub(r"\([^)]*\)?|\d{1,2}[./]\d{1,2}[./]\d{4}|\d{1,2}\s+\w{4,8}\s+\d{4}", " ", text)
    for form, kind in _NUMBERS:
        for met in form.finditer(rest):
            yield kind, met[1]
        rest = form.sub(" ", rest)


def _tell(kind: str, number: str, *, turkish: bool) -> str:
    if kind == "other_id" and turkish:
        return {11: "national_id", 10: "tax_id"}.get(len(number), kind)
    return kind


def read_countries(text: str | None, column: str, role: CountryRole) -> Iterator[CountryValue]:
    said = find_said(text)
    for piece in re.split(r"\s*(?:\n|;|,|/|\bve\b|(?<!\w)[a-z]\)\s*)\s*", said, flags=re.I) if said else ():
        flat = " ".join(piece.split())
        if flat:
            code, origin = COUNTRIES.get(fold(flat)), Origin(field=column, text=None if flat == said else said)
            yield CountryValue(role=role, text=flat, code=code or find_local_country(flat, "tr"), origin=origin)
