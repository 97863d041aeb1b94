"""Drift within a study: what a model remembers of its training transcripts, and how those that it codes compare with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from secondcoder.corpus import Corpus
from secondcoder.domain.arrays import Floats
from secondcoder.domain.records import Segment, Transcript
from secondcoder.drift.judging import Finding, judge
from secondcoder.drift.measures import Measure, Measured, measure
from secondcoder.drift.profiles import profiles
from secondcoder.drift.reference import reference_of
from secondcoder.drift.wording import finding_words, not_compared, notes, summary, too_few
from secondcoder.learning.features import Features
from secondcoder.learning.model import Model
from secondcoder.learning.reference import Reference
from secondcoder.learning.training_data import TrainingData
from secondcoder.workspace import Workspace

DRIFT = "drift"
"""The event that keeps a comparison."""


def with_reference(model: Model, data: TrainingData, transcripts: Mapping[str, Transcript]) -> Model:
    """The model with what it remembers of its training transcripts, for comparison with later ones."""
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
    """How transcripts that are coded now compare with those that the model learned from, as the event log keeps it.

    Cases and waves are judged on all transcripts that this version has coded so far, these ones and earlier ones.

    Args:
        transcripts: those coded now, also ones without a segment; segments and features are theirs.
        scores: (n, k), the model's of these features.
    """
    rate = workspace.configuration.drift.false_alarms
    report: dict[str, Any] = {"model": version, "false_alarms": rate, "coded": [one.id for one in transcripts]}
    seen, reason = model.reference, too_few(version, model.reference)
    if reason or seen is None:
        return report | {"summary": reason, "findings": [], "notes": [], "not_compared": {}, "transcripts": {}}
    fresh = _measured(seen, transcripts, segments, features, scores[:, : len(model.scored)])
    measured = _earlier(workspace.corpus, version) | {one.transcript: one for one in fresh}
    findings = judge(list(measured.values()), seen, rate)
    telling = [one for one in findings if one.differs]
    transcripts_judged = sum(one.what == "transcript" for one in findings)
    return report | {
        "learned_from": len(seen),
        "summary": summary(transcripts_judged, len(telling), version, seen, rate),
        "findings": [_finding(one, version, seen, model, measured) for one in telling],
        "notes": notes(list(measured.values()), version, seen),
        "not_compared": {one.transcript: not_compared(one) for one in measured.values() if not one.values},
        "transcripts": {one.transcript: _plain(one) for one in fresh},
    }


def latest(corpus: Corpus) -> dict[str, Any] | None:
    """The last comparison by the model in use; None where it has coded nothing yet."""
    return next(iter(reversed(_reports(corpus, corpus.model_in_use))), None)


def in_words(report: Mapping[str, Any] | None, *, only: bool = False) -> list[str]:
    """A comparison in sentences; with `only`, what bears on the transcripts that it was made for.

    A transcript of a case that differs as a whole is not told apart.
    """
    if report is None:
        return []
    chosen = set(report["coded"]) if only else None
    findings = [one for one in report["findings"] if chosen is None or chosen & set(one["transcripts"])]
    inside = {name for one in findings if one["what"] == "case" for name in one["transcripts"]}
    lines = [one["words"] for one in findings if one["what"] != "transcript" or one["name"] not in inside]
    skipped = [why for name, why in report["not_compared"].items() if chosen is None or name in chosen]
    return [line for line in (*lines, *skipped, *report["notes"], report["summary"]) if line]


def _reports(corpus: Corpus, version: str | None) -> list[dict[str, Any]]:
    details = [event["detail"] for event in corpus.events(DRIFT)]
    return [detail for detail in details if detail["model"] == version]


def _measured(
    reference: Reference,
    transcripts: Sequence[Transcript],
    segments: Sequence[Segment],
    features: Features,
    rates: Floats,
) -> list[Measured]:
    """Figures of transcripts that the model did not learn from."""
    named = {transcript.id: transcript for transcript in transcripts}
    found = {one.transcript: measure(one, reference) for one in profiles(segments, features, rates, named)}
    learned = set(reference.transcripts.tolist())
    return [found.get(one.id) or _silent(one) for one in transcripts if one.id not in learned]


def _silent(one: Transcript) -> Measured:
    return Measured(one.id, one.case or "", one.wave or "", one.role or "", 0, False, {})


def _earlier(corpus: Corpus, version: str) -> dict[str, Measured]:
    """What this version coded before, the latest figures of each transcript."""
    return {
        name: _read(name, plain)
        for report in _reports(corpus, version)
        for name, plain in report["transcripts"].items()
    }


def _plain(one: Measured) -> dict[str, Any]:
    values = {str(name): round(value, 5) for name, value in one.values.items()}
    rest = {"case": one.case, "wave": one.wave, "role": one.role, "segments": one.segments, "new_case": one.new_case}
    return rest | {"values": values, "rates": [round(rate, 5) for rate in one.rates]}


def _read(name: str, plain: Mapping[str, Any]) -> Measured:
    values = {Measure(measure): value for measure, value in plain["values"].items()}
    place = (plain["case"], plain["wave"], plain["role"], plain["segments"], plain["new_case"])
    return Measured(name, *place, values, tuple(plain["rates"]))


def _finding(
    one: Finding, version: str, seen: Reference, model: Model, measured: Mapping[str, Measured]
) -> dict[str, Any]:
    rates = np.array([measured[name].rates for name in one.transcripts])
    return {
        "what": one.what,
        "name": one.name,
        "transcripts": list(one.transcripts),
        "differs": [
            {"measure": str(part.measure), "value": part.value, "usual": [part.low, part.high]} for part in one.differs
        ],
        "words": finding_words(one, version, seen, model.scored, rates),
    }
