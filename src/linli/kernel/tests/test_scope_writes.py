"""No write puts a row, or a link, into another community; no row ever moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction
from django.db.models import F, Value

from linli.kernel import audit
from linli.kernel.actors import SystemActor
from linli.kernel.ids import uuid7
from linli.kernel.scope import CrossCommunityWrite, across_communities, in_community
from linli.kernel.tests.checks import (
    add_person,
    add_place,
    add_residence,
    assert_needs_scope,
    assert_refused,
    new_residence,
)

pytestmark = pytest.mark.django_db

REFUSALS = (CrossCommunityWrite, DatabaseError, models.ObjectDoesNotExist)


@pytest.fixture
def here(community: Any) -> Any:
    """A residence in the community in scope."""
    return add_residence(community.pk)


@pytest.fixture
def there(other_community: Any) -> Any:
    """A residence in the other community."""
    return add_residence(other_community.pk)


def assert_write_refused(deed: Callable[[], Any]) -> None:
    """``deed`` is refused, whether by the scope or by the database."""
    with transaction.atomic():
        assert_refused(lambda: _atomically(deed), REFUSALS)


def _atomically(deed: Callable[[], Any]) -> None:
    with transaction.atomic():
        deed()


def stored(model: Any, pk: Any, *columns: str) -> Any:
    """What the database itself holds for a row, whoever's it is."""
    with across_communities("looking at the truth"):
        return model.objects.filter(pk=pk).values_list(*columns).first()


def communities_of_links() -> set[tuple[UUID, UUID, UUID]]:
    """For each residence: its community, and those of its person and its place."""
    with across_communities("looking at the truth"):
        rows = apps.get_model("registry", "Residence").objects.values_list(
            "community_id", "person__community_id", "place__community_id"
        )
        return set(rows)


def assert_nothing_crosses(deed: Callable[[], Any], total: int) -> None:
    """``deed`` is refused; no link crosses and there are still ``total`` residences."""
    assert_write_refused(deed)
    with across_communities("looking at the truth"):
        assert apps.get_model("registry", "Residence").objects.count() == total
    assert all(len(set(row)) == 1 for row in communities_of_links())


LINKS: dict[str, Callable[[Any, Any], Any]] = {
    "create by object": lambda h, t: type(h).objects.create(
        person=t.person, place=h.place, relation="owner", starts_on=h.starts_on
    ),
    "create by id": lambda h, t: type(h).objects.create(
        person_id=t.person_id, place=h.place, relation="owner", starts_on=h.starts_on
    ),
    "save new": lambda h, t: new_residence(person_id=t.person_id, place=h.place).save(),
    "bulk_create": lambda h, t: type(h).objects.bulk_create(
        [new_residence(person_id=t.person_id, place=h.place)]
    ),
    "get_or_create": lambda h, t: type(h).objects.get_or_create(
        person_id=t.person_id, defaults={"place": h.place, "starts_on": h.starts_on}
    ),
    "update_or_create": lambda h, t: type(h).objects.update_or_create(
        pk=h.pk, defaults={"person_id": t.person_id}
    ),
    "save changed": lambda h, t: (setattr(h, "person_id", t.person_id), h.save()),
    "save update_fields": lambda h, t: (
        setattr(h, "person_id", t.person_id),
        h.save(update_fields=["person"]),
    ),
    "bulk_update": lambda h, t: (
        setattr(h, "person_id", t.person_id),
        type(h).objects.bulk_update([h], ["person"]),
    ),
    "update by id": lambda h, t: type(h).objects.update(person_id=t.person_id),
    "update by object": lambda h, t: type(h).objects.update(person=t.person),
    "update by text": lambda h, t: type(h).objects.update(person_id=str(t.person_id)),
    "update by value": lambda h, t: type(h).objects.update(person_id=Value(t.person_id)),
    "update by subquery": lambda h, t: type(h).objects.update(
        person_id=across(type(t.person)).filter(pk=t.person_id).values("pk")[:1]
    ),
    "reverse manager create": lambda h, t: t.person.residences.create(
        place=h.place, relation="owner", starts_on=h.starts_on
    ),
    "reverse manager add": lambda h, t: t.person.residences.add(h, bulk=False),
    "reverse manager add in bulk": lambda h, t: t.person.residences.add(h),
    "object with a false community": lambda h, t: (
        setattr(t.person, "community_id", h.community_id),
        new_residence(person=t.person, place=h.place).save(),
    ),
    "made-up object": lambda h, t: new_residence(
        person=type(t.person)(pk=t.person_id, community_id=h.community_id), place=h.place
    ).save(),
}


