"""The study's model versions: what there is, which one is in use, and what changes from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from secondcoder.codebook_changes.models import codes_unknown_to
from secondcoder.coding import withheld
from secondcoder.errors import ModelError
from secondcoder.learning.arrays import Floats
from secondcoder.learning.model import Model
from secondcoder.locking import one_training
from secondcoder.records import Segment

if TYPE_CHECKING:
    from secondcoder.study import Study

TELLING, OF_ONE_CODE = 10, 3


@dataclass(frozen=True)
class Change:
    """A passage that one version suggests a code for and the other does not; `before` and `after` are their scores."""

    segment: Segment
    code: str
    before: float | None
    after: float | None
    suggested: bool

    @property
    def telling(self) -> float:
        """How far the two scores are apart; a code that only one version knows counts in full."""
        return abs((self.after or 0.0) - (self.before or 0.0))

    def to_json(self) -> dict[str, Any]:
        """For a table: where, what, and both scores."""
        one = self.segment
        return {
            "transcript": one.transcript,
            "start": one.start,
            "end": one.end,
            "code": self.code,
            "change": "newly suggested" if self.suggested else "no longer suggested",
            "before": self.before,
            "after": self.after,
            "text": one.text,
        }


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


def changes(study: Study, one: str, other: str) -> list[Change]:
    """Which passages of all transcripts change codes from one version to the other, the most telling first.

    A passage that a version learned from is judged by its held-back score.
    """
    first, second = (_said(study.as_of(version)) for version in (one, other))
    found = []
    for place in sorted({*first, *second}):
        before, after = first.get(place, NOTHING), second.get(place, NOTHING)
        segment = after.segment or before.segment
        if segment is not None and before.suggested != after.suggested:
            found.append(Change(segment, place[3], before.score, after.score, after.suggested))
    return sorted(found, key=lambda change: -change.telling)


def most_telling(found: list[Change]) -> list[Change]:
    """Ten of them, of one code three at most."""
    taken: list[Change] = []
    for change in found:
        if sum(one.code == change.code for one in taken) < OF_ONE_CODE:
            taken.append(change)
    return taken[:TELLING]


@dataclass(frozen=True)
class _Word:
    """What a version says of one code on one passage."""

    segment: Segment | None = None
    score: float | None = None
    suggested: bool = False


NOTHING = _Word()


def _said(then: Study) -> dict[tuple[str, int, int, str], _Word]:
    """What the version in use says of every passage, by place and code."""
    model = then.load_model()[1]
    segments = then.segments(then.store.transcripts())
    scores = _unseen(model, segments, model.scores(then.features(segments)))
    left_out = withheld(then.manifest_in_use)
    return {
        (segment.transcript, segment.start, segment.end, code): _Word(
            segment,
            round(float(scores[row, j]), 4),
            bool(scores[row, j] >= model.thresholds[j]) and code not in left_out,
        )
        for row, segment in enumerate(segments)
        for j, code in enumerate(model.codes)
    }


def _unseen(model: Model, segments: list[Segment], scores: Floats) -> Floats:
    """The scores, held-back ones in place of those of segments that were learned from."""
    held = model.held_back
    if held is None:
        return scores
    row = {(one.transcript, one.start, one.end): at for at, one in enumerate(segments)}
    places = [(row[place], at) for at, place in enumerate(held.places) if place in row]
    if places:
        to, source = np.array(places).T
        scores[to, : len(model.scored)] = held.probability[source]
    return scores
