"""The native kernel (`native/`), where it was built: the same rules as the plain reference, some hundred times as fast.

It reads ASCII text on its own, and words of one other script by their letters (`names.letters`), each asked for once; all
else is read here (`names.analysis`) and handed over. Searching lets go of Python's lock, so that threads search
side by side.
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from types import ModuleType
from typing import Any

import msgspec

from tocsin.match.align import Alignment, Pair
from tocsin.match.engine import FEATURES, Engine
from tocsin.match.features import Features
from tocsin.match.index import IndexFiles
from tocsin.match.words import SCRIPTS, TOKEN_KINDS, IndexedName
from tocsin.model import KINDS, Kind
from tocsin.names.abjad import LETTERS
from tocsin.names.analysis import DIN_WRITTEN, Token, analyse_name, make_token, read_chunk, to_plain
from tocsin.names.letters import tell_letter
from tocsin.names.readings import MOST_KANA
from tocsin.names.tables import load_signs, load_tables
from tocsin.names.unvocalised import weigh_readings_by

OTHER_SCRIPT = SCRIPTS[-1]  # any that is not told apart
_READ_IN = (*SCRIPTS, "yue", "nan", "jpn", "wade", "foreign")  # as native/words.hpp numbers scripts and languages
BUILD = 14  # of the kernel that these sources were written with, as native/finder.hpp
RULES = ("", "same", "spelling", "family", "nickname", "script", "initial", "joined", "cut", "translated")  # as its `Rule`
MARKS = frozenset("“”„«»’‘ʼʻ´′ʹʿʾ")  # looked up in `names.analysis.to_plain`, letter by letter


@lru_cache(maxsize=1)
def find_kernel() -> ModuleType | None:
    """The compiled module; `None`, with one warning, where it was not built, or from other sources than these."""
    why = "it was not built at installation"
    try:
        from tocsin.match import _kernel  # type: ignore[attr-defined]  # compiled, where it could be
    except ImportError:
        pass
    else:
        if getattr(_kernel, "BUILD", None) == BUILD:
            return _kernel  # type: ignore[no-any-return]
        why = "it was built for another version; install Tocsin again"
    warnings.warn(
        f"Tocsin runs without its native kernel ({why}): the same answers, slower.", RuntimeWarning, stacklevel=2
    )
    return None


@lru_cache(maxsize=1)
def load_native_tables() -> Any:
    kernel = find_kernel()
    assert kernel is not None
    tables = msgspec.structs.asdict(load_tables())
    signs = load_signs()
    native = kernel.Tables({
        **tables,
        "readings": {_READ_IN.index(script): units for script, units in load_tables().readings.items()},
        "signs": {_READ_IN.index(key): _group_by_line(lines) for key, lines in signs.lines.items()},
        "kana": {name: list(kana[:MOST_KANA]) for name, kana in signs.kana.items()},
        "surnames": signs.surnames, "given": signs.given, "frame_letters": LETTERS, "din_written": list(DIN_WRITTEN),
        "plainest": list(load_tables().plainest),
        "script_words": {w: (TOKEN_KINDS.index(kind), latin) for w, (kind, latin) in load_tables().script_words.items()},
    })
    weigh_readings_by(lambda spelt, script, latin: kernel.weigh_reading(native, spelt, _READ_IN.index(script), latin))
    return native


def _group_by_line(lines: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sign, line in lines.items():
        found.setdefault(line, []).append(sign)
    return found


@lru_cache(maxsize=1)
def _native_reader() -> Any:
    kernel = find_kernel()
    assert kernel is not None
    is_composed = partial(unicodedata.is_normalized, "NFC")
    return kernel.Reader(load_native_tables(), read_for_kernel, read_letter, tell_for_kernel, is_composed)


@lru_cache(maxsize=8)
def _native_engine(engine: Engine) -> Any:
    kernel = find_kernel()
    assert kernel is not None
    return kernel.Engine(
        engine.bias, engine.gate_low, engine.gate_high, engine.highest, engine.weak_highest, [list(s) for s in engine.steps]
    )


def to_native(token: Token) -> tuple[Any, ...]:
    """One word as the kernel takes it."""
    script = SCRIPTS.index(token.script if token.script in SCRIPTS else OTHER_SCRIPT)
    return (
        token.text, TOKEN_KINDS.index(token.kind), token.weight, token.fold, "\n".join(token.frames), list(token.families),
        list(token.nicks), token.written.encode("utf-8", errors="surrogatepass"), script, token.traits,
    )


def read_for_kernel(chunk: str, person: bool) -> tuple[str | None, list[Any]]:
    """A piece of text without spaces: in ASCII when all its letters are Latin, and its words."""
    plain = to_plain(chunk)
    words: list[Any] = [
        word.text if word.script == "Latn" else to_native(make_token(word, as_person=person))
        for word in read_chunk(chunk, as_person=person)
    ]
    return plain if plain.isascii() else None, words


def read_letter(letter: str) -> str | None:
    """A Latin letter or quotation mark beyond ASCII, in ASCII, if it reads so wherever it stands; `None` otherwise."""
    if letter in MARKS:
        plain = to_plain(letter)
        return plain if plain in ("", "'") else None
    if not letter.isalpha() or not ("\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff"):
        return None
    plain = to_plain(letter)
    return plain if plain.isascii() and plain.isalpha() else None


def tell_for_kernel(letter: str) -> tuple[int, str, str, bool] | None:
    """`names.letters.tell_letter` with the script as the kernel numbers it; a mark has the number of Latin."""
    told = tell_letter(letter)
    if told is None or told.script not in ("", *SCRIPTS[1:-1]):
        return None
    return SCRIPTS.index(told.script or "Latn"), told.form, told.ascii, told.dropped


def to_text(name: str) -> str:
    """`name` with what is no character (a lone surrogate) made a separator, as the kernel needs it."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", errors="replace").decode()
    return name


