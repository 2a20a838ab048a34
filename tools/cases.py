"""Cases for fitting the scorer: labelled pairs, misspelt listed names, other names of one subject, strangers.

Made from real lists and labelled files (`../shared/data`), which are not part of the project; deterministic.
"""

from __future__ import annotations

import csv
import gzip
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tocsin.match.engine import EQUAL, Engine, load_engine, weigh_features
from tocsin.match.features import Features
from tocsin.match.index import IndexFiles
from tocsin.match.kernel import KernelFinder, weigh_natively
from tocsin.model import Entity, Kind
from tocsin.registry.resolve import make_entities
from tocsin.sources import RawFile, get_source

LISTS = {"un": "un/un_consolidated_2026-02-27.xml.gz", "us_ofac": "us/sdn_2024-05-07.xml.gz"}
KINDS: dict[str, Kind] = {"Person": "person", "Company": "organization", "Organization": "organization", "Vessel": "vessel"}
SPELLINGS = (
    ("mohammed", "muhammad"), ("muhammad", "mohamed"), ("mohammad", "mohammed"), ("ahmad", "ahmed"), ("hussein", "husayn"),
    ("husain", "hussein"), ("hassan", "hasan"), ("abdul", "abd al"), ("sheikh", "shaykh"), ("yusuf", "youssef"),
    ("usama", "osama"), ("omar", "umar"), ("khalid", "khaled"), ("said", "saeed"), ("q", "k"), ("ou", "u"), ("oo", "u"),
    ("ee", "i"), ("u", "o"), ("i", "y"), ("dh", "d"), ("j", "dj"), ("sh", "ch"), ("w", "v"), ("al-", "el-"), ("bin", "ben"),
    ("ya", "ia"), ("ov", "off"), ("th", "t"), ("ph", "f"),
)
QUALITY = {"STRONG": 3.0, "MEDIUM": 1.0, "WEAK": 0.5}  # how sure the labellers were
FARTHEST = -3.5  # log-odds of strangers that are looked at
Row = tuple[float, ...]


class Case(NamedTuple):
    """Features of one comparison, whether it is one subject, how much it counts, where it is from, and the two names."""

    features: Row
    same: bool
    weight: float
    origin: str
    query: str
    listed: str


def load_entities(data: Path) -> list[Entity]:
    listings = []
    for key, name in LISTS.items():
        raw = gzip.decompress((data / "lists" / name).read_bytes())
        listings += get_source(key).parse((RawFile(Path(name).name.removesuffix(".gz"), raw),)).listings
    return make_entities(listings)


def load_rows(path: Path) -> list[dict[str, str]]:
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(raw.decode("utf-8").splitlines(), delimiter="\t" if ".tsv" in path.name else ","))


def compare(query: str, listed: str, kind: Kind) -> Row | None:
    """All features of two names, `None` when one is empty."""
    return tuple(weigh_natively(query, listed, kind, load_engine())[1]) or None


def iter_labelled(data: Path) -> Iterator[Case]:
    for row in load_rows(data / "resolution" / "name_pairs_dev.csv"):
        kind = KINDS.get(row["schema"], "unknown")
        features = compare(row["name1"], row["name2"], kind)
        if features:
            yield Case(features, row["is_match"] == "true", QUALITY[row["quality"]], "labelled", row["name1"], row["name2"])


def swap_letters(text: str, chance: random.Random) -> str:
    """`text` with one letter doubled, dropped, changed or moved."""
    places = [i for i, c in enumerate(text) if c.isalpha()]
    if len(places) < 4:
        return text
    at, how = chance.choice(places), chance.random()
    if how < 0.15:
        return text[:at] + text[at] + text[at:]
    if how < 0.35:
        return text[:at] + text[at + 1:]
    if how < 0.8 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2:]
    return text[:at] + chance.choice("abcdefghiklmnoprstuvyz") + text[at + 1:]


