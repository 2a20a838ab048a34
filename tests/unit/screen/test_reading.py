"""Customer files to rows: encodings, formats, and faults that are a row's or a file's."""

from __future__ import annotations

import datetime as dt
import decimal
import gzip
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.errors import BadInput, TocsinError, UnreadableFile
from tocsin.screen import Options, Row, read_rows

Read = Callable[..., list[Row]]
TABLE = "id,name,born\n1,Ömer حافظ,1950\n2,दाऊद,1960-02\n"


def codes(rows: list[Row]) -> list[str | None]:
    return [row.fault.code if row.fault else None for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_marked_encodings_are_told(read: Read, encoding: str) -> None:
    assert [row.values["name"] for row in read(TABLE.encode(encoding))] == [("Ömer حافظ",), ("दाऊद",)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_utf_16_without_a_mark_is_told_by_its_zeros(read: Read, encoding: str, name: str) -> None:
    text = "name,born\nHafiz Someone,1950\n" if name == "a.csv" else '{"name": "Hafiz Someone", "born": 1950}\n'
    (row,) = read(text.encode(encoding), name)
    assert row.values == {"name": ("Hafiz Someone",), "born": ("1950",)}


def test_another_encoding_is_read_when_it_is_named(read: Read) -> None:
    assert read("name\nJosé\n".encode("cp1252"), encoding="cp1252")[0].values == {"name": ("José",)}


def test_wrong_bytes_end_the_run_with_their_place(read: Read) -> None:
    with pytest.raises(UnreadableFile, match=r"not utf-8 text at byte 9, after row 0.*--encoding"):
        read("name\nJosé\n".encode("cp1252"))


@pytest.mark.parametrize("encoding", ["nope", "rot13", "hex", "undefined", "utf-16", "utf\0", "idna"])
def test_an_encoding_that_does_not_fit_is_told(read: Read, encoding: str) -> None:
    with pytest.raises(TocsinError):
        read("name\nJosé\n".encode("cp1252"), encoding=encoding)


@pytest.mark.parametrize(
    ("start", "said"),
    [
        (b"PK\x03\x04", "Excel"), (b"\x89PNG\r\n", "PNG"), (b"%PDF-1.7", "PDF"), (b"SQLite format 3\0", "SQLite"),
        (b"\xd0\xcf\x11\xe0", "Excel"), (b"\x01\x02\x03\x04\x05\x06", "no text"), (b"PAR1", "Parquet"),
    ],
)
def test_other_kinds_of_files_are_refused_by_name(read: Read, start: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read(start + bytes(200))


@pytest.mark.parametrize("line", ["name;born", "name\tborn", "name|born", "name,born"])
def test_the_header_shows_what_separates(read: Read, line: str) -> None:
    delimiter = line[4]
    assert read(f"{line}\nX Y{delimiter}1950\n")[0].values == {"name": ("X Y",), "born": ("1950",)}


@pytest.mark.parametrize("given", ["tab", "\\t", "\t"])
def test_a_tab_can_be_said(read: Read, given: str) -> None:
    assert read("name\tborn\nX Y\t1950\n", delimiter=given)[0].values["born"] == ("1950",)


@pytest.mark.parametrize("given", ["ab", "", '"', "\n", "x"])
def test_a_delimiter_that_cannot_be_one_is_refused(read: Read, given: str) -> None:
    with pytest.raises(BadInput, match="The delimiter"):
        read("name\nx\n", delimiter=given)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(read: Read, end: str) -> None:
    assert len(read(f"name,born{end}A B,1950{end}C D,1960{end}")) == 2


def test_a_cell_may_have_line_ends_and_delimiters_in_quotes(read: Read) -> None:
    assert read('name,born\n"A,\nB",1950\n')[0].values["name"] == ("A,\nB",)


def test_faulty_rows_stay_rows_and_keep_their_numbers(read: Read) -> None:
    rows = read('name,born\nA\nB,1950,x\n"C"c,1950\nD,1960\n')
    assert codes(rows) == ["too_few_fields", "too_many_fields", "bad_row", None]
    assert [row.number for row in rows] == [1, 2, 3, 4]


def test_a_quotation_mark_that_is_never_closed_ends_the_run(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="row 2: a quotation mark is opened and not closed"):
        read('name,born\nA,1950\n"B,1950\nC,1960\n')


def test_a_column_without_a_name_is_numbered_so_that_it_can_be_ignored(read: Read) -> None:
    with pytest.raises(BadInput, match="'column 1' is not known"):
        read(",name\n0,A B\n")
    assert read(",name\n0,A B\n", ignore=("column 1",))[0].values == {"name": ("A B",)}


@pytest.mark.parametrize(("content", "said"), [(b"", "is empty"), (b"\n\n", "first line is empty"), (b'"name\n', "no header")])
def test_a_file_without_a_header_is_refused(read: Read, content: bytes, said: str) -> None:
    with pytest.raises(UnreadableFile, match=said):
        read(content)


def test_a_header_alone_is_a_file_without_rows(read: Read) -> None:
    assert read("name\n") == []


def test_a_line_that_no_memory_could_hold_is_refused(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.screen.reading.MAX_CELL", 100)
    with pytest.raises(UnreadableFile, match="over 100 characters"):
        read("name,born\n" + "A" * 200 + ",1950\n")
    with pytest.raises(UnreadableFile, match="over 100 characters"):
        read('{"name": "' + "A" * 200 + '"}\n', "a.jsonl")


def test_packed_files_are_read(read: Read) -> None:
    assert len(read(gzip.compress(TABLE.encode()), "a.csv.gz")) == 2


@pytest.mark.parametrize("damage", ["cut", "zeros at the start", "zeros later", "checksum"])
def test_a_damaged_archive_ends_the_run(read: Read, damage: str) -> None:
    lines = "".join(f"{n * 7919 % 100_003} name\n" for n in range(30_000))
    data = bytearray(gzip.compress(("name\n" + lines).encode()))
    if damage == "cut":
        del data[len(data) // 2:]
    elif damage == "checksum":
        data[-8:-4] = b"\0\0\0\0"
    else:
        place = 20 if "start" in damage else len(data) // 2
        data[place:place + 60] = bytes(60)
    with pytest.raises(UnreadableFile, match="damaged"):
        read(bytes(data), "a.csv.gz")


def test_json_lines_with_faults_stay_rows(read: Read) -> None:
    lines = ['{"name": "A"}', "{", "[1]", "7", '{"name": {"a": 1}}', '{"name": "A", "nmae": "B"}', "", '{"name": true}',
             '{"name": "\\ud800"}', '{"name": "A", "name": "B"}', '{"name": ' + "[" * 2000 + "]" * 2000 + "}", '{"name": ["A", "B"]}']
    assert codes(read("\n".join(lines), "a.jsonl")) == [
        None, "bad_json", "bad_json", "bad_json", "bad_value", "unknown_field", "bad_value", "bad_json", "bad_json", "bad_json", None,
    ]


def test_colons_in_values_are_no_doubled_keys(read: Read) -> None:
    assert codes(read('{"name": "A: B: C", "notes": {"name": 1}}\n', "a.jsonl")) == [None]


def test_one_json_array_is_refused_as_that(read: Read) -> None:
    with pytest.raises(UnreadableFile, match="one JSON array"):
        read('[{"name": "A"}]', "a.json")


def test_an_unknown_key_in_the_first_object_ends_the_run(read: Read) -> None:
    with pytest.raises(BadInput, match="'nmae' is not known; did you mean 'name'"):
        read('{"nmae": "A", "born": 1950}\n', "a.jsonl")


@pytest.mark.parametrize("content", [b'{"name": "A B"}\n', b'\xef\xbb\xbf{"name": "A B"}\n', '{"name": "A B"}\n'.encode("utf-16"), b"name\nA B\n"])
def test_standard_input_shows_its_format(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))  # type: ignore[arg-type]
    assert [row.values for row in read_rows("-")] == [{"name": ("A B",)}]


def test_standard_input_that_is_closed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(UnreadableFile, match="closed"):
        list(read_rows("-"))


def write_parquet(path: Path, columns: dict[str, object]) -> str:
    pq.write_table(pa.table(columns), path)
    return str(path)


def test_parquet_is_read_with_the_types_that_frames_have(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "a.parquet", {
        "id": pa.array([1, 2, 3]), "name": pa.array(["A B", None, "C D"]), "born": pa.array([1950.0, float("nan"), None]),
        "country": pa.array([["pk", "in"], [], None]), "passport": pa.array(["X1", "X2", "X3"]).dictionary_encode(),
    })
    assert [row.values for row in read_rows(path)] == [
        {"id": ("1",), "name": ("A B",), "born": ("1950",), "country": ("pk", "in"), "passport": ("X1",)},
        {"id": ("2",), "passport": ("X2",)}, {"id": ("3",), "name": ("C D",), "passport": ("X3",)},
    ]


@pytest.mark.parametrize("born", [
    pa.array([dt.date(1950, 2, 3)]), pa.array([dt.datetime(1950, 2, 3)]), pa.array([dt.datetime(1950, 2, 3)], pa.timestamp("ns")),
])
def test_parquet_dates_are_dates(tmp_path: Path, born: pa.Array) -> None:
    (row,) = read_rows(write_parquet(tmp_path / "a.parquet", {"name": pa.array(["A"]), "born": born}))
    assert row.values["born"] == ("1950-02-03",)


@pytest.mark.parametrize("value", [decimal.Decimal("1.5"), b"abc", {"a": 1}, True])
def test_parquet_values_that_are_no_text_are_the_rows_fault(tmp_path: Path, value: object) -> None:
    assert codes(list(read_rows(write_parquet(tmp_path / "a.parquet", {"name": pa.array([value])})))) == ["bad_value"]


def test_unknown_columns_of_parquet_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="did you mean 'name'"):
        list(read_rows(write_parquet(tmp_path / "a.parquet", {"nmae": pa.array(["A"]), "born": pa.array([1])})))


@pytest.mark.parametrize("content", [b"name\nA\n", b"PAR1" + bytes(50) + b"PAR1", b""])
def test_what_is_no_parquet_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile):
        list(read_rows(str(path)))


def test_a_cut_parquet_file_is_told(tmp_path: Path) -> None:
    path = Path(write_parquet(tmp_path / "a.parquet", {"name": pa.array([str(n) for n in range(5000)])}))
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(UnreadableFile, match="whole Parquet file"):
        list(read_rows(str(path)))


@pytest.mark.parametrize("name", ["missing.csv", "missing.parquet", "missing.jsonl.gz", "."])
def test_a_missing_file_or_a_folder_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableFile, match=r"no such file|a folder"):
        list(read_rows(str(tmp_path / name)))


def test_a_format_that_does_not_exist_is_refused(read: Read) -> None:
    with pytest.raises(BadInput, match="did you mean 'parquet'"):
        read("name\nA\n", format="parqet")


def test_rows_are_given_before_the_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"name": f"A {n}"}) + "\n" for n in range(50_000)) + "\x00\xff")
    assert next(read_rows(str(path), Options())).values == {"name": ("A 0",)}


@pytest.mark.parametrize(("name", "data"), [("input", b""), ("input", b"id,name\n1,Jos\xe9\n"), ("input.parquet", b"PAR1 and no more")])
def test_a_file_that_is_kept_under_another_name_is_named_as_its_owner_calls_it(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=r"^customers\.csv: "):
        list(read_rows(str(path), Options(called="customers.csv")))
