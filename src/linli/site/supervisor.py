"""Runs pages, live events and background work as one program, and ends them together."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

RESTART_PAUSE_S = 1.0
END_PATIENCE_S = 8.0
#: a child that dies this often within a minute will not get better by itself
DEATHS_MAX = 8


@dataclass(slots=True)
class Child:
    """One process of the program."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)


def _die_with_parent() -> None:
    """Linux: be ended when the supervisor dies, however it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def children(host: str, port: int, workers: int = 1) -> list[Child]:
    """The processes of one Linli: pages (WSGI), events (ASGI, one port up), work."""
    serve = [sys.executable, "-m", "granian", "--host", host, "--log-level", "warning"]
    pages = [*serve, "--port", str(port), "--interface", "wsgi", "--workers", str(workers)]
    # granian's default backlog silently starves listeners beyond about a thousand.
    events = [*serve, "--port", str(port + 1), "--interface", "asgi", "--backpressure", "4096"]
    return [
        Child("pages", [*pages, "--blocking-threads", "4", "linli.site.wsgi:application"]),
        Child("events", [*events, "linli.site.events_app:application"]),
        Child("work", [sys.executable, "-m", "linli.site.cli", "work"]),
    ]


def run(parts: list[Child], *, on_ready: Callable[[], None], is_ready: Callable[[], bool]) -> int:
    """Start ``parts``, restart what dies, and end everything on Ctrl-C or SIGTERM.

    Returns:
        0 after an asked-for end; 1 when a part kept dying.
    """
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, frame: stopping.append(number))
    told = False
    try:
        while not stopping:
            for part in parts:
                if not _keep_alive(part):
                    return 1
            if not told and is_ready():
                told = True
                on_ready()
            time.sleep(0.1)
        return 0
    finally:
        _end(parts)


def _keep_alive(part: Child) -> bool:
    if part.process is not None and part.process.poll() is None:
        return True
    now = time.monotonic()
    if part.process is not None:
        _clear_away(part.process)
        part.deaths = [*(t for t in part.deaths if now - t < 60), now]
        print(
            f"linli: {part.name} ended with {part.process.returncode}; starting it again",
            file=sys.stderr,
            flush=True,
        )
        if len(part.deaths) >= DEATHS_MAX:
            print(f"linli: {part.name} keeps dying; see its messages above", file=sys.stderr)
            return False
        time.sleep(RESTART_PAUSE_S)
    # A session of its own: Ctrl-C reaches the supervisor, which ends the parts in order.
    part.process = subprocess.Popen(  # noqa: S603 - our own program
        list(part.command),
        env=os.environ.copy(),
        start_new_session=True,
        preexec_fn=_die_with_parent,
    )
    return True


def _end(parts: list[Child]) -> None:
    running = [p.process for p in parts if p.process is not None and p.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + END_PATIENCE_S
    for process in running:
        try:
            process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        _clear_away(process)


def _clear_away(process: subprocess.Popen[bytes]) -> None:
    """End what a dead part left behind: a page server that is killed leaves its worker, which
    would go on answering on the same port. The part's session is its process group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
