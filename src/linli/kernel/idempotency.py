"""The same request sent twice has one effect, and both senders get the same answer.

A form carries a key made when it was shown, an API client makes its own. The record is written
in the transaction of the effect: either both exist or neither does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction

from linli.kernel import clock
from linli.kernel.actors import Actor
from linli.kernel.models import IdempotencyRecord

MAX_KEY_CHARS = 80


class KeyReused(Exception):
    """The key was already used for a different request; nothing was done."""


class BadKey(ValueError):
    """The key is missing or too long to be one."""


def digest(*parts: Any) -> str:
    """A fingerprint of what was asked, to tell a repeat from a different request."""
    text = json.dumps(parts, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def once(
    actor: Actor,
    operation: str,
    key: str,
    request_digest: str,
    effect: Callable[[], dict[str, Any]],
) -> tuple[dict[str, Any], bool]:
    """Run ``effect`` in a transaction unless this actor already ran it under ``key``.

    Returns:
        The effect's JSON result, and whether it was done just now (False for a repeat).

    Raises:
        BadKey: no key, one longer than 80 characters, or one that is not printable.
        KeyReused: the key belongs to another request.
    """
    # Not printable: a NUL or a lone surrogate, which the database cannot store.
    if not key or len(key) > MAX_KEY_CHARS or not key.isprintable():
        raise BadKey("a write that can be repeated needs a key of 1 to 80 printable characters")
    who = str(actor.user_id or actor.person_id or "anonymous")
    lookup = {"actor_key": who, "operation": operation, "key": key}
    with transaction.atomic():
        record = IdempotencyRecord.objects.filter(**lookup).first()
        if record is None:
            try:
                # A savepoint: on PostgreSQL a twin in flight makes this wait, then collide.
                with transaction.atomic():
                    record = IdempotencyRecord.objects.create(
                        **lookup, request_digest=request_digest, created_at=clock.now()
                    )
            except IntegrityError:
                record = IdempotencyRecord.objects.get(**lookup)
            else:
                # As JSON gives it back, so that the first sender reads what a repeat will.
                record.result = json.loads(json.dumps(effect()))
                record.save(update_fields=["result"])
                return record.result, True
    if record.request_digest != request_digest:
        raise KeyReused("this form was already sent with other content")
    return record.result or {}, False