def across(model: Any) -> Any:
    """A queryset over all communities, as careless code might hold one."""
    with across_communities("careless"):
        return model.objects.all()


@pytest.mark.parametrize("link", LINKS.values(), ids=LINKS.keys())
def test_no_link_is_made_into_another_community(
    here: Any, there: Any, link: Callable[[Any, Any], Any]
) -> None:
    there.person  # noqa: B018 - load it while its own scope would allow
    assert_nothing_crosses(lambda: link(here, there), total=2)


#: With the scope off this one finds the other community's row, and does not write.
WRITES = {name: link for name, link in LINKS.items() if name != "get_or_create"}


@pytest.mark.parametrize("link", WRITES.values(), ids=WRITES.keys())
def test_nor_with_the_scope_switched_off(
    here: Any, there: Any, link: Callable[[Any, Any], Any]
) -> None:
    with across_communities("system work"):
        assert_nothing_crosses(lambda: link(here, there), total=2)


def test_twin_link_by_a_plain_queryset_crosses(here: Any, there: Any) -> None:
    def relink() -> None:
        plain: Any = models.query.QuerySet(type(here))
        plain.filter(pk=here.pk).update(person_id=there.person_id)

    with pytest.raises(AssertionError):
        assert_nothing_crosses(relink, total=2)


ROWS_ELSEWHERE: dict[str, Callable[[Any, Any], Any]] = {
    "create": lambda p, home: type(p).objects.create(community_id=home, path="x", kind="estate"),
    "save": lambda p, home: type(p)(community_id=home, path="x", kind="estate").save(),
    "bulk_create": lambda p, home: type(p).objects.bulk_create(
        [type(p)(community_id=home, path="x", kind="estate")]
    ),
    "get_or_create": lambda p, home: type(p).objects.get_or_create(
        path="x", defaults={"community_id": home}
    ),
    "save foreign": lambda p, home: p.save(),
    "save foreign as mine": lambda p, home: (setattr(p, "community_id", None), p.save()),
    "bulk_update foreign": lambda p, home: type(p).objects.bulk_update([p], ["name"]),
    "delete foreign": lambda p, home: assert_deleted_nothing(p),
    "same id": lambda p, home: type(p).objects.create(pk=p.pk, path="x", kind="estate", name="no"),
    "same id by save": lambda p, home: type(p)(pk=p.pk, path="x", name="no").save(
        force_update=True
    ),
    "upsert on id": lambda p, home: type(p).objects.bulk_create(
        [type(p)(pk=p.pk, path="x", name="stolen")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name"],
    ),
    "upsert that takes the row over": lambda p, home: type(p).objects.bulk_create(
        [type(p)(pk=p.pk, path="x", name="stolen")],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "community_id"],
    ),
}


def assert_deleted_nothing(row: Any) -> None:
    """Deleting a foreign row finds nothing to delete; say so like a refusal."""
    pk = row.pk
    counts = row.delete()[0], type(row).objects.filter(pk=pk).delete()[0]
    if counts == (0, 0):
        raise CrossCommunityWrite("nothing was there to delete")


@pytest.mark.parametrize("deed", ROWS_ELSEWHERE.values(), ids=ROWS_ELSEWHERE.keys())
def test_no_row_of_another_community_is_written(
    community: Any, other_community: Any, deed: Callable[[Any, UUID], Any]
) -> None:
    place = add_place(other_community.pk, "old")
    with across_communities("counting"):
        before = list(type(place).objects.values_list("pk", "community_id", "path", "name"))
    place.name = "changed"
    assert_write_refused(lambda: deed(place, other_community.pk))
    with across_communities("counting"):
        after = list(type(place).objects.values_list("pk", "community_id", "path", "name"))
    assert after == before


@pytest.mark.parametrize("deed", ["save", "bulk_update", "update", "upsert"])
def test_unscoped_writes_are_refused(deed: str) -> None:
    model = apps.get_model("registry", "Place")
    row = model(community_id=uuid7(), path="x")
    deeds = {
        "save": row.save,
        "bulk_update": lambda: model.objects.bulk_update([row], ["path"]),
        "update": lambda: model.objects.update(path="y"),
        "upsert": lambda: model.objects.update_or_create(path="x"),
    }
    assert_needs_scope(deeds[deed])


