"""Reports, cases, assignments, clocks, history."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.engines.casework.core.states import AssignmentState, CaseState
from linli.engines.registry.models import Organisation, Person, Place
from linli.engines.rulebook.types import Authority, ClockKind, DutyRole, Privacy
from linli.kernel.crypto import EncryptedTextField
from linli.kernel.scope import HandledModel, ScopedModel


class Channel(models.TextChoices):
    """How a report came in."""

    WEB = "web", _("Phone or web page")
    DESK = "desk", _("Front desk")
    IMPORT = "import", _("Imported list")


class CaseCounter(ScopedModel):
    """The last case number of a community and year; locked while one is drawn."""

    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "year"], name="casework_counter_year")
        ]


class Case(HandledModel):
    """One real-world matter. Its title is made from kind and place, never from people's words."""

    number = models.CharField(max_length=20)
    service_code = models.CharField(max_length=60, blank=True, default="")
    family = models.CharField(max_length=40, blank=True, default="")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    in_public_space = models.BooleanField(default=False)
    state = models.CharField(
        max_length=20, choices=[(s.value, s.value) for s in CaseState], default=CaseState.AT_DESK
    )
    privacy = models.CharField(max_length=10, choices=[(p.value, p.value) for p in Privacy])
    priority = models.CharField(max_length=2, default="P3")
    dangers = models.JSONField(default=list)
    #: what triage said about the first report (``core.triage.types.TriageResult`` as JSON text);
    #: sealed, because its reasons quote people's words
    triage = EncryptedTextField()
    dispatched_by_machine = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    #: grows with every change; a page that acts on an older one is told, not obeyed
    version = models.PositiveIntegerField(default=1)

    class Meta(HandledModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_id", "number"], name="casework_case_number"),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in CaseState]), name="casework_case_state"
            ),
            models.CheckConstraint(
                condition=Q(privacy__in=[p.value for p in Privacy]), name="casework_case_privacy"
            ),
            models.CheckConstraint(
                condition=~Q(privacy=Privacy.SEALED.value) | Q(dispatched_by_machine=False),
                name="casework_sealed_never_by_machine",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["community_id", "state", "priority", "opened_at"], name="casework_queue"
            ),
            models.Index(
                fields=["community_id", "service_code", "opened_at"], name="casework_kind_recent"
            ),
        ]


class Report(HandledModel):
    """What somebody said, kept as it was said. The database refuses to change its text."""

    class Naming(models.TextChoices):
        NAMED = "named", _("Those who handle it may know my name")
        ANONYMOUS = "anonymous", _("Nobody is told who I am")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reports")
    channel = models.CharField(max_length=10, choices=Channel)
    reporter = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="reports"
    )
    naming = models.CharField(max_length=10, choices=Naming, default=Naming.NAMED)
    text = EncryptedTextField()
    #: the place that the reporter picked, if any
    picked_place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    said_at = models.DateTimeField()
    taken_at = models.DateTimeField()
    #: source and number in the system that it came from, for imports
    external_ref = models.CharField(max_length=120, blank=True, default="")

    class Meta(HandledModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["community_id", "external_ref"],
                condition=~Q(external_ref=""),
                name="casework_report_external_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["reporter", "-taken_at"], name="casework_report_reporter")
        ]


class Assignment(HandledModel):
    """One organisation's part in a case. Several run side by side."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=10, choices=[(r.value, r.value) for r in DutyRole])
    authority = models.CharField(max_length=10, choices=[(a.value, a.value) for a in Authority])
    assignee = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="assignments"
    )
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in AssignmentState],
        default=AssignmentState.SENT,
    )
    #: 1 for the first dispatch, one more after each reopening or return
    round = models.PositiveSmallIntegerField(default=1)
    sent_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta(HandledModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "organisation", "round"], name="casework_assignment_once"
            ),
            models.UniqueConstraint(
                fields=["case", "round"],
                condition=Q(role=DutyRole.LEAD.value) & ~Q(state=AssignmentState.RETURNED.value),
                name="casework_one_lead",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[s.value for s in AssignmentState]),
                name="casework_assignment_state",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "state"], name="casework_org_jobs")
        ]


class AssignmentClock(ScopedModel):
    """What an organisation promised: kind, rule, start and due instant."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in ClockKind])
    rule_id = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    is_provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["assignment", "kind"], name="casework_clock_once")
        ]


class CaseEvent(ScopedModel):
    """One line of a case's history. Append-only; codes in ``data``, words sealed in ``note``."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.PROTECT)
    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    #: for whom the line is: everybody on the case, or only those who handle it
    is_internal = models.BooleanField(default=False)
    #: the person's id without a foreign key: erasing a person must not rewrite history
    person_ref = models.UUIDField(null=True)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT)
    public_name = models.CharField(max_length=40, blank=True, default="")
    data = models.JSONField(default=dict)
    note = EncryptedTextField()

    class Meta(ScopedModel.Meta):
        indexes: ClassVar = [models.Index(fields=["case", "at"], name="casework_history")]


class Correction(ScopedModel):
    """What a person at the desk corrected: tomorrow's training example."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="corrections")
    field = models.CharField(max_length=20)
    was = models.CharField(max_length=120, blank=True, default="")
    became = models.CharField(max_length=120)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    at = models.DateTimeField()
