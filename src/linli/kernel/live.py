"""Live pages: content-free signals that something on an open page has changed.

A page carries a signed list of topics; the events process tells it when one of their counters
grows and the page fetches itself anew, through the same policies as always. Nothing but the
topic's name ever travels here. Counters are a state, not a log: a missed signal is caught up
at the next look.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import F

from linli.kernel.models import LiveTopic

_SALT = "linli.live"
TOKEN_MAX_AGE_S = 12 * 3600
TOPICS_MAX = 20


def topic(kind: str, key: UUID) -> str:
    """The name of a topic, e.g. ``case:<uuid>``."""
    return f"{kind}:{key}"


def bump(topics: Iterable[str]) -> None:
    """Grow the counters of ``topics``; sorted, so that two writers cannot deadlock."""
    for name in sorted(set(topics)):
        if not LiveTopic.objects.filter(pk=name).update(version=F("version") + 1):
            try:
                with transaction.atomic():
                    LiveTopic.objects.create(topic=name)
            except IntegrityError:
                LiveTopic.objects.filter(pk=name).update(version=F("version") + 1)


def make_token(topics: Iterable[str]) -> str:
    """A signed capability to watch ``topics`` (at most 20) for twelve hours.

    It carries the counters as they stand now, so that what changes between making the page and
    listening is told as well.
    """
    names = sorted(set(topics))[:TOPICS_MAX]
    now = versions(names)
    return signing.dumps({name: now.get(name, 0) for name in names}, salt=_SALT, compress=True)


def read_token(token: str) -> dict[str, int]:
    """Topics and counters of a token; empty for one that is forged, old or malformed."""
    try:
        told = signing.loads(token, salt=_SALT, max_age=TOKEN_MAX_AGE_S)
        return {str(name): int(version) for name, version in told.items()}
    except (signing.BadSignature, ValueError, TypeError, AttributeError):
        return {}


def versions(topics: Iterable[str]) -> dict[str, int]:
    """The counters of ``topics`` that exist."""
    return dict(LiveTopic.objects.filter(pk__in=list(topics)).values_list("topic", "version"))
