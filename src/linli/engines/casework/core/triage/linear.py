"""A small trained classifier: TF-IDF of 1-2 characters (Latin: words), logistic regression.

scikit-learn only trains. Predicting is a few lines of numpy over the same numbers, so that a
web worker needs no scikit-learn, and a model file holds arrays and words, never pickles.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from linli.engines.casework.core.triage.danger_seeds import CALM_SEEDS, DANGER_SEEDS
from linli.engines.casework.core.triage.normalise import normalise
from linli.engines.rulebook.types import ServiceType

METHOD = "char12-sgd-2"
_SEED = 20240501
_ALPHA = 1e-5
# Fixed, so that training time is known; more epochs changed nothing on left-out seeds.
_EPOCHS = 10
_FOLDS = 4
#: fewer samples than this are no training set
_MIN_SAMPLES = 4
_TEMPERATURES = tuple(round(0.2 * 1.25**i, 4) for i in range(24))

#: a text of which less than this share is known is too strange to be sure about
_KNOWN_ENOUGH = 0.4
_PHRASE = re.compile(r"[^\W_]+(?: +[^\W_]+)*")
_TOKEN = re.compile(r"[a-z]+|\d+|[^\W\d_]")

#: the two codes of the danger model
DANGER, CALM = "danger", "calm"

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence and its service code. ``weight`` counts it as that many sentences."""

    text: str
    code: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """Probabilities by code, best first, and the words of the text that spoke for the first."""

    ranked: tuple[tuple[str, float], ...]
    words: tuple[str, ...] = ()


def collect_samples(
    services: Iterable[ServiceType],
    corrections: Iterable[tuple[str, str]] = (),
    correction_weight: float = 2.0,
) -> tuple[Sample, ...]:
    """Seeds, names and keywords of the types, and (text, code) corrections by people.

    Corrections for types that no longer exist are left out.
    """
    by_code = {s.code: s for s in services}
    samples: dict[tuple[str, str], float] = {}

    def add(text: str, code: str, weight: float) -> None:
        clean = normalise(text).text
        if clean:
            key = (code, clean)
            samples[key] = max(weight, samples.get(key, 0.0))

    for code, service in by_code.items():
        for seed in service.seeds:
            add(seed, code, 1.0)
        for name in service.name.values():
            add(name, code, 0.5)
        for word in service.keywords:
            add(word, code, 0.5)
    for text, code in corrections:
        if code in by_code:
            add(text, code, correction_weight)
    return tuple(Sample(text, code, samples[code, text]) for code, text in sorted(samples))


def collect_danger_samples(services: Iterable[ServiceType]) -> tuple[Sample, ...]:
    """Samples with the codes DANGER and CALM: curated sentences and the seeds of all types.

    A seed of a life-safety type (P0) counts as danger. Corrections are not used: a wrong
    "calm" by one tired person must not teach the model to stay silent.
    """
    samples = {normalise(t).text: Sample(normalise(t).text, DANGER, 2.0) for t in DANGER_SEEDS}
    for text in CALM_SEEDS:
        clean = normalise(text).text
        samples.setdefault(clean, Sample(clean, CALM, 2.0))
    for service in services:
        code = DANGER if service.priority == "P0" else CALM
        for seed in service.seeds:
            clean = normalise(seed).text
            samples.setdefault(clean, Sample(clean, code))
    return tuple(sorted(samples.values(), key=lambda s: (s.code, s.text)))


