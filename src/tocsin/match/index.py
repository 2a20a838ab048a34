"""The index: an immutable folder of flat arrays, made from one register state and opened by any number of processes.

`build_index` writes a new folder beside the old one and then swaps the small file `current`, so that a reader sees
either the old state or the new one. `open_index` maps the arrays; nothing is read until it is asked for.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
from array import array
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import msgspec

from tocsin.errors import NotFound, StoreFailed
from tocsin.match.arrays import Blobs, Groups, KeyTable, damaged, load_array, load_weights, write_blobs, write_table
from tocsin.match.identifiers import make_identifier_keys
from tocsin.match.soundness import HEAVIEST_NAME, LIGHTEST_NAME, Counts, check_sizes, check_values, is_sound_record
from tocsin.match.words import RECORD, SCRIPTS, TOKEN_KINDS, IndexedName, NameWriter, Writer
from tocsin.model import KINDS, Entity
from tocsin.names.analysis import Token
from tocsin.names.tables import load_tables
from tocsin.version import CODE_VERSION

FORMAT = 10
VERIFIED_AT_ONCE = 64 << 20   # bytes: about 0.05 s
_ENTITY = msgspec.msgpack.Decoder(Entity)


class _Named(msgspec.Struct):
    id: str


_NAMED = msgspec.msgpack.Decoder(_Named)


class File(msgspec.Struct, frozen=True, kw_only=True):
    """Size in bytes and CRC-32 of one file."""

    size: int
    crc: int


class Meta(msgspec.Struct, frozen=True, kw_only=True):
    """What an index was made from, and its files."""

    format: int
    register: str
    name_data: str
    entities: int
    names: int
    words: int
    runs: int
    authorities: tuple[str, ...]
    files: dict[str, File]
    byte_order: str = "little"
    code: str = ""  # the version of Tocsin that analysed its names

    @property
    def counts(self) -> Counts:
        return Counts(self.entities, self.names, self.words, self.runs)


class IndexFiles:
    """The mapped files of one index folder, read one value at a time."""

    def __init__(self, folder: Path, meta: Meta) -> None:
        self.folder, self.meta = folder, meta
        self.keys_of = {True: KeyTable(folder, "keys.person"), False: KeyTable(folder, "keys.other")}
        self._joins_of = {True: KeyTable(folder, "joins.person"), False: KeyTable(folder, "joins.other")}
        self.identifiers = KeyTable(folder, "identifiers")
        self.refs = KeyTable(folder, "refs")
        self.names_of_word = Groups(folder, "names_of_word")
        self.words_of_name = Groups(folder, "names.words")
        self._names_of_run = Groups(folder, "runs.names")
        self.entity_blobs = Blobs(folder, "entities")
        self._name_weight = load_weights(folder, "names.weight")
        self._name_silent = load_weights(folder, "names.silent")
        self._name_initials = load_array(folder, "names.initials", "B")
        self._name_person = load_array(folder, "names.person", "B")
        self._name_kind = load_array(folder, "names.kind", "B")
        self._name_weak = load_array(folder, "names.weak", "B")
        self._name_entity = load_array(folder, "names.entity", "I")
        self._name_text = Blobs(folder, "names.text")
        self._records = load_array(folder, "words.records", "B")
        self._words = load_array(folder, "words.data", "B")

    def arrays(self) -> dict[str, memoryview[int]]:
        """All mapped files as bytes, by name."""
        return {name: load_array(self.folder, name, "B") for name in self.meta.files}

    def get_word(self, number: int) -> Token:
        """One word of the vocabulary, as it was analysed."""
        if number >= self.meta.words or not is_sound_record(record := self._record_of(number), len(self._words)):
            raise damaged("words.records", "a word is out of its range")
        at, weight, *sizes, families, nicks, kind, script, _ = record
        numbers = array("I", bytes(self._words[at: at + 4 * (families + nicks)]))
        at, texts = at + 4 * (families + nicks), []
        for size in sizes:
            texts.append(_decode(bytes(self._words[at: at + size]), "words.data"))
            at += size
        text, fold, frames, written = texts
        return Token(
            text=text, kind=TOKEN_KINDS[kind & 7], weight=weight, fold=fold, frames=tuple(frames.split("\n")),
            families=tuple(numbers[:families]), nicks=tuple(numbers[families:]), written=written, script=SCRIPTS[script],
            traits=kind >> 4,
        )

    def _record_of(self, number: int) -> tuple[Any, ...]:
        return RECORD.unpack_from(self._records, number * RECORD.size)

    def get_name(self, number: int) -> IndexedName:
        text = _decode(self._name_text.get_blob(number), "names.text.data")
        if not text or text.isspace():
            raise damaged("names.text.data", "a name is empty")
        if (of := self._name_kind[number]) >= len(KINDS):
            raise damaged("names.kind", "a kind is not known")
        kind = KINDS[of]
        weak, person = bool(self._name_weak[number]), bool(self._name_person[number])
        return IndexedName(self._name_entity[number], text, kind, weak, person)

    def measure_name(self, number: int) -> tuple[float, float, int]:
        """The weight of a name, that of its words that are not looked for, and how many initials it has."""
        if number >= self.meta.names:
            raise damaged("names_of_word.values", "a number is out of its range")
        weight, silent = self._name_weight[number], self._name_silent[number]
        if not (LIGHTEST_NAME <= weight <= HEAVIEST_NAME and 0 <= silent <= HEAVIEST_NAME):
            raise damaged("names.weight", "a weight is out of its range")
        return weight, silent, self._name_initials[number]

    def find_joined(self, key: int, *, person: bool) -> Iterator[int]:
        """The names some words of which, written as one, are filed under `key`."""
        for run in self._joins_of[person].find_group(key):
            yield from self._names_of_run.get_group(run)

    def entity_of_name(self, number: int) -> int:
        return self._name_entity[number]

    def get_entity(self, number: int) -> Entity:
        try:
            return _ENTITY.decode(self.entity_blobs.get_blob(number))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise damaged("entities.data", "an entity cannot be read") from error

    def iter_entities(self) -> Iterator[Entity]:
        return (self.get_entity(number) for number in range(len(self.entity_blobs)))

    def digest_entities(self) -> dict[str, bytes]:
        """The digest of each entity as it is written, by id."""
        found = {}
        for number in range(len(self.entity_blobs)):
            blob = bytes(self.entity_blobs.get_blob(number))
            try:
                found[_NAMED.decode(blob).id] = hashlib.blake2b(blob, digest_size=16).digest()
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                raise damaged("entities.data", "an entity cannot be read") from error
        return found

    @cached_property
    def is_empty(self) -> bool:
        return self.meta.names == 0


def _decode(blob: bytes, name: str) -> str:
    try:
        return blob.decode("utf-8", errors="surrogatepass")
    except UnicodeDecodeError as error:
        raise damaged(name, "a text cannot be read") from error


def build_index(entities: Iterable[Entity], folder: Path, *, register: str, activate: bool = True) -> Path:
    """Write the index of `entities` under `folder` and make it the current one; gives its own folder.

    Names that the current index has are not analysed again. `register` names the register state, and is what an answer
    says it rests on. Building the same state again is
    quick: the folder is named by what went into it, and is taken as it lies when nothing in it has changed. Without
    `activate` the new index only lies ready, and building it again makes it current at once. `StoreFailed` when the
    disk is full; the old index stays current.
    """
    name = hashlib.sha256(f"{FORMAT}:{load_tables().version}:{register}".encode()).hexdigest()[:20]
    target, fresh = folder / name, folder / f".{name}.{os.getpid()}"
    try:
        if not _is_as_written(target):
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            _write_index(entities, fresh, register=register, known=_find_known(folder))
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
    before = _read_current(folder)
    fresh = folder / f".current.{os.getpid()}"
    fresh.write_text(name, "ascii")
    fresh.replace(current)
    for old in folder.iterdir():  # the one before is kept: a reader may be opening it
        if old.is_dir() and old.name not in (name, before) and not old.name.startswith("."):
            shutil.rmtree(old, ignore_errors=True)


def _read_current(folder: Path) -> str:
    """The name of the current index; empty when there is none, or the file holds anything else."""
    try:
        name = (folder / "current").read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return name if re.fullmatch("[0-9a-f]{20}", name) else ""


def _is_as_written(target: Path) -> bool:
    try:
        _verify(target, _load_meta(target))
    except StoreFailed:
        return False
    return True


def make_writer(known: IndexFiles | None = None) -> Writer:
    """The fastest writer of names that this installation has; it need not analyse the names of `known` again."""
    from tocsin.match.kernel import KernelWriter, find_kernel

    return KernelWriter(known) if find_kernel() is not None else NameWriter()


def _find_known(folder: Path) -> IndexFiles | None:
    """The current index, when its names were analysed as they would be now and nothing in it has changed."""
    here = folder / (_read_current(folder) or "unknown")
    try:
        meta = _load_meta(here)
        if meta.code != CODE_VERSION:
            return None
        _verify(here, meta)
        return IndexFiles(here, meta)
    except StoreFailed:
        return None


def _write_index(entities: Iterable[Entity], folder: Path, *, register: str, known: IndexFiles | None) -> None:
    names, encode = make_writer(known), msgspec.msgpack.Encoder().encode
    identifiers: list[tuple[int, int]] = []
    refs: list[tuple[int, int]] = []
    authorities: set[str] = set()

    def iter_blobs() -> Iterator[bytes]:
        for number, entity in enumerate(entities):
            for name in names_of(entity, number):
                names.add_name(name)
            identifiers.extend((key, number) for key, _ in make_identifier_keys((entity,)))
            refs.extend((key, number) for key in _ref_keys(entity))
            authorities.update(listing.authority for listing in entity.listings)
            yield encode(entity)

    count = write_blobs(folder, "entities", iter_blobs())
    write_table(folder, "identifiers", identifiers)
    write_table(folder, "refs", refs)
    named, words, runs = names.write(folder)
    files = {path.name: File(size=path.stat().st_size, crc=_checksum(path)) for path in sorted(folder.iterdir())}
    meta = Meta(
        format=FORMAT, register=register, name_data=load_tables().version, entities=count, names=named, words=words,
        runs=runs, authorities=tuple(sorted(authorities)), files=files, byte_order=sys.byteorder,
        code=CODE_VERSION,
    )
    _write_meta(folder, meta)


def _write_meta(folder: Path, meta: Meta) -> None:
    (folder / "meta.json").write_bytes(msgspec.json.encode(meta))


def _checksum(path: Path) -> int:
    value = 0
    with path.open("rb") as file:
        while part := file.read(1 << 20):
            value = crc32(part, value)
    return value


def names_of(entity: Entity, number: int = 0) -> list[IndexedName]:
    """The names of an entity as they are indexed.

    Each spelling once; strong wins where one list calls a name weak and another does not.
    """
    weak: dict[str, bool] = {}
    for listing in entity.listings:
        for name in listing.names:
            weak[name.text] = weak.get(name.text, True) and name.quality == "weak"
    readings = {"person": (True,), "unknown": (True, False)}.get(entity.kind, (False,))
    return [IndexedName(number, t, entity.kind, is_weak, person) for t, is_weak in weak.items() for person in readings]


def ref_key(ref: str) -> int:
    return crc32("".join(ref.casefold().split()).encode(errors="surrogatepass"))


def _ref_keys(entity: Entity) -> Iterator[int]:
    yield ref_key(entity.id)
    yield from map(ref_key, entity.former)
    for listing in entity.listings:
        yield ref_key(listing.ref)
        yield ref_key(f"{listing.list_key}:{listing.ref}")


def load_files(folder: Path) -> IndexFiles:
    """The current index under `folder`.

    `NotFound` when none was built; `StoreFailed` when it is damaged or was made by another version of Tocsin or on a
    machine of another byte order. The checksums and values of all files are tried while they hold at most
    `VERIFIED_AT_ONCE` bytes together; `verify_index` tries those of any index.
    """
    if not (folder / "current").is_file():
        raise NotFound("There is no index yet; run `tocsin update` first.")
    here = folder / (_read_current(folder) or "unknown")
    meta = _load_meta(here)
    if sum(file.size for file in meta.files.values()) <= VERIFIED_AT_ONCE:
        _verify(here, meta)
    return IndexFiles(here, meta)


def _load_meta(here: Path) -> Meta:
    try:
        meta = msgspec.json.decode((here / "meta.json").read_bytes(), type=Meta)
    except (OSError, ValueError, RecursionError, msgspec.DecodeError) as error:
        raise StoreFailed("The index cannot be read; run `tocsin update` to build it again.") from error
    if meta.format != FORMAT or meta.name_data != load_tables().version:
        raise StoreFailed("The index was made by another version of Tocsin; run `tocsin update` to build it again.")
    if meta.byte_order != sys.byteorder:
        raise StoreFailed(
            f"The index was made on a machine of another byte order ({meta.byte_order}-endian); expected "
            f"{sys.byteorder}-endian. Run `tocsin update` to build it again."
        )
    for name, file in meta.files.items():
        path = here / name
        if not path.is_file() or path.stat().st_size != file.size:
            raise damaged(name, f"expected {file.size} bytes")
    check_sizes({name: file.size for name, file in meta.files.items()}, meta.counts)
    return meta


def verify_index(folder: Path) -> int:
    """How many bytes the current index has, all as they were written; `StoreFailed` names the first file that is not."""
    files = load_files(folder)
    size = sum(file.size for file in files.meta.files.values())
    if size > VERIFIED_AT_ONCE:
        _verify(files.folder, files.meta)
    return size


def _verify(here: Path, meta: Meta) -> None:
    for name, file in meta.files.items():
        if _checksum(here / name) != file.crc:
            raise damaged(name, "its checksum is another")
    check_values(here, meta.counts)
