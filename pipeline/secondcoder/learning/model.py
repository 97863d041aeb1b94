"""A study's model: a classifier for codes with enough examples, a ranker for the others, and human-coded segments as evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, State, Vectors, part_of
from secondcoder.domain.records import Place, Segment
from secondcoder.embedding import Embedder
from secondcoder.errors import InputError, ModelError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.classifier import (
    OLDEST_FORMAT,
    Classifier,
    fit_for_purpose,
    new_classifier,
    restore_classifier,
)
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.coder_offsets import CoderOffsets, coder_offsets, offsets_state, restore_offsets
from secondcoder.learning.cross_validation import NestedPredictions, cross_validate, groups_needed, ticks
from secondcoder.learning.description_ranker import CodedPassages, DescriptionRanker
from secondcoder.learning.examples import enough_examples
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
from secondcoder.learning.out_of_fold import OutOfFold, out_of_fold_of, out_of_fold_state, restore_out_of_fold
from secondcoder.learning.reference import Reference, reference_state, restore_reference
from secondcoder.learning.valence_classifier import ValenceClassifier


@dataclass(frozen=True)
class Exemplars:
    """p human-coded segments: their places, their vectors (p, d), and which of the model's codes they carry (p, k)."""

    places: tuple[Place, ...]
    vectors: Vectors
    carries: Bools


@dataclass(frozen=True)
class Model:
    """Codes with enough examples are scored, the others ranked; columns are `scored` then `ranked`.

    Attributes:
        out_of_fold: out-of-fold predictions of the scored codes; None without any.
        reference: figures of its training transcripts, for `drift`; None in models from before this was kept.
        chosen: (k,) thresholds taken instead of the model's own; infinite for a code that is to suggest nothing.
        code_embeddings: (scored codes, d) vectors of their descriptions, as the classifier was fitted with; None once restored.
        valence: suggests the valence of a code; None where it cannot, and in models from before it did.
        offsets: what sets each coder apart; None without scored codes, and in models from before it was kept.
        coder: whose coding `scores` and `thresholds` foretell; None for the team's.
    """

    scored: tuple[str, ...]
    ranked: tuple[str, ...]
    classifier: Classifier | None
    ranker: DescriptionRanker
    exemplars: Exemplars
    out_of_fold: OutOfFold | None = None
    reference: Reference | None = None
    chosen: Floats | None = None
    code_embeddings: Vectors | None = None
    valence: ValenceClassifier | None = None
    offsets: CoderOffsets | None = None
    coder: str | None = None

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

    def as_coded_by(self, coder: str) -> Model:
        """The same model foretelling one coder, with thresholds chosen for them; ranks stay.

        Raises:
            InputError: nothing was learned from this coder. ModelError: the model knows no coders apart.
        """
        if not self.scored:
            raise ModelError(
                "The model scores no code yet, so it knows no coders apart. Code more transcripts, then: secondcoder train"
            )
        if self.offsets is None:
            raise ModelError(
                "The model knows no coders apart: it was trained by an earlier secondcoder, or learned from reviews of suggestions "
                "alone. Train a new version, compared with the model in use: secondcoder retrain"
            )
        own = self.offsets.thresholds[self.offsets.number(coder)]
        return replace(self.with_thresholds([*own, *self.ranker.thresholds]), coder=coder)

    def scores(self, features: Features) -> Floats:
        """(n, k): probabilities of the scored codes, ranks of the others."""
        scored = self.classifier.predict_proba(features) if self.classifier else np.zeros((len(features), 0))
        if self.offsets is not None and self.coder is not None:
            scored = self.offsets.probability(self.coder, scored)
        return np.hstack([scored, self.ranker.scores(features.vectors)])

    def alternatives(self, features: Features) -> list[list[str | None]]:
        """(n, k): beside a ranked code the code of its family that fits as well or nearly so; None where there is none."""
        rivals = self.ranker.rivals(features.vectors).tolist()
        nothing: list[str | None] = [None] * len(self.scored)
        return [nothing + [self.ranked[rival] if rival >= 0 else None for rival in row] for row in rivals]


