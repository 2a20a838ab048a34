"""What finds and scores listed names: the native kernel where it was built, plain Python otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from tocsin.match.candidates import CandidateFinder
from tocsin.match.engine import Engine, weigh_names
from tocsin.match.index import IndexFiles
from tocsin.match.kernel import KernelFinder, find_kernel
from tocsin.model import Kind
from tocsin.names.analysis import analyse_name


class Finder(Protocol):
    """Scores the listed names of one index."""

    def score_names(self, asked: str, engine: Engine, *, person: bool, least: float) -> list[tuple[int, float]]:
        """Numbers of listed names with log-odds of `least` or more, rising by number."""
        ...

    def score_many(
        self, asked: Sequence[str], readings: Sequence[int], engine: Engine, least: Sequence[float], *, threads: int
    ) -> list[tuple[int, int, float]]:
        """As `score_names` for many names: which of them (rising), which listed name, log-odds.

        `readings` tell how each is read: 1 not a person's, 2 a person's, 3 both.
        """
        ...


class PlainFinder:
    """The reference: slow, and easy to follow."""

    def __init__(self, files: IndexFiles) -> None:
        self._files = files
        self._candidates = CandidateFinder(files)

    def score_names(self, asked: str, engine: Engine, *, person: bool, least: float) -> list[tuple[int, float]]:
        """As `Finder.score_names`."""
        return list(self._iter_scores(asked, engine, person=person, least=least))

    def score_many(
        self, asked: Sequence[str], readings: Sequence[int], engine: Engine, least: Sequence[float], *, threads: int  # noqa: ARG002
    ) -> list[tuple[int, int, float]]:
        """As `Finder.score_many`, one name after the other."""
        found: list[tuple[int, int, float]] = []
        for number, (name, reading, lowest) in enumerate(zip(asked, readings, least, strict=True)):
            for person in (True, False):
                if reading >> person & 1:
                    scores = self._iter_scores(name, engine, person=person, least=lowest)
                    found += ((number, listed, logit) for listed, logit in scores)
        return found

    def _iter_scores(self, asked: str, engine: Engine, *, person: bool, least: float) -> Iterator[tuple[int, float]]:
        kind: Kind = "person" if person else "organization"
        tokens = analyse_name(asked, kind)
        for number in self._candidates.find_names(tokens, engine, person=person):
            name = self._files.get_name(number)
            if name.person != person:
                continue
            logit = weigh_names(tokens, analyse_name(name.text, kind), person=person, engine=engine)
            if name.weak:
                logit = min(logit, engine.weak_highest)
            if logit >= least:
                yield number, logit


def make_finder(files: IndexFiles) -> Finder:
    """The fastest finder that this installation has."""
    return KernelFinder(files) if find_kernel() is not None else PlainFinder(files)
