"""One slip of the pen between two numbers or words."""

from __future__ import annotations


def is_digit_slip(a: str, b: str) -> bool:
    """Whether two texts of one length differ in one character, or in two neighbours changed over."""
    if len(a) != len(b):
        return False
    off = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(off) == 1:
        return True
    return len(off) == 2 and off[1] == off[0] + 1 and a[off[0]] == b[off[1]] and a[off[1]] == b[off[0]]


def is_slip(a: str, b: str) -> bool:
    """The same, or one character more on one side. Equal texts are no slip."""
    if len(a) == len(b):
        return is_digit_slip(a, b)
    short, long = sorted((a, b), key=len)
    if len(long) != len(short) + 1:
        return False
    same = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[same:] == long[same + 1:]
