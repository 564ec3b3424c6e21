"""Pages of the composition root: home, demo, messages, files, display, help, wall, health."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from linli.engines.outreach import selectors as outreach
from linli.engines.outreach.services import mark_read
from linli.engines.registry import selectors as registry
from linli.engines.registry.types import Role
from linli.kernel import clock, files, installation, leases, live, outbox
from linli.kernel.guards import for_roles, public, signed_in
from linli.kernel.practice import list_practices
from linli.kernel.surfaces import cards
from linli.site import links
from linli.site.faces import start_of
from linli.site.sign_in import become

YEAR_S = 365 * 24 * 3600
#: the relay renews its lease every three seconds; a few misses are a slow disk, more a death
WORK_SILENCE_MAX_S = 20


@public()
def home(request: Any) -> HttpResponse:
    """The first page: one's own face, or the way in."""
    actor = request.actor
    if actor is None or actor.person_id is None:
        return _way_in(request)
    start = start_of(actor)
    if start:
        return redirect(start)
    request.live_topics = [live.topic("inbox", actor.person_id)]
    values = {
        "cards": cards("resident", actor),
        "tiles": cards("resident_tiles", actor),
        "aside_cards": cards("resident_aside", actor),
        "later": [str(p) for p in _roles_to_come(actor)],
    }
    return render(request, "site/home.html", values)


def _way_in(request: Any) -> HttpResponse:
    mark = installation.get_installation()
    if mark is not None and mark.is_demo:
        return redirect("demo")
    return render(request, "site/welcome.html", {"community": request.community})


def _roles_to_come(actor: Any) -> list[Any]:
    """What a role's own desk will bring, said plainly as long as it is not there."""
    said = {
        Role.MEDIATOR: _("Mediation: cases, joint-room calendar and agreements come here."),
        Role.GRID_WORKER: _("Grid rounds and check-lists come here."),
        Role.OWNERS_COMMITTEE: _("Votes, contracts and the maintenance fund come here."),
        Role.VOLUNTEER: _("Time bank: hours given and help wanted come here."),
        Role.BUILDING_LEADER: _("The building's group, its rounds and its notices come here."),
    }
    return [text for role, text in said.items() if actor.has_role(role)]


@public()
def sign_in(request: Any) -> HttpResponse:
    """Where one is sent who is not signed in."""
    mark = installation.get_installation()
    if mark is not None and mark.is_demo:
        return redirect("demo")
    return render(request, "site/sign_in.html", status=200)


@public("GET", "HEAD", "POST")
def sign_in_link(request: Any, token: str) -> HttpResponse:
    """A one-time link. Looking at it uses nothing up: messengers open links to preview them."""
    if request.method == "POST":
        user = links.redeem(token)
        person = registry.find_person_of_user(user) if user else None
        if person is not None:
            become(request, person)
            return redirect("home")
    return render(request, "site/sign_in_link.html", {"is_open": links.is_open(token)})


@public("POST")
def sign_out(request: Any) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("home")


@public()
def healthz(request: HttpRequest) -> HttpResponse:
    """200 and ``{"status": "ok"}`` only when the database and background work are alive."""
    try:
        lease = leases.find(outbox.LEASE_NAME)
    except Exception:
        return JsonResponse({"status": "database away"}, status=503)
    limit = clock.now() - timedelta(seconds=WORK_SILENCE_MAX_S)
    if lease is None or lease.renewed_at < limit or lease.until < limit:
        return JsonResponse({"status": "background work is not running"}, status=503)
    return JsonResponse({"status": "ok"})


def _local_next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    ok = url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    # A path only: redirect() takes a bare word for the name of a route, and fails on it.
    return target if ok and target.startswith("/") else "/"


