"""What one letter of another script is wherever it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from tocsin.names.letters import Letter, tell_letter


@pytest.mark.parametrize(("letter", "told"), [
    ("Ж", Letter("Cyrl", "ж", "zh")), ("ь", Letter("Cyrl", "ь", "")), ("ς", Letter("Grek", "σ", "s")), ("ك", Letter("Arab", "ک", "k")),
    ("\u0640", Letter("Arab", "", "")), ("\u064e", Letter("", "\u064e", "a", dropped=True)), ("\u0903", Letter("", "\u0903", "h")),
    ("華", Letter("Hani", "华", "hua")), ("\u200c", Letter("", "\u200c", "", dropped=True)), ("김", Letter("Hang", "김", "gim")),
    ("\u0e33", Letter("Thai", "\u0e4d\u0e32", "ma")),
])
def test_a_letter_is_told_with_the_form_in_which_it_is_compared(letter: str, told: Letter) -> None:
    assert tell_letter(letter) == told


@pytest.mark.parametrize("letter", ["a", "é", "7", "٣", "-", "׳", "ʿ", "ｱ", "ﻣ", "々", "\u0958", "\u1100", "ㄱ", "\x85", "\ud800", "𝔄"])
def test_what_is_no_letter_of_its_own_is_not_told(letter: str) -> None:
    assert tell_letter(letter) is None


@pytest.mark.parametrize(("first", "block"), [("華", range(0x4E00, 0xA000, 0x100)), ("김", range(0xAC00, 0xD800, 0x100))])
def test_the_first_letter_of_a_script_of_many_has_the_others_at_hand(
    monkeypatch: pytest.MonkeyPatch, first: str, block: range
) -> None:
    tell_letter(first)

    def fail(path: Path) -> bytes:
        raise AssertionError(f"{path.name} was read")

    monkeypatch.setattr(Path, "read_bytes", fail)
    assert all(tell_letter(chr(point)) for point in block)
