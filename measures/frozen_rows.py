"""Triggers that keep adopted reports and their files as they are, whoever writes to the database.

They are put up after every ``migrate``, not by a migration: SQLite drops a table's triggers where
a later migration builds the table anew. A migration that must touch adopted rows takes them down
first (``unguard``).
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

REPORT, FILE = "measures_implementationreport", "measures_reportfile"
MESSAGE = "adopted reports are frozen"

# Name, table, event, condition on the row that is to go.
TRIGGERS = (
    ("measures_report_kept", REPORT, "DELETE", "OLD.state = 'adopted'"),
    ("measures_report_frozen", REPORT, "UPDATE", "OLD.state = 'adopted'"),
    ("measures_report_file_kept", FILE, "DELETE", ""),
    ("measures_report_file_frozen", FILE, "UPDATE", ""),
)
FUNCTION = f"""
CREATE OR REPLACE FUNCTION measures_refuse_frozen() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def guard(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers up, as often as wanted."""
    unguard(connection)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(FUNCTION)
        for name, table, event, condition in TRIGGERS:
            cursor.execute(_statement(connection.vendor, name, table, event, condition))


def unguard(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for name, table, _event, _condition in TRIGGERS:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def guard_after_migrate(*, using: str, **_options: Any) -> None:
    """Receive ``post_migrate``; after a step back to before these tables there is no work."""
    connection = connections[using]
    columns = _columns(connection, REPORT)
    if "snapshot" in columns and _columns(connection, FILE):
        guard(connection)


def _columns(connection: BaseDatabaseWrapper, table: str) -> set[str]:
    if table not in connection.introspection.table_names():
        return set()
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, table)
    return {column.name for column in found}


def _statement(vendor: str, name: str, table: str, event: str, condition: str) -> str:
    when = f"WHEN ({condition}) " if condition else ""
    if vendor == "postgresql":
        action = "EXECUTE FUNCTION measures_refuse_frozen()"
    else:
        action = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {when}{action}"
