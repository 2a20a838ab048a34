"""The index: an immutable folder of flat arrays, made from one register state and opened by any number of processes.

`build_index` writes a new folder beside the old one and then swaps the small file `current`, so that a reader sees
either the old state or the new one. `open_index` maps the arrays; nothing is read until it is asked for.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from zlib import crc32

import msgspec

from tocsin.errors import NotFound, StoreFailed
from tocsin.match.keys import make_join_keys, make_keys
from tocsin.match.postings import (
    Blobs,
    Postings,
    load_array,
    load_blobs,
    load_groups,
    load_weights,
    write_array,
    write_blobs,
    write_groups,
)
from tocsin.model import Entity, Kind
from tocsin.names.analysis import Token, analyse_name
from tocsin.names.joins import make_joins
from tocsin.names.tables import NAME_DATA

FORMAT = 1
_TOKEN = msgspec.msgpack.Decoder(Token)
_ENTITY = msgspec.msgpack.Decoder(Entity)


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What an index was made from, and the size of each of its files in bytes."""

    format: int
    register: str
    name_data: str
    entities: int
    names: int
    words: int
    authorities: tuple[str, ...]
    sizes: dict[str, int]


class IndexedName(msgspec.Struct, frozen=True):
    """One listed name of one entity, as the index keeps it."""

    entity: int
    text: str
    kind: Kind
    weak: bool


class KeyTable:
    """Groups of numbers found by a 32-bit key."""

    def __init__(self, folder: Path, name: str) -> None:
        self._keys = load_array(folder, f"{name}.keys", "I")
        self._groups = load_groups(folder, name)

    def find_group(self, key: int) -> list[int]:
        """The numbers filed under `key`; empty when there are none."""
        at = bisect_left(self._keys, key)
        return self._groups.get_group(at) if at < len(self._keys) and self._keys[at] == key else []


class IndexFiles:
    """The mapped files of one index folder."""

    def __init__(self, folder: Path, meta: Meta) -> None:
        self.folder, self.meta = folder, meta
        self.words_of = {True: KeyTable(folder, "person_words"), False: KeyTable(folder, "other_words")}
        self.identifiers = KeyTable(folder, "identifiers")
        self.refs = KeyTable(folder, "refs")
        self.names_of_word: Postings = load_groups(folder, "names_of_word")
        self.words: Blobs = load_blobs(folder, "words")
        self.name_blobs: Blobs = load_blobs(folder, "names")
        self.entity_blobs: Blobs = load_blobs(folder, "entities")
        self.name_weights = load_weights(folder, "name_weights")

    def get_word(self, number: int) -> Token:
        return _TOKEN.decode(self.words.get_blob(number))

    def get_name(self, number: int) -> IndexedName:
        return msgspec.msgpack.decode(self.name_blobs.get_blob(number), type=IndexedName)

    def get_entity(self, number: int) -> Entity:
        return _ENTITY.decode(self.entity_blobs.get_blob(number))

    def iter_entities(self) -> Iterator[Entity]:
        return (_ENTITY.decode(blob) for blob in self.entity_blobs)

    @cached_property
    def is_empty(self) -> bool:
        return self.meta.names == 0


def build_index(entities: Sequence[Entity], folder: Path, *, register: str, activate: bool = True) -> Path:
    """Write the index of `entities` under `folder` and make it the current one; gives its own folder.

    `register` names the register state, and is what an answer says it rests on. Building the same state again is
    quick: the folder is named by what went into it. Without `activate` the new index only lies ready, and building it
    again makes it current at once. `StoreFailed` when the disk is full; the old index stays current.
    """
    name = hashlib.sha256(f"{FORMAT}:{NAME_DATA}:{register}".encode()).hexdigest()[:20]
    target, fresh = folder / name, folder / f".{name}.{os.getpid()}"
    try:
        if not (target / "meta.json").is_file():
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            _write_index(entities, fresh, register=register)
            shutil.rmtree(target, ignore_errors=True)
            fresh.replace(target)
        if activate:
            _swap_current(folder, name)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise StoreFailed(f"The index could not be written ({error.strerror}). The one in force stays.") from error
    return target


def _swap_current(folder: Path, name: str) -> None:
    current = folder / "current"
    before = current.read_text().strip() if current.is_file() else ""
    fresh = folder / f".current.{os.getpid()}"
    fresh.write_text(name)
    fresh.replace(current)
    for old in folder.iterdir():  # the one before is kept: a reader may be opening it
        if old.is_dir() and old.name not in (name, before) and not old.name.startswith("."):
            shutil.rmtree(old, ignore_errors=True)


