"""A model version given away, whole or without what it keeps of the interviews, and one that came from elsewhere.

Whole, it is what lies in the study's folder. Without talk, what is learned is distilled into weights (`learning.without_talk`): the
passages' vectors, predictions, places, and the words of one interview alone stay behind, and so do names of interviews and coders.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from secondcoder.codebook.yaml_file import dump_codebook
from secondcoder.domain.arrays import Bools
from secondcoder.errors import ModelError
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.description_ranker import CodedPassages, DescriptionRanker
from secondcoder.learning.model import Exemplars, Model
from secondcoder.learning.remembered import remembered
from secondcoder.learning.training_data import TrainingData
from secondcoder.learning.without_talk import WORDS, WithoutTalkClassifier
from secondcoder.model_store.folder import read_folder
from secondcoder.model_store.shared_card import shared_card
from secondcoder.model_store.shared_folder import CODEBOOK, unpacked, write_shared
from secondcoder.model_store.version import load_version, next_version, save_version, version_files
from secondcoder.study.model_versions import EXPORTED
from secondcoder.workspace import Workspace

TOLD = ("recipe", "methods", "verdicts", "out_of_fold")
"""Of a manifest, what goes along with a model without talk: settings, sentences on methods, and figures."""
COUNTED = ("segments", "transcripts", "examples")


def export_version(workspace: Workspace, version: str, out: Path) -> dict[str, Any]:
    """Write a version as it is, with its codebook; the manifest.

    Args:
        workspace: as of the version (`Workspace.as_of`).

    Raises:
        ModelError: there is no such version, it is purged, or its folder is not whole. InputError: `out` cannot be written.
    """
    workspace.load_version(version)
    manifest, files = read_folder(workspace.models_folder, version, workspace.manifest.get("sha256"))
    plain = {key: value for key, value in manifest.items() if key not in ("format", "files", "sha256")}
    sealed = write_shared(out, version, plain, {**files, CODEBOOK: dump_codebook(workspace.codebook).encode()})
    return _recorded(workspace, version, out, sealed)


def export_without_talk(workspace: Workspace, version: str, out: Path, vocabulary: str = WORDS) -> dict[str, Any]:
    """Write what a version learned, without what it keeps of the interviews; the manifest, with `memory`: what is left of these.

    Args:
        workspace: as of the version.
        vocabulary: one of `learning.without_talk.VOCABULARIES`.

    Raises:
        ModelError: as `export_version`; or the passages that it learned from are no longer cut as they were.
    """
    model = workspace.load_version(version)
    learned_from = workspace.manifest.get("training", {}).get("learned_from", ())
    data = workspace.training_data([workspace.corpus.by_id[name] for name in learned_from])
    given = _without_talk(workspace, version, model, data, vocabulary)
    manifest, files = version_files(
        version, given, workspace.codebook, workspace.embedder, _told(workspace, data, given)
    )
    files |= shared_card(manifest, workspace.codebook) | {CODEBOOK: dump_codebook(workspace.codebook).encode()}
    return _recorded(workspace, version, out, write_shared(out, version, manifest, files))


def _recorded(workspace: Workspace, version: str, out: Path, sealed: dict[str, Any]) -> dict[str, Any]:
    """In the trail, so that whoever must take something back knows where a copy went."""
    with workspace.write() as write:
        write.log(
            EXPORTED,
            version=version,
            file=out.name,
            sha256=sealed["sha256"],
            without_talk=bool(sealed.get("without_talk")),
        )
    return sealed


def _without_talk(workspace: Workspace, version: str, model: Model, data: TrainingData, vocabulary: str) -> Model:
    classifier = _distilled(version, model, data, vocabulary) if model.scored else None
    width, codes = workspace.embedder.width, len(model.codes)
    nothing = Exemplars((), np.zeros((0, width), np.float32), np.zeros((0, codes), dtype=bool))
    no_passages = CodedPassages(np.zeros((0, width), np.float32), *(_none(len(workspace.codebook.ids)),) * 2)
    ranker = DescriptionRanker().fit(
        workspace.codebook, model.ranked, workspace.embedder, data.features.vectors, no_passages
    )
    return Model(model.scored, model.ranked, classifier, ranker, nothing)


def _none(codes: int) -> Bools:
    return np.zeros((0, codes), dtype=bool)


def _distilled(version: str, model: Model, data: TrainingData, vocabulary: str) -> WithoutTalkClassifier:
    kept = model.out_of_fold
    row = {segment.place: number for number, segment in enumerate(data.segments)}
    if kept is None or not all(place in row for place in kept.places):
        raise ModelError(
            f"The interviews that {version} learned from are cut into other passages now, or it keeps no predictions of them. Train a "
            "new version and export that: secondcoder retrain"
        )
    rows = np.array([row[place] for place in kept.places], dtype=np.intp)
    labels = LabelMatrix(model.scored, kept.y, kept.known, rolled_up=data.labels.columns(model.scored).parents)
    return WithoutTalkClassifier(vocabulary=vocabulary).distil(data.features.take(rows), labels, kept.probability)


def _told(workspace: Workspace, data: TrainingData, given: Model) -> dict[str, Any]:
    manifest = workspace.manifest
    training = {name: manifest["training"][name] for name in COUNTED if name in manifest.get("training", {})}
    return {
        "parent": None,
        **{name: manifest[name] for name in TOLD if name in manifest},
        "training": {**training, "learned_from": [], "sha256": ""},
        "memory": remembered(given, data),
        "without_talk": True,
    }


def import_version(workspace: Workspace, path: Path) -> dict[str, Any]:
    """Take a version from elsewhere into this study, not into use; its manifest here.

    What it knows of the interviews that it learned from is left out, since they are not here: passages to show, predictions.

    Raises:
        InputError: it is no model. ModelError: a byte of it was changed, or it does not fit the codebook or the embedder.
    """
    with unpacked(path) as (folder, name):
        given, _ = read_folder(folder, name)
        model = load_version(folder, name, workspace.codebook, workspace.embedder, history=workspace.corpus.history)
    model = _of_elsewhere(model)
    corpus = workspace.corpus
    here = next_version(
        [*(each.name for each in workspace.models_folder.glob("m*") if each.name[1:].isdecimal()), *corpus.manifests]
    )
    told = {key: given[key] for key in (*TOLD, "memory", "without_talk", "scorers") if key in given}
    training = {name: given["training"][name] for name in COUNTED if name in given.get("training", {})}
    about = told | {
        "parent": None,
        "training": {**training, "learned_from": [], "sha256": given.get("training", {}).get("sha256", "")},
        "imported": {"version": given["version"], "sha256": given["sha256"]},
    }
    manifest = save_version(
        workspace.models_folder,
        here,
        model,
        workspace.codebook,
        workspace.embedder,
        about,
        lambda manifest: shared_card(manifest, workspace.codebook),
    )
    with workspace.write() as write:
        write.add_codebook(workspace.codebook)
        write.add_model(here, None, {key: manifest[key] for key in manifest if key != "exemplars"}, in_use=False)
        write.log("model imported", version=here, file=path.name, of=given["version"], sha256=given["sha256"])
    return manifest


def _of_elsewhere(model: Model) -> Model:
    places = Exemplars((), model.exemplars.vectors[:0], model.exemplars.carries[:0])
    reference = model.reference
    if reference is not None:
        # An interview here may have the same name as one there.
        names = np.array([f"elsewhere: {name}" for name in reference.transcripts.tolist()])
        reference = replace(reference, transcripts=names)
    return replace(model, exemplars=places, out_of_fold=None, reference=reference)
