"""Keys are changed while the installation goes on being readable, and the work can be stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from linli.engines.registry import selectors, services
from linli.engines.registry.models import PersonRecord
from linli.engines.registry.tests.world import World
from linli.engines.registry.types import BindingLevel
from linli.kernel import append_only, crypto, rotation
from linli.kernel.crypto import CryptoError, add_root_key, load_or_create_keyring
from linli.kernel.models import AuditEntry

PHONE = "+8613800000001"


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """A keys folder of the test's own, in use."""
    keys = tmp_path / "keys"
    settings.LINLI_KEYRING = load_or_create_keyring(keys, create=True)
    return keys


@pytest.fixture
def filled(folder: Path, world: World) -> World:
    """Twelve persons, a case with sealed history, all under the first key."""
    for number in range(12):
        services.add_person(name=f"人{number}", phone=f"+86138000000{number:02d}")
    return world


def turn(folder: Path, settings: Any) -> None:
    settings.LINLI_KEYRING = add_root_key(folder)


def key_ids() -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM registry_personrecord")
        return {int.from_bytes(bytes(row[0])[2:4]) for row in cursor.fetchall()}


def test_rows_are_found_and_read_before_during_and_after(
    filled: World, folder: Path, settings: Any
) -> None:
    services.bind_person(filled.linli, filled.people["chair"], BindingLevel.PHONE_SEEN)

    def check() -> None:
        found = selectors.find_person_by_phone(filled.community.pk, PHONE)
        assert found is not None
        assert found.records.get(kind="name").value == "人1"
        assert selectors.binding_level(filled.people["chair"].pk) == "phone_seen"

    check()
    turn(folder, settings)
    check()
    assert services.count_left() > 0
    seen: list[tuple[str, int, int]] = []

    def say(what: str, done: int, total: int) -> None:
        seen.append((what, done, total))
        check()

    moved = services.rotate_keys(say, batch=5)
    check()
    assert key_ids() == {2}
    assert services.count_left() == 0
    assert moved == sum(total for what, done, total in seen if done == total)
    assert services.rotate_keys() == 0, "nothing is left, nothing is done"
    # The old keys may go: nothing needs them.
    ring = crypto.keyring()
    settings.LINLI_KEYRING = crypto.Keyring(
        2, {2: ring.roots[2]}, ring.index_root, "", ring.index_current
    )
    check()


def test_it_may_be_stopped_anywhere_and_started_again(
    filled: World, folder: Path, settings: Any
) -> None:
    turn(folder, settings)
    stops = 0
    while services.count_left():
        left = services.count_left()

        def stop(*told: object) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            services.rotate_keys(stop, batch=4)
        assert services.count_left() < left, "what was done stays done"
        assert selectors.find_person_by_phone(filled.community.pk, PHONE) is not None
        stops += 1
    assert stops > 5
    assert key_ids() == {2}


def test_writes_use_the_new_key_at_once(filled: World, folder: Path, settings: Any) -> None:
    turn(folder, settings)
    person = services.add_person(name="新人", phone="+8613900000000")
    record = PersonRecord.objects.get(person=person, kind="phone")
    assert record.index_key == 2
    assert key_ids() == {1, 2}


def test_a_lost_key_stops_the_work_and_loses_nothing(
    filled: World, folder: Path, settings: Any
) -> None:
    turn(folder, settings)
    ring = crypto.keyring()
    settings.LINLI_KEYRING = crypto.Keyring(
        2, {2: ring.roots[2]}, ring.index_root, "", ring.index_current, ring.old_index_roots
    )
    with pytest.raises(CryptoError):
        services.rotate_keys()
    settings.LINLI_KEYRING = ring
    services.rotate_keys()
    assert services.count_left() == 0


def test_history_is_resealed_and_still_refuses_change(
    filled: World, folder: Path, settings: Any
) -> None:
    model = apps.get_model("casework", "CaseEvent")
    case = apps.get_model("casework", "Case").objects.create(
        number="1", privacy="open", opened_at=filled.community.created_at
    )
    event = model.objects.create(
        case=case, at=filled.community.created_at, kind="reported", note="原话"
    )
    turn(folder, settings)
    services.rotate_keys()
    assert model.objects.get(pk=event.pk).note == "原话"
    assert "casework_caseevent" in append_only.TABLES
    from django.db import DatabaseError, transaction

    for table in (model, AuditEntry):
        rows = table.objects.all()
        if table is model or rows.exists():
            with pytest.raises(DatabaseError), transaction.atomic():
                rows.delete()


def test_every_sealed_column_takes_part() -> None:
    labels = {field.column_label for _, field in rotation.sealed_columns()}
    assert {
        "casework_caseevent.note",
        "casework_report.text",
        "registry_personrecord.value",
        "registry_dutyshift.hand_over_note",
        "registry_binding.certificate",
    } <= labels


def test_the_key_file_keeps_the_old_keys(folder: Path) -> None:
    first = load_or_create_keyring(folder, create=False)
    second = add_root_key(folder)
    third = add_root_key(folder)
    assert (first.current, second.current, third.current) == (1, 2, 3)
    assert first.roots.items() < second.roots.items() < third.roots.items()
    assert third.old_index_roots == {1: first.index_root, 2: second.index_root}
    assert (folder / "keys.json").stat().st_mode & 0o777 == 0o600
