"""The reader of India's schedules: references that stay, oddities, refusals."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tocsin.errors import BadInput, ListRefused
from tocsin.model import Listing
from tocsin.registry.changes import diff_listings
from tocsin.sources import get_source
from tocsin.sources.base import Parsed, RawFile, Unread
from tocsin.sources.in_uapa import INCORPORATES, SOURCES, identify
from tocsin.sources.in_uapa_names import split_organisation, split_person, split_tail
from tocsin.sources.in_uapa_tables import FIRST_SCHEDULE, FOURTH_SCHEDULE, KNOWN, UN_ENTRY, fold

UN_TEXT = (
    "Organisations listed in the Schedule to the U.N. Prevention and Suppression of Terrorism (Implementation of Security "
    "Council Resolutions) Order, 2007 made under section 2 of the United Nations (Security Council) Act, 1947"
)
TITLES = {"in_uapa": "First Schedule", "in_uapa_individuals": "Fourth Schedule"}
ORGANISATIONS = ("Lantern Front", "Order of the Lamp/Army of Candles", UN_TEXT, "Harbour League (HLG)")
GOLDEN = Path(__file__).parents[2] / "golden" / "in_uapa"


def page(*texts: str, title: str = "First Schedule", numbers: tuple[str, ...] = (), head: str = "", tail: str = "") -> bytes:
    rows = "".join(
        f"<tr><td>{number} </td><td>{text}</td><td><a href='/f/{at}.pdf'>Download (1 KB)</a></td></tr>"
        for at, (number, text) in enumerate(zip(numbers or map(str, range(1, 99)), texts, strict=False), start=1)
    )
    columns = f"<tr><th>SR-No</th><th>Title</th><th>Download/Link</th>{head}</tr>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>"
        f"<div class='view-content'><table>{columns}{rows}</table>{tail}</div></body></html>"
    ).encode()


def read(data: bytes, key: str = "in_uapa", *, partial: bool = False, name: str = "page.html") -> Parsed:
    source = get_source(key)
    parse = source.parse_partial if partial else source.parse
    assert parse is not None
    return parse([RawFile(name, data)])


def read_people(*texts: str) -> tuple[Listing, ...]:
    return read(page(*texts, title="Fourth Schedule"), "in_uapa_individuals").listings


def refusal(data: bytes, key: str = "in_uapa", name: str = "page.html") -> ListRefused:
    with pytest.raises(ListRefused) as caught:
        read(data, key, name=name)
    assert "The state in force stays." in str(caught.value)
    return caught.value


def make_pdf(lines: list[str | None]) -> bytes:
    """A PDF file with these lines of text; `None` begins a new page."""
    pages: list[list[str]] = [[]]
    for line in lines:
        if line is None:
            pages.append([])
        else:
            pages[-1].append(line)
    numbers = [3 + 2 * at for at in range(len(pages))]
    font = 3 + 2 * len(pages)
    kids = " ".join(f"{n} 0 R" for n in numbers)
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()}
    for number, held in zip(numbers, pages, strict=True):
        escaped = [line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252") for line in held]
        text = b"BT /F1 10 Tf 14 TL 40 800 Td " + b" ".join(b"(" + line + b") Tj T*" for line in escaped) + b" ET"
        objects[number] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 {font} 0 R>>>>/Contents {number + 1} 0 R>>"
        ).encode()
        objects[number + 1] = f"<</Length {len(text)}>>stream\n".encode() + text + b"\nendstream"
    objects[font] = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number in sorted(objects):
        places.append(len(out))
        out += f"{number} 0 obj".encode() + objects[number] + b"endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"{head}trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    return bytes(out)


# References


def test_an_entry_keeps_its_reference_when_the_ministry_renumbers() -> None:
    before = ("Babbar Khalsa International", "Khalistan Commando Force", "Lantern Front", "Lashkar-E-Taiba", "Al Badr")
    after = (before[0], *before[2:])
    changes = diff_listings(read(page(*before)).listings, read(page(*after)).listings)
    assert (changes.added, changes.removed) == ((), ("UAPA-I-2",))
    assert changes.changed == ("UAPA-I-26", "UAPA-I-5", "UAPA-I-lantern-front")  # only the number in print
    assert {x.ref: x.record_id for x in read(page(*after)).listings}["UAPA-I-5"] == "3"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Lashkar-E-Taiba/Pasban-E-Ahle Hadis", "Lashkar-e-Taiba/Pasban-e-Ahle Hadis/The Resistance Front and all its manifestations"),
        ("Jaish-E-Mohammed/Tahrik-E-Furqan", "Jaish-e-Mohammed/Tahreik-E-Furquan"),
        ("People’s Liberation Army (PLA)", "People Liberation Army (PLA)"),
        ("The Khalistan Liberation Force and all its manifestations.", "Khalistan Liberation Force (KLF)"),
        ("Lantern Front (LF)", "LANTERN FRONT and all its manifestations and front organisations."),
        ("Lantern Front/Lamp", "Lantern-Front/The Wick or Lamp"),
    ],
)
def test_another_spelling_or_further_names_are_no_delisting(before: str, after: str) -> None:
    changes = diff_listings(read(page(before, "X Union")).listings, read(page(after, "X Union")).listings)
    assert (changes.added, changes.removed) == ((), ())


def test_known_entries_have_the_references_of_the_starter_register() -> None:
    refs = {x.names[0].text: x.ref for x in read(page("Hizb-Ul-Mujahideen/Hizb-Ul-Mujahideen Pir Panjal Regiment")).listings}
    assert refs == {"Hizb-Ul-Mujahideen": "UAPA-I-8"}
    people = read_people("Paramjit Singh @ Pamma.", "Hafiz Muhammad Saeed @ Hafiz Saeed.", "Paramjit Singh @ Panjwar.")
    assert [x.ref for x in people] == ["UAPA-IV-13", "UAPA-IV-2", "UAPA-IV-8"]


def test_an_entry_of_two_organisations_that_others_list_apart_is_two_listings() -> None:
    first, second = read(page("Harkat-ul-Mujahideen/Harkat-ul-Ansar/Harkat-ul-Jehad-E-Islami or Ansar UlUmmah")).listings
    assert (first.ref, [n.text for n in first.names]) == (
        "UAPA-I-7", ["Harkat-ul-Mujahideen", "Harkat-ul-Ansar", "Ansar Ul Ummah"]
    )
    assert (second.ref, [n.text for n in second.names]) == ("UAPA-I-7/HUJI", ["Harkat-ul-Jehad-E-Islami"])
    assert [(r.kind, r.target, r.ref) for r in second.relations] == [
        ("listed in one entry with", "Harkat-ul-Mujahideen", "UAPA-I-7")
    ]
    qaida = read(page("Al-Qaida/ Al-Qaida in Indian Sub-Continent (AQIS) and all its manifestations.")).listings
    assert [(x.ref, [(n.text, n.quality) for n in x.names]) for x in qaida] == [
        ("UAPA-I-28", [("Al-Qaida", "strong")]),
        ("UAPA-I-28/AQIS", [("Al-Qaida in Indian Sub-Continent", "strong"), ("AQIS", "weak")]),
    ]


def test_two_persons_of_one_name_have_references_of_their_own_in_any_order() -> None:
    texts, numbers = ("Orin Holt @ Doctor", "Orin Holt @ Tall Orin", "Orin Holt"), ("1", "2", "3")
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        data = page(*(texts[i] for i in order), title="Fourth Schedule", numbers=tuple(numbers[i] for i in order))
        found = {x.record_id: x.ref for x in read(data, "in_uapa_individuals").listings}
        assert found == {"1": "UAPA-IV-orin-holt", "2": "UAPA-IV-orin-holt-tall-orin", "3": "UAPA-IV-orin-holt-3"}


def test_an_organisation_that_gets_an_entry_of_its_own_does_not_take_the_others_reference() -> None:
    listings = read(page("The Resistance Front", "Lashkar-E-Taiba/The Resistance Front")).listings
    assert len({x.ref for x in listings}) == 2


@pytest.mark.parametrize(("table", "key"), [(FIRST_SCHEDULE, "in_uapa"), (FOURTH_SCHEDULE, "in_uapa_individuals")])
def test_each_known_name_is_known_under_one_number(table: dict[str, tuple[str, ...]], key: str) -> None:
    for number, names in table.items():
        for name in names:
            assert KNOWN[key]["@".join(map(fold, name.split("@")))] == number, name


# The entry that takes in the UN's list


@pytest.mark.parametrize(
    "text",
    [
        UN_TEXT,
        "Organizations listed in the Schedule to the UN Prevention and Suppression of Terrorism (Implementation of Security Council Resolutions) Order",
        "organisations listed in the Schedule to the U. N. Prevention ... security council",
    ],
)
def test_the_entry_that_takes_in_the_un_list_is_no_subject(text: str) -> None:
    parsed = read(page("Lantern Front", text))
    assert [x.ref for x in parsed.listings] == ["UAPA-I-lantern-front"]
    assert parsed.records == {"entries": 2, "incorporated_lists": 1}
    assert any(note.startswith("Entry 2 names nobody: it takes in the organisations on the UN's list") for note in parsed.notes)
    assert INCORPORATES == ("un",)


def test_an_organisation_with_un_in_its_name_stays_a_subject() -> None:
    assert UN_ENTRY.match("United National Liberation Front (UNLF)") is None
    assert read(page("Organisation of the United Lamp")).records["incorporated_lists"] == 0


# Names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Lantern Front", ["Lantern Front"]),
        ("Lantern Front (LF)", ["Lantern Front", "LF*"]),
        ("Lantern Front [LF (K)]", ["Lantern Front", "LF (K)*"]),
        ("Lantern Front (Kestrel) (LF(K)", ["Lantern Front (Kestrel)", "LF(K)*"]),
        ("Lantern Front (Kestrel), LF (K)", ["Lantern Front (Kestrel)", "LF (K)*"]),
        ("Lantern Front (Masked Owl faction) / LF-MO", ["Lantern Front (Masked Owl faction)", "LF-MO*"]),
        ("Lantern Front (Wick/Candle)", ["Lantern Front (Wick/Candle)"]),
        ("Lantern or Lamp or candle", ["Lantern", "Lamp or candle"]),
        ("Lantern Front/Lantern Front", ["Lantern Front"]),
        ("Front of Sham- Kestrel (FSK)", ["Front of Sham-Kestrel", "FSK*"]),
        ("Front (ABC) in Westmark", ["Front", "ABC*"]),
        ("(ABC) Front", ["Front", "ABC*"]),
        ("  / , ", []),
    ],
)
def test_an_organisations_entry_is_split_with_care(text: str, names: list[str]) -> None:
    assert [p.text + "*" * p.weak for p in split_organisation(text)] == names


@pytest.mark.parametrize(
    ("text", "name", "scope"),
    [
        ("Front and all its manifestations and front organizations.", "Front", "and all its manifestations and front organizations"),
        ("Front, All its formations and Front Organisations", "Front", "All its formations and Front Organisations"),
        ("Front (Maoist) all its formations and front organizations.", "Front (Maoist)", "all its formations and front organizations"),
        ("Front/Daish, and all its Manifestations", "Front/Daish", "and all its Manifestations"),
        ("All its formations", "All its formations", None),
        ("Front of all its people", "Front of all its people", None),
    ],
)
def test_words_that_widen_an_entry_are_no_name(text: str, name: str, scope: str | None) -> None:
    assert split_tail(text) == (name, scope)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Albern Vale.", ["Albern Vale"]),
        ("Albern Vale@Vale@ Albern V.", ["Albern Vale", "Vale*", "Albern V"]),
        ("Albern-ur-RehmanVale @ AlbernV", ["Albern-ur-Rehman Vale", "AlbernV*"]),
        ("Vale @ Ali Mohd. Vale @M. Vale”.", ["Vale", "Ali Mohd. Vale", "M. Vale"]),
        ("Tim McAllen @ @ .", ["Tim McAllen"]),
    ],
)
def test_a_persons_entry_is_split_at_its_aliases(text: str, names: list[str]) -> None:
    assert [p.text + "*" * p.weak for p in split_person(text)] == names


def test_a_name_that_is_not_the_whole_entry_keeps_it_in_its_origin() -> None:
    (listing,) = read_people("Albern  ValeHollow @ Doctor.")
    assert [(n.text, n.origin.text) for n in listing.names] == [
        ("Albern Vale Hollow", "Albern ValeHollow @ Doctor."), ("Doctor", "Albern ValeHollow @ Doctor.")
    ]
    assert {f.key: f.text for f in listing.facts}["entry"] == "Albern ValeHollow @ Doctor."


# What is read and what is reported


def test_an_unknown_column_and_text_behind_the_table_are_reported() -> None:
    data = page("Lantern Front", head="<th>Remarks</th>", tail="<p>A corrigendum.</p><table><tr><td>x</td></tr></table>")
    data = data.replace(b"</a></td></tr>", b"</a></td><td>since 2002</td></tr>")
    assert read(data).unread == (
        Unread(path="another table", count=1), Unread(path="table: column 'Remarks'", count=1),
        Unread(path="text behind the table: p", count=1),
    )


def test_rows_without_a_number_and_cells_beyond_the_columns_are_reported() -> None:
    data = page("Lantern Front", "Lamp", numbers=("1", "")).replace(b"(1 KB)</a></td></tr><tr><td> ", b"</a></td><td>x</td></tr><tr><td> ")
    assert {u.path for u in read(data).unread} == {"table: cells beyond the columns", "table: row without a number or a name"}


def test_a_paragraph_without_a_number_among_persons_is_reported() -> None:
    text = "<html><title>Fourth Schedule</title><div><p>List</p><p>1. Albern Vale</p><p>2.Petra H @ P</p><p>A note</p></div></html>"
    parsed = read(text.encode(), "in_uapa_individuals")
    assert [(x.record_id, x.caption) for x in parsed.listings] == [("1", "Albern Vale"), ("2", "Petra H")]
    assert parsed.unread == (Unread(path="paragraph without a number", count=1),)


def test_numbers_may_be_in_devanagari() -> None:
    assert [x.record_id for x in read(page("Lantern Front", "Lamp", numbers=("१", "२."))).listings] == ["1", "2"]


def test_the_day_is_that_of_the_list_before_that_of_the_page() -> None:
    footer = "<footer><span class='lastupdated'>20 Nov 2017</span></footer>"
    dated = page("Lantern Front", title="First Schedule (As on 30-03-2015)", tail=footer)
    assert read(dated).published_at == dt.datetime(2015, 3, 30, tzinfo=dt.UTC)
    assert read(page("Lantern Front", tail=footer)).published_at == dt.datetime(2017, 11, 20, tzinfo=dt.UTC)
    assert read(page("Lantern Front")).published_at is None
    assert read(page("Lantern Front", title="First Schedule As on 31-02-2015")).published_at is None


def test_a_page_in_windows_1252_is_read_and_noted() -> None:
    data = page("People’s Lantern").decode().encode("cp1252")
    parsed = read(data)
    assert parsed.listings[0].caption == "People’s Lantern"
    assert parsed.notes == ("The page is not in UTF-8; it was read as Windows-1252.",)


def test_an_entry_that_stands_there_twice_is_taken_once() -> None:
    row = b"<tr><td>1 </td><td>Lantern Front</td><td><a href='/f/1.pdf'>Download (1 KB)</a></td></tr>"
    parsed = read(page("Lantern Front").replace(row, row + row))
    assert (len(parsed.listings), parsed.records["entries"], len(parsed.notes)) == (1, 1, 1)


# Which list a file is


def test_a_file_tells_which_schedule_it_is() -> None:
    first, fourth = RawFile("a", page("Lantern Front")), RawFile("b", page("A B @ C", title="Individual Terrorists"))
    assert identify([first]) == "in_uapa"
    assert identify([fourth]) == "in_uapa_individuals"
    assert identify([first, fourth]) is None
    assert identify([RawFile("c", b"")]) is None
    assert identify([RawFile("d", page("Front", title="Unlawful Associations"))]) is None


def test_known_names_tell_the_schedule_where_no_heading_does() -> None:
    names = [names[0] for names in list(FOURTH_SCHEDULE.values())[:12]]
    assert identify([RawFile("a", page(*names, title="page"))]) == "in_uapa_individuals"
    names = [names[0] for key, names in FIRST_SCHEDULE.items() if "/" not in key]
    assert identify([RawFile("a", page(*names, title="Individual terrorists"))]) == "in_uapa"


def test_the_other_schedule_is_refused_with_the_key_to_use() -> None:
    error = refusal(page("A B @ C", title="Fourth Schedule"))
    assert (error.reason, "update in_uapa_individuals with it" in str(error)) == ("different_document", True)


def test_both_schedules_at_once_are_named_in_the_refusal_of_a_single_list() -> None:
    files = [RawFile("a.html", page("Lantern Front")), RawFile("b.html", page("A B @ C", title="Fourth Schedule"))]
    with pytest.raises(ListRefused, match=r"a\.html is the First Schedule; b\.html is the Fourth Schedule"):
        get_source("in_uapa").parse(files)


def test_lists_are_brought_by_hand_and_the_message_says_how(tmp_path: Path) -> None:
    from tocsin.app import App
    from tocsin.settings import Settings

    assert all(s.urls == () and s.by_hand for s in SOURCES)
    with pytest.raises(BadInput, match=r"tocsin update in_uapa --from PAGE\.html --from PAGE2\.html"):
        App(Settings(home=tmp_path)).update(("in_uapa",))


# Refusals


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (b"", "empty", "empty"),
        (b" \r\n", "empty", "empty"),
        (b"Service unavailable", "error_page", "neither"),
        (b'{"status": 500}', "error_page", "neither"),
        (b"<?xml version='1.0'?><CONSOLIDATED_LIST/>", "error_page", "neither"),
        (b"<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><p>No</p></BODY></HTML>", "error_page", "robots"),
        (b"<html><body>nothing</body></html>", "error_page", "error page"),
        (b"<html><title>Ministry</title><p>Welcome</p></html>", "different_document", "'SR-No | Title | Download/Link'"),
        (page("Lantern Front")[:-9], "truncated", "</html>"),
        (page(), "different_document", "no list"),
        (page("Lantern Front").replace(b"SR-No", b"Rank"), "different_document", "'Sl -No | Organisation'"),
        (page("Lantern Front").replace(b"<th>Title</th>", b""), "different_document", "'Sl -No | Organisation'"),
        (page("Lantern Front", title="page"), "different_document", "neither its headings nor its names"),
        (page("Lantern Front", title="Unlawful Associations under section 3"), "different_document", "unlawful associations"),
        (page("TERRORIST ORGANISATIONS LISTED IN THE FIRST SCHEDULE OF THE ACT", "UNLAWFUL ASSOCIATIONS UNDER SECTION 3"), "different_document", "only links"),
        (page("बब्बर लालटेन", "लालटेन मोर्चा"), "different_document", "Hindi"),
        (page("Lantern Front", "Lamp", "Wick", numbers=("1", "2", "4")), "incomplete", "1 numbers are missing between the entries (3)"),
        (page("Lantern Front", tail="<nav><ul><li><a href='?page=1'>Next</a></li></ul></nav>"), "incomplete", "pager"),
        (page("Lantern Front", "Lamp", numbers=("1", "1")), "malformed", "number 1 stands before 2"),
        (page("Peopleâ€™s Lantern"), "malformed", "entry 1 has letters in a wrong encoding"),
        (page("People\ufffds Lantern"), "malformed", "wrong encoding"),
        (page(UN_TEXT), "empty", "no entry names anybody"),
        (page("Lantern Front").replace(b"<body>", b"<body>" + b"<b></b>" * 120_000), "too_large", "tags"),
        (page("Lantern Front") + b" " * 9_000_000, "too_large", "bytes"),
        (b"From: <Saved by Blink>\nContent-Type: multipart/related;\n" + page("Lantern Front"), "different_document", "MHTML"),
        (b"%PDF-1.4 broken", "truncated", "end mark"),
        (b"%PDF-1.4 broken %%EOF", "malformed", "cannot be opened"),
        (make_pdf([]), "malformed", "scanned"),
        (make_pdf(["FIRST SCHEDULE", "no entries"]), "empty", "no numbered entries"),
        (make_pdf(["FIRST SCHEDULE", "1. Front", *[None] * 70]), "too_large", "pages"),
    ],
)
def test_what_is_not_the_whole_list_is_refused_with_the_reason(data: bytes, reason: str, words: str) -> None:
    error = refusal(data)
    assert (error.reason, words in str(error)) == (reason, True), str(error)


def test_missing_numbers_are_taken_by_who_accepts_that() -> None:
    data = page("Lantern Front", "Lamp", "Wick", numbers=("1", "2", "4"))
    assert len(read(data, partial=True).listings) == 3


def test_the_fourth_schedule_as_pdf_is_not_read() -> None:
    error = refusal(make_pdf(["FOURTH SCHEDULE", "1. Albern Vale @ Doctor"]), "in_uapa_individuals")
    assert (error.reason, "HTML" in str(error)) == ("different_document", True)


def test_a_page_of_which_the_parser_leaves_out_a_part_is_refused() -> None:
    for depth in (300, 50_000):
        error = refusal(page("Lantern Front").replace(b"<table>", b"<div>" * depth + b"<table>"))
        assert (error.reason, "too deep" in str(error)) == ("malformed", True)


def test_entities_and_a_dtd_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    head = f'<!DOCTYPE html [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'.encode()
    data = page("Lantern &a; Front").replace(b"<!DOCTYPE html>", head)
    assert all("secret" not in str(x) for x in read(data).listings)


def test_no_message_quotes_an_entry() -> None:
    for data in (page("Albern Vale", "Petra", numbers=("1", "1")), page("Albern Valeâ€™s"), page("Albern Vale", title="x")):
        assert "Vale" not in str(refusal(data))


# The PDF


def test_lines_of_the_pdf_are_joined_and_page_numbers_left_out() -> None:
    lines = ["FIRST SCHEDULE As on 30-03-2015", "1. Lantern", "Front-e-", "Wick (LFW)", "2", None, "of Dawn", "2 . Lamp", "***", "3. Not listed"]
    parsed = read(make_pdf(lines), name="list.pdf")
    assert [(x.record_id, [n.text for n in x.names]) for x in parsed.listings] == [
        ("1", ["Lantern Front-e-Wick", "LFW"]), ("2", ["Lamp"])
    ]
    assert parsed.published_at == dt.datetime(2015, 3, 30, tzinfo=dt.UTC)
    assert {f.key: f.text for f in parsed.listings[0].facts}["entry"] == "Lantern Front-e-Wick (LFW) of Dawn"


def test_the_name_of_the_pdf_gives_its_day() -> None:
    data = make_pdf(["FIRST SCHEDULE", "1. Lantern Front"])
    assert read(data, name="List46_16092026.pdf").published_at == dt.datetime(2026, 9, 16, tzinfo=dt.UTC)
    assert read(data, name="List_16092026_0.pdf").published_at == dt.datetime(2026, 9, 16, tzinfo=dt.UTC)
    assert read(data, name="list.pdf").published_at is None
    assert read(data, name="List_99992026.pdf").published_at is None


def test_the_branch_in_khorasan_is_a_listing_of_its_own_with_its_acronyms() -> None:
    text = (
        "Islamic State/Daish/Islamic State in Khorasan Province (ISKP)/ISIS Wilayat Khorasan/Islamic State of Iraq and the "
        "Sham- Khorasan (ISISK) and all its manifestations."
    )
    first, second = read(page(text)).listings
    assert (first.ref, [n.text for n in first.names]) == ("UAPA-I-38", ["Islamic State", "Daish"])
    assert (second.ref, [n.text for n in second.names]) == ("UAPA-I-38/ISIL-K", [
        "Islamic State in Khorasan Province", "ISKP", "ISIS Wilayat Khorasan", "Islamic State of Iraq and the Sham-Khorasan",
        "ISISK",
    ])
