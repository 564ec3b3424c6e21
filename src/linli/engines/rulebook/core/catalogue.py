"""The catalogue of service types: from the YAML of a pack to values, strictly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from linli.engines.rulebook.core.clocks import ClockSets, Priority, covers, read_clock_map
from linli.engines.rulebook.core.reading import Item, read_file
from linli.engines.rulebook.types import (
    Authority,
    ClockKind,
    ClockRule,
    Duty,
    DutyRole,
    Localised,
    Pack,
    Privacy,
    ServiceType,
)

#: The families of matters, in the order in which a menu shows them.
FAMILIES = (
    "water",
    "power",
    "gas_heat",
    "lift",
    "fire_safety",
    "sanitation",
    "lighting",
    "road_parking",
    "noise",
    "pets",
    "greenery",
    "security",
    "building_safety",
    "corridor",
    "property_service",
    "care",
    "public_affairs",
    "other",
)

STRONG_WEIGHT = 3
PLAIN_WEIGHT = 1


@dataclass(frozen=True, slots=True)
class DatedType:
    """A service type with the days on which it is offered (``until`` exclusive)."""

    type: ServiceType
    since: date
    until: date | None

    def offered(self, at: date) -> bool:
        """True when the type is offered on that day."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class CatalogueContext:
    """What a catalogue is checked against: the pack, its clocks and its clock sets."""

    pack: Pack
    rules: dict[str, tuple[ClockRule, ...]]
    sets: ClockSets
    root: Path


def read_catalogue(folder: Path, context: CatalogueContext) -> dict[str, tuple[DatedType, ...]]:
    """Read services/*.yaml and seeds/*.yaml of a pack folder; types in the families' order.

    Raises RuleError with file, line and type code for what is wrong, among it a type without
    seeds, seeds without a type, and a clock rule that is not in force while the type is.
    """
    seeds = _read_seeds(folder / "seeds", context.root)
    found: dict[str, list[DatedType]] = {}
    for path in sorted((folder / "services").glob("*.yaml")):
        document = read_file(path, context.root)
        top = document.fields(("family", "from", "types"))
        family = top["family"].text()
        if family != path.stem or family not in FAMILIES:
            raise top["family"].fail(f"'{family}' is not the family that the file is named after")
        for item in top["types"].items():
            dated = _read_type(item, family, top["from"].day(), seeds, context)
            periods = found.setdefault(dated.type.code, [])
            if any(_overlap(dated, other) for other in periods):
                raise item.named(dated.type.code).fail("the type is offered twice at one time")
            periods.append(dated)
    for code, item in seeds.items():
        if code not in found:
            raise item.fail("seeds for a type that does not exist")
    order = {family: index for index, family in enumerate(FAMILIES)}
    codes = sorted(found, key=lambda code: order[code.split(".")[0]])
    return {code: tuple(sorted(found[code], key=lambda dated: dated.since)) for code in codes}


def apply_overrides(
    path: Path, inherited: dict[str, tuple[DatedType, ...]], context: CatalogueContext
) -> dict[str, tuple[DatedType, ...]]:
    """The parent's catalogue with a city's own words, priorities and clocks laid over it."""
    catalogue = dict(inherited)
    seen: set[str] = set()
    for item in read_file(path, context.root).fields(("types",))["types"].items():
        code = item.mapping()["code"].text() if "code" in item.mapping() else ""
        named = item.named(code or "an override without code")
        given = named.fields(
            ("code",), ("name", "strong", "keywords", "danger_words", "seeds", "clocks")
        )
        if code not in inherited:
            raise named.fail("the parent pack has no such type")
        if code in seen:
            raise named.fail("the type is overridden twice")
        seen.add(code)
        catalogue[code] = tuple(
            _checked(_overridden(dated, given, context), named, context)
            for dated in inherited[code]
        )
    return catalogue


def _overridden(dated: DatedType, given: dict[str, Item], context: CatalogueContext) -> DatedType:
    kind = dated.type
    weights = dict(kind.keyword_weights) | _weights(given)
    duties = kind.duties
    if "clocks" in given:
        clocks = {body: read_clock_map(item) for body, item in given["clocks"].mapping().items()}
        for body in clocks:
            if body not in {duty.body for duty in duties}:
                raise given["clocks"].fail(f"'{body}' has no duty here")
        duties = tuple(
            replace(duty, clocks=duty.clocks | clocks.get(duty.body, {})) for duty in duties
        )
    name = given["name"].localised(context.pack.languages) if "name" in given else kind.name
    kind = replace(
        kind,
        name=name,
        duties=duties,
        keywords=tuple(weights),
        keyword_weights=weights,
        danger_words=_joined(kind.danger_words, given.get("danger_words")),
        seeds=_joined(kind.seeds, given.get("seeds")),
    )
    return replace(dated, type=kind)


