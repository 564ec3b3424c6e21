"""Packs from their folders, with inheritance: a city lays its rules over the country's.

A folder is ``pack.yaml``, ``clocks.yaml`` and, where there is something to say,
``calendars/<year>.yaml``, ``services/<family>.yaml`` with ``seeds/<family>.yaml``,
``documents.yaml``, and for a pack with a parent ``overrides.yaml``. Everything is checked while
it is read; the first thing that is wrong raises RuleError with file, line and entry.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.engines.rulebook.core.calendars import Calendar
from linli.engines.rulebook.core.catalogue import (
    FAMILIES,
    CatalogueContext,
    DatedType,
    apply_overrides,
    read_catalogue,
)
from linli.engines.rulebook.core.clocks import (
    ClockFile,
    ClockSets,
    HolidayList,
    Priority,
    read_clocks,
    read_holidays,
)
from linli.engines.rulebook.core.documents import Documents, read_documents
from linli.engines.rulebook.core.errors import RuleError
from linli.engines.rulebook.core.reading import Item, read_file
from linli.engines.rulebook.types import ClockRule, Localised, Pack

_OWN = ("code", "name")
_REST = (
    "language",
    "languages",
    "time_zone",
    "currency",
    "minor_unit_digits",
    "emergency_numbers",
    "bodies",
    "place_labels",
    "families",
    "priorities",
    "working_hours",
    "weekend",
)


@dataclass(frozen=True, slots=True)
class LoadedPack:
    """A pack with everything that it has itself or from its parent."""

    pack: Pack
    calendar: Calendar
    holiday_lists: tuple[HolidayList, ...]
    #: rule id -> periods; the pack's own before its parent's, so that the first hit wins
    rules: dict[str, tuple[ClockRule, ...]]
    sets: ClockSets
    catalogue: dict[str, tuple[DatedType, ...]]
    documents: Documents


def load_packs(root: Path) -> dict[str, LoadedPack]:
    """Every pack under ``root`` by code, parents before children."""
    documents: dict[str, Item] = {}
    for path in sorted(root.glob("*/pack.yaml")):
        item = read_file(path, root)
        code = item.mapping()["code"].text() if "code" in item.mapping() else ""
        if code != path.parent.name:
            raise item.fail(f"the code must be the folder's name, '{path.parent.name}'")
        documents[code] = item.named(code)
    if not documents:
        raise RuleError("there is no pack", file=root.name)
    loaded: dict[str, LoadedPack] = {}
    for code in documents:
        _load(code, documents, root, loaded, ())
    return {code: loaded[code] for code in sorted(loaded)}


def _load(
    code: str,
    documents: dict[str, Item],
    root: Path,
    loaded: dict[str, LoadedPack],
    path_here: tuple[str, ...],
) -> None:
    if code in loaded:
        return
    item = documents[code]
    if code in path_here:
        raise item.fail("the pack is its own ancestor")
    parent: LoadedPack | None = None
    if "parent" in item.mapping():
        name = item.mapping()["parent"].text()
        if name not in documents:
            raise item.mapping()["parent"].fail(f"there is no pack '{name}' to be the parent")
        _load(name, documents, root, loaded, (*path_here, code))
        parent = loaded[name]
    loaded[code] = _build(item, root / code, root, parent)


def _build(item: Item, folder: Path, root: Path, parent: LoadedPack | None) -> LoadedPack:
    if parent is None:
        given = item.fields((*_OWN, *_REST))
    else:
        given = item.fields((*_OWN, "parent"), _REST)
    pack = _read_pack(given, parent.pack if parent else None)
    holiday_lists = {entry.year: entry for entry in parent.holiday_lists} if parent else {}
    for path in sorted((folder / "calendars").glob("*.yaml")):
        entry = read_holidays(path, root, pack.languages)
        if path.stem != str(entry.year):
            raise RuleError("the file must be named after its year", file=f"{path.name}")
        holiday_lists[entry.year] = entry
    lists = tuple(holiday_lists[year] for year in sorted(holiday_lists))
    calendar = _read_calendar(given, item, pack, lists, parent.calendar if parent else None)
    clocks = read_clocks(folder / "clocks.yaml", root, pack.code, pack.languages)
    rules = _laid_over(clocks, parent)
    sets = clocks.sets or (parent.sets if parent else {})
    if not sets:
        raise RuleError("key 'sets' is missing", file=f"{pack.code}/clocks.yaml")
    _check_sets(sets, rules, f"{pack.code}/clocks.yaml")
    context = CatalogueContext(pack, rules, sets, root)
    if parent is None:
        catalogue = read_catalogue(folder, context)
    else:
        catalogue = dict(parent.catalogue)
        overrides = folder / "overrides.yaml"
        if overrides.exists():
            catalogue = apply_overrides(overrides, catalogue, context)
    inherited = parent.documents if parent else None
    known = read_documents(folder / "documents.yaml", root, pack, inherited)
    for basis in (basis for kind in known.kinds.values() for basis in kind.bases):
        if basis.clock and basis.clock not in rules:
            problem = f"there is no clock rule '{basis.clock}'"
            raise RuleError(problem, file=f"{pack.code}/documents.yaml")
    return LoadedPack(pack, calendar, lists, rules, sets, catalogue, known)


def _laid_over(clocks: ClockFile, parent: LoadedPack | None) -> dict[str, tuple[ClockRule, ...]]:
    rules = dict(parent.rules) if parent else {}
    for rule_id, periods in clocks.rules.items():
        rules[rule_id] = periods + rules.get(rule_id, ())
    return rules


def _check_sets(sets: ClockSets, rules: dict[str, tuple[ClockRule, ...]], file: str) -> None:
    for priority, by_role in sets.items():
        for clocks in by_role.values():
            for rule_id in clocks.values():
                if rule_id not in rules:
                    raise RuleError(
                        f"there is no clock rule '{rule_id}'", file=file, entry=f"set {priority}"
                    )


def _read_pack(given: dict[str, Item], parent: Pack | None) -> Pack:
    languages = given["languages"].texts() if "languages" in given else _of(parent).languages
    language = given["language"].text() if "language" in given else _of(parent).language
    if language != languages[0]:
        raise given["code"].fail("the pack's own language must stand first among its languages")
    families = _named_texts(given, "families", languages, parent.families if parent else {})
    if tuple(families) != FAMILIES:
        raise given["code"].fail(f"families must be exactly, in order: {', '.join(FAMILIES)}")
    priorities = _named_texts(given, "priorities", languages, parent.priorities if parent else {})
    if set(priorities) != {member.value for member in Priority}:
        raise given["code"].fail("priorities must name P0 to P4")
    labels = _named_texts(given, "place_labels", languages, parent.place_labels if parent else {})
    _check_slots(given, labels)
    numbers = dict(parent.emergency_numbers) if parent else {}
    if "emergency_numbers" in given:
        mapping = given["emergency_numbers"].mapping()
        numbers |= {kind: item.text() for kind, item in mapping.items()}
    return Pack(
        code=given["code"].text(),
        parent=parent.code if parent else None,
        name=given["name"].localised(languages),
        language=language,
        time_zone=_zone(given["time_zone"]) if "time_zone" in given else _of(parent).time_zone,
        currency=given["currency"].text() if "currency" in given else _of(parent).currency,
        minor_unit_digits=(
            given["minor_unit_digits"].whole(0, 4)
            if "minor_unit_digits" in given
            else _of(parent).minor_unit_digits
        ),
        emergency_numbers=numbers,
        bodies=_named_texts(given, "bodies", languages, parent.bodies if parent else {}),
        place_labels=labels,
        families=families,
        priorities=priorities,
        languages=languages,
    )


def _of(parent: Pack | None) -> Pack:
    # A pack without parent has every key: fields() has made sure of that.
    if parent is None:
        raise AssertionError("only a pack with a parent may leave keys out")
    return parent


def _named_texts(
    given: dict[str, Item], key: str, languages: tuple[str, ...], inherited: dict[str, Localised]
) -> dict[str, Localised]:
    texts = dict(inherited)
    if key in given:
        for name, item in given[key].mapping().items():
            texts[name] = item.named(f"{key} {name}").localised(languages)
    return texts


def _check_slots(given: dict[str, Item], labels: dict[str, Localised]) -> None:
    for place, texts in labels.items():
        for text in texts.values():
            slots = [name for _, name, _, _ in string.Formatter().parse(text) if name is not None]
            if slots != [""]:
                problem = f"place label '{place}' needs exactly one {{}}, not '{text}'"
                raise given["code"].fail(problem)


def _zone(item: Item) -> str:
    name = item.text()
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise item.fail(f"'{name}' is not a known time zone") from None
    return name


def _read_calendar(
    given: dict[str, Item],
    item: Item,
    pack: Pack,
    lists: tuple[HolidayList, ...],
    parent: Calendar | None,
) -> Calendar:
    hours = parent.working_hours if parent else ()
    if "working_hours" in given:
        hours = tuple(_span(entry) for entry in given["working_hours"].items())
    weekend = parent.weekend if parent else frozenset()
    if "weekend" in given:
        weekend = frozenset(entry.whole(1, 7) for entry in given["weekend"].items())
    try:
        return Calendar(
            zone=ZoneInfo(pack.time_zone),
            working_hours=hours,
            weekend=weekend,
            holidays=frozenset().union(*(entry.holidays for entry in lists)),
            make_up_workdays=frozenset().union(*(entry.make_up_workdays for entry in lists)),
            known_years=frozenset(entry.year for entry in lists),
        )
    except ValueError as error:
        raise item.fail(str(error)) from error


def _span(item: Item) -> tuple[time, time]:
    begin, dash, end = item.text().partition("-")
    if not dash:
        raise item.fail("working hours read 08:30-12:00")
    first, last = (
        Item(part, item.file, item.line, item.entry).wall_time() for part in (begin, end)
    )
    return first, last
