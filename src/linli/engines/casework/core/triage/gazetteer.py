"""The places of a community, arranged so that a report's words find them.

Built once from the registry's entries and then only read; it holds no state of a report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from rapidfuzz.distance import Levenshtein

from linli.engines.casework.core.triage.normalise import normalise_word
from linli.engines.casework.core.triage.types import PlaceEntry, PlaceKind

# Words that name a kind of facility; "车棚" in a report may mean "旧车棚" in the gazetteer.
_CHINESE_HEADS = """
    车棚 充电棚 充电桩 垃圾房 垃圾站 垃圾亭 垃圾桶 垃圾箱房 配电房 配电室
    水泵房 泵房 水箱 消防栓 消防泵 监控室 门卫室 门卫 岗亭 保安亭 快递柜
    信报箱 电梯 货梯 扶梯 门禁 道闸 健身器材 健身点 儿童乐园 滑梯 游乐场 凉亭
    亭子 长廊 花坛 喷泉 水池 池塘 广场 篮球场 球场 活动室 活动中心 阅览室
    食堂 地下车库 地库 车库 停车场 公厕 厕所 公告栏 宣传栏 大门 东门 西门
    南门 北门 正门 后门 侧门 菜场 花园 绿地 草坪 议事角
"""
FACILITY_HEADS: tuple[str, ...] = (
    *_CHINESE_HEADS.split(),
    "bike shed",
    "lift",
    "elevator",
    "playground",
    "car park",
    "garage",
    "garden",
    "gate",
    "bin store",
    "community hall",
    "canteen",
    "courtyard",
)

# Below any threshold: "花园" may as well be the end of a name that we do not know.
_BY_KIND = 0.8
_NAMED_KINDS = frozenset({PlaceKind.PUBLIC_SPACE, PlaceKind.FACILITY})
# A name that differs in one of these is another place, not a slip of the pen.
_ORDINALS = frozenset(
    "0123456789零一二三四五六七八九十甲乙丙丁东西南北中前后新老旧大小上下abcdefgh"
)
_LABELS = re.compile(
    r"(?:号楼|号院|号|栋|幢|座|单元|楼|层|室|房|户|门|弄|#|no\.?|building|unit|room)"
)


@dataclass(frozen=True, slots=True)
class NameHit:
    """A name found in the text: where, which places bear it, and how sure the words are."""

    start: int
    end: int
    word: str
    entries: tuple[PlaceEntry, ...]
    quality: float
    exact: bool


def clean_number(number: str | None) -> str:
    """ "7号楼", "07", "７" -> "7"; letters in lower case; "" when there is none."""
    if not number:
        return ""
    bare = _LABELS.sub("", normalise_word(number)).strip(" -")
    return bare.lstrip("0") or bare


def is_within(path: str, root: str) -> bool:
    """Whether ``path`` is ``root`` or lies below it. An empty root holds everything."""
    return not root or path == root or path.startswith(root + "/")


class PlaceIndex:
    """A read-only gazetteer. Every place that triage names comes from here."""

    def __init__(self, entries: Iterable[PlaceEntry]) -> None:
        self.entries: tuple[PlaceEntry, ...] = tuple(
            sorted(entries, key=lambda e: (e.path, str(e.id)))
        )
        self._by_id = {e.id: e for e in self.entries}
        self._by_path = {e.path: e for e in self.entries}
        self._numbered: dict[tuple[str, str], list[PlaceEntry]] = {}
        #: (ancestor path, kind) that has at least one such place below
        self._has: set[tuple[str, str]] = set()
        for entry in self.entries:
            self._add_number(entry)
        self._estate_names = _collect_names(e for e in self.entries if e.kind == PlaceKind.ESTATE)
        named = [e for e in self.entries if e.kind in _NAMED_KINDS]
        self._spot_names = _collect_names(named)
        # A building may have a name of its own ("明珠大厦", "行政楼").
        self._building_names = _collect_names(
            (e for e in self.entries if e.kind == PlaceKind.BUILDING), skip_numbers=True
        )
        self._heads = _collect_heads(named)

    @classmethod
    def build(cls, entries: Iterable[PlaceEntry]) -> PlaceIndex:
        """Arrange the entries; the order in which they come does not matter."""
        return cls(entries)

    def __len__(self) -> int:
        return len(self.entries)

    def get(self, place_id: UUID | None) -> PlaceEntry | None:
        """The entry of an id, None when the gazetteer does not know it."""
        return self._by_id.get(place_id) if place_id is not None else None

    def at(self, path: str) -> PlaceEntry | None:
        """The entry of a path."""
        return self._by_path.get(path)

    def describe(self, entry: PlaceEntry) -> str:
        """A place in words for a reason: its estate's name and its own."""
        estate = self.ancestor(entry, PlaceKind.ESTATE)
        if estate is None or estate == entry:
            return entry.label
        return f"{estate.label} {entry.label}"

    def ancestor(self, entry: PlaceEntry, kind: str) -> PlaceEntry | None:
        """The entry itself or the nearest place above it of this kind."""
        path = entry.path
        while path:
            found = self._by_path.get(path)
            if found is not None and found.kind == kind:
                return found
            path = path.rpartition("/")[0]
        return None

    def numbered(self, kind: str, number: str, within: str = "") -> list[PlaceEntry]:
        """Places of a kind with this number below ``within``, in path order."""
        found = self._numbered.get((kind, clean_number(number)), [])
        return [e for e in found if is_within(e.path, within)]

    def has_below(self, root: str, kind: str) -> bool:
        """Whether the gazetteer lists any place of this kind below ``root``."""
        return (root, kind) in self._has

    def common_ancestor(self, entries: Iterable[PlaceEntry]) -> PlaceEntry | None:
        """The deepest listed place that holds all entries."""
        paths = [e.path.split("/") for e in entries]
        if not paths:
            return None
        shared: list[str] = []
        for steps in zip(*paths, strict=False):
            if len(set(steps)) > 1:
                break
            shared.append(steps[0])
        while shared:
            found = self._by_path.get("/".join(shared))
            if found is not None:
                return found
            shared.pop()
        return None

    def find_estates(self, text: str) -> list[NameHit]:
        """Estates named in ``text`` (lower case), exactly or with one wrong character."""
        return _find_exact(text, self._estate_names) or _find_near(text, self._estate_names, 3)

    def find_buildings(self, text: str) -> list[NameHit]:
        """Buildings called by a name of their own."""
        return _find_exact(text, self._building_names)

    def find_spots(self, text: str) -> list[NameHit]:
        """Public spaces and facilities by name, else with one wrong character, else by kind."""
        exact = [self._widen(h) for h in _find_exact(text, self._spot_names)]
        taken = [(h.start, h.end) for h in exact]
        near = [] if exact else _find_near(text, self._spot_names, 4)
        taken += [(h.start, h.end) for h in near]
        heads = [
            NameHit(h.start, h.end, h.word, h.entries, _BY_KIND, False)
            for h in _find_exact(text, self._heads)
            if not any(h.start < end and start < h.end for start, end in taken)
        ]
        return sorted([*exact, *near, *heads], key=lambda h: h.start)

    def _widen(self, hit: NameHit) -> NameHit:
        """A place that is just called "车棚" does not own the word: every bike shed has it."""
        alike = self._heads.get(hit.word, ())
        more = [e for e in alike if e not in hit.entries]
        return replace(hit, entries=(*hit.entries, *more)) if more else hit

    def _add_number(self, entry: PlaceEntry) -> None:
        number = clean_number(entry.number)
        if number:
            self._numbered.setdefault((entry.kind, number), []).append(entry)
        path = entry.parent_path
        while path:
            self._has.add((path, entry.kind))
            path = path.rpartition("/")[0]


