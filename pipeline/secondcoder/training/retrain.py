"""Retraining: a candidate from all codings so far, held against the model in use, and promoted only if it earns it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.configuration import complete_recipe, recipe_of
from secondcoder.domain.records import Coding, CodingPass
from secondcoder.errors import InputError, ModelError
from secondcoder.labels.label_weights import origins, unaided
from secondcoder.learning.model import Model
from secondcoder.learning.training_data import Material
from secondcoder.model_store.training_lock import one_training
from secondcoder.training.gate import Verdict, judge
from secondcoder.training.gate_report import gate_files
from secondcoder.training.label_consistency import bearing
from secondcoder.training.paired_comparison import Unseen, align, compare
from secondcoder.training.train import Keeping, judge_model, keep_version, learn, training_hash, training_material

if TYPE_CHECKING:
    from secondcoder.study.study import Study


@dataclass(frozen=True)
class Retraining:
    """What came of a retraining.

    Attributes:
        manifest: of the new version.
        in_use: it took the place of the model before it, because the gate let it pass or because it was told to.
        verdict: the gate's word.
        report: the page with the comparison.
    """

    manifest: dict[str, Any]
    in_use: bool
    verdict: Verdict
    report: Path


def retrain(study: Study, promote: bool = False, called: str = "retrain") -> Retraining:
    """Learn anew from all codings, compare with the model in use, and keep the result: in use if the gate lets it pass.

    Args:
        promote: take the candidate into use whatever the gate says; the audit trail keeps that it was so.
        called: what this is to somebody who is refused a training meanwhile.

    Raises:
        BusyError: another training is running.
        ModelError: there is no model to compare with.
        InputError: nothing has changed since the model in use was trained, or since its last candidate was stopped.
    """
    with one_training(study, called):
        return _retrain(study, promote)


def _retrain(study: Study, promote: bool) -> Retraining:
    version = study.model_in_use
    if version is None:
        raise ModelError("There is no model yet to compare with. Train the first one: secondcoder train")
    then = study.as_of(version)
    in_use = then.load_model()[1]
    material = training_material(study)
    _refuse_nothing_new(study, then, material)
    if not promote:
        _refuse_stopped_before(study, version, material)
    candidate = learn(study, material)
    verdict = _verdict(study, then, in_use, material, candidate)
    used = verdict.passed or promote
    why = "retrained, passed the gate" if verdict.passed else f"promoted by hand although: {' '.join(verdict.reasons)}"
    manifest = keep_version(
        study,
        candidate,
        material,
        judge_model(study, candidate, material),
        Keeping(
            why if used else None,
            {"gate": verdict.to_json() | {"overruled": used and not verdict.passed, "settings": _settings(study)}},
            lambda manifest: gate_files(manifest, verdict, used),
        ),
    )
    return Retraining(manifest, used, verdict, study.models_folder / manifest["version"] / "gate.html")


def _refuse_nothing_new(study: Study, then: Study, material: Material) -> None:
    manifest = then.manifest_in_use
    same = (
        manifest["training"]["sha256"] == training_hash(material)
        and manifest["codebook"]["hash"] == study.codebook.hash
    )
    if same and study.configuration == then.configuration:
        raise InputError(
            f"Nothing has changed since {then.pinned} was trained: no coding, no setting, no code. Code or review more transcripts "
            "and retrain then."
        )


def _refuse_stopped_before(study: Study, version: str, material: Material) -> None:
    """The same codings and settings beside the same model come to the same word."""
    digest, recipe = training_hash(material), recipe_of(study.configuration)
    for record in reversed(study.store.models()):
        manifest, gate = record["manifest"], record["manifest"].get("gate") or {"passed": True}
        same = (
            manifest["training"]["sha256"] == digest
            and manifest["codebook"]["hash"] == study.codebook.hash
            and complete_recipe(manifest["recipe"]) == recipe
        )
        if same and record["parent"] == version and not gate["passed"] and gate.get("settings") == _settings(study):
            name = record["version"]
            raise InputError(
                f"Nothing has changed since {name} was made and did not pass the gate: {' '.join(gate['reasons'])}\nOnce codings were "
                f"mended (secondcoder import --replace, or in a review) or added, retrain again. "
                f"To take {name} all the same: secondcoder models use {name}"
            )


def _settings(study: Study) -> dict[str, Any]:
    return study.configuration.retraining.model_dump()


def _verdict(study: Study, then: Study, in_use: Model, material: Material, candidate: Model) -> Verdict:
    settings = study.configuration.retraining
    scored = called_now(study, then, in_use.scored)
    lost = [code for code in scored if code in study.codebook and code not in candidate.scored]
    unseen = both_unseen(study, then, in_use, material, candidate)
    if unseen is None:
        return judge(None, None, lost, settings)
    seed = study.configuration.learning.seed
    return judge(compare(unseen, seed), bearing(unseen, settings.alarm), lost, settings)


def called_now(study: Study, then: Study, codes: Sequence[str]) -> tuple[str, ...]:
    """What codes of an earlier time are called today; '' for one that was merged, split or retired since."""
    fates = study.store.fates()
    after = fates.made_after(then.codebook.hash)
    return tuple(codes) if after is None else tuple(fates.same(code, after) or "" for code in codes)


def both_unseen(study: Study, then: Study, in_use: Model, material: Material, candidate: Model) -> Unseen | None:
    """What both models say of segments that they had not seen; None unless both score a code.

    Args:
        then: the study as the model in use knew it; its recipe makes that model's features.
    """
    if in_use.held_back is None or candidate.held_back is None:
        return None
    row = {(one.transcript, one.start, one.end): at for at, one in enumerate(material.segments)}
    rows = np.array([row[place] for place in candidate.held_back.places], dtype=np.intp)
    same = then.configuration == study.configuration
    features = material.features if same else then.features(material.segments)
    plain = in_use.scores(features)[rows, : len(in_use.scored)]
    marks: list[Coding | CodingPass] = [*study.store.codings(), *study.store.passes()]
    found = origins([material.segments[at] for at in rows.tolist()], marks, study.configuration.segments.overlap)
    return align(
        in_use.held_back,
        called_now(study, then, in_use.scored),
        candidate.held_back,
        candidate.scored,
        plain,
        unaided(found),
    )
