"""Fixtures of casework's tests: a small neighbourhood, in scope."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from linli.engines.casework.tests.world import World, build
from linli.kernel.scope import in_community


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    """Pictures of one test lie apart from those of another."""
    settings.LINLI_DATA_DIR = tmp_path


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """A neighbourhood under Shanghai's rules, in scope, read in Chinese."""
    made = build()
    with in_community(made.community.pk), translation.override("zh-hans"):
        yield made


@pytest.fixture
def shared_world(transactional_db: None) -> Iterator[World]:
    """The same, committed, for tests whose threads have connections of their own."""
    made = build()
    with in_community(made.community.pk), translation.override("zh-hans"):
        yield made
