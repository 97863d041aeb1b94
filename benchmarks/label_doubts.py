"""How many planted slips a second look finds; writes DOUBTS.md beside this file.

    python benchmarks/label_issues.py --data ../shared/data [--quick]

Known slips are planted into human codings, a model learns from the spoilt codings, and what it says out of fold orders them for a
second look. Where the package `cleanlab` is installed, its order stands beside. A set that is not there is skipped.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec

import numpy as np
from asked import asking, tell
from drifts.talk import SAYS, Talk, talks
from machine import machine
from secondcoder.configuration import load_configuration
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.learning.model import split_by_examples
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.suggestions.slip_probability import chance_of_slip, contradicted

SEED = 20260101
FLIPPED, SHUFFLED = 0.05, 0.1
FIRST = (20, 50)
PACKAGES = ("secondcoder", "numpy", "scikit-learn", "sentence-transformers")
Order = Callable[[Floats, Bools, Bools], Floats]
Planting = Callable[[Bools, Bools, np.random.Generator], Bools]


def marks_moved(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """Of each code 5 % of the marks are taken away, and as many put where there were none."""
    spoilt = y.copy()
    for j in range(y.shape[1]):
        on, off = np.flatnonzero(y[:, j] & known[:, j]), np.flatnonzero(~y[:, j] & known[:, j])
        n = min(max(1, round(FLIPPED * len(on))), len(off))
        spoilt[rng.choice(on, n, replace=False), j] = False
        spoilt[rng.choice(off, n, replace=False), j] = True
    return spoilt


def judgements_flipped(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """5 % of all judgements are turned round, so that most slips are marks too many."""
    return np.asarray(y ^ ((rng.random(y.shape) < FLIPPED) & known))


def passages_shuffled(y: Bools, known: Bools, rng: np.random.Generator) -> Bools:
    """A tenth of the passages swap all their codes among themselves."""
    spoilt, rows = y.copy(), np.flatnonzero(known.all(axis=1))
    some = rng.choice(rows, round(SHUFFLED * len(rows)), replace=False)
    spoilt[some] = y[rng.permutation(some)]
    return spoilt


PLANTED: dict[str, Planting] = {
    "5 % of each code's marks moved": marks_moved,
    "5 % of all judgements flipped": judgements_flipped,
    "a tenth of the passages shuffled": passages_shuffled,
}


def by_probability(probability: Floats, y: Bools, known: Bools) -> Floats:
    """1 - p for a mark, p for its absence."""
    return np.where(known, np.where(y, 1 - probability, probability), -np.inf)


def confident_learning(probability: Floats, y: Bools, known: Bools) -> Floats:
    """By how far the other label passes its own mean confidence (Northcutt et al 2021, the thresholds of its equation 2)."""
    margin = np.full(probability.shape, -np.inf)
    for j, seen in enumerate(known.T):
        marked = seen & y[:, j]
        mean_yes, mean_no = probability[marked, j].mean(), 1 - probability[seen & ~y[:, j], j].mean()
        margin[seen, j] = np.where(y[seen, j], 1 - probability[seen, j] - mean_no, probability[seen, j] - mean_yes)
    return margin


def by_cleanlab(probability: Floats, y: Bools, known: Bools) -> Floats:
    """cleanlab code by code on what is known: its label issues first, then its label quality."""
    from cleanlab.filter import find_label_issues
    from cleanlab.rank import get_label_quality_scores

    order = np.full(probability.shape, -np.inf)
    for j, seen in enumerate(known.T):
        labels, both = y[seen, j].astype(int), np.stack([1 - probability[seen, j], probability[seen, j]], axis=1)
        order[seen, j] = 2.0 * find_label_issues(labels, both, n_jobs=1) - get_label_quality_scores(labels, both)
    return order


def second_look(probability: Floats, y: Bools, known: Bools) -> Floats:
    """As `secondcoder doubts`: what is contradicted, by the chance of a slip."""
    return np.where(contradicted(probability, y, known), chance_of_slip(probability, y, known), -np.inf)


ORDERS: dict[str, Order] = {
    "1 - p": by_probability,
    "confident learning, class thresholds": confident_learning,
    "cleanlab": by_cleanlab,
    "**secondcoder doubts**": second_look,
}


@dataclass(frozen=True)
class Found:
    """Of the planted slips: share among the first 20 and 50, share of all that the first 50 hold, and of the first 50 the marked."""

    first: tuple[float, ...]
    recall: float
    marked: float


def look(order: Floats, planted: Bools, y: Bools) -> Found:
    """What a list in this order finds."""
    best = np.argsort(-order.ravel(), kind="stable")[: max(FIRST)]
    hit = planted.ravel()[best] & np.isfinite(order.ravel()[best])
    first = tuple(float(hit[:n].mean()) for n in FIRST)
    return Found(first, float(hit.sum() / planted.sum()), float(y.ravel()[best].mean()))


def spoilt_and_judged(talk: Talk, plant: Planting, seed: int) -> tuple[Floats, Bools, Bools, Bools]:
    """Out-of-fold probabilities from spoilt labels, these labels, the mask, and where the slips are."""
    settings, rng = load_configuration().learning, np.random.default_rng([SEED, seed])
    rows = np.flatnonzero(talk.labels.coded_rows)
    labels, names = talk.labels.take(rows), [talk.segments[row].transcript for row in rows]
    scored, _ = split_by_examples(labels, names, settings)
    labels, code_embeddings = (
        labels.columns(scored),
        talk.code_embeddings[[talk.labels.codes.index(code) for code in scored]],
    )
    y = plant(labels.y, labels.known, rng)
    fitted = StackedKernelClassifier(settings.folds, settings.seed).fit(
        talk.features.take(rows), replace(labels, y=y), code_embeddings
    )
    return fitted.out_of_fold_, y, labels.known, (y != labels.y) & labels.known


def report(studies: Sequence[Talk], rounds: int) -> Iterator[str]:
    """All lines of DOUBTS.md."""
    orders = {name: order for name, order in ORDERS.items() if name != "cleanlab" or find_spec("cleanlab")}
    yield from ["# Second looks: planted slips found", ""]
    yield (
        f"Written by `benchmarks/label_issues.py`. Means of {rounds} plantings. A judgement is a passage and a code that somebody "
        "looked for. The codings hold real slips too, which nobody has marked as such, so a list that names one of those is counted "
        "as having missed: the figures are too low by an unknown amount. Planted slips are blunter than people's."
    )
    yield ""
    yield (
        "secondcoder's order was chosen among those below, and some that are not kept, with these sets in view. The share of slips "
        "that it assumes (a tenth) hardly matters: a twentieth and a fifth gave nearly the same lists. It is not the best everywhere, "
        "but 1 - p lists marks alone, so that what was overlooked is never looked at again."
    )
    for talk in studies:
        yield from ["", f"## {talk.name}", "", f"{SAYS[talk.name]}.", ""]
        heads = " | ".join(f"slips in the first {n}" for n in FIRST)
        yield f"| planted | order | {heads} | of all slips in the first 50 | marks in the first 50 |"
        yield "|---|---|---|---|---|---|"
        for what, plant in PLANTED.items():
            tell(f"{talk.name}: {what}")
            yield from _rows(what, [spoilt_and_judged(talk, plant, seed) for seed in range(rounds)], orders)
    yield from ["", "## Versions and machine", ""]
    names = (*PACKAGES, *(["cleanlab"] if "cleanlab" in orders else []))
    yield machine(names)


def _rows(what: str, judged: Sequence[tuple[Floats, Bools, Bools, Bools]], orders: dict[str, Order]) -> Iterator[str]:
    planted = np.mean([slips.sum() for *_, slips in judged])
    chance = np.mean([slips.sum() / known.sum() for _, _, known, slips in judged])
    recall = np.mean([max(FIRST) / known.sum() for _, _, known, _ in judged])
    marked = np.mean([y[known].mean() for _, y, known, _ in judged])
    chances = " | ".join(f"{100 * chance:.1f} %" for _ in FIRST)
    yield f"| {what}: {planted:.0f} slips | at random | {chances} | {100 * recall:.1f} % | {100 * marked:.0f} % |"
    for name, order in orders.items():
        found = [look(order(p, y, known), slips, y) for p, y, known, slips in judged]
        first = " | ".join(f"{100 * np.mean([one.first[i] for one in found]):.0f} %" for i in range(len(FIRST)))
        recall, marked = np.mean([one.recall for one in found]), np.mean([one.marked for one in found])
        yield f"| | {name} | {first} | {100 * recall:.0f} % | {100 * marked:.0f} % |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "DOUBTS.md", "one planting").parse_args(arguments)
    from secondcoder.embedding import open_embedder

    embedder = open_embedder(load_configuration().embedding, given.cache / "vectors.sqlite")
    studies = list(talks(given.data, embedder))
    for name in set(SAYS) - {talk.name for talk in studies}:
        tell(f"skipped {name}: not there")
    given.out.write_text("\n".join(report(studies, 1 if given.quick else 5)) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
