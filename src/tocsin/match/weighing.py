"""One finding beyond names, made of the tables: its log-odds and its sentence both go by its code."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tocsin.match.evidence_table import LOGITS
from tocsin.match.sentences import EVIDENCE
from tocsin.model import Reason


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """What one comparison adds to the log-odds, and the line that explains it."""

    logit: float
    reason: Reason


class Finding(msgspec.Struct, frozen=True):
    """A code of the table with the two values that were compared, before it is put into words."""

    code: str
    asked: str
    listed: str
    kind: str = ""
    check: str | None = None

    @property
    def logit(self) -> float:
        return LOGITS.get(self.code, 0.0)


def find_best(findings: Iterable[Finding]) -> Finding | None:
    """The finding that speaks most for; of equals the one whose values sort first, so that no order of values matters."""
    return min(findings, key=lambda f: (-f.logit, f.code, f.asked, f.listed, f.kind), default=None)


def make_evidence(finding: Finding, *, asked: str | None = None, listed: str | None = None) -> Evidence:
    """The finding with its sentence. `asked` and `listed` are how the values are shown in it, where not as compared."""
    words = {
        "asked": finding.asked if asked is None else asked, "listed": finding.listed if listed is None else listed,
        "kind": finding.kind,
    }
    text = EVIDENCE[finding.code].format_map(words)
    if finding.check is not None:
        text += " " + EVIDENCE[finding.check]
    effect = "for" if finding.logit > 0 else "against" if finding.logit < 0 else "neutral"
    reason = Reason(
        code=finding.code, text=text, effect=effect, query=finding.asked, candidate=finding.listed, points=finding.logit
    )
    return Evidence(logit=finding.logit, reason=reason)
