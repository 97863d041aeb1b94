"""Learn from some transcripts, compare others: once a split, judged at several rates."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from secondcoder.configuration import load_configuration
from secondcoder.domain.records import Segment
from secondcoder.drift.measures import TranscriptFigures, transcript_figures
from secondcoder.drift.profiles import profiles
from secondcoder.drift.reference import reference_of
from secondcoder.drift.significance import DriftTest
from secondcoder.embedding import Embedder
from secondcoder.learning.features import Features, build_features
from secondcoder.learning.model import split_by_examples
from secondcoder.learning.reference import Reference
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

from drifts.talk import Talk

SEED = 20260101
DRAWS = 2000


@dataclass
class Alarms:
    """How often transcripts or groups were said to differ.

    Attributes:
        judged: (unit, said to differ) of each judgement that the rate allows.
        undecided: (unit, named as furthest out) of each one for which there were too few training transcripts or cases.
        measures: that said so, or named it.
    """

    judged: list[tuple[str, bool]] = field(default_factory=list)
    undecided: list[tuple[str, bool]] = field(default_factory=list)
    measures: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.judged) + len(self.undecided)

    def add(self, unit: str, drift_test: DriftTest, group: Sequence[TranscriptFigures]) -> None:
        """Judge a group."""
        differs, why = drift_test.differences(group), drift_test.undecided(group)
        named = why.furthest if why else differs
        (self.undecided if why else self.judged).append((unit, bool(named)))
        self.measures.update(str(one.measure) for one in named)


def share(judgements: Sequence[tuple[str, bool]]) -> float:
    """Share of judgements that are true; units count alike."""
    return float(np.mean(list(_by_unit(judgements).values()))) if judgements else float("nan")


def interval(judgements: Sequence[tuple[str, bool]]) -> tuple[float, float]:
    """95 %, from drawing units (transcripts, groups) with all their judgements."""
    shares = np.array(list(_by_unit(judgements).values()))
    drawn = np.random.default_rng(SEED).integers(0, len(shares), (DRAWS, len(shares)))
    low, high = np.quantile(shares[drawn].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def _by_unit(judgements: Sequence[tuple[str, bool]]) -> dict[str, float]:
    said: dict[str, list[bool]] = {}
    for unit, alarm in judgements:
        said.setdefault(unit, []).append(alarm)
    return {unit: float(np.mean(alarms)) for unit, alarms in said.items()}


@dataclass(frozen=True)
class Trained:
    """What a model of some transcripts saw, and how it scores others."""

    reference: Reference
    classifier: StackedKernelClassifier | None
    codes: int

    def measured(self, segments: Sequence[Segment], features: Features, talk: Talk) -> list[TranscriptFigures]:
        """Figures of other transcripts."""
        rates = self.classifier.predict_proba(features) if self.classifier else np.zeros((len(segments), 0))
        described = profiles(segments, features, rates, talk.transcripts)
        return [transcript_figures(profile, self.reference) for profile in described]

    def of(self, talk: Talk, names: Iterable[str]) -> list[TranscriptFigures]:
        """Figures of a study's transcripts."""
        rows = talk.rows(list(names))
        return self.measured([talk.segments[row] for row in rows], talk.features.take(rows), talk)


def trained(talk: Talk, names: Sequence[str]) -> Trained:
    """A model of these transcripts, as `secondcoder train` makes it, as far as a comparison needs it."""
    settings = load_configuration().learning
    rows = talk.rows(names)
    segments, labels = [talk.segments[row] for row in rows], talk.labels.take(rows)
    features = talk.features.take(rows)
    scored, _ = split_by_examples(labels, [segment.transcript for segment in segments], settings)
    rates = np.full((len(rows), len(scored)), np.nan)
    classifier = None
    if scored:
        coded = np.flatnonzero(labels.coded_rows)
        code_embeddings = talk.code_embeddings[[labels.codes.index(code) for code in scored]]
        known = labels.columns(scored).take(coded)
        classifier = StackedKernelClassifier(settings.folds, settings.seed).fit(
            features.take(coded), known, code_embeddings
        )
        rates[coded] = classifier.out_of_fold_
    seen = reference_of(profiles(segments, features, rates, talk.transcripts))
    assert seen is not None
    return Trained(seen, classifier, len(scored))


def mixed(
    talk: Talk, name: str, other: Talk, share: float, rng: np.random.Generator, embedder: Embedder
) -> tuple[list[Segment], Features]:
    """A transcript in which a share of the passages, in one stretch, is replaced by passages of another study."""
    own = [talk.segments[row] for row in talk.rows([name])]
    length = round(share * len(own))
    at, start = int(rng.integers(0, len(own) - length + 1)), int(rng.integers(0, len(other.segments) - length + 1))
    for step in range(length):
        own[at + step] = replace(own[at + step], text=other.segments[start + step].text)
    return own, build_features(own, [name] * len(own), embedder)
