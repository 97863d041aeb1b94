"""How well valence is told on the demonstration study, and by what; writes VALENCE.md beside this file.

    python benchmarks/valence.py [--quick]

Variants are compared out of fold, and one is chosen inside each training part too, so that the choice has a figure of its own. The
interviews that the study leaves uncoded, with their sealed valences, judge the variant that ships, once.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Any, Self

import numpy as np
from asked import HERE, tell
from machine import machine
from secondcoder.configuration import LearningSettings
from secondcoder.domain.arrays import Bools, Floats, Rows
from secondcoder.domain.records import Segment
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.valences import VALENCES, Valences
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.valence_figures import assess_valence
from secondcoder.learning.cross_validation import cross_validate_valence
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.kernels import EmbeddingKernel, NgramKernel
from secondcoder.learning.valence_classifier import LIKELIER_THAN_NOT, ValenceClassifier
from secondcoder.statistics.classification import balanced_accuracy
from secondcoder.statistics.cluster_bootstrap import Draws, draw_clusters, interval_of
from secondcoder.study.study import Study

SEALED = Path(__file__).parents[1] / "corpora" / "sealed" / "codes.csv"
NO_OFFSET = 1e-4
SHIPPED = "embeddings, words and codes (ships)"
FULLER = "embeddings, words, character n-grams and codes"


class LogisticRegression:
    """The plain way: multinomial logistic regression on the embeddings, scikit-learn's default penalty."""

    def __init__(self, folds: int, seed: int) -> None:
        pass

    def fit(self, features: Features, labels: LabelMatrix, valences: Valences) -> Self:
        """On one row a label."""
        from sklearn.linear_model import LogisticRegression as Multinomial

        rows, columns = np.nonzero(valences.known)
        self.model = Multinomial(max_iter=1000).fit(features.vectors[rows], valences.value[rows, columns])
        self.codes = len(labels.codes)
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k, 3), the same for all codes."""
        probability = np.zeros((len(features), len(VALENCES)))
        probability[:, self.model.classes_] = self.model.predict_proba(features.vectors)
        return np.repeat(probability[:, None], self.codes, axis=1)


VARIANTS: Mapping[str, Any] = {
    "logistic regression on embeddings": LogisticRegression,
    "embeddings": partial(ValenceClassifier, kernels=(EmbeddingKernel,), offset_spread=NO_OFFSET),
    "embeddings and codes": partial(ValenceClassifier, kernels=(EmbeddingKernel,)),
    "embeddings and words": partial(ValenceClassifier, offset_spread=NO_OFFSET),
    SHIPPED: ValenceClassifier,
    FULLER: partial(ValenceClassifier, kernels=(EmbeddingKernel, NgramKernel)),
}


@dataclass(frozen=True)
class Talk:
    """n segments with features, labels and valences."""

    segments: Sequence[Segment]
    features: Features
    labels: LabelMatrix
    valences: Valences

    def take(self, rows: Rows) -> Talk:
        """The same for some segments."""
        segments = [self.segments[row] for row in rows.tolist()]
        return Talk(segments, self.features.take(rows), self.labels.take(rows), self.valences.take(rows))


def demonstration() -> tuple[Talk, Talk, LearningSettings]:
    """The demonstration study's coded segments, those of the sealed interviews, and its settings of learning."""
    shipped = resources.files("secondcoder.corpora").joinpath("demo")
    with tempfile.TemporaryDirectory() as folder, resources.as_file(shipped) as corpus:
        study = Study.create(Path(folder) / "study", "npt")
        study.import_files([corpus])
        coded = {transcript.id for transcript in study.corpus.coded_transcripts}
        study.import_files([SEALED])
        workspace = study.workspace()
        data = workspace.training_data(workspace.corpus.coded_transcripts)
        settings = study.configuration.learning
        study.close()
    talk = Talk(data.segments, data.features, data.labels, data.valences)
    is_coded = np.array([segment.transcript in coded for segment in data.segments])
    looked = data.labels.coded_rows
    return talk.take(np.flatnonzero(is_coded & looked)), talk.take(np.flatnonzero(~is_coded & looked)), settings


