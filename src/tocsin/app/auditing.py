"""What an examiner asks: the audit, and who was asked about, as far as that is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from tocsin.app.register import Register, now_utc
from tocsin.errors import BadInput
from tocsin.model import Query
from tocsin.model.kept import AskedBefore
from tocsin.store.audit import AuditLine, read_audit, read_audit_page, verify_audit


class AskedAbout(msgspec.Struct, frozen=True, kw_only=True):
    """The kept questions that state all of what is looked for, the newest first. `unreadable` are so many that were kept
    with another secret than this folder's, in which nobody can be found."""

    questions: tuple[AskedBefore, ...]
    unreadable: int


class Auditing(Register):
    """Reading and checking the audit; finding and purging what is kept of questions."""

    def read_audit(self) -> Iterator[AuditLine]:
        """All lines of the audit, oldest first."""
        return read_audit(self.settings.audit)

    def read_audit_page(self, *, before: int | None = None, limit: int = 100) -> tuple[AuditLine, ...]:
        """The newest lines, or those before a number, the newest first; only these are read."""
        return read_audit_page(self.settings.audit, before=before, limit=limit)

    def verify_audit(self) -> int:
        """How many lines the audit has, all good; `StoreFailed` names the first that was tampered with."""
        return verify_audit(self.settings.audit)

    def find_asked(self, query: Query) -> AskedAbout:
        """Which kept questions stated all that `query` states, other cases and spaces aside. Writes one audit line, without
        it. `BadInput` when it states nothing."""
        from tocsin.screen.hit_decisions import digest_query
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.questions import count_other_keys, find_questions
        from tocsin.store.secret import find_secret, name_secret

        secret = find_secret(self.settings.home)
        terms = {term for some in digest_query(query, key=secret or b"").values() for term in some}
        if not terms:
            raise BadInput("Expected a name, a number or another value that was asked. Nothing was looked for.")
        found: tuple[AskedBefore, ...] = ()
        unreadable = 0
        if has_desk(self.settings.desk):
            with open_desk(self.settings.desk) as connection:
                found = find_questions(connection, terms) if secret else ()
                unreadable = count_other_keys(connection, name_secret(secret) if secret else "")
        self.record("asked", {"questions": len(found), "unreadable": unreadable})
        return AskedAbout(questions=found, unreadable=unreadable)

    def purge_questions(self, *, every: bool = False, now: dt.datetime | None = None) -> int:
        """Forget what was kept of questions longer ago than the settings say, or all of it; how many those were. Writes one
        audit line where any were."""
        from tocsin.store.desk import has_desk, open_desk
        from tocsin.store.questions import purge_questions

        if not has_desk(self.settings.desk):
            return 0
        days = self.settings.keep_queries_days
        before = None if every else (now or now_utc()) - dt.timedelta(days=days)
        with open_desk(self.settings.desk, write=True, forgets=True) as connection:
            count = purge_questions(connection, before=before)
            if count:
                self.record("purge questions", {"questions": count, "after_days": None if every else days})
        return count
