"""Moving rows to new keys: blind indexes of the registry, then every sealed column."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from linli.engines.registry.models import Binding, PersonRecord, RecordKind
from linli.engines.registry.selectors import INDEX_LABELS
from linli.kernel import rotation
from linli.kernel.crypto import blind_index, keyring
from linli.kernel.scope import across_communities

Say = Callable[[str, int, int], None]


def rotate_keys(say: Say = lambda *_: None, batch: int = rotation.ROWS_A_BATCH) -> int:
    """Re-seal every sealed column and re-make every blind index under the current keys.

    Each batch is a transaction; a row that is done is not looked at again, so it may be stopped
    at any time and started anew. Meanwhile readers find rows by the old index or the new one
    (``crypto.blind_indexes``). Make the key first: ``crypto.add_root_key``.

    Args:
        say: told (table and column, rows done, rows in all) after each batch.

    Returns:
        How many values were moved.
    """
    return _reindex(say, batch) + rotation.reseal_all(say, batch)


def count_left() -> int:
    """Values and indexes that still hang on old keys; 0 means that these may be destroyed."""
    with across_communities("keys belong to the installation"):
        behind = _behind().count()
    return behind + rotation.count_left()


def _behind() -> QuerySet[PersonRecord]:
    rows = PersonRecord.objects.filter(index__isnull=False)
    return rows.exclude(index_key=keyring().index_current)


def _reindex(say: Say, batch: int) -> int:
    done = 0
    with across_communities("keys belong to the installation; values go nowhere"):
        total = _behind().count()
        while rows := list(_behind().order_by("pk")[:batch]):
            with transaction.atomic():
                for row in rows:
                    _reindex_one(row)
            done += len(rows)
            say("registry_personrecord.index", done, total)
    return done


def _reindex_one(row: PersonRecord) -> None:
    old = row.index
    label = INDEX_LABELS[RecordKind(row.kind)]
    new = blind_index(row.value, label, row.community_id)
    PersonRecord.objects.filter(pk=row.pk).update(index=new, index_key=keyring().index_current)
    if row.kind == RecordKind.PHONE:
        Binding.objects.filter(person_id=row.person_id, phone_index=old).update(phone_index=new)
