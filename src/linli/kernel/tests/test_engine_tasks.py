"""Where another engine is configured it runs the handlers; the outbox stays the record."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from linli.kernel import leases, outbox
from linli.kernel.models import OutboxMessage


@pytest.mark.django_db
def test_a_message_handed_over_is_handled_once(settings: Any, monkeypatch: Any) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.LINLI_TASKS_BACKEND = settings.TASKS["default"]["BACKEND"]
    seen: list[object] = []
    monkeypatch.setitem(outbox._handlers, "t.engine", lambda m: seen.append(m.id))
    monkeypatch.setitem(outbox._subscriptions, "t.engine", ["t.engine"])
    with transaction.atomic():
        outbox.publish("t.engine", {}, community_id=None)
    outbox.run_once(leases.Holder())
    row = OutboxMessage.objects.get(topic="t.engine")
    assert row.handled_at is not None
    outbox.handle_by_id(row.pk)
    assert seen == [row.pk]
