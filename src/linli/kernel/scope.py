"""Hard scope: no row of a community is read or written outside that community's scope.

django-scopes carries the active scope; this module adds what it does not stop: the base
manager (forward keys, refresh), foreign keys that point into another community, writes into
one (create, save, bulk writes, update, delete) and raw SQL. ``tests/test_scope.py`` and
``tests/test_scope_writes.py`` hold each.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import AbstractContextManager
from typing import Any, ClassVar, Self, TypeVar, cast
from uuid import UUID

from django.db import models
from django_scopes import get_scope, scope, scopes_disabled
from django_scopes.exceptions import ScopeError

from linli.kernel import actors
from linli.kernel.ids import uuid7

__all__ = [
    "CrossCommunityWrite",
    "HandledModel",
    "ScopeError",
    "ScopedModel",
    "across_communities",
    "active_community",
    "in_community",
]

M = TypeVar("M", bound=models.Model)


class CrossCommunityWrite(ScopeError):  # type: ignore[misc]
    """A write would have put a row, or a link, into a community that is not in scope."""


def in_community(community_id: UUID) -> AbstractContextManager[None]:
    """Activate the scope of one community for the enclosed block."""
    block: AbstractContextManager[None] = scope(community=community_id)
    return block


def across_communities(reason: str) -> AbstractContextManager[None]:
    """Switch the scope off for system work that has no community (start-up, relay, doctor).

    Args:
        reason: why; a static check lists every caller, so that a reviewer can.
    """
    if not reason:
        raise ValueError("across_communities() needs a reason")
    block: AbstractContextManager[None] = scopes_disabled()
    return block


def active_community() -> UUID | None:
    """The community in scope; None when the scope is switched off.

    Raises:
        ScopeError: no scope was ever activated.
    """
    current = get_scope()
    if not current.get("_enabled", True):
        return None
    if current.get("community") is None:
        raise ScopeError("no community is in scope: wrap the work in in_community(id)")
    community: UUID = current["community"]
    return community


def _scoped_keys(model: type[models.Model]) -> list[models.ForeignKey[Any, Any]]:
    return [
        field
        for field in model._meta.concrete_fields
        if isinstance(field, models.ForeignKey)
        and isinstance(field.related_model, type)
        and issubclass(field.related_model, ScopedModel)
    ]


def _base_rows(field: models.ForeignKey[Any, Any]) -> models.Manager[Any]:
    return cast("type[models.Model]", field.related_model)._base_manager


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that stays in its community for writes as well as for reads."""

    def visible_to(self, actor: actors.Actor, purpose: actors.Purpose) -> Self:
        """Narrow to the rows that ``actor`` may know of for ``purpose``.

        Raises:
            actors.NoPolicy: the model has no policy; nobody sees its rows this way.
        """
        return actors.apply_policy(self, actor, purpose)

    def raw(self, *args: Any, **kwargs: Any) -> models.query.RawQuerySet[Any]:
        if active_community() is not None:
            raise ScopeError("raw SQL knows no scope: use across_communities() and name the rows")
        return super().raw(*args, **kwargs)

    def bulk_create(
        self,
        objs: Iterable[M],
        batch_size: int | None = None,
        ignore_conflicts: bool = False,
        update_conflicts: bool = False,
        update_fields: Collection[str] | None = None,
        unique_fields: Collection[str] | None = None,
    ) -> list[M]:
        if update_conflicts and "community_id" not in (unique_fields or ()):
            raise CrossCommunityWrite(
                "an upsert must match on community_id, or it could meet a row elsewhere"
            )
        rows: list[Any] = list(objs)
        together = frozenset() if ignore_conflicts else frozenset(row.pk for row in rows)
        for row in rows:
            row.check_scope(together)
        super().bulk_create(
            rows, batch_size, ignore_conflicts, update_conflicts, update_fields, unique_fields
        )
        for row in () if ignore_conflicts else rows:
            row.remember_keys()
        return rows

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kw: Any) -> int:
        rows: list[Any] = list(objs)
        for row in rows:
            row.check_scope()
        checked = self.all()
        checked._rows_are_checked = True
        return super(ScopedQuerySet, checked).bulk_update(rows, fields, *args, **kw)

    #: set while bulk_update() writes rows whose keys were checked one by one
    _rows_are_checked = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._rows_are_checked = self._rows_are_checked
        return clone

    def update(self, **values: Any) -> int:
        if "community_id" in values:
            raise CrossCommunityWrite("a row never moves to another community")
        for field in () if self._rows_are_checked else _scoped_keys(self.model):
            for name in (field.name, field.attname):
                if values.get(name) is not None:
                    self._check_link(field, values[name])
        return super().update(**values)

    def _check_link(self, field: models.ForeignKey[Any, Any], value: Any) -> None:
        """Refuse to link any of these rows to a row of another community."""
        if hasattr(value, "resolve_expression"):
            raise CrossCommunityWrite(f"{field.name} must be given as a row or an id")
        key = value.pk if isinstance(value, models.Model) else value
        home = _base_rows(field).filter(pk=key).values_list("community_id", flat=True).first()
        if home is None or self.exclude(community_id=home).exists():
            raise CrossCommunityWrite(f"{field.name} is not in this community")


