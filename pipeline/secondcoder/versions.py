"""The study's model versions: what there is, which one is in use, and going back to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook_changes.models import codes_unknown_to
from secondcoder.errors import ModelError
from secondcoder.locking import one_training

if TYPE_CHECKING:
    from secondcoder.study import Study


def list_versions(study: Study) -> list[dict[str, Any]]:
    """All versions, oldest first: name, parent, in use, when the gate held it back why, and the figures people ask for."""
    rows, fates = [], study.store.fates()
    for record in study.store.models():
        manifest = record["manifest"]
        training, gate = manifest.get("training", {}), manifest.get("gate") or {}
        rows.append(
            {
                "version": record["version"],
                "parent": record["parent"],
                "in_use": bool(record["in_use"]),
                "transcripts": training.get("transcripts"),
                "examples": sum(training.get("examples", {}).values()),
                "codes_scored": len(manifest.get("scored", ())),
                "macro_ap": manifest.get("out_of_fold", {}).get("macro_ap"),
                "gate": ""
                if not gate
                else "passed"
                if gate["passed"]
                else "overruled"
                if gate["overruled"]
                else "held back",
                "reasons": gate.get("reasons", []),
                "unknown": codes_unknown_to(manifest, study.codebook, fates).told,
            }
        )
    return rows


def card_of(study: Study, version: str) -> Path:
    """The Markdown card of a version.

    Raises:
        ModelError: there is no such version, or its card is missing.
    """
    study.as_of(version)
    path = study.models_folder / version / "card.md"
    if not path.is_file():
        raise ModelError(f"The card of {version} is missing from {path.parent}. `secondcoder check` says what else is.")
    return path


def use_version(study: Study, version: str) -> str | None:
    """Take a version into use, if it still loads and fits; returns the one that was in use.

    Raises:
        ModelError: there is no such version, or it does not fit the study as it is now.
        BusyError: a training is running, which would not compare with this version.
    """
    from secondcoder.registry import load_version

    sealed = study.as_of(version).manifest_in_use.get("sha256")
    load_version(study.models_folder, version, study.codebook, study.embedder, sealed, study.store.fates())
    with one_training(study, "models use"):
        before = study.model_in_use
        if version != before:
            with study.transaction() as write:
                write.use_model(version, "chosen by hand")
    return before
