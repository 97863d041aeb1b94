"""What each coder said on their own of every segment: for setting people beside each other and beside the model."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import LearningSettings
from secondcoder.corpus import independent, of_coder
from secondcoder.domain.records import Coding, CodingPass, Segment
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import label_matrix


def independent_marks(
    segments: Sequence[Segment],
    codings: Sequence[Coding],
    passes: Iterable[CodingPass],
    book: Codebook,
    settings: LearningSettings,
    overlap: float,
    codes: Sequence[str],
) -> CoderMarks:
    """The marks of everybody who coded independently, by the rules of the label matrix; `codes` are the k columns."""
    alone, looks = list(independent(codings)), list(independent(passes))
    coders = tuple(sorted({*(coding.coder for coding in alone), *(look.coder for look in looks)}))
    each = [
        label_matrix(segments, of_coder(alone, coder), of_coder(looks, coder), book, settings, overlap).columns(codes)
        for coder in coders
    ]
    none = np.zeros((0, len(segments), len(codes)), dtype=bool)
    tables = [np.stack([getattr(one, name) for one in each]) if each else none for name in ("y", "known")]
    return CoderMarks(coders, *tables)
