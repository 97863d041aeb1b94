"""How long agreement takes on 100,000 units, 40 codes, 5 coders (one of them a model) with 2,000 bootstrap rounds.

Everything that a report computes on such marks: all ten pairs and all coders together, on both scopes, with every coefficient
and its interval, alpha over sets with two distances, and the model beside the humans.

    OMP_NUM_THREADS=2 python benchmarks/agreement_speed.py [--units 100000] [--prevalence 0.05]
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from importlib.metadata import version
from itertools import combinations

import numpy as np
from secondcoder.agreement.comparison import compare_with_model
from secondcoder.agreement.pair_means import mean_over_pairs
from secondcoder.agreement.pairwise import SCOPES, agreement_of
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.units import KINDS

CODERS = ("A", "B", "C", "D", "model")


def marks_of(options: argparse.Namespace) -> ReliabilityData:
    """Coders who find 80% of what is there and add a little of their own, in transcripts of unequal length."""
    rng = np.random.default_rng(7)
    shape = (options.units, len(CODERS), options.codes)
    there = rng.random((options.units, 1, options.codes)) < options.prevalence
    marks = np.where(rng.random(shape) < 0.8, there, rng.random(shape) < options.prevalence / 2)
    clusters = np.sort(
        rng.choice(options.transcripts, options.units, p=rng.dirichlet(np.full(options.transcripts, 5.0)))
    )
    return ReliabilityData(
        marks=marks,
        known=np.ones(shape, dtype=bool),
        weights=np.ones(options.units),
        clusters=clusters,
        coders=CODERS,
        codes=tuple(f"code {number}" for number in range(options.codes)),
        cluster_names=tuple(map(str, range(options.transcripts))),
        kind=KINDS["segment"],
    )


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--codes", type=int, default=40)
    parser.add_argument("--transcripts", type=int, default=200)
    parser.add_argument("--prevalence", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=2000)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, NumPy {version('numpy')}, "
        f"secondcoder {version('secondcoder')}"
    )
    data = marks_of(options)
    pairs = list(combinations(CODERS, 2))
    began, cpu = time.perf_counter(), time.process_time()
    sums = SetSums.of(data.marks, data.known.all(2), clusters=data.clusters, groups=data.groups, weights=data.weights)
    counted = time.perf_counter()
    made = [
        agreement_of(data, who, sums, scope=scope, rounds=options.rounds)
        for who in (*pairs, CODERS)
        for scope in SCOPES
    ]
    mean_over_pairs(data, [pair for pair in pairs if "model" not in pair], rounds=options.rounds)
    agreed = time.perf_counter()
    humans = list(combinations(CODERS[:-1], 2))
    beside = [compare_with_model(data, "model", humans, scope=scope, rounds=options.rounds) for scope in SCOPES]
    ended = time.perf_counter()
    print(
        f"{options.units:,} units, {options.codes} codes, {len(CODERS)} coders, {options.transcripts} transcripts, "
        f"{options.rounds:,} rounds, prevalence {options.prevalence}"
    )
    print(
        f"sums for sets {counted - began:.1f} s; {len(made)} agreements {agreed - counted:.1f} s; "
        f"model beside humans ({len(beside)} scopes) {ended - agreed:.1f} s"
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    spent = time.process_time() - cpu
    print(f"in all {ended - began:.1f} s ({spent:.1f} s of processor time), at most {memory:.1f} GiB")


if __name__ == "__main__":
    main()
