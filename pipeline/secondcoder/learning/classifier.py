"""The seam: what a classifier is, and which one a configuration names.

`learning.classifier` is the name of a shipped module's `PART`, or of an entry point of the group `secondcoder.classifiers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, State, Vectors
from secondcoder.domain.plugins import check_part, find_part
from secondcoder.errors import ModelError, SecondcoderError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.purposes import purpose_thresholds
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.features import Features

PACKAGE, GROUP, SETTING = "secondcoder.learning", "secondcoder.classifiers", "learning.classifier"
SHIPPED = "stacked-kernels"
OLDEST_FORMAT = "stacked-kernels/1"
"""Of the arrays in model folders whose manifest names none."""


class Classifier(Protocol):
    """A scikit-learn style estimator on features and a masked label matrix. Made from `folds` and `seed` by keyword.

    Once fitted it also has `out_of_fold_`, (n, k) probabilities of the training segments, each from other groups' segments (see
    `predict_out_of_fold`), and `thresholds_`, (k,) probabilities from which a code is suggested: `fit_for_purpose` puts those of
    the study's purpose in place of its own.
    """

    thresholds_: Floats
    out_of_fold_: Floats

    @property
    def format(self) -> str:
        """Name and version of the layout of `state`, as in "stacked-kernels/1": the name is the part's own."""
        ...

    def fit(self, features: Features, labels: LabelMatrix, code_embeddings: Vectors | None = None) -> Self:
        """Learn from n segments and their labels, whose `target` means nothing where `known` is False.

        Args:
            features: of two groups of segments at least.
            labels: (n, k) targets, mask and weights.
            code_embeddings: (k, d) unit vectors of the codes' descriptions; None: code descriptions are not used as a feature.
        """
        ...

    def predict_proba(self, features: Features) -> Floats:
        """(n, k) probabilities."""
        ...

    def state(self) -> State:
        """The fitted arrays by name, none of them of Python objects: all that `predict_proba` and `thresholds_` need."""
        ...

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        ...

    def describe(self) -> str:
        """A sentence for the methods section, with its reference."""
        ...


def new_classifier(name: str, folds: int, seed: int) -> Classifier:
    """A classifier to be fitted.

    Args:
        name: as `learning.classifier` has it.
        folds, seed: of the inner cross-validation; groups stay whole.

    Raises:
        StudyError: no installed package provides it.
        PluginError: the classifier of another package cannot be used.
    """
    classifier: Classifier = find_part(name, PACKAGE, GROUP, SETTING)(folds=folds, seed=seed)
    check_part(classifier, Classifier, name, SETTING)
    return classifier


def fit_for_purpose(
    classifier: Classifier,
    purpose: str,
    features: Features,
    labels: LabelMatrix,
    code_embeddings: Vectors | None = None,
) -> Classifier:
    """The classifier, fitted as by its `fit`, with the thresholds of a purpose."""
    fitted = classifier.fit(features, labels, code_embeddings)
    fitted.thresholds_ = purpose_thresholds(purpose, fitted.out_of_fold_, labels, features.groups)
    return fitted


def restore_classifier(layout: str, state: Mapping[str, npt.NDArray[Any]]) -> Classifier:
    """The classifier whose `format` and `state` were kept; ModelError where no installed one reads them."""
    name = layout.partition("/")[0]
    try:
        # Any folds and seed will do: only `fit` uses them.
        classifier = new_classifier(name, folds=2, seed=0)
    except SecondcoderError as error:
        raise ModelError(f"The model was learned by classifier '{name}', which cannot be used: {error}") from error
    if classifier.format != layout:
        raise ModelError(
            f"The model was learned by classifier '{layout}'; the one installed reads '{classifier.format}'. "
            "Install the other version of its package, or train again: secondcoder train"
        )
    return classifier.restore(state)


def scorers_kept(classifier: Classifier | None) -> dict[str, Bools]:
    """Scorer -> (k,) codes for which a fitted classifier uses it. A classifier that hears scorers has a method of this name."""
    kept: dict[str, Bools] = getattr(classifier, "scorers_kept", dict)()
    return kept


def predict_out_of_fold(
    fit_and_predict: Callable[[Features, LabelMatrix, Features], Floats],
    features: Features,
    labels: LabelMatrix,
    folds: int,
    seed: int,
) -> Floats:
    """(n, k) probabilities of the training segments by refitting for each fold: for classifiers without a shorter way.

    Args:
        fit_and_predict: training features, their labels, and the features of the fold left out, to its (m, k) probabilities.
    """
    probability = np.zeros(labels.y.shape)
    for train, rest in train_and_test(group_folds(features.groups, folds, seed)):
        known = labels.holding_out({features.groups[row] for row in rest.tolist()}).take(train)
        probability[rest] = fit_and_predict(features.take(train), known, features.take(rest))
    return probability
