"""Whatever has happened to the files of an index, it is refused with a sentence, or answers: nothing else."""

from __future__ import annotations

import math
import shutil
import struct
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from zlib import crc32

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tocsin.errors import StoreFailed, TocsinError
from tocsin.match import build_index, open_index
from tocsin.match import index as index_room
from tocsin.match import kernel as kernel_room
from tocsin.match.index import IndexFiles, Meta, load_files, verify_index
from tocsin.match.soundness import FILES
from tocsin.model import Entity, Identifier, Kind, Listing, Name, Origin, Query

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a mapped file cannot be changed there")
HERE = Origin(field="test")
NAMES: dict[Kind, list[str]] = {
    "person": ["Zaki-ur-Rehman Lakhvari", "ذکی الرحمان", "H. Qurbani"], "organization": ["Nurabad Trading Ltd", "Brigade 313"], "vessel": [],
}
ASKED = (
    Query(names=("Zakir Rehman Lakhwari",)), Query(names=("Nurabad Trading 313",), kind="organization"), Query(identifiers=("AB1234567",)),
    Query(names=("ذکی الرحمن",)),
)
SOUND = "sound"


def make_entities() -> Iterator[Entity]:
    for kind, names in NAMES.items():
        for number, text in enumerate(names):
            listing = Listing(
                list_key="t", authority="UN", ref=f"{kind}{number}", kind=kind, identifiers=(Identifier(kind="passport", number="AB1234567", origin=HERE),),
                names=(Name(text=text, role="primary", quality="strong", script="Latn", origin=HERE),),
            )
            yield Entity(id=f"t:{kind}{number}", caption=text, kind=kind, listings=(listing,))


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("sound")
    build_index(make_entities(), folder, register=SOUND)
    return folder


