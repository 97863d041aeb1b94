"""A study's coded segments as scikit-learn takes them: X, y, groups and weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from secondcoder.domain.arrays import Floats
from secondcoder.interfaces.talk import QUESTION, SEGMENT, TEXT, TRANSCRIPT
from secondcoder.study.study import Study
from secondcoder.training.train import coded_data

if TYPE_CHECKING:
    from secondcoder.labels.label_matrix import LabelMatrix


class LabelledSegments(NamedTuple):
    """n segments of a study's coded transcripts, transcript by transcript.

    Attributes:
        X: columns `text`, `question`, `transcript` and `segment`, its number there from 0.
        y: a column a code, in the codebook's order: share of the coders who gave it, 0 or 1 where they agree; NaN where nobody looked.
        groups: (n,) what is held out whole, by the study's setting `learning.group`.
        sample_weight: (n,) by the origin of what was said, as under [learning.weights].
    """

    X: pd.DataFrame
    y: pd.DataFrame
    groups: pd.Series
    sample_weight: Floats


def labelled_segments(study: Study, *, unaided: bool = False) -> LabelledSegments:
    """What a study's classifier learns from, for the codes that the codebook has.

    In a study, a label that was given in a review of suggestions is unknown while an interview is held out that the suggesting model
    had learned from, since it would tell of it. A table cannot say that: where reviews took place, figures of all labels flatter.

    Args:
        unaided: leave unknown what was given in such a review alone.

    Raises:
        InputError: there are no transcripts. CodebookError: the codebook is damaged.
    """
    data = coded_data(study.workspace())
    rows = [(segment.text, segment.question, segment.transcript, segment.order) for segment in data.segments]
    return LabelledSegments(
        pd.DataFrame(rows, columns=[TEXT, QUESTION, TRANSCRIPT, SEGMENT]),
        _table(data.labels, unaided),
        pd.Series(data.features.groups, name="group"),
        np.asarray(data.labels.weight),
    )


def _table(labels: LabelMatrix, unaided: bool) -> pd.DataFrame:
    known = labels.known & ~labels.rests if unaided else labels.known
    return pd.DataFrame(np.where(known, labels.said, np.nan), columns=list(labels.codes))
