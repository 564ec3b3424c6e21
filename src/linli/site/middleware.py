"""What every request passes: content policy, no caching of personal pages, scope, language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from csp.middleware import CSPMiddleware
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from linli.engines.registry import selectors as registry
from linli.engines.registry.models import Community
from linli.engines.registry.types import ResolvedActor
from linli.engines.rulebook import selectors as rulebook
from linli.kernel.models import User
from linli.kernel.scope import in_community
from linli.site.sign_in import COMMUNITY_KEY

GetResponse = Callable[[HttpRequest], HttpResponse]


class ContentSecurityPolicy(CSPMiddleware):
    """django-csp, plus the events process, which the bare installation serves one port up."""

    def get_policy_parts(self, request: Any, response: Any, report_only: bool = False) -> Any:
        parts = super().get_policy_parts(request, response, report_only)
        origin = events_origin(request)
        if origin and not report_only:
            parts.update = {**(parts.update or {}), "connect-src": origin}
        return parts


def events_origin(request: HttpRequest) -> str:
    """The origin of the events process; empty when it is served under the pages' own."""
    port = getattr(settings, "LINLI_EVENTS_PORT", None)
    if settings.LINLI_CONFIG.events_url or not port:
        return ""
    try:
        host = request.get_host()
    except Exception:
        return ""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    return f"{request.scheme}://{name}:{port}"


class NoStore:
    """Pages are for one reader: no cache keeps them. Static files set their own headers."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self)")
        response.headers.setdefault("X-Robots-Tag", "noindex")
        return response


class PlainCookies:
    """Drops cookies that Linli cannot have set: PostgreSQL refuses to look for a NUL."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name, value in list(request.COOKIES.items()):
            if "\0" in value:
                del request.COOKIES[name]
        return self.get_response(request)


class CommunityScope:
    """Finds the community and the actor, and runs the rest of the request in its scope."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        community = find_community(request)
        request.community = community
        if community is None:
            request.actor = None
            return self.get_response(request)
        zone = ZoneInfo(rulebook.get_pack(community.jurisdiction).time_zone)
        with in_community(community.pk), timezone.override(zone):
            user = request.user if isinstance(_real(request.user), User) else None
            request.actor = registry.resolve_actor(community, user)
            return self.get_response(request)


def _real(user: Any) -> Any:
    """The user behind the request's lazy object."""
    user.is_authenticated  # noqa: B018 - wakes the lazy object
    return getattr(user, "_wrapped", user)


def find_community(request: Any) -> Community | None:
    """The session's community, else the only one here. A made-up id in a session finds none."""
    wanted = request.session.get(COMMUNITY_KEY)
    found = registry.list_communities()
    if wanted:
        return next((c for c in found if c.pk == UUID(wanted)), None)
    return found[0] if len(found) == 1 else None


class ReaderLanguage:
    """Chinese first: the reader's own choice, else the community's language.

    The browser's Accept-Language is not asked: many a resident's phone says English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        language = choose_language(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


def choose_language(request: Any) -> str:
    """A language that Linli speaks: the cookie's, the community's, the installation's."""
    spoken = {code for code, _name in settings.LANGUAGES}
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    community = getattr(request, "community", None)
    for language in (chosen, community.language if community else "", settings.LANGUAGE_CODE):
        if language in spoken:
            return str(language)
    return "en"


__all__ = [
    "CommunityScope",
    "ContentSecurityPolicy",
    "NoStore",
    "ReaderLanguage",
    "ResolvedActor",
    "events_origin",
]
