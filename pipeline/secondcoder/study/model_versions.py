"""The study's model versions: what there is, which one is in use, and going back to one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from secondcoder.codebook.model_fit import codes_unknown_to
from secondcoder.model_store.folder import read_folder
from secondcoder.model_store.training_lock import one_training

if TYPE_CHECKING:
    from secondcoder.study.study import Study


def list_versions(study: Study) -> list[dict[str, Any]]:
    """All versions, oldest first: name, parent, made when by whom, in use since when by whom and why, the gate's word, and the figures
    people ask for."""
    rows, fates = [], study.store.fates()
    made, used = _told_of(study, "model"), _told_of(study, "model in use")
    for record in study.store.models():
        manifest = record["manifest"]
        training, gate = manifest.get("training", {}), manifest.get("gate") or {}
        rows.append(
            {
                "version": record["version"],
                "parent": record["parent"],
                "in_use": bool(record["in_use"]),
                "made": made.get(record["version"]),
                "used": used.get(record["version"]) if record["in_use"] else None,
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


def _told_of(study: Study, what: str) -> dict[str, dict[str, Any]]:
    """Version -> the last event of a kind about it: at, who, and where it says so why and in place of what."""
    return {
        event["detail"]["version"]: {name: event[name] for name in ("at", "who")}
        | {name: event["detail"][name] for name in ("why", "before") if name in event["detail"]}
        for event in study.store.events(what)
    }


def card_of(study: Study, version: str) -> Path:
    """The Markdown card of a version whose folder is as it was written: nobody reads figures that somebody touched.

    Raises:
        ModelError: there is no such version, or its folder is not whole.
    """
    read_folder(study.models_folder, version, study.as_of(version).manifest_in_use.get("sha256"))
    return study.models_folder / version / "card.md"


def use_version(study: Study, version: str) -> str | None:
    """Take a version into use, if it still loads and fits; returns the one that was in use.

    Raises:
        ModelError: there is no such version, or it does not fit the study as it is now.
        BusyError: a training is running, which would not compare with this version.
    """
    from secondcoder.model_store import load_version

    sealed = study.as_of(version).manifest_in_use.get("sha256")
    load_version(study.models_folder, version, study.codebook, study.embedder, sealed, study.store.fates())
    with one_training(study, "models use"):
        before = study.model_in_use
        if version != before:
            reasons = stopped_for(study, version)
            with study.transaction() as write:
                write.use_model(version, f"chosen by hand{' although: ' if reasons else ''}{' '.join(reasons)}")
    return before


def stopped_for(study: Study, version: str) -> list[str]:
    """Why the gate did not let a version pass; nothing where it passed, or was never asked."""
    gate = study.as_of(version).manifest_in_use.get("gate") or {}
    return list(gate.get("reasons", []))
