"""A relay killed in the middle of a handler: the effect takes place exactly once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from linli.kernel import live
from linli.kernel.models import OutboxMessage
from linli.kernel.tests.checks import NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SCRIPT = Path(__file__).with_name("relay_to_kill.py")


def start(way: str, lifetime: str) -> subprocess.Popen[str]:
    """Start a relay on the test's own database."""
    database = str(connection.settings_dict["NAME"])
    environment = {**os.environ, "LINLI_KEYS": str(settings.LINLI_KEYS_DIR)}
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), database, way, lifetime],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_inside_the_handler(way: str) -> None:
    """Let the relay come into the handler, and kill it there."""
    process = start(way, "first")
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "inside\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL


def effects_after_kill_and_restart(way: str) -> int:
    """How often the effect took place after a kill and a new relay."""
    OutboxMessage.objects.create(
        topic="t", handler="victim", payload={}, created_at=NOON, available_at=NOON
    )
    kill_inside_the_handler(way)
    restarted = start(way, "second")
    restarted.communicate(timeout=120)
    assert restarted.returncode == 0
    return live.versions(["effect"]).get("effect", 0)


def assert_exactly_once(way: str) -> None:
    assert effects_after_kill_and_restart(way) == 1


def test_a_killed_relay_loses_and_doubles_nothing() -> None:
    assert_exactly_once("relay")
    row = OutboxMessage.objects.get()
    assert row.handled_at is not None
    assert row.attempts == 2, "the attempt that was killed counts"


@pytest.mark.parametrize(("way", "effects"), [("mark-first", 0), ("effect-first", 2)])
def test_twins_lose_or_double_it(way: str, effects: int) -> None:
    with pytest.raises(AssertionError, match=f"assert {effects} == 1"):
        assert_exactly_once(way)
