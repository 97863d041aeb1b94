"""What limits each code of a study: its evaluation and its coders' own marks, put before the rules."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Segment
from secondcoder.labels.chosen_passages import without_doubted
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.independent_marks import independent_marks
from secondcoder.learning.assessment.evaluate import Evaluation
from secondcoder.learning.assessment.limits.evidence import gather
from secondcoder.learning.assessment.limits.limit import StudyLimits
from secondcoder.learning.assessment.limits.people import Judged
from secondcoder.learning.assessment.limits.rules import limit_of, limit_of_few
from secondcoder.learning.features import Features
from secondcoder.workspace import Workspace


def code_limits(workspace: Workspace, features: Features, evaluation: Evaluation, own_marks: CoderMarks) -> StudyLimits:
    """Of the codes that are scored, and of those with too few examples.

    Args:
        features: of the evaluation's n segments; own_marks: `marks_of_coders` on these, without doubted ones.
    """
    settings, held = workspace.configuration.learning, evaluation.held
    cluster = np.unique(np.asarray(held.clusters), return_inverse=True)[1].ravel()
    evidence = gather(
        evaluation.codes,
        evaluation.segments,
        features,
        Judged(held.probability, held.suggested, held.y, evaluation.judging, cluster),
        own_marks,
        _related(workspace.codebook, evaluation.codes),
        evaluation.point["average_precision"],
        evaluation.interval["average_precision"],
        settings.folds,
        settings.seed,
    )
    scored = [limit_of(evidence, j) for j in range(len(evaluation.codes))]
    few = [limit_of_few(code, n) for code, n in evaluation.too_few.items()]
    return StudyLimits((*scored, *few), evidence.curve)


def marks_of_coders(
    workspace: Workspace, segments: Sequence[Segment], codes: Sequence[str], doubted: bool = True
) -> CoderMarks:
    """Each coder's own marks on these segments, of these codes.

    Args:
        doubted: also at passages that a coder was asked for because slips were likely there, where people differ more than elsewhere.
    """
    settings, corpus = workspace.configuration, workspace.corpus
    codings, passes = corpus.codings, corpus.passes
    if not doubted:
        codings, passes = without_doubted(corpus, codings, passes)
    return independent_marks(
        segments,
        codings,
        passes,
        workspace.codebook,
        settings.learning,
        settings.segments.overlap,
        codes,
    )


def _related(book: Codebook, codes: tuple[str, ...]) -> Bools:
    """(k, k) a code and one that stands above or below it."""
    below = np.array([[above in book.ancestors(code) for code in codes] for above in codes], dtype=bool)
    return np.asarray(below | below.T)
