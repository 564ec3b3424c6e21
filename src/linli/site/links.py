"""One-time sign-in links, made at the command line: the first way into a real installation."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from linli.kernel import clock
from linli.kernel.models import SignInLink, User

HOURS = 24


def make_link(user: User) -> str:
    """A new token for ``user``; it works once, within a day. Only its digest is stored."""
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        digest=_digest(token), user=user, expires_at=clock.now() + timedelta(hours=HOURS)
    )
    return token


def is_open(token: str) -> bool:
    """Whether the link could still be used."""
    found: bool = _open(token).exists()
    return found


def redeem(token: str) -> User | None:
    """Use the link up; None when it is unknown, used, old, or its user is no longer active."""
    used = _open(token).update(used_at=clock.now())
    if not used:
        return None
    user = SignInLink.objects.select_related("user").get(pk=_digest(token)).user
    return user if user.is_active else None


def _open(token: str):  # type: ignore[no-untyped-def]
    return SignInLink.objects.filter(
        pk=_digest(token), used_at__isnull=True, expires_at__gt=clock.now()
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
