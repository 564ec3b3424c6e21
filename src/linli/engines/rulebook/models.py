"""Rules that people make themselves: documents, their versions, clauses and life.

A draft is a note on its version and may change. At posting its text becomes clause rows, which
the database never changes or deletes again: a correction is a new version.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from linli.engines.rulebook.core.life import IN_PREPARATION
from linli.engines.rulebook.types import ClauseText, DocumentKind, LifeStep, VersionState
from linli.kernel.scope import HandledModel, ScopedModel


class RuleDocument(HandledModel):
    """A rule document of one kind for one place; its text is in its versions.

    ``place_path`` is where it holds, with everything below; empty is the whole community.
    ``handler_id`` is the organisation that keeps it.
    """

    kind = models.CharField(max_length=30, choices=[(kind, kind) for kind in DocumentKind])
    title = models.CharField(max_length=120)
    #: the pack whose law left its settings to it
    jurisdiction = models.CharField(max_length=20)
    created_at = models.DateTimeField()

    class Meta(HandledModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["community_id", "place_path", "kind"], name="rulebook_doc_place")
        ]


class RuleVersion(ScopedModel):
    """One text of a document on its way from draft to history."""

    document = models.ForeignKey(RuleDocument, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(
        max_length=12,
        choices=[(state, state) for state in VersionState],
        default=VersionState.DRAFTED,
    )
    #: clauses as they stand in the draft; empty once they are rows
    draft = models.JSONField(default=list)
    #: grows with every saved draft, so that two people do not write over each other
    revision = models.PositiveIntegerField(default=1)
    #: what changes against the version before, and why
    reason = models.TextField(blank=True, default="")
    #: SHA-256 of the posted text; empty while it is a draft
    text_digest = models.CharField(max_length=64, blank=True, default="")
    posted_from = models.DateField(null=True)
    posted_to = models.DateField(null=True)
    adopted_on = models.DateField(null=True)
    filed_on = models.DateField(null=True)
    in_force_from = models.DateField(null=True)
    #: first day on which it no longer holds
    in_force_to = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["document", "number"], name="rulebook_version_number"),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(state__in=[state.value for state in IN_PREPARATION]),
                name="rulebook_one_version_in_preparation",
            ),
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(in_force_from__isnull=False, in_force_to__isnull=True),
                name="rulebook_one_version_without_end",
            ),
            models.CheckConstraint(
                condition=Q(in_force_to__isnull=True) | Q(in_force_to__gte=F("in_force_from")),
                name="rulebook_version_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=True) | Q(adopted_on__lte=F("in_force_from")),
                name="rulebook_in_force_only_when_adopted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[VersionState.DRAFTED.value, VersionState.WITHDRAWN.value])
                | ~Q(text_digest=""),
                name="rulebook_posted_text_has_its_digest",
            ),
        ]


class Clause(ScopedModel):
    """One clause of a posted text. Append-only."""

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="clauses")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=30, blank=True, default="")
    heading = models.CharField(max_length=120, blank=True, default="")
    text = models.TextField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "position"], name="rulebook_clause_order")
        ]

    def as_text(self) -> ClauseText:
        """The clause as a plain value."""
        settles = {row.setting: row.value for row in self.settled.all()}
        return ClauseText(self.number, self.heading, self.text, settles)


class SettledValue(ScopedModel):
    """That a clause settles something that the law leaves to the document. Append-only."""

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="settled")
    clause = models.ForeignKey(Clause, on_delete=models.PROTECT, related_name="settled")
    setting = models.CharField(max_length=60)
    value = models.JSONField()

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "setting"], name="rulebook_settled_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["community_id", "setting"], name="rulebook_settled_setting")
        ]


class RuleStep(ScopedModel):
    """That a step of a version's life was recorded: what, on which day, by whom. Append-only."""

    version = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=12, choices=[(step, step) for step in LifeStep])
    on_day = models.DateField()
    #: last day of a posting
    until_day = models.DateField(null=True)
    #: who decided, or with whom it was filed
    body = models.CharField(max_length=120, blank=True, default="")
    #: number of the decision or of the filing
    reference = models.CharField(max_length=80, blank=True, default="")
    #: where it was put up, how the votes fell, why it was revoked: as it was said
    note = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)

    class Meta(ScopedModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "step"], name="rulebook_step_once")
        ]
