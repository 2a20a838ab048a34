"""Writes small .xlsx workbooks for tests (ECMA-376, with texts in the cells themselves), so that their content can be read.

A cell that is a number is written as one, a `datetime.date` as a day number with a date's form, anything else as text.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
Cell = str | float | dt.date | None


def make_workbook(
    sheets: Mapping[str, Sequence[Sequence[Cell]]], *, saved: str | None = None, extra: dict[str, bytes] | None = None
) -> bytes:
    """The bytes of a workbook; `saved` is its dcterms:modified, `extra` has further or other files of the archive."""
    ids = range(1, len(sheets) + 1)
    files = {
        "[Content_Types].xml": _content_types(ids),
        "_rels/.rels": _relations([("rId1", f"{RELATIONS}/officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>' + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in zip(ids, sheets, strict=True)
        ) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [(f"rId{n}", f"{RELATIONS}/worksheet", f"worksheets/sheet{n}.xml") for n in ids]
            + [(f"rId{len(sheets) + 1}", f"{RELATIONS}/styles", "styles.xml")]
        ),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        **{f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in zip(ids, sheets.values(), strict=True)},
    }
    if saved:
        files["docProps/core.xml"] = (
            f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" xmlns:dcterms="http://purl.org/dc/terms/">'
            f"<dcterms:modified>{saved}</dcterms:modified></cp:coreProperties>"
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**{n: (HEAD + text).encode() for n, text in files.items()}, **(extra or {})}.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _content_types(ids: range) -> str:
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", f"{spreadsheet}.sheet.main+xml"), ("/xl/styles.xml", f"{spreadsheet}.styles+xml")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", f"{spreadsheet}.worksheet+xml") for n in ids]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in parts)
    rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'<Types xmlns="{PACKAGE}/content-types">{rels}{overrides}</Types>'


def _relations(entries: list[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{id}" Type="{kind}" Target="{target}"/>' for id, kind, target in entries)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    body = "".join(
        f'<row r="{n}">{"".join(_cell(cell, f"{_letters(at)}{n}") for at, cell in enumerate(row))}</row>'
        for n, row in enumerate(rows, start=1)
    )
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def _letters(at: int) -> str:
    return (_letters(at // 26 - 1) if at >= 26 else "") + chr(65 + at % 26)


def _cell(value: Cell, place: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dt.date):
        return f'<c r="{place}" s="1"><v>{(value - dt.date(1899, 12, 30)).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
