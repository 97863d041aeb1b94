"""What is suggested on segments by models that had not seen their groups, and which labels these suggestions are judged by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Vectors
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.metrics import LabelledPredictions
from secondcoder.learning.assessment.purposes import AS_PEOPLE_CODE
from secondcoder.learning.classifier import SHIPPED
from secondcoder.learning.cross_validation import cross_validate, groups_needed
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
from secondcoder.learning.out_of_fold import FEWEST_GROUPS, labels_to_judge_by


@dataclass(frozen=True)
class HoldingOut:
    """How n segments are held out.

    Attributes:
        folds, seed: of the cross-validation. grouped_by: what the features' groups are, which stay whole.
        by_hand: (n,) people coded the segment without a review leading there; None for all.
        code_embeddings: (k, d) vectors of the codes' descriptions.
        classifier: its name in the configuration. purpose: of the suggestions.
        kept: where cross-validations are kept.
    """

    folds: int
    seed: int
    grouped_by: str
    by_hand: Bools | None = None
    code_embeddings: Vectors | None = None
    classifier: str = SHIPPED
    purpose: str = AS_PEOPLE_CODE
    kept: KeptResults = NOTHING_KEPT


class HeldOut(NamedTuple):
    """Out-of-fold predictions, which labels (n, k) to judge by, and what `NestedPredictions.kept` says of scorers."""

    predictions: LabelledPredictions
    judging: Bools
    scorers: Mapping[str, Floats]


def hold_out(
    features: Features, labels: LabelMatrix, how: HoldingOut, tick: Callable[[], None] = lambda: None
) -> HeldOut:
    """Cross-validate on n segments; `tick` is called after each fold.

    Raises:
        InputError: too few groups to hold one back inside each training part, or to judge by.
    """
    _refuse_too_few(len(set(features.groups)), how)
    judged = labels.to_judge_by()
    unprompted = np.ones(len(features), dtype=bool) if how.by_hand is None else how.by_hand
    judging = labels_to_judge_by(judged.known & ~judged.rests, unprompted, np.asarray(features.groups))
    if not judging.any():
        raise InputError(
            f"Fewer than {FEWEST_GROUPS} {how.grouped_by}s are coded without suggestions. What was decided in a review of suggestions "
            "says little of how good they are. Code some by hand, or blind: secondcoder review --blind"
        )
    made = cross_validate(
        features,
        labels,
        how.code_embeddings,
        folds=how.folds,
        seed=how.seed,
        classifier=how.classifier,
        purpose=how.purpose,
        tick=tick,
        kept=how.kept,
    )
    predictions = LabelledPredictions(made.probability, made.suggested, judged.y, judged.known, features.groups)
    return HeldOut(predictions, judging, made.kept)


def _refuse_too_few(groups: int, how: HoldingOut) -> None:
    needed = groups_needed(how.folds)
    if groups < needed:
        raise InputError(
            f"Only {groups} {how.grouped_by}{'s are' if groups > 1 else ' is'} coded. Measuring holds each back whole and chooses "
            f"thresholds among the rest, so it needs at least {needed}."
        )