class _Builder:
    """Collects names and the words that they are filed under, those of persons apart from all others."""

    def __init__(self) -> None:
        self.names: list[IndexedName] = []
        self.weights = array("f")
        self.words: dict[tuple[bool, Token], int] = {}
        self.names_of_word: list[array[int]] = []
        self.whole: set[int] = set()  # words that stand in a name as they are, not only by joining neighbours

    def add_name(self, name: IndexedName) -> None:
        tokens = analyse_name(name.text, name.kind)
        if not tokens:
            return
        person = name.kind == "person"
        self.whole.update([self._file(person, token) for token in dict.fromkeys(tokens)])
        for join in dict.fromkeys(make_joins(tokens)):
            self._file(person, join)
        self.names.append(name)
        self.weights.append(sum(t.weight for t in tokens))

    def _file(self, person: bool, word: Token) -> int:
        at = self.words.setdefault((person, word), len(self.words))
        if at == len(self.names_of_word):
            self.names_of_word.append(array("I"))
        postings = self.names_of_word[at]
        if not postings or postings[-1] != len(self.names):
            postings.append(len(self.names))
        return at

    def iter_keys(self, *, person: bool) -> Iterator[tuple[int, int]]:
        for (of_person, word), at in self.words.items():
            if of_person == person:
                for key in make_keys(word) if at in self.whole else make_join_keys(word):
                    yield key, at


def _write_index(entities: Sequence[Entity], folder: Path, *, register: str) -> None:
    builder = _Builder()
    for number, entity in enumerate(entities):
        for name in _names_of(number, entity):
            builder.add_name(name)
    encode = msgspec.msgpack.Encoder().encode
    write_groups(folder, "names_of_word", builder.names_of_word)
    write_array(folder, "name_weights", "f", builder.weights)
    write_blobs(folder, "words", (encode(word) for _, word in builder.words))
    write_blobs(folder, "names", (encode(name) for name in builder.names))
    write_blobs(folder, "entities", (encode(entity) for entity in entities))
    _write_table(folder, "person_words", builder.iter_keys(person=True))
    _write_table(folder, "other_words", builder.iter_keys(person=False))
    _write_table(folder, "identifiers", _identifier_keys(entities))
    _write_table(folder, "refs", _ref_keys(entities))
    _write_meta(folder, entities, register=register, names=len(builder.names), words=len(builder.words))


def _write_meta(folder: Path, entities: Sequence[Entity], *, register: str, names: int, words: int) -> None:
    authorities = sorted({listing.authority for entity in entities for listing in entity.listings})
    sizes = {path.name: path.stat().st_size for path in sorted(folder.iterdir())}
    meta = Meta(
        format=FORMAT, register=register, name_data=NAME_DATA, entities=len(entities), names=names, words=words,
        authorities=tuple(authorities), sizes=sizes,
    )
    (folder / "meta.json").write_bytes(msgspec.json.encode(meta))


def _names_of(number: int, entity: Entity) -> list[IndexedName]:
    """Each spelling once; strong wins where one list calls a name weak and another does not."""
    weak: dict[str, bool] = {}
    for listing in entity.listings:
        for name in listing.names:
            weak[name.text] = weak.get(name.text, True) and name.quality == "weak"
    return [IndexedName(number, text, entity.kind, is_weak) for text, is_weak in weak.items()]


def normalise_identifier(number: str) -> str:
    """Letters and digits only, in capitals: how document numbers are compared."""
    return "".join(c for c in number.upper() if c.isalnum())


def _identifier_keys(entities: Iterable[Entity]) -> Iterator[tuple[int, int]]:
    for at, entity in enumerate(entities):
        for listing in entity.listings:
            for identifier in listing.identifiers:
                yield crc32(normalise_identifier(identifier.number).encode()), at


def ref_key(ref: str) -> int:
    return crc32("".join(ref.casefold().split()).encode(errors="surrogatepass"))


def _ref_keys(entities: Iterable[Entity]) -> Iterator[tuple[int, int]]:
    for at, entity in enumerate(entities):
        yield ref_key(entity.id), at
        for listing in entity.listings:
            yield ref_key(listing.ref), at
            yield ref_key(f"{listing.list_key}:{listing.ref}"), at


def _write_table(folder: Path, name: str, pairs: Iterable[tuple[int, int]]) -> None:
    keys, offsets, values = array("I"), array("I"), array("I")
    for item in sorted({key << 32 | at for key, at in pairs}):
        key = item >> 32
        if not keys or keys[-1] != key:
            keys.append(key)
            offsets.append(len(values))
        values.append(item & 0xFFFFFFFF)
    offsets.append(len(values))
    for part, numbers in (("keys", keys), ("offsets", offsets), ("values", values)):
        write_array(folder, f"{name}.{part}", "I", numbers)


def load_files(folder: Path) -> IndexFiles:
    """The current index under `folder`.

    `NotFound` when none was built; `StoreFailed` when it is damaged or was made by another version of Tocsin.
    """
    current = folder / "current"
    if not current.is_file():
        raise NotFound("There is no index yet; run `tocsin update` first.")
    here = folder / current.read_text().strip()
    try:
        meta = msgspec.json.decode((here / "meta.json").read_bytes(), type=Meta)
    except (OSError, msgspec.DecodeError) as error:
        raise StoreFailed("The index cannot be read; run `tocsin update` to build it again.") from error
    if meta.format != FORMAT or meta.name_data != NAME_DATA:
        raise StoreFailed("The index was made by another version of Tocsin; run `tocsin update` to build it again.")
    for name, size in meta.sizes.items():
        path = here / name
        if not path.is_file() or path.stat().st_size != size:
            raise StoreFailed(f"Index file {name} is damaged: expected {size} bytes. Run `tocsin update`.")
    return IndexFiles(here, meta)