@dataclass(frozen=True)
class Told:
    """Of m labels: (m, 3) probabilities, the place of the valence that people gave, and the group of the segment."""

    probability: Floats
    value: Rows
    groups: Sequence[str]

    @property
    def log_loss(self) -> float:
        """Mean surprisal of what people gave."""
        return float(-np.log(self.probability[np.arange(len(self.value)), self.value].clip(1e-6)).mean())

    def tables(self) -> Floats:
        """(groups, 3, 3) counts, people's in rows, the likeliest in columns."""
        names, cluster = np.unique(np.asarray(self.groups), return_inverse=True)
        tables = np.zeros((len(names), len(VALENCES), len(VALENCES)))
        np.add.at(tables, (cluster.ravel(), self.value, self.probability.argmax(axis=1)), 1)
        return tables

    def drawn(self, rounds: int) -> tuple[float, Floats, Draws]:
        """Balanced accuracy, its value in each drawing of groups, and these."""
        tables = self.tables()
        size = tables.sum((1, 2))
        draws = draw_clusters(size, size, rounds)
        values = balanced_accuracy(np.tensordot(draws.weights, tables, axes=1))
        return float(balanced_accuracy(tables.sum(0))), values, draws

    def above_guessing(self, rounds: int) -> tuple[float, tuple[float, float] | None]:
        """Balanced accuracy less that of always saying the same, with its interval over groups."""
        point, values, draws = self.drawn(rounds)
        interval, chance = interval_of(point, values, draws, (0.0, 1.0)), 1 / len(VALENCES)
        ends = interval.ends if interval else None
        return point - chance, ends and (ends[0] - chance, ends[1] - chance)

    def calibration(self) -> tuple[float, float]:
        """Expected calibration error of the likeliest valence, and what perfectly calibrated probabilities would show."""
        top, rng = self.probability.max(axis=1), np.random.default_rng(0)
        known = np.ones((len(top), 1), dtype=bool)

        def error(right: Bools) -> float:
            return float(calibration_errors(top[:, None], right[:, None], known)[0])

        by_chance = [error(rng.random(len(top)) < top) for _ in range(50)]
        return error(self.probability.argmax(axis=1) == self.value), float(np.mean(by_chance))

    def hints(self) -> tuple[float, float]:
        """Share of the labels with a valence likelier than not; of those, the share that it is right on."""
        shown = self.probability.max(axis=1) > LIKELIER_THAN_NOT
        return float(shown.mean()), float((self.probability.argmax(axis=1) == self.value)[shown].mean())


def told(talk: Talk, probability: Floats) -> Told:
    """Of (n, k, 3) probabilities, those of the labels with a valence."""
    rows, columns = np.nonzero(talk.valences.known)
    groups = [talk.features.groups[row] for row in rows.tolist()]
    return Told(probability[rows, columns], talk.valences.value[rows, columns].astype(np.intp), groups)


def out_of_fold(talk: Talk, variant: str, folds: int, seed: int) -> Floats:
    """(n, k, 3)."""
    new = VARIANTS[variant]
    return cross_validate_valence(talk.features, talk.labels, talk.valences, folds=folds, seed=seed, new=new)


def chosen_inside(talk: Talk, folds: int, seed: int) -> tuple[Told, list[str]]:
    """Each fold by the variant with the least log loss out of fold inside its training part; which ones these were."""
    probability, chosen = np.zeros((*talk.labels.y.shape, len(VALENCES))), []
    for train, test in train_and_test(group_folds(talk.features.groups, folds, seed)):
        part = talk.take(train)
        losses = {name: told(part, out_of_fold(part, name, folds, seed)).log_loss for name in VARIANTS}
        chosen.append(min(losses, key=losses.__getitem__))
        model = VARIANTS[chosen[-1]](folds, seed).fit(part.features, part.labels, part.valences)
        probability[test] = model.predict_proba(talk.features.take(test))
        tell(f"  chosen: {chosen[-1]}")
    return told(talk, probability), chosen


def on_new(talk: Talk, new: Talk, folds: int, seed: int) -> Told:
    """The variant that ships, learned from all coded interviews, on the sealed ones."""
    model = ValenceClassifier(folds, seed).fit(talk.features, talk.labels, talk.valences)
    return told(new, model.predict_proba(new.features))


def dealt_out(talk: Talk, seed: int) -> Talk:
    """The same with the valences dealt out at random among the labels that have one."""
    value, known = talk.valences.value.copy(), talk.valences.known
    value[known] = np.random.default_rng(seed).permutation(value[known])
    return replace(talk, valences=Valences(value))


def is_suggested(talk: Talk, settings: LearningSettings) -> bool:
    """As training decides it."""
    by_hand = np.ones(len(talk.segments), dtype=bool)
    found = assess_valence(talk.features, talk.labels, talk.valences, talk.segments, by_hand, settings)
    return not found.reason


def few_interviews(
    talk: Talk, settings: LearningSettings, sizes: Sequence[int], times: int
) -> Iterator[tuple[int, int, int]]:
    """(Participants, how often valence is suggested where only so many are coded, and how often where it is dealt out at random)."""
    names = np.asarray(talk.features.groups)
    for size in sizes:
        as_given = at_random = 0
        for seed in range(times):
            kept = np.random.default_rng(seed).permutation(np.unique(names))[:size]
            part = talk.take(np.flatnonzero(np.isin(names, kept)))
            as_given += is_suggested(part, settings)
            at_random += is_suggested(dealt_out(part, seed), settings)
        tell(f"{size} participants: {as_given}, at random {at_random}")
        yield size, as_given, at_random