class KernelFinder:
    """Scores the listed names of one index; safe to share by threads."""

    def __init__(self, files: IndexFiles, *, block: int = 0) -> None:
        """`block`: how many listed names are tallied at once, for tests; 0 for as many as is best."""
        kernel = find_kernel()
        assert kernel is not None
        self._finder = kernel.Finder(_native_reader(), files.arrays(), block)

    def score_names(self, asked: str, engine: Engine, *, person: bool, least: float) -> list[tuple[int, float]]:
        """Numbers of listed names with log-odds of `least` or more, rising by number."""
        native = _native_engine(engine)
        try:
            found: list[tuple[int, float]] = self._finder.score(asked, person, native, least, False)
        except (TypeError, UnicodeEncodeError):
            found = self._finder.score(to_text(asked), person, native, least, False)
        return found

    def score_all(self, asked: str, engine: Engine, *, person: bool, least: float) -> list[tuple[int, float]]:
        """The same by comparing with every listed name: what `score_names` must find."""
        name = to_text(asked)
        found: list[tuple[int, float]] = self._finder.score(name, person, _native_engine(engine), least, True)
        return found

    def score_many(
        self, asked: Sequence[str], readings: Sequence[int], engine: Engine, least: Sequence[float], *, threads: int
    ) -> list[tuple[int, int, float]]:
        """As `Finder.score_many`."""
        found: list[tuple[int, int, float]] = self._finder.score_many(
            [name if name.isascii() else to_text(name) for name in asked], list(readings), _native_engine(engine),
            list(least), threads,
        )
        return found


class KernelWriter:
    """As `match.words.NameWriter`, natively. Names that are in `known`, an index that the same rules made, are taken from
    there and not analysed again; what is written is the same."""

    def __init__(self, known: IndexFiles | None = None) -> None:
        kernel = find_kernel()
        assert kernel is not None
        self._writer = kernel.Writer(_native_reader())
        if known is not None:
            self._writer.remember(known.arrays())

    def add_name(self, name: IndexedName) -> None:
        """File one name."""
        text = name.text.encode("utf-8", errors="surrogatepass")
        self._writer.add(to_text(name.text), text, name.entity, KINDS.index(name.kind), name.weak, name.person)

    def write(self, folder: Path) -> tuple[int, int, int]:
        """Write all arrays; gives the number of names, of words and of runs. `OSError` when the disk is full."""
        try:
            names, words, runs = self._writer.write(str(folder))
        except RuntimeError as error:
            raise OSError(28, "index arrays could not be written", str(error)) from error
        return names, words, runs


def analyse_natively(name: str, kind: Kind) -> list[tuple[Any, ...]]:
    """The words of a name as the kernel reads them."""
    kernel = find_kernel()
    assert kernel is not None
    found: list[tuple[Any, ...]] = kernel.analyse(_native_reader(), to_text(name), kind == "person")
    return found


def read_natively(name: str, kind: Kind) -> tuple[Token, ...] | None:
    """What `analyse_name` gives for a name of a known kind, sooner.

    `None` where there is no kernel, and for names with what is no character or with a script that it does not tell apart.
    """
    if find_kernel() is None or to_text(name) != name:
        return None
    words = tuple(map(_to_token, analyse_natively(name, kind)))
    return None if any(word.script == OTHER_SCRIPT for word in words) else words


def read_name(name: str, kind: Kind) -> tuple[Token, ...]:
    """The words of a name of a known kind, read by the kernel where it can."""
    words = read_natively(name, kind)
    return analyse_name(name, kind) if words is None else words


def has_words(name: str, kind: Kind) -> bool:
    """Whether a name of a known kind has any word."""
    return bool(analyse_natively(name, kind) if find_kernel() is not None else analyse_name(name, kind))


def _to_token(word: tuple[Any, ...]) -> Token:
    text, kind, weight, fold, frames, families, nicks, written, script, traits = word
    return Token(
        text=text, kind=TOKEN_KINDS[kind], weight=weight, fold=fold, frames=tuple(frames.split("\n")),
        families=tuple(families), nicks=tuple(nicks), written=written.decode(), script=SCRIPTS[script], traits=traits,
    )


def weigh_natively(query: str, listed: str, kind: Kind, engine: Engine) -> tuple[float, list[float]]:
    """Log-odds and features of two names as the kernel sees them."""
    kernel = find_kernel()
    assert kernel is not None
    sides = [to_text(name) for name in (query, listed)]
    found: tuple[float, list[float]] = kernel.weigh(_native_reader(), _native_engine(engine), *sides, kind == "person")
    return found


def explain_natively(query: str, listed: str, kind: Kind, engine: Engine) -> tuple[Features, Alignment] | None:
    """Features and alignment of two names that both have words and are not equal, as the kernel sees them.

    `None` where there is no kernel, and for names with what is no character (a lone surrogate): the reference reads those.
    """
    kernel = find_kernel()
    if kernel is None or (to_text(query), to_text(listed)) != (query, listed):
        return None
    features, met, left = kernel.explain(_native_reader(), _native_engine(engine), query, listed, kind == "person")
    pairs = tuple(
        Pair(tuple(range(q0, q1)), tuple(range(c0, c1)), value, RULES[rule]) for q0, q1, c0, c1, value, rule in met
    )
    return Features(**dict(zip(FEATURES, features, strict=True))), Alignment(pairs, *map(tuple, left))
