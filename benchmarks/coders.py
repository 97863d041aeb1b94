"""How to learn from coders who differ; writes CODERS.md beside this file.

    python benchmarks/coders.py --data ../shared/data [--quick]

Models that learned from two coders, merged in each of several ways, beside each of these coders on held-back transcripts: the shipped,
invented study, and invented coders of the public sets that are there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from asked import asking, tell
from comparison.sets import FOLDS, cached_embedder
from drifts.talk import talks
from intervals import documents, in_words, paired
from machine import machine
from merging.studies import HABITS, Coded, studies
from merging.ways import BEFORE, DEFAULT, EACH, WAYS, Said, held_back
from secondcoder.domain.arrays import Floats
from secondcoder.domain.wording import counted
from secondcoder.learning.assessment.metrics import LabelledPredictions, leave_one_out, point_and_draws
from secondcoder.statistics.classification import cohen_kappa

SEED = 20260101
KAPPA, PRECISION, F1 = "pooled_kappa", "macro_ap", "macro_f1"


@dataclass(frozen=True)
class Figures:
    """Of one way on one level of codes, beside each of c coders, by seed: (s, c) each; predictions by seed and coder."""

    kappa: Floats
    precision: Floats
    f1: Floats
    suggested: Floats
    held: list[list[LabelledPredictions]]


def figures(of_study: Sequence[Coded], said: Sequence[Said], columns: list[int]) -> Figures:
    """Figures beside each coder."""
    held = [
        [_beside(coded, one, probability[one], marked[one], columns) for one in range(len(probability))]
        for coded, (probability, marked) in zip(of_study, said, strict=True)
    ]
    points = [[point_and_draws(one, 1, SEED)[0] for one in each] for each in held]
    of_all = ([[float(point[name]) for point in each] for each in points] for name in (KAPPA, PRECISION, F1))
    suggested = [[(one.suggested & one.known).sum() / one.y.sum() for one in each] for each in held]
    return Figures(*map(np.array, of_all), np.array(suggested), held)


def _beside(coded: Coded, one: int, probability: Floats, marked: np.ndarray, columns: list[int]) -> LabelledPredictions:
    """Only the transcripts at which the coder looked."""
    rows = np.flatnonzero(coded.marks.looked[one].any(axis=1))
    place = np.ix_(rows, columns)
    names = [coded.features.groups[row] for row in rows.tolist()]
    given, looked = coded.marks.given[one][place], coded.marks.looked[one][place]
    return LabelledPredictions(probability[place], marked[place], given, looked, names)


def human_kappa(coded: Coded, columns: list[int]) -> float:
    """Of the two coders, where both looked."""
    (first, second), both = coded.marks.given[:, :, columns], coded.marks.looked[:, :, columns].all(axis=0)
    table = np.bincount(2 * first[both] + second[both], minlength=4).reshape(2, 2)
    return float(cohen_kappa(table.astype(np.float64)).value)


def report(found: Iterator[list[Coded]], rounds: int) -> Iterator[str]:
    """All lines of CODERS.md."""
    yield from [
        "# Learning from coders who differ",
        "",
        f"Written by `benchmarks/coders.py`. {machine()}",
        "",
        _about(),
    ]
    for of_study in found:
        tell(of_study[0].name)
        yield from ["", f"## {of_study[0].name}"]
        said = [held_back(coded, seed) for seed, coded in enumerate(of_study)]
        for level, columns in of_study[0].levels.items():
            of_ways = {way: figures(of_study, [one[way] for one in said], columns) for way in WAYS}
            yield from _table(of_study, level, columns, of_ways, rounds if of_study[0] is of_study[-1] else 0)


def _about() -> str:
    invented = "; ".join(f"{kind}: {_habit(*both)}" for kind, both in HABITS.items())
    return (
        f"{FOLDS} folds by transcript; means over divisions, each with its own inner seed, standard deviation behind ±. Kappa is "
        "pooled over segments and codes; each figure is beside one coder, on the transcripts that this coder coded. Differences are "
        f"to the kappa of `{BEFORE}`, for the demonstration with 95 % intervals over transcripts. It is an invented study "
        "whose two coders are parts played by a model: its figures say nothing of real interviews. On the public sets two invented "
        "coders err about the published marks, each on two thirds of the transcripts, and anew in each division: marks are missed by "
        f"chance, and passages beside a marked one are marked too ({invented})."
    )


def _habit(first: tuple[float, float], second: tuple[float, float]) -> str:
    return ", ".join(
        f"the {which} misses {miss:.0%} and gives {more:.0%} as many too many"
        for which, (miss, more) in (("first", first), ("second", second))
    )


def _table(
    of_study: Sequence[Coded], level: str, columns: list[int], of_ways: dict[str, Figures], rounds: int
) -> Iterator[str]:
    coders, human = of_study[0].marks.coders, np.mean([human_kappa(coded, columns) for coded in of_study])
    yield from [
        "",
        f"{level.capitalize()} ({len(columns)}), {counted(len(of_study), 'division')}; the coders with each other: kappa {human:.3f}.",
        "",
    ]
    heads = [f"{what}, {who}" for what in ("kappa", "difference") for who in coders]
    heads += [f"{what}, {' / '.join(coders)}" for what in ("macro-AP", "macro-F1", "suggestions per mark")]
    yield f"| learned from | {' | '.join(heads)} |"
    yield "|" + "---|" * (1 + len(heads))
    for way, own in of_ways.items():
        name = f"**{way}**" if way in (BEFORE, DEFAULT, EACH) else way
        yield f"| {name} | {' | '.join(_cells(own, of_ways[BEFORE], coders, rounds))} |"


def _cells(own: Figures, before: Figures, coders: Sequence[str], rounds: int) -> Iterator[str]:
    for values in own.kappa.T:
        yield f"{values.mean():.3f} ± {values.std():.3f}"
    for one in range(len(coders)):
        yield "" if own is before else _difference(own, before, one, rounds)
    for figure, digits in ((own.precision, 3), (own.f1, 3), (own.suggested, 2)):
        yield " / ".join(f"{value:.{digits}f}" for value in figure.mean(axis=0))


def _difference(own: Figures, before: Figures, one: int, rounds: int) -> str:
    """With an interval where all divisions are of one study; of invented coders, who differ from seed to seed, with their spread."""
    apart = own.kappa[:, one] - before.kappa[:, one]
    if not rounds:
        return f"{apart.mean():+.3f} ± {apart.std():.3f}"
    pair = [_mean_of_kappas([each[one] for each in way.held], rounds) for way in (own, before)]
    return in_words(paired(*pair, *documents(own.held[0][one])))


def _mean_of_kappas(held: Sequence[LabelledPredictions], rounds: int) -> tuple[float, Floats, Floats]:
    """Over divisions: the figure, in each draw of transcripts (the same for all), and with each transcript left out."""
    found = [point_and_draws(one, rounds, SEED) for one in held]
    point, draws = (np.mean([part[at][KAPPA] for part in found], axis=0) for at in (0, 1))
    return float(point), draws, np.mean([leave_one_out(one)[KAPPA] for one in held], axis=0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Parse, measure, write."""
    given = asking(__doc__, "CODERS.md", "one division, few resamplings").parse_args(arguments)
    seeds, rounds = (1, 20) if given.quick else (5, 500)
    lines = report(studies(talks(given.data, cached_embedder(given.cache)), seeds), rounds)
    given.out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    tell(f"written: {given.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
