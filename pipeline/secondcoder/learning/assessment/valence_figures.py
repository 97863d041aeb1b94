"""How well valence is suggested, out of fold, and whether that is good enough to be shown.

It is shown where the lower end of the 95 % interval of balanced accuracy lies above guessing: where valences are few, the interval is
wide or there is none, and nothing is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment, Valence
from secondcoder.domain.wording import counted, listed
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.valences import VALENCES, Valences
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.code_tree import codes_and_above
from secondcoder.learning.content_key import code_version
from secondcoder.learning.cross_validation import cross_validate_valence, groups_needed
from secondcoder.learning.examples import enough_examples
from secondcoder.learning.features import Features
from secondcoder.learning.kept_results import NOTHING_KEPT, KeptResults
from secondcoder.learning.out_of_fold import labels_to_judge_by
from secondcoder.learning.valence_classifier import LIKELIER_THAN_NOT, ValenceClassifier
from secondcoder.statistics.classification import balanced_accuracy
from secondcoder.statistics.cluster_bootstrap import Interval, draw_clusters, interval_of

Name = TypeVar("Name", bound=str)
VALENCE = "valence"


@dataclass(frozen=True)
class ValenceFigures:
    """Of the m labels whose valence is judged by.

    Attributes:
        table: (c, c) counts of the learned valences, people's in rows, the likeliest in columns.
        interval: of balanced accuracy.
        calibration_error: of the likeliest valence's probability, expected, in [0, 1].
        shown, right: share of the labels with a valence likelier than not; and of those, the share that it is right on.
    """

    table: Floats
    interval: Interval | None
    segments: int
    calibration_error: float
    shown: float
    right: float

    @property
    def chance(self) -> float:
        """Balanced accuracy of whoever always says the same."""
        return 1 / len(self.table)


@dataclass(frozen=True)
class ValenceAssessment:
    """Of the valences that people gave.

    Attributes:
        counts: segments with each valence.
        learned: valences with enough examples. codes: those whose valence may be suggested.
        figures: None without enough for any; `reason`: why nothing is suggested, empty where something is.
    """

    counts: dict[Valence, int]
    learned: tuple[Valence, ...]
    codes: tuple[str, ...]
    figures: ValenceFigures | None
    reason: str

    def to_json(self) -> dict[str, Any]:
        """What the manifest keeps and `evaluate` shows; None where undefined."""
        kept = {"suggested": not self.reason, "reason": self.reason, "segments_with": dict(self.counts)}
        return kept if self.figures is None else kept | self._figures(self.figures)

    def _figures(self, figures: ValenceFigures) -> dict[str, Any]:
        table = figures.table
        recall = np.diagonal(table) / np.maximum(table.sum(axis=1), 1)
        interval = figures.interval.ends if figures.interval else None
        return {
            "labels": int(table.sum()),
            "segments": figures.segments,
            "balanced_accuracy": _plain(balanced_accuracy(table)),
            "intervals": {"balanced_accuracy": interval and [_plain(end) for end in interval]},
            "chance": _plain(figures.chance),
            "recall": {valence: _plain(share) for valence, share in zip(self.learned, recall, strict=True)},
            "calibration_error": _plain(figures.calibration_error),
            "shown": _plain(figures.shown),
            "shown_right": _plain(figures.right),
            "codes": list(self.codes),
        }


def assess_valence(
    features: Features,
    labels: LabelMatrix,
    valences: Valences,
    segments: Sequence[Segment],
    by_hand: Bools,
    settings: LearningSettings,
    kept: KeptResults = NOTHING_KEPT,
) -> ValenceAssessment:
    """Figures out of fold for n coded segments, and whether a valence is to be suggested.

    Args:
        valences: (n, k), of the same codes as `labels`.
        by_hand: (n,) coded without a review leading there.
        settings: `group` is the name of what `features.groups` are.
        kept: where cross-validations are kept.
    """
    transcripts, groups = [segment.transcript for segment in segments], features.groups

    def with_enough(examples: Mapping[Name, Bools]) -> tuple[Name, ...]:
        return tuple(name for name, rows in examples.items() if enough_examples(rows, transcripts, groups, settings))

    of_valence = {valence: (valences.value == place).any(axis=1) for place, valence in enumerate(VALENCES)}
    # A construct has the examples of its sub-constructs too.
    of_code = valences.known.astype(int) @ codes_and_above(labels.parents) > 0
    counts = {valence: int(rows.sum()) for valence, rows in of_valence.items()}
    learned, codes = with_enough(of_valence), with_enough(dict(zip(labels.codes, of_code.T, strict=True)))
    usable = valences.only(learned)
    judging = labels_to_judge_by(usable.known & ~usable.rests, by_hand, np.asarray(groups))
    if reason := _too_few(counts, learned, judging, groups, settings):
        return ValenceAssessment(counts, learned, codes, None, reason)
    folds, seed = settings.folds, settings.seed
    probability = kept.arrays(
        lambda: (VALENCE, folds, seed, code_version(ValenceClassifier), features.content(()), labels, usable, judging),
        lambda: {VALENCE: cross_validate_valence(features, labels, usable, folds=folds, seed=seed)[judging]},
    )[VALENCE]
    figures = _figures(probability, usable.value[judging], np.nonzero(judging)[0], learned, groups, settings)
    return ValenceAssessment(counts, learned, codes, figures, _not_above_chance(figures))


def _too_few(
    counts: Mapping[Valence, int],
    learned: Sequence[Valence],
    judging: Bools,
    groups: Sequence[str],
    settings: LearningSettings,
) -> str:
    if not any(counts.values()):
        return "nobody gave one yet"
    if len(learned) < 2:
        return (
            f"it takes {settings.min_examples} passages of each of two valences, in {counted(settings.min_transcripts, 'transcript')}"
            f"{'' if settings.group == 'transcript' else f' of two {settings.group}s'}; there are "
            f"{listed([f'{n} {valence}' for valence, n in counts.items()])}"
        )
    if len(set(groups)) < groups_needed(settings.folds) or not judging.any():
        return f"valences were given without suggestions in too few {settings.group}s to hold each of them out"
    return ""


def _figures(
    probability: Floats,
    value: npt.NDArray[np.int8],
    row: Rows,
    learned: Sequence[Valence],
    groups: Sequence[str],
    settings: LearningSettings,
) -> ValenceFigures:
    """Of m labels: (m, 3) probabilities, the place of each one's valence, and its segment's row."""
    places = [VALENCES.index(valence) for valence in learned]
    likeliest, top = probability.argmax(axis=1), probability.max(axis=1)
    right, shown = likeliest == value, top > LIKELIER_THAN_NOT
    names, cluster = np.unique(np.asarray(groups), return_inverse=True)
    tables = np.zeros((len(names), len(VALENCES), len(VALENCES)))
    np.add.at(tables, (cluster.ravel()[row], value, likeliest), 1)
    tables = tables[:, places][:, :, places]
    size = tables.sum((1, 2))
    draws = draw_clusters(size, size, settings.bootstrap, settings.seed)
    values = balanced_accuracy(np.tensordot(draws.weights, tables, axes=1))
    return ValenceFigures(
        table=tables.sum(0),
        interval=interval_of(float(balanced_accuracy(tables.sum(0))), values, draws, (0.0, 1.0)),
        segments=len(np.unique(row)),
        calibration_error=float(
            calibration_errors(top[:, None], right[:, None], np.ones((len(top), 1), dtype=bool))[0]
        ),
        shown=float(shown.mean()),
        right=float(right[shown].mean()) if shown.any() else float("nan"),
    )


def _not_above_chance(figures: ValenceFigures) -> str:
    """Why the figures are not good enough; empty where they are."""
    value, interval = float(balanced_accuracy(figures.table)), figures.interval
    if value == 1:
        return ""  # nothing varies that an interval could come from
    if interval is None or interval.ends is None:
        return f"how good it is out of fold cannot be said: {interval.reason if interval else 'a valence is missing there'}"
    low, high = interval.ends
    if low > figures.chance:
        return ""
    return (
        f"out of fold it is not clearly better than guessing: balanced accuracy {value:.2f} ({low:.2f} to {high:.2f}), and "
        f"guessing gives {figures.chance:.2f}"
    )


def valence_in_words(report: Mapping[str, Any]) -> Iterator[str]:
    """What `ValenceAssessment.to_json` gave, in sentences; none where nobody gave a valence."""
    if not any(report["segments_with"].values()):
        return
    if report["reason"]:
        yield f"Valence is not suggested: {report['reason']}."
    if report.get("balanced_accuracy") is None:
        return
    ends = report["intervals"]["balanced_accuracy"]
    between = f" ({ends[0]:.2f} to {ends[1]:.2f})" if ends else ""
    recall = listed([f"{share:.0%} of {valence}" for valence, share in report["recall"].items()])
    yield (
        f"Valence, out of fold: balanced accuracy {report['balanced_accuracy']:.2f}{between}, where guessing gives "
        f"{report['chance']:.2f}; found again {recall}; calibration error {report['calibration_error']:.3f}; on "
        f"{counted(report['labels'], 'code')} of {counted(report['segments'], 'segment')}."
    )
    if not report["reason"] and report["shown_right"] is not None:
        yield (
            "The valence that is likelier than not stands beside a suggested code: out of fold there was one for "
            f"{report['shown']:.0%} of these codes, right for {report['shown_right']:.0%} of those."
        )


def _plain(value: Any) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