def split_by_examples(
    labels: LabelMatrix, transcripts: Sequence[str], settings: LearningSettings, groups: Sequence[str] | None = None
) -> tuple[tuple[str, ...], dict[str, int]]:
    """Codes with enough examples in enough transcripts, and the others with their number of examples."""
    scored: list[str] = []
    too_few: dict[str, int] = {}
    for j, code in enumerate(labels.codes):
        rows = labels.y[:, j] & labels.known[:, j]
        # Without a passage that was found not to have it, nothing tells a code apart.
        if enough_examples(rows, transcripts, groups, settings) and (labels.known[:, j] & ~labels.y[:, j]).any():
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
    progress: Callable[[int, int], None] | None = None,
    kept: KeptResults = NOTHING_KEPT,
) -> Model:
    """Learn from segments, coded or not. While nothing is coded, every code is ranked from the codebook.

    Args:
        segments: n segments, transcript by transcript; features and labels are theirs.
        others: gives the vectors of the study's other segments, among which ranks are taken; called only where a code is ranked.
        progress: called with (folds done, folds in all) of the cross-validation.
        kept: where cross-validations are kept.

    Raises:
        InputError: there are no segments.
    """
    if not len(segments):
        raise InputError("There is nothing to learn from yet. Import transcripts first: secondcoder import FILE...")
    rows = np.flatnonzero(labels.coded_rows)
    transcripts = [segment.transcript for segment in segments]
    scored, too_few = split_by_examples(labels, transcripts, settings, features.groups)
    classifier = out_of_fold = code_embeddings = offsets = None
    if scored:
        known, coded = labels.columns(scored).take(rows), features.take(rows)
        coded_segments = [segments[row] for row in rows.tolist()]
        code_embeddings = code_vectors([book[code] for code in scored], embedder, coded_segments)
        classifier = new_classifier(settings.classifier, settings.folds, settings.seed)
        classifier = fit_for_purpose(classifier, settings.purpose, coded, known, code_embeddings)
        offsets = coder_offsets(classifier.out_of_fold_, known, settings.purpose, coded.groups)
        nested = _nested(coded, known, code_embeddings, settings, progress, kept)
        # Too few transcripts for figures: what the classifier has is still good for a second look and for drift.
        predictions = (nested.probability, nested.suggested) if nested else (classifier.out_of_fold_, None)
        out_of_fold = out_of_fold_of(predictions[0], known, coded.groups, coded_segments, predictions[1])
    ranked = tuple(too_few)
    # `label_matrix` leaves `y` False where nothing is known, so no mask is needed.
    marked = np.flatnonzero(labels.y.any(axis=1))
    passages = CodedPassages(features.vectors[marked], labels.y[marked], labels.known[marked])
    vectors = np.concatenate([features.vectors, others()]) if ranked and others else features.vectors
    ranker = DescriptionRanker().fit(book, ranked, embedder, vectors, passages)
    exemplars = _exemplars(segments, features, labels.columns(scored + ranked))
    return Model(
        scored, ranked, classifier, ranker, exemplars, out_of_fold, code_embeddings=code_embeddings, offsets=offsets
    )


def _nested(
    coded: Features,
    known: LabelMatrix,
    code_embeddings: Vectors,
    settings: LearningSettings,
    progress: Callable[[int, int], None] | None,
    kept: KeptResults,
) -> NestedPredictions | None:
    """None where too few groups are coded."""
    groups = len(set(coded.groups))
    if groups < groups_needed(settings.folds):
        return None
    return cross_validate(
        coded,
        known,
        code_embeddings,
        folds=settings.folds,
        seed=settings.seed,
        classifier=settings.classifier,
        purpose=settings.purpose,
        tick=ticks(progress, min(settings.folds, groups)),
        kept=kept,
    )


def _exemplars(segments: Sequence[Segment], features: Features, labels: LabelMatrix) -> Exemplars:
    rows = np.flatnonzero(labels.y.any(axis=1))
    marked = [segments[row] for row in rows.tolist()]
    return Exemplars(tuple(segment.place for segment in marked), features.vectors[rows], labels.y[rows])


def model_state(model: Model) -> State:
    """The arrays of a model; with `scored`, `ranked` and the exemplars' places they restore it."""
    state: State = {"exemplars.vectors": model.exemplars.vectors, "exemplars.carries": model.exemplars.carries}
    state |= {f"ranker.{name}": array for name, array in model.ranker.state().items()}
    if model.classifier:
        state |= {f"classifier.{name}": array for name, array in model.classifier.state().items()}
    if model.out_of_fold:
        state |= out_of_fold_state(model.out_of_fold)
    if model.reference is not None:
        state |= reference_state(model.reference)
    if model.offsets is not None:
        state |= offsets_state(model.offsets)
    if model.valence is not None:
        state |= {f"valence.{name}": array for name, array in model.valence.state().items()}
    return state


def restore_model(
    state: Mapping[str, npt.NDArray[Any]],
    scored: tuple[str, ...],
    ranked: tuple[str, ...],
    places: tuple[Place, ...],
    layout: str = OLDEST_FORMAT,
) -> Model:
    """The model whose arrays are `state`; `layout` is the classifier's `format`.

    Raises:
        ModelError: no installed classifier reads them.
    """
    ranker = DescriptionRanker().restore(part_of(state, "ranker"))
    classifier = restore_classifier(layout, part_of(state, "classifier")) if scored else None
    exemplars = Exemplars(places, state["exemplars.vectors"], state["exemplars.carries"])
    out_of_fold = restore_out_of_fold(state) if "held_back.places" in state else None
    valence = ValenceClassifier().restore(of_valence) if (of_valence := part_of(state, "valence")) else None
    reference = restore_reference(state)
    offsets = restore_offsets(state)
    return Model(
        scored, ranked, classifier, ranker, exemplars, out_of_fold, reference, valence=valence, offsets=offsets
    )
