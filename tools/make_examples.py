"""The examples in the README and its picture, made by the program as it is: `make examples`.

An example is a block of README.md that begins with `$ tocsin match ...` and has an answer; it is asked of the starter
register, without any network. `docs/demo.svg` shows three of the invented customers of `tocsin demo`, and who lists whom.
What comes out is the same each time, and is committed. tests/e2e/test_examples.py says when it is no longer what the
program answers.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from tocsin.cli import run
from tocsin.cli.demonstration import CUSTOMERS, make_screening_table, make_who_table, screen_customers
from tocsin.cli.opening import open_app

ROOT = Path(__file__).resolve().parents[1]
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "demo.svg"
SHOWN = ("C-002", "C-003", "C-005")
SUBJECTS = (
    "al-Qaida", "Lashkar-e-Tayyiba", "Jaish-e-Mohammed", "Hizbul Mujahideen", "Hafiz Muhammad Saeed",
    "Zaki-ur-Rehman Lakhvi", "Masood Azhar", "Syed Salahuddin",
)
WIDTH = 112
EXAMPLE = re.compile(r"```console\n\$ (tocsin match [^\n]*)\n([^`$]+)```")
_FONTS = re.compile(r"\s*@font-face \{\{.*?\}\}", re.DOTALL)  # rich would have browsers fetch them from elsewhere


def main() -> int:
    """Write both files; 0 when done."""
    with tempfile.TemporaryDirectory(prefix="tocsin-examples-") as home:
        README.write_text(make_readme(README.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")
        PICTURE.write_text(make_picture(Path(home)), encoding="utf-8")
    print(f"{README.name} and {PICTURE.name} show what the program answers.")
    return 0


def make_readme(text: str, home: Path) -> str:
    """The README with each example answered anew, by the register in `home`."""
    return EXAMPLE.sub(lambda met: f"```console\n$ {met.group(1)}\n{answer(met.group(1), home)}```", text)


def answer(command: str, home: Path) -> str:
    """What a command of the README prints, answer and talk, with the default settings."""
    open_app(home)
    said = io.StringIO()
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("TOCSIN_")}
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            run([*shlex.split(command)[1:], "--home", str(home)])
    finally:
        os.environ.update(kept)
    return said.getvalue()


def make_picture(home: Path) -> str:
    """Two tables as a picture of a terminal, with no font from elsewhere."""
    app = open_app(home)
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    with as_file(files("tocsin.cli") / "data" / CUSTOMERS) as path:
        results, names = screen_customers(app, path)
    console.print(make_screening_table([r for r in results if r.id in SHOWN], names, title="tocsin screen customers.csv"))
    console.print(make_who_table(app, SUBJECTS, title="tocsin who ..."))
    return console.export_svg(title="tocsin", code_format=_FONTS.sub("", CONSOLE_SVG_FORMAT))


if __name__ == "__main__":
    sys.exit(main())
