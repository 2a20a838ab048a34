from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
from pathlib import Path

import pytest

from tocsin.errors import BadInput, ListRefused, UnreadableFile
from tocsin.sources import Parsed, RawFile, find_sources
from tocsin.sources.imported.dates import parse_span
from tocsin.sources.imported.delta import apply_delta, is_delta
from tocsin.sources.imported.description import Description, check_about, dump, read_description
from tocsin.sources.imported.packs import load_pack
from tocsin.sources.imported.plain import PlainFault, read_yaml
from tocsin.sources.imported.reader import MAP_NAME, make_source
from tocsin.sources.imported.sniff import find_self_described

PLAIN = """
list: {key: mine, title: Mine, authority: XX}
fields:
  reference: ref
  kind: person
  names: [{path: name, role: primary}]
  births: [{path: born, formats: [DD/MM/YYYY]}]
file: {optional: [born]}
"""


def described(text: str = PLAIN) -> Description:
    return read_description(text.encode(), name="m.yaml")


def parse(data: str, *, name: str = "x.csv", text: str = PLAIN) -> Parsed:
    return make_source(described(text)).parse([RawFile(name, data.encode())])


def say(error: pytest.ExceptionInfo[Exception]) -> str:
    return str(error.value)


@pytest.mark.parametrize(("text", "said"), [
    (PLAIN.replace("role:", "rolle:"), "fields.names[0]: there is no 'rolle'; did you mean 'role'?"),
    (PLAIN.replace("list:", "lists:"), "there is no 'lists'; did you mean 'list'?"),
    (PLAIN.replace("reference: ref", "record_id: ref"), "missing required field `reference`"),
    ("a: &x 1\nb: *x", "anchors and aliases are not read (line 1)"),
    ("list: {key: a, key: b}", "a key stands twice"),
    ("[1, 2]", "expected one mapping"),
    ("", "expected one mapping"),
    ("a: !!python/object:os.system x", "tags are not read"),
])
def test_a_mapping_that_is_wrong_is_refused_with_the_place_and_the_nearest_word(text: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        described(text)
    assert said in say(error)
    assert "Nothing was imported." in say(error)


@pytest.mark.parametrize(("text", "said"), [
    (PLAIN.replace("role: primary", "role: prime"), "fields.names[0].role: there is no 'prime'; did you mean 'primary'?"),
    (PLAIN.replace("kind: person", "kind: persons"), "fields.kind: there is no 'persons'; did you mean 'person'?"),
    (PLAIN.replace("DD/MM/YYYY", "dd/mm/yyyy"), "'dd/mm/yyyy' is no format of a date"),
    (PLAIN.replace("DD/MM/YYYY", "DD/MM"), "'DD/MM' is no format of a date"),
    (PLAIN.replace("{path: name, role: primary}", "{role: primary}"), "expected path, or each and text"),
    (PLAIN.replace("[{path: name, role: primary}]", "[]"), "at least one rule"),
])
def test_a_mapping_that_could_never_be_right_is_refused(text: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        make_source(described(text))
    assert said in say(error)


def test_a_description_that_is_kept_says_the_same_when_it_is_read_again() -> None:
    assert read_description(dump(described()), name="kept") == described()


@pytest.mark.parametrize("key", ["un", "starter", "My List", "x", "1st", "a" * 41])
def test_keys_of_published_lists_and_keys_that_are_none_are_not_given(key: str) -> None:
    about = described(PLAIN.replace("mine", "okay")).list
    with pytest.raises(BadInput):
        check_about(type(about)(key=key, title="T", authority="XX"), taken=tuple(find_sources()))


def test_a_column_that_the_mapping_names_and_the_file_lacks_is_refused_with_the_nearest() -> None:
    with pytest.raises(ListRefused) as error:
        parse("ref,nmae\n1,A\n")
    assert "no column 'name'" in say(error)
    assert "did you mean 'nmae'?" in say(error)


def test_a_path_that_no_record_has_is_refused_unless_it_is_optional() -> None:
    assert parse('{"ref": 1, "name": "Amina Testova"}', name="x.json").listings[0].ref == "1"
    with pytest.raises(ListRefused) as error:
        parse('{"ref": 1, "names": "Amina Testova"}', name="x.json")
    assert "no path 'name'" in say(error)


def test_columns_that_are_neither_mapped_nor_ignored_are_reported() -> None:
    parsed = parse("ref,name,branch,empty\n1,Amina Testova,north,\n2,Boris Testov,,\n")
    assert [(u.path, u.count) for u in parsed.unread] == [("branch", 1)]
    ignored = parse("ref,name,branch\n1,Amina Testova,north\n", text=PLAIN + "ignore: [branch]\n")
    assert ignored.unread == ()


@pytest.mark.parametrize(("data", "said"), [
    ("ref,name\n1,A B\n,C D\n,E F\n", "2 records have no reference (ref): row 3, row 4"),
    ("ref,name\n1,A B\n2,C D\n1,E F\n", "reference '1' (ref) stands for 2 records: row 2, row 4"),
])
def test_references_are_required_and_unique_and_the_rows_are_named(data: str, said: str) -> None:
    with pytest.raises(ListRefused) as error:
        parse(data)
    assert said in say(error)
    assert "C D" not in say(error)


def test_what_cannot_be_understood_is_counted_and_kept_as_a_fact() -> None:
    parsed = parse("ref,name,born\n1,Amina Testova,31/02/1965\n2,---,\n")
    assert [(u.path, u.count) for u in parsed.unread] == [
        ("born: no date of the formats in the mapping", 1), ("name: a name without letters", 1),
        ("records without a name (row 3)", 1),
    ]
    assert [(f.key, f.text) for f in parsed.listings[0].facts] == [("birth_date", "31/02/1965")]


@pytest.mark.parametrize(("text", "formats", "expected"), [
    ("03/04/1965", ["DD/MM/YYYY"], "1965-04-03"), ("03/04/1965", ["MM/DD/YYYY"], "1965-03-04"), ("03/04/1965", [], None),
    ("3 April 1965", ["D Mon YYYY"], "1965-04-03"), ("c. 1965", [], "1965~"), ("1965/1968", [], "1965/1968"),
    ("1965-04-03T00:00:00Z", [], "1965-04-03"), ("30/02/1965", ["DD/MM/YYYY"], None), ("April 1965", ["Mon YYYY"], "1965-04"),
])
def test_dates_are_read_as_the_mapping_says_and_never_guessed(text: str, formats: list[str], expected: str | None) -> None:
    span = parse_span(text, formats)
    assert (str(span) if span else None) == expected


@pytest.mark.parametrize(("data", "reason"), [
    ("", "empty"), ("ref,name\n", "empty"), ('ref,name\n1,"A\n', "malformed"), ("ref,name\n1,A,B\n", "malformed"),
    ("ref,ref\n1,A\n", "malformed"),
])
def test_a_table_that_is_none_is_refused(data: str, reason: str) -> None:
    with pytest.raises(ListRefused) as error:
        parse(data)
    assert error.value.reason == reason


@pytest.mark.parametrize("data", ["{", '{"ref": 1}\n[', "[" * 10_000, '"text"', '{"a":' * 40 + "1" + "}" * 40])
def test_json_that_is_broken_or_deep_is_refused(data: str) -> None:
    with pytest.raises(ListRefused):
        parse(data, name="x.jsonl")


@pytest.mark.parametrize("data", [b"a: " + b"[" * 5_000, b"\xff\xfe", b"a: 'b", b"? [x]\n: y"])
def test_yaml_that_is_deep_broken_or_strange_is_refused(data: bytes) -> None:
    with pytest.raises(PlainFault):
        read_yaml(data)


def test_yaml_is_read_as_plain_text() -> None:
    assert read_yaml(b"a: no\nb: 007\nc: ~\nd: 'null'\ne: 2005-05-01") == [
        {"a": "no", "b": "007", "c": None, "d": "null", "e": "2005-05-01"}
    ]


def make_tar(files: dict[str, bytes], *, link: str | None = None) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo("link.yaml")
            info.type, info.linkname = tarfile.SYMTYPE, link
            archive.addfile(info)
    return out.getvalue()


RECORDS = {"a/r-1.yaml": b"ref: 1\nname: Amina Testova\n", "a/r-2.yaml": b"ref: 2\nname: Boris Testov\n", "a/_index.yaml": b"count: 2\n"}
MEMBERS = PLAIN.replace("file: {", 'file: {members: "r-*.yaml", ')


def test_a_tar_a_packed_tar_and_a_folder_of_records_give_the_same_listings(tmp_path: Path) -> None:
    (tmp_path / "x.tar.xz").write_bytes(lzma.compress(make_tar(RECORDS)))
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        for name, data in RECORDS.items():
            archive.writestr(name, data)
    for name, data in RECORDS.items():
        (tmp_path / "folder" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(data)
    source = make_source(described(MEMBERS))
    found = [source.parse([load_pack([tmp_path / n], max_bytes=10**6)]) for n in ("x.tar.xz", "x.zip", "folder")]
    assert [x.ref for x in found[0].listings] == ["1", "2"]
    assert found[0] == found[1] == found[2]


def test_a_folder_is_the_same_bytes_whenever_it_is_packed(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "b.yaml").write_bytes(b"ref: 1")
    first = load_pack([tmp_path / "f"], max_bytes=10**6)
    (tmp_path / "f" / "b.yaml").touch()
    assert load_pack([tmp_path / "f"], max_bytes=10**6) == first


def test_archives_that_are_bombs_links_or_broken_are_refused(tmp_path: Path) -> None:
    (tmp_path / "bomb.tar.xz").write_bytes(lzma.compress(bytes(50_000_000)))
    (tmp_path / "cut.tar.xz").write_bytes(lzma.compress(make_tar(RECORDS))[:-20])
    for name, reason in (("bomb.tar.xz", "too_large"), ("cut.tar.xz", "truncated")):
        with pytest.raises(ListRefused) as error:
            load_pack([tmp_path / name], max_bytes=10**6)
        assert error.value.reason == reason
    source = make_source(described(MEMBERS))
    for data in (make_tar(RECORDS, link="/etc/passwd"), make_tar(RECORDS)[:700], make_tar({"r-1.yaml": bytes(4_000_001)})):
        with pytest.raises(ListRefused):
            source.parse([RawFile("x.tar", data)])
    with pytest.raises(UnreadableFile):
        load_pack([tmp_path / "missing.csv"], max_bytes=10**6)


def sheet(cells: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>')
        archive.writestr("_rels/.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')
        archive.writestr("xl/workbook.xml", '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>')
        archive.writestr("xl/_rels/workbook.xml.rels", '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>')
        archive.writestr("xl/worksheets/sheet1.xml", f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>')
    return out.getvalue()


def cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_a_workbook_is_read_and_one_with_a_cell_far_out_is_refused() -> None:
    source = make_source(described())
    rows = f'<row r="2">{cell("A2", "ref")}{cell("B2", "name")}</row><row r="3"><c r="A3"><v>7</v></c>{cell("B3", "Amina Testova")}</row>'
    parsed = source.parse([RawFile("x.xlsx", sheet(rows))])
    assert [(x.ref, x.caption) for x in parsed.listings] == [("7", "Amina Testova")]
    with pytest.raises(ListRefused) as error:
        source.parse([RawFile("x.xlsx", sheet(rows + f'<row r="1048576">{cell("XFD1048576", "x")}</row>'))])
    assert error.value.reason == "too_large"
    assert "Australian" not in say(error)


BASE = RawFile("e.json", b'{"id":"1","schema":"Person","properties":{"name":["A B"]}}\n{"id":"2","schema":"Person","properties":{"name":["C D"]}}\n')
DELTA = RawFile("d.json", b'{"op":"DEL","entity":{"id":"1"}}\n{"op":"MOD","entity":{"id":"2","schema":"Person","properties":{"name":["C E"]}}}\n{"op":"ADD","entity":{"id":"3","schema":"Person","properties":{"name":["F G"]}}}\n')


def test_a_delta_is_applied_to_the_state_before_it_and_twice_is_once() -> None:
    assert is_delta(DELTA)
    assert not is_delta(BASE)
    once = apply_delta(BASE, DELTA, title="T")
    assert b'"1"' not in once.data
    assert b"C E" in once.data
    assert b"F G" in once.data
    assert apply_delta(once, DELTA, title="T") == once


def test_a_delta_that_does_not_follow_is_refused_as_a_whole() -> None:
    with pytest.raises(ListRefused) as error:
        apply_delta(RawFile("e.json", BASE.data.splitlines()[0]), DELTA, title="T")
    assert "does not follow the state in force" in say(error)
    with pytest.raises(ListRefused):
        apply_delta(BASE, RawFile("d.json", b'{"op":"CHANGE","entity":{"id":"1"}}'), title="T")


def test_an_entity_or_record_that_stands_twice_is_refused() -> None:
    ftm = make_source(described("list: {key: mine, title: M, authority: XX}\nfile: {format: ftm}"))
    with pytest.raises(ListRefused) as error:
        ftm.parse([RawFile("e.json", BASE.data + BASE.data)])
    assert "line 3: id 1 stands twice" in say(error)
    senzing = make_source(described("list: {key: mine, title: M, authority: XX}\nfile: {format: senzing}"))
    with pytest.raises(ListRefused):
        senzing.parse([RawFile("s.json", b'{"RECORD_ID":"1","NAME_FULL":"A B"}\n{"RECORD_ID":"1","NAME_FULL":"C D"}')])


@pytest.mark.parametrize(("data", "expected"), [
    (BASE.data, "ftm"), (b'{"RECORD_ID":1}', "senzing"), (b"entity_id,prop,value\n", "statements"), (b"ref,name\n1,A", None),
    (b"Q1,Person:name,A B,d,,,t,f,2024,2024,x\n", "statements"), (b'{"a":1}', None), (b"", None),
])
def test_files_that_say_what_they_are_need_no_mapping(data: bytes, expected: str | None) -> None:
    assert find_self_described(RawFile("x", data)) == expected


def test_the_kept_description_is_not_taken_for_data() -> None:
    source = make_source(described())
    data = RawFile("x.csv", b"ref,name\n1,Amina Testova\n")
    assert source.parse([data, RawFile(MAP_NAME, dump(described()))]) == source.parse([data])
