"""Training on a study's human codings: a new model version, and how good the recipe is."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from secondcoder.codebook.model import Codebook
from secondcoder.configuration import recipe_of
from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Vectors
from secondcoder.domain.wording import unplaced_sentence
from secondcoder.drift.comparison import with_reference
from secondcoder.errors import InputError
from secondcoder.labels.label_weights import by_hand, weights_summary
from secondcoder.labels.model_coders import says_of
from secondcoder.labels.unplaced import unplaced_codings
from secondcoder.learning.assessment.assess import Assessment, assess
from secondcoder.learning.classifier import scorers_kept
from secondcoder.learning.features import Features
from secondcoder.learning.language_support import language_support
from secondcoder.learning.model import Model, train_model
from secondcoder.learning.remembered import remembered
from secondcoder.learning.training_data import TrainingData
from secondcoder.model_store.card import card_files
from secondcoder.model_store.version import next_version, save_version
from secondcoder.segments.segmenter import new_segmenter
from secondcoder.store.writing import Writer
from secondcoder.training.speaker_errors import of_predictions
from secondcoder.training.valence import assess_valence_of, with_valence
from secondcoder.workspace import Workspace


def train(workspace: Workspace) -> dict[str, Any]:
    """A new model version from all human codings, taken into use; returns its manifest.

    While nothing is coded, all transcripts are used, and every code is ranked by its definition.

    Args:
        workspace: made inside `one_training`, so that the model in use is the last training's.
    """
    data = coded_data(workspace)
    model = fit_model(workspace, data)
    return keep_version(workspace, model, data, assess_model(workspace, model, data), VersionRecord("trained"))


def coded_data(workspace: Workspace) -> TrainingData:
    """The coded transcripts, or all while none is coded."""
    return workspace.training_data(workspace.corpus.coded_transcripts or workspace.corpus.transcripts)


def fit_model(workspace: Workspace, data: TrainingData) -> Model:
    """A model trained on the data by the study's present recipe, with its drift reference."""
    settings = workspace.configuration
    if not workspace.codebook.codes:
        raise InputError(
            "The codebook has no codes yet. Add some: secondcoder import --add-codes CODES.csv, or codebook import FILE."
        )
    model = train_model(
        data.segments,
        data.features,
        data.labels,
        workspace.codebook,
        workspace.embedder,
        settings.learning,
        # Called only where a code is ranked: embedding all other transcripts takes long.
        lambda: _other_vectors(workspace, data),
        workspace.pipeline.telling("cross-validating"),
        workspace.kept,
    )
    if model.out_of_fold is not None:
        rows = np.flatnonzero(data.labels.coded_rows)
        unprompted = by_hand(workspace.corpus, [data.segments[row] for row in rows.tolist()], settings.segments.overlap)
        model = replace(model, out_of_fold=replace(model.out_of_fold, by_hand=unprompted))
    return with_reference(model, data, workspace.corpus.by_id)


def _other_vectors(workspace: Workspace, data: TrainingData) -> Vectors:
    """Vectors of the segments of all other transcripts: a rank is a place in the whole study, not among the few that are coded."""
    within = set(data.transcripts)
    others = [transcript for transcript in workspace.corpus.transcripts if transcript.id not in within]
    return workspace.embedder.embed([segment.text for segment in workspace.segments(others)])


def assess_model(workspace: Workspace, model: Model, data: TrainingData) -> Assessment:
    """Figures, learning curve and readiness of the codes, of a model that `fit_model` trained on the same data, and of valence."""
    progress = workspace.pipeline.telling("assessing")
    settings = workspace.configuration.learning
    by = workspace.corpus.grouping(settings.group)
    settings = settings.model_copy(update={"group": by})
    assessment = assess(model, data.segments, data.features, data.labels, settings, progress, workspace.kept)
    return replace(
        assessment,
        valence=assess_valence_of(workspace, data, by),
        by_speaker=of_predictions(workspace.corpus, model.out_of_fold),
    )


def no_files(manifest: dict[str, Any]) -> Mapping[str, bytes]:
    """No further files of a version's folder, whatever its manifest says."""
    return {}


@dataclass(frozen=True)
class VersionRecord:
    """What to record with a new version.

    Attributes:
        why: reason for putting it into use; None keeps it as a candidate.
        notes: further keys of its manifest.
        files: further files of its folder, made from the manifest.
    """

    why: str | None
    notes: Mapping[str, Any] = field(default_factory=dict)
    files: Callable[[dict[str, Any]], Mapping[str, bytes]] = field(default=no_files)


def keep_version(
    workspace: Workspace, model: Model, data: TrainingData, assessment: Assessment, record: VersionRecord
) -> dict[str, Any]:
    """Write the model as the study's next version, in folder and store or in neither; returns its manifest."""
    corpus, folder = workspace.corpus, workspace.models_folder
    model = with_valence(model, data, assessment.valence, workspace.configuration.learning)
    parent = corpus.model_in_use
    # Also names of folders that no record tells of, as a stopped training leaves them: never written over.
    name = next_version([*(path.name for path in folder.glob("m*") if path.name[1:].isdecimal()), *corpus.manifests])
    manifest = save_version(
        folder,
        name,
        model,
        workspace.codebook,
        workspace.embedder,
        _about(workspace, model, data, parent)
        | {"memory": remembered(model, data)}
        | assessment.to_json()
        | dict(record.notes),
        lambda manifest: {**card_files(manifest, assessment, workspace.codebook), **record.files(manifest)},
    )
    try:
        with workspace.write() as write:
            _record(write, workspace.codebook, manifest, parent, record)
    except BaseException:
        # Keep the folder if the record was committed: Ctrl+C may come between the commit and the return.
        if name not in corpus.now().manifests:
            shutil.rmtree(folder / name, ignore_errors=True)
        raise
    return manifest


