"""Drift within a study: how transcripts that a model codes compare with its training transcripts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Floats
from secondcoder.domain.records import Segment, Transcript
from secondcoder.drift.measures import Measure, TranscriptFigures, transcript_figures
from secondcoder.drift.profiles import profiles
from secondcoder.drift.reference import reference_of
from secondcoder.drift.reports import reports_by
from secondcoder.drift.significance import Difference, Finding, Undecided, compare_groups
from secondcoder.drift.wording import finding_words, not_compared, notes, summary, too_few, undecided_words
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.reference import Reference
from secondcoder.learning.training_data import TrainingData
from secondcoder.workspace import Workspace


def with_reference(model: Model, data: TrainingData, transcripts: Mapping[str, Transcript]) -> Model:
    """The model with the reference figures of its training transcripts, for comparison with later ones."""
    rates = np.full((len(data.segments), len(model.scored)), np.nan)
    if model.out_of_fold is not None:
        rates[data.labels.coded_rows] = model.out_of_fold.probability
    return replace(model, reference=reference_of(profiles(data.segments, data.features, rates, transcripts)))


def compare_with_training(
    workspace: Workspace,
    version: str,
    model: Model,
    transcripts: Sequence[Transcript],
    segments: Sequence[Segment],
    features: Features,
    scores: Floats,
) -> dict[str, Any]:
    """How transcripts that are coded now compare with the training transcripts, in the form of the event log.

    Cases and waves are tested on all transcripts that this version has coded so far, earlier ones included.

    Args:
        transcripts: those coded now, also ones without a segment; segments and features are theirs.
        scores: (n, k), the model's of these features.
    """
    comparison = Comparison(workspace, version, model)
    comparison.add(transcripts, segments, features, scores)
    return comparison.report([transcript.id for transcript in transcripts])


class Comparison:
    """A comparison of new transcripts with a model version's training transcripts, gathered some transcripts at a time."""

    def __init__(self, workspace: Workspace, version: str, model: Model) -> None:
        self._workspace, self._version, self._model = workspace, version, model
        self._fresh: dict[str, TranscriptFigures] = {}

    def add(
        self, transcripts: Sequence[Transcript], segments: Sequence[Segment], features: Features, scores: Floats
    ) -> None:
        """Transcripts that are coded now; as `compare_with_training` has it."""
        reference, rates = self._model.reference, scores[:, : len(self._model.scored)]
        if reference is not None and not too_few(self._version, reference):
            fresh = _figures_of_new(reference, transcripts, segments, features, rates)
            self._fresh |= {figures.transcript: figures for figures in fresh}

    def report(self, coded: Sequence[str]) -> dict[str, Any]:
        """In the form of the event log.

        Args:
            coded: ids of all that were coded now, in their order.
        """
        version, model, reference = self._version, self._model, self._model.reference
        rate = self._workspace.configuration.drift.false_alarms
        report: dict[str, Any] = {"model": version, "false_alarms": rate, "coded": [*coded]}
        reason = too_few(version, reference)
        if reason or reference is None:
            return report | {"summary": reason, "findings": [], "notes": [], "not_compared": {}, "transcripts": {}}
        fresh = {name: self._fresh[name] for name in coded if name in self._fresh}
        # The new figures last: a transcript coded again counts once, as it is now.
        known = _earlier(self._workspace.corpus, version) | fresh
        findings = compare_groups(list(known.values()), reference, rate)
        place = version, reference, model, known
        return report | {
            "learned_from": len(reference),
            "summary": summary(findings, version, reference, rate),
            "findings": [_finding(finding, *place) for finding in findings if finding.differs],
            "undecided": [_undecided(finding, finding.undecided, *place) for finding in findings if finding.undecided],
            "notes": notes(list(known.values()), version, reference),
            "not_compared": {name: not_compared(figures) for name, figures in known.items() if not figures.values},
            "transcripts": {name: _plain(figures) for name, figures in fresh.items()},
        }


def _figures_of_new(
    reference: Reference,
    transcripts: Sequence[Transcript],
    segments: Sequence[Segment],
    features: Features,
    rates: Floats,
) -> list[TranscriptFigures]:
    """Figures of transcripts that the model was not trained on."""
    named = {transcript.id: transcript for transcript in transcripts}
    figures = {
        profile.transcript: transcript_figures(profile, reference)
        for profile in profiles(segments, features, rates, named)
    }
    trained = set(reference.transcripts.tolist())
    return [figures.get(name) or _without_figures(new) for name, new in named.items() if name not in trained]


def _without_figures(transcript: Transcript) -> TranscriptFigures:
    """Of a transcript without any answer of a participant."""
    return TranscriptFigures(
        transcript.id, transcript.case or "", transcript.wave or "", transcript.role or "", 0, False, {}
    )


def _earlier(corpus: Corpus, version: str) -> dict[str, TranscriptFigures]:
    """The latest figures of each transcript that this version has coded before."""
    return {
        name: _read(name, plain)
        for report in reports_by(corpus, version)
        for name, plain in report["transcripts"].items()
    }


def _plain(figures: TranscriptFigures) -> dict[str, Any]:
    values = {str(name): round(value, 5) for name, value in figures.values.items()}
    rest = {name: getattr(figures, name) for name in ("case", "wave", "role", "segments", "new_case")}
    return rest | {"values": values, "rates": [round(rate, 5) for rate in figures.rates]}


def _read(name: str, plain: Mapping[str, Any]) -> TranscriptFigures:
    values = {Measure(measure): value for measure, value in plain["values"].items()}
    place = (plain["case"], plain["wave"], plain["role"], plain["segments"], plain["new_case"])
    return TranscriptFigures(name, *place, values, tuple(plain["rates"]))


def _finding(
    finding: Finding, version: str, reference: Reference, model: Model, coded: Mapping[str, TranscriptFigures]
) -> dict[str, Any]:
    words = finding_words(finding, version, reference, model.scored, _rates(finding, coded))
    return _place(finding) | {"differs": _differences(finding.differs), "words": words}


def _undecided(
    finding: Finding,
    why: Undecided,
    version: str,
    reference: Reference,
    model: Model,
    coded: Mapping[str, TranscriptFigures],
) -> dict[str, Any]:
    """Too few training transcripts or cases to judge it; in words only if it lies further out than any of them."""
    numbers = {"learned_from": why.units, "unit": why.unit, "needed": why.needed, "chance": round(why.chance, 4)}
    words = undecided_words(finding, why, version, reference, model.scored, _rates(finding, coded))
    return _place(finding) | numbers | {"furthest": _differences(why.furthest), "words": words}


def _place(finding: Finding) -> dict[str, Any]:
    return {"what": finding.what, "name": finding.name, "transcripts": list(finding.transcripts)}


def _differences(parts: Sequence[Difference]) -> list[dict[str, Any]]:
    return [{"measure": str(part.measure), "value": part.value, "usual": [part.low, part.high]} for part in parts]


def _rates(finding: Finding, coded: Mapping[str, TranscriptFigures]) -> Floats:
    return np.array([coded[name].rates for name in finding.transcripts])
