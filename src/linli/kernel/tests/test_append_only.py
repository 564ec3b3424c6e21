"""History is refused to change by the database itself, whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from linli.kernel import append_only, audit
from linli.kernel.actors import SystemActor
from linli.kernel.models import AuditEntry
from linli.kernel.tests.checks import NOON, add_place, assert_refused

pytestmark = pytest.mark.django_db

HISTORY = {
    "kernel_auditentry": ("UPDATE", "DELETE"),
    "casework_caseevent": ("UPDATE", "DELETE"),
    "casework_report": ("UPDATE OF text",),
}


def test_every_protected_table_is_known_here() -> None:
    assert HISTORY == append_only.TABLES


def triggers() -> set[str]:
    """Names of the triggers that the database has."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {row[0] for row in cursor.fetchall()}


def assert_protected(table: str, deeds: tuple[str, ...]) -> None:
    """The triggers stand. A migration that rebuilds the table on SQLite takes them away."""
    assert {append_only._name(table, deed) for deed in deeds} <= triggers()


@pytest.mark.parametrize(("table", "deeds"), HISTORY.items(), ids=HISTORY.keys())
def test_the_triggers_stand_after_all_migrations(table: str, deeds: tuple[str, ...]) -> None:
    assert_protected(table, deeds)


def test_twin_table_that_was_rebuilt_is_noticed() -> None:
    execute("CREATE TABLE rebuilt (id integer)")
    append_only.install(connection, "rebuilt", ("DELETE",))
    assert_protected("rebuilt", ("DELETE",))
    execute("DROP TABLE rebuilt")
    execute("CREATE TABLE rebuilt (id integer)")
    with pytest.raises(AssertionError):
        assert_protected("rebuilt", ("DELETE",))


@pytest.fixture
def history(community: Any) -> Any:
    """One row in each protected table."""
    place = add_place(community.pk)
    audit.record(SystemActor(community.pk), "place_added", place, detail={"n": 1})
    case = apps.get_model("casework", "Case").objects.create(
        number="1", privacy="open", opened_at=NOON, place=place
    )
    case.events.create(at=NOON, kind="opened", note="said")
    case.reports.create(channel="web", text="the lamp is out", said_at=NOON, taken_at=NOON)
    return case


def execute(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


REFUSED = {
    "audit update": "UPDATE kernel_auditentry SET action = 'nothing'",
    "audit update same": "UPDATE kernel_auditentry SET action = action",
    "audit delete": "DELETE FROM kernel_auditentry",
    "audit delete one": "DELETE FROM kernel_auditentry WHERE action = 'place_added'",
    "event update": "UPDATE casework_caseevent SET kind = 'closed'",
    "event delete": "DELETE FROM casework_caseevent",
    "report text": "UPDATE casework_report SET text = NULL",
    "report text among others": "UPDATE casework_report SET naming = 'named', text = text",
}


def assert_history_stands(sql: str) -> None:
    """The database refuses the statement, and says why."""
    try:
        execute(sql)
    except DatabaseError as error:
        reason = str(error)
    else:
        reason = "nobody objected"
    assert "it is history" in reason


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
def test_raw_sql_cannot_change_history(history: Any, sql: str) -> None:
    assert_history_stands(sql)


@pytest.mark.parametrize("sql", ["audit update", "audit delete", "event update", "event delete"])
def test_twin_without_the_trigger_can(history: Any, sql: str) -> None:
    for table, deeds in HISTORY.items():
        append_only.remove(connection, table, deeds)
    with pytest.raises(AssertionError):
        assert_history_stands(REFUSED[sql])


def test_twin_report_without_the_trigger_can_be_reworded(history: Any) -> None:
    append_only.remove(connection, "casework_report", HISTORY["casework_report"])
    assert execute("UPDATE casework_report SET text = text") == 1


ORM: dict[str, Callable[[Any], Any]] = {
    "audit save": lambda case: AuditEntry.objects.get().save(),
    "audit delete": lambda case: AuditEntry.objects.get().delete(),
    "audit bulk": lambda case: AuditEntry.objects.all().delete(),
    "audit update": lambda case: AuditEntry.objects.update(action="nothing"),
    "audit bulk_update": lambda case: AuditEntry.objects.bulk_update(
        AuditEntry.objects.all(), ["action"]
    ),
    "audit upsert": lambda case: AuditEntry.objects.bulk_create(
        list(AuditEntry.objects.all()),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["action"],
    ),
    "event update": lambda case: case.events.update(kind="closed"),
    "event delete": lambda case: case.events.all().delete(),
    "report save": lambda case: case.reports.get().save(),
}


@pytest.mark.parametrize("deed", ORM.values(), ids=ORM.keys())
def test_django_cannot_change_history(history: Any, deed: Callable[[Any], Any]) -> None:
    def attempt() -> None:
        with transaction.atomic():
            deed(history)

    before = execute_all()
    assert_refused(attempt, Exception)
    assert execute_all() == before


def execute_all() -> list[Any]:
    """All history as the database has it."""
    rows = []
    with connection.cursor() as cursor:
        for table in HISTORY:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            rows += [tuple(map(str, row)) for row in cursor.fetchall()]
    return rows


def test_other_columns_of_a_report_may_change(history: Any) -> None:
    assert execute("UPDATE casework_report SET naming = 'anonymous'") == 1
    report = history.reports.get()
    report.naming = "named"
    report.save(update_fields=["naming"])
    assert history.reports.get().text == "the lamp is out"


def test_history_can_still_be_written(history: Any) -> None:
    history.events.create(at=NOON, kind="sent")
    assert history.events.count() == 2


def test_an_audit_entry_holds_what_it_was_told(history: Any) -> None:
    entry = AuditEntry.objects.get()
    place = apps.get_model("registry", "Place").objects.get()
    assert (entry.action, entry.subject_kind) == ("place_added", "registry.place")
    assert (entry.subject_id, entry.community_id) == (place.pk, place.community_id)
    assert entry.detail == {"n": 1}
    assert entry.on_behalf_of is None


def test_an_audit_entry_is_undone_with_its_deed(community: Any) -> None:
    def deed() -> None:
        with transaction.atomic():
            place = add_place(community.pk)
            audit.record(SystemActor(community.pk), "place_added", place)
            raise ZeroDivisionError

    assert_refused(deed, ZeroDivisionError)
    assert not AuditEntry.objects.exists()


def test_protecting_is_reversible_and_repeatable(history: Any) -> None:
    step = append_only.operation("casework_report", *HISTORY["casework_report"])
    editor = type("Editor", (), {"connection": connection})()
    for _ in range(2):
        step.code(apps, editor)
    assert_protected("casework_report", HISTORY["casework_report"])
    step.reverse_code(apps, editor)
    with pytest.raises(AssertionError):
        assert_protected("casework_report", HISTORY["casework_report"])
    step.code(apps, editor)


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_may_be_flushed_first(history: Any) -> None:
    assert AuditEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_transactional_tests_may_be_flushed_second(community: Any) -> None:
    assert not AuditEntry.objects.exists()
    for table, deeds in HISTORY.items():
        assert_protected(table, deeds)
    assert community.created_at.date() > date(2026, 1, 1)