class _ScopedManagerBase(models.Manager[M]):
    def get_queryset(self) -> ScopedQuerySet[M]:
        queryset: ScopedQuerySet[M] = super().get_queryset()  # type: ignore[assignment]
        community_id = active_community()
        return queryset if community_id is None else queryset.filter(community_id=community_id)


ScopedManager = _ScopedManagerBase.from_queryset(ScopedQuerySet, class_name="ScopedManager")


class ScopedModel(models.Model):
    """A row that belongs to exactly one community, for ever."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField(editable=False, db_index=True)

    objects = ScopedManager()

    _loaded_keys: ClassVar[dict[str, Any]] = {}

    class Meta:
        abstract = True
        # Forward keys, refresh_from_db and delete go through the base manager: scope it too.
        base_manager_name = "objects"
        default_manager_name = "objects"

    @classmethod
    def from_db(cls, db: str | None, field_names: Any, values: Any) -> Self:
        row = super().from_db(db, field_names, values)
        row.remember_keys()
        return row

    def remember_keys(self) -> None:
        """Note id, community and links as the database has them now.

        What somebody assigns to the object afterwards is then told from what is stored.
        """
        names = ("id", "community_id", *(f.attname for f in _scoped_keys(type(self))))
        self.__dict__["_loaded_keys"] = {name: self.__dict__.get(name) for name in names}

    def check_scope(self, together: frozenset[Any] = frozenset()) -> None:
        """Fill in the community, and refuse a row or a link that lies outside the scope.

        Args:
            together: ids of the rows that are inserted by the same statement.

        Raises:
            CrossCommunityWrite: the row or a foreign key belongs to another community.
        """
        active = active_community()
        if self.community_id is None:
            if active is None:
                raise CrossCommunityWrite("scope is off: the row must name its community")
            self.community_id = active
        if active is not None and self.community_id != active:
            raise CrossCommunityWrite(f"{type(self).__name__} belongs to another community")
        was = self._loaded_keys.get("community_id")
        if was is not None and was != self.community_id:
            raise CrossCommunityWrite("a row never moves to another community")
        for field in _scoped_keys(type(self)):
            value = self.__dict__.get(field.attname)
            if value is None or self._loaded_keys.get(field.attname) == value:
                continue
            if not self._is_inside(field, value, together):
                raise CrossCommunityWrite(f"{field.name} is not in this community")

    def _is_inside(
        self, field: models.ForeignKey[Any, Any], value: Any, together: frozenset[Any]
    ) -> bool:
        target = field.get_cached_value(self, default=None)
        if isinstance(target, ScopedModel):
            # What the object says of itself counts only where the database bears it out.
            told = target._loaded_keys
            if told.get("id") == value and told.get("community_id") is not None:
                return bool(told["community_id"] == self.community_id)
            if target._state.adding and value in together:
                return bool(target.community_id == self.community_id)
        with in_community(self.community_id):
            return _base_rows(field).filter(pk=value).exists()

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_scope()
        super().save(*args, **kwargs)
        self.remember_keys()

    def _do_update(self, base_qs: Any, *args: Any, **kwargs: Any) -> bool:
        # The statement itself names the community: a row whose object was given another one
        # (deferred, made up) is then not found, even with the scope switched off.
        rows = base_qs.filter(community_id=self.community_id)
        return bool(super()._do_update(rows, *args, **kwargs))

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        # Django deletes one object by its id alone, without asking any manager.
        if not type(self)._base_manager.filter(pk=self.pk).exists():
            return 0, {}
        return super().delete(*args, **kwargs)


class HandledModel(ScopedModel):
    """A scoped row with an opaque place and the organisation that handles it.

    ``place_path`` is a string like ``e1/b7/u2`` whose prefixes are the places around it; kernel
    gives it no other meaning. ``handler_id`` is the organisation answerable for the row.
    """

    place_path = models.CharField(max_length=255, blank=True, default="")
    handler_id = models.UUIDField(null=True, blank=True, db_index=True)

    class Meta(ScopedModel.Meta):
        abstract = True


def within_place(path: str, field: str = "place_path") -> models.Q:
    """A condition for rows at ``path`` or below it; the empty path is the whole community."""
    if not path:
        return models.Q()
    return models.Q(**{field: path}) | models.Q(**{f"{field}__startswith": path + "/"})