def _read_type(
    item: Item, family: str, since: date, seeds: dict[str, Item], context: CatalogueContext
) -> DatedType:
    code = item.mapping()["code"].text() if "code" in item.mapping() else ""
    named = item.named(code or "a type without code")
    given = named.fields(
        ("code", "name", "privacy", "priority", "duties", "strong"),
        ("keywords", "danger_words", "questions", "emergency", "from", "to"),
    )
    if not code.startswith(f"{family}.") or not code.replace(".", "_").isidentifier():
        raise given["code"].fail(f"a code of this file reads {family}.some_kind")
    priority = given["priority"].choice(Priority).value
    languages = context.pack.languages
    weights = _weights(given)
    questions: tuple[Localised, ...] = ()
    if "questions" in given:
        questions = tuple(entry.localised(languages) for entry in given["questions"].items())
    emergency = given["emergency"].texts() if "emergency" in given else ()
    for kind in emergency:
        if kind not in context.pack.emergency_numbers:
            raise given["emergency"].fail(f"the pack has no emergency number for '{kind}'")
    if code not in seeds:
        raise named.fail("the type has no seed sentences")
    service_type = ServiceType(
        code=code,
        family=family,
        name=given["name"].localised(languages),
        privacy=given["privacy"].choice(Privacy),
        priority=priority,
        duties=_read_duties(given["duties"], priority, context),
        keywords=tuple(weights),
        danger_words=_joined((), given.get("danger_words")),
        seeds=seeds[code].texts(),
        keyword_weights=weights,
        questions=questions,
        emergency=emergency,
    )
    first = given["from"].day() if "from" in given else since
    last = given["to"].day() if "to" in given else None
    return _checked(DatedType(service_type, first, last), named, context)


def _read_duties(item: Item, priority: str, context: CatalogueContext) -> tuple[Duty, ...]:
    duties: list[Duty] = []
    for entry in item.items():
        given = entry.fields(("body", "role", "authority"), ("clocks",))
        body = given["body"].text()
        if body not in context.pack.bodies:
            raise given["body"].fail(f"the pack names no body '{body}'")
        if body in {duty.body for duty in duties}:
            raise given["body"].fail(f"'{body}' has two duties")
        role = given["role"].choice(DutyRole)
        # Without clocks of its own a duty runs on those of the priority.
        standard: dict[ClockKind, str] = context.sets[priority][role]
        clocks = read_clock_map(given["clocks"]) if "clocks" in given else dict(standard)
        duties.append(Duty(body, role, given["authority"].choice(Authority), clocks))
    if sum(duty.role is DutyRole.LEAD for duty in duties) != 1:
        raise item.fail("a type needs exactly one lead, who closes the case")
    return tuple(duties)


def _checked(dated: DatedType, item: Item, context: CatalogueContext) -> DatedType:
    for duty in dated.type.duties:
        for rule_id in duty.clocks.values():
            if rule_id not in context.rules:
                raise item.fail(f"{duty.body}: there is no clock rule '{rule_id}'")
            if not covers(context.rules[rule_id], dated.since, dated.until):
                raise item.fail(f"{duty.body}: '{rule_id}' is not in force all the time")
    return dated


def _read_seeds(folder: Path, root: Path) -> dict[str, Item]:
    seeds: dict[str, Item] = {}
    for path in sorted(folder.glob("*.yaml")):
        for code, item in read_file(path, root).mapping().items():
            named = item.named(code)
            if not code.startswith(f"{path.stem}."):
                raise named.fail(f"the seeds of {path.stem} belong in this file, no others")
            seeds[code] = named
    return seeds


def _weights(given: dict[str, Item]) -> dict[str, int]:
    weights: dict[str, int] = {}
    for key, weight in (("strong", STRONG_WEIGHT), ("keywords", PLAIN_WEIGHT)):
        if key not in given:
            continue
        for word in given[key].texts():
            if word in weights:
                raise given[key].fail(f"'{word}' appears twice")
            weights[word] = weight
    return weights


def _joined(words: Iterable[str], more: Item | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*words, *(more.texts() if more else ()))))


def _overlap(one: DatedType, other: DatedType) -> bool:
    first, second = sorted((one, other), key=lambda dated: dated.since)
    return first.until is None or second.since < first.until
