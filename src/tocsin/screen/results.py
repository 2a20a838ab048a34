"""What comes of a row, and of a whole file."""

from __future__ import annotations

import msgspec

from tocsin.model import Hit
from tocsin.model.hit_decision import Ruling


class RowFault(msgspec.Struct, frozen=True, kw_only=True):
    """Why a row, or one field of it, could not be used. `text` names row and field, never what stood there."""

    code: str
    text: str
    field: str | None = None


class RowResult(msgspec.Struct, frozen=True, kw_only=True):
    """One row's answer. `row` counts data rows from 1. With `error` the row was not screened; with `warnings` it was,
    but without the fields that they name. `suppressed` are hits that decisions left out, `decided` what was decided on those
    that remain."""

    row: int
    id: str | None = None
    hits: tuple[Hit, ...] = ()
    error: RowFault | None = None
    warnings: tuple[RowFault, ...] = ()
    suppressed: tuple[Ruling, ...] = ()
    decided: tuple[Ruling, ...] = ()


class Summary(msgspec.Struct, kw_only=True):
    """Running totals of one screening."""

    rows: int = 0
    screened: int = 0
    with_hits: int = 0
    hits: int = 0
    unscreenable: int = 0
    with_warnings: int = 0
    suppressed: int = 0

    def add(self, result: RowResult) -> None:
        """Count one more row."""
        self.rows += 1
        self.screened += result.error is None
        self.with_hits += bool(result.hits)
        self.hits += len(result.hits)
        self.unscreenable += result.error is not None
        self.with_warnings += bool(result.warnings)
        self.suppressed += len(result.suppressed)

    def to_dict(self) -> dict[str, int]:
        """The totals by name; `suppressed` only where decisions left something out."""
        told: dict[str, int] = msgspec.structs.asdict(self)
        if not self.suppressed:
            del told["suppressed"]
        return told

    @property
    def exit_code(self) -> int:
        """3 when there are hits, 1 when there are none but some row could not be screened, 0 otherwise."""
        return 3 if self.with_hits else 1 if self.unscreenable else 0
