"""Studies drawn from the public sets: some transcripts are the study, the others nobody has touched. For verdicts.py and recall.py.

Everything that is said of a study's codes comes from a nested cross-validation: each fold's transcripts are scored by a classifier
that was fitted, calibrated and given thresholds on the other folds alone.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from comparison.sets import FOLDS, SEED, BenchmarkSet
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning import stacked_kernels
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

SIZES = {"ohd_long1960s": (5, 8), "pdpilot_interviews": (3, 5), "nhs_fft": (120, 240)}
"""Set -> fewest and most transcripts of a drawn study."""
UNTOUCHED = 500
"""Documents of nhs_fft that stand for those nobody has touched."""
SETTINGS = load_configuration().learning


@dataclass(frozen=True)
class DrawnStudy:
    """A study of n units with its k scored codes, and what became of it.

    Attributes:
        held, suggested: (n, k), nested out of fold.
        elsewhere: what a model of the whole study says of the untouched transcripts.
        again: the probabilities of `held` with another division into folds; of every fourth study, None of the others.
        twice: (n', k) nested out of fold, of the study with as many transcripts more; of every second, where the set has enough.
    """

    source: str
    transcripts: int
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    held: OutOfFold
    suggested: Bools
    elsewhere: LabelledPredictions
    again: Floats | None
    twice: LabelledPredictions | None


def drawn_studies(data: BenchmarkSet, number: int, cache: Path) -> Iterator[DrawnStudy]:
    """So many studies of a set; each is kept in a file until the set or the classifier that ships changes."""
    folder = cache / "drawn"
    folder.mkdir(parents=True, exist_ok=True)
    for seed in range(number):
        path = folder / f"{data.name}-{seed}-{_digest(data)}.pickle"
        if not path.exists():
            path.write_bytes(pickle.dumps(_draw(data, seed)))
        study: DrawnStudy | None = pickle.loads(path.read_bytes())
        if study is not None:
            yield study


def _draw(data: BenchmarkSet, seed: int) -> DrawnStudy | None:
    """None where no code has examples enough."""
    groups = np.asarray(data.features.groups)
    rng = np.random.default_rng([SEED, seed])
    order = rng.permutation(np.unique(groups))
    low, high = SIZES[data.name]
    size = int(rng.integers(low, high + 1))
    rows = np.flatnonzero(np.isin(groups, order[:size]))
    index = _scored(data.y[rows], groups[rows])
    if not len(index):
        return None
    features, labels = _part(data, rows, index)
    probability, suggested = nested(features, labels, data.code_embeddings[index], seed)
    untouched = np.flatnonzero(np.isin(groups, order[-min(len(order) - size, UNTOUCHED) :]))
    more = np.flatnonzero(np.isin(groups, order[: 2 * size])) if seed % 2 == 0 and 2 * size <= len(order) else None
    return DrawnStudy(
        source=data.name,
        transcripts=size,
        codes=labels.codes,
        texts=features.texts,
        held=_held(probability, features, labels),
        suggested=suggested,
        elsewhere=_elsewhere(data, features, labels, index, untouched),
        again=None if seed % 4 else nested(features, labels, data.code_embeddings[index], seed + 1000)[0],
        twice=None if more is None else _twice(data, more, index, seed),
    )


def _scored(y: Bools, groups: np.ndarray) -> Rows:
    spread = np.array([len(set(groups[column])) for column in y.T])
    return np.flatnonzero((y.sum(axis=0) >= SETTINGS.min_examples) & (spread >= SETTINGS.min_transcripts))


def _part(data: BenchmarkSet, rows: Rows, index: Rows) -> tuple[Features, LabelMatrix]:
    y = data.y[np.ix_(rows, index)]
    return data.features.take(rows), LabelMatrix(tuple(data.codes[j] for j in index), y, np.ones_like(y))


def nested(features: Features, labels: LabelMatrix, code_embeddings: Vectors, seed: int) -> tuple[Floats, Bools]:
    """Probabilities and suggestions (n, k), each from a classifier fitted on the other folds alone."""
    probability, suggested = np.zeros(labels.y.shape), np.zeros(labels.y.shape, dtype=bool)
    for train, test in train_and_test(group_folds(features.groups, FOLDS, seed)):
        model = StackedKernelClassifier(FOLDS, SEED).fit(features.take(train), labels.take(train), code_embeddings)
        probability[test] = model.predict_proba(features.take(test))
        suggested[test] = probability[test] >= model.thresholds_
    return probability, suggested


def _held(probability: Floats, features: Features, labels: LabelMatrix) -> OutOfFold:
    group = np.unique(np.asarray(features.groups), return_inverse=True)[1].ravel()
    words = np.array([len(text.split()) for text in features.texts], dtype=np.intp)
    places = tuple((name, at, at + 1) for at, name in enumerate(features.groups))
    return OutOfFold(probability, labels.y, labels.known, group, words, places)


def _elsewhere(
    data: BenchmarkSet, features: Features, labels: LabelMatrix, index: Rows, rows: Rows
) -> LabelledPredictions:
    new, truth = _part(data, rows, index)
    model = StackedKernelClassifier(FOLDS, SEED).fit(features, labels, data.code_embeddings[index])
    probability = model.predict_proba(new)
    return LabelledPredictions(probability, probability >= model.thresholds_, truth.y, truth.known, new.groups)


def _twice(data: BenchmarkSet, rows: Rows, index: Rows, seed: int) -> LabelledPredictions:
    features, labels = _part(data, rows, index)
    probability, suggested = nested(features, labels, data.code_embeddings[index], seed)
    return LabelledPredictions(probability, suggested, labels.y, labels.known, features.groups)


def _digest(data: BenchmarkSet) -> str:
    digest = hashlib.sha256(data.y.tobytes() + data.features.vectors.tobytes())
    for path in sorted(Path(str(stacked_kernels.__file__)).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
