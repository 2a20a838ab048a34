"""Rows of a customer file to members of a monitored population, with the same columns as `tocsin screen`.

A row that cannot be screened is a member with a fault, if the row says whose it is; without a reference of its own it can be
no member and is refused. Both are told and counted: nobody is left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tocsin.errors import BadInput
from tocsin.match import check_query
from tocsin.screen.rows import DateOrder, Row, make_query
from tocsin.store.populations import NewMember, Refused

MAX_REFERENCE = 200  # characters


class MemberReader:
    """Reads members from rows; what it refused is in `refused` afterwards."""

    def __init__(self, dates: DateOrder | None = None) -> None:
        self.refused: list[Refused] = []
        self._dates = dates
        self._seen: set[str] = set()

    def read(self, rows: Iterable[Row]) -> Iterator[NewMember]:
        """The members, in order; of two rows with one reference the first."""
        for row in rows:
            reference = next(iter(row.values.get("id", ())), "").strip()
            reason = self._find_reason(row, reference)
            if reason is not None:
                self.refused.append(Refused(row=row.number, reason=reason))
                continue
            self._seen.add(reference)
            yield self._make(row, reference)

    def _find_reason(self, row: Row, reference: str) -> str | None:
        """Why the row can be no member."""
        if not reference and row.fault is not None:
            return row.fault.text
        if not reference:
            return f"Row {row.number}: it has no reference (column id), so nobody could be told whom it means."
        if len(reference) > MAX_REFERENCE or not reference.isprintable():
            return f"Row {row.number}, id: expected at most {MAX_REFERENCE} printable characters."
        if reference in self._seen:
            return f"Row {row.number}: its reference stands in an earlier row; expected each once."
        return None

    def _make(self, row: Row, reference: str) -> NewMember:
        if row.fault is not None:
            return NewMember(reference=reference, query=None, fault=row.fault.text)
        try:
            query, warnings = make_query(row, dates=self._dates)
            check_query(query)
        except BadInput as error:
            return NewMember(reference=reference, query=None, fault=str(error))
        return NewMember(reference=reference, query=query, warnings=tuple(w.text for w in warnings))
