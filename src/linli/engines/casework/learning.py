"""Trained triage models, kept on disk by the fingerprint of what they were trained on.

Training takes seconds and must not happen while somebody waits for a page: start-up and the
command line train; the page processes only load, and let the keyword rules speak alone until
there is a model.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from linli.engines.casework.core.triage import linear
from linli.engines.casework.core.triage.classify import CombinedClassifier, build_classifier
from linli.engines.casework.core.triage.linear import (
    LinearClassifier,
    Sample,
    collect_danger_samples,
    collect_samples,
)
from linli.engines.rulebook import selectors as rulebook
from linli.engines.rulebook.types import ServiceType
from linli.kernel import clock

log = logging.getLogger(__name__)


def get_classifier(jurisdiction: str) -> CombinedClassifier:
    """Keywords of the rule pack and, when they are trained, the models of its seeds."""
    have = all(path.exists() for path in _paths(jurisdiction))
    return _classifier(jurisdiction, have)


@lru_cache(maxsize=16)
def _classifier(jurisdiction: str, have_models: bool) -> CombinedClassifier:
    if not have_models and settings.LINLI_TRAIN_IN_PROCESS:
        ensure_models(jurisdiction)
    kind, danger = (_load(path) for path in _paths(jurisdiction))
    return build_classifier(_services(jurisdiction), kind, danger)


def ensure_models(jurisdiction: str) -> bool:
    """Train what is not kept yet; returns whether anything had to be trained."""
    kind_path, danger_path = _paths(jurisdiction)
    kind_samples, danger_samples = _samples(jurisdiction)
    trained = False
    for path, samples in ((kind_path, kind_samples), (danger_path, danger_samples)):
        if _load(path) is None:
            model = LinearClassifier.train(samples)
            if model is not None:
                _keep(path, model)
                trained = True
    return trained


def _services(jurisdiction: str) -> tuple[ServiceType, ...]:
    return rulebook.list_service_types(jurisdiction, clock.now().date())


def _samples(jurisdiction: str) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    services = _services(jurisdiction)
    return collect_samples(services), collect_danger_samples(services)


@lru_cache(maxsize=16)
def _paths(jurisdiction: str) -> tuple[Path, Path]:
    folder: Path = settings.LINLI_MODELS_DIR
    kind, danger = _samples(jurisdiction)
    return (
        folder / f"kind-{_fingerprint(kind)}.npz",
        folder / f"danger-{_fingerprint(danger)}.npz",
    )


def _fingerprint(samples: tuple[Sample, ...]) -> str:
    """What the model would be made of: samples, method, library. The package's version is read
    without importing it: page processes have no use for a training library."""
    digest = hashlib.sha256(f"{linear.METHOD}|{version('scikit-learn')}".encode())
    for sample in samples:
        row = json.dumps([sample.code, sample.text, sample.weight])
        digest.update(row.encode() + b"\n")
    return digest.hexdigest()[:24]


def _load(path: Path) -> LinearClassifier | None:
    try:
        return LinearClassifier.from_bytes(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        # A half-written or foreign file must not stop reports: rules speak until it is mended.
        log.warning("the triage model %s cannot be read; it is trained anew at start", path.name)
        return None


def _keep(path: Path, model: LinearClassifier) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    draft.write_bytes(model.to_bytes())
    draft.replace(path)
