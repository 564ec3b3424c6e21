"""Walks the matrix: asks for every cell as every visitor and reads every answer for leaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.permissions.matrix import GET, LISTS, POST, ROWS, SHOWS_WORDS, Row
from tests.permissions.world import (
    ANONYMOUS,
    NEIGHBOURS,
    NOTHING,
    PRIVACIES,
    TARGETS,
    VISITORS,
    World,
)

from linli.engines.registry.selectors import mask_name
from linli.kernel.guards import guard_of

#: who may read the masked name of a reporter: those who decide or answer for the work
MASKED_FOR = ("dispatcher", "chair", "street_officer", "manager", "foreign_chair")
OTHER_METHODS = ("PUT", "PATCH", "DELETE")
ALL_VISITORS = (*VISITORS, ANONYMOUS)


@dataclass
class Findings:
    """What came of a walk."""

    cells: int = 0
    wrong: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)


def routes() -> dict[str, URLPattern]:
    """Every route of the site by its full name; a nameless one stands under its pattern."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _walk(entry, inner)
        else:
            yield f"{prefix}{entry.name or entry.pattern}", entry


def unguarded() -> list[str]:
    """Routes whose view nobody guarded."""
    return [name for name, entry in routes().items() if guard_of(entry.callback) is None]


def forbidden(world: World, visitor: str) -> dict[str, str]:
    """Byte strings that no answer to ``visitor`` may hold, with what each one is."""
    told: dict[str, str] = {}
    for (whose, privacy), target in world.targets.items():
        if whose in VISITORS and whose != visitor:
            continue  # other visitors' own matters are read about in their own turn
        readable = whose == visitor or any(
            ROWS[name].expected(GET, visitor, whose, privacy) == 200 for name in SHOWS_WORDS
        )
        if not readable:
            told[target.secret] = f"words of {whose}/{privacy}"
            told[f'"{target.case.pk}"'] = f"address of {whose}/{privacy}"
            told[f"/{target.case.pk}/"] = f"address of {whose}/{privacy}"
        if visitor not in MASKED_FOR and target.reporter != visitor:
            told[mask_name(world.names[target.reporter])] = f"masked name of {whose}"
    for who, name in world.names.items():
        if who != visitor:
            told[name] = f"name of {who}"
        told[world.phones[who]] = f"phone of {who}"
        told[world.phones[who].removeprefix("+86")] = f"phone of {who}"
    return told


def count_cells(visitor: str) -> int:
    """How many cells the matrix has for one visitor."""
    targets = len(TARGETS if visitor != ANONYMOUS else NEIGHBOURS) * len(PRIVACIES)
    about = sum(2 * targets for row in ROWS.values() if row.about)
    return about + sum(2 + len(OTHER_METHODS) for row in ROWS.values() if not row.about)


def walk(
    world: World, visitors: Iterable[str] = ALL_VISITORS, names: Iterable[str] = ()
) -> Findings:
    """Ask for the cells of ``visitors`` on the routes ``names`` (default: all of them)."""
    found = Findings()
    wanted = set(names) or set(ROWS)
    for visitor in visitors:
        client, secrets = world.clients[visitor], forbidden(world, visitor)
        for name in sorted(wanted):
            _walk_row(world, found, visitor, client, name, secrets)
        for address in LISTS if not names else ():
            _look(found, f"{visitor} {address}", _ask(client, GET, address, {}), secrets)
    return found


def _walk_row(
    world: World,
    found: Findings,
    visitor: str,
    client: Client,
    name: str,
    secrets: dict[str, str],
) -> None:
    row = ROWS[name]
    for whose, privacy, argument in _targets(world, visitor, row):
        address = reverse(name, args=[*row.args, *([argument] if argument else [])])
        own = _without_url(secrets, argument)
        for method in (GET, POST, *(() if row.about else OTHER_METHODS)):
            answer = _ask(client, method, address, row.body)
            cell = f"{visitor} {method} {name} {whose}/{privacy}".rstrip(" /")
            wanted = row.expected(method, visitor, whose, privacy)
            found.cells += 1
            if answer.status_code != wanted:
                found.wrong.append(f"{cell}: {answer.status_code}, not {wanted}")
            _look(found, cell, answer, own)


def _targets(world: World, visitor: str, row: Row) -> Iterator[tuple[str, str, Any]]:
    if not row.about:
        yield "", "", None
        return
    for whose in TARGETS if visitor != ANONYMOUS else NEIGHBOURS:
        for privacy in PRIVACIES:
            target = world.target(visitor, whose, privacy)
            thing = getattr(target, row.about)
            yield whose, privacy, thing.pk if thing is not None else NOTHING


def _without_url(secrets: dict[str, str], argument: object) -> dict[str, str]:
    """What the visitor typed into the address himself is no news to him."""
    return {word: what for word, what in secrets.items() if str(argument) not in word}


def _ask(client: Client, method: str, address: str, body: dict[str, str]) -> Any:
    """One request; what it changed, and a sign-out, is undone at once."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        answer = client.generic(method, address) if method in OTHER_METHODS else None
        if answer is None:
            call = client.get if method == GET else client.post
            answer = call(address, body if method == POST else None)
        if getattr(answer, "streaming", False):
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def _look(found: Findings, cell: str, answer: Any, secrets: dict[str, str]) -> None:
    """Read the body and the headers of an answer for what is not meant for its reader."""
    body = b"" if getattr(answer, "streaming", False) else answer.content
    text = body.decode("utf-8", "replace") + " ".join(map(str, answer.headers.values()))
    found.leaks += [f"{cell}: {what} ({word})" for word, what in secrets.items() if word in text]