def _collect_names(
    entries: Iterable[PlaceEntry], *, skip_numbers: bool = False
) -> dict[str, tuple[PlaceEntry, ...]]:
    """Name -> places, longest name first, so that the longer name is taken in a text."""
    found: dict[str, list[PlaceEntry]] = {}
    for entry in entries:
        for raw in entry.names:
            name = normalise_word(raw)
            if skip_numbers and re.fullmatch(r"[a-z]?\d+[a-z]?", clean_number(name)):
                continue
            for spoken in _spoken_names(name):
                places = found.setdefault(spoken, [])
                if entry not in places:
                    places.append(entry)
    ordered = sorted(found.items(), key=lambda item: (-len(item[0]), item[0]))
    return {name: tuple(places) for name, places in ordered}


def _spoken_names(name: str) -> list[str]:
    """A lane is also said without its road: "东昌路88弄" -> "88弄"."""
    if len(name) < 2:
        return []
    lane = re.search(r"\d+弄$", name)
    return [name] if lane is None or lane[0] == name else [name, lane[0]]


def _collect_heads(entries: list[PlaceEntry]) -> dict[str, tuple[PlaceEntry, ...]]:
    found: dict[str, list[PlaceEntry]] = {}
    for entry in entries:
        names = [normalise_word(n) for n in entry.names]
        for head in FACILITY_HEADS:
            if any(head in n for n in names):
                found.setdefault(head, []).append(entry)
    return {h: tuple(found[h]) for h in sorted(found, key=lambda h: (-len(h), h))}


