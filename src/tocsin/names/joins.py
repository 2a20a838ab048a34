"""Neighbouring words written as one: "Zaki ur Rehman" and "Zakiur Rehman"."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.names.abjad import read_frames
from tocsin.names.analysis import Token
from tocsin.names.fold import fold_token, frame_token

LONGEST = 16    # letters of a joined word; nobody fuses more
_NEVER = ("number",)


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
    """Start and stop of each run of neighbours that may be fused."""
    runs = []
    for start in range(len(tokens) - 1):
        for stop in (start + 2, start + 3, start + 4):
            run = tokens[start:stop]
            if stop > len(tokens) or any(t.kind in _NEVER for t in run) or not _is_one_script(run):
                break
            if 4 <= sum(len(t.text) for t in run) <= LONGEST and _is_fusible(run):
                runs.append((start, stop))
    return runs


def _is_one_script(run: Sequence[Token]) -> bool:
    """Whether all words are Latin, or all of one script without vowels; other scripts are not fused."""
    return all(t.script == run[0].script for t in run) and (run[0].script == "Latn" or run[0].is_abjad)


def _is_fusible(run: Sequence[Token]) -> bool:
    if all(t.kind in ("particle", "stop") for t in run):
        return False
    return len(run) == 2 or any(t.kind in ("particle", "binder") for t in run)