def difference(one: Told, other: Told, rounds: int) -> str:
    """In balanced accuracy, with its interval: the same groups are drawn for both."""
    (mine, values, draws), (its, its_values, _) = one.drawn(rounds), other.drawn(rounds)
    interval = interval_of(mine - its, values - its_values, draws)
    ends = interval.ends if interval else None
    return f"{mine - its:+.3f}" + (f" ({ends[0]:+.3f} to {ends[1]:+.3f})" if ends else " (no interval)")


def row(name: str, found: Told, rounds: int) -> str:
    """A line of the table."""
    above, ends = found.above_guessing(rounds)
    between = f" ({ends[0]:+.3f} to {ends[1]:+.3f})" if ends else " (no interval)"
    table = found.tables().sum(0)
    recall = " / ".join(f"{share:.2f}" for share in np.diagonal(table) / np.maximum(table.sum(axis=1), 1))
    error, by_chance = found.calibration()
    shown, right = found.hints()
    return (
        f"| {name} | {above + 1 / len(VALENCES):.3f} | {above:+.3f}{between} | {recall} | {found.log_loss:.3f} | {error:.3f} "
        f"({by_chance:.3f}) | {shown:.0%}, {right:.0%} |"
    )


HEAD = (
    "| by | balanced accuracy | above guessing | found again: promotes / inhibits / mixed | log loss | calibration error (by chance) "
    "| likelier than not, and right |"
)
RULE = "|---|---|---|---|---|---|---|"


def report(quick: bool) -> Iterator[str]:
    """All lines of VALENCE.md."""
    talk, new, settings = demonstration()
    settings = settings.model_copy(update={"group": "participant"})
    folds, seed, rounds = settings.folds, settings.seed, 200 if quick else 2000
    given = told(talk, np.zeros((*talk.labels.y.shape, len(VALENCES))))
    counts = ", ".join(f"{word} {n}" for word, n in zip(VALENCES, np.bincount(given.value, minlength=3), strict=True))
    yield from ["# The valence of a code", ""]
    yield (
        f"Written by `benchmarks/valence.py`. {machine()} The invented demonstration study: {len(given.value)} codes on "
        f"{len(np.unique(np.nonzero(talk.valences.known)[0]))} segments have a valence ({counts}); {folds} folds by participant "
        f"({len(set(talk.features.groups))}). Guessing, or always saying the same, gives a balanced accuracy of 0.333. Intervals: "
        "95 %, participants drawn again. Calibration error is that of the likeliest valence; beside it what perfectly calibrated "
        "probabilities would show on as many."
    )
    yield from ["", "## Out of fold", "", HEAD, RULE]
    by = {name: told(talk, out_of_fold(talk, name, folds, seed)) for name in VARIANTS}
    yield from (row(name, found, rounds) for name, found in by.items())
    tell("chosen inside")
    inside, chosen = chosen_inside(talk, folds, seed)
    yield row("chosen by log loss inside each training part", inside, rounds)
    picked = "; ".join(f"{name}: {chosen.count(name)}" for name in dict.fromkeys(chosen))
    seconds, fuller = (_seconds(talk, name, folds, seed) for name in (SHIPPED, FULLER))
    yield from ["", f"Chosen inside the {folds} training parts: {picked}.", ""]
    yield (
        f"Character n-grams change balanced accuracy by {difference(by[FULLER], by[SHIPPED], rounds)}, and cross-validation with the "
        f"last fit takes {fuller:.1f} s with them and {seconds:.1f} s without, on one thread. So they are left out."
    )
    yield ""
    yield (
        "*Mixed* is a class of its own, so that the probabilities of the two others allow for it; it is seldom the likeliest, and few "
        "of the mixed passages are found again. It counts in full in balanced accuracy."
    )
    yield from ["", "## On the sealed interviews", ""]
    yield "Learned from all coded interviews, by what ships; nothing was chosen on these."
    yield from ["", HEAD, RULE, row("sealed interviews", on_new(talk, new, folds, seed), rounds)]
    yield from ["", "## Where few valences are known, or words tell nothing", ""]
    times = 2 if quick else 20
    yield (
        f"Of {times} draws of participants, how often valence is suggested: with the valences that people gave, and with the same "
        "valences dealt out at random among the labels."
    )
    yield from ["", "| participants coded | as given | at random |", "|---|---|---|"]
    sizes = (3, 4, 6, 9, 12, len(set(talk.features.groups)))
    for size, as_given, at_random in few_interviews(talk, settings, sizes, times):
        yield f"| {size} | {as_given} of {times} | {at_random} of {times} |"


def _seconds(talk: Talk, variant: str, folds: int, seed: int) -> float:
    """Of the processor."""
    began = time.process_time()
    out_of_fold(talk, variant, folds, seed)
    VARIANTS[variant](folds, seed).fit(talk.features, talk.labels, talk.valences)
    return time.process_time() - began


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="few draws, to see that it works")
    parser.add_argument("--out", type=Path, default=HERE / "VALENCE.md", help="the report")
    given = parser.parse_args(arguments)
    given.out.write_text("\n".join(report(given.quick)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