def _find_exact(text: str, names: dict[str, tuple[PlaceEntry, ...]]) -> list[NameHit]:
    """Names that stand in the text, longest first, none inside another."""
    hits: list[NameHit] = []
    for name, entries in names.items():
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if _stands_alone(text, start, end) and not any(
                start < h.end and h.start < end for h in hits
            ):
                hits.append(NameHit(start, end, name, entries, 1.0, True))
            start = text.find(name, end)
    return sorted(hits, key=lambda h: h.start)


def _stands_alone(text: str, start: int, end: int) -> bool:
    """A name of Latin letters or digits must not be a piece of a longer word or number."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (_joins(before, text[start]) or _joins(text[end - 1], after))


def _joins(left: str, right: str) -> bool:
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _find_near(
    text: str, names: dict[str, tuple[PlaceEntry, ...]], min_chars: int
) -> list[NameHit]:
    """Names with one character wrong, missing or too many."""
    hits: list[NameHit] = []
    for name, entries in names.items():
        if len(name) < min_chars:
            continue
        for start, end in _near_spans(text, name):
            if not any(start < h.end and h.start < end for h in hits):
                quality = 0.9 if len(name) > 3 else 0.8
                hits.append(NameHit(start, end, text[start:end], entries, quality, False))
    return sorted(hits, key=lambda h: h.start)


def _near_spans(text: str, name: str) -> list[tuple[int, int]]:
    # One slip leaves one half of the name whole: look only there, not at every window.
    half = len(name) // 2
    spans: list[tuple[int, int]] = []
    for part, offset in ((name[:half], 0), (name[half:], half)):
        found = text.find(part)
        while found >= 0:
            span = _best_window(text, name, found - offset)
            if span is not None:
                spans.append(span)
            found = text.find(part, found + 1)
    return spans


def _best_window(text: str, name: str, start: int) -> tuple[int, int] | None:
    """The window near ``start`` that is one real slip away from the name."""
    size = len(name)
    # Same length first: a swapped character is by far the commonest slip. A three-character
    # name with one left out would match half the language, so it must keep its length.
    shapes = [(0, 0)] if size <= 3 else [(0, 0), (0, 1), (0, -1), (-1, 0), (1, 0)]
    for left, right in shapes:
        begin, end = start + left, start + size + right
        if begin < 0 or end > len(text) or end - begin < 2:
            continue
        window = text[begin:end]
        if Levenshtein.distance(window, name, score_cutoff=1) == 1 and _is_slip(window, name):
            return begin, end
    return None


def _is_slip(window: str, name: str) -> bool:
    """Whether the one difference is a slip: not another number or side, not punctuation."""
    for op in Levenshtein.editops(window, name):
        old = "" if op.tag == "insert" else window[op.src_pos]
        changed = old + ("" if op.tag == "delete" else name[op.dest_pos])
        if any(c in _ORDINALS or not c.isalnum() for c in changed):
            return False
    return True
