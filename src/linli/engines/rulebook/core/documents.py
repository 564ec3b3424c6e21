"""What a pack says about rule documents: their kinds, and what the law leaves to their clauses."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from linli.engines.rulebook.core.clocks import Sources, read_source, read_sources, refuse_unused
from linli.engines.rulebook.core.errors import RuleError
from linli.engines.rulebook.core.reading import Item, read_file
from linli.engines.rulebook.types import (
    ClauseSetting,
    DocumentKind,
    DocumentKindRule,
    LegalBasis,
    Matter,
    Pack,
    SettingValue,
    Source,
    ValueKind,
)

TEXT_MAX_CHARS = 500
_MOST = 10**12
_SPANS = re.compile(r"([01]\d|2[0-4]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d")


@dataclass(frozen=True, slots=True)
class Documents:
    """Kinds by kind, and settings by key: a pack's own periods before its parent's."""

    kinds: dict[DocumentKind, DocumentKindRule]
    settings: dict[str, tuple[ClauseSetting, ...]]


class BadValue(ValueError):
    """A value does not fit its setting. ``code`` says how: see :func:`check_value`."""

    def __init__(self, setting: ClauseSetting, code: str) -> None:
        super().__init__(f"{setting.key}: {code}")
        self.setting = setting
        self.code = code


def check_value(setting: ClauseSetting, value: object) -> SettingValue:
    """``value`` as it is stored.

    Raises BadValue: not_a_choice, not_a_flag, not_whole, too_small, too_big, not_odd,
    not_hours, empty or too_long.
    """
    if setting.kind is ValueKind.FLAG:
        if not isinstance(value, bool):
            raise BadValue(setting, "not_a_flag")
        return value
    if setting.kind in (ValueKind.WHOLE, ValueKind.MONEY):
        return _check_number(setting, value)
    text = value.strip() if isinstance(value, str) else ""
    if setting.kind is ValueKind.CHOICE:
        if text not in setting.values:
            raise BadValue(setting, "not_a_choice")
    elif not text:
        raise BadValue(setting, "empty")
    elif len(text) > TEXT_MAX_CHARS:
        raise BadValue(setting, "too_long")
    elif setting.kind is ValueKind.HOURS:
        return _check_hours(setting, text)
    return text


def _check_number(setting: ClauseSetting, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadValue(setting, "not_whole")
    if value < (setting.minimum or 0):
        raise BadValue(setting, "too_small")
    if value > (_MOST if setting.maximum is None else setting.maximum):
        raise BadValue(setting, "too_big")
    if setting.odd and value % 2 == 0:
        raise BadValue(setting, "not_odd")
    return value


def _check_hours(setting: ClauseSetting, text: str) -> str:
    """ "12:00-14:00, 20:00-08:00" in one spelling; a span may run over midnight."""
    spans = [part.strip() for part in re.split(r"[,，、;；]", text) if part.strip()]
    spans = [re.sub(r"\s*[-–—~～至]\s*", "-", span.replace("：", ":")) for span in spans]
    for span in spans:
        begin, _, end = span.partition("-")
        if not _SPANS.fullmatch(span) or begin == end or max(begin, end) > "24:00":
            raise BadValue(setting, "not_hours")
    return ", ".join(spans)


def read_documents(path: Path, root: Path, pack: Pack, parent: Documents | None) -> Documents:
    """Read a documents.yaml, laid over the parent's. A pack without parent names every kind.

    Raises RuleError with file, line and entry for what is wrong.
    """
    if not path.exists():
        if parent is None:
            raise RuleError("a pack without parent needs it", file=f"{pack.code}/{path.name}")
        return parent
    needed = ("sources", "kinds") if parent is None else ("sources",)
    document = read_file(path, root).fields(needed, ("kinds", "bases", "settings"))
    sources = read_sources(document["sources"], pack.languages)
    reader = _Reader(pack, sources, set())
    kinds = dict(parent.kinds) if parent else {}
    for item in document["kinds"].items() if "kinds" in document else ():
        rule = reader.kind(item)
        kinds[rule.kind] = rule
    if set(kinds) != set(DocumentKind):
        missing = ", ".join(kind.value for kind in DocumentKind if kind not in kinds)
        raise document["sources"].fail(f"kinds of documents are missing: {missing}")
    for item in document["bases"].items() if "bases" in document else ():
        kind, basis = reader.basis_of(item)
        kinds[kind] = replace(kinds[kind], bases=(basis, *kinds[kind].bases))
    settings = dict(parent.settings) if parent else {}
    own: dict[str, tuple[ClauseSetting, ...]] = {}
    for item in document["settings"].items() if "settings" in document else ():
        setting = reader.setting(item)
        if any(_overlap(setting, other) for other in own.get(setting.key, ())):
            raise item.named(setting.key).fail("its period overlaps another one of that key")
        own[setting.key] = (*own.get(setting.key, ()), setting)
    for key, periods in own.items():
        settings[key] = periods + settings.get(key, ())
    refuse_unused(document["sources"], reader.used)
    return Documents({kind: kinds[kind] for kind in DocumentKind}, settings)


def _overlap(one: ClauseSetting, other: ClauseSetting) -> bool:
    first, second = sorted((one, other), key=lambda setting: setting.effective_from)
    return first.effective_to is None or second.effective_from < first.effective_to


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the entries of one file."""

    pack: Pack
    sources: Sources
    used: set[str]

    def kind(self, item: Item) -> DocumentKindRule:
        given = item.fields(("key", "name", "about", "adopted_by"), ("filed_with", "bases"))
        key = given["key"].choice(DocumentKind)
        bases = given["bases"].items() if "bases" in given else ()
        languages = self.pack.languages
        return DocumentKindRule(
            kind=key,
            name=given["name"].localised(languages),
            about=given["about"].localised(languages),
            adopted_by=given["adopted_by"].localised(languages),
            filed_with=given["filed_with"].localised(languages) if "filed_with" in given else None,
            bases=tuple(self._basis(entry.named(key)) for entry in bases),
        )

    def basis_of(self, item: Item) -> tuple[DocumentKind, LegalBasis]:
        kind = item.fields(("kind", *_BASIS), _BASIS_FREE)["kind"].choice(DocumentKind)
        return kind, self._basis(item.named(kind), "kind")

    def _basis(self, item: Item, *also: str) -> LegalBasis:
        given = item.fields(_BASIS, (*_BASIS_FREE, *also))
        return LegalBasis(
            matter=given["matter"].choice(Matter),
            text=given["text"].localised(self.pack.languages),
            source=read_source(given, self.sources, self.used, item),
            effective_from=given["from"].day(),
            effective_to=given["to"].day() if "to" in given else None,
            clock=given["clock"].text() if "clock" in given else "",
        )

    def setting(self, item: Item) -> ClauseSetting:
        key = item.mapping()["key"].text() if "key" in item.mapping() else ""
        given = item.named(key or "a setting without key").fields(
            ("key", "title", "help", "kind", "documents", "sources", "from"),
            ("values", "min", "max", "odd", "unit", "to"),
        )
        kind = given["kind"].choice(ValueKind)
        self._check_parts(given, kind)
        languages = self.pack.languages
        minimum = given["min"].whole(0, 999_999_999) if "min" in given else None
        maximum = given["max"].whole(minimum or 0, 999_999_999) if "max" in given else None
        values = given["values"].mapping() if "values" in given else {}
        return ClauseSetting(
            key=key,
            title=given["title"].localised(languages),
            help=given["help"].localised(languages),
            kind=kind,
            documents=tuple(entry.choice(DocumentKind) for entry in given["documents"].items()),
            sources=tuple(self._source(entry) for entry in given["sources"].items()),
            jurisdiction=self.pack.code,
            effective_from=given["from"].day(),
            effective_to=given["to"].day() if "to" in given else None,
            values={name: entry.localised(languages) for name, entry in values.items()},
            minimum=minimum,
            maximum=maximum,
            odd="odd" in given,
            unit=given["unit"].localised(languages) if "unit" in given else None,
        )

    def _source(self, item: Item) -> Source:
        given = item.fields(("source",), ("article",))
        return read_source(given, self.sources, self.used, item)

    def _check_parts(self, given: dict[str, Item], kind: ValueKind) -> None:
        if not given["documents"].items() or not given["sources"].items():
            raise given["key"].fail("a setting needs documents that may settle it, and a source")
        if ("values" in given) != (kind is ValueKind.CHOICE):
            raise given["key"].fail("a choice has values, and nothing else has")
        numbers = kind in (ValueKind.WHOLE, ValueKind.MONEY)
        for part in ("min", "max", "odd", "unit"):
            if part in given and not numbers:
                raise given[part].fail(f"'{part}' is for numbers only")
        if "odd" in given and given["odd"].text() != "yes":
            raise given["odd"].fail("odd is 'yes', or left out")


_BASIS = ("matter", "text", "source", "from")
_BASIS_FREE = ("article", "to", "clock")
