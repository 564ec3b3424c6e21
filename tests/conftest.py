"""Fixtures of the browser stories. Without a Chromium they are skipped, and say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from tests.story.kit import Demo, Visitor


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo with data and keys of its own."""
    from tests.story.kit import Demo

    running = Demo(tmp_path_factory.mktemp("demo"))
    try:
        running.start()
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium of this machine.

    For one module only: while Playwright runs, Django takes the thread for an asynchronous one
    and refuses it the database.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    from tests.story.kit import find_chromium

    program = find_chromium()
    if not program:
        pytest.skip("no chromium program on this machine (or name one in LINLI_CHROMIUM)")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, demo: Demo) -> Iterator[Callable[..., Visitor]]:
    """``visit(slug, …)``: be somebody; at the end nobody may have met a fault."""
    from tests.story import kit

    visitors: list[Visitor] = []

    def come(slug: str, **how: Any) -> Visitor:
        visitor = kit.visit(browser, demo, slug, **how)
        visitors.append(visitor)
        return visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.faults.all()]
    for visitor in visitors:
        visitor.context.close()
    assert faults == []
