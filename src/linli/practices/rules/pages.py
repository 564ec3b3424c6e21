"""What the pages of this practice share: tabs, places, rows ready for their templates."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext as _p

from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community, Place, PlaceKind
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.selectors import in_language
from linli.engines.rulebook.selectors.documents import DocumentRow
from linli.engines.rulebook.types import (
    ClauseText,
    ClauseValue,
    DocumentKindRule,
    Matter,
    Pack,
)
from linli.kernel.actors import Actor, Purpose
from linli.practices.rules import wording
from linli.practices.rules.practice import READERS

#: how a form names the whole community, whose path is empty
WHOLE = "-"


@dataclass(frozen=True, slots=True)
class Here:
    """Where a page speaks of: the community with its pack, and today there."""

    community: Community
    pack: Pack
    today: date

    @property
    def jurisdiction(self) -> str:
        """The code of the pack that holds here."""
        return self.pack.code


def here_of(actor: Actor) -> Here:
    """The community of ``actor``."""
    community = registry.get_community(actor.community_id)
    pack = rulebook.get_pack(community.jurisdiction)
    return Here(community, pack, registry.local_day(community))


def sections(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The tabs above every page; who may read documents only has no others to go to."""
    if not actor.has_role(*READERS):
        return []
    labels = {
        "here": _("Here and then"),
        "services": _("Kinds of matters"),
        "documents": _("Our own rules"),
        "packs": _("Rule packs"),
    }
    return [
        {"label": label, "url": reverse(f"rules:{name}"), "active": name == current}
        for name, label in labels.items()
    ]


def place_names(actor: Actor, paths: set[str]) -> dict[str, str]:
    """Names of places by path; the empty path is the whole community."""
    rows = Place.objects.visible_to(actor, Purpose.PUBLISH).filter(path__in=paths)
    names = dict(rows.values_list("path", "full_name"))
    return {"": _("The whole community"), **names}


def estate_choices(actor: Actor) -> list[tuple[str, str]]:
    """The whole community and its estates, as a form names them."""
    estates = [(place.path, place.name) for place in registry.list_estates(actor)]
    return [(WHOLE, _("The whole community")), *estates]


def path_of(chosen: str) -> str:
    """The place path of what was chosen in a form."""
    return "" if chosen == WHOLE else chosen


def building_groups(actor: Actor) -> list[tuple[str, list[tuple[str, str]]]]:
    """The buildings of each estate, in the order of their numbers."""
    rows = Place.objects.visible_to(actor, Purpose.PUBLISH).filter(kind=PlaceKind.BUILDING)
    buildings = sorted(rows, key=lambda place: (place.path.rpartition("/")[0], _digits(place)))
    groups = []
    for estate in registry.list_estates(actor):
        inside = [p for p in buildings if p.path.startswith(estate.path + "/")]
        if inside:
            groups.append((estate.name, [(p.path, f"{estate.name} {p.name}") for p in inside]))
    return groups


def _digits(place: Place) -> tuple[int, str]:
    return (int(place.number), "") if place.number.isdecimal() else (0, place.number)


def chain(pack: Pack) -> list[Pack]:
    """The pack and its parents, from the city up."""
    found = [pack]
    while found[-1].parent is not None:
        found.append(rulebook.get_pack(found[-1].parent))
    return found


def pack_row(pack: Pack) -> dict[str, Any]:
    """A pack as a row of a list."""
    return {
        "title": in_language(pack.name),
        "href": reverse("rules:pack", args=[pack.code]),
        "meta": [pack.code, pack.time_zone, pack.currency],
    }


def document_row(row: DocumentRow, names: dict[str, str], today: date) -> dict[str, Any]:
    """A document as a row of a list: what holds, and what is on its way."""
    shown = row.in_force or row.newest
    word, kind = wording.state_on(shown, today)
    meta = [kind_name(row), _("version %(n)s") % {"n": shown.number}]
    if row.in_force and row.in_force.in_force_from:
        since = wording.day(row.in_force.in_force_from)
        meta.append(_("since %(day)s") % {"day": since})
    if row.in_preparation and row.in_preparation.id != shown.id:
        coming = wording.STATES[row.in_preparation.state][0]
        number = row.in_preparation.number
        meta.append(_("version %(n)s: %(state)s") % {"n": number, "state": coming})
    return {
        "title": row.title,
        "href": reverse("rules:document", args=[row.id]),
        "meta": meta,
        "place": names.get(row.place_path, row.place_path),
        "pill": word,
        "pill_kind": kind,
    }


def kind_name(row: DocumentRow) -> str:
    """The kind as the pack calls it."""
    return in_language(rulebook.get_document_kind(row.jurisdiction, row.kind).name)


def clause_title(clause: ClauseText) -> str:
    """ "Article 12 Ballots that are not returned"."""
    return f"{clause.number} {clause.heading}".strip() or _p("heading", "Clause")


def settled(found: ClauseValue, names: dict[str, str], currency: str) -> dict[str, Any]:
    """A setting with its value, and the clause that says so."""
    return {
        "title": wording.settled(found.setting, found.value, currency),
        "href": reverse("rules:document", args=[found.document_id]),
        "cited": [
            found.document_title,
            clause_title(found.clause),
            names.get(found.place_path, found.place_path),
        ],
    }


def bases(kind: DocumentKindRule, at: date) -> list[dict[str, Any]]:
    """What the law says about a kind of document on a day."""
    return [
        {
            "matter": wording.MATTERS[basis.matter.value],
            "text": in_language(basis.text),
            "source": wording.source(basis.source, basis.effective_from),
        }
        for basis in sorted(kind.bases, key=lambda basis: list(Matter).index(basis.matter))
        if basis.holds(at)
    ]


def filing_deadline(kind: DocumentKindRule, jurisdiction: str, adopted_on: date) -> str:
    """Until when an adopted text is to be filed, where the law gives a period; else empty."""
    for basis in kind.bases:
        if basis.matter is not Matter.FILING or not basis.clock or not basis.holds(adopted_on):
            continue
        rule = rulebook.get_clock_rule(jurisdiction, basis.clock, adopted_on)
        calendar = rulebook.get_calendar(jurisdiction)
        start = datetime.combine(adopted_on, time(12), tzinfo=calendar.zone)
        due = rulebook.compute_deadline(rule, start, jurisdiction).due_at
        return wording.day(last_day(due))
    return ""


def last_day(due_at: datetime) -> date:
    """The last whole day before an exclusive instant: 24:00 belongs to the day that ends."""
    day = due_at.date()
    return date.fromordinal(day.toordinal() - 1) if due_at.time() == time.min else day
