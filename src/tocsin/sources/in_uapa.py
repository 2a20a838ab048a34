"""India's Unlawful Activities (Prevention) Act, 1967: First Schedule (terrorist organisations), Fourth (individuals).

They are two lists here, `in_uapa` and `in_uapa_individuals`: each schedule has its own page, changes on its own days and
is checked against its own last state, so that bringing one can never take the other's names out. Which of them a file
is, the file tells: both may be given in one `tocsin update in_uapa --from ... --from ...`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial

from tocsin.errors import ListRefused
from tocsin.model import Fact, Listing, Measure, Origin, Relation
from tocsin.names.scripts import script_of
from tocsin.sources.base import Parsed, RawFile, Source, Unread
from tocsin.sources.in_uapa_names import Piece, make_names, split_organisation, split_person, split_tail
from tocsin.sources.in_uapa_pages import MAX_BYTES, Document, Entry, check_decoding, read_page, refused
from tocsin.sources.in_uapa_pdf import read_pdf
from tocsin.sources.in_uapa_tables import HEADINGS, KNOWN, LINK_ROW, PREFIX, SCHEDULE, UN_ENTRY, fold

# Lists that the First Schedule takes in by reference (number 33): the organisations on them under the terrorism regimes
# (programmes Al-Qaida and Taliban) are listed by India without being named.
# `Parsed.records["incorporated_lists"]` says whether the state in force has that entry.
INCORPORATES = ("un",)
ORGANISATIONS, INDIVIDUALS = "in_uapa", "in_uapa_individuals"
KNOWN_SHARE = 0.5   # of a page's entries, to tell the list by its names
KNOWN_LEAST = 5
SLUG_LONGEST = 60
FIELD = "entry"     # the same in every layout, so that another layout is no other content

# The publisher answers programs with "Access Denied"; a person's browser gets the pages.
BY_HAND = (
    "The publisher lets no program fetch it. In a browser open https://www.mha.gov.in/en/divisionofmha/"
    "counter-terrorism-and-counter-radicalization-division/Banned-Organizations (First Schedule: page or PDF) and "
    "https://www.mha.gov.in/en/page/individual-terrorists-under-uapa (Fourth Schedule: page), save what opens as HTML, in "
    "English, and give both: `tocsin update in_uapa --from PAGE.html --from PAGE2.html`."
)

IGNORED: dict[str, str] = {
    "menus, banner, breadcrumb, footer": "the site's frame, the same on every page",
    "text of Download/Link": "\"Download (366.66 KB)\": the size of a file; its address is kept",
    "page numbers of the PDF": "layout",
}


def parse(files: Sequence[RawFile], *, list_key: str, partial: bool = False) -> Parsed:
    """One listing for each entry, or for each organisation of an entry that names two; in the order of the file.

    `ListRefused` for what is not one whole page or PDF of that schedule, and `incomplete` when numbers are missing
    between entries, unless `partial`.
    """
    document = _read_one(files)
    found = tell_list(document)
    if found is None:
        raise refused(
            "different_document", "the file has numbered entries, but neither its headings nor its names say that it "
            "is the First or the Fourth Schedule"
        )
    if found == "associations":
        raise refused(
            "different_document", "this is the list of unlawful associations (section 3), which is not read; expected "
            "the First or the Fourth Schedule"
        )
    if found != list_key:
        raise refused("different_document", f"this is the {SCHEDULE[found]}: update {found} with it")
    _check(document, list_key, partial=partial)
    return _Maker(document, list_key).make()


def identify(files: Sequence[RawFile]) -> str | None:
    """The key of the list that files belong to; `None` when they do not tell, or not the same."""
    try:
        found = {tell_list(_read_one([file])) for file in files}
    except ListRefused:
        return None
    key = found.pop() if len(found) == 1 else None
    return key if key in SCHEDULE else None


def tell_list(document: Document) -> str | None:
    """Which list a document is: by the names on it where half of them are known, else by what its headings say."""
    for key, known in KNOWN.items():
        hits = sum(any(p.text and fold(p.text) in known for p in _split(e.text, key)) for e in document.entries)
        if hits >= max(KNOWN_LEAST, KNOWN_SHARE * len(document.entries)):
            return key
    text = "\n".join(document.headings)
    return next((key for key, pattern in HEADINGS if pattern.search(text)), None)


def _read_one(files: Sequence[RawFile]) -> Document:
    if not files:
        raise refused("incomplete", "expected one file, got none")
    if len(files) > 1:
        held = "; ".join(f"{file.name} is {_describe(file)}" for file in files[:5])
        raise refused("different_document", f"expected one file of one list, got {len(files)} ({held})")
    data = files[0].data
    if len(data) > MAX_BYTES:
        raise refused("too_large", f"{len(data):,} bytes; at most {MAX_BYTES:,} are read")
    return read_pdf(data, files[0].name) if b"%PDF-" in data[:1024] else read_page(data)


def _describe(file: RawFile) -> str:
    try:
        key = tell_list(_read_one([file]))
    except ListRefused as error:
        return error.reason.replace("_", " ")
    return f"the {SCHEDULE[key]}" if key in SCHEDULE else "another list"


def _split(text: str, key: str) -> tuple[Piece, ...]:
    return split_person(text) if key == INDIVIDUALS else split_organisation(split_tail(text)[0])


def _check(document: Document, list_key: str, *, partial: bool) -> None:
    entries = document.entries
    if not entries:
        raise refused("empty", f"the file has no numbered entries; expected those of the {SCHEDULE[list_key]}")
    if sum(bool(LINK_ROW.search(e.text)) for e in entries) * 2 >= len(entries):
        raise refused(
            "different_document", "this page only links to the lists; open the list on it and save that page or PDF"
        )
    if list_key == INDIVIDUALS and document.kind == "PDF":
        raise refused("different_document", "the Fourth Schedule is read from its page in HTML, not from a PDF")
    if sum(script_of(e.text) == "Deva" for e in entries) * 2 >= len(entries):
        raise refused("different_document", "this is the page in Hindi; expected the one in English")
    check_decoding(entries)
    numbers = {int(re.sub(r"\D", "", e.number)) for e in entries}
    missing = sorted(set(range(1, max(numbers) + 1)) - numbers)
    if missing and not partial:
        few = ", ".join(map(str, missing[:10]))
        raise refused(
            "incomplete", f"{len(missing)} numbers are missing between the entries ({few}); if the ministry has taken "
            "them out, take the file with --accept"
        )


class _Maker:
    """Makes the listings of one document and remembers what was odd."""

    def __init__(self, document: Document, list_key: str) -> None:
        self.document, self.key = document, list_key
        self.known, self.prefix, self.schedule = KNOWN[list_key], PREFIX[list_key], SCHEDULE[list_key]
        self.unread = Counter(document.unread)
        self.notes = list(document.notes)

    def make(self) -> Parsed:
        entries = self._without_repeats()
        taken_in = [e for e in entries if self.key == ORGANISATIONS and UN_ENTRY.match(e.text)]
        named = [(e, _split(e.text, self.key)) for e in entries if e not in taken_in]
        self.unread["entry without a name"] += sum(not pieces for _, pieces in named)
        named = [(e, pieces) for e, pieces in named if pieces]
        numbers = self._find_numbers(named)
        listings = tuple(x for (e, pieces) in named for x in self._make_entry(e, pieces, numbers[e]))
        if not listings:
            raise refused("empty", "no entry names anybody")
        for entry in taken_in:
            self.notes.append(
                f"Entry {entry.number} names nobody: it takes in the organisations on the UN's list for terrorism, so that "
                "those on list un are listed by India too."
            )
        records = {"entries": len(entries)}
        if self.key == ORGANISATIONS:
            records["incorporated_lists"] = len(taken_in)
        return Parsed(
            listings=listings, published_at=self.document.published_at, records=records, notes=tuple(self.notes),
            unread=tuple(Unread(path=path, count=count) for path, count in sorted(self.unread.items()) if count),
        )

    def _without_repeats(self) -> list[Entry]:
        """The entries, without those that stand there twice under one number with one text."""
        entries = list(dict.fromkeys(self.document.entries))
        repeats = len(self.document.entries) - len(entries)
        if repeats:
            self.notes.append(f"{repeats} entries stand there twice with one text and were taken once.")
        seen = Counter(e.number for e in entries)
        twice = sorted(number for number, count in seen.items() if count > 1)
        if twice:
            raise refused("malformed", f"number {twice[0]} stands before {seen[twice[0]]} different entries")
        return entries

    def _find_numbers(self, named: Sequence[tuple[Entry, tuple[Piece, ...]]]) -> dict[Entry, str]:
        """The reference of each entry without its prefix: a known number, or a slug of the name.

        Of two entries with a claim to one, the better claim has it (name with alias, first name, another name), then the
        lower number; so it does not depend on the order of rows.
        """
        claims = sorted(
            (rank, _order(entry), ref, at)
            for at, (entry, pieces) in enumerate(named) for rank, ref in enumerate(self._claims(entry, pieces)) if ref
        )
        numbers: dict[Entry, str] = {}
        taken: set[str] = set()
        for _, _, ref, at in claims:
            if named[at][0] not in numbers and ref not in taken:
                numbers[named[at][0]] = ref
                taken.add(ref)
        return numbers

    def _claims(self, entry: Entry, pieces: tuple[Piece, ...]) -> tuple[str | None, ...]:
        names = [fold(p.text) for p in pieces]
        slugs = [_slug(p.text) for p in pieces]
        with_alias = (self.known.get(f"{names[0]}@{other}") for other in names[1:])
        strong = (self.known.get(fold(p.text)) for p in pieces[1:] if not p.weak)
        return (
            next((ref for ref in with_alias if ref), None),
            self.known.get(names[0]),
            next((ref for ref in strong if ref and "/" not in ref), None),
            slugs[0],
            f"{slugs[0]}-{slugs[1]}" if len(slugs) > 1 else None,
            f"{slugs[0]}-{entry.number}",
        )

    def _make_entry(self, entry: Entry, pieces: tuple[Piece, ...], number: str) -> list[Listing]:
        """The entry's listing, and one more for each other organisation that it names."""
        groups: dict[str, list[Piece]] = {number: []}
        at = number
        for piece in pieces:
            if not piece.weak or fold(piece.text) in self.known:  # an acronym stays with the name before it
                own = self.known.get(fold(piece.text), number)
                at = own if own.startswith(f"{number}/") else number
            groups.setdefault(at, []).append(piece)
        main, *others = [(f"{self.prefix}-{key}", tuple(group)) for key, group in groups.items() if group]
        return [self._make_listing(entry, *main)] + [self._make_listing(entry, *other, beside=main) for other in others]

    def _make_listing(
        self, entry: Entry, ref: str, pieces: tuple[Piece, ...], *, beside: tuple[str, tuple[Piece, ...]] | None = None
    ) -> Listing:
        names = make_names(pieces, entry.text, field=FIELD)
        relations: tuple[Relation, ...] = ()
        if beside is not None:
            origin = Origin(field=FIELD, text=entry.text)
            relations = (Relation(kind="listed in one entry with", target=beside[1][0].text, ref=beside[0], origin=origin),)
        return Listing(
            list_key=self.key, authority="IN", ref=ref, record_id=entry.number, names=names, relations=relations,
            kind="person" if self.key == INDIVIDUALS else "organization",
            measures=(Measure(
                programme=self.prefix, ground=f"Unlawful Activities (Prevention) Act 1967, s.35, {self.schedule}",
                origin=Origin(field="heading", text=self.schedule),
            ),),
            facts=tuple(self._facts(entry)),
        )

    def _facts(self, entry: Entry) -> list[Fact]:
        facts = [Fact(key="entry", text=entry.text, origin=Origin(field=FIELD)),
                 Fact(key="schedule_number", text=f"{self.schedule}, {entry.number}", origin=Origin(field="number"))]
        scope = split_tail(entry.text)[1] if self.key == ORGANISATIONS else None
        if scope:
            facts.append(Fact(key="scope", text=scope, origin=Origin(field=FIELD, text=entry.text)))
        if entry.link:
            facts.append(Fact(key="notification", text=entry.link, origin=Origin(field="link")))
        return facts