class LinearClassifier:
    """A trained model, read-only. Make one with ``train`` or ``from_bytes``."""

    def __init__(
        self,
        codes: Sequence[str],
        vocabulary: Mapping[str, int],
        idf: Floats,
        weights: Floats,
        bias: Floats,
        temperature: float,
        version: str,
    ) -> None:
        self.codes = tuple(codes)
        self.version = version
        self._vocabulary = dict(vocabulary)
        self._grams = tuple(self._vocabulary)
        self._idf, self._weights, self._bias = idf, weights, bias
        self._temperature = temperature

    @classmethod
    def train(cls, samples: Iterable[Sample]) -> LinearClassifier | None:
        """Train on samples: seconds, one thread, the same model for the same samples.

        None when there are too few samples or fewer than two codes, or when scikit-learn is
        not installed: rules then speak alone.
        """
        ordered = sorted(samples, key=lambda s: (s.code, s.text, s.weight))
        if len(ordered) < _MIN_SAMPLES or len({s.code for s in ordered}) < 2:
            return None
        try:
            import sklearn  # type: ignore[import-untyped]
        except ImportError:
            return None
        version = _version(ordered, sklearn.__version__)
        # The temperature comes from sentences that the model had not seen, fold by fold.
        temperature = _fit_temperature(ordered)
        return cls._fit(ordered, temperature, version)

    @classmethod
    def _fit(cls, samples: Sequence[Sample], temperature: float, version: str) -> LinearClassifier:
        from sklearn.linear_model import SGDClassifier  # type: ignore[import-untyped]

        vocabulary, idf = _fit_idf([s.text for s in samples])
        matrix = _matrix([s.text for s in samples], vocabulary, idf)
        model = SGDClassifier(
            loss="log_loss", alpha=_ALPHA, random_state=_SEED, max_iter=_EPOCHS, tol=None
        )
        model.fit(matrix, [s.code for s in samples], sample_weight=[s.weight for s in samples])
        # Half precision is what a file keeps: a model read back must say the same.
        weights = np.asarray(model.coef_, dtype=np.float16).astype(np.float32)
        bias = np.asarray(model.intercept_, dtype=np.float32)
        codes = [str(c) for c in model.classes_]
        if len(codes) == 2:
            # scikit-learn keeps one row for two classes.
            weights, bias = np.vstack([-weights, weights]), np.concatenate([-bias, bias])
        # Grams as rows: a text reads a few rows, not a column out of every class.
        return cls(
            codes, vocabulary, idf, np.ascontiguousarray(weights.T), bias, temperature, version
        )

    def predict(self, text: str) -> Prediction:
        """Probabilities for a normalised text; no code at all when no gram is known."""
        index, values = _vector(text, self._vocabulary, self._idf)
        if not len(index):
            return Prediction(())
        scores = values @ self._weights[index] + self._bias
        chances = _softmax(scores / self._temperature)
        # The rest of the likelihood belongs to what the model has never read about.
        chances = chances * min(1.0, float(values @ values) / _KNOWN_ENOUGH)
        best = int(np.argmax(chances))
        ranked = sorted(
            ((c, float(p)) for c, p in zip(self.codes, chances, strict=True)),
            key=lambda pair: (-pair[1], pair[0]),
        )
        return Prediction(tuple(ranked), self._speaking_words(index, values, best))

    def _speaking_words(
        self, index: npt.NDArray[np.int64], values: Floats, best: int
    ) -> tuple[str, ...]:
        """The pairs of characters that spoke loudest for the first choice."""
        loud = values * self._weights[index, best]
        spoken = [self._grams[i] for i in index]
        order = sorted(range(len(spoken)), key=lambda i: (-float(loud[i]), spoken[i]))
        return tuple(spoken[i] for i in order if len(spoken[i]) > 1 and loud[i] > 0)[:3]

    def to_bytes(self) -> bytes:
        """The model as a file: numpy arrays and words, no code."""
        head = {
            "method": METHOD,
            "version": self.version,
            "codes": self.codes,
            "grams": self._grams,
            "temperature": self._temperature,
        }
        out = io.BytesIO()
        np.savez_compressed(
            out,
            head=np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
            idf=self._idf,
            weights=self._weights.astype(np.float16),
            bias=self._bias,
        )
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> LinearClassifier:
        """Read ``to_bytes``. Raises ValueError for anything else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                head: dict[str, Any] = json.loads(arrays["head"].tobytes())
                if head["method"] != METHOD:
                    raise ValueError(f"unknown model method {head['method']!r}")
                vocabulary = {g: i for i, g in enumerate(head["grams"])}
                weights = arrays["weights"].astype(np.float32)
                model = cls(
                    head["codes"],
                    vocabulary,
                    arrays["idf"],
                    weights,
                    arrays["bias"],
                    float(head["temperature"]),
                    head["version"],
                )
        except (KeyError, TypeError, AttributeError, OSError, EOFError, BadZipFile) as error:
            raise ValueError(f"not a triage model: {error!r}") from error
        if weights.shape != (len(vocabulary), len(model.codes)):
            raise ValueError("not a triage model: its arrays do not fit together")
        return model


def grams(text: str) -> list[str]:
    """Single and paired tokens of a text: a Chinese character, a Latin word, or a number.

    Numbers are all written "#": which building it is says nothing about what is broken. Pairs
    do not reach across punctuation.
    """
    found: list[str] = []
    for phrase in _PHRASE.findall(text.lower()):
        tokens = ["#" if t.isdigit() else t for t in _TOKEN.findall(phrase)]
        found += tokens
        found += [_join(a, b) for a, b in pairwise(tokens)]
    return found


def _join(left: str, right: str) -> str:
    return f"{left} {right}" if left.isascii() and right.isascii() else left + right


def _fit_idf(texts: Sequence[str]) -> tuple[dict[str, int], Floats]:
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(set(grams(text)))
    ordered = sorted(counts)
    idf = [math.log((1 + len(texts)) / (1 + counts[g])) + 1 for g in ordered]
    return {g: i for i, g in enumerate(ordered)}, np.asarray(idf, dtype=np.float32)


def _vector(
    text: str, vocabulary: Mapping[str, int], idf: Floats
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Indices and TF-IDF values of the known grams, with length one over all grams.

    Unknown grams count in the length: a text of which little is known speaks softly.
    """
    counts = Counter(grams(text))
    known = sorted((vocabulary[g], n) for g, n in counts.items() if g in vocabulary)
    if not known:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    index = np.fromiter((i for i, _ in known), dtype=np.int64, count=len(known))
    tf = np.fromiter((1 + math.log(n) for _, n in known), dtype=np.float32, count=len(known))
    values = tf * idf[index]
    unknown = sum((1 + math.log(n)) ** 2 for g, n in counts.items() if g not in vocabulary)
    # A single unknown character is no stranger; it weighs as an average word.
    length = math.sqrt(float(values @ values) + unknown * float(idf.mean()) ** 2)
    return index, values / np.float32(length)


