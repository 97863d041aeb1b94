"""What a model without talk costs and what it still gives away; writes WITHOUT_TALK.md.

    python benchmarks/without_talk.py --data ../shared/data [--quick]

Half of a set's interviews are learned from, the other half are new. On the new ones the model without talk is compared with the
one that it was distilled from. Then an attacker holds the folder and the passages of both halves, and wants to know which were
learned from.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from asked import asking, tell
from comparison.one_a_code import macro_ap
from comparison.sets import cached_embedder
from learner_trials import Study, studies
from machine import machine
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import StackedKernelClassifier
from secondcoder.learning.without_talk import NOISE, VOCABULARIES, WithoutTalkClassifier

SETS, DIVISIONS, FEWEST = ("demonstration", "ohd_long1960s"), 3, 8
TINY = 1e-6
WHOLE, UNSEEN = "as trained", "as trained, without having seen the interview"


class Half(NamedTuple):
    """Some interviews of a set."""

    features: Features
    labels: LabelMatrix


def halves(study: Study, seed: int) -> tuple[Half, Half, Floats]:
    """Interviews to learn from and new ones, with the codes that the first have often enough, and these codes' vectors."""
    features, labels, names = study
    groups = np.unique(features.groups)
    chosen = set(np.random.default_rng(seed).permutation(groups)[: len(groups) // 2].tolist())
    is_first = np.array([group in chosen for group in features.groups])
    rows = np.flatnonzero(is_first), np.flatnonzero(~is_first)
    often = (labels.y & labels.known)[rows[0]].sum(axis=0) >= FEWEST
    kept = labels.columns([code for code, enough in zip(labels.codes, often, strict=True) if enough])
    first, new = (Half(features.take(each), kept.take(each)) for each in rows)
    return first, new, names[often]


def auc(score: Floats, is_member: Bools) -> float:
    """Probability that a passage that was learned from scores above one that was not; .5 is chance (Hanley & McNeil 1982)."""
    order = score.argsort(kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    _, which, count = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.bincount(which, ranks) / count)[which]
    members = int(is_member.sum())
    return float((ranks[is_member].sum() - members * (members + 1) / 2) / (members * (len(score) - members)))


def confidence(probability: Floats, labels: LabelMatrix) -> Floats:
    """(n,) mean log-likelihood of a passage's codes: an attacker who also knows these (Yeom et al. 2018, the loss attack)."""
    p = np.clip(probability, TINY, 1 - TINY)
    said = np.where(labels.known, np.where(labels.y, np.log(p), np.log(1 - p)), 0)
    return np.asarray(said.sum(axis=1) / labels.known.sum(axis=1).clip(1))


def solved(model: WithoutTalkClassifier, first: Features, new: Features) -> Floats:
    """(n,) share of each candidate passage in the weights: an attacker who knows how these were made solves for their summands."""
    candidates = np.vstack([model._design(first), model._design(new)]) - model.centre_
    gram = candidates @ candidates.T
    gram[np.diag_indices(len(gram))] += 0.1 if model.noise else TINY
    return np.asarray(np.linalg.norm(np.linalg.solve(gram, candidates @ model.weights_), axis=1))


def measured(study: Study, seed: int) -> Iterator[tuple[str, Floats]]:
    """Of each model: macro average precision on new interviews, and areas under the curve of three attacks."""
    first, new, names = halves(study, seed)
    is_member = np.arange(len(first.features) + len(new.features)) < len(first.features)
    teacher = StackedKernelClassifier(seed=seed).fit(first.features, first.labels, names)

    def told(of_first: Floats, of_new: Floats, by_solving: float) -> Floats:
        says = np.concatenate([confidence(of_first, first.labels), confidence(of_new, new.labels)])
        return np.array([macro_ap(of_new, new.labels.y), auc(says, is_member), by_solving])

    of_new = teacher.predict_proba(new.features)
    yield WHOLE, told(teacher.predict_proba(first.features), of_new, 1.0)
    yield UNSEEN, told(teacher.out_of_fold_, of_new, np.nan)
    for vocabulary, noise in ((VOCABULARIES[0], 0.0), *((each, NOISE) for each in VOCABULARIES)):
        model = WithoutTalkClassifier(seed=seed, vocabulary=vocabulary, noise=noise)
        model.distil(first.features, first.labels, teacher.out_of_fold_)
        by_solving = auc(solved(model, first.features, new.features), is_member)
        name = (
            f"without talk, words {vocabulary if vocabulary != 'words' else 'kept'}{'' if noise else ', not blurred'}"
        )
        yield name, told(model.predict_proba(first.features), model.predict_proba(new.features), by_solving)


def page(data: Path, cache: Path, divisions: int) -> Iterator[str]:
    """The report."""
    yield "# A model without talk\n"
    yield f"Written by `benchmarks/without_talk.py`. {machine()}\n"
    yield (
        f"Half of the interviews are learned from, the others are new; means of {divisions} divisions. *Macro-AP* is on the new "
        "interviews. Then an attacker holds the model and the very passages of both halves, and ranks them by whether they were "
        "learned from: .5 is chance, 1 is certainty.\n"
    )
    yield "- *By what it says*: the attacker also knows how people coded each passage, and takes those for learned that fit best.\n"
    yield (
        "- *By solving*: the attacker knows how the weights were made, and solves for the passages that they are sums of. The model "
        "as trained holds the passages' vectors themselves, so there it is certain.\n"
    )
    yield (
        f"*{UNSEEN.capitalize()}* is what cannot be got rid of: interviews differ, and the half that is learned from is not drawn "
        "from the same people as the other. A model that remembered nothing would have that figure in the first attack.\n"
    )
    for name, study in studies(data, SETS, cached_embedder(cache)):
        tell(name)
        found: dict[str, list[Floats]] = {}
        for seed in range(divisions):
            for model, figures in measured(study, seed):
                found.setdefault(model, []).append(figures)
        yield f"\n## {name}\n"
        yield "| model | macro-AP, new interviews | by what it says | by solving |"
        yield "|---|---|---|---|"
        for model, figures in found.items():
            cells = ("" if np.isnan(value) else f"{value:.3f}" for value in np.mean(figures, axis=0))
            yield f"| {model} | {' | '.join(cells)} |"
    yield (
        "\nSo nobody finds a passage in the folder, and what the model says of passages that it learned from differs little from "
        "what it says of others. Who holds the passages, and does the arithmetic, still tells the halves apart better than by "
        "chance. Blurring the weights makes that harder at the price of some precision; it gives no guarantee as differential "
        "privacy would, which studies of this size are too small for."
    )


if __name__ == "__main__":
    asked = asking(__doc__, "WITHOUT_TALK.md", "one division").parse_args()
    text = "\n".join(page(asked.data, asked.cache, 1 if asked.quick else DIVISIONS)) + "\n"
    asked.out.write_text(text, encoding="utf-8")