def _order(entry: Entry) -> tuple[int, str]:
    return int(re.sub(r"\D", "", entry.number)), entry.number


def _slug(name: str) -> str:
    """The name in small letters with hyphens: "Lantern Front" gives "lantern-front"; cut at a word."""
    words = re.findall(r"\w+", re.sub(r"['’‘]", "", name.casefold()).replace("_", " "))
    slug = "-".join(words)
    return slug if len(slug) <= SLUG_LONGEST else slug[: SLUG_LONGEST + 1].rpartition("-")[0] or slug[:SLUG_LONGEST]


def _make_source(key: str, *, title: str, plausible: tuple[int, int], form: str) -> Source:
    return Source(
        key=key, title=title, publisher="Ministry of Home Affairs, Government of India", authority="IN",
        law="Unlawful Activities (Prevention) Act, 1967, section 35", urls=(), format=form,
        licence="Government of India website content; no open licence is stated", stale_after_days=30, plausible=plausible,
        shrink_limit=0.1, parse=partial(parse, list_key=key), parse_partial=partial(parse, list_key=key, partial=True),
        identify=identify, ignored=IGNORED, by_hand=BY_HAND,
    )


SOURCES = (
    _make_source(
        ORGANISATIONS, title="India: terrorist organisations, First Schedule of the Unlawful Activities (Prevention) Act",
        plausible=(30, 300), form="HTML page or PDF, saved by hand",
    ),
    _make_source(
        INDIVIDUALS, title="India: individual terrorists, Fourth Schedule of the Unlawful Activities (Prevention) Act",
        plausible=(20, 500), form="HTML page, saved by hand",
    ),
)
