"""Classify by the keywords of the service types: works on the first day, explains itself."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from linli.engines.casework.core.triage.normalise import normalise_word
from linli.engines.casework.core.triage.types import (
    ClassCandidate,
    Classification,
    ClassSource,
    Reason,
    _noop,
)
from linli.engines.rulebook.types import ServiceType

VERSION = "rules-1"

#: Words of a symptom. "没有漏水" denies one; "没有路灯" complains that a thing is missing.
_SYMPTOM = re.compile(
    r"[漏堵坏爆裂烧断停塌掉吵噪臭偷溢倒困渗摔滑着炸淹霉锈破碎卡松翘]|打架|"
    r"leak|broken|burst|noise|smell|block|stuck"
)
_DENIED = re.compile(
    r"(?:(?<!是)(?<!有)(?<!会)没有?|并未|未|并没有?|(?<!是)不是|不再|无|"
    r"no|not|isn't|without|no longer|stopped)"
    r"(?:再|发生|出现|发现|任何|什么|听到|闻到|怎么|any|a|the|been|is|\s){0,3}$"
)
#: a denied keyword still says what the report is about, but hardly
_DENIED_SHARE = 0.1
#: evidence at which a lone type reaches 1 - 1/e
_SCALE = 1.6


@dataclass(frozen=True, slots=True)
class Evidence:
    """A keyword found: for which type, how strong, and whether the text denies it."""

    word: str
    code: str
    strength: float
    denied: bool


class RuleClassifier:
    """Ranks service types by keywords found in the text. Read-only once made."""

    version = VERSION

    def __init__(self, services: Iterable[ServiceType]) -> None:
        self.services: dict[str, ServiceType] = {s.code: s for s in services}
        self._keywords = _collect_keywords(self.services.values())

    def find_evidence(self, text: str) -> list[Evidence]:
        """Every keyword in a normalised text; a word inside a longer one of its type is not
        counted twice.
        """
        lowered = text.lower()
        by_code: dict[str, list[tuple[str, Evidence]]] = {}
        for word, holders in self._keywords.items():
            if word not in lowered:
                continue
            spans = _spans(word, lowered)
            if not spans:
                continue
            denied = all(_is_denied(word, lowered, start) for start in spans)
            for code, strength in holders:
                taken = by_code.setdefault(code, [])
                # Longest first: "水管爆裂" has spoken, "爆裂" inside it says nothing new.
                if not any(word in longer for longer, _ in taken):
                    share = _DENIED_SHARE if denied else 1.0
                    taken.append((word, Evidence(word, code, strength * share, denied)))
        return [e for taken in by_code.values() for _, e in taken]

    def classify(self, text: str, max_alternatives: int = 3) -> Classification:
        """Ranked types for a normalised text; an empty classification when no word speaks."""
        evidence = self.find_evidence(text)
        scores: dict[str, float] = {}
        for item in evidence:
            scores[item.code] = scores.get(item.code, 0.0) + item.strength
        if not scores:
            return Classification("", "", 0.0)
        ranked = sorted(scores, key=lambda code: (-scores[code], code))
        total = sum(scores.values())
        candidates = [
            ClassCandidate(c, self.services[c].family, _confidence(scores[c], total))
            for c in ranked[: max_alternatives + 1]
        ]
        best = candidates[0]
        return Classification(
            best.code,
            best.family,
            best.confidence,
            tuple(candidates[1:]),
            ClassSource.RULES,
            self.explain(evidence, best.code),
        )

    def explain(self, evidence: list[Evidence], code: str) -> tuple[Reason, ...]:
        """The words that point to a type, and those that were denied."""
        mine = sorted((e for e in evidence if e.code == code), key=lambda e: -e.strength)
        reasons = []
        for denied, msgid in (
            (False, _noop("The words “%(words)s” point to %(service)s.")),
            (True, _noop("“%(words)s” is denied in the text and hardly counts.")),
        ):
            words = [e.word for e in mine if e.denied is denied][:3]
            if words:
                reasons.append(Reason(msgid, {"words": "”, “".join(words), "service": code}))
        return tuple(reasons)


def _collect_keywords(
    services: Iterable[ServiceType],
) -> dict[str, tuple[tuple[str, float], ...]]:
    """Keyword -> (code, strength), longest keyword first."""
    holders: dict[str, dict[str, float]] = {}
    for service in services:
        for raw in service.keywords:
            word = normalise_word(raw)
            if word:
                weight = service.keyword_weights.get(raw, 1)
                strength = _word_strength(word) * math.sqrt(weight)
                known = holders.setdefault(word, {})
                known[service.code] = max(strength, known.get(service.code, 0.0))
    ordered = sorted(holders.items(), key=lambda item: (-len(item[0]), item[0]))
    return {
        # A word that many types share settles little.
        word: tuple((code, s / math.sqrt(len(types))) for code, s in sorted(types.items()))
        for word, types in ordered
    }


def _word_strength(word: str) -> float:
    """Longer phrases say more: 1 character .4, two 1, four 1.9; Latin words count as half."""
    size = len(word) / 2.5 if word.isascii() else len(word)
    return 0.4 if size < 2 else min(3.0, 1.0 + 0.45 * (size - 2))


def _spans(word: str, text: str) -> list[int]:
    if word.isascii():
        pattern = rf"(?<![a-z0-9]){re.escape(word)}(?:s|es|ed|ing)?(?![a-z0-9])"
        return [m.start() for m in re.finditer(pattern, text)]
    return [m.start() for m in re.finditer(re.escape(word), text)]


def _is_denied(word: str, text: str, start: int) -> bool:
    if not _SYMPTOM.search(word):
        return False
    return bool(_DENIED.search(text[max(0, start - 16) : start]))


def _confidence(score: float, total: float) -> float:
    """How much evidence there is, times how much of it is this type's."""
    share: float = (score / total) ** 0.7
    return round((1.0 - math.exp(-score / _SCALE)) * share, 4)
