"""Neighbouring words written as one: "Zaki ur Rehman" and "Zakiur Rehman"."""

from __future__ import annotations

from collections.abc import Sequence

from tocsin.names.analysis import Token
from tocsin.names.fold import fold_token, frame_token

LONGEST = 16    # letters of a joined word; nobody fuses more
_NEVER = ("legal", "number")


def make_joins(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The words that arise when two neighbours, or three around a short one, are written as one."""
    joins = []
    for start, stop in find_runs(tokens):
        run = tokens[start:stop]
        text = "".join(t.text for t in run)
        weight = round(sum(t.weight for t in run), 3)
        joins.append(Token(
            text=text, kind="name", weight=weight, fold=fold_token(text), frames=(frame_token(text),)
        ))
    return tuple(joins)


def find_runs(tokens: Sequence[Token]) -> list[tuple[int, int]]:
    """Start and stop of each run of neighbours that may be fused."""
    runs = []
    for start in range(len(tokens) - 1):
        for stop in (start + 2, start + 3, start + 4):
            run = tokens[start:stop]
            if stop > len(tokens) or any(t.kind in _NEVER or t.script != "Latn" for t in run):
                break
            if 4 <= sum(len(t.text) for t in run) <= LONGEST and _is_fusible(run):
                runs.append((start, stop))
    return runs


def _is_fusible(run: Sequence[Token]) -> bool:
    if all(t.kind in ("particle", "stop") for t in run):
        return False
    return len(run) == 2 or any(t.kind in ("particle", "binder") for t in run)
