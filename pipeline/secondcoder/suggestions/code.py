"""Batch-coding: suggestions for the transcripts that nobody has coded, by the model in use or by any earlier version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from secondcoder.configuration import complete_recipe
from secondcoder.domain.records import Transcript
from secondcoder.drift.comparison import DRIFT, compare_with_training
from secondcoder.errors import InputError
from secondcoder.learning.assessment.recall_control import RecallPlan, recall_plan
from secondcoder.learning.model import Model
from secondcoder.suggestions.evidence import suggest
from secondcoder.suggestions.table import suggestion_table
from secondcoder.workspace import Workspace

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CodingRun:
    """What a model version suggested for some transcripts.

    Attributes:
        table: one row a suggestion, by transcript and place, the likeliest code of a segment first.
        version: the model version.
        withheld: codes that are not learnable from these codes, with reasons; not in the table unless `everything`.
        drift: how the transcripts compare with its training transcripts (see `drift.comparison`).
        recall: the thresholds used, where a recall target was given.
    """

    table: pd.DataFrame
    version: str
    withheld: Mapping[str, str]
    drift: Mapping[str, Any]
    recall: RecallPlan | None = None


def code(
    workspace: Workspace, named: Sequence[str] = (), *, everything: bool = False, recall: float | None = None
) -> CodingRun:
    """Suggestions for the transcripts `named`, or for those without a human coding pass; kept in the store.

    An earlier version suggests to the last byte what it suggested before; where no transcript is named, on those that it coded then.

    Args:
        everything: also each code below its threshold, without evidence, and the codes withheld.
        recall: find this share of the human codings, by the thresholds of `plan_recall`.

    Raises:
        InputError: every transcript is coded, or no thresholds reach the recall target.
    """
    version, model = workspace.load_model()
    plan = None if recall is None else plan_recall(workspace, recall, everything=everything)
    model = _with_thresholds(workspace, model, everything, plan)
    transcripts = _to_code(workspace, named)
    segments = workspace.segments(transcripts)
    features = workspace.features(segments)
    scores = model.scores(features)
    by_id, language = workspace.corpus.by_id, workspace.configuration.segments.language
    suggestions = suggest(model, version, segments, features, scores, workspace.embedder, by_id, language, everything)
    drift = compare_with_training(workspace, version, model, transcripts, segments, features, scores)
    with workspace.write() as write:
        # What is kept does not depend on what was asked to be shown.
        kept = [suggestion for suggestion in suggestions if suggestion.score >= suggestion.threshold]
        write.replace_suggestions(version, [transcript.id for transcript in transcripts], kept)
        # What was asked for, so that the same can be asked for again.
        write.log(DRIFT, **drift, **({} if recall is None else {"recall": recall}))
    table = suggestion_table(suggestions, segments, by_id, workspace.codebook)
    return CodingRun(table, version, {} if everything else workspace.withheld, drift, plan)


def plan_recall(workspace: Workspace, target: float, *, everything: bool = False) -> RecallPlan:
    """Thresholds that keep a recall target, with the guarantee for each code and the reading that they cost.

    Raises:
        InputError: the target is not between 0.5 and 0.99, or no code is scored yet.
    """
    if not 0.5 <= target <= 0.99:
        raise InputError(f"The recall target must be between 0.5 and 0.99. Got {target:g} instead.")
    model = workspace.load_model()[1]
    if model.out_of_fold is None:
        raise InputError("No code is scored yet, so no recall can be aimed at. Code more transcripts and train again.")
    withheld = () if everything else workspace.withheld
    index = [j for j, code in enumerate(model.scored) if code not in withheld]
    if not index:
        raise InputError(
            "Every scored code is withheld as not learnable from these codes, so no recall can be aimed at. `secondcoder models show` "
            "says why; with --all they are suggested nevertheless."
        )
    unit = workspace.corpus.grouping(complete_recipe(workspace.manifest["recipe"])["learning"]["group"])
    return recall_plan(model.out_of_fold.columns(index), tuple(model.scored[j] for j in index), target, unit)


def _with_thresholds(workspace: Workspace, model: Model, everything: bool, plan: RecallPlan | None) -> Model:
    """The model with the thresholds that `code` was asked for."""
    thresholds = dict(zip(model.codes, model.thresholds.tolist(), strict=True))
    if plan is not None:
        thresholds |= dict(zip(plan.codes, plan.thresholds.tolist(), strict=True))
    if not everything:
        # No score reaches infinity: nothing of these is suggested, and no evidence looked for.
        thresholds |= dict.fromkeys(set(workspace.withheld) & set(thresholds), float("inf"))
    return model.with_thresholds([thresholds[code] for code in model.codes])


def _to_code(workspace: Workspace, named: Sequence[str]) -> list[Transcript]:
    corpus = workspace.corpus
    # An earlier version repeats its run, although people may have coded those transcripts since.
    before = corpus.suggested_on(workspace.version) if workspace.earlier and workspace.version else ()
    chosen = named or before or uncoded(workspace)
    if not chosen:
        raise InputError(
            "Every transcript has been coded by a human, so there is nothing to suggest. "
            "Import more transcripts, or name files: secondcoder code FILE..."
        )
    return [corpus.by_id[name] for name in chosen]


def uncoded(workspace: Workspace) -> list[str]:
    """Ids of the transcripts that no coder has gone through without suggestions."""
    corpus = workspace.corpus
    looked_at = {coding_pass.transcript for coding_pass in corpus.passes} - corpus.reviewed
    return [transcript.id for transcript in corpus.transcripts if transcript.id not in looked_at]
