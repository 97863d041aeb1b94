"""What taking a review's two biases out of the labels is worth; writes BIAS.md beside this file.

    python benchmarks/biased_review.py [--data ../shared/data] [--orders 4] [--out FILE]

A researcher who follows the model too readily is played from held-back codes, through the review's own desk. From one and the same
store the classifier then learns as if nothing were known of it, with one correction, or with both, and is judged on transcripts
that nobody coded or reviewed. On the shipped, invented study and, where it is, ohd_long1960s.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from machine import machine
from retraining.played import Plan, Slips, Whole, begin, review
from rounds import wholes
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.learning.assessment.metrics import LabelledPredictions, point_and_draws
from secondcoder.learning.assessment.reliability import calibration_errors
from secondcoder.learning.codebook_texts import code_vectors
from secondcoder.learning.model import split_by_examples
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier

FOLLOWS = (0.0, 0.3, 0.6)
FEWEST = 3
PLANS = {"demonstration study": Plan(5, 10, 6), "ohd_long1960s": Plan(4, 8, 4)}
WAYS = ("as they stand", "weights alone", "beliefs alone", "both, as retrain does", "the true codes")


@dataclass(frozen=True)
class Learned:
    """One way of learning from one review: on the transcripts judged by, macro-AP, macro-F1, calibration error, and how many codes
    are expected for each that is there."""

    follows: float
    way: str
    figures: tuple[float, float, float, float]


def learned(coded: Whole, plan: Plan, follows: float, order: int, folder: Path) -> Iterator[Learned]:
    """The ways of learning after one large review."""
    names = np.random.default_rng(order).permutation(coded.transcripts).tolist()
    first, rest = names[: plan.first], names[plan.first :]
    judged, now = rest[: plan.judged], rest[plan.judged :][: plan.each]
    study = begin(coded, folder, first, rest)
    study.train()
    study.code()
    review(study, coded, now, Slips(follows=follows), order)
    material = study.workspace().training_data(study.corpus.coded_transcripts)
    scored, _ = split_by_examples(material.labels, material.transcripts, study.configuration.learning)
    rows = np.flatnonzero(material.labels.coded_rows)
    labels = material.labels.columns(scored).take(rows)
    true = _truth(coded, [material.segments[row] for row in rows.tolist()], scored)
    vectors = code_vectors([study.codebook[code] for code in scored], study.workspace().embedder)
    segments = study.workspace().segments(
        [transcript for transcript in study.store.transcripts() if transcript.id in judged]
    )
    unseen, y = study.workspace().features(segments), _truth(coded, segments, scored)
    settings = study.configuration.learning
    for way, one in zip(WAYS, _ways(labels, true), strict=True):
        model = StackedKernelClassifier(settings.folds, settings.seed).fit(material.features.take(rows), one, vectors)
        yield Learned(follows, way, _figures(model.predict_proba(unseen), model.thresholds_, y, unseen.groups))
    study.close()


def _ways(labels: LabelMatrix, true: Bools) -> Iterator[LabelMatrix]:
    plain = labels.y.astype(np.float64)
    yield replace(labels, label_weights=None)
    yield replace(labels, label_weights=LabelWeights(labels.weight, plain))
    yield replace(labels, label_weights=LabelWeights(np.ones(len(plain)), labels.target))
    yield labels
    yield replace(labels, y=true, known=np.ones_like(true), label_weights=None)


def _truth(coded: Whole, segments: Sequence, codes: Sequence[str]) -> Bools:
    return np.array(
        [
            [code in coded.implied[segment.transcript, segment.start, segment.end] for code in codes]
            for segment in segments
        ]
    )


def _figures(
    probability: Floats, thresholds: Floats, y: Bools, groups: Sequence[str]
) -> tuple[float, float, float, float]:
    kept = y.sum(axis=0) >= FEWEST
    p, t = probability[:, kept], y[:, kept]
    held = LabelledPredictions(p, p >= thresholds[kept], t, np.ones_like(t), groups)
    point = point_and_draws(held, 1, 0)[0]
    error = float(np.mean(calibration_errors(p, t, held.known)))
    return float(point["macro_ap"]), float(point["macro_f1"]), error, float(p.sum() / t.sum())


def report(found: dict[str, list[Learned]], orders: int) -> str:
    """The ways of learning as Markdown."""
    lines = [
        "# What taking out a review's biases is worth", "",
        f"Written by `benchmarks/biased_review.py`. {machine()}", "",
        f"Means of {orders} orders of transcripts. The researcher 'follows' with the chance given: takes a wrong suggestion for "
        "right, or adds nothing beside suggestions where something is missing; makes no other mistake, and none on blind passages. "
        f"Judged on transcripts that nobody coded or reviewed, over codes with {FEWEST} marks there. 'Weights': a passage drawn "
        "from below the threshold stands for those it was drawn from. 'Beliefs': an accepted suggestion counts as far as the blind "
        "share bears it out. 'The true codes': all passages of the same transcripts, rightly coded.",
    ]  # fmt: skip
    for name, rows in found.items():
        plan = PLANS[name]
        lines += [
            "",
            f"## {name}",
            "",
            f"{plan.first} transcripts coded, {plan.each} reviewed, {plan.judged} judged by.",
            "",
        ]
        lines += [
            "| follows | labels | macro-AP | macro-F1 | calibration error | codes expected for each there |",
            "|---|---|---|---|---|---|",
        ]
        for follows in FOLLOWS:
            for way in WAYS:
                own = np.mean([row.figures for row in rows if (row.follows, row.way) == (follows, way)], axis=0)
                lines.append(f"| {follows:.0%} | {way} | {own[0]:.3f} | {own[1]:.3f} | {own[2]:.3f} | {own[3]:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Play, learn and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, help="folder with the benchmark sets")
    parser.add_argument("--orders", type=int, default=4)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("BIAS.md"))
    given = parser.parse_args()
    found: dict[str, list[Learned]] = {}
    with tempfile.TemporaryDirectory() as place:
        for name, coded in wholes(given.data, Path(place)):
            for order in range(given.orders):
                for follows in FOLLOWS:
                    folder = Path(tempfile.mkdtemp(dir=place)) / "study"
                    found.setdefault(name, []).extend(learned(coded, PLANS[name], follows, order, folder))
                    print(name, order, follows, file=sys.stderr, flush=True)
            given.out.write_text(report(found, given.orders), encoding="utf-8")


if __name__ == "__main__":
    main()
