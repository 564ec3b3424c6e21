"""Who lives in and owns what, with whom, who belongs to whom, and who acts for whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.engines.registry.models.people import Person
from linli.engines.registry.models.places import Place
from linli.kernel.scope import ScopedModel

_ENDS_AFTER_START = Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on"))


class Residence(ScopedModel):
    """That a person lives in, owns or rents a dwelling, from a day to a day.

    ``ends_on`` is the first day on which it no longer holds: a sale on a day ends the seller's
    row and begins the buyer's on that same day, without a gap and without two owners.
    """

    class Relation(models.TextChoices):
        OWNER = "owner", _("Owner")
        TENANT = "tenant", _("Tenant")
        FAMILY = "family", _("Family member")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="residences")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="residences")
    relation = models.CharField(max_length=10, choices=Relation)
    #: an owner's share as a fraction of whole numbers; empty where it is not known
    share_numerator = models.PositiveIntegerField(null=True, blank=True)
    share_denominator = models.PositiveIntegerField(null=True, blank=True)
    #: whether the person lives there; an owner who lets the flat does not
    lives_here = models.BooleanField(default=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(share_numerator__isnull=True, share_denominator__isnull=True)
                | Q(
                    relation="owner",
                    share_numerator__isnull=False,
                    share_denominator__isnull=False,
                    share_numerator__gt=0,
                    share_numerator__lte=F("share_denominator"),
                ),
                name="registry_residence_share",
            ),
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="registry_residence_dates"),
        ]


class Household(ScopedModel):
    """People who keep house together in a dwelling."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="households")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="registry_household_dates")
        ]


class HouseholdMember(ScopedModel):
    """That a person belongs to a household, and what he or she is to its head."""

    class Position(models.TextChoices):
        HEAD = "head", _("Head of household")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        OTHER = "other", _("Other member")

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    position = models.CharField(max_length=10, choices=Position)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "person"],
                condition=Q(ends_on__isnull=True),
                name="registry_member_once",
            ),
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="registry_member_dates"),
        ]


class Tie(ScopedModel):
    """That ``other`` is kin, guardian or carer of ``person``, from a day to a day."""

    class Kind(models.TextChoices):
        KIN = "kin", _("Kin")
        GUARDIAN = "guardian", _("Guardian")
        CARER = "carer", _("Carer")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties")
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="ties_to")
    kind = models.CharField(max_length=10, choices=Kind)
    #: what shows it, e.g. "household register", "court decision"; a code, no free text
    source = models.CharField(max_length=60, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(person=F("other")), name="registry_tie_two"),
            models.CheckConstraint(condition=_ENDS_AFTER_START, name="registry_tie_dates"),
        ]


class ActingFor(ScopedModel):
    """That ``agent`` may do certain acts for ``principal`` until a day (亲情代办)."""

    principal = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="agents")
    agent = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="principals")
    #: kinds of act, see :class:`linli.engines.registry.types.Act`
    acts = models.JSONField()
    starts_on = models.DateField()
    #: first day on which it no longer holds; there is always one
    ends_on = models.DateField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(principal=F("agent")), name="registry_acting_for_two"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="registry_acting_for_dates"
            ),
        ]
