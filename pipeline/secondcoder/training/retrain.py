"""Retraining: a candidate from all codings so far, held against the model in use, and promoted only if it earns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.configuration import complete_recipe, recipe_of
from secondcoder.errors import InputError, ModelError
from secondcoder.labels.label_weights import origins, unaided
from secondcoder.learning.model import Model
from secondcoder.learning.training_data import TrainingData
from secondcoder.training.gate import GateDecision, decide
from secondcoder.training.gate_report import gate_files
from secondcoder.training.label_consistency import label_consistency
from secondcoder.training.paired_comparison import PairedScores, compare_with_model_in_use, pair_scores
from secondcoder.training.train import Keeping, assess_model, coded_data, keep_version, learn, training_hash
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class Retraining:
    """What came of a retraining.

    Attributes:
        manifest: of the new version.
        in_use: it took the place of the model before it, because the gate let it pass or because it was told to.
        decision: the gate's word.
        report: the page with the comparison.
        codebook_changes: what changed in the codebook since the model before it learned it, in words; '' where nothing did.
    """

    manifest: dict[str, Any]
    in_use: bool
    decision: GateDecision
    report: Path
    codebook_changes: str


def retrain(workspace: Workspace, promote: bool = False) -> Retraining:
    """Learn anew from all codings, compare with the model in use, and keep the result: in use if the gate lets it pass.

    Args:
        workspace: made inside `one_training`, so that the model in use is the last training's.
        promote: take the candidate into use whatever the gate says; the audit trail keeps that it was so.

    Raises:
        ModelError: there is no model to compare with.
        InputError: nothing has changed since the model in use was trained, or since its last candidate was stopped.
    """
    if workspace.version is None:
        raise ModelError("There is no model yet to compare with. Train the first one: secondcoder train")
    then = workspace.as_of(workspace.version)
    in_use = then.load_model()[1]
    data = coded_data(workspace)
    _refuse_nothing_new(workspace, then, data)
    if not promote:
        _refuse_stopped_before(workspace, data)
    candidate = learn(workspace, data)
    verdict = _verdict(workspace, then, in_use, data, candidate)
    used = verdict.passed or promote
    manifest = keep_version(
        workspace, candidate, data, assess_model(workspace, candidate, data), _keeping(workspace, verdict, used)
    )
    report = workspace.models_folder / manifest["version"] / "gate.html"
    changes = codebook_difference(then.manifest, workspace.codebook, workspace.corpus.history).summary
    return Retraining(manifest, used, verdict, report, changes)


def _keeping(workspace: Workspace, verdict: GateDecision, used: bool) -> Keeping:
    why = "retrained, passed the gate" if verdict.passed else f"promoted by hand although: {' '.join(verdict.reasons)}"
    gate = verdict.to_json() | {"overruled": used and not verdict.passed, "settings": _settings(workspace)}
    return Keeping(why if used else None, {"gate": gate}, lambda manifest: gate_files(manifest, verdict, used))


def _refuse_nothing_new(workspace: Workspace, then: Workspace, data: TrainingData) -> None:
    if workspace.configuration == then.configuration and _learned_from(then.manifest, workspace, data):
        raise InputError(
            f"Nothing has changed since {then.version} was trained: no coding, no setting, no code. Code or review more transcripts "
            "and retrain then."
        )


def _learned_from(manifest: Mapping[str, Any], workspace: Workspace, data: TrainingData) -> bool:
    """The version of the manifest learned from these data with this codebook."""
    same_data = manifest["training"]["sha256"] == training_hash(data)
    return same_data and bool(manifest["codebook"]["hash"] == workspace.codebook.hash)


def _refuse_stopped_before(workspace: Workspace, data: TrainingData) -> None:
    """The same codings and settings beside the same model come to the same outcome."""
    recipe = recipe_of(workspace.configuration)
    for record in reversed(workspace.corpus.models):
        manifest, name = record["manifest"], record["version"]
        gate = manifest.get("gate") or {"passed": True}
        stopped = record["parent"] == workspace.version and not gate["passed"]
        if not stopped or gate.get("settings") != _settings(workspace) or complete_recipe(manifest["recipe"]) != recipe:
            continue
        if _learned_from(manifest, workspace, data):
            raise InputError(
                f"Nothing has changed since {name} was made and did not pass the gate: {' '.join(gate['reasons'])}\nOnce codings were "
                f"mended (secondcoder import --replace, or in a review) or added, retrain again. "
                f"To take {name} all the same: secondcoder models use {name}"
            )


def _settings(workspace: Workspace) -> dict[str, Any]:
    return workspace.configuration.retraining.model_dump()


def _verdict(
    workspace: Workspace, then: Workspace, in_use: Model, data: TrainingData, candidate: Model
) -> GateDecision:
    settings = workspace.configuration.retraining
    scored = called_now(workspace, then, in_use.scored)
    lost = [code for code in scored if code in workspace.codebook and code not in candidate.scored]
    unseen = paired_scores(workspace, then, in_use, data, candidate)
    if unseen is None:
        return decide(None, None, lost, settings)
    seed = workspace.configuration.learning.seed
    return decide(compare_with_model_in_use(unseen, seed), label_consistency(unseen, settings.alarm), lost, settings)


def called_now(workspace: Workspace, then: Workspace, codes: Sequence[str]) -> tuple[str, ...]:
    """What codes of an earlier time are called today; '' for one that was merged, split or retired since."""
    history = workspace.corpus.history
    after = history.last_change_with(then.codebook.hash)
    return tuple(codes) if after is None else tuple(history.same_code(code, after) or "" for code in codes)


def paired_scores(
    workspace: Workspace, then: Workspace, in_use: Model, data: TrainingData, candidate: Model
) -> PairedScores | None:
    """What both models say of segments that they had not seen; None unless both score a code.

    Args:
        then: the study as the model in use knew it; its recipe makes that model's features.
    """
    if in_use.out_of_fold is None or candidate.out_of_fold is None:
        return None
    row = {(segment.transcript, segment.start, segment.end): at for at, segment in enumerate(data.segments)}
    rows = np.array([row[place] for place in candidate.out_of_fold.places], dtype=np.intp)
    same = then.configuration == workspace.configuration
    features = data.features if same else then.features(data.segments)
    plain = in_use.scores(features)[rows, : len(in_use.scored)]
    segments = [data.segments[at] for at in rows.tolist()]
    coded = origins(segments, workspace.corpus.marks, workspace.configuration.segments.overlap)
    return pair_scores(
        in_use.out_of_fold,
        called_now(workspace, then, in_use.scored),
        candidate.out_of_fold,
        candidate.scored,
        plain,
        unaided(coded),
    )
