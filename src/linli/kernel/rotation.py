"""Re-sealing of every encrypted column under the current root key, in batches, resumable.

Which key sealed a value stands in its first bytes, so the work needs no memory of its own: it
asks for rows whose header names another key. The values pass through this process only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from linli.kernel import append_only
from linli.kernel.crypto import (
    SUITE_AES_256_GCM,
    VERSION,
    EncryptedTextField,
    keyring,
    seal,
    unseal,
)

ROWS_A_BATCH = 500
Say = Callable[[str, int, int], None]


def sealed_columns() -> list[tuple[type[models.Model], EncryptedTextField]]:
    """Every sealed column of Linli's tables, by label."""
    found = [
        (model, field)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]
    return sorted(found, key=lambda pair: pair[1].column_label)


def reseal_all(say: Say = lambda *_: None, batch: int = ROWS_A_BATCH) -> int:
    """Re-seal what lies under older keys; returns how many values were moved.

    Raises:
        CryptoError: a value cannot be opened (changed, or its key is missing). What was done
            before it stays done.
    """
    return sum(_reseal(model, field, say, batch) for model, field in sealed_columns())


def count_left() -> int:
    """Values that still lie under older keys."""
    return sum(_count(model, field) for model, field in sealed_columns())


def _names(model: type[models.Model], field: EncryptedTextField) -> tuple[str, str, str]:
    quote = connection.ops.quote_name
    key = model._meta.pk.column if model._meta.pk else "id"
    return quote(model._meta.db_table), quote(field.column), quote(key)


def _behind(field: EncryptedTextField, column: str) -> tuple[str, list[Any]]:
    """SQL for "sealed, and not under the current key": compares the header's four bytes."""
    ring = keyring()
    header = bytes((VERSION, SUITE_AES_256_GCM)) + ring.current.to_bytes(2)
    prefix = (
        f"substr({column}, 1, 4)"
        if connection.vendor == "sqlite"
        else f"substring({column} from 1 for 4)"
    )
    return f"length({column}) > 0 AND {prefix} <> %s", [header]


def _count(model: type[models.Model], field: EncryptedTextField) -> int:
    table, column, _ = _names(model, field)
    where, values = _behind(field, column)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}", values)  # noqa: S608
        return int(cursor.fetchone()[0])


def _reseal(model: type[models.Model], field: EncryptedTextField, say: Say, batch: int) -> int:
    total, done = _count(model, field), 0
    for rows in _batches(model, field, batch):
        done += len(rows)
        say(field.column_label, done, total)
    return done


def _batches(
    model: type[models.Model], field: EncryptedTextField, batch: int
) -> Iterator[list[UUID]]:
    table, column, key = _names(model, field)
    where, values = _behind(field, column)
    # Table and column names come from the models, never from anything a client sent.
    select = f"SELECT {key}, {column} FROM {table} WHERE {where} ORDER BY {key} LIMIT {batch:d}"  # noqa: S608
    # Only where the old bytes still stand: somebody's newer value is not overwritten.
    update = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608
    while True:
        with transaction.atomic(), _resealable(model), connection.cursor() as cursor:
            cursor.execute(select, values)
            rows = [(raw, bytes(box)) for raw, box in cursor.fetchall()]
            if not rows:
                return
            cursor.executemany(update, [_again(field, raw, box) for raw, box in rows])
        yield [_uuid(raw) for raw, _ in rows]


@contextmanager
def _resealable(model: type[models.Model]) -> Iterator[None]:
    """Lets history be re-sealed: its words stay, only the lock on them changes.

    The triggers stand aside within this transaction and are back before it commits; a process
    that dies in between has changed nothing.
    """
    table = model._meta.db_table
    deeds = append_only.TABLES.get(table)
    if deeds is None:
        MigrationLoader(connection, load=True)  # the tables are declared where they are made
        deeds = append_only.TABLES.get(table)
    if deeds is None:
        yield
        return
    append_only.remove(connection, table, deeds)
    yield
    append_only.install(connection, table, deeds)


def _again(field: EncryptedTextField, raw: Any, box: bytes) -> tuple[bytes, Any, bytes]:
    row = _uuid(raw)
    plain = unseal(box, field.column_label, row)
    return seal(plain, field.column_label, row), raw, box


def _uuid(raw: Any) -> UUID:
    return raw if isinstance(raw, UUID) else UUID(str(raw))
