"""Israel's lists: cells that hold several values, cancelled designations, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tocsin.errors import ListRefused
from tocsin.sources import Parsed, RawFile, get_source
from tocsin.sources.il_fields import find_un_refs, make_names, parse_day, read_ids, split_dates
from workbooks import make_workbook

GOLDEN = Path(__file__).parents[2] / "golden"
PERSONS: list[list[Any]] = json.loads((GOLDEN / "il_nbctf" / "individuals.json").read_bytes())
ORGS: list[list[Any]] = json.loads((GOLDEN / "il_nbctf" / "organizations.json").read_bytes())
PAGE = (GOLDEN / "il_nbctf_seizures" / "page.html").read_bytes()


def read(persons: list[list[Any]] = PERSONS, orgs: list[list[Any]] = ORGS) -> Parsed:
    return get_source("il_nbctf").parse([RawFile("i.xlsx", make_workbook({"A": persons})), RawFile("o.xlsx", make_workbook({"B": orgs}))])


def read_page(data: bytes) -> Parsed:
    return get_source("il_nbctf_seizures").parse([RawFile("page.html", data)])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ONE; TWO\nTHREE", ["ONE", "TWO", "THREE"]),
        ("a) ONE b) TWO", ["ONE", "TWO"]),
        ("• ONE • TWO", ["ONE", "TWO"]),
        ("1: IBRAHIM 2: ALI 3: ABU BAKR", ["IBRAHIM ALI ABU BAKR"]),
        ("ONE, JUNIOR", ["ONE, JUNIOR"]),
        ('="---"', []),
        ("----", []),
        (None, []),
    ],
)
def test_a_cell_may_hold_several_names(text: str | None, names: list[str]) -> None:
    assert [n.text for n in make_names(text, "c", "alias")] == names


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2021-03-25", "2021-03-25"), ("25/03/2021", "2021-03-25"), ("1/1/67", "1967-01-01"), ("29.8.21", "2021-08-29"),
        ("44280", "2021-03-25"), ("1971", "1971"),
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_form(text: str, day: str) -> None:
    assert str(parse_day(text)) == day


@pytest.mark.parametrize("text", ["31/02/2021", "99999", "--/--/----", "about 1980", ""])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_day(text) is None


def test_dates_are_parted_by_or_and_dashes() -> None:
    assert split_dates("01/01/1970 OR 1971; 1972 - 1973") == ("01/01/1970", "1971", "1972", "1973")
    assert split_dates("--/--/----") == ()


@pytest.mark.parametrize(
    ("text", "numbers", "rest"),
    [
        ('ת"ז: 999999998; passport No. A9999999', [("national_id", "999999998"), ("passport", "A9999999")], ()),
        ("999999998", [("other_id", "999999998")], ()),
        ("דרכון 9999999", [("passport", "9999999")], ()),
        ("a) ID 99999 b) none known", [("national_id", "99999")], ("none known",)),
        ("----", [], ()),
        (None, [], ()),
    ],
)
def test_numbers_are_read_with_what_is_said_before_them(text: str | None, numbers: list[tuple[str, str]], rest: tuple[str, ...]) -> None:
    found, texts = read_ids(text, "c")
    assert ([(i.kind, i.number) for i in found], texts) == (numbers, rest)


def test_the_uns_references_are_identifiers() -> None:
    assert [(i.kind, i.number) for i in find_un_refs("UN: QDi. 901, QDe.902; OFAC 7", "c")] == [("un_ref", "QDi.901"), ("un_ref", "QDe.902")]


def test_a_cancelled_designation_is_left_out_and_one_with_another_date_is_kept() -> None:
    row = [*ORGS[2]]
    row[1] = "ההכרזה בוטלה ביום 29.8.21"
    assert "ORG-7" not in [x.ref for x in read(orgs=[*ORGS[:2], row]).listings]
    row[2] = "1.1.2022"
    (kept,) = (x for x in read(orgs=[*ORGS[:2], row]).listings if x.ref == "ORG-7")
    assert str(kept.listed_on) == "2022-01-01"
    assert ("cancellation", row[1]) in [(f.key, f.text) for f in kept.facts]


def test_a_column_that_no_rule_knows_is_reported() -> None:
    persons = [[*row, text] for row, text in zip(PERSONS, ["", "Shoe size", "43", "", "44", ""], strict=True)]
    assert [(u.path, u.count) for u in read(persons).unread] == [("A/shoe_size", 2)]


def test_columns_are_found_by_their_headings_wherever_they_stand() -> None:
    assert read([row[::-1] for row in PERSONS]).listings == read().listings


def test_the_order_of_rows_does_not_matter() -> None:
    turned = read([*PERSONS[:2], *PERSONS[:1:-1]], [*ORGS[:2], *ORGS[:1:-1]])
    assert {x.ref: x for x in turned.listings} == {x.ref: x for x in read().listings}


def test_one_workbook_alone_is_incomplete_and_may_be_accepted() -> None:
    source, file = get_source("il_nbctf"), RawFile("i.xlsx", make_workbook({"A": PERSONS}))
    with pytest.raises(ListRefused, match="the workbook of organizations is missing") as caught:
        source.parse([file])
    assert caught.value.reason == "incomplete"
    assert source.parse_partial is not None
    assert source.parse_partial([file]).notes[-1] == "1 workbook missing: this state has no organizations"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([["x", "y"]], "incomplete"),
        ([["internal seq. id", "x"]], "different_document"),
        ([PERSONS[0], [h for h in PERSONS[1] if "D.O.B" not in h]], "different_document"),
        (PERSONS[:2], "empty"),
    ],
)
def test_another_workbook_is_refused(rows: list[list[Any]], reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read(rows, ORGS[:2] if reason == "empty" else ORGS)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"<html>Request rejected</html>", "error_page"),
        (PAGE[: PAGE.index(b"INVENTED")], "truncated"),
        (PAGE.replace("ארנק".encode(), b"x"), "different_document"),
        (PAGE[: PAGE.index("צ.ת 1/26</td></tr>".encode())] + b"</table></html>", "empty"),
    ],
)
def test_another_page_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ListRefused) as caught:
        read_page(data)
    assert caught.value.reason == reason
    assert "EXEMPLAR" not in str(caught.value)


def test_the_same_row_twice_is_read_once_and_two_holders_of_a_wallet_are_two() -> None:
    row = "<tr><td>{}</td><td>-</td><td>-</td><td>-</td><td>1ExampleAddressThatNobody0wns8888</td><td></td></tr>"
    data = PAGE.replace(b"</tbody></table>\n</main>", (row.format("A") + row.format("B") + row.format("A")).encode() + b"</tbody></table></main>")
    parsed = read_page(data)
    assert "1 rows that say the same twice, read once" in parsed.notes
    assert len([x for x in parsed.listings if "8888" in x.ref]) == 2