def test_a_write_with_the_scope_off_must_name_its_community(community: Any) -> None:
    model = apps.get_model("registry", "Place")
    with across_communities("system work"):
        assert_refused(lambda: model.objects.create(path="x"), CrossCommunityWrite)
        assert_refused(lambda: model.objects.bulk_create([model(path="x")]), CrossCommunityWrite)
        assert model.objects.create(path="x", community_id=community.pk).pk
    assert model.objects.filter(path="x").exists()


def _loaded(place: Any) -> Any:
    return type(place).objects.get(pk=place.pk)


MOVES: dict[str, Callable[[Any, UUID], Any]] = {
    "loaded": lambda p, to: _move(_loaded(p), to).save(),
    "loaded, one field": lambda p, to: _move(_loaded(p), to).save(update_fields=["community_id"]),
    "just created": lambda p, to: _move(p, to).save(),
    "deferred": lambda p, to: _move(type(p).objects.only("path").get(pk=p.pk), to).save(),
    "made-up": lambda p, to: type(p)(pk=p.pk, community_id=to, path="x").save(force_update=True),
    "bulk_update": lambda p, to: type(p).objects.bulk_update([_move(p, to)], ["community_id"]),
    "update": lambda p, to: type(p).objects.filter(pk=p.pk).update(community_id=to),
    "update by value": lambda p, to: type(p).objects.update(community_id=Value(to)),
    "update by column": lambda p, to: type(p).objects.update(community_id=F("id")),
}


def _move(place: Any, to: UUID) -> Any:
    place.community_id = to
    return place


@pytest.mark.parametrize("is_scope_off", [False, True])
@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES.keys())
def test_a_row_never_moves(
    community: Any, other_community: Any, move: Callable[[Any, UUID], Any], is_scope_off: bool
) -> None:
    place = add_place(community.pk, "old")
    scope = across_communities("trying") if is_scope_off else in_community(community.pk)
    with scope:
        assert_write_refused(lambda: move(place, other_community.pk))
    assert stored(type(place), place.pk, "community_id") == (community.pk,)


def test_twin_move_by_a_plain_queryset_is_seen(community: Any, other_community: Any) -> None:
    place = add_place(community.pk, "old")
    plain: Any = models.query.QuerySet(type(place))
    plain.filter(pk=place.pk).update(community_id=other_community.pk)
    with pytest.raises(AssertionError):
        assert stored(type(place), place.pk, "community_id") == (community.pk,)


def test_ordinary_writes_still_work(here: Any) -> None:
    person = add_person(here.community_id)
    here.person = person
    here.save()
    assert stored(type(here), here.pk, "person_id") == (person.pk,)
    here.person = add_person(here.community_id)
    type(here).objects.bulk_update([here], ["person"])
    assert stored(type(here), here.pk, "person_id") == (here.person_id,)
    type(here).objects.update(person=person)
    assert stored(type(here), here.pk, "person_id") == (person.pk,)
    type(here).objects.update(ends_on=F("starts_on"))
    assert stored(type(here), here.pk, "ends_on") == (here.starts_on,)


def test_parents_and_children_are_stored_together(community: Any) -> None:
    model = apps.get_model("registry", "Place")
    parent = model(path="e1", kind="estate", community_id=community.pk)
    children = [model(path=f"e1/b{n}", kind="building", parent=parent) for n in range(3)]
    model.objects.bulk_create([parent, *children])
    assert parent.children.count() == 3


def test_upsert_inside_the_community_works(community: Any) -> None:
    model = apps.get_model("registry", "Place")
    place = add_place(community.pk, "old")
    model.objects.bulk_create(
        [model(path="old", kind="estate", name="new name", full_name="old")],
        update_conflicts=True,
        unique_fields=["community_id", "path"],
        update_fields=["name"],
    )
    assert stored(model, place.pk, "name") == ("new name",)


def test_deletes_cascade_inside_the_community_only(here: Any, there: Any) -> None:
    here.person.delete()
    assert stored(type(here), here.pk, "pk") is None
    assert stored(type(there), there.pk, "pk") == (there.pk,)


def test_audit_of_a_foreign_subject_is_refused(community: Any, other_community: Any) -> None:
    place = add_place(other_community.pk)
    actor = SystemActor(community.pk)
    assert_refused(lambda: audit.record(actor, "place_added", place), CrossCommunityWrite)


def test_the_database_refuses_rows_without_a_community(community: Any) -> None:
    place = add_place(community.pk)
    sql = "UPDATE registry_place SET community_id = NULL WHERE path = %s"
    with connection.cursor() as cursor:
        assert_write_refused(lambda: cursor.execute(sql, [place.path]))
