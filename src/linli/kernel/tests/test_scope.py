"""Reads stay inside the community in scope, through every door that Django has."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from linli.kernel import clock, scope
from linli.kernel.models import StoredFile, User
from linli.kernel.scope import ScopedModel, ScopeError, across_communities, in_community
from linli.kernel.tests.checks import (
    add_person,
    add_place,
    add_residence,
    assert_needs_scope,
    assert_refused,
    label,
    linli_models,
    scoped_models,
)

pytestmark = pytest.mark.django_db

#: Models outside every community, each with its reason. A new one needs a line and a reviewer.
UNSCOPED = {
    "kernel.User": "a key to sign in with; signing in comes before the community is known",
    "kernel.SignInLink": "opened before anybody is signed in; holds a digest and a user id",
    "kernel.Installation": "one row about the database itself",
    "kernel.Lease": "background workers serve every community",
    "kernel.OutboxMessage": "one queue for all; each row is handled in its own community's scope",
    "kernel.PeriodicRun": "when a periodic task of the installation last ran",
    "kernel.LiveTopic": "counters without content",
    "registry.Community": "the unit of scope itself",
    "registry.LegalBody": "credit codes of legal persons, the same everywhere; nothing personal",
}

READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda m: m.all(),
    "filter": lambda m: m.filter(pk=uuid4()),
    "exclude": lambda m: m.exclude(pk=uuid4()),
    "get": lambda m: m.get(pk=uuid4()),
    "first": lambda m: m.first(),
    "last": lambda m: m.last(),
    "earliest": lambda m: m.earliest("pk"),
    "latest": lambda m: m.latest("pk"),
    "exists": lambda m: m.exists(),
    "count": lambda m: m.count(),
    "contains": lambda m: m.contains(m.model(pk=uuid4())),
    "in_bulk": lambda m: m.in_bulk(),
    "iterator": lambda m: list(m.iterator()),
    "aggregate": lambda m: m.aggregate(n=models.Count("pk")),
    "annotate": lambda m: m.annotate(n=models.Value(1)),
    "alias": lambda m: m.alias(n=models.Value(1)),
    "values": lambda m: m.values("pk"),
    "values_list": lambda m: m.values_list("pk"),
    "only": lambda m: m.only("pk"),
    "defer": lambda m: m.defer("pk"),
    "order_by": lambda m: m.order_by("pk"),
    "reverse": lambda m: m.reverse(),
    "distinct": lambda m: m.distinct(),
    "using": lambda m: m.using("default"),
    "union": lambda m: m.union(m),
    "intersection": lambda m: m.intersection(m),
    "difference": lambda m: m.difference(m),
    "complex_filter": lambda m: m.complex_filter({}),
    "select_related": lambda m: m.select_related(),
    "prefetch_related": lambda m: m.prefetch_related(),
    "select_for_update": lambda m: m.select_for_update(),
    "extra": lambda m: m.extra(where=["1=1"]),
    "raw": lambda m: m.raw(f"SELECT * FROM {m.model._meta.db_table}"),
    "explain": lambda m: m.explain(),
    "update": lambda m: m.update(),
    "delete": lambda m: m.all().delete(),
    "get_queryset": lambda m: m.get_queryset(),
}


@pytest.mark.parametrize("model", scoped_models(), ids=label)
@pytest.mark.parametrize("read", READS.values(), ids=READS.keys())
def test_nothing_is_read_without_a_scope(model: Any, read: Callable[[Any], Any]) -> None:
    assert_needs_scope(lambda: read(model.objects))
    assert_needs_scope(lambda: read(model._base_manager))
    assert_needs_scope(lambda: read(model._default_manager))


@pytest.mark.parametrize("read", ["count", "all", "exists", "iterator"])
def test_twin_with_a_plain_manager_reads_without_a_scope(read: str) -> None:
    plain: Any = models.Manager()
    plain.model = StoredFile
    with pytest.raises(AssertionError):
        assert_needs_scope(lambda: READS[read](plain))


def assert_all_scoped(found: list[Any]) -> None:
    """Every model is scoped or on the list, and the list names nothing else."""
    outside = {label(m) for m in found if not issubclass(m, ScopedModel)}
    assert outside == set(UNSCOPED)


def test_every_model_is_scoped_or_has_a_reason_not_to_be() -> None:
    assert_all_scoped(linli_models())
    assert all(UNSCOPED.values())


def test_twin_model_without_scope_is_noticed() -> None:
    with pytest.raises(AssertionError):
        assert_all_scoped([*linli_models(), apps.get_model("sessions", "Session")])


@pytest.mark.parametrize("model", scoped_models(), ids=label)
def test_every_manager_of_a_scoped_model_is_the_scoped_one(model: Any) -> None:
    assert all(isinstance(m, scope.ScopedManager) for m in model._meta.managers)
    assert isinstance(model._base_manager, scope.ScopedManager)
    assert isinstance(model._default_manager, scope.ScopedManager)
    assert not model._meta.get_field("community_id").null


@pytest.mark.parametrize("model", linli_models(), ids=label)
def test_no_many_to_many_table_escapes_the_scope(model: Any) -> None:
    assert not model._meta.many_to_many, "its table would have rows without a community"


@pytest.fixture
def foreign_row(community: Any, other_community: Any) -> Any:
    """A residence in the other community, while the first one is in scope."""
    add_residence(community.pk)
    return add_residence(other_community.pk)


def sees(rows: Any, foreign: Any) -> bool:
    """Whether a read gave away the other community's row."""
    return any(getattr(r, "pk", r) == foreign.pk for r in rows)


