"""The command line: `tocsin COMMAND`. Data on stdout, talk on stderr, exit codes as in docs/cli.md.

What costs time to import is imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from cyclopts import App
from cyclopts.exceptions import CycloptsError

from tocsin.cli import asking, keeping, screening
from tocsin.errors import TocsinError
from tocsin.version import CODE_VERSION

HELP = """The register of counter-terrorism designations: who is designated, by whom, since when; and screening against it.

Exit codes: 0 done (no hits), 3 hits found, 1 could not, 2 wrong use.
"""

app = App(name="tocsin", help=HELP, help_format="plaintext", version=CODE_VERSION, version_flags=["--version"])
app.command(asking.match)
app.command(asking.compare)
app.command(asking.who)
app.command(asking.show)
app.command(screening.screen)
app.command(screening.demo)
app.command(keeping.update)
app.command(keeping.lists)
app.command(keeping.audit)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code. The door for all errors: a sentence, never a stack trace."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    sys.exit(run(given))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    try:
        code = app(list(arguments), exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except CycloptsError as error:
        tell(f"{' '.join(str(error).split())} See `tocsin --help`.")
        return 2
    except TocsinError as error:
        _tell_error(error, as_json="--json" in arguments)
        return error.exit_code
    except KeyboardInterrupt:
        tell("Stopped. Nothing that was in force has changed.")
        return 130
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
        return 0


def _tell_error(error: TocsinError, *, as_json: bool) -> None:
    if as_json:
        import json

        tell(json.dumps({"error": {"code": error.code, "message": str(error)}}, ensure_ascii=False))
    else:
        tell(f"tocsin: {error}")


def tell(text: str) -> None:
    """Say something to the person at the terminal."""
    print(text, file=sys.stderr)
