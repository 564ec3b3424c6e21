"""Tables of the kernel: users, the queue, leases, audit, idempotency, files, live topics."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from linli.kernel.ids import uuid7
from linli.kernel.scope import ScopedModel


class UserManager(BaseUserManager["User"]):
    """Makes users; a user is only a key to sign in with."""

    def create_user(self, **fields: Any) -> User:
        user = self.model(**fields)
        user.set_unusable_password()
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A sign-in identity: a UUID and nothing personal. registry's ``Person`` points to it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    USERNAME_FIELD = "id"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()


class SignInLink(models.Model):
    """A link that signs one user in once. Only a digest of it is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Installation(models.Model):
    """One row: what this database is. Demo is decided at creation and never changes."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    is_demo = models.BooleanField()
    created_at = models.DateTimeField()
    has_real_people = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="kernel_installation_one_row")
        ]


class Lease(models.Model):
    """Who may do a piece of background work just now. ``epoch`` grows with every new holder."""

    name = models.CharField(max_length=80, primary_key=True)
    holder = models.CharField(max_length=120)
    until = models.DateTimeField()
    epoch = models.PositiveBigIntegerField(default=1)
    renewed_at = models.DateTimeField()


class OutboxMessage(models.Model):
    """One piece of work to be done after commit: one event for one handler.

    Rows carry no position. "Not yet handled" is the only question the relay asks, so a
    transaction that commits late is never overtaken by a cursor.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    community_id = models.UUIDField(null=True)
    topic = models.CharField(max_length=80)
    handler = models.CharField(max_length=120)
    payload = models.JSONField()
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    claimed_epoch = models.PositiveBigIntegerField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.TextField(blank=True, default="")
    handled_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["available_at"],
                name="kernel_outbox_waiting",
                condition=Q(handled_at__isnull=True, dead_at__isnull=True),
            ),
            models.Index(
                fields=["dead_at"], name="kernel_outbox_dead", condition=Q(dead_at__isnull=False)
            ),
            models.Index(
                fields=["handled_at"],
                name="kernel_outbox_handled",
                condition=Q(handled_at__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True) | Q(dead_at__isnull=True),
                name="kernel_outbox_handled_or_dead",
            )
        ]


class PeriodicRun(models.Model):
    """When a periodic task last ran to its end, and what went wrong if it did not."""

    name = models.CharField(max_length=120, primary_key=True)
    last_started_at = models.DateTimeField(null=True)
    last_finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")


class LiveTopic(models.Model):
    """A counter that open pages watch: when it grows, they fetch themselves anew."""

    topic = models.CharField(max_length=80, primary_key=True)
    version = models.PositiveBigIntegerField(default=1)


class AuditEntry(ScopedModel):
    """One deed, see :mod:`linli.kernel.audit`. Append-only."""

    at = models.DateTimeField()
    actor_user_id = models.UUIDField(null=True)
    actor_person_id = models.UUIDField(null=True)
    on_behalf_of = models.UUIDField(null=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=80)
    subject_id = models.UUIDField()
    detail = models.JSONField(default=dict)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "subject_id", "at"], name="kernel_audit_subject")
        ]


class IdempotencyRecord(ScopedModel):
    """What came of a write that a client may send again, see :mod:`linli.kernel.idempotency`."""

    actor_key = models.CharField(max_length=64)
    operation = models.CharField(max_length=80)
    key = models.CharField(max_length=80)
    request_digest = models.CharField(max_length=64)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community_id", "actor_key", "operation", "key"],
                name="kernel_idempotency_once",
            )
        ]


class StoredFile(ScopedModel):
    """A file that Linli made itself from an upload (re-encoded, without metadata)."""

    subject_kind = models.CharField(max_length=80)
    subject_id = models.UUIDField(db_index=True)
    media_type = models.CharField(max_length=60)
    size_bytes = models.PositiveIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    def relative_path(self) -> str:
        """Where the bytes lie below the files folder: never made from anything a client sent."""
        name: UUID = self.pk
        return f"{str(self.community_id)[:8]}/{name.hex[-2:]}/{name.hex}"
