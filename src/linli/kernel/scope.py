"""Hard scope: no row of a community is read or written outside that community's scope.

django-scopes carries the active scope; this module adds what it does not stop: the base
manager (forward keys, refresh, delete), foreign keys that point into another community, and
writes into one (create, save, bulk writes, update). ``tests/test_scope.py`` holds each.
"""

from __future__ import annotations

from collections.abc import Iterable
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

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        _check_rows(rows)
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[M], fields: Iterable[str], *args: Any, **kw: Any) -> int:
        rows = list(objs)
        _check_rows(rows)
        return super().bulk_update(rows, fields, *args, **kw)

    def update(self, **values: Any) -> int:
        if "community_id" in values:
            raise CrossCommunityWrite("a row never moves to another community")
        for field in _scoped_keys(self.model):
            for name in (field.name, field.attname):
                value = values.get(name)
                if value is None or hasattr(value, "resolve_expression"):
                    continue
                key = value.pk if isinstance(value, models.Model) else value
                if not _base_rows(field).filter(pk=key).exists():
                    raise CrossCommunityWrite(f"{field.name} is not in this community")
        return super().update(**values)


def _check_rows(rows: list[Any]) -> None:
    for row in rows:
        row.check_scope()


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
        loaded = {f.attname: row.__dict__.get(f.attname) for f in _scoped_keys(cls)}
        loaded["community_id"] = row.__dict__.get("community_id")
        row.__dict__["_loaded_keys"] = loaded
        return row

    def check_scope(self) -> None:
        """Fill in the community, and refuse a row or a link that lies outside the scope.

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
            self._check_key(field)

    def _check_key(self, field: models.ForeignKey[Any, Any]) -> None:
        value = self.__dict__.get(field.attname)
        if value is None or self._loaded_keys.get(field.attname) == value:
            return
        if field.is_cached(self):
            inside = cast("ScopedModel", field.get_cached_value(self)).community_id == (
                self.community_id
            )
        else:
            with in_community(self.community_id):
                inside = _base_rows(field).filter(pk=value).exists()
        if not inside:
            raise CrossCommunityWrite(f"{field.name} is not in this community")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.check_scope()
        super().save(*args, **kwargs)


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
