"""What is learned from a study in one go: a classifier for codes with enough examples, a ranker for the rest, and the
human-coded segments that serve as evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.codebook import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.embedding import Embedder
from secondcoder.errors import InputError
from secondcoder.learning.arrays import Bools, Floats, State, Vectors
from secondcoder.learning.classifier import CodeClassifier
from secondcoder.learning.cold_start import DefinitionRanker
from secondcoder.learning.features import Features
from secondcoder.learning.labels import LabelMatrix
from secondcoder.records import Segment


@dataclass(frozen=True)
class Exemplars:
    """Human-coded segments: where they are, their vectors (p, d), and which of the model's codes they carry (p, k)."""

    places: tuple[tuple[str, int, int], ...]
    vectors: Vectors
    carries: Bools


@dataclass(frozen=True)
class Model:
    """Codes with enough examples are scored, the others ranked; columns are `scored` then `ranked`."""

    scored: tuple[str, ...]
    ranked: tuple[str, ...]
    classifier: CodeClassifier | None
    ranker: DefinitionRanker
    exemplars: Exemplars

    @property
    def codes(self) -> tuple[str, ...]:
        """All k codes, scored ones first."""
        return self.scored + self.ranked

    @property
    def thresholds(self) -> Floats:
        """(k,)."""
        scored = self.classifier.thresholds_ if self.classifier else np.zeros(0)
        return np.concatenate([scored, self.ranker.thresholds])

    def scores(self, features: Features) -> Floats:
        """(n, k): probabilities of the scored codes, ranks of the others."""
        scored = self.classifier.predict_proba(features) if self.classifier else np.zeros((len(features), 0))
        return np.hstack([scored, self.ranker.scores(features.vectors)])


def split_by_examples(
    labels: LabelMatrix, transcripts: Sequence[str], settings: LearningSettings
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Codes with enough examples in enough transcripts, and the others with their number of examples."""
    names = np.asarray(transcripts)
    scored: list[str] = []
    too_few: dict[str, int] = {}
    for j, code in enumerate(labels.codes):
        rows = labels.y[:, j] & labels.known[:, j]
        enough = rows.sum() >= settings.min_examples and len(set(names[rows])) >= settings.min_transcripts
        if enough and (labels.known[:, j] & ~labels.y[:, j]).any():
            scored.append(code)
        else:
            too_few[code] = int(rows.sum())
    return tuple(scored), too_few


def train_model(
    segments: Sequence[Segment],
    features: Features,
    labels: LabelMatrix,
    book: Codebook,
    embedder: Embedder,
    settings: LearningSettings,
) -> Model:
    """Learn from the study's segments, coded or not.

    Args:
        segments: n segments, transcript by transcript; features and labels are theirs.

    Raises:
        InputError: nothing is coded.
    """
    rows = np.flatnonzero(labels.coded_rows)
    if not len(rows):
        raise InputError("Nothing is coded yet. Import a coded table first: secondcoder import CODES.csv")
    transcripts = [segment.transcript for segment in segments]
    scored, too_few = split_by_examples(labels, transcripts, settings)
    classifier = None
    if scored:
        known = labels.columns(scored).take(rows)
        classifier = CodeClassifier(settings.folds, settings.seed).fit(features.take(rows), known.y, known.known)
    ranked = tuple(too_few)
    own = [features.vectors[labels.y[:, labels.codes.index(code)]] for code in ranked]
    ranker = DefinitionRanker().fit([book[code] for code in ranked], embedder, features.vectors, own)
    return Model(scored, ranked, classifier, ranker, _exemplars(segments, features, labels.columns(scored + ranked)))


def _exemplars(segments: Sequence[Segment], features: Features, labels: LabelMatrix) -> Exemplars:
    rows = np.flatnonzero(labels.y.any(axis=1))
    marked = [segments[row] for row in rows.tolist()]
    places = tuple((segment.transcript, segment.start, segment.end) for segment in marked)
    return Exemplars(places, features.vectors[rows], labels.y[rows])


def model_state(model: Model) -> State:
    """The arrays of a model; with `scored`, `ranked` and the exemplars' places they restore it."""
    state: State = {
        "exemplars.vectors": model.exemplars.vectors,
        "exemplars.carries": model.exemplars.carries,
        "ranker.reference": model.ranker.reference_,
    }
    state |= {f"ranker.anchors{j}": anchors for j, anchors in enumerate(model.ranker.anchors_)}
    if model.classifier:
        state |= {f"classifier.{name}": array for name, array in model.classifier.state().items()}
    return state


def restore_model(
    state: Mapping[str, npt.NDArray[Any]],
    scored: tuple[str, ...],
    ranked: tuple[str, ...],
    places: tuple[tuple[str, int, int], ...],
) -> Model:
    """The model whose arrays are `state`."""
    ranker = DefinitionRanker()
    ranker.reference_ = state["ranker.reference"]
    ranker.anchors_ = [state[f"ranker.anchors{j}"] for j in range(len(ranked))]
    own = {name.partition(".")[2]: array for name, array in state.items() if name.startswith("classifier.")}
    classifier = CodeClassifier().restore(own) if scored else None
    return Model(
        scored, ranked, classifier, ranker, Exemplars(places, state["exemplars.vectors"], state["exemplars.carries"])
    )
