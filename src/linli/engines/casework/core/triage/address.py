"""Read address parts out of a normalised, lower-case text: 7号楼2单元301, 7-2-301, Building 7.

Only what is written is read here; whether such a place exists is the resolver's question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_NUM = r"[a-z]?\d{1,3}[a-z]?"
_GAP = r"[\s,、的-]{0,2}"
# Not a room: a year, a price, a size, a count.
_NOT_ROOM = r"(?![\d.:%]|\s?(?:年|月|元|块|米|度|人|天|次|多|余|斤|平|分|kg|点|岁|瓦))"
_UNIT = rf"(?:{_GAP}(?P<unit>\d{{1,2}}|[a-z])\s?(?:单元|门洞|门栋|门(?![口卫外前后铃禁锁])))?"
_UNIT_DASH = rf"(?:{_GAP}(?P<unit_dash>\d{{1,2}})\s?-\s?(?=\d{{3,4}}(?!\d)))?"
_FLOOR = rf"(?:{_GAP}(?P<floor>\d{{1,2}})\s?(?:楼|层)(?!号))?"
_ROOM = rf"(?:{_GAP}(?P<room>\d{{3,4}}[a-z]?){_NOT_ROOM}\s?(?:室|号房|号|房|户)?)?"

_CHINESE = re.compile(
    rf"(?<![a-z0-9.])(?P<building>{_NUM}|[a-z])\s?"
    rf"(?:号楼|栋楼?|幢|座|#楼?|号(?=\s?\d{{1,2}}\s?(?:单元|门)|\s?\d{{3,4}}{_NOT_ROOM}))"
    rf"{_UNIT}{_UNIT_DASH}{_FLOOR}{_ROOM}"
)
_CODE = re.compile(
    rf"(?<![a-z0-9.:/-])(?P<building>{_NUM})(?:号楼|[#号栋幢])?\s?-\s?(?:(?P<unit>\d{{1,2}})\s?-\s?)?"
    rf"(?P<room>\d{{3,4}}[a-z]?)(?![a-z0-9]*-\d){_NOT_ROOM}"
)
_ENGLISH = re.compile(
    r"(?:\b(?:room|flat|apt\.?|apartment)\s*(?P<room_before>\d{2,4}[a-z]?)\s*,?\s*(?:of|in|at)?\s*)?"
    rf"\b(?:building|bldg\.?|block|tower)\s*(?:no\.?|number)?\s*#?\s?(?P<building>{_NUM}|[a-z])\b"
    r"(?:[\s,]*(?:unit|entrance|stairwell|staircase|stair)\s*(?P<unit>\d{1,2}|[a-z])\b)?"
    r"(?:[\s,]*(?:floor|level)\s*(?P<floor>\d{1,2})\b)?"
    r"(?:[\s,]*(?:room|flat|apt\.?|apartment|door)\s*(?P<room>\d{2,4}[a-z]?)\b)?"
)
# Right after an estate's name shorter forms are safe: 88弄6号, 明珠苑7-2, 明珠苑7.
_AFTER_ESTATE = re.compile(
    rf"\s?(?:小区|社区)?[\s,的]?(?P<building>{_NUM})"
    r"(?:号(?![线院])|\s?-\s?(?P<unit>\d{1,2})(?![\d-])|(?=[\s,。]|$))"
)
_SEVERAL = re.compile(
    r"(?<![\d.-])((?:\d{1,3}\s?(?:号楼?|栋|幢)?\s?(?:、|,|和|及|与|至|到|-|~)\s?){1,12})"
    r"\d{1,3}\s?(?:号楼|栋|幢)"
)
_BARE_UNIT = re.compile(rf"(?<!\d)(?P<unit>\d{{1,2}})\s?单元{_FLOOR}{_ROOM}")
_BARE_ROOM = re.compile(r"(?<![\d.-])(?P<room>\d{3,4}[a-z]?)\s?(?:室|号房|房间)")
_BARE_FLOOR = re.compile(r"(?<![\d-])(?P<floor>\d{1,2})\s?楼(?!道|梯|顶|栋|管|盘|宇|市)")
_LIVES_THERE = re.compile(
    r"(?:我住|家住|住在|本人住|我是|我家在|i live (?:in|at)|i am (?:in|from))[^,。;!?]{0,12}$"
)
# Who names more addresses than this is not telling where something is.
_MAX_FORMS = 60


@dataclass(frozen=True, slots=True)
class Address:
    """Address parts as written. ``short`` marks a form that is safe only after an estate's
    name or when the dwelling exists; ``lives_there`` marks where the speaker lives.
    """

    start: int
    end: int
    words: str
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    short: bool = False
    lives_there: bool = False


def find_addresses(text: str, estate_ends: tuple[int, ...] = ()) -> list[Address]:
    """All addresses with a building, in text order, none overlapping another."""
    found: list[Address] = []
    for address in islice(_all_forms(text, estate_ends), _MAX_FORMS):
        if not any(address.start < a.end and a.start < address.end for a in found):
            found.append(address)
    return sorted(found, key=lambda a: a.start)


def find_parts(text: str) -> Address | None:
    """A unit or a room without a building, as said by somebody who is at home."""
    match = _BARE_UNIT.search(text) or _BARE_ROOM.search(text)
    return _address(match) if match else None


def find_bare_floor(text: str) -> Address | None:
    """ "7楼": a floor in most places, a building in some."""
    match = _BARE_FLOOR.search(text)
    return _address(match) if match else None


def _all_forms(text: str, estate_ends: tuple[int, ...]) -> Iterator[Address]:
    # Order is trust: the form with most parts written out claims its span first.
    for match in _CODE.finditer(text):
        if match["unit"] or match.start() in _just_after(text, estate_ends):
            yield _address(match)
    for match in _CHINESE.finditer(text):
        yield _address(match)
    for match in _ENGLISH.finditer(text):
        yield _address(match)
    for end in estate_ends:
        after = _AFTER_ESTATE.match(text, end)
        if after:
            yield _address(after)
    for match in _CODE.finditer(text):
        yield _address(match, short=True)
    for match in _SEVERAL.finditer(text):
        for number in re.finditer(r"\d+", match[1]):
            start = match.start() + number.start()
            yield Address(start, start + len(number[0]), number[0], building=number[0], short=True)


def _just_after(text: str, ends: tuple[int, ...]) -> set[int]:
    return {e + i for e in ends for i in range(3) if not text[e : e + i].strip(" ,的")}


def _address(match: re.Match[str], *, short: bool = False) -> Address:
    part = match.groupdict()
    start, end = match.span()
    return Address(
        start,
        end,
        match[0].strip(" ,、的-"),
        building=part.get("building") or "",
        unit=part.get("unit") or part.get("unit_dash") or "",
        floor=part.get("floor") or "",
        room=part.get("room") or part.get("room_before") or "",
        short=short,
        lives_there=bool(_LIVES_THERE.search(match.string[max(0, start - 24) : start])),
    )
