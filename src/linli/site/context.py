"""What every page needs: the layout's ``ui`` dictionary."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from linli.engines.outreach import selectors as outreach
from linli.engines.registry import selectors as registry
from linli.engines.registry.models import RecordKind
from linli.engines.registry.types import Role
from linli.kernel import installation, live
from linli.kernel.practice import NavItem, list_practices
from linli.site.faces import face_of, start_of
from linli.site.middleware import events_origin

THEMES = ("auto", "light", "dark")


def page(request: Any) -> dict[str, Any]:
    """The ``ui`` dictionary of the layouts; made once a page, lazily enough to stay cheap."""
    actor = getattr(request, "actor", None)
    community = getattr(request, "community", None)
    face = face_of(actor)
    theme = request.COOKIES.get("linli_theme", "auto")
    signed_in = actor is not None and actor.person_id is not None
    unread = outreach.count_unread(actor) if actor is not None and signed_in else 0
    return {
        "ui": {
            "lang": get_language(),
            "layout": _layout(face, signed_in),
            "theme": theme if theme in THEMES else "auto",
            "elder": request.COOKIES.get("linli_elder") == "1",
            "community_name": community.name if community else "",
            "duty_phone": community.duty_phone if community else "",
            "where": _where(actor) if signed_in else "",
            "who": _who(actor) if signed_in else "",
            "nav": _nav(request, actor, face) if signed_in else [],
            "banner": _banner(),
            "live_url": _live_url(request),
            "unread": unread,
            "urls": {
                "home": reverse("home"),
                "inbox": reverse("inbox") if signed_in else "",
                "display": reverse("display"),
                "language": reverse("language"),
                "help": reverse("help"),
                "signout": reverse("sign_out"),
            },
        }
    }


def _layout(face: str, signed_in: bool) -> str:
    """The frame of a page that everybody may meet: a person keeps the own face's navigation."""
    if not signed_in:
        return "ui/plain.html"
    return "ui/desk.html" if face == "desk" else "ui/resident.html"


def _banner() -> str:
    mark = installation.get_installation()
    if mark is None or not mark.is_demo:
        return ""
    if mark.has_real_people:
        return _("Demo with real people's data: handle it as you would the original.")
    return _("This is a demo. The people and matters are made up.")


def _where(actor: Any) -> str:
    home = registry.home_of(actor.person_id)
    if face_of(actor) == "resident" and home is not None:
        return str(home.full_name)
    names = registry.list_organisation_names(actor.organisation_ids)
    return names[0] if names else ""


def _who(actor: Any) -> str:
    """One's own name in full: a person sees himself unmasked."""
    return str(registry.own_value(actor, RecordKind.NAME))


def _nav(request: Any, actor: Any, face: str) -> list[dict[str, Any]]:
    own = [
        NavItem(face, pgettext("first page", "Home"), "home", "home", weight=0),
        NavItem(face, _("Messages"), "inbox", "bell", weight=90),
    ]
    if face == "desk":
        own += [
            NavItem(
                face, _("Wall"), "wall", "cctv", roles=(Role.CHAIR, Role.STREET_OFFICER), weight=70
            ),
            NavItem(face, _("Practices"), "practices", "building-community", weight=80),
            NavItem(
                face,
                _("Undelivered work"),
                "dead_letters",
                "alert-triangle",
                roles=(Role.CHAIR,),
                weight=95,
            ),
        ]
    if start_of(actor):  # the first page is a practice's own, and has its own entry
        own = [item for item in own if item.url_name != "home"]
    items = [*own, *(i for p in list_practices() for i in p.navigation if i.face == face)]
    shown = [i for i in items if not i.roles or actor.has_role(*i.roles)]
    return [_nav_item(request, item) for item in sorted(shown, key=lambda i: i.weight)]


def _nav_item(request: Any, item: NavItem) -> dict[str, Any]:
    try:
        url = reverse(item.url_name)
    except NoReverseMatch:
        url = "/"
    here = request.path
    active = here == url or (url != "/" and here.startswith(url))
    return {"label": item.title, "url": url, "icon": item.icon, "active": active}


def _live_url(request: Any) -> str:
    topics = getattr(request, "live_topics", None)
    if not topics:
        return ""
    base = settings.LINLI_CONFIG.events_url or f"{events_origin(request)}/events"
    if base == "/events" and not settings.LINLI_CONFIG.events_url:
        return ""
    return f"{base}?t={live.make_token(topics)}"
