"""Two texts for one place put in force in the same moment: one wins, the other is refused."""

from __future__ import annotations

import threading
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connections

from linli.engines.rulebook import services
from linli.engines.rulebook.models import RuleVersion
from linli.engines.rulebook.tests.document_builders import adopt, chair, draft
from linli.engines.rulebook.types import VersionState
from linli.kernel.ids import uuid7
from linli.kernel.scope import in_community

DAY = date(2026, 1, 5)


@pytest.mark.django_db(transaction=True)
def test_two_documents_at_once() -> None:
    community = SimpleNamespace(pk=uuid7())
    actor = chair(community)
    with in_community(community.pk):
        ids = [adopt(actor, draft(actor, title=title), DAY).pk for title in ("One", "Two")]
    start = threading.Barrier(2)
    outcomes: list[str] = []

    def enforce(version_id: Any) -> None:
        try:
            with in_community(community.pk):
                start.wait(10)
                services.enforce_version(actor, version_id, from_day=DAY)
            outcomes.append("done")
        except services.Overlap:
            outcomes.append("refused")
        finally:
            connections.close_all()

    hands = [threading.Thread(target=enforce, args=(version_id,)) for version_id in ids]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join(60)
    assert sorted(outcomes) == ["done", "refused"]
    with in_community(community.pk):
        assert RuleVersion.objects.filter(state=VersionState.IN_FORCE).count() == 1
