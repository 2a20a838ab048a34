"""The World Bank's list: what stands beside its names, and what it is refused for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, Unread, get_source
from tocsin.sources.wb_debarred import IGNORED, MISPLACED
from tocsin.sources.wb_text import MAX_TEXT, Said, read_name, read_remark

GOLDEN = Path(__file__).parents[2] / "golden" / "wb_debarred" / "firms.json"
ROW = json.loads(GOLDEN.read_text())["response"]["ZPROCSUPP"][0]


def read(*rows: dict[str, Any]) -> Parsed:
    return read_bytes(json.dumps({"response": {"ZPROCSUPP": list(rows)}}).encode())


def read_bytes(data: bytes) -> Parsed:
    return get_source("wb_debarred").parse([RawFile("x.json", data)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ALPHA (FIJI) LTD", [("ALPHA (FIJI) LTD", "primary")]),
        ("ALPHA LTD. (ALP)(FKA BETA LTD.)", [("ALPHA LTD. (ALP)", "primary"), ("BETA LTD.", "former")]),
        ("ALPHA LTD. (FORMERLY BETA LIM", [("ALPHA LTD.", "primary"), ("BETA LIM", "former")]),
        ("MR. ALPHA (宋)", [("MR. ALPHA", "primary"), ("宋", "original_script")]),
        ("AKA ALPHA LTD", [("ALPHA LTD", "primary")]),
        ("*294 AKA ALPHA", [("ALPHA", "primary")]),
        ("ALPHA AKA BETA", [("ALPHA", "primary"), ("BETA", "alias")]),
        ("A.K.A. ALPHA B.V., ALSO D.B.A. BETA *161", [("ALPHA B.V.", "primary"), ("BETA", "alias")]),
        ("ALPHA.*36", [("ALPHA.", "primary")]),
        ("ALPHA INC.·", [("ALPHA INC.", "primary")]),
        ("*", [("*", "primary")]),
    ],
)
def test_other_names_are_taken_out_of_the_name(text: str, names: list[tuple[str, str]]) -> None:
    assert [(n.text, n.role) for n in read_name(text).names] == names


def test_an_alias_that_is_broken_off_says_so() -> None:
    (_, alias) = read_name("ALPHA LTD. (FORMERLY BETA LIM").names
    assert alias.note == "the bracket is not closed: the name may be broken off"
    assert alias.origin.text == "ALPHA LTD. (FORMERLY BETA LIM"


@pytest.mark.parametrize(
    ("text", "names", "numbers", "remarks"),
    [
        ("(now known as Beta) (Reg. No. 12) *371", [("Beta", "alias")], [("registration", "12")], []),
        ("(f.k.a [Beta Ltd.])", [("Beta Ltd.", "former")], [], []),
        ("formerly DBA ENGINEERING LTD. *150", [("DBA ENGINEERING LTD.", "former")], [], []),
        (", also MR. BETA *3", [("MR. BETA", "alias")], [], []),
        ("(a.k.a. Beta b.v.), also d.b.a. Gamma", [("Beta b.v.", "alias"), ("Gamma", "alias")], [], []),
        ("(虚构（集团）公司)(Reg.No.: 91A)*5", [("虚构（集团）公司", "original_script")], [("registration", "91A")], []),
        ("虚构, 北京 104 号", [("虚构", "original_script")], [], ["北京 104 号"]),
        ("(Reg. No: CNPJ: 1/0001-75 (Ministry))*4", [], [("tax_id", "1/0001-75")], []),
        ("(Reg. No.: 431 897 081 RCS Paris)", [], [("registration", "431 897 081")], []),
        ("(Reg. No.: 53137 C)", [], [("registration", "53137 C")], []),
        ("(TIN: 44)", [], [("tax_id", "44")], []),
        ("(China Business Registration No.: 11; China Unified Social Credit Code 9X1)", [],
         [("registration", "11"), ("registration", "9X1")], []),
        ("(GRP) (ID No. 7)", [], [("other_id", "7")], ["GRP"]),
        ("(EXCEPT BRANCHES IN AFRICA)", [], [], ["EXCEPT BRANCHES IN AFRICA"]),
        ("CONSTRUCTION (EAST) INC.*150", [], [], ["CONSTRUCTION (EAST) INC."]),
        ("*219,  *328", [], [], []),
        ("342", [], [], []),
    ],
)  # fmt: skip
def test_additional_information_is_read_into_its_parts(
    text: str, names: list[tuple[str, str]], numbers: list[tuple[str, str]], remarks: list[str]
) -> None:
    said = read_remark(text)
    assert [(n.text, n.role) for n in said.names] == names
    assert [(i.kind, i.number) for i in said.identifiers] == numbers
    assert [f.text for f in said.facts if f.key == "remark"] == remarks


@pytest.mark.parametrize("text", ["*43 and 45", "*219,  *328", "342", "* 29", "*150."])
def test_footnotes_are_left_out(text: str) -> None:
    assert read_remark(text) == Said()


def test_beside_an_alias_the_additional_information_is_the_main_name() -> None:
    assert read_name("AKA ALPHA").is_alias
    assert [n.text for n in read_remark("BETA INC. *1", of_alias=True).names] == ["BETA INC."]
    assert read_remark("BETA INC. *1").names == ()


def test_a_state_whose_additional_information_has_slipped_is_told_by_a_chinese_name_elsewhere() -> None:
    other = {**ROW, "SUPP_ID": 5, "ADD_SUPP_INFO": "(虚构公司)(Reg. No.: 77)"}
    parsed = read(ROW, other)
    assert parsed.notes == (f"1 {MISPLACED}",)
    for listing in parsed.listings:
        doubtful = [n for n in listing.names if n.origin.field == "ADD_SUPP_INFO"]
        assert {n.quality for n in doubtful} == {"weak"}
        assert all("perhaps another record's" in (x.note or "") for x in (*doubtful, *listing.identifiers))
        assert listing.names[0].quality == "strong"


@pytest.mark.parametrize("code", ["CN", "HK", "SG"])
def test_a_chinese_name_of_a_chinese_supplier_is_in_its_place(code: str) -> None:
    parsed = read({**ROW, "LAND1": code, "ADD_SUPP_INFO": "(虚构公司)"})
    assert (parsed.notes, parsed.listings[0].names[-1].quality) == ((), "strong")


def test_a_very_long_text_is_kept_whole() -> None:
    text = "(" * (MAX_TEXT + 1)
    assert read_name(text).names[0].text == text
    assert read_remark(text).facts[0].text == text


def test_a_new_key_and_a_new_value_of_a_key_that_never_changes_are_reported() -> None:
    parsed = read({**ROW, "SHOE_SIZE": 43, "UN_SUPP_FLG": "Y", "INELIG_FLG": "Q", "SUPP_TYPE_CODE": "Z"})
    assert parsed.unread == (
        Unread(path="INELIG_FLG (unknown code)", count=1), Unread(path="SHOE_SIZE", count=1),
        Unread(path="SUPP_TYPE_CODE (unknown code)", count=1), Unread(path="UN_SUPP_FLG (unknown value)", count=1),
    )
    assert (parsed.listings[0].kind, parsed.listings[0].measures[0].programme) == ("unknown", "Q")
    assert all(IGNORED.values())


def test_dates_that_are_none_are_noted_and_kept_as_text() -> None:
    parsed = read({**ROW, "DEBAR_FROM_DATE": "soon", "DEBAR_TO_DATE": "later", "LAST_REFRESH_DATE": "x"})
    assert (parsed.listings[0].listed_on, parsed.published_at) == (None, None)
    assert ("ineligible_until", "later") in [(f.key, f.text) for f in parsed.listings[0].facts]
    assert parsed.notes == tuple(
        f"1 dates in {key} that could not be read" for key in ("DEBAR_FROM_DATE", "DEBAR_TO_DATE", "LAST_REFRESH_DATE")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"[]", "different_document"),
        (b'{"response": []}', "different_document"),
        (b'{"response": {"ZPROCSUPP": []}}', "empty"),
        (b'{"response": {"ZPROCSUPP": [{"SUPP_ID": 1}]}}', "different_document"),
        (GOLDEN.read_bytes().replace(b"DEBAR_REASON", b"DEBAR_GROUND"), "different_document"),
        (GOLDEN.read_bytes().replace(b"900001", b"900002"), "malformed"),
        (GOLDEN.read_bytes().replace(b"900001", b"null"), "malformed"),
        (GOLDEN.read_bytes()[:900], "truncated"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_bytes(data)
    assert caught.value.reason == reason
    assert "INVENTED" not in str(caught.value)
