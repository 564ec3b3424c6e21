"""Communities, the tree of places, facilities, grids, and the state of an estate."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.ids import uuid7
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
    #: the community from which this one was split off, if any
    split_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["name"]


class PlaceKind(models.TextChoices):
    """Kinds of place, from the largest. The community itself need not stand in its own tree."""

    DISTRICT = "district", _("District")
    STREET = "street", _("Sub-district")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")
    ESTATE = "estate", _("Estate")
    BUILDING = "building", _("Building")
    UNIT = "unit", _("Unit")
    FLOOR = "floor", _("Floor")
    DWELLING = "dwelling", _("Dwelling")
    PUBLIC_SPACE = "public_space", _("Public space")
    FACILITY = "facility", _("Facility")


class GridKind(models.TextChoices):
    """Kinds of grid (GB/T 34300-2017 and local practice); grids form a tree of their own."""

    GENERAL = "general", _("General grid")
    MICRO = "micro", _("Micro grid")
    SPECIAL = "special", _("Special grid")
    POLICE = "police", _("Police grid")
    FIRE = "fire", _("Fire grid")


class AreaSource(models.TextChoices):
    """Where a dwelling's area is read, the strongest first (法释〔2020〕17号 art. 8)."""

    REGISTER = "register", _("Property register")
    SURVEY = "survey", _("Survey report")
    CONTRACT = "contract", _("Purchase contract")


class CoordinateSystem(models.TextChoices):
    """The system in which a position was given; kept positions are always WGS-84."""

    WGS84 = "wgs84", "WGS-84"
    CGCS2000 = "cgcs2000", "CGCS2000"
    GCJ02 = "gcj02", "GCJ-02"
    BD09 = "bd09", "BD-09"


class Place(ScopedModel):
    """A node of the community's tree of places.

    A position is kept in integers of 1e-7 degree (about 1 cm): it compares, indexes and comes
    back exactly the same on SQLite and PostgreSQL, fits 32 bits, and is finer than any source.
    What the source said is kept as text beside it, so that a wrong conversion can be redone.
    """

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
    #: WGS-84, 1e-7 degree, east and north positive
    lon_e7 = models.IntegerField(null=True, blank=True)
    lat_e7 = models.IntegerField(null=True, blank=True)
    crs = models.CharField(max_length=10, choices=CoordinateSystem, blank=True, default="")
    source_lon = models.CharField(max_length=24, blank=True, default="")
    source_lat = models.CharField(max_length=24, blank=True, default="")
    grid_kind = models.CharField(max_length=10, choices=GridKind, blank=True, default="")
    #: the same code in two communities: one estate that lies across both
    estate_code = models.CharField(max_length=40, blank=True, default="")
    #: area of a dwelling in 0.01 m²
    area_centi_m2 = models.PositiveIntegerField(null=True, blank=True)
    area_source = models.CharField(max_length=10, choices=AreaSource, blank=True, default="")
    #: the dwelling's code in the property register (不动产单元号, 28 characters)
    registration_code = models.CharField(max_length=40, blank=True, default="")
    #: first day on which the place is no longer of this community (it was split off)
    ends_on = models.DateField(null=True, blank=True)
    #: the row of another community from which this one was copied when it was split
    copied_from = models.UUIDField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "path"], name="registry_place_path"),
            models.CheckConstraint(
                condition=Q(lon_e7__isnull=True, lat_e7__isnull=True)
                | Q(
                    lon_e7__isnull=False,
                    lat_e7__isnull=False,
                    lon_e7__gte=-1_800_000_000,
                    lon_e7__lte=1_800_000_000,
                    lat_e7__gte=-900_000_000,
                    lat_e7__lte=900_000_000,
                ),
                name="registry_place_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(area_centi_m2__isnull=True, area_source="")
                | (Q(area_centi_m2__isnull=False, area_centi_m2__gt=0) & ~Q(area_source="")),
                name="registry_place_area_has_source",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["community_id", "kind"], name="registry_place_kind"),
            models.Index(
                fields=["estate_code"], condition=~Q(estate_code=""), name="registry_estate_code"
            ),
        ]

    @property
    def is_public(self) -> bool:
        """Whether a matter here lies in public space (and may stand on the wall)."""
        return self.kind in (PlaceKind.PUBLIC_SPACE, PlaceKind.FACILITY)


class Facility(ScopedModel):
    """What is known of a facility besides where it is: its label, its papers, its dates."""

    class Kind(models.TextChoices):
        LAMP = "lamp", _("Lamp")
        HYDRANT = "hydrant", _("Hydrant")
        LIFT = "lift", _("Lift")
        BIN = "bin", _("Bin")
        AED = "aed", _("Defibrillator")
        OTHER = "other", _("Other facility")

    place = models.OneToOneField(Place, on_delete=models.CASCADE, related_name="facility")
    kind = models.CharField(max_length=10, choices=Kind)
    #: what stands on its label, unique in the community
    code = models.CharField(max_length=40)
    #: number of its registration or certificate (for a lift: 特种设备使用登记证)
    certificate_number = models.CharField(max_length=60, blank=True, default="")
    valid_until = models.DateField(null=True, blank=True)
    next_inspection_on = models.DateField(null=True, blank=True)
    keeper = models.ForeignKey(
        "registry.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "code"], name="registry_facility_code")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["community_id", "next_inspection_on"], name="registry_facility_due"
            )
        ]


class GridArea(ScopedModel):
    """That a grid covers a place and all below it. Grids cut across estates, so that the
    tree of places cannot say it."""

    grid = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="areas")
    covered = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="grid_areas")

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "covered"], name="registry_grid_area_once")
        ]


class EstateState(ScopedModel):
    """One thing that holds of an estate from a day to a day and decides who may call, count,
    sign and hold money there. Several may hold at once (public housing, and no fund)."""

    class State(models.TextChoices):
        COMMITTEE_IN_OFFICE = "committee_in_office", _("Owners' committee in office")
        MANAGEMENT_COMMITTEE = "management_committee", _("Property management committee")
        NONE = "none", _("No owners' committee")
        TERM_LAPSED = "term_lapsed", _("Committee's term has lapsed")
        NO_PROPERTY_COMPANY = "no_property_company", _("No property company")
        PUBLIC_HOUSING = "public_housing", _("Public housing")
        NO_FUND = "no_fund", _("No maintenance fund")

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="estate_states")
    state = models.CharField(max_length=24, choices=State)
    #: the body that the state names: the committee, or who holds the title of public housing
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    #: what it rests on, e.g. number and date of the filing
    source = models.CharField(max_length=200, blank=True, default="")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["place", "state"],
                condition=Q(ends_on__isnull=True),
                name="registry_estate_state_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="registry_estate_state_dates",
            ),
        ]
