"""Find the place that a report speaks of. Only places of the gazetteer are ever named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from uuid import UUID

from linli.engines.casework.core.triage.address import (
    Address,
    find_addresses,
    find_bare_floor,
    find_parts,
)
from linli.engines.casework.core.triage.found import (
    BY_HOME,
    CONFLICT,
    ESTATE_ONLY,
    FALLBACK,
    NOTHING,
    SEVERAL,
    SURE,
    TIED,
    UNLISTED,
    Found,
    bears_number,
    near_reason,
    respect_pick,
    strictly_within,
    suggestion,
    tied,
    unique,
)
from linli.engines.casework.core.triage.gazetteer import NameHit, PlaceIndex, is_within
from linli.engines.casework.core.triage.home import read_home
from linli.engines.casework.core.triage.types import (
    PlaceEntry,
    PlaceKind,
    PlaceSuggestion,
    Reason,
    _noop,
)

VERSION = "locate-1"

#: Words that may stand between a building and the thing beside it.
_LINK = re.compile(
    r"^[\s,]*(?:(?:的|旁边?|边上?|附近|门口|门前|后面|前面|对面|[东西南北]侧|[东西南北]边|楼下|楼前|楼后|底下|一楼|"
    r"那个|那边|这边|里面?|内|next to|near|beside|behind|in front of|by|the|of|at|'s)[\s,]*)*$"
)


def locate(
    text: str,
    index: PlaceIndex,
    *,
    picked: UUID | None = None,
    home: UUID | None = None,
) -> PlaceSuggestion:
    """The place of a normalised text.

    ``picked`` is a place chosen by a person: it wins, and a text that speaks of another
    place lowers the confidence. ``home`` is where the reporter lives: it only breaks ties
    and explains "my home". Ids that the gazetteer does not know are ignored, with a reason.
    """
    pick, dwelling = index.get(picked), index.get(home)
    hint = pick or dwelling
    estate = index.ancestor(hint, PlaceKind.ESTATE) if hint else None
    reader = _Reader(text.lower(), index, estate or hint, pick is not None, pick, dwelling)
    found = reader.read()
    if picked is not None and pick is None:
        unknown = Reason(_noop("The picked place is not in the list of places."))
        found = replace(found, reasons=(*found.reasons, unknown))
    if pick is not None:
        found = respect_pick(pick, found)
    return suggestion(found)


class _Reader:
    """Reads one text; holds what every step needs to see."""

    def __init__(
        self,
        text: str,
        index: PlaceIndex,
        near: PlaceEntry | None,
        near_is_picked: bool,
        pick: PlaceEntry | None,
        home: PlaceEntry | None,
    ) -> None:
        self.text, self.index = text, index
        self.near, self.near_is_picked = near, near_is_picked
        self.pick, self.home = pick, home
        self.estates = index.find_estates(text)
        # The garden of "水岸花园" is the estate's name, not a garden.
        self.spots = [s for s in index.find_spots(text) if not _lies_in(s, self.estates)]
        addresses = find_addresses(text, tuple(h.end for h in self.estates))
        # "3号楼车棚" may be the name of a bike shed: then it is no building.
        self.addresses = [a for a in addresses if not self._inside_name(a)]

    def read(self) -> Found:
        """Buildings first, then public spaces and facilities, estate, and home last."""
        address, span = self._read_addresses()
        spot = self._read_spots(address, span)
        for found in (spot, address, self._read_parts(), self._read_estate()):
            if found.entry is not None or found.others:
                return found
        return read_home(self.text, self.index, self.home)

    # -- buildings ---------------------------------------------------------------------

    def _read_addresses(self) -> tuple[Found, tuple[int, int]]:
        found = [(a, self._resolve(a)) for a in self.addresses]
        found += [
            (Address(h.start, h.end, h.word), self._choose(list(h.entries), h.word, h.start))
            for h in self.index.find_buildings(self.text)
        ]
        known = [(a, f) for a, f in found if f.entry is not None or f.others]
        if len(known) > 1:
            known = [(a, f) for a, f in known if not a.lives_there] or known
        if not known:
            return NOTHING, (0, 0)
        span = (known[0][0].start, known[-1][0].end)
        if len(known) == 1:
            return known[0][1], span
        return self._several([f for _, f in known]), span

    def _several(self, found: Sequence[Found]) -> Found:
        """Several addresses: one if they lie inside each other, else their common place."""
        entries = unique(f.entry for f in found if f.entry is not None)
        deepest = [e for e in entries if not any(strictly_within(o, e) for o in entries)]
        if len(deepest) == 1:
            return next(f for f in found if f.entry == deepest[0])
        others = [(e, SEVERAL) for e in deepest]
        others += [o for f in found for o in f.others if o[0] not in deepest]
        reason = Reason(
            _noop("Several places are named: %(places)s."),
            {"places": ", ".join(self.index.describe(e) for e, _ in others[:4])},
        )
        common = self.index.common_ancestor(deepest) if deepest else None
        return Found(common, SEVERAL, (reason,), tuple(others), True)

    def _resolve(self, address: Address) -> Found:
        estate = self._estate_for(address.start)
        roots = estate.entries if estate else ()
        buildings = self._buildings(address.building, roots)
        if address.short:
            buildings = [b for b in buildings if self._has_room(b, address)]
        if not buildings:
            if not roots or address.short:
                return NOTHING
            return self._missing_building(address, list(roots))
        chosen = self._choose(buildings, address.words, address.start)
        if chosen.entry is None:
            return self._narrow_by_room(chosen, buildings, address)
        return self._descend(chosen, address)

    def _buildings(self, number: str, roots: Iterable[PlaceEntry]) -> list[PlaceEntry]:
        scopes = [r.path for r in roots] or [""]
        return unique(e for s in scopes for e in self.index.numbered(PlaceKind.BUILDING, number, s))

    def _has_room(self, building: PlaceEntry, address: Address) -> bool:
        if not address.room:
            return True
        return bool(self.index.numbered(PlaceKind.DWELLING, address.room, building.path))

    def _missing_building(self, address: Address, estates: list[PlaceEntry]) -> Found:
        reason = Reason(
            _noop("There is no building %(number)s in %(where)s; the estate is proposed."),
            {"number": address.building, "where": estates[0].label},
        )
        if len(estates) > 1:
            return tied(estates, (reason,))
        return Found(estates[0], SEVERAL, (reason,))

    def _narrow_by_room(
        self, chosen: Found, buildings: list[PlaceEntry], address: Address
    ) -> Found:
        """Several estates have such a building: the parts below may tell which is meant."""
        deep = [self._descend(Found(b, SURE), address) for b in buildings]
        places = unique(f.entry for f in deep if f.entry is not None)
        exact = [e for e in places if e.kind == PlaceKind.DWELLING]
        listed = all(self.index.has_below(b.path, PlaceKind.DWELLING) for b in buildings)
        if len(exact) != 1 or not listed:
            return tied(places, chosen.reasons)
        reason = Reason(
            _noop("Only one building %(number)s has a room %(room)s."),
            {"number": address.building, "room": address.room},
        )
        # The writer may as well have slipped in the room number: a person looks.
        return Found(exact[0], ESTATE_ONLY, (reason,), chosen.others, True)

    def _descend(self, found: Found, address: Address) -> Found:
        """From the building down to unit, floor and room, as far as the gazetteer goes."""
        found = self._step_down(found, PlaceKind.UNIT, address.unit)
        if address.room:
            return self._step_down(found, PlaceKind.DWELLING, address.room)
        return self._step_down(found, PlaceKind.FLOOR, address.floor)

    def _step_down(self, found: Found, kind: PlaceKind, number: str) -> Found:
        here = found.entry
        if not number or here is None or found.confidence <= FALLBACK:
            return found
        below = self.index.numbered(kind, number, here.path)
        if len(below) == 1:
            return replace(found, entry=below[0])
        params = {"kind": str(kind), "number": number, "where": here.label}
        if below:
            reason = Reason(_noop("%(where)s has several places numbered %(number)s."), params)
            others = tuple((e, TIED) for e in below)
            confidence = min(found.confidence, ESTATE_ONLY)
            return Found(here, confidence, (*found.reasons, reason), others, True)
        if not self.index.has_below(here.path, kind):
            # The gazetteer does not go so deep here: what it knows is still right.
            reason = Reason(_noop("Places inside %(where)s are not listed so finely."), params)
            return replace(
                found,
                confidence=min(found.confidence, UNLISTED),
                reasons=(*found.reasons, reason),
            )
        reason = Reason(
            _noop("%(where)s has no place numbered %(number)s; the place above is proposed."),
            params,
        )
        return replace(found, confidence=FALLBACK, reasons=(*found.reasons, reason))

    # -- choosing among places of one name ---------------------------------------------

    def _choose(self, entries: list[PlaceEntry], words: str, at: int) -> Found:
        """One of several places that the words may mean, by estate named, pick or home."""
        estate = self._estate_for(at)
        quality = 1.0
        reasons: tuple[Reason, ...] = ()
        if estate is not None:
            inside = [e for e in entries if any(is_within(e.path, r.path) for r in estate.entries)]
            if inside:
                entries, quality = inside, estate.quality
            if not estate.exact:
                reasons = (near_reason(estate),)
        if len(entries) == 1:
            reason = Reason(
                _noop("The words “%(words)s” name %(where)s."),
                {"words": words, "where": self.index.describe(entries[0])},
            )
            return Found(entries[0], SURE * quality, (*reasons, reason))
        return self._choose_by_hint(entries, words, reasons)

    def _choose_by_hint(
        self, entries: list[PlaceEntry], words: str, reasons: tuple[Reason, ...]
    ) -> Found:
        near = [e for e in entries if self.near and is_within(e.path, self.near.path)]
        if len(near) == 1:
            msgid = (
                _noop("“%(words)s” exists more than once; the one near the picked place is meant.")
                if self.near_is_picked
                else _noop("“%(words)s” exists more than once; the reporter lives near this one.")
            )
            confidence = SURE if self.near_is_picked else BY_HOME
            others = tuple((e, TIED / 2) for e in entries if e not in near)
            return Found(near[0], confidence, (*reasons, Reason(msgid, {"words": words})), others)
        reason = Reason(
            _noop("“%(words)s” exists %(count)s times; the report does not say which."),
            {"words": words, "count": str(len(entries))},
        )
        return tied(entries, (*reasons, reason))

    def _estate_for(self, at: int) -> NameHit | None:
        """The estate that the words at ``at`` belong to: the last one named before them."""
        before = [h for h in self.estates if h.start <= at]
        if before:
            return before[-1]
        return self.estates[0] if self.estates else None

    # -- public spaces and facilities ---------------------------------------------------

    def _read_spots(self, address: Found, span: tuple[int, int]) -> Found:
        found = NOTHING
        last: NameHit | None = None
        for hit in self.spots:
            spot = self._resolve_spot(hit, address, span)
            if spot.entry is None and not spot.others:
                continue
            if last is None or (last.entries == hit.entries):
                found, last = spot, hit
            elif _LINK.match(self.text[last.end : hit.start]):
                # "垃圾房旁边的车棚": the head of a Chinese phrase comes last.
                found, last = spot, hit
            elif hit.exact and found.entry is not None and spot.entry is not None:
                return self._several([found, spot])
        return found

    def _resolve_spot(self, hit: NameHit, address: Found, span: tuple[int, int]) -> Found:
        if address.entry is None and not address.others:
            found = self._choose(list(hit.entries), hit.word, hit.start)
            return self._doubt(found, hit)
        anchors = [address.entry] if address.entry else [e for e, _ in address.others]
        inside = [e for e in hit.entries if any(is_within(e.path, a.path) for a in anchors)]
        if len(inside) == 1 and not address.ambiguous and self._is_it(hit, inside[0], anchors[0]):
            return replace(address, entry=inside[0])
        linked = bool(
            _LINK.match(self.text[span[1] : hit.start]) or _LINK.match(self.text[hit.end : span[0]])
        )
        if not linked or inside:
            return self._apart(hit, address)
        return self._beside(hit, anchors, address)

    def _is_it(self, hit: NameHit, spot: PlaceEntry, anchor: PlaceEntry) -> bool:
        """Whether "电梯" of a building is this lift; another unit may have one not listed."""
        return hit.exact or spot.parent_path == anchor.path

    def _apart(self, hit: NameHit, address: Found) -> Found:
        """A building and a named place that the words do not join."""
        if not hit.exact or len(hit.entries) != 1 or address.entry is None:
            return NOTHING
        if is_within(address.entry.path, hit.entries[0].path):
            return NOTHING
        return self._several([Found(hit.entries[0], SEVERAL), address])

    def _beside(self, hit: NameHit, anchors: list[PlaceEntry], address: Found) -> Found:
        """ "3号楼旁边的车棚": the bike shed of that building's estate."""
        roots = [self.index.ancestor(a, PlaceKind.ESTATE) for a in anchors]
        same = [e for e in hit.entries if any(r and is_within(e.path, r.path) for r in roots)]
        marked = [e for e in same if any(bears_number(e, a) for a in anchors)]
        near = marked if len(marked) == 1 else same
        sure = not address.ambiguous or len(same) == 1
        params = {
            "words": hit.word,
            "where": ", ".join(self.index.describe(a) for a in anchors[:2]),
        }
        if len(near) == 1:
            reason = Reason(_noop("“%(words)s” is the one near %(where)s."), params)
            confidence = (0.88 if hit.exact else 0.82) if sure else ESTATE_ONLY
            others = tuple((a, TIED) for a in anchors)
            return Found(near[0], confidence, (reason,), others, not sure)
        if near and address.entry is not None:
            reason = Reason(_noop("Several places called “%(words)s” are near %(where)s."), params)
            others = tuple((e, TIED) for e in near)
            return Found(address.entry, CONFLICT, (*address.reasons, reason), others, True)
        return NOTHING

    def _doubt(self, found: Found, hit: NameHit) -> Found:
        """A near name or a mere kind of facility is less sure than its full name."""
        if hit.exact or found.entry is None:
            return found
        reason = near_reason(hit) if hit.quality >= 0.9 else None
        reasons = (*found.reasons, reason) if reason else found.reasons
        return replace(found, confidence=found.confidence * hit.quality, reasons=reasons)

    # -- parts, estate, home -------------------------------------------------------------

    def _read_parts(self) -> Found:
        """ "2单元" or "301室" alone: of the picked building, else of the reporter's own."""
        hint = self.pick or self.home
        building = self.index.ancestor(hint, PlaceKind.BUILDING) if hint else None
        part = find_parts(self.text)
        if part is not None and building is not None:
            confidence = SURE if self.pick else 0.75
            reason = Reason(
                _noop("“%(words)s” is taken to be in %(where)s."),
                {"words": part.words, "where": self.index.describe(building)},
            )
            return self._descend(Found(building, confidence, (reason,)), part)
        floor = find_bare_floor(self.text)
        if floor is None or building is not None:
            return NOTHING
        estate = self._estate_for(floor.start)
        buildings = self._buildings(floor.floor, estate.entries if estate else ())
        if not buildings:
            return NOTHING
        reason = Reason(_noop("“%(words)s” may be a building or a floor."), {"words": floor.words})
        return tied(buildings, (reason,))

    def _read_estate(self) -> Found:
        estates = unique(e for h in self.estates for e in h.entries)
        if not estates:
            return NOTHING
        if len(estates) > 1:
            params = {"places": ", ".join(e.label for e in estates[:4])}
            return tied(estates, (Reason(_noop("Several places are named: %(places)s."), params),))
        hit = self.estates[0]
        reasons = () if hit.exact else (near_reason(hit),)
        only = Reason(_noop("Only the estate %(where)s is named."), {"where": estates[0].label})
        return Found(estates[0], ESTATE_ONLY * hit.quality, (*reasons, only))

    # -- small helpers -------------------------------------------------------------------

    def _inside_name(self, address: Address) -> bool:
        return any(h.exact and h.start <= address.start < h.end for h in self.spots)


def _lies_in(spot: NameHit, names: Sequence[NameHit]) -> bool:
    return any(n.start <= spot.start and spot.end <= n.end for n in names)
