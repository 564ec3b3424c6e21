"""A triage result as plain JSON values and back, the same text for the same result."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli.engines.casework.core.triage.types import (
    ClassCandidate,
    Classification,
    ClassSource,
    PlaceCandidate,
    PlaceSuggestion,
    Reason,
    TriageResult,
    Urgency,
)
from linli.engines.rulebook.types import Authority, ClockKind, Duty, DutyRole, Privacy

SCHEMA = 1

Json = dict[str, Any]


def result_to_json(result: TriageResult) -> dict[str, object]:
    """Plain dicts, lists, strings, numbers and None, ready for a JSON column."""
    return {
        "schema": SCHEMA,
        "normalised_text": result.normalised_text,
        "truncated": result.truncated,
        "place": _place_to_json(result.place) if result.place else None,
        "classification": _classification_to_json(result.classification),
        "urgency": _urgency_to_json(result.urgency),
        "privacy": result.privacy.value,
        "duties": [_duty_to_json(d) for d in result.duties],
        "duplicate_of": str(result.duplicate_of) if result.duplicate_of else None,
        "duplicate_score": result.duplicate_score,
        "duplicate_strong": result.duplicate_strong,
        "dispatch": result.dispatch,
        "reasons": _reasons_to_json(result.reasons),
        "versions": dict(sorted(result.versions.items())),
    }


def result_from_json(data: Mapping[str, object] | str) -> TriageResult:
    """Read what ``result_to_json`` wrote. Raises ValueError for anything else."""
    try:
        row: Any = json.loads(data) if isinstance(data, str) else data
        if row["schema"] != SCHEMA:
            raise ValueError(f"unknown triage schema {row['schema']!r}")
        return _result(row)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a triage result: {error!r}") from error


def _result(row: Json) -> TriageResult:
    return TriageResult(
        normalised_text=row["normalised_text"],
        truncated=row["truncated"],
        place=_place(row["place"]) if row["place"] is not None else None,
        classification=_classification(row["classification"]),
        urgency=_urgency(row["urgency"]),
        privacy=Privacy(row["privacy"]),
        duties=tuple(_duty(d) for d in row["duties"]),
        duplicate_of=UUID(row["duplicate_of"]) if row["duplicate_of"] else None,
        duplicate_score=row["duplicate_score"],
        duplicate_strong=row["duplicate_strong"],
        dispatch=row["dispatch"],
        reasons=_reasons(row["reasons"]),
        versions=dict(row["versions"]),
    )


def _reasons_to_json(reasons: tuple[Reason, ...]) -> list[Json]:
    return [{"msgid": r.msgid, "params": dict(sorted(r.params.items()))} for r in reasons]


def _reasons(rows: list[Json]) -> tuple[Reason, ...]:
    return tuple(Reason(r["msgid"], dict(r["params"])) for r in rows)


def _place_to_json(place: PlaceSuggestion) -> Json:
    return {
        "place_id": str(place.place_id) if place.place_id else None,
        "path": place.path,
        "kind": place.kind,
        "confidence": place.confidence,
        "candidates": [
            {
                "place_id": str(c.place_id),
                "path": c.path,
                "kind": c.kind,
                "confidence": c.confidence,
            }
            for c in place.candidates
        ],
        "ambiguous": place.ambiguous,
        "reasons": _reasons_to_json(place.reasons),
    }


def _place(row: Json) -> PlaceSuggestion:
    return PlaceSuggestion(
        place_id=UUID(row["place_id"]) if row["place_id"] else None,
        path=row["path"],
        kind=row["kind"],
        confidence=row["confidence"],
        candidates=tuple(
            PlaceCandidate(UUID(c["place_id"]), c["path"], c["kind"], c["confidence"])
            for c in row["candidates"]
        ),
        ambiguous=row["ambiguous"],
        reasons=_reasons(row["reasons"]),
    )


def _classification_to_json(value: Classification) -> Json:
    return {
        "code": value.code,
        "family": value.family,
        "confidence": value.confidence,
        "alternatives": [
            {"code": c.code, "family": c.family, "confidence": c.confidence}
            for c in value.alternatives
        ],
        "source": value.source.value,
        "danger": value.danger,
        "reasons": _reasons_to_json(value.reasons),
    }


def _classification(row: Json) -> Classification:
    return Classification(
        code=row["code"],
        family=row["family"],
        confidence=row["confidence"],
        alternatives=tuple(
            ClassCandidate(c["code"], c["family"], c["confidence"]) for c in row["alternatives"]
        ),
        source=ClassSource(row["source"]),
        reasons=_reasons(row["reasons"]),
        danger=row["danger"],
    )


def _urgency_to_json(value: Urgency) -> Json:
    return {
        "priority": value.priority,
        "dangers": list(value.dangers),
        "call": list(value.call),
        "reasons": _reasons_to_json(value.reasons),
    }


def _urgency(row: Json) -> Urgency:
    return Urgency(
        row["priority"], tuple(row["dangers"]), tuple(row["call"]), _reasons(row["reasons"])
    )


def _duty_to_json(duty: Duty) -> Json:
    clocks = {kind.value: rule for kind, rule in duty.clocks.items()}
    return {
        "body": duty.body,
        "role": duty.role.value,
        "authority": duty.authority.value,
        "clocks": dict(sorted(clocks.items())),
    }


def _duty(row: Json) -> Duty:
    return Duty(
        body=row["body"],
        role=DutyRole(row["role"]),
        authority=Authority(row["authority"]),
        clocks={ClockKind(kind): rule for kind, rule in row["clocks"].items()},
    )
