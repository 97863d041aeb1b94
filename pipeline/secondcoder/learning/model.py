"""What is learned from a study in one go: a classifier for codes with enough examples, a ranker for the rest, and the
human-coded segments that serve as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, State, Vectors
from secondcoder.domain.records import Segment
from secondcoder.embedding import Embedder
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.description_ranker import CodedPassages, DefinitionRanker
from secondcoder.learning.features import Features
from secondcoder.learning.out_of_fold import HeldBack, held_back, held_back_state, restore_held_back
from secondcoder.learning.reference import Seen, restore_seen, seen_state
from secondcoder.learning.stacked_kernels.classifier import CodeClassifier


@dataclass(frozen=True)
class Exemplars:
    """Human-coded segments: where they are, their vectors (p, d), and which of the model's codes they carry (p, k)."""

    places: tuple[tuple[str, int, int], ...]
    vectors: Vectors
    carries: Bools


@dataclass(frozen=True)
class Model:
    """Codes with enough examples are scored, the others ranked; columns are `scored` then `ranked`.

    Attributes:
        held_back: out-of-fold probabilities of the scored codes; None without any.
        seen: what its training transcripts were like, for `drift`; None in models from before this was kept.
        chosen: (k,) thresholds taken instead of the model's own; infinite for a code that is to suggest nothing.
    """

    scored: tuple[str, ...]
    ranked: tuple[str, ...]
    classifier: CodeClassifier | None
    ranker: DefinitionRanker
    exemplars: Exemplars
    held_back: HeldBack | None = None
    seen: Seen | None = None
    chosen: Floats | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """All k codes, scored ones first."""
        return self.scored + self.ranked

    @property
    def thresholds(self) -> Floats:
        """(k,)."""
        if self.chosen is not None:
            return self.chosen
        scored = self.classifier.thresholds_ if self.classifier else np.zeros(0)
        return np.concatenate([scored, self.ranker.thresholds])

    def with_thresholds(self, thresholds: Sequence[float]) -> Model:
        """The same model with k other thresholds."""
        return replace(self, chosen=np.asarray(thresholds, dtype=np.float64))

    def scores(self, features: Features) -> Floats:
        """(n, k): probabilities of the scored codes, ranks of the others."""
        scored = self.classifier.predict_proba(features) if self.classifier else np.zeros((len(features), 0))
        return np.hstack([scored, self.ranker.scores(features.vectors)])


def split_by_examples(
    labels: LabelMatrix,
    transcripts: Sequence[str],
    settings: LearningSettings,
    groups: Sequence[str] | None = None,
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Codes with enough examples in enough transcripts, and the others with their number of examples.

    Where larger groups are held back whole, the examples must lie in two of them: in one alone, nothing could be learned without it.
    """
    names, held_back = np.asarray(transcripts), np.asarray(transcripts if groups is None else groups)
    scored: list[str] = []
    too_few: dict[str, int] = {}
    for j, code in enumerate(labels.codes):
        rows = labels.y[:, j] & labels.known[:, j]
        enough = rows.sum() >= settings.min_examples and len(set(names[rows])) >= settings.min_transcripts
        if enough and len(set(held_back[rows])) > 1 and (labels.known[:, j] & ~labels.y[:, j]).any():
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
    others: Callable[[], Vectors] | None = None,
) -> Model:
    """Learn from segments, coded or not. While nothing is coded, every code is ranked from the codebook.

    Args:
        segments: n segments, transcript by transcript; features and labels are theirs.
        others: gives the vectors of the study's other segments, against which ranks are told; asked only where a code is ranked.

    Raises:
        InputError: there are no segments.
    """
    if not len(segments):
        raise InputError("There is nothing to learn from yet. Import transcripts first: secondcoder import FILE...")
    rows = np.flatnonzero(labels.coded_rows)
    transcripts = [segment.transcript for segment in segments]
    scored, too_few = split_by_examples(labels, transcripts, settings, features.groups)
    classifier = held = None
    if scored:
        known, coded = labels.columns(scored).take(rows), features.take(rows)
        looked_at = [segments[row] for row in rows.tolist()]
        told = code_vectors([book[code] for code in scored], embedder, looked_at)
        classifier = CodeClassifier(settings.folds, settings.seed).fit(coded, known, told)
        held = held_back(classifier.out_of_fold_, known, coded.groups, looked_at)
    ranked = tuple(too_few)
    marked = np.flatnonzero(labels.y.any(axis=1))
    passages = CodedPassages(features.vectors[marked], labels.y[marked], labels.known[marked])
    vectors = np.concatenate([features.vectors, others()]) if ranked and others else features.vectors
    ranker = DefinitionRanker().fit(book, ranked, embedder, vectors, passages)
    exemplars = _exemplars(segments, features, labels.columns(scored + ranked))
    return Model(scored, ranked, classifier, ranker, exemplars, held)


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
    }
    state |= {f"ranker.{name}": array for name, array in model.ranker.state().items()}
    if model.classifier:
        state |= {f"classifier.{name}": array for name, array in model.classifier.state().items()}
    if model.held_back:
        state |= held_back_state(model.held_back)
    if model.seen is not None:
        state |= seen_state(model.seen)
    return state


def restore_model(
    state: Mapping[str, npt.NDArray[Any]],
    scored: tuple[str, ...],
    ranked: tuple[str, ...],
    places: tuple[tuple[str, int, int], ...],
) -> Model:
    """The model whose arrays are `state`."""
    ranker = DefinitionRanker().restore(_part(state, "ranker"))
    classifier = CodeClassifier().restore(_part(state, "classifier")) if scored else None
    exemplars = Exemplars(places, state["exemplars.vectors"], state["exemplars.carries"])
    held = restore_held_back(state) if scored else None
    return Model(scored, ranked, classifier, ranker, exemplars, held, restore_seen(state))


def _part(state: Mapping[str, npt.NDArray[Any]], name: str) -> State:
    """The arrays whose names begin with `name.`, without it."""
    return {key.removeprefix(f"{name}."): array for key, array in state.items() if key.startswith(f"{name}.")}
