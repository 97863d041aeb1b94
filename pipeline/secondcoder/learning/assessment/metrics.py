"""Figures for suggestions against human codes, with intervals from resampling whole transcripts.

Passages of one interview are not independent, so the bootstrap draws transcripts (or cases), never segments. What is undefined is
nan here and None in a report, never a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from secondcoder.domain.arrays import Bools, Floats, Rows

NAMES = ("precision", "recall", "f1", "average_precision", "kappa")
CHUNK = 100


@dataclass(frozen=True)
class Held:
    """Out-of-fold results for n segments and k codes: probabilities, suggestions, labels, mask, clusters."""

    probability: Floats
    suggested: Bools
    y: Bools
    known: Bools
    clusters: Sequence[str]


def point_and_interval(held: Held, rounds: int, seed: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Every figure once on the data as it is, and its 95 % percentile interval.

    Returns:
        point: name -> (k,) per code for each of NAMES, and () for macro_f1, micro_f1, macro_ap, pooled_kappa.
        interval: the same names -> (2, k) or (2,).
    """
    point, drawn = point_and_draws(held, rounds, seed)
    return point, {name: percentiles(values) for name, values in drawn.items()}


def point_and_draws(held: Held, rounds: int, seed: int) -> tuple[dict[str, Floats], dict[str, Floats]]:
    """Every figure on the data as it is, and in each of `rounds` resamplings, (rounds, ...).

    Equal seeds draw equal clusters, so that two results on the same segments can be compared round by round.
    """
    names, cluster = np.unique(np.asarray(held.clusters), return_inverse=True)
    point = _figures(held, cluster, np.ones((1, len(names))))
    draws = cluster_draws(len(names), rounds, seed)
    parts = [_figures(held, cluster, draws[at : at + CHUNK]) for at in range(0, rounds, CHUNK)]
    drawn = {name: np.concatenate([part[name] for part in parts]) for name in point}
    return {name: values[0] for name, values in point.items()}, drawn


def without_each(held: Held) -> dict[str, Floats]:
    """Every figure with each cluster left out in turn, in the order of their names, (clusters, ...): the jackknife."""
    names, cluster = np.unique(np.asarray(held.clusters), return_inverse=True)
    return _figures(held, cluster, 1 - np.eye(len(names)))


def cluster_draws(clusters: int, rounds: int, seed: int) -> Floats:
    """(rounds, clusters): how often each cluster, in the order of its name, is drawn."""
    even = np.full(clusters, 1 / clusters)
    return np.random.default_rng(seed).multinomial(clusters, even, size=rounds).astype(np.float64)


def percentiles(values: Floats) -> Floats:
    """(2, ...) over the first axis; nan where a figure was undefined in more than a tenth of the rounds."""
    undefined = np.isnan(values).mean(axis=0) > 0.1
    filled = np.where(np.isnan(values), np.nanmean(np.where(undefined, 0.0, values), axis=0), values)
    return np.where(undefined, np.nan, np.percentile(filled, [2.5, 97.5], axis=0))


def _figures(held: Held, cluster: Rows, weights: Floats) -> dict[str, Floats]:
    """name -> (B, k) or (B,), for weights (B, clusters)."""
    counts = _counts(held, cluster, len(weights[0]))
    tp, fp, fn, tn = (weights @ table for table in counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        figures = {
            "precision": tp / (tp + fp),
            "recall": tp / (tp + fn),
            "f1": np.where(tp + fn > 0, 2 * tp / (2 * tp + fp + fn), np.nan),
            "kappa": _kappa(tp, fp, fn, tn),
            "average_precision": np.stack(list(_average_precisions(held, cluster, weights)), axis=1),
        }
        all_tp, all_fp, all_fn, all_tn = (table.sum(axis=1) for table in (tp, fp, fn, tn))
        figures["micro_f1"] = 2 * all_tp / (2 * all_tp + all_fp + all_fn)
        figures["pooled_kappa"] = _kappa(all_tp, all_fp, all_fn, all_tn)
        figures["macro_f1"] = _mean_defined(figures["f1"])
        figures["macro_ap"] = _mean_defined(figures["average_precision"])
    return figures


def _counts(held: Held, cluster: Rows, clusters: int) -> list[Floats]:
    """True and false positives, false and true negatives: each (clusters, k)."""
    s, y = held.suggested, held.y
    cells = (s & y, s & ~y, ~s & y, ~s & ~y)
    tables = []
    for cell in cells:
        table = np.zeros((clusters, y.shape[1]))
        np.add.at(table, cluster, (cell & held.known).astype(np.float64))
        tables.append(table)
    return tables


def _kappa(tp: Floats, fp: Floats, fn: Floats, tn: Floats) -> Floats:
    """Cohen's kappa of two binary codings; nan where both are constant."""
    n = tp + fp + fn + tn
    observed = (tp + tn) / n
    expected = ((tp + fp) * (tp + fn) + (fn + tn) * (fp + tn)) / n**2
    return np.asarray(np.where(expected < 1, (observed - expected) / (1 - expected), np.nan))


def _average_precisions(held: Held, cluster: Rows, weights: Floats) -> Iterator[Floats]:
    """For each code (B,): sum over thresholds of the rise in recall times precision; equal probabilities are one threshold."""
    for j, seen in enumerate(held.known.T):
        rows = np.flatnonzero(seen)
        order = rows[np.argsort(-held.probability[rows, j], kind="stable")]
        ranked, y = held.probability[order, j], held.y[order, j]
        if not y.any():
            yield np.full(len(weights), np.nan)
            continue
        ends = np.append(np.flatnonzero(ranked[:-1] != ranked[1:]), len(ranked) - 1)
        w = weights[:, cluster[order]]
        found, read = np.cumsum(w * y, axis=1)[:, ends], np.cumsum(w, axis=1)[:, ends]
        rise = np.diff(found, axis=1, prepend=0.0)
        precision = np.divide(found, read, out=np.zeros_like(found), where=read > 0)
        yield np.sum(rise * precision, axis=1) / found[:, -1]


def _mean_defined(values: Floats) -> Floats:
    defined = ~np.isnan(values)
    return np.asarray(np.where(defined, values, 0.0).sum(axis=1) / defined.sum(axis=1))
