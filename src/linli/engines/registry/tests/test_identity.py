"""Merging and splitting persons, and the way back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from linli.engines.registry import events, services
from linli.engines.registry.models import (
    IdentityDecision,
    Mandate,
    Person,
    PersonRecord,
    Residence,
)
from linli.engines.registry.tests.world import NAME, PHONE, ROLL, SINCE, World
from linli.engines.registry.types import Role
from linli.kernel.actors import NotAllowed
from linli.kernel.scope import ScopedModel


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Every row that points to a person, and the persons themselves."""
    found: dict[str, list[tuple[object, ...]]] = {
        "person": sorted(
            Person.objects.filter(merged_into__isnull=True).values_list("pk", "user_id"), key=str
        ),
        "superseded": sorted(
            PersonRecord.objects.filter(superseded_at__isnull=False).values_list("pk"), key=str
        ),
    }
    for carrier, model in events.list_person_carriers():
        rows = model._default_manager.values_list("pk", carrier.field)
        found[f"{carrier.label}.{carrier.field}"] = sorted(rows, key=str)
    return found


@pytest.fixture
def twins(world: World) -> tuple[Person, Person]:
    """One person entered twice: with two homes, two phones, a mandate and a household."""
    keep, other = world.person("keep", "e1/b1/d101"), world.person("other", "e1/b1/d102")
    services.put_records(other, world.bodies["police"], {NAME: "张其他"}, ROLL)
    services.grant_mandate(other, Role.BUILDING_LEADER, place_path="e1/b1", starts_on=SINCE)
    return keep, other


def test_merge_takes_every_row_along(world: World, twins: tuple[Person, Person]) -> None:
    keep, other = twins
    services.merge_persons(world.actor("chair"), keep, other, "seen_together")
    for carrier, model in events.list_person_carriers():
        assert not model._default_manager.filter(**{carrier.field: other}).exists(), carrier
    assert Residence.objects.filter(person=keep).count() == 2
    assert Mandate.objects.get(place_path="e1/b1").person_id == keep.pk
    current = PersonRecord.objects.filter(person=keep, owner=None, superseded_at__isnull=True)
    assert {r.kind: r.value for r in current}[NAME] == "张keep"
    other.refresh_from_db()
    assert other.merged_into_id == keep.pk


def test_merge_and_back_is_as_before(world: World, twins: tuple[Person, Person]) -> None:
    before = snapshot()
    decision = services.merge_persons(world.linli, *twins, "id_number")
    assert snapshot() != before
    services.undo_decision(world.linli, decision, "mistake")
    assert snapshot() == before
    with pytest.raises(services.RegistryError):
        services.undo_decision(world.linli, decision, "again")
    again = services.merge_persons(world.linli, *twins, "id_number")
    services.undo_decision(world.linli, again, "mistake")
    assert snapshot() == before


def test_split_and_back_is_as_before(world: World, twins: tuple[Person, Person]) -> None:
    keep, _ = twins
    before = snapshot()
    rows: list[ScopedModel] = [
        PersonRecord.objects.get(person=keep, kind=PHONE),
        Residence.objects.get(person=keep),
    ]
    new, decision = services.split_person(world.linli, keep, rows, "two_people")
    assert Residence.objects.get(person=new) == rows[1]
    services.undo_decision(world.linli, decision, "mistake")
    assert snapshot() == before


def test_split_refuses_rows_of_somebody_else(world: World, twins: tuple[Person, Person]) -> None:
    keep, other = twins
    before = snapshot()
    for rows in ([], [Residence.objects.get(person=other)]):
        with pytest.raises(services.RegistryError):
            services.split_person(world.linli, keep, rows, "two_people")
    assert snapshot() == before


def test_merge_refusals(world: World, twins: tuple[Person, Person]) -> None:
    keep, other = twins
    with pytest.raises(NotAllowed):
        services.merge_persons(world.actor("manager"), keep, other, "x")
    with pytest.raises(services.RegistryError):
        services.merge_persons(world.linli, keep, keep, "x")
    services.merge_persons(world.linli, keep, other, "x")
    with pytest.raises(services.RegistryError):
        services.merge_persons(world.linli, keep, other, "x")


def test_a_row_that_its_table_refuses_stays(world: World, twins: tuple[Person, Person]) -> None:
    """Both were told the same message: the inbox holds it once, and undo still works."""
    message = apps.get_model("outreach", "Message")
    for person in twins:
        for key in ("same", f"own {person.pk}"):
            message.objects.create(
                recipient=person, kind="k", key=key, sent_at=world.community.created_at
            )
    before = snapshot()
    decision = services.merge_persons(world.linli, *twins, "x")
    assert message.objects.filter(recipient=twins[0]).count() == 3
    services.undo_decision(world.linli, decision, "mistake")
    assert snapshot() == before


def test_the_log_of_decisions_cannot_be_changed(world: World, twins: tuple[Person, Person]) -> None:
    decision = services.merge_persons(world.linli, *twins, "x")
    rows = IdentityDecision.objects.filter(pk=decision.pk)
    for deed in (lambda: rows.update(basis="y"), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert connection.connection is not None


def person_keys() -> set[tuple[str, str]]:
    """Every foreign key to a person in every scoped table."""
    return {
        (model._meta.label_lower, f.name)
        for model in apps.get_models()
        if issubclass(model, ScopedModel)
        for f in model._meta.concrete_fields
        if isinstance(f, models.ForeignKey) and f.related_model is Person
    } - {("registry.person", "merged_into")}


def path_columns() -> set[tuple[str, str]]:
    """Every column called place_path in every scoped table."""
    return {
        (model._meta.label_lower, f.name)
        for model in apps.get_models()
        if issubclass(model, ScopedModel)
        for f in model._meta.concrete_fields
        if f.name == "place_path"
    }


def test_every_table_said_that_it_follows() -> None:
    assert person_keys() == {(c.label, c.field) for c, _ in events.list_person_carriers()}
    follow = {(c.label, c.field) for c, _ in events.list_path_carriers()}
    pinned = {(c.label, c.field) for c, _ in events.list_path_pins()}
    assert path_columns() == follow | pinned
    assert not follow & pinned


def test_twin_that_forgot_to_say_so_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {c: m for c, m in events.list_person_carriers() if c.label != "casework.report"}
    monkeypatch.setattr(events, "_persons", kept)
    with pytest.raises(AssertionError):
        test_every_table_said_that_it_follows()
