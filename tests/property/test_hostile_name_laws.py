"""Names that nobody has: each is answered or refused with a sentence of ours, by the kernel as by the plain reference."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.cli import run
from tocsin.errors import BadInput, TocsinError
from tocsin.match import Index, build_index, compare_names, open_index
from tocsin.match.engine import load_engine, weigh_names
from tocsin.match.finder import PlainFinder
from tocsin.match.index import load_files
from tocsin.match.kernel import KernelFinder, analyse_natively, find_kernel, to_native, to_text, weigh_natively
from tocsin.model import Entity, Kind, Listing, Name, Origin, Query
from tocsin.names.analysis import MAX_NAME, MAX_TOKEN, MAX_TOKENS, analyse_name

needs_kernel = pytest.mark.skipif(find_kernel() is None, reason="the native kernel was not built")
MARK = "Qwertzon"   # in each name, and in no message
HOSTILE = {
    "ten thousand words": " ".join(f"{MARK}{chr(97 + n % 26)}" for n in range(10_000)),
    "a megabyte": MARK * (2**20 // len(MARK)),
    "a megabyte of another script": MARK + "م" * 2**19,
    "a megabyte of spaces": MARK + " " * 2**20 + MARK,
    "at the limit": (f"{MARK} " * 200)[:MAX_NAME],
    "one letter": "a" * MAX_NAME,
    "one letter of another script": "م" * MAX_NAME,
    "one syllable": "习" * MAX_NAME,
    "a letter that is eighteen": f"{MARK} " + "ﷺ" * 900,
    "a storm of marks": f"{MARK}e" + "\u0301\u0328\u0331" * 300,
    "marks without a letter": "\u0301" * 500,
    "marks out of order": MARK + "".join(chr(0x300 + n * 37 % 0x70) for n in range(900)),
    "vowel signs alone": "\u064b\u0941\u0e31" * 200,
    "other directions": f"\u202e{MARK}\u202c\u2066 Ali\u2069\u200f",
    "joiners": f"{MARK}\u200d\u200c\ufeff\u2060 A\u00adli",
    "lone surrogates": f"\ud800{MARK}\udfff Ali\udc80",
    "surrogates alone": "\ud800\udfff" * 50,
    "a surrogate pair made by hand": f"{MARK} \ud83d\ude00",
    "nulls": f"{MARK}\x00Ali\x00",
    "control characters": f"{MARK}\x01\x07\x1b[31m\x7f\x85 Ali",
    "nothing when cleaned": " -'\"()[].,;:!?&/\\_…—«»",
    "spaces alone": "\u00a0\u2003\u3000\u2028\t\r\n",
    "nothing": "",
    "scripts in one word": f"{MARK}Алиعلي李ali",
    "scripts in one name": f"{MARK} Али علي 李 आली 김",
    "look-alikes": "Ѕalman Таrkhаni Qwеrtzоn",
    "pictures": f"{MARK} 😀👩‍👩‍👧‍👦🏴‍☠️🇮🇳",
    "pictures alone": "😀🇮🇳👍🏽",
    "numbers": " ".join(str(10**n) for n in range(40)),
    "one number": "9" * 900,
    "numbers of other scripts": "٣١٣ ३१३ ௩ ³ ⅷ 三 Ⅷ 🄌",
    "mathematical letters": "𝓠𝔀𝓮𝓻𝓽𝔃𝓸𝓷 ＱＷＥＲＴＺＯＮ Ⓠⓦⓔ",
    "commas": f"{MARK}," * 100,
    "initials": " ".join("JCBDKLMNPQ") * 20,
    "dots": f"{MARK} " + "U.S." * 200,
    "apostrophes": f"{MARK}" + "'’`ʿ" * 200 + "a",
    "ands": f"{MARK}" + "&" * 900,
    "legal forms": "limited liability company " * 38,
    "number words": f"{MARK} " + "twenty one " * 60,
    "ties": "bin al of " * 90,
    "ben": "ben " * 200,
    "compounds": "abdurrahmanuddin" * 60,
    "capitals inside": "QwertzonAgQwertzonAg" * 45,
    "jamo": "".join(chr(0x1100 + n % 19) + chr(0x1161 + n % 21) for n in range(400)),
    "private and unassigned": f"{MARK}\ue000\U000f0000\u0378\uffff",
    "tags": MARK + "".join(chr(0xE0061 + n % 26) for n in range(200)),
}
LISTED = ["Zaki ur Rehman Lakhvari", "Salman bin Muhammad Tarkhani", "محمد سعید", "Nurabad Trading Ltd", "习近平", "Али Ахмедов", "H. Qurbani"]
KINDS: tuple[Kind, ...] = ("person", "organization")


def make_entities(names: list[str]) -> list[Entity]:
    return [
        Entity(id=f"t:{number}-{kind}", caption="listed", kind=kind, listings=(Listing(
            list_key="t", authority="UN", ref=f"{number}{kind}", kind=kind,
            names=(Name(text=text, role="primary", quality="strong", script="Latn", origin=Origin(field="test")),),
        ),))
        for number, text in enumerate(names) for kind in KINDS
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index that lists, among others, each hostile name that can be text in a list."""
    made: Path = tmp_path_factory.mktemp("hostile")
    build_index(make_entities([*LISTED, *map(to_text, HOSTILE.values())]), made, register="hostile")
    return made


