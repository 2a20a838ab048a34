"""Tables of the desk whose rows are written once: the database itself refuses to change them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, Table, event

Verb = Literal["UPDATE", "DELETE"]


def keep_append_only(table: Table, what: str, *, verbs: Sequence[Verb] = ("UPDATE", "DELETE")) -> None:
    """Have triggers of the table refuse these verbs, once it is made. `what` is what its rows are."""

    def refuse(_table: Table, connection: Connection, **_: object) -> None:
        name, told = table.name, f"{what} are append-only"
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"'BEGIN RAISE EXCEPTION ''{told}''; END'"
            )
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_append_only BEFORE {' OR '.join(verbs)} ON {name} FOR EACH ROW "
                f"EXECUTE FUNCTION {name}_refuse()"
            )
            return
        for verb in verbs:
            connection.exec_driver_sql(
                f"CREATE TRIGGER {name}_no_{verb.lower()} BEFORE {verb} ON {name} BEGIN SELECT RAISE(ABORT, '{told}'); END"
            )

    event.listen(table, "after_create", refuse)
