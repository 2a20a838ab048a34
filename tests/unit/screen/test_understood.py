"""What a file is taken for before it is screened."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tocsin.errors import UnreadableFile
from tocsin.screen import Options
from tocsin.screen import understood as module
from tocsin.screen.understood import understand

CSV = 'id;full name;dob;nationality;branch;notes\n1;Anna Berg;14 Feb 1965;Sweden|pk;x;y\n2;?;1970;;x;y\n3;Bo Ek;32 Feb 1970;se;x;y\n'


def write(folder: Path, text: str, name: str = "a.csv") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_each_column_is_used_carried_ignored_or_refused(tmp_path: Path) -> None:
    found = understand(write(tmp_path, CSV), Options())
    assert [(c.column, c.use, c.field) for c in found.columns] == [
        ("id", "used", "id"), ("full name", "used", "name"), ("dob", "used", "born"), ("nationality", "used", "country"),
        ("branch", "refused", None), ("notes", "carried", None),
    ]
    assert found.error is not None
    assert "branch" in found.error
    assert found.columns[4].told == found.error
    assert found.rows == 0
    ignored = understand(write(tmp_path, CSV), Options(ignore=("branch",)))
    assert (ignored.columns[4].use, ignored.error) == ("ignored", None)


def test_values_are_counted_as_written_cleaned_or_refused_and_the_first_refusal_is_told(tmp_path: Path) -> None:
    found = understand(write(tmp_path, CSV), Options(ignore=("branch",)))
    counts = {f.field: (f.values, f.cleaned, f.refused) for f in found.fields}
    assert counts == {"id": (3, 0, 0), "name": (3, 0, 1), "born": (3, 1, 1), "country": (3, 1, 0)}
    told = {f.field: f.told for f in found.fields if f.told}
    assert told.keys() == {"name", "born"}
    assert told["born"].startswith("Row 3, born:")
    assert (found.rows, found.is_whole, found.unscreenable, len(found.faults)) == (3, True, 1, 1)
    assert found.faults[0].startswith("Row 2, name:")


def test_no_value_of_the_file_is_repeated(tmp_path: Path) -> None:
    kept = msgspec.json.encode(understand(write(tmp_path, CSV), Options(ignore=("branch",)))).decode()
    assert not any(value in kept for value in ("Anna", "Berg", "1965-02", "Sweden", "32 Feb"))


def test_a_long_file_is_looked_at_from_its_start_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKED", 2)
    found = understand(write(tmp_path, "name\nAnna Berg\nBo Ek\nCarl Dahl\n"), Options())
    assert (found.rows, found.is_whole, found.fields[0].values) == (2, False, 2)


def test_json_lines_and_parquet_tell_their_columns_too(tmp_path: Path) -> None:
    lines = understand(write(tmp_path, '\n{"name": "Anna Berg", "nmae": 1}\n', "a.jsonl"), Options())
    assert [(c.column, c.use) for c in lines.columns] == [("name", "used"), ("nmae", "refused")]
    pq.write_table(pa.table({"name": ["Anna Berg"], "born": ["1965"]}), tmp_path / "a.parquet")
    assert [c.column for c in understand(str(tmp_path / "a.parquet"), Options()).columns] == ["name", "born"]


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.parquet", b"PAR1 and no more"), ("a.csv", b""), ("a.csv", b"PK\x03\x04"), ("a.csv", b"name\xff\xfe\xfd\nx\n")],
)
def test_what_is_no_table_is_told_at_once(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(UnreadableFile):
        understand(str(tmp_path / name), Options())
