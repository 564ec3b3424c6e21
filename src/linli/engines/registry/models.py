"""Who lives where, who acts for whom, and who is on duty."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.crypto import EncryptedTextField
from linli.kernel.ids import uuid7
from linli.kernel.models import User
from linli.kernel.scope import ScopedModel


class Community(models.Model):
    """A neighbourhood that runs on Linli: the unit of scope. Not itself scoped."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    #: jurisdiction whose rule pack holds here, e.g. "310000"
    jurisdiction = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    duty_phone = models.CharField(max_length=40, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]


class PlaceKind(models.TextChoices):
    """Kinds of place inside a community, from the largest."""

    ESTATE = "estate", _("Estate")
    BUILDING = "building", _("Building")
    UNIT = "unit", _("Unit")
    DWELLING = "dwelling", _("Dwelling")
    PUBLIC_SPACE = "public_space", _("Public space")
    FACILITY = "facility", _("Facility")


class Place(ScopedModel):
    """A node of the community's tree of places."""

    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    kind = models.CharField(max_length=20, choices=PlaceKind)
    #: opaque address in the tree, e.g. "mingzhu/b7/u2/d301"; prefixes are the places around it
    path = models.CharField(max_length=255)
    name = models.CharField(max_length=80)
    #: the number people say ("7", "2", "301"); empty for named places
    number = models.CharField(max_length=20, blank=True, default="")
    full_name = models.CharField(max_length=200)
    aliases = models.JSONField(default=list, blank=True)
    #: outline on the community's own plan: [[x, y], …] in decimetres, y to the south
    outline = models.JSONField(default=list, blank=True)
    #: what the outline draws: building, green, water, road, shed
    drawing = models.CharField(max_length=20, blank=True, default="")
    floors = models.PositiveSmallIntegerField(null=True, blank=True)
    built_year = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "path"], name="registry_place_path")
        ]
        indexes: ClassVar = [
            models.Index(fields=["community_id", "kind"], name="registry_place_kind")
        ]

    @property
    def is_public(self) -> bool:
        """Whether a matter here lies in public space (and may stand on the wall)."""
        return self.kind in (PlaceKind.PUBLIC_SPACE, PlaceKind.FACILITY)


class Organisation(ScopedModel):
    """A body that acts in the community. Each handles its own data (PIPL art. 20-23)."""

    #: kind of body as the rule pack names it: "property", "water_company", …
    body = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    phone = models.CharField(max_length=40, blank=True, default="")
    #: the subtree that it serves; empty for the whole community
    place_path = models.CharField(max_length=255, blank=True, default="")

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "body"], name="registry_org_body")
        ]


class Person(ScopedModel):
    """A person in one community. The user, if any, is only the key to sign in with."""

    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="persons"
    )
    name = EncryptedTextField()
    phone = EncryptedTextField()
    phone_index = models.BinaryField(null=True, db_index=True)
    language = models.CharField(max_length=12, blank=True, default="")
    #: address of the person's demo page; empty outside a demo
    demo_slug = models.CharField(max_length=40, blank=True, default="")

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community_id", "user"],
                condition=Q(user__isnull=False),
                name="registry_person_user",
            ),
            models.UniqueConstraint(
                fields=["community_id", "demo_slug"],
                condition=~Q(demo_slug=""),
                name="registry_person_demo_slug",
            ),
        ]


class Residence(ScopedModel):
    """That a person lives in, owns or rents a dwelling, from a day to a day."""

    class Relation(models.TextChoices):
        OWNER = "owner", _("Owner")
        TENANT = "tenant", _("Tenant")
        FAMILY = "family", _("Family member")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="residences")
    relation = models.CharField(max_length=10, choices=Relation)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)


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
    starts_on = models.DateField()
    #: first day on which the mandate no longer holds
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "role"], name="registry_mandate_role")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="registry_mandate_dates",
            )
        ]


class DutyShift(ScopedModel):
    """Who of an organisation is on duty for which trade, from one instant to another."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="shifts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="shifts")
    #: family of service types the shift answers for ("water"); empty for all
    family = models.CharField(max_length=40, blank=True, default="")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="registry_shift_times"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "ends_at"], name="registry_shift_end")
        ]