WIDE_READS: dict[str, Callable[[Any], Any]] = {
    "all": lambda m: m.all(),
    "exclude": lambda m: m.exclude(pk=uuid4()),
    "or": lambda m: m.filter(models.Q(pk=uuid4()) | ~models.Q(pk=uuid4())),
    "in_bulk": lambda m: m.in_bulk().values(),
    "iterator": lambda m: m.iterator(),
    "values_list": lambda m: m.values_list("pk", flat=True),
    "union": lambda m: m.all().union(m.all()),
    "combined": lambda m: m.all() | m.all(),
    "extra": lambda m: m.extra(where=["1=1 OR 1=1"]),
    "subquery": lambda m: m.filter(pk__in=m.values("pk")),
}


@pytest.mark.parametrize("read", WIDE_READS.values(), ids=WIDE_READS.keys())
def test_wide_reads_never_reach_the_other_community(
    foreign_row: Any, read: Callable[[Any], Any]
) -> None:
    model = type(foreign_row)
    assert not sees(read(model.objects), foreign_row)
    assert not sees(read(model._base_manager), foreign_row)
    assert model.objects.count() == 1
    assert model.objects.aggregate(n=models.Count("pk")) == {"n": 1}


def test_twin_without_scope_reaches_it(foreign_row: Any) -> None:
    with across_communities("the twin"), pytest.raises(AssertionError):
        assert not sees(type(foreign_row).objects.all(), foreign_row)


def test_a_row_of_the_other_community_does_not_exist_here(foreign_row: Any) -> None:
    model = type(foreign_row)
    gone = model.DoesNotExist
    assert_refused(lambda: model.objects.get(pk=foreign_row.pk), gone)
    assert_refused(lambda: model._base_manager.get(pk=foreign_row.pk), gone)
    assert_refused(foreign_row.refresh_from_db, gone)
    assert model.objects.in_bulk([foreign_row.pk]) == {}
    assert not model.objects.filter(pk=foreign_row.pk).exists()
    assert not model.objects.contains(foreign_row)


def test_raw_sql_is_refused_in_a_community_and_allowed_across(foreign_row: Any) -> None:
    model = type(foreign_row)
    sql = f"SELECT * FROM {model._meta.db_table}"
    assert_refused(lambda: model.objects.raw(sql), ScopeError)
    with across_communities("raw SQL names its own rows"):
        assert len(list(model.objects.raw(sql))) == 2


def test_forward_keys_are_followed_in_scope_only(foreign_row: Any) -> None:
    row = type(foreign_row)(person_id=foreign_row.person_id)
    assert_refused(lambda: row.person, models.ObjectDoesNotExist)
    outside = add_place(foreign_row.community_id, "e9")
    child = apps.get_model("registry", "Place")(parent_id=outside.pk)
    assert_refused(lambda: child.parent, models.ObjectDoesNotExist)


