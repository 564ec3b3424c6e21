"""Keeps trained triage models on disk, by the fingerprint of what they were trained on.

Training takes seconds and must not happen while somebody waits for a page: the command line,
the worker and start-up train; the page processes only load, and let the keyword rules speak
alone until there is a model.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from linli.engines.casework.core.triage.classify import CombinedClassifier, build_classifier
from linli.engines.casework.core.triage.linear import (
    LinearClassifier,
    collect_samples,
    model_version,
)
from linli.engines.rulebook import selectors as rulebook
from linli.kernel import clock


def classifier(jurisdiction: str) -> CombinedClassifier:
    """The classifier of a rule pack: its keywords and, when trained, a model of its seeds."""
    return _classifier(jurisdiction, _model_path(jurisdiction).exists())


@lru_cache(maxsize=16)
def _classifier(jurisdiction: str, has_model: bool) -> CombinedClassifier:
    services = rulebook.list_service_types(jurisdiction, clock.now().date())
    model = load_model(jurisdiction)
    if model is None and settings.LINLI_TRAIN_IN_PROCESS:
        model = train_model(jurisdiction)
    return build_classifier(services, model)


def load_model(jurisdiction: str) -> LinearClassifier | None:
    """The kept model for the pack's present seeds; None when there is none or it is broken."""
    try:
        return LinearClassifier.from_bytes(_model_path(jurisdiction).read_bytes())
    except (OSError, ValueError, KeyError):
        return None


def train_model(jurisdiction: str) -> LinearClassifier | None:
    """Train on the pack's seeds and keep the model; None when there is too little to learn."""
    services = rulebook.list_service_types(jurisdiction, clock.now().date())
    model = LinearClassifier.train(collect_samples(services))
    if model is not None:
        path = _model_path(jurisdiction)
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{os.getpid()}.part")
        draft.write_bytes(model.to_bytes())
        draft.replace(path)
    return model


def ensure_model(jurisdiction: str) -> bool:
    """Train unless a model is kept already; returns whether it had to."""
    if load_model(jurisdiction) is not None:
        return False
    train_model(jurisdiction)
    return True


def _model_path(jurisdiction: str) -> Path:
    folder: Path = settings.LINLI_MODELS_DIR
    return folder / f"{_fingerprint(jurisdiction)}.model"


@lru_cache(maxsize=16)
def _fingerprint(jurisdiction: str) -> str:
    services = rulebook.list_service_types(jurisdiction, clock.now().date())
    return model_version(collect_samples(services)).replace("/", "-").replace(":", "-")
