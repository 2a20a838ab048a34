"""Subjects that do not exist, for lists longer than any real one: the same ones for the same seed.

Names are put together from the words of the package's own name data and, where the reference data are, of the real lists
too. Few words are in very many names, as in life (a word's share falls with its rank); a part of the family names is made
of halves of two others, so that there are rare words as well. Further names of a subject are its first one in another order,
without a middle name, or with another spelling that the name data know.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from measure import SHARED
from tocsin.model import Entity, Kind, Listing, Name, Origin
from tocsin.names.tables import load_tables

FALLS = 0.8           # how fast a word's share falls with its rank
MADE = 0.15           # share of family names that are made of two halves
FORMS = ("Ltd", "LLC", "GmbH", "Trading Co", "Foundation", "SA", "Group", "Bank")
ORIGIN = Origin(field="made")


class Words:
    """Words to draw from, the commonest first."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = list(words)
        self._sums = list(accumulate((rank + 3) ** -FALLS for rank in range(len(self._words))))

    def draw(self, rng: random.Random) -> str:
        return self._words[bisect(self._sums, rng.random() * self._sums[-1])]


class Maker:
    """Draws names and subjects."""

    def __init__(self, seed: int) -> None:
        persons, others = load_words()
        order = random.Random(0)
        shuffled = list(persons)
        order.shuffle(shuffled)
        self._given, self._family = Words(persons), Words([*persons[:200], *shuffled])
        self._thing, self._rng, self._spellings = Words(others), random.Random(seed), load_spellings()

    def make_person(self) -> str:
        rng = self._rng
        family = self._family.draw(rng)
        if rng.random() < MADE:
            other = self._family.draw(rng)
            family = (family[:max(2, len(family) // 2)] + other[len(other) // 2:])[:12]
        words = [self._given.draw(rng), *(self._given.draw(rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))), family]
        if rng.random() < 0.1:
            words.insert(1, rng.choice(("al", "bin", "de", "van")))
        return " ".join(words).title()

    def make_other(self) -> str:
        words = [self._thing.draw(self._rng) for _ in range(self._rng.choice((1, 2, 2, 3)))]
        return " ".join([*words, self._family.draw(self._rng), self._rng.choice(FORMS)]).title()

    def make_slip(self, name: str) -> str:
        """The name with one letter left out, doubled or changed over with the next."""
        at = self._rng.randrange(len(name) - 1)
        left, a, b, right = name[:at], name[at], name[at + 1], name[at + 2:]
        return self._rng.choice((left + b + right, left + a + a + b + right, left + b + a + right))

    def iter_entities(self, names: int) -> Iterator[Entity]:
        """Subjects with `names` names together."""
        number = 0
        while names > 0:
            person = self._rng.random() < 0.85
            first = self.make_person() if person else self.make_other()
            texts = dict.fromkeys([first, *(self._respell(first) for _ in range(self._rng.choice((0, 1, 1, 2, 3))))])
            kept = [*texts][:names]
            names -= len(kept)
            yield _make_entity(number, "person" if person else "organization", kept)
            number += 1

    def _respell(self, name: str) -> str:
        words = name.split()
        at = self._rng.randrange(len(words))
        others = self._spellings.get(words[at].lower(), ())
        if others and self._rng.random() < 0.7:
            return " ".join([*words[:at], self._rng.choice(others).title(), *words[at + 1:]])
        if len(words) > 2 and self._rng.random() < 0.5:
            return " ".join(words[:1] + words[2:])
        return f"{words[-1].upper()}, {' '.join(words[:-1])}"


def _make_entity(number: int, kind: Kind, texts: Sequence[str]) -> Entity:
    names = tuple(
        Name(text=text, role="alias" if at else "primary", quality="strong", script="Latn", origin=ORIGIN)
        for at, text in enumerate(texts)
    )
    listing = Listing(list_key="made", authority="XX", ref=str(number), kind=kind, names=names)
    return Entity(id=f"made:{number}", caption=texts[0], kind=kind, listings=(listing,))


def load_spellings() -> dict[str, tuple[str, ...]]:
    """Words of the name data with the other spellings of the same name."""
    same = load_tables().same_name
    families: dict[int, list[str]] = {}
    for word, numbers in same.items():
        for number in numbers:
            families.setdefault(number, []).append(word)
    return {word: tuple(w for n in numbers for w in families[n] if w != word) for word, numbers in same.items()}


def load_words() -> tuple[list[str], list[str]]:
    """Words of persons' names and of others', the commonest first: of the name data and the real lists, if here."""
    tables = load_tables()
    persons = Counter(_rank(tables.person_bands, tables.same_name))
    others = Counter(_rank(tables.org_bands, tables.same_word))
    if SHARED.is_dir():
        from lists import load_entities

        for entity in load_entities():
            counted = persons if entity.kind == "person" else others
            for text in (n.text for x in entity.listings for n in x.names):
                counted.update(w for w in text.lower().split() if w.isascii() and w.isalpha() and len(w) > 2)
    return [w for w, _ in persons.most_common()], [w for w, _ in others.most_common()]


def _rank(bands: dict[str, float], known: dict[str, tuple[int, ...]]) -> dict[str, int]:
    """How often to expect each word of the name data, for want of real lists: a low band stands for a common word."""
    return {**dict.fromkeys(known, 1), **{word: round(100 * (1 - share)) for word, share in bands.items()}}
