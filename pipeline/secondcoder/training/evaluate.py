"""`evaluate`: how good the present recipe is on the study's human codings, from the cross-validation that training rests on too."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Segment
from secondcoder.domain.wording import counted
from secondcoder.errors import InputError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.label_weights import by_hand
from secondcoder.learning.assessment.evaluate import Evaluation, evaluate
from secondcoder.learning.assessment.held_out import HoldingOut, hold_out
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.cross_validation import ticks
from secondcoder.learning.features import Features
from secondcoder.learning.model import split_by_examples
from secondcoder.learning.training_data import TrainingData
from secondcoder.training.code_limits import code_limits, marks_of_coders
from secondcoder.training.speaker_errors import of_evaluation
from secondcoder.training.valence import assess_valence_of
from secondcoder.workspace import Workspace


def evaluate_recipe(workspace: Workspace, by: str | None = None, limits: bool = False) -> Evaluation:
    """Out-of-fold figures of the present recipe on the study's human codings.

    Args:
        by: "participant", "transcript" or "case": what is held out whole; the configuration's `learning.group` by default.
        limits: say what limits each code, too.

    Raises:
        InputError: nothing is coded, or no code can be scored.
    """
    coded = _coded(workspace, by)
    # As `agree` counts: what each coded alone, settled since or not, without passages chosen because slips were likely there.
    own_marks = marks_of_coders(workspace, coded.segments, coded.labels.codes, doubted=False)
    evaluation = evaluate(
        coded.features,
        coded.labels,
        coded.segments,
        {code: n for code, n in coded.too_few.items() if n},
        coded.how,
        rounds=workspace.configuration.learning.bootstrap,
        own_marks=own_marks,
        progress=workspace.pipeline.telling("evaluating"),
    )
    coders = evaluation.coders and evaluation.coders | {"merge": workspace.configuration.learning.merge}
    return replace(
        evaluation,
        valence=assess_valence_of(workspace, coded.data, coded.how.grouped_by),
        coders=coders,
        limits=code_limits(workspace, coded.features, evaluation, own_marks) if limits else None,
        by_speaker=of_evaluation(workspace.corpus, evaluation),
    )


def recipe_suggestions(workspace: Workspace) -> tuple[list[Segment], tuple[str, ...], Bools]:
    """n coded segments, the k scored codes, and what is suggested out of fold (n, k); InputError as for `evaluate_recipe`."""
    coded = _coded(workspace)
    settings, groups = workspace.configuration.learning, set(coded.features.groups)
    tick = ticks(workspace.pipeline.telling("evaluating"), min(settings.folds, len(groups)))
    held = hold_out(coded.features, coded.labels, coded.how, tick)
    return coded.segments, coded.labels.codes, held.predictions.suggested


@dataclass(frozen=True)
class _Coded:
    """The coded segments with their features and labels of the scored codes, and how they are cross-validated.

    Attributes:
        too_few: codes with too few examples, with their number.
    """

    data: TrainingData
    segments: list[Segment]
    features: Features
    labels: LabelMatrix
    too_few: dict[str, int]
    how: HoldingOut


def _coded(workspace: Workspace, by: str | None = None) -> _Coded:
    settings = workspace.configuration.learning
    by = workspace.corpus.grouping(by or settings.group)
    data = workspace.training_data(workspace.corpus.coded_transcripts, by)
    rows = np.flatnonzero(data.labels.coded_rows)
    if not len(rows):
        raise InputError(
            "Nothing is coded yet, so there is nothing to evaluate on. Code some interviews first: secondcoder open"
        )
    # Chosen as training chooses them, so that the figures speak of what a model would score.
    scored, too_few = split_by_examples(data.labels, data.transcripts, settings, data.features.groups)
    if not scored:
        raise InputError(_no_code_scored(settings, by))
    segments = [data.segments[row] for row in rows.tolist()]
    how = HoldingOut(
        settings.folds,
        settings.seed,
        by,
        by_hand(workspace.corpus, segments, workspace.configuration.segments.overlap),
        code_vectors([workspace.codebook[code] for code in scored], workspace.embedder, segments),
        settings.classifier,
        settings.purpose,
        workspace.kept,
    )
    features, labels = data.features.take(rows), data.labels.columns(scored).take(rows)
    return _Coded(data, segments, features, labels, too_few, how)


def _no_code_scored(settings: LearningSettings, by: str) -> str:
    return (
        f"No code can be scored yet, so there is nothing to evaluate. It takes {counted(settings.min_examples, 'example')} in "
        f"{counted(settings.min_transcripts, 'transcript')}{'' if by == 'transcript' else f' of two {by}s'}, and passages that "
        "were looked at and do not have it. What each code lacks: secondcoder train"
    )
