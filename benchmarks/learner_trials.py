"""Variants of the learner, tried on the same folds; prints the tables of NOTES.md.

    python benchmarks/learner_trials.py --data ../shared/data [--sets NAME ...] [--variants NAME ...] [--divisions 5] [--coded N]

Each variant changes one thing in the classifier that ships. Whatever is chosen is chosen inside the training part.
Sets that end in "_150" are the same talk in passages of 150 words, whoever speaks; "demonstration" is the shipped, invented study.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from asked import HERE, tell
from comparison.equal_numbers import likeliest_of_each
from comparison.one_a_code import macro_ap
from comparison.runs import mean_f1
from comparison.sets import FOLDS, SETS, benchmark_set, cached_embedder
from comparison.variants import VARIANTS, Part
from drifts.talk import DEMONSTRATION, demonstration
from secondcoder.domain.arrays import Bools, Floats, Rows, Vectors
from secondcoder.embedding import Embedder
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.learning.assessment.splits import group_folds, train_and_test
from secondcoder.learning.assessment.thresholds import f1_thresholds
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.classifier import INNER_FOLDS
from secondcoder.statistics.classification import cohen_kappa

PUBLIC = ("pdpilot_interviews", "ohd_long1960s")
NAMES = (*(name + end for name in PUBLIC for end in ("", "_150")), DEMONSTRATION)
WORDS = 150
Study = tuple[Features, LabelMatrix, Vectors]


def studies(data: Path, names: Sequence[str], embedder: Embedder) -> Iterator[tuple[str, Study]]:
    """Those of the named that are there."""
    for name in names:
        folder = name.removesuffix(f"_{WORDS}")
        path = data / folder / "units.parquet"
        if name == DEMONSTRATION:
            talk = demonstration(embedder)
            rows = np.flatnonzero(talk.labels.coded_rows)
            yield name, (talk.features.take(rows), talk.labels.take(rows), talk.code_embeddings)
        elif path.is_file():
            units, column = pd.read_parquet(path), SETS[folder].labels
            units = units if folder == name else in_passages(units, column)
            one = benchmark_set(name, "", units, column, embedder)
            yield name, (one.features, LabelMatrix(one.codes, one.y, one.known), one.code_embeddings)
        else:
            tell(f"skipped {name}: {path} is not there")


def in_passages(units: pd.DataFrame, column: str) -> pd.DataFrame:
    """Consecutive units joined until there are WORDS words; a passage has the codes of its units."""
    units = units.sort_values(["doc_id", "order"], kind="stable")
    words = units["text"].str.split().str.len()
    before = words.groupby(units["doc_id"]).cumsum() - words
    joined = units.groupby(["doc_id", before // WORDS], sort=False)
    texts = joined["text"].agg("\n".join)
    codes = joined[column].agg(
        lambda cells: "|".join(sorted({code for cell in cells for code in cell.split("|")} - {""}))
    )
    return pd.DataFrame({"text": texts, column: codes, "speaker": ""}).rename_axis(["doc_id", "order"]).reset_index()


def tried(study: Study, variants: Sequence[str], divisions: int, coded: int | None) -> Floats:
    """(variants, divisions, 5): macro-AP pooled over the folds and within them, kappa at equal numbers, and kappa and macro-F1 at the
    classifier's own thresholds."""
    features, labels, names = study
    found = np.zeros((len(variants), divisions, 5))
    for division in range(divisions):
        score, suggested = (
            np.zeros((len(variants), *labels.y.shape)),
            np.zeros((len(variants), *labels.y.shape), dtype=bool),
        )
        within = []
        for train, rest in train_and_test(group_folds(features.groups, FOLDS, division)):
            rows = train if coded is None else first_transcripts(features.groups, labels.y, train, coded, division)
            part = Part(
                features.take(rows),
                labels.take(rows),
                features.take(rest),
                names,
                group_folds(features.take(rows).groups, max(FOLDS, INNER_FOLDS), division),
            )
            for number, name in enumerate(variants):
                inner, score[number][rest] = VARIANTS[name](part)
                threshold = f1_thresholds(_chance(inner), part.labels.target, part.labels.known, part.labels.weight)
                suggested[number][rest] = _chance(score[number][rest]) >= threshold
            within.append([macro_ap(one[rest], labels.y[rest]) for one in score])
        for number in range(len(variants)):
            found[number, division] = (
                macro_ap(score[number], labels.y),
                np.mean([of_fold[number] for of_fold in within]),
                kappa(likeliest_of_each(score[number], labels.y), labels.y),
                kappa(suggested[number], labels.y),
                mean_f1(suggested[number], labels.y),
            )
    return found


def first_transcripts(groups: Sequence[str], y: Bools, train: Rows, coded: int, seed: int) -> Rows:
    """Training rows of whole transcripts, in a seeded order, until `coded` coded segments are reached; two transcripts at least."""
    own = np.asarray(groups)[train]
    order = np.random.default_rng(seed).permutation(np.unique(own))
    reached = np.cumsum([y[train][own == name].any(axis=1).sum() for name in order])
    return train[np.isin(own, order[: max(2, int(np.searchsorted(reached, coded)) + 1)])]


def _chance(log_odds: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -35, 35))))


def kappa(suggested: Bools, y: Bools) -> float:
    """Cohen's, of all cells together."""
    table = np.bincount((2 * y + suggested).ravel(), minlength=4).reshape(2, 2).astype(float)
    return float(cohen_kappa(table).value)


def report(name: str, variants: Sequence[str], found: Floats) -> Iterator[str]:
    """A table: means over divisions, and the difference in macro-AP to the first variant with its standard deviation."""
    yield f"\n{name}, {found.shape[1]} divisions\n"
    yield "| variant | macro-AP | difference (sd) | within folds | kappa, equal numbers | kappa | macro-F1 |"
    yield "|---|---|---|---|---|---|---|"
    for variant, of_variant in zip(variants, found, strict=True):
        ap, *others = (f"{value:.3f}" for value in of_variant.mean(axis=0))
        gain = of_variant[:, 0] - found[0, :, 0]
        yield f"| {variant} | {ap} | {gain.mean():+.3f} ({gain.std():.3f}) | {' | '.join(others)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, try, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the benchmark sets")
    parser.add_argument("--cache", type=Path, default=HERE / ".cache", help="where vectors are kept")
    parser.add_argument("--sets", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--divisions", type=int, default=5, help="divisions into outer folds")
    parser.add_argument("--coded", type=int, help="learn from so many coded segments only")
    given = parser.parse_args(arguments)
    for name, study in studies(given.data, given.sets, cached_embedder(given.cache)):
        found = tried(study, given.variants, given.divisions, given.coded)
        print("\n".join(report(name, given.variants, found)), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
