"""Bare identities, what organisations hold about them, and how records found their person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from linli.kernel.crypto import EncryptedTextField
from linli.kernel.models import User
from linli.kernel.scope import ScopedModel


class Person(ScopedModel):
    """A person in one community, and nothing about that person. The user, if any, is only the
    key to sign in with; name, phone and the rest are :class:`PersonRecord` rows."""

    user = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="persons"
    )
    language = models.CharField(max_length=12, blank=True, default="")
    #: address of the person's demo page; empty outside a demo
    demo_slug = models.CharField(max_length=40, blank=True, default="")
    #: the person that this one turned out to be; its rows went there
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    died_on = models.DateField(null=True, blank=True)
    is_erased = models.BooleanField(default=False)

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


class RecordKind(models.TextChoices):
    """What a record says about a person."""

    NAME = "name", _("Name")
    PHONE = "phone", _("Phone")
    ID_NUMBER = "id_number", _("Identity number")
    BIRTH_DATE = "birth_date", _("Date of birth")
    GENDER = "gender", _("Gender")
    EMAIL = "email", _("E-mail")
    NOTE = "note", _("Note")
    HARDSHIP = "hardship", _("Hardship")
    DISABILITY = "disability", _("Disability")
    HEALTH = "health", _("Health")
    MEDIATION = "mediation", _("Mediation")
    PARTY = "party", _("Political affiliation")


class LegalBasis(models.TextChoices):
    """The seven grounds on which personal data may be handled (PIPL art. 13)."""

    CONSENT = "consent", _("Consent")
    CONTRACT = "contract", _("Contract or staff management")
    STATUTORY_DUTY = "statutory_duty", _("Statutory duty")
    EMERGENCY = "emergency", _("Public health or emergency")
    NEWS = "news", _("News and public supervision")
    MADE_PUBLIC = "made_public", _("Already made public")
    OTHER_LAW = "other_law", _("Other ground in law")


class PersonRecord(ScopedModel):
    """One thing that one organisation holds about a person, sealed in its row.

    It belongs to the organisation that brought it (PIPL art. 20-23). A new value supersedes the
    old row; of one owner, person and kind, one row is current.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="records")
    #: empty: held by the community's own desk, not by an organisation that brought it
    owner = models.ForeignKey(
        "registry.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=12, choices=RecordKind)
    value = EncryptedTextField()
    #: fingerprint for look-up by equality; only phone and identity number have one, because
    #: their values are unique: of names an index would show how often each occurs
    index = models.BinaryField(null=True)
    #: which index key made it, see ``rotate_keys``
    index_key = models.PositiveSmallIntegerField(default=0)
    source = models.CharField(max_length=80)
    legal_basis = models.CharField(max_length=16, choices=LegalBasis)
    purpose = models.CharField(max_length=60)
    #: last day on which it may be kept; empty while its purpose lasts
    keep_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "owner", "kind"],
                condition=Q(superseded_at__isnull=True, owner__isnull=False),
                name="registry_record_current",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(superseded_at__isnull=True, owner__isnull=True),
                name="registry_record_current_desk",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["index"],
                condition=Q(index__isnull=False, superseded_at__isnull=True),
                name="registry_record_index",
            ),
            models.Index(fields=["index_key"], name="registry_record_index_key"),
        ]


class IdentityDecision(ScopedModel):
    """Why a record stands at this person, or rows went from one person to another.

    Append-only: what is undone gets a second row that points to the first. Ids only, and no
    foreign keys to persons, so that an erased person does not rewrite history.
    """

    class Kind(models.TextChoices):
        ATTACHED = "attached", _("Attached")
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Split")
        UNDONE = "undone", _("Undone")

    kind = models.CharField(max_length=10, choices=Kind)
    #: from whom rows went (empty for a record that was attached), and to whom
    from_ref = models.UUIDField(null=True)
    to_ref = models.UUIDField(db_index=True)
    #: what it rests on: "phone", "id_number", "new", or a code given by a person
    basis = models.CharField(max_length=60)
    #: {"moved": {"registry.residence.person": [ids]}, "superseded": [ids], "user": id}
    detail = models.JSONField(default=dict)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    by_ref = models.UUIDField(null=True)
    at = models.DateTimeField()


class Binding(ScopedModel):
    """How sure one is that who signs in is this person, since when, and who saw it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="bindings")
    #: see :class:`linli.engines.registry.types.BindingLevel`
    level = models.CharField(max_length=20)
    #: blind index of the phone that was seen; a mismatch ends the binding
    phone_index = models.BinaryField(null=True)
    #: who saw the certificate, and which (never its image)
    seen_by_ref = models.UUIDField(null=True)
    certificate = EncryptedTextField()
    bound_at = models.DateTimeField()
    last_used_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "level"],
                condition=Q(ended_at__isnull=True),
                name="registry_binding_once",
            )
        ]


class Consent(ScopedModel):
    """That a person agreed to one purpose of one handler, in one version of its wording."""

    class Channel(models.TextChoices):
        PAGE = "page", _("On a page")
        PHONE = "phone", _("By phone")
        PAPER = "paper", _("On paper")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    organisation = models.ForeignKey(
        "registry.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    purpose = models.CharField(max_length=60)
    #: which wording was agreed to; another one needs a new consent (PIPL art. 14)
    text_version = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)
    #: the guardian who agreed for a child under 14 (PIPL art. 31)
    given_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="consents_for_others"
    )
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="registry_consent_times",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "purpose"], name="registry_consent_purpose")
        ]
