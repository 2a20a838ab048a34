"""Japan's list: names with remarks, dates in Japanese, papers with words around them, and what is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, Unread, get_source
from tocsin.sources.jp_fields import (
    find_days,
    find_un_refs,
    parse_day,
    read_births,
    read_ids,
    read_names,
    read_original,
    read_places,
)
from workbooks import make_workbook

FILE = Path(__file__).parents[2] / "golden" / "jp_mof" / "shisantouketsu20260820.csv"
GOLDEN = FILE.read_bytes()
HEADER = GOLDEN.decode("utf-8-sig").splitlines()[0].split(",")


def read(*rows: dict[str, str], header: list[str] = HEADER, name: str = "x.csv") -> Parsed:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows({"番号": "002-1", "個人・団体": "個人", "氏名（英語）": "Omar Exemplar", **row} for row in rows)
    return read_bytes(out.getvalue().encode(), name)


def read_bytes(data: bytes, name: str = "x.csv") -> Parsed:
    return get_source("jp_mof").parse([RawFile(name, data)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("One；Two; Three\nFour", [("One", None), ("Two", None), ("Three", None), ("Four", None)]),
        ("One (DOB: 1 Jan. 1963; POB: Egypt); Two", [("One", "DOB: 1 Jan. 1963; POB: Egypt"), ("Two", None)]),
        ("ワン（生年月日1963/4/11；国籍エジプト）；ツー", [("ワン", "生年月日1963/4/11；国籍エジプト"), ("ツー", None)]),
        ("Brigades (AAB)", [("Brigades (AAB)", None)]),
        ("(open; One", [("(open; One", None)]),
        ("なし", []),
        ("―", []),
        (None, []),
    ],
)
def test_a_cell_may_hold_several_names_and_remarks(text: str | None, names: list[tuple[str, str | None]]) -> None:
    assert [(n.text, n.note) for n in read_names(text, "c", "alias")] == names


def test_original_scripts_are_taken_out_of_the_notice() -> None:
    text = "Omar（Original script： عمر مثال）; Umar (original scipt: Умар); original script: オマル; original script: Omar"
    assert [(n.text, n.script) for n in read_original(text, "c")] == [("عمر مثال", "Arab"), ("Умар", "Cyrl")]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2001.9.22", "2001-09-22"), ("1963/4/11", "1963-04-11"), ("1963年4月11日", "1963-04-11"), ("１９６３年４月１１日生", "1963-04-11"),
        ("1963年4月", "1963-04"), ("1963年", "1963"), ("1963", "1963"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(text: str, day: str) -> None:
    assert str(parse_day(text)) == day


@pytest.mark.parametrize("text", ["1963年13月1日", "6月14日", "30歳", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text) is None


def test_dates_of_birth_are_parted_and_may_be_approximate() -> None:
    births, facts = read_births("(a) 1963年4月11日；およそ1964年、1965年から1967年の間又は1968年-1970年頃；約30歳", "c")
    assert [str(b.span) for b in births] == ["1963-04-11", "1964~", "1965/1967", "1968~/1970~"]
    assert [f.text for f in facts] == ["約30歳"]


def test_the_days_of_a_notice_are_all_found() -> None:
    assert [str(d) for d in find_days("2001.9.22 （2019年3月5日改訂）2001.9.22")] == ["2001-09-22", "2019-03-05"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("A99999999", [("A99999999", None)]),
        ("アフガニスタン旅券番号：TR999999（2003年12月20日に発行）", [("TR999999", "af")]),
        ("フランス旅券99AT999999（2005年11月30日発行)；パキスタン旅券 9999999", [("99AT999999", "fr"), ("9999999", "pk")]),
        ("北朝鮮旅券 999999999", [("999999999", "kp")]),
        ("不明", []),
    ],
)
def test_numbers_are_read_with_their_country(text: str, numbers: list[tuple[str, str | None]]) -> None:
    assert [(i.number, i.country) for i in read_ids(text, "c", "passport")[0]] == numbers


def test_papers_without_a_number_are_a_fact() -> None:
    assert [f.text for f in read_ids("出生証明書（2005年11月30日発行）", "c", "passport")[1]] == ["出生証明書(2005年11月30日発行)"]


def test_places_go_with_their_countries_where_there_are_as_many() -> None:
    places = list(read_places("A; B", "Afghanistan; Pakistan", "c", language="en"))
    assert [(p.city, p.country) for p in places] == [("A", "af"), ("B", "pk")]
    (place,) = read_places("A; B; C", "Afghanistan; Pakistan", "c", language="en")
    assert (place.city, place.country_text) == ("A; B; C", "Afghanistan; Pakistan")


def test_the_uns_reference_is_normalised() -> None:
    assert [i.number for i in find_un_refs("QDi． 901, TAe.902", "c")] == ["QDi.901", "TAe.902"]


def test_an_unconfirmed_alias_is_weak_and_a_former_name_is_former() -> None:
    names = read({"確定に十分でない別名（英語）": "Danger", "旧称（英語）": "Old"}).listings[0].names
    assert [(n.text, n.role, n.quality) for n in names[1:]] == [("Old", "former", "strong"), ("Danger", "alias", "weak")]


def test_new_columns_and_words_are_reported_and_empty_ones_are_nothing() -> None:
    header = [*HEADER, "靴", "空"]
    parsed = read({"靴": "43", "個人・団体": "船"}, header=header)
    assert parsed.unread == (Unread(path="個人・団体 (unknown word)", count=1), Unread(path="靴", count=1))
    assert parsed.listings[0].kind == "unknown"


@pytest.mark.parametrize(("name", "day"), [("shisantouketsu20260820.csv", "2026-08-20"), ("x20269999.csv", "None"), ("list.csv", "None")])
def test_the_day_of_the_state_stands_in_the_files_name(name: str, day: str) -> None:
    assert str(read({}, name=name).published_at)[:10] == day


def test_the_order_of_rows_does_not_matter() -> None:
    one, two = {"番号": "1"}, {"番号": "2", "氏名（英語）": "Other"}
    assert {x.ref: x for x in read(one, two).listings} == {x.ref: x for x in read(two, one).listings}


def test_windows_932_is_read_too() -> None:
    assert read_bytes(GOLDEN.decode("utf-8-sig").replace("عمر مثال", "x").encode("cp932")).records == {"persons": 1, "groups": 1}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n", "empty"),
        (b"<html>404</html>", "error_page"),
        (make_workbook({"A": [["x"]]}), "different_document"),
        (b"a,b\r\n1,2\r\n", "different_document"),
        (GOLDEN.replace("区分".encode(), "種別".encode()), "different_document"),
        (GOLDEN[: GOLDEN.index(b"\r\n") + 2], "empty"),
        (GOLDEN[:-20], "truncated"),
        (GOLDEN.replace(b"028-900001", b"002-900001"), "malformed"),
        (GOLDEN.replace(b"028-900001", b""), "malformed"),
        (GOLDEN.replace(b"\r\n", b"\r\nx,y\r\n", 1), "malformed"),
        (b"\x81\xff\xfe\x00", "malformed"),
    ],
)
def test_what_is_no_whole_list_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_bytes(data)
    assert caught.value.reason == reason
    assert "Exemplar" not in str(caught.value)
