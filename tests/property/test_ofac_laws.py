"""No bytes, however damaged, make OFAC's readers raise anything but a refusal."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tocsin.errors import ListRefused
from tocsin.sources import RawFile, get_source

GOLDEN = Path(__file__).parents[1] / "golden" / "us_ofac"
ORIGINALS = {name: (GOLDEN / name).read_bytes() for name in ("new.xml", "sdn.csv", "alt.csv", "add.csv")}


def parse(*files: RawFile) -> None:
    with contextlib.suppress(ListRefused):
        get_source("us_ofac").parse(files)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_refused(data: bytes) -> None:
    parse(RawFile("sdn.xml", data))


@settings(deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(ORIGINALS)))
def test_damaged_files_are_read_or_refused(data: st.DataObject, name: str) -> None:
    original = ORIGINALS[name]
    at = data.draw(st.integers(0, len(original)))
    cut = data.draw(st.integers(0, 40))
    damaged = original[:at] + data.draw(st.binary(max_size=10)) + original[at + cut:]
    files = [RawFile(n, damaged if n == name else d) for n, d in ORIGINALS.items() if n.endswith(name[-3:])]
    parse(*files)
