"""Every command, option, setting, error code and list has its place in the docs."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

import pytest

from tocsin import errors
from tocsin.cli import (
    alerting,
    app,
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
from tocsin.cli.details import Details
from tocsin.sources import find_sources

DOCS = Path(__file__).resolve().parents[2] / "docs"
CLI = (DOCS / "cli.md").read_text(encoding="utf-8")
COMMANDS = [
    asking.match, asking.compare, asking.who, asking.show, gaps.gaps, screening.screen, screening.demo, evaluating.evaluate,
    previewing.preview, keeping.update, keeping.lists, keeping.changes, auditing.replay, past.history, past.diff, past.states,
    doctoring.doctor, importing.import_, importing.manifest, importing.export, reviewing.review, deciding.decide,
    serving.serve,
]

GROUPS = {
    "store": {"copy": storing.copy, "backup": storing.backup, "restore": storing.restore, "index": storing.index},
    "jobs": {
        "add": jobbing.add, "list": jobbing.list_, "run": jobbing.run, "results": jobbing.results,
        "receipt": jobbing.receipt, "cancel": jobbing.cancel, "remove": jobbing.remove, "columns": jobbing.columns,
    },
    "decisions": {
        "list": deciding.list_, "confirm": deciding.confirm, "withdraw": deciding.withdraw, "export": deciding.export,
        "import": deciding.import_,
    },
    "audit": {"verify": auditing.verify_, "asked": auditing.asked, "purge": auditing.purge},
    "alerts": {
        "list": alerting.list_, "show": alerting.show, "raise": alerting.raise_, "assign": alerting.assign,
        "comment": alerting.comment, "decide": alerting.decide,
    },
    "users": {"add": serving.add_user, "list": serving.list_users, "change": serving.change_user},
    "keys": {"add": serving.add_key, "list": serving.list_keys, "revoke": serving.revoke_key},
    "monitor": {c.__name__: c for c in (
        monitoring.add, monitoring.members, monitoring.populations, monitoring.check, monitoring.findings,
        monitoring.statement, monitoring.feed, monitoring.deliveries, monitoring.deliver, monitoring.remove,
    )},
}
TWO_WORDS = [(f"{group} {name}", command) for group, commands in GROUPS.items() for name, command in commands.items()]


@pytest.mark.parametrize(("name", "command"), TWO_WORDS, ids=lambda c: getattr(c, "__name__", c))
def test_each_command_of_two_words_is_described_and_its_help_has_an_example(name: str, command: object) -> None:
    assert f"`tocsin {name}`" in CLI
    assert f"## {name}" in CLI
    assert f"Example: tocsin {name}" in (command.__doc__ or "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.__name__)
def test_each_command_is_described_and_its_help_has_an_example(command: object) -> None:
    name = command.__name__.rstrip("_")  # type: ignore[attr-defined]  # import_
    assert f"`tocsin {name}`" in CLI
    assert f"## {name}" in CLI
    assert re.search(rf"Example: tocsin {name}", command.__doc__ or "")


@pytest.mark.parametrize("command", [*COMMANDS, *(c for _, c in TWO_WORDS)], ids=lambda c: c.__name__)
def test_each_option_is_named(command: object) -> None:
    for name, parameter in inspect.signature(command).parameters.items():  # type: ignore[arg-type]
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            for option in [field.name for field in fields(Details)] if name == "details" else [name]:
                assert f"--{option.rstrip('_').replace('_', '-')}" in CLI, option


def test_no_command_is_left_out_of_these_tests() -> None:
    assert {*(c.__name__.rstrip("_") for c in COMMANDS), *GROUPS} == {name for name in app if not name.startswith("-")}
    for group, commands in GROUPS.items():
        assert set(commands) == {name for name in app[group] if not name.startswith("-")}


def test_each_setting_is_described() -> None:
    source = (DOCS.parent / "src" / "tocsin" / "settings.py").read_text(encoding="utf-8")
    for variable in set(re.findall(r"TOCSIN_[A-Z_]+[A-Z]", source)):
        assert f"`{variable}`" in CLI, variable


def test_each_error_code_is_described_with_its_exit_code() -> None:
    classes = [c for c in vars(errors).values() if inspect.isclass(c) and issubclass(c, errors.TocsinError)]
    for found in classes:
        assert f"| `{found.code}` | {found.exit_code} |" in CLI, found


def test_each_list_has_a_page_and_a_line_in_the_table() -> None:
    table = (DOCS / "lists.md").read_text(encoding="utf-8")
    for key in find_sources():
        line = next(line for line in table.splitlines() if line.startswith(f"| `{key}` |"))
        page = re.search(r"\(lists/([a-z_]+\.md)\)", line)
        assert page is not None
        assert key in (DOCS / "lists" / page.group(1)).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", sorted([*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")]), ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