@pytest.fixture(params=["kernel", "plain"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both that read an index: the kernel, where it was built, and plain Python."""
    if request.param == "kernel" and kernel_room.find_kernel() is None:
        pytest.skip("the native kernel was not built: there was no C++ compiler")
    if request.param == "plain":
        monkeypatch.setattr(kernel_room, "find_kernel", lambda: None)
        monkeypatch.setattr("tocsin.match.finder.find_kernel", lambda: None)
    return str(request.param)


@pytest.fixture
def index(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound index; gives the folder of its files."""
    shutil.copytree(sound, tmp_path / "index")
    return tmp_path / "index" / (tmp_path / "index" / "current").read_text()


def rewrite(index: Path, name: str, change: Callable[[bytes], bytes], *, certify: bool = True) -> None:
    """Change one file, and with `certify` its size and checksum too, as if it had been written so."""
    data = change((index / name).read_bytes())
    (index / name).write_bytes(data)
    if certify:
        meta = msgspec.json.decode((index / "meta.json").read_bytes(), type=Meta)
        files = {**meta.files, name: index_room.File(size=len(data), crc=crc32(data))}
        (index / "meta.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(meta, files=files)))


def put(code: str, at: int, value: float) -> Callable[[bytes], bytes]:
    """Another value for one item of an array."""
    width = struct.calcsize(code)

    def change(data: bytes) -> bytes:
        start = at * width if at >= 0 else len(data) + at * width
        return data[:start] + struct.pack(code, value) + data[start + width:]

    return change


def ask(folder: Path) -> None:
    """All that can be asked of an index."""
    opened = open_index(folder)
    list(opened.entities())
    opened.find_entities("t:person0")
    for query in ASKED:
        opened.find_hits(query, threshold=0.1, limit=5)


def ask_or_refuse(folder: Path) -> None:
    """Answers, or a sentence that says what to do: any other error is raised."""
    said = ""
    try:
        ask(folder)
    except TocsinError as error:
        said = str(error)
    assert "tocsin update" in said or not said


def is_refused(index: Path, name: str) -> None:
    with pytest.raises(StoreFailed, match=f"Index file {name.replace('.', '[.]')} is damaged: .*tocsin update"):
        ask(index.parent)


def test_a_sound_index_is_read_alike_by_all(reading: str, index: Path) -> None:
    ask(index.parent)
    assert verify_index(index.parent) == sum((index / name).stat().st_size for name in FILES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_missing_cut_or_changed_is_named(reading: str, index: Path, name: str) -> None:
    whole = (index / name).read_bytes()
    (index / name).unlink()
    is_refused(index, name)
    for cut in {0, len(whole) // 2, max(0, len(whole) - 1)} - {len(whole)}:
        (index / name).write_bytes(whole[:cut])
        is_refused(index, name)
    for at in {0, len(whole) // 3, len(whole) - 1} if whole else set():
        (index / name).write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1:])
        is_refused(index, name)


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_file_that_is_short_and_certified_so_is_refused(reading: str, index: Path, name: str) -> None:
    whole = (index / name).read_bytes()
    rewrite(index, name, lambda data: data[:max(0, len(data) - 3)])
    with pytest.raises(StoreFailed, match=r"Index file .* is damaged"):
        ask(index.parent)
    assert len(whole) > 3


@pytest.mark.parametrize(("name", "change"), [
    ("names_of_word.offsets", put("=Q", 1, 2**63)), ("names_of_word.offsets", put("=Q", -1, 10**6)), ("names.words.offsets", put("=Q", 2, 0)),
    ("names_of_word.values", put("=I", 1, 2**32 - 1)), ("names.words.values", put("=I", 0, 10**6)), ("names.entity", put("=I", 1, 99)),
    ("names.kind", put("=B", 0, 200)), ("names.weight", put("=d", 0, math.nan)), ("names.weight", put("=d", 0, 0.0)),
    ("names.silent", put("=d", 0, -1.0)), ("names.text.offsets", put("=Q", 1, 2**40)), ("names.text.data", lambda data: b" " * len(data)), ("entities.offsets", put("=Q", 1, 2**40)),
    ("entities.data", put("=B", 3, 255)), ("entities.data", put("=H", 3, 128)), ("entities.data", lambda data: b"\x91" * len(data)), ("words.records", put("=Q", 0, 2**62)), ("words.records", put("=d", 1, math.inf)),
    ("words.records", put("=H", 8, 65535)), ("words.records", put("=B", 26, 250)), ("words.records", put("=B", 27, 99)),
    ("keys.person.buckets", put("=I", 0, 7)), ("keys.person.buckets", put("=I", 1, 2**32 - 1)), ("keys.other.keys", put("=I", 0, 2**32 - 1)),
    ("keys.other.values", put("=I", 0, 10**6)), ("joins.person.values", put("=I", 0, 10**6)), ("identifiers.values", put("=I", 0, 10**6)),
    ("refs.values", put("=I", 0, 10**6)),
])
def test_a_value_out_of_its_range_is_refused_where_the_checksum_is_right(
    reading: str, index: Path, name: str, change: Callable[[bytes], bytes]
) -> None:
    rewrite(index, name, change)
    is_refused(index, name)


def test_an_index_of_another_byte_order_is_refused_and_made_anew(index: Path) -> None:
    meta = (index / "meta.json").read_text().replace('"byte_order":"little"', '"byte_order":"big"')
    (index / "meta.json").write_text(meta)
    with pytest.raises(StoreFailed, match=r"another byte order \(big-endian\); expected little-endian"):
        open_index(index.parent)
    build_index(make_entities(), index.parent, register=SOUND)
    ask(index.parent)


@pytest.mark.parametrize("change", [
    b"", b"{", b"[]", b"\xff\xfe", b'{"format":3}', b"null", b"\x00" * 100, b"[" * 10**6, b'{"x":' * 10**6,
])
def test_an_index_that_does_not_say_what_it_is_is_refused_and_made_anew(index: Path, change: bytes) -> None:
    (index / "meta.json").write_bytes(change)
    with pytest.raises(StoreFailed, match="tocsin update"):
        open_index(index.parent)
    build_index(make_entities(), index.parent, register=SOUND)
    ask(index.parent)


@pytest.mark.parametrize("current", [b"", b"..", b"\xff\xfe", b"a\x00b", b"/", b"0" * 20, "٣".encode() * 20, b"x" * 5000])
def test_whatever_the_current_index_is_said_to_be_nothing_else_is_opened_or_removed(index: Path, current: bytes) -> None:
    (index.parent / "current").write_bytes(current)
    (index.parent.parent / "register").write_text("precious")
    with pytest.raises(StoreFailed, match="tocsin update"):
        open_index(index.parent)
    build_index(make_entities(), index.parent, register=SOUND)
    ask(index.parent)
    assert (index.parent.parent / "register").read_text() == "precious"


def test_a_damaged_index_of_the_same_state_is_never_made_current(index: Path) -> None:
    build_index((), index.parent, register="another")
    (index / "words.data").write_bytes(b"")
    build_index(make_entities(), index.parent, register=SOUND, activate=False)
    assert open_index(index.parent).register == "another"
    build_index(make_entities(), index.parent, register=SOUND)
    ask(index.parent)


def test_who_has_opened_the_index_goes_on_when_the_next_one_is_damaged(index: Path) -> None:
    opened = open_index(index.parent)
    before = opened.find_hits(ASKED[0], threshold=0.1, limit=5)
    target = build_index((), index.parent, register="another")
    (target / "meta.json").write_bytes(b"{")
    assert before
    assert opened.find_hits(ASKED[0], threshold=0.1, limit=5) == before


CHANGES = st.lists(st.tuples(
    st.sampled_from(sorted(FILES)), st.sampled_from(["cut", "=B", "=H", "=I", "=Q"]), st.integers(0, 10**4),
    st.one_of(st.integers(0, 2**64 - 1), st.sampled_from([0, 1, 0x7FF8 << 48, 0x7FF0 << 48, 2**64 - 1])),
), min_size=1, max_size=6)


def damage(index: Path, changes: list[tuple[str, str, int, int]]) -> None:
    for name, how, at, value in changes:
        def change(data: bytes, how: str = how, at: int = at, value: int = value) -> bytes:
            if how == "cut" or not data:
                return data[:at % (len(data) + 1)]
            width = struct.calcsize(how)
            start = at * width % max(1, len(data) - width + 1)
            return data[:start] + struct.pack(how, value % 256**width) + data[start + width:]

        rewrite(index, name, change)


@given(changes=CHANGES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_damage_with_right_checksums_is_refused_or_answers(
    reading: str, sound: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "index"
    shutil.copytree(sound, folder)
    damage(folder / (folder / "current").read_text(), changes)
    ask_or_refuse(folder)
    shutil.rmtree(folder)


@given(changes=CHANGES)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damage_that_nobody_looked_for_never_leaves_the_arrays(
    reading: str, sound: Path, tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[str, str, int, int]]
) -> None:
    """As in an index so large that its values are not tried when it is opened."""
    folder = tmp_path_factory.mktemp("damaged") / "index"
    shutil.copytree(sound, folder)
    damage(folder / (folder / "current").read_text(), changes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(index_room, "VERIFIED_AT_ONCE", 0)
        ask_or_refuse(folder)
    shutil.rmtree(folder)


def test_the_files_are_those_that_are_written(sound: Path) -> None:
    files = load_files(sound)
    assert isinstance(files, IndexFiles)
    assert set(files.meta.files) == FILES
