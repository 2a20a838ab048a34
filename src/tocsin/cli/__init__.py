"""The command line: `tocsin COMMAND`. Data on stdout, talk on stderr, exit codes as in docs/cli.md.

What costs time to import is imported inside the commands, so that `--help` answers at once.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence

from cyclopts import App, Parameter
from cyclopts.exceptions import CycloptsError

from tocsin.cli import (
    alerting,
    asking,
    auditing,
    deciding,
    doctoring,
    evaluating,
    gaps,
    importing,
    jobbing,
    keeping,
    monitoring,
    past,
    previewing,
    reviewing,
    screening,
    serving,
    storing,
)
from tocsin.cli.opening import DASH
from tocsin.errors import TocsinError
from tocsin.version import CODE_VERSION

HELP = """The register of counter-terrorism designations: who is designated, by whom, since when; and screening against it.

Exit codes: 0 done (no hits), 3 hits found, 1 could not, 2 wrong use.
"""

app = App(
    name="tocsin", help=HELP, help_format="plaintext", version=CODE_VERSION, version_flags=["--version"],
    default_parameter=Parameter(negative_iterable=()),  # no --empty-born beside --born
    suppress_keyboard_interrupt=False,  # `run` has a sentence for it
)
app.command(asking.match)
app.command(asking.compare)
app.command(asking.who)
app.command(asking.show)
app.command(gaps.gaps)
app.command(screening.screen)
app.command(screening.demo)
app.command(evaluating.evaluate)
app.command(previewing.preview)
app.command(keeping.update)
app.command(importing.import_, name="import")
app.command(importing.manifest)
app.command(importing.export)
app.command(keeping.lists)
app.command(keeping.changes)
app.command(auditing.audit)
app.command(auditing.replay)
app.command(past.history)
app.command(past.diff)
app.command(past.states)
app.command(doctoring.doctor)
app.command(storing.store)
app.command(jobbing.jobs)
app.command(serving.serve)
app.command(serving.users)
app.command(serving.keys)
app.command(monitoring.monitor)
GROUPS = ("store", "jobs", "decisions", "alerts", "users", "keys", "monitor", "audit")  # whose commands are two words
PASSWORD = re.compile(r"(postgres(?:ql)?://[^\s:/@]*):\S*@")  # of a URL that was given in the wrong place
app.command(reviewing.review)
app.command(deciding.decide)
app.command(deciding.decisions)
app.command(alerting.alerts)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code. The door for all errors: a sentence, never a stack trace."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:  # closed by the shell: `>&-`
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for as long as we run
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names are in scripts that a terminal may not know
    warnings.showwarning = _tell_warning
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit code."""
    try:
        code = app(order(arguments), exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except CycloptsError as error:
        said = PASSWORD.sub(r"\1:...@", " ".join(str(error).split()))
        tell(f"{said} See `tocsin --help`.")
        return 2
    except TocsinError as error:
        _tell_error(error, as_json="--json" in arguments)
        return error.exit_code
    except KeyboardInterrupt:
        tell("Stopped. Nothing that was in force has changed.")
        return 130
    except BrokenPipeError:  # the reader of our output has gone; not 0, which would say that there was no hit
        _let_go_of_output()
        return 1
    except OSError as error:
        _let_go_of_output()
        tell(f"tocsin: The answer cannot be written ({error.strerror}). It is not whole; make room and ask again.")
        return 1


def order(arguments: Sequence[str]) -> list[str]:
    """The arguments as cyclopts wants them: the command before `--home`, and no lone "-", which it takes for an option."""
    given = list(arguments)
    size = 2 if given[:1] == ["--home"] else 1 if given and given[0].startswith("--home=") else 0
    if size and len(given) > size:
        second = given[size + 1:size + 2]
        words = 2 if given[size] in GROUPS and second and not second[0].startswith("-") else 1
        given = [*given[size:size + words], *given[:size], *given[size + words:]]
    return [DASH if a == "-" else a for a in given]


def _let_go_of_output() -> None:
    """What is still buffered goes nowhere, or Python would try once more at its end and complain."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell_error(error: TocsinError, *, as_json: bool) -> None:
    if as_json:
        import json

        tell(json.dumps({"error": {"code": error.code, "message": str(error)}}, ensure_ascii=False))
    else:
        tell(f"tocsin: {error}")


def _tell_warning(message: Warning | str, *_: object, **__: object) -> None:
    """A warning of Python's as one of ours: a sentence, without the place in the code."""
    tell(f"Warning: {message}")


def tell(text: str) -> None:
    """Say something to the person at the terminal."""
    print(text, file=sys.stderr)
