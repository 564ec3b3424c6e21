"""Consents, bindings of a sign-in to a person, and acting for another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from linli.engines.registry import events, selectors
from linli.engines.registry.models import (
    ActingFor,
    Binding,
    Consent,
    Organisation,
    Person,
    PersonRecord,
    RecordKind,
    Tie,
)
from linli.engines.registry.services.common import RegistryError, require_registrar, today
from linli.engines.registry.types import Act, BindingLevel
from linli.kernel import audit, clock
from linli.kernel.actors import Actor, NotAllowed


@transaction.atomic
def give_consent(
    actor: Actor,
    person: Person,
    purpose: str,
    text_version: str,
    *,
    organisation: Organisation | None = None,
    channel: Consent.Channel = Consent.Channel.PAGE,
    guardian: Person | None = None,
) -> Consent:
    """Record that a person agreed to a handler's purpose in one wording (PIPL art. 14, 29, 31).

    The person does it, or the desk for somebody who called or signed, or a guardian in force.
    A new wording replaces the former consent.

    Raises:
        NotAllowed: somebody else.
        RegistryError: no purpose or wording.
    """
    if not purpose or not text_version:
        raise RegistryError("a consent names its purpose and the wording that was agreed to")
    if guardian is not None:
        is_guardian = Tie.objects.filter(
            selectors.in_force(), person=person, other=guardian, kind=Tie.Kind.GUARDIAN
        ).exists()
        if not is_guardian:
            raise NotAllowed("only a guardian agrees for another")
    _own_or_desk(actor, guardian or person)
    _end_consents(person, purpose, organisation)
    row = Consent.objects.create(
        person=person,
        organisation=organisation,
        purpose=purpose,
        text_version=text_version,
        channel=channel,
        given_by=guardian,
        given_at=clock.now(),
    )
    audit.record(actor, "consent_given", row, detail={"purpose": purpose}, on_behalf_of=person.pk)
    return row


@transaction.atomic
def withdraw_consent(
    actor: Actor, person: Person, purpose: str, organisation: Organisation | None = None
) -> bool:
    """Withdraw a consent, at once and without a reason (PIPL art. 15). Twice is no error.

    Returns:
        Whether there was one in force.
    """
    _own_or_desk(actor, person)
    count = _end_consents(person, purpose, organisation)
    if count:
        detail = {"purpose": purpose}
        audit.record(actor, "consent_withdrawn", person, detail=detail, on_behalf_of=person.pk)
    return bool(count)


def _end_consents(person: Person, purpose: str, organisation: Organisation | None) -> int:
    return Consent.objects.filter(
        person=person, purpose=purpose, organisation=organisation, withdrawn_at__isnull=True
    ).update(withdrawn_at=clock.now())


def _own_or_desk(actor: Actor, person: Person) -> None:
    if actor.person_id != person.pk:
        require_registrar(actor)


@transaction.atomic
def bind_person(
    actor: Actor, person: Person, level: BindingLevel, *, certificate: str = ""
) -> Binding:
    """Record that somebody proved to be this person at a level, and who saw it.

    Args:
        certificate: which paper was seen (its number, sealed); needed from ``owner_checked`` on.

    Raises:
        RegistryError: a checked level without somebody who saw it, or without the paper.
        NotAllowed: the actor may not check.
    """
    checked = level in (BindingLevel.RESIDENT_CHECKED, BindingLevel.OWNER_CHECKED)
    if checked:
        require_registrar(actor)
        if actor.person_id == person.pk:
            raise NotAllowed("nobody checks himself")
    if level == BindingLevel.OWNER_CHECKED and (not certificate or actor.person_id is None):
        raise RegistryError("name the certificate that was seen, and by whom")
    phone = (
        PersonRecord.objects.filter(
            person=person, kind=RecordKind.PHONE, superseded_at__isnull=True
        )
        .order_by("-created_at")
        .first()
    )
    now = clock.now()
    Binding.objects.filter(person=person, level=level, ended_at__isnull=True).update(ended_at=now)
    row = Binding.objects.create(
        person=person,
        level=level,
        phone_index=phone.index if phone else None,
        seen_by_ref=actor.person_id if checked else None,
        certificate=certificate,
        bound_at=now,
        last_used_at=now,
    )
    audit.record(actor, "person_bound", person, detail={"level": level})
    return row


def use_binding(person: Person) -> str:
    """Note that the person signed in; returns the level that holds. One that lay idle for too
    long is not revived: it has to be proved again."""
    level = selectors.binding_level(person.pk)
    if level:
        Binding.objects.filter(person=person, ended_at__isnull=True).update(
            last_used_at=clock.now()
        )
    return level


@transaction.atomic
def grant_acting_for(
    actor: Actor, principal: Person, agent: Person, acts: Iterable[Act], ends_on: date
) -> ActingFor:
    """Let ``agent`` do certain acts for ``principal`` until a day; the principal is told.

    Given by the principal, or at the desk for a principal who called or came.

    Raises:
        RegistryError: no act, an act that nobody may do for another (a ballot), or no end.
        NotAllowed: anybody else, the agent above all.
    """
    _own_or_desk(actor, principal)
    known = {act.value for act in Act}
    wanted = sorted({str(act) for act in acts})
    if not wanted or not set(wanted) <= known:
        raise RegistryError("name the acts; a ballot is never among them")
    starts_on = today(actor)
    if ends_on <= starts_on or principal.pk == agent.pk:
        raise RegistryError("acting for another has an end, and two persons")
    row = ActingFor.objects.create(
        principal=principal, agent=agent, acts=wanted, starts_on=starts_on, ends_on=ends_on
    )
    _tell_acting(actor, row, "granted")
    return row


@transaction.atomic
def revoke_acting_for(actor: Actor, row: ActingFor) -> bool:
    """End it at once: the principal (by page, phone or paper at the desk) or the agent.

    Returns:
        Whether it was still in force.
    """
    if actor.person_id != row.agent_id:
        _own_or_desk(actor, row.principal)
    open_rows = ActingFor.objects.filter(pk=row.pk, revoked_at__isnull=True)
    done = bool(open_rows.update(revoked_at=clock.now()))
    if done:
        _tell_acting(actor, row, "revoked")
    return done


def _tell_acting(actor: Actor, row: ActingFor, kind: str) -> None:
    detail = {"agent": str(row.agent_id), "acts": row.acts}
    audit.record(
        actor, f"acting_for_{kind}", row.principal, detail=detail, on_behalf_of=row.principal_id
    )
    events.tell(
        events.ACTING_FOR,
        row.community_id,
        id=str(row.pk),
        principal_id=str(row.principal_id),
        agent_id=str(row.agent_id),
        kind=kind,
    )
