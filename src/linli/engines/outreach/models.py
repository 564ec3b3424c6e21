"""Messages to persons."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from linli.engines.registry.models import Person
from linli.kernel.scope import ScopedModel


class Message(ScopedModel):
    """One message to one person, worded when it is read."""

    recipient = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    #: path of the page that the message leads to
    link = models.CharField(max_length=200, blank=True, default="")
    #: makes a repeated telling harmless
    key = models.CharField(max_length=120)
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community_id", "recipient", "key"], name="outreach_message_once"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-sent_at"], name="outreach_inbox"),
            models.Index(
                fields=["recipient"], name="outreach_unread", condition=Q(read_at__isnull=True)
            ),
        ]
