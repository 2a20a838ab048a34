"""The command that looks after the register: doctor."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from tocsin.cli.keeping import show_progress
from tocsin.cli.opening import Home, Json, open_app, write_json

if TYPE_CHECKING:
    from tocsin.registry.watch import Finding


def doctor(*keys: str, json: Json = False, home: Home = None) -> int:
    """Look over the lists in force and the installation: late or shrunk lists, mangled text, swapped or emptied columns,
    impossible dates, records given twice; damaged files, a lagging index, a full disk. Without KEYS, every list.

    Findings name references and fields, no names. Exit code 1 when one is a warning or an error, else 0.

    Example: tocsin doctor un
    """
    with show_progress() as progress:
        report = open_app(home, make=False).doctor(keys, progress=progress)
    if json:
        write_json({"checked_at": report.checked_at, "findings": report.findings, "rhythms": report.rhythms})
    else:
        for finding in report.findings:
            _print_finding(finding)
        _tell_counts(report.findings)
    return 0 if report.is_well else 1


def _print_finding(finding: Finding) -> None:
    print(f"{finding.severity:<7} {finding.list_key or 'installation'}  {finding.rule}")
    print(f"        {finding.seen}")
    rest = finding.count - len(finding.refs)
    if finding.refs:
        print(f"        where: {', '.join(finding.refs)}{f' and {rest:,} more' if rest > 0 else ''}")
    if finding.fields:
        print(f"        in: {', '.join(finding.fields)}")
    if finding.severity != "info":
        print(f"        next: {finding.next}")


def _tell_counts(findings: tuple[Finding, ...]) -> None:
    """How many findings there are of each severity, for the person at the terminal."""
    told = (f"{severity} {sum(f.severity == severity for f in findings):,}" for severity in ("error", "warning", "info"))
    print(f"Findings: {', '.join(told)}.", file=sys.stderr)