@pytest.fixture(scope="module")
def index(folder: Path) -> Index:
    return open_index(folder)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_its_words_are_bounded_in_number_and_length(name: str, kind: Kind) -> None:
    analyse_name.cache_clear()
    tracemalloc.start()
    words = analyse_name(name, kind)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(words) <= MAX_TOKENS
    for word in words:
        assert len(word.text) <= MAX_TOKEN
        assert len(word.fold) <= MAX_TOKEN + 1
        assert all(len(frame) <= MAX_TOKEN + 1 for frame in word.frames)
        assert len(word.written.encode(errors="surrogatepass")) <= 2**15
    assert peak < 8 * 2**20


@needs_kernel
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.parametrize("kind", KINDS)
def test_both_cut_it_into_the_same_words_and_weigh_it_alike(name: str, kind: Kind) -> None:
    words, engine = analyse_name(to_text(name), kind), load_engine()
    assert analyse_natively(name, kind) == [to_native(word) for word in words]
    for listed in (*LISTED, name, name[1:], name[:40]):
        logit, _ = weigh_natively(name, listed, kind, engine)
        plain = weigh_names(words, analyse_name(to_text(listed), kind), person=kind == "person", engine=engine)
        assert logit == pytest.approx(plain, abs=1e-6)


@needs_kernel
def test_both_make_the_same_index_of_them(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tocsin.match.kernel.find_kernel", lambda: None)
    plain = build_index(make_entities([*LISTED, *map(to_text, HOSTILE.values())]), tmp_path, register="hostile")
    native = folder / (folder / "current").read_text()
    assert [p.name for p in sorted(plain.iterdir()) if p.read_bytes() != (native / p.name).read_bytes()] == []


@needs_kernel
@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_both_find_the_same_of_an_index_of_them(folder: Path, name: str) -> None:
    files, engine = load_files(folder), load_engine()
    native, plain = KernelFinder(files), PlainFinder(files)
    for person in (True, False):
        one, other = (finder.score_names(name, engine, person=person, least=-1.0) for finder in (native, plain))
        assert [n for n, _ in one] == [n for n, _ in other]
        assert [s for _, s in one] == pytest.approx([s for _, s in other], abs=1e-6)


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_a_question_is_answered_or_refused_without_repeating_it(index: Index, name: str) -> None:
    query = Query(names=(name,))
    if len(name) > MAX_NAME or "\x00" in name or not (analyse_name(name, "person") or analyse_name(name, "organization")):
        with pytest.raises(BadInput, match="Name 1 ") as refused:
            index.find_hits(query, threshold=0.7, limit=5)
        assert MARK not in str(refused.value)
        assert len(str(refused.value)) < 200
        return
    hits = index.find_hits(query, threshold=0.7, limit=100)
    assert hits[0].score == 1.0
    assert len(hits) <= 100


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_comparing_it_with_itself_gives_one_or_a_refusal(name: str) -> None:
    try:
        assert compare_names(name, name).score == 1.0
    except TocsinError as error:
        said = str(error)
        assert (MARK in said, len(said) < 200) == (False, True)


Ask = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("home")
    assert run(["--home", str(folder), "lists"]) == 0
    return folder


@pytest.fixture(params=["kernel", "plain"])
def ask(request: pytest.FixtureRequest, home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Run a command, with the kernel and without; gives its exit code and what it wrote to either stream."""
    if request.param == "plain":
        monkeypatch.setattr("tocsin.match.kernel.find_kernel", lambda: None)
        monkeypatch.setattr("tocsin.match.finder.find_kernel", lambda: None)

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run([*arguments, "--home", str(home)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ask


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)
def test_the_command_match_answers_or_says_in_a_sentence_why_not(ask: Ask, name: str) -> None:
    code, out, err = ask("match", f"--name={name}" if name.startswith("-") else name, "--json")
    assert code in (0, 2, 3)
    assert MARK not in err
    assert len(err) < 500
    if code == 2:
        assert out == ""
    else:
        assert len(json.loads(out)["hits"]) <= 10


@pytest.mark.parametrize("format", ["jsonl", "csv"])
def test_the_command_screen_screens_each_or_says_at_which_row_why_not(ask: Ask, tmp_path: Path, format: str) -> None:
    path = tmp_path / f"rows.{format}"
    if format == "jsonl":
        path.write_text("".join(json.dumps({"id": n, "name": name}) + "\n" for n, name in enumerate(HOSTILE.values())))
    else:
        cells = ('"' + name.replace('"', '""') + '"' for name in HOSTILE.values())
        path.write_bytes(b"id,name\n" + "".join(f"{n},{cell}\n" for n, cell in enumerate(cells)).encode(errors="replace"))
    code, out, err = ask("screen", str(path), "--all", "--out-format", "jsonl")
    assert code in (1, 3), err
    assert MARK not in err
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["row"] for row in rows] == list(range(1, len(HOSTILE) + 1))
    for row in rows:
        assert MARK not in json.dumps([row.get("error"), row.get("warnings")])
        assert (row.get("error") is None) or row.get("hits", []) == []


ODD = st.sampled_from([
    "\u0301", "\u0328", "\u064b", "\u0941", "\u200d", "\u200c", "\u202e", "\u2066", "\ufeff", "\u00ad", "\ud800", "\udc80", "\x00", "\x1f",
    "\x85", "\u2028", "ﷺ", "ﷲ", "ﬁ", "ǆ", "İ", "ı", "ß", "ſ", "K", "Å", "Ａ", "𝓐", "①", "³", "٣", "३", "三", "Ⅷ", "ａ", "ｱ", "가", "ᄀ", "ᅡ", "習",
    "ا", "ال", "ٱ", "ھ", "و", "א", "ױ", "ܐ", "ა", "Ა", "Ꭰ", "ꭰ", "ๆ", "ำ", "ຳ", "𐌰", "😀", "🏽", "&", "'", "’", "ʿ", "´", "-", ".", ",", "_", "`",
    "\"", "(", "A", "b", "Mc", "SA", "7", "no", "st", " ", "\u3000", "\t", "din", "abd", "ben", "Ltd",
])
ODD_NAMES = st.lists(st.one_of(ODD, st.characters(codec=None)), max_size=40).map("".join)


@needs_kernel
@given(name=ODD_NAMES, kind=st.sampled_from(KINDS))
@settings(max_examples=400)
def test_whatever_characters_it_has_both_read_the_same_words(name: str, kind: Kind) -> None:
    words = analyse_name(to_text(name), kind)
    assert analyse_natively(name, kind) == [to_native(word) for word in words]
    assert all(len(w.text) <= MAX_TOKEN and len(w.fold) <= MAX_TOKEN + 1 for w in words)


@given(name=ODD_NAMES, other=ODD_NAMES)
@settings(max_examples=200)
def test_whatever_characters_they_have_two_names_are_compared_or_refused(name: str, other: str) -> None:
    try:
        found = compare_names(name, other)
    except BadInput:
        return
    assert 0 <= found.score <= 1
    assert found.reasons or found.score < 1
