"""Neighbouring words written as one: "Zaki ur Rehman" and "Zakiur Rehman"."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.names.abjad import read_frames
from tocsin.names.analysis import Token
from tocsin.names.fold import fold_token, frame_token

SHORTEST, LONGEST = 4, 16   # letters of a joined word; nobody fuses more
MOST = 4                    # words of a run
_TIES = frozenset({"particle", "stop"})
_TIED = frozenset({"particle", "binder"})


def make_joins(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words that arise when two neighbours, or three around a short one, are written as one."""
    return tuple(join for start, stop in find_runs(tokens) if (join := join_words(tokens[start:stop])) is not None)


def join_words(run: Sequence[Token]) -> Token | None:
    """The word that a run of one script makes when written without spaces; `None` when it has no frame."""
    text, script = "".join(t.text for t in run), run[0].script
    weight = round(sum(t.weight for t in run), 3)
    if script == "Latn":
        return Token(text=text, kind="name", weight=weight, fold=fold_token(text), frames=(frame_token(text),))
    written = "".join(t.written for t in run)
    frames = read_frames(written)
    if not frames:
        return None
    return Token(
        text=frames[0], kind="name", weight=weight, fold=frames[0], frames=frames, written=written, script=script
    )


def find_runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Start and stop of each run of neighbours that may be fused: two words, or up to four around a tie word.

    All words of a run are Latin, or all of one script without vowels; other scripts are not fused.
    """
    runs = []
    for start, first in enumerate(tokens[:-1]):
        if first.kind == "number" or not (first.script == "Latn" or first.is_abjad):
            continue
        letters, tied, named = len(first.text), first.kind in _TIED, first.kind not in _TIES
        for stop in range(start + 2, min(start + MOST, len(tokens)) + 1):
            last = tokens[stop - 1]
            letters += len(last.text)
            if last.kind == "number" or last.script != first.script or letters > LONGEST:
                break
            tied, named = tied or last.kind in _TIED, named or last.kind not in _TIES
            if letters >= SHORTEST and named and (stop == start + 2 or tied):
                runs.append((start, stop))
    return runs
