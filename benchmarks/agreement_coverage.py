"""Do the intervals of agreement cover, and is the non-inferiority test wrong as often as it states?

Simulated studies: G transcripts of unequal length, five codes from rare to common. Two humans and a model have each their own
rates of giving a code where it belongs and where it does not, and the rates and the prevalence vary from transcript to
transcript. The truth is the same figure on a very large study. For each G: the share of studies whose 95% interval covers the
truth, and how often the verdict says "not inferior" when the margin is exactly the true loss (it should in 2.5%).

    OMP_NUM_THREADS=1 python benchmarks/agreement_coverage.py [--runs 500] [--clusters 12 20 40]
"""

from __future__ import annotations

import argparse
import platform
import time
from dataclasses import replace
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from secondcoder.agreement.comparison import Comparison, compare_with_model
from secondcoder.agreement.non_inferiority import NOT_INFERIOR
from secondcoder.agreement.pairwise import Agreement, agreement_of
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.results import Result
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.units import KINDS

PREVALENCE = np.array([0.03, 0.06, 0.1, 0.15, 0.25])
FINDS = np.array([0.80, 0.72, 0.66])
LEAVES = np.array([0.975, 0.965, 0.955])
VARIES = 0.5
PREVALENCE_VARIES = 0.7
TRUTH_CLUSTERS = 6000
ROUNDS = 1000
CODERS = ("first", "second", "model")
FIGURES = (
    "pooled kappa",
    "mean kappa",
    "pooled AC1",
    "pooled positive",
    "alpha MASI",
    "rare code kappa",
    "model - human",
)

Floats = NDArray[np.float64]


def logit(share: Floats) -> Floats:
    """log(p / (1 - p))."""
    return np.log(share / (1 - share))


def around(centre: Floats, spread: float, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Shares that vary about a centre on the logit scale."""
    return 1 / (1 + np.exp(-(logit(centre) + spread * rng.standard_normal(shape))))


def simulate(clusters: int, rng: np.random.Generator) -> ReliabilityData:
    """One study of so many transcripts."""
    codes = len(PREVALENCE)
    size = 15 + rng.negative_binomial(4, 4 / 59, clusters)
    cluster = np.repeat(np.arange(clusters), size)
    prevalence = around(PREVALENCE, PREVALENCE_VARIES, (clusters, codes), rng)
    finds = around(FINDS[:, None], VARIES, (clusters, 3, codes), rng)
    leaves = around(LEAVES[:, None], VARIES, (clusters, 3, codes), rng)
    belongs = rng.random((len(cluster), 1, codes)) < prevalence[cluster][:, None]
    marks = rng.random((len(cluster), 3, codes)) < np.where(belongs, finds[cluster], 1 - leaves[cluster])
    return ReliabilityData(
        marks=marks,
        known=np.ones_like(marks),
        weights=np.ones(len(cluster)),
        clusters=cluster,
        coders=CODERS,
        codes=tuple(f"code {number}" for number in range(codes)),
        cluster_names=tuple(map(str, range(clusters))),
        kind=KINDS["segment"],
    )


def measured(
    data: ReliabilityData, rounds: int, seed: int, margin: float | None = None
) -> tuple[Agreement, Comparison]:
    """What a study reports."""
    complete = data.known.all(2)
    sums = SetSums.of(data.marks, complete, clusters=data.clusters, groups=data.groups, weights=data.weights)
    humans = agreement_of(data, CODERS[:2], sums, rounds=rounds, seed=seed)
    beside = compare_with_model(data, "model", [CODERS[:2]], margin=margin, rounds=rounds, seed=seed)
    if beside is None:
        raise RuntimeError("The simulated coders share no unit.")
    return humans, beside


def figures(humans: Agreement, beside: Comparison) -> list[Result | None]:
    """The results in the order of FIGURES."""
    pooled = humans.pooled
    kappas = [pooled["cohen_kappa"], humans.macro_kappa, pooled["gwet_ac1"], pooled["positive_agreement"]]
    return [*kappas, humans.sets["masi"], humans.codes["code 0"]["cohen_kappa"], beside.pooled.difference]


def side(result: Result | None, truth: float) -> float:
    """0 when the interval covers, 1 when it lies above the truth (it flatters), -1 when below; nan without an interval."""
    ends = result.interval.ends if result and result.interval else None
    return np.nan if ends is None else float(ends[0] > truth) - float(ends[1] < truth)


def truth() -> list[float]:
    """The figures on a very large study; its transcripts are taken together, since only intervals need them apart."""
    large = simulate(TRUTH_CLUSTERS, np.random.default_rng(1))
    together = replace(large, clusters=large.clusters % 20, cluster_names=tuple(map(str, range(20))))
    return [result.value or 0.0 for result in figures(*measured(together, 10, 1)) if result]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--clusters", type=int, nargs="+", default=[12, 20, 40])
    parser.add_argument("--seed", type=int, default=20260101)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, NumPy {version('numpy')}, "
        f"SciPy {version('scipy')}, secondcoder {version('secondcoder')}"
    )
    truths = truth()
    print("truth:", ", ".join(f"{name} {value:.3f}" for name, value in zip(FIGURES, truths, strict=True)))
    margin = -truths[-1]
    print(f"{options.runs} studies each, {ROUNDS} bootstrap rounds; the margin is the true loss, {margin:.3f}")
    for clusters in options.clusters:
        began = time.perf_counter()
        rng = np.random.default_rng(options.seed + clusters)
        sides, verdicts = [], []
        for run in range(options.runs):
            humans, beside = measured(simulate(clusters, rng), ROUNDS, run, margin)
            results = zip(figures(humans, beside), truths, strict=True)
            sides.append([side(result, truth) for result, truth in results])
            verdicts.append(beside.verdict.word == NOT_INFERIOR)
        without = np.isnan(sides).mean(0)
        above, below = (100 * (np.array(sides) == where).mean(0) / (1 - without) for where in (1, -1))
        print(f"\n{clusters} transcripts ({time.perf_counter() - began:.0f} s)")
        for name, high, low, none in zip(FIGURES, above, below, without, strict=True):
            missed = f"flattering misses {high:.1f}%, modest {low:.1f}%"
            print(
                f"  {name:16} covers {100 - high - low:5.1f}%  ({missed})"
                + (f"; cannot be said in {none:.1%}" if none else "")
            )
        print(f"  'not inferior' at the margin: {100 * np.mean(verdicts):.1f}% (stated: 2.5%)")


if __name__ == "__main__":
    main()