def _record(write: Writer, book: Codebook, manifest: dict[str, Any], parent: str | None, record: VersionRecord) -> None:
    name = manifest["version"]
    write.add_codebook(book)
    # Taken into use by a step of its own, so that the trail says why.
    write.add_model(name, parent, {key: manifest[key] for key in manifest if key != "exemplars"}, in_use=False)
    if gate := record.notes.get("gate"):
        write.log("gate", version=name, beside=parent, passed=gate["passed"], reasons=gate["reasons"])
    if record.why is not None:
        write.use_model(name, record.why)


def _about(workspace: Workspace, model: Model, data: TrainingData, parent: str | None) -> dict[str, Any]:
    labels = data.labels
    examples = (labels.y & labels.known).sum(axis=0)
    scorers = {"scorers": scorers_in_manifest(model, data.features)} if data.features.scorers else {}
    support = language_support(workspace.configuration, workspace.codebook)
    spoken = (
        {"language": {key: support[key] for key in ("code", "name", "for_models")}} if support["for_models"] else {}
    )
    return (
        scorers
        | spoken
        | {
            "parent": parent,
            "recipe": recipe_of(workspace.configuration),
            "methods": {
                "segmenter": new_segmenter(workspace.configuration.segments).describe(),
                "embedder": workspace.embedder.describe(),
                "classifier": model.classifier.describe() if model.classifier else None,
                "valence": model.valence.describe() if model.valence else None,
            },
            "training": {
                "sha256": training_hash(data),
                "segments": len(data.segments),
                "transcripts": len(set(data.transcripts)),
                "learned_from": sorted(set(data.transcripts)),
                "examples": {code: int(n) for code, n in zip(labels.codes, examples, strict=True)},
                "origins": _origins(workspace.corpus, data),
                "trust": weights_summary(labels),
                "coders": labels.coders.summary() if labels.coders else None,
                "unplaced": _unplaced(workspace, data),
            },
        }
    )


def scorers_in_manifest(model: Model, features: Features) -> dict[str, Any]:
    """Scorer -> what it is, how it is asked, and the scored codes for which the model uses it; of an imported one name and edition."""
    kept = scorers_kept(model.classifier)
    nowhere = np.zeros(len(model.scored), dtype=bool)
    imported = {scorer: features.imported.sources[scorer] for scorer in features.imported.ids}
    return {
        scorer: {
            "says": says_of(imported[scorer][0]) if scorer in imported else features.answers.describe(scorer),
            "kept": [model.scored[column] for column in np.flatnonzero(kept.get(scorer, nowhere)).tolist()],
            **({"imported": list(imported[scorer])} if scorer in imported else _asked(features, scorer)),
        }
        for scorer in features.scorers
    }


def _asked(features: Features, scorer: str) -> dict[str, Any]:
    asked = features.answers.how_asked(scorer)
    return {"asked": asked} if asked else {}


def _unplaced(workspace: Workspace, data: TrainingData) -> dict[str, Any]:
    """How many codings of the training transcripts reach no segment, and a sentence that names them."""
    within, book = set(data.transcripts), workspace.codebook
    codings = [coding for coding in workspace.corpus.codings if coding.transcript in within and coding.code in book]
    missing = unplaced_codings(data.segments, codings, workspace.configuration.segments.overlap)
    return {"codings": len(missing), "told": unplaced_sentence(missing)}


def _origins(corpus: Corpus, data: TrainingData) -> dict[str, dict[str, int]]:
    """Code -> origin -> number of codings in the training transcripts; without codes that have none."""
    within = set(data.transcripts)
    tally = Counter((coding.code, coding.origin.value) for coding in corpus.codings if coding.transcript in within)
    counts: dict[str, dict[str, int]] = {}
    for (code, origin), n in sorted(tally.items()):
        counts.setdefault(code, {})[origin] = n
    return counts


def training_hash(data: TrainingData) -> str:
    """SHA-256 of the segments' texts and questions, of their labels and weights, and of valences and other models' scores where
    there are any."""
    labels = data.labels
    fields = ("transcript", "start", "end", "text", "question")
    # As JSON, so that no text can run into the next.
    content = json.dumps([[getattr(segment, name) for name in fields] for segment in data.segments])
    digest = hashlib.sha256(content.encode())
    digest.update(labels.target.tobytes() + labels.known.tobytes() + labels.weight.tobytes())
    if data.valences.known.any():
        digest.update(data.valences.value.tobytes())
    for source in data.features.imported.ids:
        digest.update(source.encode() + data.features.answers_of(source, labels.codes).tobytes())
    return digest.hexdigest()
