"""secondcoder against its peers on the benchmark sets, in one run; writes QUALITY.md beside this file.

    python benchmarks/quality.py --data ../shared/data [--sets NAME ...] [--methods NAME ...] [--quick] [--kept]

What is done is kept in a cache folder, so that a stopped run goes on where it was; --kept writes the page of what is there and says
what is not. A set that is not there is skipped with a message; with none of them there is nothing to do, and the exit is 0. SetFit
runs where the package `setfit` is installed.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np
from asked import asking, tell
from comparison.equal_numbers import at_equal_numbers
from comparison.figures import Figures, figures, mean_figures, prevalence
from comparison.method import Method
from comparison.methods import ABLATIONS, METHODS, OWN, PEERS, PLAIN
from comparison.one_a_code import macro_ap
from comparison.own import secondcoder_with
from comparison.reading_effort import effort
from comparison.report import write_report
from comparison.results import Results
from comparison.runs import Keeper, NotKeptError, Run, cross_validate, learning_curve
from comparison.setfit_peer import is_installed
from comparison.sets import SEED, SETS, BenchmarkSet, cached_embedder, load_set, there
from comparison.tables import ASKED
from comparison.timing import Timing, time_a_study
from comparison.two_coders import TwoCoders, measure_two_coders
from secondcoder.domain.arrays import Floats
from secondcoder.embedding import Embedder

SIZES = (50, 100, 200, 400, None)
WITH_CURVE = ("vectors_logistic", *PLAIN[:2], OWN, "secondcoder_without_names")
WITH_EFFORT = (*(name for name in PEERS if name != "plain_baseline_capped"), OWN)
ROUNDS = 1000
MANY_UNITS = 5000
"""Sets with more are learned with one inner seed: their figures hang little on it, and each takes minutes."""
SEEDS = (1, 2, 3, 4)
"""Of secondcoder's inner folds, beside the one that all methods share."""


def measure(data: BenchmarkSet, methods: Sequence[str], keeper: Keeper, rounds: int, quick: bool = False) -> Results:
    """Every figure of the named methods on one set."""
    held = prevalence(data.y, data.features.groups)
    results = Results(data, figures(held, True, rounds))
    for name in METHODS:
        if name == "secondcoder_without_question" and not data.features.questions.any():
            continue
        if name not in methods:
            results.missing[name] = "not run in this run."
        elif name == "setfit" and not (is_installed() or keeper.kept_only):
            results.missing[name] = "not run, the package `setfit` is not installed."
        else:
            _measure_one(results, name, keeper, rounds, (50, None) if quick else SIZES)
    return results


def _measure_one(results: Results, name: str, keeper: Keeper, rounds: int, sizes: Sequence[int | None]) -> None:
    data, method = results.data, METHODS[name]
    try:
        run = cross_validate(keeper, data, name, method)
        if name == OWN:
            results.figures[name], results.seeds = _over_seeds(data, keeper, run, rounds)
        else:
            results.figures[name] = figures(run.held, method.probabilities, rounds)
    except NotKeptError:
        results.missing[name] = "not run in this run."
        return
    if name not in ABLATIONS:
        results.equal[name] = at_equal_numbers(run.held, rounds)
    results.seconds[name] = run.seconds
    score = run.held.probability
    results.within[name] = np.array(
        [macro_ap(score[data.fold == fold], data.y[data.fold == fold]) for fold in np.unique(data.fold)]
    )
    if name in WITH_EFFORT:
        results.effort[name] = effort(score, data.y)
    if name in WITH_CURVE:
        results.curves[name] = learning_curve(keeper, data, name, method, sizes)


def _over_seeds(data: BenchmarkSet, keeper: Keeper, first: Run, rounds: int) -> tuple[Figures, Floats | None]:
    """Means over inner seeds, and each seed's figures of ASKED, (seeds, 3); None where there is one seed."""
    if len(data.y) > MANY_UNITS:
        return figures(first.held, True, rounds), None
    others = [cross_validate(keeper, data, f"{OWN}-seed{seed}", Method(OWN, secondcoder_with(seed))) for seed in SEEDS]
    several = [figures(run.held, True, rounds) for run in (first, *others)]
    return mean_figures(several), np.array([[one.point[name] for name in ASKED] for one in several])


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = _parser().parse_args(arguments)
    names = there(given.data, given.sets)
    if not names:
        tell("No benchmark set is there, so there is nothing to measure.")
        return 0

    keeper = Keeper(given.cache, tell, given.kept)
    embedder = cached_embedder(given.cache)
    rounds = 100 if given.quick else ROUNDS
    results = []
    for name in names:
        data = load_set(given.data, name, embedder, given.quick)
        results.append(measure(data, given.methods, keeper, rounds, given.quick))
    coders = None if given.quick else _coders(embedder, keeper, rounds)
    write_report(given.out, results, _timing(given), rounds, given.quick, coders)
    tell(f"written: {given.out}")
    return 0


def _coders(embedder: Embedder, keeper: Keeper, rounds: int) -> TwoCoders | None:
    try:
        return measure_two_coders(embedder, keeper, (SEED, *SEEDS), rounds)
    except NotKeptError:
        return None


def _timing(given: argparse.Namespace) -> Timing | None:
    if OWN not in given.methods or given.kept:
        return None
    tell("timing a study")
    return time_a_study(400, 5, 8) if given.quick else time_a_study()


def _parser() -> argparse.ArgumentParser:
    parser = asking(__doc__, "QUALITY.md", "parts of the sets and few resamplings")
    parser.add_argument("--kept", action="store_true", help="learn nothing: write the page from finished answers alone")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--methods", nargs="+", choices=METHODS, default=list(METHODS))
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
