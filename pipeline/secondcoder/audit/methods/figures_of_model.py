"""What a manifest holds of how good a model is, in sentences that say where the figures come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from secondcoder.agreement.report.wording import CANNOT_BE_SAID
from secondcoder.audit.methods.sentences import TRUST, Sentence
from secondcoder.domain.wording import counted
from secondcoder.learning.assessment.speakers.report import errors_in_words
from secondcoder.workspace import Workspace

NAMES = {
    "macro_f1": "mean F1 over codes",
    "macro_ap": "mean average precision over codes",
    "pooled_kappa": "Cohen's kappa with the codings, pooled over codes",
    "calibration_error": "mean calibration error",
}
ITEMS = (TRUST, "TRIPOD+AI 12e")
BY_SPEAKER = (TRUST, "TRIPOD+AI 14", "TRIPOD+AI 23b")
WITH_INTERVALS = (*ITEMS, "TRIPOD+AI 23a")


def learning_of(workspace: Workspace, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The recipe's part on learning, its `group` as what was held out in truth: without known participants, transcripts."""
    learning = dict(manifest["recipe"]["learning"])
    return learning | {"group": workspace.corpus.grouping(learning["group"])}


def figures_of_model(manifest: Mapping[str, Any], learning: Mapping[str, Any]) -> Iterator[Sentence]:
    """Nested cross-validation's figures with intervals; an older manifest's with what flatters them. None without figures.

    Args:
        manifest: with `out_of_fold`; learning: the recipe's part on learning.
    """
    figures = manifest.get("out_of_fold", {})
    if not any(figures.get(name) is not None for name in NAMES):
        return
    if not figures.get("nested"):
        yield Sentence(_flattered(figures, learning), ITEMS)
        return
    folds, unit = figures["folds"], learning["group"]
    yield Sentence(
        f"In nested cross-validation ({folds} folds of whole {unit}s; {folds} models, none of them the one in use, each trained, "
        f"calibrated and given thresholds without the {unit}s that it was judged on), on {_rows(figures)} coded without suggestions: "
        f"{_listed(figures)}.",
        (*WITH_INTERVALS, "TRIPOD+AI 12a"),
    )
    if reviewed := figures.get("with_reviewed"):
        yield Sentence(
            f"With passages that were coded only in a review of suggestions counted too, {_rows(reviewed)}: {_listed(reviewed)}; "
            "people tend to follow what is suggested, so these are no independent judgement of the model.",
            WITH_INTERVALS,
        )


def figures_of_valence(manifest: Mapping[str, Any], learning: Mapping[str, Any]) -> Iterator[Sentence]:
    """How well valence is told by a model that suggests it; nothing of others."""
    figures = manifest.get("valence", {})
    if not figures.get("suggested"):
        return
    yield Sentence(
        f"Beside a suggested code stood the valence that was likelier than not. In nested cross-validation by {learning['group']}, on "
        f"those given without suggestions ({counted(figures['labels'], 'code')} on {counted(figures['segments'], 'segment')}), "
        f"balanced accuracy was {figures['balanced_accuracy']:.2f}{_between(figures, 'balanced_accuracy')}, where guessing gives "
        f"{figures['chance']:.2f}, and calibration error {figures['calibration_error']:.2f}.",
        WITH_INTERVALS,
    )


def errors_by_speaker(manifest: Mapping[str, Any]) -> Iterator[Sentence]:
    """Whether it errs by who speaks; nothing where that was not compared, as in older manifests."""
    report = manifest.get("errors_by_speaker")
    if not report or not report["attributes"]:
        return
    yield Sentence(
        "Marks that were not suggested and suggestions where people gave no code, out of fold, were compared by who speaks with those "
        "expected if each code were missed, or falsely suggested, as often whoever speaks (permutation tests that exchange whole "
        f"participants or cases; step-down maxT over all attributes and both kinds of error, at {report['rate']:.0%}).",
        BY_SPEAKER,
    )
    yield from (Sentence(said, BY_SPEAKER) for said in errors_in_words(report))


def _flattered(figures: Mapping[str, Any], learning: Mapping[str, Any]) -> str:
    folds, unit = learning["folds"], learning["group"]
    return (
        f"Figures kept from training: {_listed(figures)}. They come from scores held out by {unit} ({folds} cross-validated models, "
        "not the one in use), but stacking, calibration and thresholds were fitted on these same scores, which flatters them; no "
        "intervals were kept (`secondcoder evaluate` holds all of it back, with intervals)."
    )


def _rows(figures: Mapping[str, Any]) -> str:
    return f"{counted(figures['segments'], 'segment')} of {counted(figures['transcripts'], 'transcript')}"


def _listed(figures: Mapping[str, Any]) -> str:
    """Each figure there is with its interval, where intervals were kept."""
    shown = {name: figures[name] for name in NAMES if figures.get(name) is not None}
    return "; ".join(f"{NAMES[name]} {value:.2f}{_between(figures, name)}" for name, value in shown.items())


def _between(figures: Mapping[str, Any], name: str) -> str:
    if name not in figures.get("intervals", ()):
        return ""
    ends = figures["intervals"][name]
    return f" (95% interval {ends[0]:.2f} to {ends[1]:.2f})" if ends else f" (95% interval {CANNOT_BE_SAID})"
