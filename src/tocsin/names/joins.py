"""Neighbouring words written as one: "Zaki ur Rehman" and "Zakiur Rehman"."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.names.abjad import tidy_frame
from tocsin.names.analysis import FUSED, SYLLABIC, Token
from tocsin.names.fold import fold_token, frame_token

SHORTEST, LONGEST, SHORTEST_SIGNS = 4, 16, 3   # letters of a joined word; nobody fuses more
MOST = 4                    # words of a run
TYING = 3                   # letters of a word that ties its neighbours
_TIES = frozenset({"particle", "stop"})
_TIED = frozenset({"particle", "binder"})
_ALONE = frozenset({"number", "initial"})  # no run begins or ends with one


def join_words(run: Sequence[Token]) -> Token:
    """The word that a run of one script makes when written without spaces.

    Words without vowels join by their likeliest frames, the vowel that begins a frame being lost inside the word. A run that
    was written so, and cut by us, is `FUSED`.
    """
    weight = sum(t.weight for t in run)
    traits = FUSED if all(t.traits & FUSED for t in run[1:]) else 0
    script, written = run[0].script, "".join(t.written for t in run)
    if run[0].is_abjad:
        frame = tidy_frame(run[0].frames[0] + "".join(t.frames[0].removeprefix("a") for t in run[1:]))
        return Token(
            text=frame, kind="name", weight=weight, fold=frame, frames=(frame,), written=written, script=script,
            traits=traits,
        )
    text = "".join(t.text for t in run)
    return Token(
        text=text, kind="name", weight=weight, fold=fold_token(text), frames=(frame_token(text),), written=written,
        script=script, traits=traits,
    )


def _ties(token: Token) -> bool:
    """Whether a word ties its neighbours into one: "ur" in "Zaki ur Rehman", "ono" in "Plat Ono Vich"."""
    return token.kind in _TIED or (token.kind == "name" and len(token.text) <= TYING)


def is_tied(run: Sequence[Token]) -> bool:
    """Whether a tie word or a name that always stands with another (Abd, Allah) is in a run."""
    return any(t.kind in _TIED for t in run)


def find_runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Start and stop of each run of neighbours that may be fused: two words, or up to four with a tying one among them.

    All words of a run are of one script.
    """
    runs = []
    for start, first in enumerate(tokens[:-1]):
        if first.kind in _ALONE:
            continue
        letters, tied, named = len(first.text), _ties(first), first.kind not in _TIES
        shortest = SHORTEST_SIGNS if first.script in SYLLABIC else SHORTEST
        for stop in range(start + 2, min(start + MOST, len(tokens)) + 1):
            last = tokens[stop - 1]
            letters += len(last.text)
            if last.kind == "number" or last.script != first.script or letters > LONGEST:
                break
            tied, named = tied or _ties(last), named or last.kind not in _TIES
            if last.kind not in _ALONE and letters >= shortest and named and (stop == start + 2 or tied):
                runs.append((start, stop))
    return runs
