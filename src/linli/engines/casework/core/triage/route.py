"""Who acts, how private the matter is kept, and whether it may go out by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from linli.engines.casework.core.triage.danger_phrases import SEALED_KINDS
from linli.engines.casework.core.triage.types import (
    Classification,
    ClassSource,
    DuplicateSuggestion,
    PlaceSuggestion,
    Reason,
    TriageSettings,
    Urgency,
    _noop,
)
from linli.engines.rulebook.types import Duty, DutyRole, Privacy, ServiceType

VERSION = "route-1"
_STRICTNESS = (Privacy.OPEN, Privacy.PRIVATE, Privacy.SEALED)


def pick_duties(service: ServiceType | None) -> tuple[Duty, ...]:
    """The duties of a type, the lead first, each body and role once; () when unclassified."""
    if service is None:
        return ()
    ordered = sorted(service.duties, key=lambda d: d.role is not DutyRole.LEAD)
    once: dict[tuple[str, DutyRole], Duty] = {}
    for duty in ordered:
        once.setdefault((duty.body, duty.role), duty)
    return tuple(once.values())


def decide_privacy(
    classification: Classification,
    dangers: Iterable[str],
    services: Mapping[str, ServiceType],
    settings: TriageSettings,
) -> tuple[Privacy, tuple[Reason, ...]]:
    """The strictest privacy that the report may need, with the reason when it is raised.

    A wrong guess must not open what ought to be sealed: every likely alternative counts, and
    a report that nobody understood yet is private.
    """
    classes = [
        services[c.code].privacy
        for i, c in enumerate(classification.ranked())
        if c.code in services and (i == 0 or c.confidence >= settings.privacy_threshold)
    ]
    if SEALED_KINDS.intersection(dangers):
        sealed = Reason(_noop("Violence or harm to a person: the report is sealed."))
        return Privacy.SEALED, (sealed,)
    if not classes:
        unread = Reason(_noop("Nobody knows yet what it is about: the report is kept private."))
        return Privacy.PRIVATE, (unread,)
    strictest = max(classes, key=_STRICTNESS.index)
    if strictest is classes[0]:
        return strictest, ()
    raised = Reason(
        _noop("It may be a matter of a stricter class: the report is kept %(privacy)s."),
        {"privacy": strictest.value},
    )
    return strictest, (raised,)


def decide_dispatch(
    place: PlaceSuggestion | None,
    classification: Classification,
    privacy: Privacy,
    duties: tuple[Duty, ...],
    duplicate: DuplicateSuggestion,
    urgency: Urgency,
    settings: TriageSettings,
) -> tuple[bool, tuple[Reason, ...]]:
    """Whether the matter may go out before a person looks, and every reason why not.

    Danger opens no short cut: it stands first at the desk and the reporter is told whom to
    call, but a guess sends nobody.
    """
    against = [
        *_place_doubts(place, settings),
        *_class_doubts(classification, settings),
    ]
    if privacy is Privacy.SEALED:
        against.append(Reason(_noop("A sealed matter is always handed over by a person.")))
    if classification.code and not any(d.role is DutyRole.LEAD for d in duties):
        against.append(Reason(_noop("No organisation leads this kind of matter.")))
    if duplicate.case_id is not None:
        against.append(Reason(_noop("A person decides whether it joins the open case.")))
    if against:
        if urgency.priority == "P0":
            against.append(Reason(_noop("Danger: first at the desk, and whom to call is shown.")))
        return False, tuple(against)
    lead = next(d for d in duties if d.role is DutyRole.LEAD)
    return True, (Reason(_noop("Sent to %(body)s at once."), {"body": lead.body}),)


def _place_doubts(place: PlaceSuggestion | None, settings: TriageSettings) -> list[Reason]:
    if place is None or place.place_id is None:
        return [Reason(_noop("The place is not known."))]
    if place.ambiguous:
        return [Reason(_noop("The place is not certain: a person chooses."))]
    if place.confidence < settings.place_threshold:
        return [
            Reason(
                _noop("The place is not certain enough (%(percent)s of 100)."),
                {"percent": str(int(place.confidence * 100))},
            )
        ]
    return []


def _class_doubts(classification: Classification, settings: TriageSettings) -> list[Reason]:
    if not classification.code:
        return [Reason(_noop("What it is about is not known."))]
    by_rules = classification.source is ClassSource.RULES
    threshold = settings.rules_threshold if by_rules else settings.class_threshold
    if classification.confidence < threshold:
        return [
            Reason(
                _noop("What it is about is not certain enough (%(percent)s of 100)."),
                {"percent": str(int(classification.confidence * 100))},
            )
        ]
    return []
