"""Errors by who speaks, of a study's evaluation and of a model version, from the predictions that each keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.learning.assessment.evaluate import Evaluation
from secondcoder.learning.assessment.speakers.errors import errors_by_speaker
from secondcoder.learning.assessment.speakers.report import errors_report, errors_table
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


def of_evaluation(corpus: Corpus, evaluation: Evaluation) -> dict[str, Any]:
    """`errors_report` of an evaluation."""
    held, transcripts = evaluation.held, [segment.transcript for segment in evaluation.segments]
    return errors_report(errors_by_speaker(corpus, transcripts, held.y, held.suggested, evaluation.judging))


def of_predictions(corpus: Corpus, held: OutOfFold | None) -> dict[str, Any] | None:
    """`errors_report` of a model's kept predictions; None where it keeps none that say what was suggested, as versions before
    nested cross-validation, or where there was too little to judge by."""
    if held is None or held.suggested is None or not np.any(judging := held.judging):
        return None
    transcripts = [place[0] for place in held.places]
    return errors_report(errors_by_speaker(corpus, transcripts, held.y, held.suggested, judging))


def errors_table_of(workspace: Workspace, evaluation: Evaluation | None) -> pd.DataFrame:
    """`errors_table` of an evaluation, or of the model in use, from its kept predictions as transcripts are described now."""
    if evaluation is not None:
        return errors_table(of_evaluation(workspace.corpus, evaluation))
    report = of_predictions(workspace.corpus, workspace.load_model()[1].out_of_fold)
    return errors_table(report or {"attributes": []})