def misspell(text: str, chance: random.Random, *, person: bool) -> str:
    """`text` as a customer's file might have it: a slip, another romanisation, another order, a word less."""
    how, words = chance.random(), text.split()
    if how < 0.45:
        return swap_letters(text, chance)
    if how < 0.62:
        known = [(a, b) for a, b in SPELLINGS if a in text.lower()]
        if known:
            a, b = chance.choice(known)
            at = text.lower().index(a)
            return text[:at] + b + text[at + len(a):]
    if how < 0.76 and len(words) >= 2 and person and "," not in text:
        return f"{words[-1]}{chance.choice([',', ''])} {' '.join(words[:-1])}"
    if how < 0.84 and len(words) >= 4:
        gone = chance.randrange(1, len(words))
        return " ".join(words[:gone] + words[gone + 1:])
    if how < 0.92 and len(words) >= 2:
        at = chance.randrange(len(words) - 1)
        return " ".join([*words[:at], words[at] + words[at + 1], *words[at + 2:]])
    if person and how > 0.96 and len(words) >= 2 and "," not in text:
        return f"{words[0][0]}. {' '.join(words[1:])}"
    return f"{chance.choice(['Mr.', 'Dr', 'Haji', 'Sheikh'])} {text}" if person else f"The {text}"


def iter_misspelt(entities: Sequence[Entity], count: int) -> Iterator[Case]:
    chance = random.Random(5)
    names = [(n.text, e.kind) for e in entities for x in e.listings for n in x.names if n.quality == "strong"]
    for text, kind in chance.sample(names, count):
        if text.isascii() and len(text.split()) >= 2:
            query = misspell(text, chance, person=kind == "person")
            features = compare(query, text, "person" if kind == "person" else "organization")
            if features:
                yield Case(features, True, 0.5, "misspelt", query, text)


def weigh_row(row: Row, engine: Engine) -> float:
    return weigh_features(Features(**dict(zip(Features.__struct_fields__, row, strict=True))), engine)


def best_of(query: str, listed: Sequence[str], kind: Kind, engine: Engine) -> tuple[Row, str] | None:
    """The features of the best of several listed names that passes the gates."""
    found = [(row, name) for name in listed if (row := compare(query, name, kind)) is not None]
    scored = [s for row, name in found if (s := (weigh_row(row, engine), row, name))[0] > -7.9]
    return max(scored)[1:] if scored else None


def iter_aliases(entities: Sequence[Entity], count: int, engine: Engine) -> Iterator[Case]:
    """Another name of the same subject: Latin aliases, and names in their own script against the Latin ones."""
    chance = random.Random(7)
    for entity in chance.sample(list(entities), min(count, len(entities))):
        names = list(dict.fromkeys(n.text for x in entity.listings for n in x.names if n.quality == "strong"))
        latin = [n for n in names if n.isascii()]
        if len(latin) < 2:
            continue
        query = chance.choice(latin)
        kind: Kind = "person" if entity.kind == "person" else "organization"
        if best := best_of(query, [n for n in latin if n != query], kind, engine):
            yield Case(best[0], True, 0.5, "alias", query, best[1])
    for entity in entities:
        if entity.kind != "person":
            continue
        names = [n for x in entity.listings for n in x.names]
        latin = [n.text for n in names if n.script == "Latn" and n.quality == "strong"]
        for name in names:
            if name.script not in ("Arab", "Cyrl", "Hebr", "Deva") or len(name.text.split()) < 2:
                continue
            if best := best_of(name.text, latin, "person", engine):
                yield Case(best[0], True, 1.5, "script", name.text, best[1])


class Strangers:
    """Finds the listed names nearest to names of people who are not listed."""

    def __init__(self, files: IndexFiles, engine: Engine) -> None:
        self.files, self.engine = files, engine
        self.finder = KernelFinder(files)

    def iter_nearest(
        self, query: str, *, person: bool, most: int, weight: float, origin: str, but: int = -1, only: str = ""
    ) -> Iterator[Case]:
        """The `most` nearest listed names, each of another subject than number `but`."""
        kind: Kind = "person" if person else "organization"
        near = self.finder.score_names(query, self.engine, person=person, least=FARTHEST)
        for number, logit in sorted(near, key=lambda n: (-n[1], n[0])):
            name = self.files.get_name(number)
            if name.entity == but or (only and not self.files.get_entity(name.entity).id.startswith(only)):
                continue
            row = compare(query, name.text, kind)
            if row is not None and logit < EQUAL:
                yield Case(row, False, weight, origin, query, name.text)
                most -= 1
                if not most:
                    return


def provisional() -> Engine:
    """The engine by which the nearest are chosen while fitting: always the first, with open gates, so that fits repeat."""
    import msgspec

    return msgspec.structs.replace(load_engine("2026.0"), gate_low=0.40, gate_high=0.70)
