"""Triggers by which the database refuses to change history.

Django has no portable way to say "append-only". These triggers stop mistakes and the
application's own code paths; a database administrator can still remove them, which is why
history is also committed to the evidence log (trust.md, section 0.4).
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

#: table -> deeds that the database refuses
TABLES: dict[str, tuple[str, ...]] = {}


def protect(table: str, *deeds: str) -> None:
    """Declare that ``table`` refuses ``deeds`` (``UPDATE``, ``DELETE``, ``UPDATE OF column``)."""
    TABLES[table] = deeds or ("UPDATE", "DELETE")


def _name(table: str, deed: str) -> str:
    return f"{table}_no_{deed.lower().replace(' ', '_')}"


def statements(vendor: str, table: str, deeds: tuple[str, ...]) -> list[str]:
    """SQL that installs the refusal for one table on ``sqlite`` or ``postgresql``."""
    out = []
    for deed in deeds:
        name = _name(table, deed)
        message = f"{table} refuses {deed}: it is history"
        if vendor == "sqlite":
            out.append(
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
        else:
            out.append(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'restrict_violation'; "
                f"END $$"
            )
            out.append(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            out.append(
                f"CREATE TRIGGER {name} BEFORE {deed} ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {name}()"
            )
    return out


def install(connection: BaseDatabaseWrapper, table: str, deeds: tuple[str, ...]) -> None:
    """Install the triggers of one table."""
    with connection.cursor() as cursor:
        for sql in statements(connection.vendor, table, deeds):
            cursor.execute(sql)


def remove(connection: BaseDatabaseWrapper, table: str, deeds: tuple[str, ...]) -> None:
    """Remove the triggers of one table (migrations backwards; the test flush)."""
    with connection.cursor() as cursor:
        for deed in deeds:
            name = _name(table, deed)
            where = f" ON {table}" if connection.vendor != "sqlite" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def operation(table: str, *deeds: str):  # type: ignore[no-untyped-def]
    """A migration operation that protects ``table``; reversible."""
    from django.db import migrations

    wanted = deeds or ("UPDATE", "DELETE")
    protect(table, *wanted)
    return migrations.RunPython(
        lambda apps, editor: install(editor.connection, table, wanted),
        lambda apps, editor: remove(editor.connection, table, wanted),
        elidable=False,
    )
