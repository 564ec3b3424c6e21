"""Live events: a tiny ASGI application beside the pages, one poller for all its listeners.

``GET /events?t=TOKEN`` is a server-sent event stream. The token is a signed list of topics made
by a page; the stream says ``changed`` and the topic's name when a counter grows, nothing else,
and the page asks for itself again through the usual policies.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.site.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.db import close_old_connections  # noqa: E402

from linli.kernel import live  # noqa: E402

POLL_S = 0.4
HEARTBEAT_S = 15
LISTENERS_MAX = 2000
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[dict[str, Any]]]


class Listener:
    """One open page: the counters it was last told, and what it has yet to hear."""

    def __init__(self, told: dict[str, int]) -> None:
        self.told = told
        self.news: asyncio.Queue[str] = asyncio.Queue(maxsize=100)

    def hear(self, now: dict[str, int]) -> None:
        """Take note of counters that grew since the page was told."""
        for topic, version in now.items():
            if version > self.told.get(topic, version) and not self.news.full():
                self.told[topic] = version
                self.news.put_nowait(topic)


class Board:
    """All listeners, and one poller for them while there are any."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.poller: asyncio.Task[None] | None = None

    def join(self, told: dict[str, int]) -> Listener:
        """Add a listener and see to it that somebody polls."""
        listener = Listener(told)
        self.listeners.add(listener)
        if self.poller is None or self.poller.done():
            self.poller = asyncio.create_task(self.poll())
        return listener

    async def poll(self) -> None:
        """Look at the counters while anybody listens; an error means "try again"."""
        while self.listeners:
            wanted = frozenset(t for listener in self.listeners for t in listener.told)
            with contextlib.suppress(Exception):
                now = await sync_to_async(_read, thread_sensitive=True)(wanted)
                for listener in list(self.listeners):
                    listener.hear({t: v for t, v in now.items() if t in listener.told})
            await asyncio.sleep(POLL_S)


def _read(topics: frozenset[str]) -> dict[str, int]:
    close_old_connections()
    return live.versions(topics)


board = Board()


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI entry: lifespan, the event stream, and 404 for everything else."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http":
        await _http(scope, receive, send)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _http(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    query = parse_qs(scope.get("query_string", b"").decode("ascii", "replace"))
    told = live.read_token(query.get("t", [""])[0])
    if not scope["path"].startswith("/events") or scope["method"] != "GET" or not told:
        await _plain(send, 404)
    elif len(board.listeners) >= LISTENERS_MAX:
        await _plain(send, 503)
    else:
        await _stream(scope, receive, send, told)


async def _plain(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _stream(
    scope: dict[str, Any], receive: Receive, send: Send, told: dict[str, int]
) -> None:
    origin = dict(scope["headers"]).get(b"origin", b"")
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
    ]
    if origin:
        # Content-free and reached only with a signed token: any origin may listen.
        headers.append((b"access-control-allow-origin", origin))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
    listener = board.join(told)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await _forward(send, listener.news, gone)
    except (OSError, RuntimeError):
        pass  # the listener left in the middle of a word
    finally:
        gone.cancel()
        board.listeners.discard(listener)


async def _forward(send: Send, queue: asyncio.Queue[str], gone: asyncio.Task[None]) -> None:
    while not gone.done():
        try:
            topic = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
            body = f"event: changed\ndata: {json.dumps({'topic': topic})}\n\n".encode()
        except TimeoutError:
            body = b": still here\n\n"
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