def _matrix(texts: Sequence[str], vocabulary: Mapping[str, int], idf: Floats) -> Any:
    from scipy.sparse import csr_matrix  # type: ignore[import-untyped]

    rows = [_vector(t, vocabulary, idf) for t in texts]
    ends = np.cumsum([0, *(len(i) for i, _ in rows)])
    return csr_matrix(
        (np.concatenate([v for _, v in rows]), np.concatenate([i for i, _ in rows]), ends),
        shape=(len(texts), len(vocabulary)),
    )


def _softmax(scores: npt.NDArray[Any]) -> npt.NDArray[Any]:
    shifted = np.exp(scores - scores.max())
    return np.asarray(shifted / shifted.sum())


def _fit_temperature(samples: Sequence[Sample]) -> float:
    """The temperature under which left-out sentences were most probable.

    One-against-all scores are no probabilities yet: sharp ones would send out wrong cases.
    """
    raw: list[tuple[npt.NDArray[Any], int]] = []
    for fold in range(_FOLDS):
        rest = [s for i, s in enumerate(samples) if i % _FOLDS != fold]
        left = [s for i, s in enumerate(samples) if i % _FOLDS == fold and s.weight >= 1]
        if len({s.code for s in rest}) < 2:
            continue
        model = LinearClassifier._fit(rest, 1.0, "")
        where = {c: i for i, c in enumerate(model.codes)}
        for sample in left:
            index, values = _vector(sample.text, model._vocabulary, model._idf)
            if sample.code in where and len(index):
                raw.append((values @ model._weights[index] + model._bias, where[sample.code]))
    if not raw:
        return 1.0
    return min(_TEMPERATURES, key=lambda t: (_loss(raw, t), t))


def _loss(raw: Sequence[tuple[npt.NDArray[Any], int]], temperature: float) -> float:
    chances = (_softmax(scores / temperature)[right] for scores, right in raw)
    return float(-sum(math.log(max(float(p), 1e-9)) for p in chances))


def _version(samples: Sequence[Sample], library: str) -> str:
    """Names what the model was made of: the same samples and library, the same name."""
    digest = hashlib.sha256()
    for sample in samples:
        row = json.dumps([sample.code, sample.text, sample.weight], ensure_ascii=False)
        digest.update(row.encode() + b"\n")
    return f"{METHOD}-{digest.hexdigest()[:12]}-sklearn{library}"
