"""Batch-coding: suggestions for the transcripts that nobody has coded, by the model in use or by any earlier version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.drift.comparison import DRIFT, compare
from secondcoder.errors import InputError
from secondcoder.learning.assessment.recall_control import RecallPlan, recall_plan
from secondcoder.learning.model import Model
from secondcoder.reports.tables import suggestion_table
from secondcoder.suggestions.evidence import suggest

if TYPE_CHECKING:
    import pandas as pd

    from secondcoder.study.study import Study


def code(study: Study, paths: Iterable[str | Path], everything: bool, recall: float | None) -> pd.DataFrame:
    """As `Study.code`, for the model that the study has in use."""
    version, model = study.load_model()
    model = _aimed(study, model, everything, recall)
    chosen = _to_code(study, list(paths))
    transcripts = {transcript.id: transcript for transcript in study.store.transcripts()}
    segments = study.segments([transcripts[name] for name in chosen])
    features = study.features(segments)
    language = study.configuration.segments.language
    scores = model.scores(features)
    found = suggest(model, version, segments, features, scores, study.embedder, transcripts, language, everything)
    kept = [one for one in found if one.score >= one.threshold]
    drift = compare(study, version, model, [transcripts[name] for name in chosen], segments, features, scores)
    with study.transaction() as write:
        write.replace_suggestions(version, chosen, kept)
        # What was asked for, so that the same can be asked for again.
        write.log(DRIFT, **drift, **({"recall": recall} if recall is not None else {}))
    return suggestion_table(found, segments, transcripts, study.codebook)


def withheld(manifest: dict[str, Any]) -> dict[str, str]:
    """Codes that a model version could not learn, each with the reason; `code` leaves them out."""
    return {code: one["reason"] for code, one in manifest.get("verdicts", {}).items() if one["withheld"]}


def plan_recall(study: Study, model: Model, target: float, everything: bool) -> RecallPlan:
    """As `Study.recall_plan`, for this model."""
    if not 0.5 <= target <= 0.99:
        raise InputError(f"The recall target must be between 0.5 and 0.99. Got {target:g} instead.")
    if model.held_back is None:
        raise InputError("No code is scored yet, so no recall can be aimed at. Code more transcripts and train again.")
    left_out = () if everything else study.withheld
    index = [j for j, code in enumerate(model.scored) if code not in left_out]
    if not index:
        raise InputError(
            "Every scored code is withheld as not learnable from these codes, so no recall can be aimed at. `secondcoder models show` "
            "says why; with --all they are suggested nevertheless."
        )
    unit = study.manifest_in_use["recipe"]["learning"]["group"]
    return recall_plan(model.held_back.columns(index), tuple(model.scored[j] for j in index), target, unit)


def _aimed(study: Study, model: Model, everything: bool, recall: float | None) -> Model:
    """The model with the thresholds that `code` was asked for."""
    thresholds = dict(zip(model.codes, model.thresholds.tolist(), strict=True))
    if recall is not None:
        plan = plan_recall(study, model, recall, everything)
        thresholds |= dict(zip(plan.codes, plan.thresholds.tolist(), strict=True))
    if not everything:
        thresholds |= dict.fromkeys(set(study.withheld) & set(thresholds), float("inf"))
    return model.with_thresholds([thresholds[code] for code in model.codes])


def uncoded(study: Study) -> list[str]:
    """Ids of the transcripts that no coder has gone through without suggestions."""
    looked_at = {one.transcript for one in study.store.passes()} - study.store.reviewed_transcripts()
    return [transcript.id for transcript in study.store.transcripts() if transcript.id not in looked_at]


def coded_by(study: Study, version: str) -> list[str]:
    """Ids of the transcripts that a model version has suggested codes for, also those where it found none."""
    details = [one["detail"] for one in study.store.events("suggestions")]
    return sorted({detail["transcript"] for detail in details if detail["model"] == version})


def _to_code(study: Study, paths: Sequence[str | Path]) -> list[str]:
    if paths:
        imported = study.import_files(paths)
        return sorted({*imported.unchanged, *(transcript.id for transcript in imported.transcripts)})
    # People may have coded them since; what a version said of them is asked for all the same.
    chosen = (coded_by(study, study.pinned) if study.pinned else []) or uncoded(study)
    if not chosen:
        raise InputError(
            "Every transcript has been coded by a human, so there is nothing to suggest. "
            "Import more transcripts, or name files: secondcoder code FILE..."
        )
    return chosen