@public("POST")
def language(request: Any) -> HttpResponse:
    """Remember the reader's language."""
    chosen = request.POST.get("language", "")
    response = redirect(_local_next(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR_S,
            samesite="Lax",
            secure=settings.LINLI_CONFIG.secure,
            httponly=True,
        )
    return response


@public("POST")
def display(request: Any) -> HttpResponse:
    """Remember large text and the colours."""
    response = redirect(_local_next(request))
    asked = {"elder": ("0", "1"), "theme": ("auto", "light", "dark")}
    for name, allowed in asked.items():
        value = request.POST.get(name, "")
        if value in allowed:
            response.set_cookie(
                f"linli_{name}",
                value,
                max_age=YEAR_S,
                samesite="Lax",
                secure=settings.LINLI_CONFIG.secure,
                httponly=True,
            )
    return response


@signed_in("GET", "HEAD", "POST")
def inbox(request: Any) -> HttpResponse:
    """Messages to me; opening the page leaves them unread until I say so or follow one."""
    if request.method == "POST":
        mark_read(request.actor)
        return redirect("inbox")
    request.live_topics = [live.topic("inbox", request.actor.person_id)]
    items = [_inbox_row(item) for item in outreach.list_inbox(request.actor)]
    return render(request, "site/inbox.html", {"items": items})


def _inbox_row(item: outreach.InboxItem) -> dict[str, Any]:
    sent = timezone.localtime(item.sent_at)
    today = sent.date() == timezone.localtime(clock.now()).date()
    when = f"{sent:%H:%M}" if today else f"{sent.month}/{sent.day} {sent:%H:%M}"
    lines = [when, item.text]
    return {"id": item.id, "title": item.title, "is_read": item.is_read, "lines": lines}


@signed_in()
def inbox_open(request: Any, message_id: UUID) -> HttpResponse:
    """Follow a message to its page, and note that it was read."""
    for item in outreach.list_inbox(request.actor):
        if item.id == message_id:
            mark_read(request.actor, [message_id])
            return redirect(item.link or "inbox")
    raise Http404("no such message")


@signed_in()
def file(request: Any, file_id: UUID) -> Any:
    """A stored picture, only to those who may see what it belongs to."""
    row = files.get_file(request.actor, file_id)
    try:
        stream = files.path_of(row).open("rb")
    except OSError as error:
        raise Http404("no such file") from error
    response = FileResponse(stream, content_type=row.media_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Disposition"] = f'inline; filename="{row.pk.hex[:8]}.webp"'
    return response


@public()
def help_index(request: Any) -> HttpResponse:
    """Help: one guide a practice."""
    return render(request, "site/help.html", {"practices": list_practices()})


@public()
def help_practice(request: Any, slug: str) -> HttpResponse:
    """A practice's guide, written in its folder."""
    for practice in list_practices():
        if practice.slug == slug:
            # Raw HTML in a guide is shown as text, not run.
            html = (
                MarkdownIt("commonmark", {"html": False})
                .enable("table")
                .render(practice.guide(get_language() or "en"))
            )
            return render(request, "site/help_practice.html", {"practice": practice, "html": html})
    raise Http404("no such guide")


@signed_in()
def practices(request: Any) -> HttpResponse:
    """All practices of this installation with settings, indicators and data kept."""
    rows = [
        {
            "practice": p,
            "indicators": [
                {"title": i.title, "value": value, "shown": f"{value} {i.unit}"}
                for i in p.indicators
                for value in [i.compute()]
            ],
        }
        for p in list_practices()
    ]
    return render(request, "site/practices.html", {"rows": rows})


@for_roles(Role.CHAIR, methods=("GET", "HEAD", "POST"))
def dead_letters(request: Any) -> HttpResponse:
    """Work that failed again and again: see why, and try it anew."""
    mine = [m for m in outbox.list_dead() if m.community_id == request.community.pk]
    if request.method == "POST":
        wanted = request.POST.get("message", "")
        for message in mine:
            if str(message.pk) == wanted and outbox.replay(message.pk):
                messages.success(request, _("It will be tried again now."))
        return redirect("dead_letters")
    values = {"letters": mine, "waiting": outbox.count_waiting()}
    return render(request, "site/dead_letters.html", values)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long: nothing is lost, the browser still has it."""
    return render(request, "site/expired.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: what one may not know of looks the same as what is not there."""
    return render(request, "site/not_found.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: say so calmly; the details are in the log, never on the page."""
    return render(request, "site/server_error.html", status=500)