def test_reverse_managers_stay_in_scope(foreign_row: Any) -> None:
    person = foreign_row.person
    assert not person.residences.exists()
    assert list(person.residences.all()) == []
    user = User.objects.create_user(created_at=clock.now())
    add_person(foreign_row.community_id, user=user)
    assert not user.persons.exists()
    with in_community(foreign_row.community_id):
        assert person.residences.count() == 1
        assert user.persons.count() == 1


def test_prefetch_stays_in_scope(foreign_row: Any) -> None:
    user = User.objects.create_user(created_at=clock.now())
    add_person(foreign_row.community_id, user=user)
    fetched = User.objects.prefetch_related("persons").get(pk=user.pk)
    assert list(fetched.persons.all()) == []


def test_joins_cannot_leave_because_no_link_does(foreign_row: Any) -> None:
    model = type(foreign_row)
    joined = set(model.objects.values_list("person__community_id", "place__community_id"))
    mine = scope.active_community()
    assert joined == {(mine, mine)}


#: Reverse keys from an unscoped model: a join through them is not stopped by the scope. Only
#: ids and sealed values may stand behind one, and only on this list.
DOORS_FROM_OUTSIDE = {"registry.Person.user": "a user's persons: bare identities"}


def test_reverse_joins_from_unscoped_models_are_on_a_short_list() -> None:
    doors = {
        f"{label(model)}.{field.name}"
        for model in scoped_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and not issubclass(field.related_model, ScopedModel)
        and not field.remote_field.hidden
    }
    assert doors <= set(DOORS_FROM_OUTSIDE)


def test_nested_scopes_and_the_way_back(community: Any, other_community: Any) -> None:
    add_place(community.pk, "here")
    add_place(other_community.pk, "there")
    places = apps.get_model("registry", "Place").objects

    def seen() -> set[str]:
        return set(places.values_list("path", flat=True))

    assert seen() == {"here"}
    with in_community(other_community.pk):
        assert seen() == {"there"}
        with across_communities("nested"):
            assert seen() == {"here", "there"}
            with in_community(community.pk):
                assert seen() == {"here"}
            assert scope.active_community() is None
        assert seen() == {"there"}
    assert seen() == {"here"}


def test_scope_is_restored_after_an_error(community: Any, other_community: Any) -> None:
    with pytest.raises(ZeroDivisionError), in_community(other_community.pk):
        raise ZeroDivisionError
    assert scope.active_community() == community.pk


def test_a_scope_without_a_community_is_no_scope(community: Any) -> None:
    with in_community(None), pytest.raises(ScopeError):  # type: ignore[arg-type]
        scope.active_community()
    with across_communities("outer"), in_community(None), pytest.raises(ScopeError):  # type: ignore[arg-type]
        StoredFile.objects.count()


def test_switching_the_scope_off_needs_a_reason() -> None:
    assert_refused(lambda: across_communities(""), ValueError)
    assert_needs_scope(StoredFile.objects.count)


def test_threads_do_not_inherit_the_scope(community: Any) -> None:
    seen: list[Any] = []

    def ask() -> Any:
        try:
            return scope.active_community()
        except ScopeError:
            return "no scope"

    thread = threading.Thread(target=lambda: seen.append(ask()))
    thread.start()
    thread.join()
    with ThreadPoolExecutor(1) as pool:
        seen.append(pool.submit(ask).result())
        seen.append(asyncio.run(_in_executor(ask)))
    assert seen == ["no scope"] * 3


async def _in_executor(ask: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(None, ask)


def test_concurrent_async_tasks_keep_their_own_scope() -> None:
    first, second = uuid4(), uuid4()

    async def serve(community_id: Any) -> list[Any]:
        seen = []
        with in_community(community_id):
            for _ in range(5):
                await asyncio.sleep(0)
                seen.append(scope.active_community())
        return seen

    async def both() -> Any:
        results = await asyncio.gather(serve(first), serve(second))
        assert_needs_scope(scope.active_community)
        return results

    assert asyncio.run(both()) == [[first] * 5, [second] * 5]


def test_a_task_started_outside_has_no_scope_when_somebody_enters_one() -> None:
    async def ask(gate: asyncio.Event) -> None:
        await gate.wait()
        assert_needs_scope(scope.active_community)

    async def play() -> None:
        gate = asyncio.Event()
        task = asyncio.create_task(ask(gate))
        with in_community(uuid4()):
            gate.set()
            await task

    asyncio.run(play())
