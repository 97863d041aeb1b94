"""Retraining: a candidate trained on all codings, compared with the model in use, deployed only if it is not worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.configuration import complete_recipe, recipe_of
from secondcoder.errors import InputError, ModelError
from secondcoder.labels.label_weights import left_folded, origins, unaided
from secondcoder.learning.model import Model
from secondcoder.learning.out_of_fold import OutOfFold
from secondcoder.learning.training_data import TrainingData
from secondcoder.training.automation_bias import automation_bias
from secondcoder.training.gate import GateDecision, decide
from secondcoder.training.gate_report import gate_files
from secondcoder.training.label_consistency import label_consistency
from secondcoder.training.paired_comparison import PairedScores, compare_with_model_in_use, pair_scores
from secondcoder.training.train import VersionRecord, assess_model, coded_data, fit_model, keep_version, training_hash
from secondcoder.workspace import Workspace


@dataclass(frozen=True)
class Retraining:
    """The result of a retraining.

    Attributes:
        manifest: of the new version.
        in_use: it replaced the model before it: it passed the gate, or was promoted by hand.
        decision: the gate's.
        report: the page with the comparison.
        codebook_changes: what changed in the codebook since the model before it was trained, in words; '' for none.
        sources: where codings since that model came from: "imported", "reviewed".
    """

    manifest: dict[str, Any]
    in_use: bool
    decision: GateDecision
    report: Path
    codebook_changes: str
    sources: tuple[str, ...] = ()


def retrain(workspace: Workspace, promote: bool = False) -> Retraining:
    """Train a candidate on all codings, compare it with the model in use, and keep it: in use if it passes the gate.

    Args:
        workspace: made inside `one_training`, so that the model in use is the last training's.
        promote: put the candidate into use even if it does not pass; the audit trail records that.

    Raises:
        ModelError: there is no model to compare with.
        InputError: nothing has changed since the model in use was trained, or since its last candidate was stopped.
    """
    if workspace.version is None:
        raise ModelError("There is no model yet to compare with. Train the first one: secondcoder train")
    then = workspace.as_of(workspace.version)
    # Before the training: a model that is damaged or does not fit should fail in seconds.
    in_use = then.load_model()[1]
    data = coded_data(workspace)
    # Both refusals before the training, which takes minutes.
    _refuse_nothing_new(workspace, then, data)
    if not promote:
        _refuse_stopped_before(workspace, data)
    candidate = fit_model(workspace, data)
    decision = _gate_decision(workspace, then, in_use, data, candidate)
    used = decision.passed or promote
    assessment = assess_model(workspace, candidate, data)
    manifest = keep_version(workspace, candidate, data, assessment, _record_of(workspace, decision, used))
    report = workspace.models_folder / manifest["version"] / "gate.html"
    changes = codebook_difference(then.manifest, workspace.codebook, workspace.corpus.history).summary
    return Retraining(manifest, used, decision, report, changes, _sources(workspace))


def _sources(workspace: Workspace) -> tuple[str, ...]:
    """Where what was coded since the model in use came from, as the audit trail has it."""
    sources = {"import": "imported", "decision": "reviewed"}
    since: list[str] = []
    for event in workspace.corpus.events("model", *sources):
        if event["what"] != "model":
            since.append(sources[event["what"]])
        elif event["detail"]["version"] == workspace.version:
            since = []
    return tuple(dict.fromkeys(since))


def _record_of(workspace: Workspace, decision: GateDecision, used: bool) -> VersionRecord:
    gate = decision.to_json() | {"overruled": used and not decision.passed, "settings": _settings(workspace)}
    return VersionRecord(
        _why_used(decision) if used else None, {"gate": gate}, lambda manifest: gate_files(manifest, decision, used)
    )


def _why_used(decision: GateDecision) -> str:
    if not decision.passed:
        return f"promoted by hand although: {' '.join(decision.reasons)}"
    return f"retrained, {'passed the gate' if decision.was_assessed else 'nothing could be compared'}"


def _refuse_nothing_new(workspace: Workspace, then: Workspace, data: TrainingData) -> None:
    if workspace.configuration == then.configuration and _trained_on(then.manifest, workspace, data):
        raise InputError(
            f"Nothing has changed since {then.version} was trained: no coding, no setting, no code. Code or review more transcripts "
            "and retrain then."
        )


def _trained_on(manifest: Mapping[str, Any], workspace: Workspace, data: TrainingData) -> bool:
    """Whether the version of the manifest was trained on these data with this codebook."""
    same_data = manifest["training"]["sha256"] == training_hash(data)
    return same_data and bool(manifest["codebook"]["hash"] == workspace.codebook.hash)


def _refuse_stopped_before(workspace: Workspace, data: TrainingData) -> None:
    """The same codings and settings, compared with the same model, give the same outcome; a run takes minutes."""
    recipe = recipe_of(workspace.configuration)
    for record in reversed(workspace.corpus.models):
        manifest, name = record["manifest"], record["version"]
        # A version from `train` met no gate.
        gate = manifest.get("gate") or {"passed": True}
        stopped = record["parent"] == workspace.version and not gate["passed"]
        # Other margins are another question, even of the same candidate.
        if not stopped or gate.get("settings") != _settings(workspace) or complete_recipe(manifest["recipe"]) != recipe:
            continue
        if _trained_on(manifest, workspace, data):
            raise InputError(
                f"Nothing has changed since {name} was made and did not pass the gate: {' '.join(gate['reasons'])}\nOnce codings were "
                f"corrected (secondcoder import --replace, or in a review) or added, retrain again. "
                f"To put {name} into use nevertheless: secondcoder models use {name}"
            )


def _settings(workspace: Workspace) -> dict[str, Any]:
    return workspace.configuration.retraining.model_dump()


def _gate_decision(
    workspace: Workspace, then: Workspace, in_use: Model, data: TrainingData, candidate: Model
) -> GateDecision:
    settings = workspace.configuration.retraining
    scored = called_now(workspace, then, in_use.scored)
    # A code that was merged, split or retired is not lost: somebody decided on it.
    lost = [code for code in scored if code in workspace.codebook and code not in candidate.scored]
    unseen = paired_scores(workspace, then, in_use, data, candidate)
    if unseen is None:
        return decide(None, None, lost, settings)
    comparison = compare_with_model_in_use(unseen, workspace.configuration.learning.seed)
    corpus, fold = workspace.corpus, workspace.configuration.review.fold
    folded = left_folded(corpus, workspace.codebook, corpus.decisions, fold)
    bias = automation_bias(unseen, settings.alarm, fold if folded else 0.0)
    return decide(comparison, label_consistency(unseen, settings.alarm), lost, settings, bias)


def called_now(workspace: Workspace, then: Workspace, codes: Sequence[str]) -> tuple[str, ...]:
    """Present names of codes of an earlier codebook; '' for one that was merged, split or retired since."""
    history = workspace.corpus.history
    after = history.last_change_with(then.codebook.hash)
    return tuple(codes) if after is None else tuple(history.same_code(code, after) or "" for code in codes)


def paired_scores(
    workspace: Workspace, then: Workspace, in_use: Model, data: TrainingData, candidate: Model
) -> PairedScores | None:
    """Scores of both models on segments that they were not trained on; None unless both score a code.

    Args:
        then: the study as of the model in use, whose recipe makes that model's features.
    """
    if in_use.out_of_fold is None or candidate.out_of_fold is None:
        return None
    row = {(segment.transcript, segment.start, segment.end): at for at, segment in enumerate(data.segments)}
    rows = np.array([row[place] for place in candidate.out_of_fold.places], dtype=np.intp)
    same = then.configuration == workspace.configuration
    # The model in use reads features as its own recipe makes them, such as by another embedder.
    features = replace(data.features, imported=then.model_scores) if same else then.features(data.segments)
    # Scored codes come first; of ranked ones there is no probability to compare.
    plain = in_use.scores(features)[rows, : len(in_use.scored)]
    segments = [data.segments[at] for at in rows.tolist()]
    coded = origins(segments, workspace.corpus.marks, workspace.configuration.segments.overlap)
    return pair_scores(
        in_use.out_of_fold,
        called_now(workspace, then, in_use.scored),
        _comparable(candidate, candidate.out_of_fold, in_use.out_of_fold),
        candidate.scored,
        plain,
        in_use.thresholds[: len(in_use.scored)],
        unaided(coded),
        workspace.corpus.groups("transcript"),
    )


def _comparable(candidate: Model, nested: OutOfFold, in_use: OutOfFold) -> OutOfFold:
    """The candidate's out-of-fold scores of the kind that the model in use kept: nested ones against flattering ones would lose."""
    if in_use.suggested is not None or candidate.classifier is None:
        return nested
    return replace(nested, probability=candidate.classifier.out_of_fold_)
