"""Kinds of message, registered by the storeys above."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Wording = Callable[[dict[str, Any]], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """A kind of message and how it is worded: ``word(params) -> (title, text)`` in the active
    language. ``urgent`` messages are shown first."""

    name: str
    word: Wording
    urgent: bool = False


_kinds: dict[str, MessageKind] = {}


def register_kind(kind: MessageKind) -> MessageKind:
    """Make ``kind`` known; the same name twice with other wording is an error."""
    if kind.name in _kinds and _kinds[kind.name] != kind:
        raise ValueError(f"two kinds of message are called {kind.name}")
    _kinds[kind.name] = kind
    return kind


def list_kinds() -> list[str]:
    """Names of all kinds that can be worded."""
    return sorted(_kinds)


def get_kind(name: str) -> MessageKind | None:
    """The kind called ``name``; None when its practice was removed."""
    return _kinds.get(name)
