"""How fast a matter must be answered, and whether somebody is in danger.

Danger is what rules say OR what the classifier says. The classifier alone never calms a
text in which the rules see danger; it can only raise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from linli.engines.casework.core.triage.danger_lookalikes import (
    LOOK_ALIKES,
    blank_look_alikes,
    first_real,
    sentences,
)
from linli.engines.casework.core.triage.danger_phrases import CALLS, COMPILED, SEALED_KINDS
from linli.engines.casework.core.triage.normalise import normalise_word
from linli.engines.casework.core.triage.types import (
    Classification,
    Reason,
    TriageSettings,
    Urgency,
    _noop,
)
from linli.engines.rulebook.types import ServiceType

__all__ = ["SEALED_KINDS", "VERSION", "assess_urgency", "find_dangers"]

VERSION = "urgency-1"
PRIORITIES = ("P0", "P1", "P2", "P3", "P4")
DEFAULT_PRIORITY = "P3"
#: a danger word of a service type that no curated list knows
OTHER_DANGER = "hazard"

# Danger words of the pack are chosen for one type ("有人", "响"): a single character, or a word
# found under a mere alternative, would call the fire brigade for a bag of rubbish.
_MIN_WORD = 2
_MIN_ALTERNATIVE = 0.25


def assess_urgency(
    text: str,
    classification: Classification,
    services: Mapping[str, ServiceType],
    settings: TriageSettings,
) -> Urgency:
    """Priority, dangers and whom to call for a normalised text.

    The priority is the service type's own (P3 when unclassified or not understood), raised
    to P0 by any danger. ``services`` maps codes to types; unknown codes are ignored.
    """
    dangers = find_dangers(text)
    for kind, words in _service_dangers(text, classification, services):
        dangers.setdefault(kind, words)
    reasons = [
        Reason(_noop("The words “%(words)s” speak of danger: %(danger)s."), _params(words, kind))
        for kind, words in dangers.items()
    ]
    alarm = _model_alarm(classification, services, settings)
    if alarm is not None and not dangers:
        reasons.append(alarm)
    service = services.get(classification.code)
    priority = _priority(classification.code, services)
    if dangers or alarm is not None:
        priority = "P0"
    call = [key for kind in dangers for key in CALLS.get(kind, ())]
    if priority == "P0" and service is not None:
        call += service.emergency
    return Urgency(priority, tuple(dangers), tuple(dict.fromkeys(call)), tuple(reasons))


def find_dangers(text: str) -> dict[str, str]:
    """Danger kind -> the words that speak of it, in the order of the curated lists."""
    found: dict[str, str] = {}
    for sentence in sentences(text.lower()):
        blanked = blank_look_alikes(sentence)
        for kind, pattern in COMPILED.items():
            if kind not in found:
                words = first_real(pattern, blanked, sentence, kind)
                if words:
                    found[kind] = words
    return {kind: found[kind] for kind in COMPILED if kind in found}


def _service_dangers(
    text: str, classification: Classification, services: Mapping[str, ServiceType]
) -> Iterable[tuple[str, str]]:
    """Danger words of the types that the text is probably about, with their kinds."""
    told = sentences(text.lower())
    for rank, candidate in enumerate(classification.ranked()):
        service = services.get(candidate.code)
        # A type that is P0 by itself needs no word to raise it.
        if service is None or service.priority == "P0":
            continue
        if rank and candidate.confidence < _MIN_ALTERNATIVE:
            continue
        for raw in service.danger_words:
            word = normalise_word(raw)
            if len(word) >= _MIN_WORD + bool(rank) and _is_told(word, told):
                yield next(iter(find_dangers(word)), OTHER_DANGER), word


def _is_told(word: str, told: list[str]) -> bool:
    pattern = re.compile(re.escape(word))
    # The pack's own word may lie inside a look-alike of ours: then the pack knows better.
    known = bool(LOOK_ALIKES.search(word))
    return any(
        first_real(pattern, s if known else blank_look_alikes(s), s, OTHER_DANGER) for s in told
    )


def _model_alarm(
    classification: Classification, services: Mapping[str, ServiceType], settings: TriageSettings
) -> Reason | None:
    """A model sees danger, whatever the first choice of type is."""
    if classification.danger >= settings.danger_threshold:
        return Reason(_noop("Earlier reports like this one were about people in danger."))
    grave = [c for c in classification.ranked() if _priority(c.code, services) == "P0"]
    if not grave or sum(c.confidence for c in grave) < settings.grave_threshold:
        return None
    return Reason(
        _noop("The report is likely a matter of life safety: %(service)s."),
        {"service": grave[0].code},
    )


def _priority(code: str, services: Mapping[str, ServiceType]) -> str:
    service = services.get(code)
    known = service is not None and service.priority in PRIORITIES
    return service.priority if service is not None and known else DEFAULT_PRIORITY


def _params(words: str, kind: str) -> dict[str, str]:
    return {"words": words, "danger": kind}
