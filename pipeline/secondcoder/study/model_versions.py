"""The study's model versions: what there is, which one is in use, and going back to one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from secondcoder.codebook.model_fit import codebook_difference
from secondcoder.corpus import Corpus
from secondcoder.errors import ModelError
from secondcoder.model_store.card import gate_outcome
from secondcoder.model_store.folder import read_folder
from secondcoder.model_store.purged import is_as_written, keep_only
from secondcoder.model_store.training_lock import one_training
from secondcoder.workspace import Workspace


def list_versions(workspace: Workspace) -> list[dict[str, Any]]:
    """All versions, oldest first: name, parent, made when by whom, in use since when by whom and why, the gate's decision, and the
    figures people ask for; of a purged one why it was."""
    corpus = workspace.corpus
    trained, used = _latest_events(corpus, "model"), _latest_events(corpus, "model in use")
    return [
        {
            "version": record["version"],
            "parent": record["parent"],
            "in_use": bool(record["in_use"]),
            "made": trained.get(record["version"]),
            "used": used.get(record["version"]) if record["in_use"] else None,
            "purged": corpus.purged.get(record["version"], {}).get("why"),
            **_figures(record["manifest"]),
            "unknown": codebook_difference(record["manifest"], workspace.codebook, corpus.history).summary,
        }
        for record in corpus.models
    ]


def _figures(manifest: Mapping[str, Any]) -> dict[str, Any]:
    training, gate = manifest.get("training", {}), manifest.get("gate") or {}
    return {
        "transcripts": training.get("transcripts"),
        "examples": sum(training.get("examples", {}).values()),
        "codes_scored": len(manifest.get("scored", ())),
        "macro_ap": manifest.get("out_of_fold", {}).get("macro_ap"),
        "gate": gate_outcome(gate) if gate else "",
        "reasons": gate.get("reasons", []),
    }


def _latest_events(corpus: Corpus, what: str) -> dict[str, dict[str, Any]]:
    """Version -> the last event of a kind about it: at, who, and where it says so why and in place of what."""
    return {
        event["detail"]["version"]: {name: event[name] for name in ("at", "who")}
        | {name: event["detail"][name] for name in ("why", "before") if name in event["detail"]}
        for event in corpus.events(what)
    }


def card_of(workspace: Workspace, version: str | None = None) -> Path:
    """The Markdown card of a version, by default the one in use; its folder must be as it was written, so that no figure was touched.

    Raises:
        ModelError: there is no such version, or its folder is not whole.
    """
    version = version or workspace.version
    if version is None:
        raise ModelError("There is no model yet. Train one: secondcoder train")
    sealed, card = workspace.manifest_of(version).get("sha256"), workspace.models_folder / version / "card.md"
    if version not in workspace.corpus.purged:
        read_folder(workspace.models_folder, version, sealed)
    elif not is_as_written(card, workspace.corpus.purged[version]["files"]):
        raise ModelError(
            f"Model {version} was purged, and its card is not there as it was written. Only its record is left."
        )
    return card


def use_version(workspace: Workspace, version: str) -> str | None:
    """Take a version into use, if it still loads and fits; returns the one that was in use.

    Raises:
        ModelError: there is no such version, or it does not fit the study as it is now.
        BusyError: a training is running, which would not compare with this version.
    """
    reasons = stopped_for(workspace, version)
    # Only to see that it is whole and fits.
    workspace.load_version(version)
    with one_training(workspace.folder, "models use", workspace.corpus.store):
        # A training may have ended since the workspace was made.
        before = workspace.corpus.now().model_in_use
        if version != before:
            with workspace.write() as write:
                write.use_model(version, f"chosen by hand{' although: ' if reasons else ''}{' '.join(reasons)}")
    return before


EXPORTED = "model exported"
"""An event of the audit trail."""
REMOVED = "removed by hand"


def remove_version(workspace: Workspace, version: str) -> None:
    """Delete a version's folder; its record stays in the trail and in the list, and so do its suggestions.

    To be called while no training runs, which may be comparing with it.

    Raises:
        ModelError: there is no such version, or it is in use.
    """
    manifest = workspace.manifest_of(version)
    if version == workspace.version:
        raise ModelError(
            f"{version} is in use, so it was not removed. Take another into use first: secondcoder models use VERSION"
        )
    gone = workspace.corpus.purged.get(version, {"why": REMOVED, "files": manifest.get("files", {})})
    with workspace.write() as write:
        write.purge_model(version, gone["why"], gone["files"], [])
    keep_only(workspace.models_folder / version, ())


def stopped_for(workspace: Workspace, version: str) -> list[str]:
    """Why the gate did not let a version pass; nothing where it passed, or was never asked."""
    gate = workspace.manifest_of(version).get("gate") or {}
    return list(gate.get("reasons", []))
