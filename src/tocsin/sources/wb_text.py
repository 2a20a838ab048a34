"""What the World Bank writes into SUPP_NAME and ADD_SUPP_INFO beside the name: other names, numbers, footnotes.

The two are read by the same rules: "(FKA X)", "now known as X" and "(a.k.a. X)" are names, "(Reg. No.: N)" numbers, text in
another script a name in that script. Footnotes ("*187") are left out, also of origins: they are numbers of the publisher's
web page, renumbered every few weeks, and would make a change of every record. The rest is kept as a remark.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from tocsin.model import Fact, Identifier, Name, Origin
from tocsin.model.listing import NameRole
from tocsin.names.scripts import script_of

MAX_TEXT = 2_000  # the longest of either field had 400 characters; what is longer is kept whole
_FOOTNOTE = re.compile(r"\*\s*\d+(?:\s*(?:,|and)\s*\*?\s*\d+)*\b\.?|^\d{1,3}$")
_MARKS = "*· ,"
_OPEN, _CLOSE = "(（", ")）"

_AKA = r"(?:a\.?/?k\.?/?a\b\.?|d\.?/?b\.?/?a\b\.?|known as|doing business (?:as|under)|operating as)"
# How a name is led in -> role and note; first match wins.
_LEADS: tuple[tuple[str, NameRole, str | None], ...] = (
    (r"f\.?/?k\.?/?a\b\.?", "former", None),
    (r"(?:formerly|previously)\b(?:\s+(?:known|operating|doing business) as\b)?", "former", None),
    (r"name change from\b", "former", None),
    (rf"(?:now|currently)\s+{_AKA}", "alias", "now known as"),
    (rf"(?:also\s+)?{_AKA}", "alias", None),
    (r"(?<=,\s)also\b", "alias", None),
)
LEADS = tuple((re.compile(rf"^[,\s]*{lead}[\s:]*(?=\S)", re.I), role, note) for lead, role, note in _LEADS)
# A bare lead inside a name: "ALPHA LTD AKA BETA LTD".
_INSIDE = re.compile(r",?\s(?=(?:ALSO\s+)?(?:AKA|A\.K\.A\.|FKA|F\.K\.A\.|D\.B\.A\.)\s)(?<!ALSO\s)", re.I)

# How a number is led in -> kind; first match wins.
NUMBERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^(?P<label>{lead})[\s:;.#]*(?=[^\s:;.#])(?P<rest>.+)$", re.I), kind)
    for lead, kind in (
        (r"tax (?:id|registration)(?: no\b\.?)?", "tax_id"),
        (r"tin\b(?: no\b\.?)?", "tax_id"),
        (r"cnpj\b", "tax_id"),
        (r"national id\b(?: no\b\.?)?", "national_id"),
        (r"reg[.,]?\s*no\b\.?", "registration"),
        (r"(?:china business )?registration (?:no\b\.?|number|(?=#))", "registration"),
        (r"china unified social credit code", "registration"),
        (r"corporate id number", "registration"),
        (r"lcono\b\.?", "registration"),
        (r"unified number", "registration"),
        (r"id\b(?: no\b\.?)?", "other_id"),
    )
)
_CREDIT_CODE = re.compile(r"(?=[0-9A-Z]*\d{6})[0-9A-Z]{18}")  # China's unified social credit code, without a label
_INNER = re.compile(r"^(cnpj|nif|rut|ruc)\b[:\s]*", re.I)  # a tax number given as "Reg. No: RUC 123"
_SECOND = re.compile(r";\s+(?=China)")
_DIGITS = re.compile(r"(.*\d[^\s()]*(?:\s[A-Z]\b)?)\)?\s*(.*)")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What one text says; `names` has the primary name first where the text is SUPP_NAME.

    `is_alias` says that SUPP_NAME itself is led in as another's other name ("AKA ALPHA LTD.").
    """

    is_alias: bool = False
    names: tuple[Name, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    facts: tuple[Fact, ...] = ()


def read_name(text: str) -> Said:
    """SUPP_NAME: the name, and what stands behind it. The name is kept whole where no rule knows the brackets' content.

    >>> [(n.text, n.role) for n in read_name("ALPHA LTD. (FKA BETA LTD.) *12").names]
    [('ALPHA LTD.', 'primary'), ('BETA LTD.', 'former')]
    """
    field = "SUPP_NAME"
    if len(text) > MAX_TEXT:
        whole = Name(text=text, role="primary", quality="strong", script=script_of(text), origin=Origin(field=field))
        return Said(names=(whole,))
    text = _without_footnotes(text)
    rest = text.strip(_MARKS)
    own, *others = _INSIDE.split(rest)
    own, tails = _split_tails(own)
    lead = _find_lead(own)
    own = own[lead[0] :] if lead else own
    said = [_read_piece(piece, text, field) for piece in (*tails, *others)]
    own = own.strip(_MARKS) or text
    name = Name(text=own, role="primary", quality="strong", script=script_of(own), origin=_origin(field, own, text))
    return msgspec.structs.replace(_join([Said(names=(name,)), *said]), is_alias=lead is not None)


def read_remark(text: str | None, *, of_alias: bool = False) -> Said:
    """ADD_SUPP_INFO: names, numbers and remarks, in no fixed order.

    Beside a record that is an alias (`of_alias`) it has the subject's main name, without any word before it.
    """
    if text is None:
        return Said()
    field = "ADD_SUPP_INFO"
    if len(text) > MAX_TEXT:
        return Said(facts=(Fact(key="remark", text=text, origin=Origin(field=field)),))
    pieces = [piece for part in _FOOTNOTE.split(text) for piece in _split_pieces(part.strip(_MARKS), part)]
    text = _without_footnotes(text)
    return _join([_read_main_name(p, text) if of_alias and _is_plain(p) else _read_piece(p, text, field) for p in pieces])


def add_doubt(said: Said) -> Said:
    """The same values, the names weak, each with the note that it may be another record's."""
    return msgspec.structs.replace(
        said,
        names=tuple(msgspec.structs.replace(x, quality="weak", note=_add_note(x.note)) for x in said.names),
        identifiers=tuple(msgspec.structs.replace(x, note=_add_note(x.note)) for x in said.identifiers),
    )


def _add_note(note: str | None) -> str:
    return "; ".join(filter(None, (note, "perhaps another record's: the publisher mixed these up in this state")))


def _without_footnotes(text: str) -> str:
    return " ".join(_FOOTNOTE.sub(" ", text).split())


def _join(parts: Sequence[Said]) -> Said:
    return Said(
        names=tuple(x for p in parts for x in p.names), identifiers=tuple(x for p in parts for x in p.identifiers),
        facts=tuple(x for p in parts for x in p.facts),
    )  # fmt: skip


def _origin(field: str, value: str, text: str) -> Origin:
    return Origin(field=field, text=None if value == text else text)


def _find_lead(text: str) -> tuple[int, NameRole, str | None] | None:
    """Where the name behind a lead begins, with its role and note."""
    for lead, role, note in LEADS:
        met = lead.match(text)
        if met:
            return met.end(), role, note
    return None


def _is_known(inner: str) -> bool:
    """Whether a rule knows what stands in brackets."""
    return bool(
        _find_lead(inner)
        or any(p.match(inner) for p, _ in NUMBERS)
        or _CREDIT_CODE.fullmatch(inner)
        or _is_other_script(inner)
    )


def _is_other_script(text: str) -> bool:
    return script_of(text) not in ("Latn", "Zyyy")


def _split_tails(name: str) -> tuple[str, list[str]]:
    """A name and the brackets behind it whose content a rule knows; one that is never closed ends the name as well."""
    for at, char in enumerate(name):
        if char not in _OPEN or not name[:at].strip():
            continue
        end = _find_end(name, at)
        inner = name[at + 1 : end]
        if _is_known(inner) and (end == len(name) or not name[end + 1 :].strip() or name[end + 1 :].strip()[0] in _OPEN):
            return name[:at].strip(), list(_split_pieces(name[at:], name))
    return name, []


def _find_end(text: str, start: int) -> int:
    """Where the bracket that opens at `start` closes; the text's length when it never does."""
    depth = 0
    for at in range(start, len(text)):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        if depth == 0:
            return at
    return len(text)


def _split_pieces(text: str, whole: str) -> Iterator[str]:
    """The contents of brackets, and the texts between. A bracket inside free text parts it only if a rule knows it."""
    rest = text.strip(_MARKS) if not whole.lstrip().startswith(",") else whole.strip()
    while rest:
        if rest[0] in _OPEN:
            end = _find_end(rest, 0)
            inner, after = rest[1:end].strip(), rest[end + 1 :]
            if after.strip() and after.strip()[0] not in _OPEN and not _is_known(inner):
                inner, after = rest, ""
        else:
            opened = (i for i, c in enumerate(rest) if c in _OPEN and _is_known(rest[i + 1 : _find_end(rest, i)]))
            cut = next(opened, len(rest))
            inner, after = rest[:cut].rstrip(), rest[cut:]
        if any(c.isalnum() for c in inner):
            yield inner
        rest = after.strip(_MARKS)


def _read_piece(piece: str, text: str, field: str) -> Said:
    piece = piece.strip()
    if _is_other_script(piece):
        return _read_script(piece, text, field)
    lead = _find_lead(piece)
    if lead:
        return _read_other_name(piece[lead[0] :], lead[1], lead[2], text, field)
    numbers = tuple(n for part in _SECOND.split(piece) for n in _read_number(part, text, field))
    if numbers:
        return Said(identifiers=numbers)
    plain = piece.strip(_MARKS) or piece
    return Said(facts=(Fact(key="remark", text=plain, origin=_origin(field, plain, text)),))


def _is_plain(piece: str) -> bool:
    return not (_is_known(piece) or any(c.isdigit() for c in piece))


def _read_main_name(piece: str, text: str) -> Said:
    origin = _origin("ADD_SUPP_INFO", piece, text)
    name = Name(
        text=piece, role="alias", quality="strong", script=script_of(piece), note="the name whose alias this record is",
        origin=origin,
    )  # fmt: skip
    return Said(names=(name,))


def _read_other_name(name: str, role: NameRole, note: str | None, text: str, field: str) -> Said:
    own, tails = _split_tails(name.strip(_MARKS + "[]"))
    is_open = sum(c in _OPEN for c in text) > sum(c in _CLOSE for c in text)
    notes = [n for n in (note, "the bracket is not closed: the name may be broken off" if is_open else None) if n]
    made = Name(
        text=own, role=role, quality="strong", script=script_of(own), note="; ".join(notes) or None,
        origin=_origin(field, own, text),
    )  # fmt: skip
    return _join([Said(names=(made,)), *(_read_piece(tail, text, field) for tail in tails)])


def _read_script(piece: str, text: str, field: str) -> Said:
    """Names in another script, with commas between; with a number among them it is a name and an address."""
    parts = [p.strip(_MARKS) for p in re.split(r",\s", piece)]
    names = tuple(
        Name(text=p, role="original_script", quality="strong", script=script_of(p), origin=_origin(field, p, text))
        for p in parts
        if p and not any(c.isdigit() for c in p)
    )
    facts = tuple(
        Fact(key="remark", text=p, origin=_origin(field, p, text)) for p in parts if any(c.isdigit() for c in p)
    )
    return Said(names=names, facts=facts)


def _unwrap(text: str) -> str:
    return text.removeprefix("(").removesuffix(")").strip(" )") if text.startswith("(") else text.rstrip(")")


def _read_number(piece: str, text: str, field: str) -> Iterator[Identifier]:
    if _CREDIT_CODE.fullmatch(piece):
        yield Identifier(kind="registration", number=piece, origin=_origin(field, piece, text))
        return
    for pattern, kind in NUMBERS:
        met = pattern.match(piece)
        found = _DIGITS.fullmatch(met["rest"].strip()) if met else None
        if met and found:
            inner = _INNER.match(found[1])
            number = " ".join((_INNER.sub("", found[1]) or found[1]).split())
            number = number[1:-1] if number.startswith("(") and number.endswith(")") else number
            yield Identifier(
                kind="tax_id" if inner else kind, number=number, label=met["label"].strip(" .:;"),
                note=" ".join(filter(None, (inner[1].upper() if inner else "", _unwrap(found[2])))) or None,
                origin=_origin(field, number, text),
            )  # fmt: skip
            return
