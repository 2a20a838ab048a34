"""Words whose vowels are not written: which names they may be, and how much they tell.

One frame of consonants stands for several names. A word is held to the name that it reads as best (`names.readings`):
خلیلی is Khalili and not Khalil.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from tocsin.names.fold import frame_token
from tocsin.names.readings import spell_units, weigh_reading
from tocsin.names.tables import load_tables

LEAST_READ = 0.6  # of what the likeliest reading gains, for a word to be a name of its frame


class _Weigher:
    """How much a Latin word gains as a reading: by `weigh_reading`, or what gives the same sooner."""

    def __init__(self) -> None:
        self.weigh: Callable[[str, str, str], tuple[int, int]] = weigh_reading


_WEIGHER = _Weigher()


def weigh_readings_by(weigh: Callable[[str, str, str], tuple[int, int]]) -> None:
    """From now on words are weighed by what gives the same as `weigh_reading`, sooner: the native kernel."""
    _WEIGHER.weigh = weigh


@lru_cache(maxsize=20_000)
def find_families(written: str, script: str, frames: tuple[str, ...]) -> tuple[int, ...]:
    """The families that the name data give a word, or that of its frame if the word reads as its plainest spelling."""
    tables = load_tables()
    if written in tables.written_names:
        return tables.written_names[written]
    families = next((_families_by_frame()[f] for f in frames if f in _families_by_frame()), ())
    spelt = spell_units("", written, script)
    return tuple(n for n in families if _reads(spelt, script, tables.plainest[n]))


@lru_cache(maxsize=20_000)
def find_share(frame: str, written: str, script: str) -> float:
    """The band of the name of its frame that a word reads as best: under 1 for common names, 1 for others and for none."""
    tables = load_tables()
    if written in tables.written_names:
        return min(tables.unvocalised_bands.get(tables.plainest[n], 1.0) for n in tables.written_names[written])
    spelt = spell_units("", written, script)
    best, found = LEAST_READ, 1.0
    for word, share in _band_frames().get(frame, ()):
        gain, most = _WEIGHER.weigh(spelt, script, word)
        if gain / most > best:
            best, found = gain / most, share
    return found


def _reads(spelt: str, script: str, latin: str) -> bool:
    gain, best = _WEIGHER.weigh(spelt, script, latin)
    return gain >= LEAST_READ * best


@lru_cache(maxsize=1)
def _families_by_frame() -> dict[str, tuple[int, ...]]:
    """Frame to family, where all names of that frame are of one family: a word without vowels stands for them all."""
    tables = load_tables()
    found: dict[str, set[int]] = {}
    for word, numbers in tables.same_name.items():
        known = [n for n in numbers if n in tables.muslim_families]  # "Karl" and "Khairullah" have one frame
        found.setdefault(frame_token(word), set()).update(known)
    return {frame: tuple(numbers) for frame, numbers in found.items() if len(numbers) == 1 and len(frame) > 2}


@lru_cache(maxsize=1)
def _band_frames() -> dict[str, list[tuple[str, float]]]:
    """The names of the bands by their frames, the commonest first."""
    found: dict[str, list[tuple[str, float]]] = {}
    for word, share in sorted(load_tables().unvocalised_bands.items(), key=lambda entry: (entry[1], entry[0])):
        found.setdefault(frame_token(word), []).append((word, share))
    return found
