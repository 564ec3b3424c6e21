"""What a report is about: keyword rules, a trained model, or both together."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Protocol

from linli.engines.casework.core.triage.linear import (
    DANGER,
    LinearClassifier,
    Prediction,
    collect_danger_samples,
    collect_samples,
)
from linli.engines.casework.core.triage.rules import RuleClassifier
from linli.engines.casework.core.triage.types import (
    ClassCandidate,
    Classification,
    ClassSource,
    Reason,
    _noop,
)
from linli.engines.rulebook.types import ServiceType

__all__ = [
    "Classifier",
    "CombinedClassifier",
    "LinearClassifier",
    "RuleClassifier",
    "build_classifier",
    "combine",
    "train_classifier",
]

_log = logging.getLogger(__name__)


class Classifier(Protocol):
    """What the pipeline needs: the types it knows, and a ranking for a normalised text."""

    @property
    def services(self) -> Mapping[str, ServiceType]:
        """Service types by code."""

    @property
    def versions(self) -> Mapping[str, str]:
        """Which rules and which model speak."""

    def classify(self, text: str, max_alternatives: int = 3) -> Classification:
        """Ranked types with confidences and reasons."""


class Model(Protocol):
    """A trained model: a version and the probabilities of service codes."""

    @property
    def version(self) -> str:
        """Names the training set and the method."""

    def predict(self, text: str) -> Prediction:
        """Probabilities by code, best first, for a normalised text."""


class CombinedClassifier:
    """Rules and, when there are any, models. A model that fails is left out, never fatal."""

    def __init__(
        self,
        services: Iterable[ServiceType],
        model: Model | None = None,
        danger_model: Model | None = None,
    ) -> None:
        self._rules = RuleClassifier(services)
        self._model = model
        self._danger_model = danger_model

    @property
    def services(self) -> Mapping[str, ServiceType]:
        """Service types by code."""
        return self._rules.services

    @property
    def versions(self) -> Mapping[str, str]:
        """Which rules and which models speak."""
        models = {"model": self._model, "danger_model": self._danger_model}
        named = {name: model.version for name, model in models.items() if model is not None}
        return {"rules": self._rules.version, **named}

    def classify(self, text: str, max_alternatives: int = 3) -> Classification:
        """Ranked types with confidences and reasons."""
        by_rules = self._rules.classify(text, max_alternatives=len(self.services))
        prediction = _ask(self._model, text)
        found = combine(by_rules, prediction, self.services, max_alternatives)
        if self._model is not None and prediction is None:
            silent = Reason(_noop("The trained model did not answer; keyword rules spoke."))
            found = replace(found, reasons=(*found.reasons, silent))
        danger = _ask(self._danger_model, text)
        if danger is None:
            return found
        return replace(found, danger=round(dict(danger.ranked).get(DANGER, 0.0), 4))


def _ask(model: Model | None, text: str) -> Prediction | None:
    if model is None:
        return None
    try:
        return model.predict(text)
    except Exception:
        # A report must be taken in even when a model file is broken.
        _log.exception("a triage model failed; keyword rules speak alone")
        return None


def build_classifier(
    services: Iterable[ServiceType],
    model: Model | None = None,
    danger_model: Model | None = None,
) -> CombinedClassifier:
    """The classifier of a community: its service types and, when trained, its models."""
    return CombinedClassifier(services, model, danger_model)


def train_classifier(
    services: Iterable[ServiceType], corrections: Iterable[tuple[str, str]] = ()
) -> CombinedClassifier:
    """Train both models from seeds and (text, code) corrections: seconds, one thread.

    Without scikit-learn or without seeds the rules speak alone.
    """
    types = tuple(services)
    return CombinedClassifier(
        types,
        LinearClassifier.train(collect_samples(types, corrections)),
        LinearClassifier.train(collect_danger_samples(types)),
    )


def combine(
    by_rules: Classification,
    prediction: Prediction | None,
    services: Mapping[str, ServiceType],
    max_alternatives: int = 3,
) -> Classification:
    """One ranking out of two. Without a prediction the rules speak alone, on their own scale.

    Agreement raises the confidence; where the two name different types it falls below any
    threshold for going out unseen. Codes that ``services`` does not know are dropped.
    """
    likely = {c: p for c, p in prediction.ranked if c in services} if prediction else {}
    if not likely:
        return replace(by_rules, alternatives=by_rules.alternatives[:max_alternatives])
    ruled = {c.code: c.confidence for c in by_rules.ranked()}
    model_first = max(likely, key=lambda c: (likely[c], c))
    if not ruled:
        scores = {c: p * _MODEL_ALONE for c, p in likely.items()}
    else:
        scores = {c: _blend(ruled.get(c, 0.0), likely.get(c, 0.0)) for c in {*ruled, *likely}}
    agree = by_rules.code == model_first
    ranked = sorted(scores, key=lambda c: (-scores[c], c))[: max_alternatives + 1]
    candidates = [ClassCandidate(c, services[c].family, round(scores[c], 4)) for c in ranked]
    best = candidates[0]
    return Classification(
        best.code,
        best.family,
        best.confidence,
        tuple(candidates[1:]),
        ClassSource.COMBINED if ruled else ClassSource.MODEL,
        (*by_rules.reasons, *_model_reasons(by_rules.code, model_first, agree, prediction)),
    )


#: A model that no keyword supports has seen only look-alikes of the text.
_MODEL_ALONE = 0.95
_MODEL_SHARE = 0.6


def _blend(rule: float, model: float) -> float:
    """Weighted mean, raised towards "either is right" where both see it."""
    mean = (1.0 - _MODEL_SHARE) * rule + _MODEL_SHARE * model
    either = 1.0 - (1.0 - rule) * (1.0 - model)
    both = min(rule, model) / max(rule, model) if rule and model else 0.0
    return mean + (either - mean) * both


def _model_reasons(
    rule_code: str, model_code: str, agree: bool, prediction: Prediction | None
) -> tuple[Reason, ...]:
    if agree:
        return (
            Reason(
                _noop("Earlier reports like this one were also %(service)s."),
                {"service": model_code},
            ),
        )
    words = "”, “".join(prediction.words) if prediction else ""
    if not words:
        return (
            Reason(
                _noop("Earlier reports like this one were %(service)s."), {"service": model_code}
            ),
        )
    return (
        Reason(
            _noop("Earlier reports with “%(words)s” were %(service)s."),
            {"words": words, "service": model_code},
        ),
    )
