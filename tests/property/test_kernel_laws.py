"""The native kernel gives what the plain reference gives: the same words, features, log-odds and hits."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tocsin.match import kernel
from tocsin.match.align import align_tokens
from tocsin.match.engine import FEATURES, load_engine, weigh_names
from tocsin.match.features import make_features
from tocsin.match.finder import PlainFinder
from tocsin.match.index import build_index, load_files
from tocsin.match.kernel import (
    KernelFinder,
    analyse_natively,
    explain_natively,
    find_kernel,
    has_words,
    read_name,
    read_natively,
    to_native,
    to_text,
    weigh_natively,
)
from tocsin.match.words import SCRIPTS
from tocsin.model import Entity, Kind, Listing, Name, Origin
from tocsin.names.analysis import analyse_name
from tocsin.names.readings import spell_units, weigh_reading

pytestmark = pytest.mark.skipif(find_kernel() is None, reason="the native kernel was not built: there was no C++ compiler")

KINDS: st.SearchStrategy[Kind] = st.sampled_from(["person", "organization"])
WORDS = st.sampled_from([
    "Zaki", "ur", "Rehman", "Lakhvari", "Lakhwari", "bin", "Muhammad", "Mohd", "al", "Salman", "Sulman", "Ahmed", "Nurabad", "Trading",
    "Ltd", "limitd", "313", "no42", "N.", "JC", "محمد", "سعید", "عبدالرحمن", "Abdurrahman", "Abd", "Rahman", "Аслан", "习近平", "김정은",
    "दाऊद", "O'Neil", "Saint-Jean", "Nooruddin", "III", "Bank", "of", "SiemensAG", "U.S.A.", "Bob", "Robert", "co-operative", "Müller", "O’Brien", "Đặng", "Straße", "Łukasz",
    "安倍晋三", "Shinzo", "Abe", "高山明", "Akira", "李嘉誠", "Ka-shing", "吳作棟", "Goh", "Chok", "Tong", "林鄭月娥", "格倫", "Hsiao-ping",
    "마수드", "마", "수드", "Masood", "ג׳ון", "ג'ורג", "John", "George", "Жалу", "Jaloux", "习", "近平", "Jinping",
])
NAMES = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)
LISTED = [
    "Zaki ur Rehman Lakhvari", "Salman bin Muhammad", "محمد سعید", "Nurabad Trading Ltd", "Abd al-Rahman Salman", "Аслан Ахмедов",
    "Bank of Nurabad 313", "Robert Nooruddin", "N. Lakhvari", "Saint-Jean O'Neil", "Li Ka-shing", "Goh Chok Tong", "安倍 晋三", "Takayama Akira", "Masood John", "마 수드 Jaloux", "Xi Jinping",
]


FOREIGN = st.one_of(*(st.text(letters, min_size=1, max_size=9) for letters in (
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىءآأإؤئپچژگھہےٹڈ\u064b\u0651\u0640\u200c", "אבגדהוזחטיכלמנסעפצקרשתךםןףץ\u05b0\u05bc׳",
    "अआइईउऊएऐओऔकखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह\u093e\u093f\u0940\u0941\u0942\u0947\u094b\u094d\u0902\u093c",
    "অআইকখগচজটডতদনপবভমযরলশষসহ\u09be\u09bf\u09c7\u09cb\u09cd\u09d7", "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґАДН\u0306\u0301",
    "αβγδεζηθικλμνξοπρσςτυφχψωάέίό\u0301\u0345", "กขคงจชดตนบปพมยรลวสหอ\u0e31\u0e33\u0e34\u0e35\u0e48\u0e49\u0e40", "აბგდევზთიკლმნოპჟრსტ",
    "աբգդեզէըթիլխծկհձևԱԲ", "王李林鄭月娥安倍晋三高山明欧阳司马諸葛亮习近平格倫山田太郎佐藤健丽麗华華々", "김이박남궁선우황보정은민수지현ㄱ가",
    "あいうえおかきくけこさしすせそたちつてと\u3099", "アイウエオカキクケコャッーン\uff71",
)))


@given(name=st.one_of(st.text(max_size=60), NAMES, FOREIGN, st.lists(FOREIGN, min_size=2, max_size=4).map(" ".join)), kind=KINDS)
@example(name="0\x850", kind="person")
@example(name="בן גוריון", kind="person")
@settings(max_examples=600)
def test_both_cut_a_name_into_the_same_words(name: str, kind: Kind) -> None:
    assert analyse_natively(name, kind) == [to_native(token) for token in analyse_name(to_text(name), kind)]


@given(name=st.one_of(st.text(max_size=60), NAMES, FOREIGN, st.lists(FOREIGN, min_size=2, max_size=4).map(" ".join)), kind=KINDS)
@example(name="יוסף ಕನ್ನಡ", kind="person")
@settings(max_examples=300)
def test_words_are_read_by_the_kernel_only_where_it_can(name: str, kind: Kind) -> None:
    words = analyse_name(name, kind)
    is_told = to_text(name) == name and all(word.script in SCRIPTS[:-1] for word in words)
    assert read_natively(name, kind) == (words if is_told else None)
    assert read_name(name, kind) == words
    assert has_words(name, kind) == bool(analyse_name(to_text(name), kind))


ARABIC, HEBREW = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةءآأإؤئپچژگ", "אבגדהוזחטיכלמנסעפצקרשתךםןףץ׳"


@given(
    word=st.one_of(st.text(ARABIC, max_size=12), st.text(HEBREW, max_size=12)),
    latin=st.text("abcdefghijklmnopqrstuvwxyz", max_size=16), script=st.sampled_from(["Arab", "Hebr", "Syrc"]),
)
@settings(max_examples=300)
def test_both_weigh_words_without_vowels_alike(word: str, latin: str, script: str) -> None:
    native = kernel.find_kernel()
    assert native is not None
    spelt = spell_units("", word, script)
    found = native.weigh_reading(kernel.load_native_tables(), spelt, SCRIPTS.index(script), latin)
    assert found == weigh_reading(spelt, script, latin)


@given(query=NAMES, listed=NAMES, kind=KINDS)
@settings(max_examples=300)
def test_both_give_the_same_features_and_log_odds(query: str, listed: str, kind: Kind) -> None:
    engine, person = load_engine(), kind == "person"
    logit, features = weigh_natively(query, listed, kind, engine)
    asked, other = analyse_name(query, kind), analyse_name(listed, kind)
    assert logit == pytest.approx(weigh_names(asked, other, person=person, engine=engine), abs=1e-6)
    plain = make_features(asked, other, align_tokens(asked, other, person=person), person=person)
    assert features == pytest.approx([getattr(plain, f) for f in FEATURES], abs=1e-6)


@given(query=NAMES, listed=NAMES, kind=KINDS)
@settings(max_examples=300)
def test_both_tell_the_same_words_to_have_met(query: str, listed: str, kind: Kind) -> None:
    asked, other = analyse_name(query, kind), analyse_name(listed, kind)
    explained = explain_natively(query, listed, kind, load_engine())
    assert explained is not None
    features, alignment = explained
    plain = align_tokens(asked, other, person=kind == "person")
    assert (alignment.query_rest, alignment.candidate_rest) == (plain.query_rest, plain.candidate_rest)
    assert [(p.query, p.candidate, p.rule) for p in alignment.pairs] == [(p.query, p.candidate, p.rule) for p in plain.pairs]
    assert [p.similarity for p in alignment.pairs] == pytest.approx([p.similarity for p in plain.pairs], abs=1e-9)
    assert msgspec.structs.astuple(features) == pytest.approx(msgspec.structs.astuple(make_features(asked, other, plain, person=kind == "person")))


READ_AS: tuple[Kind, ...] = ("person", "organization")


def make(number: int, name: str, kind: Kind) -> Entity:
    return Entity(id=f"t:{number}-{kind}", caption=name, kind=kind, listings=(Listing(
        list_key="t", authority="UN", ref=str(number), kind=kind,
        names=(Name(text=name, role="primary", quality="strong", script="Latn", origin=Origin(field="test")),),
    ),))


@pytest.fixture(scope="module")
def finders(tmp_path_factory: pytest.TempPathFactory) -> tuple[KernelFinder, KernelFinder, PlainFinder]:
    folder: Path = tmp_path_factory.mktemp("index")
    build_index([make(n, text, kind) for n, text in enumerate(LISTED) for kind in READ_AS], folder, register="test")
    files = load_files(folder)
    return KernelFinder(files), KernelFinder(files, block=5), PlainFinder(files)


@given(query=NAMES, person=st.booleans(), least=st.sampled_from([-7.0, -1.0, 0.85]))
@settings(max_examples=300)
def test_the_index_gives_what_comparing_with_every_name_gives_and_the_reference_too(
    finders: tuple[KernelFinder, KernelFinder, PlainFinder], query: str, person: bool, least: float
) -> None:
    native, in_blocks, plain = finders
    engine = load_engine()
    found = native.score_names(query, engine, person=person, least=least)
    for others in (
        native.score_all(query, engine, person=person, least=least), plain.score_names(query, engine, person=person, least=least),
        in_blocks.score_names(query, engine, person=person, least=least),
    ):
        assert [n for n, _ in found] == [n for n, _ in others]
        assert [s for _, s in found] == pytest.approx([s for _, s in others], abs=1e-6)


ENTITIES = st.lists(
    st.builds(make, st.just(0), st.one_of(st.text(max_size=30), NAMES), st.sampled_from([*READ_AS, "unknown"])), max_size=12
)


@given(states=st.lists(ENTITIES, min_size=2, max_size=3))
@example(states=[[make(0, "محمد سعید", "person")], [make(0, "محمد سعید", "organization"), make(1, "سعید", "person")]])
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_index_made_after_another_is_the_one_that_would_be_made_anew(
    tmp_path_factory: pytest.TempPathFactory, states: list[list[Entity]]
) -> None:
    folder = tmp_path_factory.mktemp("states")
    for number, entities in enumerate(states):
        after = build_index(entities, folder / "one by one", register=str(number))
    anew = build_index(entities, folder / "anew", register=str(number))
    assert {p.name: p.read_bytes() for p in after.iterdir()} == {p.name: p.read_bytes() for p in anew.iterdir()}


def test_names_of_the_index_before_are_not_analysed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []  # what is not read by the kernel: words with hyphens
    read = kernel.read_for_kernel
    monkeypatch.setattr(kernel, "read_for_kernel", lambda chunk, person: asked.append(chunk) or read(chunk, person))

    def build(*names: str) -> list[str]:
        kernel._native_reader.cache_clear()
        asked.clear()
        build_index([make(n, text, "person") for n, text in enumerate(names)], tmp_path, register=" ".join(names))
        return sorted(asked)

    try:
        assert build("Аслан-ок Ахмедов-ок") == ["Аслан-ок", "Ахмедов-ок"]
        assert build("Аслан-ок Ахмедов-ок", "Аслан-ок Каримов-ок") == ["Аслан-ок", "Каримов-ок"]
        (current,) = [p for p in tmp_path.iterdir() if p.name == (tmp_path / "current").read_text()]
        (current / "words.data").write_bytes(bytes((current / "words.data").stat().st_size))
        assert build("Аслан-ок Каримов-ок", "Ахмедов-ок Аслан-ок") == ["Аслан-ок", "Ахмедов-ок", "Каримов-ок"]  # nothing is taken from a damaged one
        monkeypatch.setattr("tocsin.match.index.CODE_VERSION", "another")
        assert build("Аслан-ок Каримов-ок") == ["Аслан-ок", "Каримов-ок"]  # nor from one of another version
    finally:
        kernel._native_reader.cache_clear()
