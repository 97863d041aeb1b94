"""Learning from a study's human codings: a new model version, and how good the recipe is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.configuration import recipe_of
from secondcoder.domain.arrays import Vectors
from secondcoder.drift.comparison import remember
from secondcoder.errors import InputError
from secondcoder.labels.label_weights import by_hand, told_trust
from secondcoder.learning.assessment.assess import Assessment, assess
from secondcoder.learning.assessment.evaluate import Evaluation, evaluate
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.model import Model, split_by_examples, train_model
from secondcoder.learning.training_data import Material
from secondcoder.model_store import card_files, next_version, save_version
from secondcoder.model_store.training_lock import one_training
from secondcoder.segments.segmenter import new_segmenter

if TYPE_CHECKING:
    from secondcoder.study.study import Study


def train(study: Study) -> dict[str, Any]:
    """A new model version from all human codings, taken into use; returns its manifest.

    While nobody has coded anything, all transcripts are taken, and every code is ranked from the codebook alone.

    Raises:
        BusyError: another training is running.
    """
    with one_training(study, "train"):
        material = training_material(study)
        model = learn(study, material)
        return keep_version(study, model, material, judge_model(study, model, material), Keeping("trained"))


def training_material(study: Study) -> Material:
    """The coded transcripts, or all while none is coded."""
    return study.material(study.coded_transcripts() or study.store.transcripts())


def learn(study: Study, material: Material) -> Model:
    """A model of the material by the study's present recipe, from nothing, with what it saw for later comparison."""
    model = train_model(
        material.segments,
        material.features,
        material.labels,
        study.codebook,
        study.embedder,
        study.configuration.learning,
        lambda: _others(study, material),
    )
    if model.held_back is not None:
        rows = np.flatnonzero(material.labels.coded_rows)
        own = by_hand(study, [material.segments[row] for row in rows.tolist()])
        model = replace(model, held_back=replace(model.held_back, by_hand=own))
    return remember(study, model, material)


def _others(study: Study, material: Material) -> Vectors:
    """Vectors of the segments of all other transcripts: a rank is a place in the whole study, not among the few that are coded."""
    within = set(material.transcripts)
    segments = study.segments([one for one in study.store.transcripts() if one.id not in within])
    return study.embedder.embed([segment.text for segment in segments])


def judge_model(study: Study, model: Model, material: Material) -> Assessment:
    """Figures, learning curve and verdicts of a model that `learn` made of the same material."""
    settings = study.configuration.learning
    return assess(model, material.segments, material.features, material.labels, settings, study.telling("judging"))


@dataclass(frozen=True)
class Keeping:
    """How a new version is kept.

    Attributes:
        why: it is taken into use for this reason; None keeps it as a candidate.
        notes: what else its manifest is to hold.
        files: what else is to lie in its folder, made from the manifest.
    """

    why: str | None
    notes: Mapping[str, Any] = field(default_factory=dict)
    files: Callable[[dict[str, Any]], Mapping[str, bytes]] = lambda manifest: {}


def keep_version(
    study: Study, model: Model, material: Material, assessment: Assessment, keeping: Keeping
) -> dict[str, Any]:
    """Write the model as the study's next version, in folder and store or in neither; returns its manifest."""
    records = study.store.models()
    folders = [path.name for path in study.models_folder.glob("m*") if path.name[1:].isdecimal()]
    name = next_version([*folders, *(record["version"] for record in records)])
    parent = next((record["version"] for record in records if record["in_use"]), None)
    manifest = save_version(
        study.models_folder,
        name,
        model,
        study.codebook,
        study.embedder,
        _about(study, model, material, parent) | assessment.to_json() | dict(keeping.notes),
        lambda manifest: {**card_files(manifest, assessment, study.codebook), **keeping.files(manifest)},
    )
    try:
        with study.transaction() as write:
            write.add_codebook(study.codebook)
            write.add_model(name, parent, {key: manifest[key] for key in manifest if key != "exemplars"}, in_use=False)
            if gate := keeping.notes.get("gate"):
                write.log("gate", version=name, beside=parent, passed=gate["passed"], reasons=gate["reasons"])
            if keeping.why is not None:
                write.use_model(name, keeping.why)
    except BaseException:
        # Not after the record has landed, as when Ctrl+C comes between the two.
        if not any(record["version"] == name for record in study.store.models()):
            shutil.rmtree(study.models_folder / name, ignore_errors=True)
        raise
    return manifest


def _about(study: Study, model: Model, material: Material, parent: str | None) -> dict[str, Any]:
    labels = material.labels
    examples = (labels.y & labels.known).sum(axis=0)
    return {
        "parent": parent,
        "recipe": recipe_of(study.configuration),
        "methods": {
            "segmenter": new_segmenter(study.configuration.segments).describe(),
            "embedder": study.embedder.describe(),
            "classifier": model.classifier.describe() if model.classifier else None,
        },
        "training": {
            "sha256": training_hash(material),
            "segments": len(material.segments),
            "transcripts": len(set(material.transcripts)),
            "examples": {code: int(n) for code, n in zip(labels.codes, examples, strict=True)},
            "origins": _origins(study, material),
            "trust": told_trust(labels),
        },
    }


def _origins(study: Study, material: Material) -> dict[str, dict[str, int]]:
    """Code -> origin -> number of codings in the transcripts that were learned from; without the codes that have none."""
    within = set(material.transcripts)
    found = Counter((one.code, one.origin.value) for one in study.store.codings() if one.transcript in within)
    counts: dict[str, dict[str, int]] = {}
    for (code, origin), n in sorted(found.items()):
        counts.setdefault(code, {})[origin] = n
    return counts


def training_hash(material: Material) -> str:
    """SHA-256 of the segments' texts and questions, and of what is learned of them."""
    labels = material.labels
    content = json.dumps([[one.transcript, one.start, one.end, one.text, one.question] for one in material.segments])
    digest = hashlib.sha256(content.encode())
    digest.update(labels.target.tobytes() + labels.known.tobytes() + labels.weight.tobytes())
    return digest.hexdigest()


def evaluate_recipe(study: Study, by: str | None = None) -> Evaluation:
    """Out-of-fold figures of the present recipe on the study's human codings.

    Args:
        by: "transcript" or "case": what is held back whole; the configuration's `learning.group` by default.
    """
    settings = study.configuration.learning
    material = study.material(study.coded_transcripts(), by)
    rows = np.flatnonzero(material.labels.coded_rows)
    if not len(rows):
        raise InputError("Nothing is coded yet, so there is nothing to evaluate on. Import a coded table first.")
    scored, too_few = split_by_examples(material.labels, material.transcripts, settings, material.features.groups)
    if not scored:
        raise InputError(
            f"No code can be scored yet, so there is nothing to evaluate. It takes {settings.min_examples} examples in "
            f"{settings.min_transcripts} transcripts{' and two cases' if (by or settings.group) == 'case' else ''}, and passages that "
            "were looked at and do not have it. What each code lacks: secondcoder train"
        )
    segments = [material.segments[row] for row in rows.tolist()]
    found = evaluate(
        material.features.take(rows),
        material.labels.columns(scored).take(rows),
        segments,
        {code: n for code, n in too_few.items() if n},
        folds=settings.folds,
        seed=settings.seed,
        rounds=settings.bootstrap,
        grouped_by=by or settings.group,
        classifier=settings.classifier,
        told=code_vectors([study.codebook[code] for code in scored], study.embedder, segments),
        progress=study.telling("evaluating"),
    )
    return replace(found, led=int((~by_hand(study, segments)).sum()))
