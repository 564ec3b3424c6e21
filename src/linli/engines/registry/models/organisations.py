"""Organisations, what they share, who acts for them, and who is on duty."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.engines.registry.models.homes import Residence
from linli.engines.registry.models.people import Person
from linli.kernel.crypto import EncryptedTextField
from linli.kernel.ids import uuid7
from linli.kernel.scope import ScopedModel


class LegalBody(models.Model):
    """A legal person by its unified credit code (GB 32100), the same in every community.

    Not scoped, and nothing personal: the thread by which a property company over three
    communities is known to be one company. Each community keeps its own ``Organisation``.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=80)
    #: the body above it: the company of a branch, the street office of a committee
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )


class Organisation(ScopedModel):
    """A body that acts in the community. Each handles its own data (PIPL art. 20-23)."""

    #: kind of body as the rule pack names it: "property", "water_company", …
    body = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40, blank=True, default="")
    #: the subtree that it serves; empty for the whole community
    place_path = models.CharField(max_length=255, blank=True, default="")
    legal_body = models.ForeignKey(
        LegalBody, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "body"], name="registry_org_body"),
            models.Index(fields=["legal_body"], name="registry_org_legal_body"),
        ]


class Sharing(ScopedModel):
    """That one organisation opens kinds of records to another, on a recorded basis, for a
    purpose, in a subtree, from a day to a day. Without one nothing is shared."""

    class Basis(models.TextChoices):
        STATUTORY_DUTY = "statutory_duty", _("Statutory duty")
        JOINT = "joint", _("Joint handling")
        ENTRUSTED = "entrusted", _("Entrusted handling")
        SEPARATE_CONSENT = "separate_consent", _("Separate consent")

    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="given")
    taker = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="taken")
    #: values of :class:`linli.engines.registry.models.RecordKind`
    kinds = models.JSONField()
    basis = models.CharField(max_length=20, choices=Basis)
    #: the article, agreement or form on which it rests
    document = models.CharField(max_length=200)
    purpose = models.CharField(max_length=60)
    place_path = models.CharField(max_length=255, blank=True, default="")
    starts_on = models.DateField()
    #: first day on which it no longer opens anything
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(giver=F("taker")), name="registry_sharing_two"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="registry_sharing_dates",
            ),
        ]


class Mandate(ScopedModel):
    """That a person may act in a role, for an organisation, in a subtree, between two days."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="mandates")
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates"
    )
    role = models.CharField(max_length=40)
    place_path = models.CharField(max_length=255, blank=True, default="")
    #: how the public calls the holder in this role, e.g. "王师傅": chosen, never the full name
    public_name = models.CharField(max_length=40, blank=True, default="")
    #: the residence without which it does not hold: a committee member owns, a leader lives here
    rests_on = models.ForeignKey(
        Residence, null=True, blank=True, on_delete=models.PROTECT, related_name="mandates"
    )
    starts_on = models.DateField()
    #: first day on which the mandate no longer holds
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "role"], name="registry_mandate_role")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="registry_mandate_dates",
            )
        ]


class DutyRoster(ScopedModel):
    """A list of shifts of one organisation, under one name, e.g. "night watch"."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="rosters")
    name = models.CharField(max_length=80)
    #: family of service types that its shifts answer for ("water"); empty for all
    family = models.CharField(max_length=40, blank=True, default="")

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="registry_roster_name")
        ]


class DutyShift(ScopedModel):
    """Who of an organisation is on duty for which trade, from one instant to another."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="shifts")
    roster = models.ForeignKey(
        DutyRoster, null=True, blank=True, on_delete=models.CASCADE, related_name="shifts"
    )
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    #: family of service types the shift answers for ("water"); empty for all
    family = models.CharField(max_length=40, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    #: what the next one must know; people's names occur in it, so it is sealed
    hand_over_note = EncryptedTextField()
    handed_over_at = models.DateTimeField(null=True, blank=True)
    handed_over_to = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="shifts_taken_over"
    )

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="registry_shift_times"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "ends_at"], name="registry_shift_end")
        ]
