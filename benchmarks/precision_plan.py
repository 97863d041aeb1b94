"""Does the plan of `agree --plan` hold: coded twice as it says, is kappa known as well as was asked? Writes PRECISION_PLAN.md.

Simulated studies: interviews of unequal length that one person coded whole, and in which a second coded some passages drawn at
random, or everything in the first few interviews. How often a code is given, found and missed varies from interview to interview, half
as much or as much as in agreement_coverage.py. The plan is made from that; then the second person codes as many passages more as it
says, drawn at random, or both code as many more interviews. The interval is then computed as `agree` does.

    OMP_NUM_THREADS=1 python benchmarks/precision_plan.py [--studies 200]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from machine import machine
from secondcoder.agreement.pairwise import agreement_of
from secondcoder.agreement.precision_plan import CodePlan, plan_double_coding
from secondcoder.agreement.reliability_data import ReliabilityData
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.agreement.units import KINDS
from secondcoder.domain.arrays import Floats, Rows

PREVALENCE = np.array([0.05, 0.12, 0.25])
FINDS, LEAVES = np.array([0.85, 0.78]), np.array([0.98, 0.97])
PEOPLE = ("first", "second")
ROUNDS = 400
MOST_INTERVIEWS = 60
"""Beyond these a plan of interviews is not tried: nobody would code so many."""
MANY = 50
PAGE = Path(__file__).parent / "PRECISION_PLAN.md"


class Design(NamedTuple):
    """A kind of study: interviews, how many of them the second person codes, how many passages of each, and how much they vary."""

    name: str
    interviews: int
    coded: int
    passages: int
    varies: float


DESIGNS = (
    Design("10 passages of each of 20 interviews, which differ little", 20, 20, 10, 0.25),
    Design("10 passages of each of 20 interviews, which differ much", 20, 20, 10, 0.5),
    Design("6 of 20 interviews whole, which differ little", 20, 6, 1000, 0.25),
    Design("6 of 20 interviews whole, which differ much", 20, 6, 1000, 0.5),
)
WISHES = (0.1, 0.15)


def around(centre: Floats, spread: float, shape: tuple[int, ...], rng: np.random.Generator) -> Floats:
    """Shares that vary about a centre on the logit scale."""
    return np.asarray(1 / (1 + np.exp(-(np.log(centre / (1 - centre)) + spread * rng.standard_normal(shape)))))


def interviews(number: int, varies: float, rng: np.random.Generator) -> ReliabilityData:
    """So many interviews, coded by both whole."""
    codes, size = len(PREVALENCE), 15 + rng.negative_binomial(4, 4 / 59, number)
    cluster = np.repeat(np.arange(number), size)
    prevalence = around(PREVALENCE, 1.4 * varies, (number, codes), rng)
    finds, leaves = (around(rate[:, None], varies, (number, 2, codes), rng) for rate in (FINDS, LEAVES))
    belongs = rng.random((len(cluster), 1, codes)) < prevalence[cluster][:, None]
    marks = rng.random((len(cluster), 2, codes)) < np.where(belongs, finds[cluster], 1 - leaves[cluster])
    names = tuple(f"interview {at}" for at in range(number))
    codes_ = tuple(f"{share:.0%}" for share in PREVALENCE)
    ones = np.ones(len(cluster))
    return ReliabilityData(marks, np.ones_like(marks), ones, cluster, PEOPLE, codes_, names, KINDS["segment"])


def read_by_second(whole: ReliabilityData, rows: Rows) -> ReliabilityData:
    """The study when the second person has looked at these passages alone."""
    known = whole.known.copy()
    known[:, 1] = False
    known[rows, 1] = True
    return replace(whole, known=known, marks=whole.marks & known)


def joined(study: ReliabilityData, more: ReliabilityData) -> ReliabilityData:
    """The study and further interviews."""
    arrays = {
        name: np.concatenate([getattr(study, name), getattr(more, name)]) for name in ("marks", "known", "weights")
    }
    names = (*study.cluster_names, *(f"further {name}" for name in more.cluster_names))
    return replace(
        study, **arrays, clusters=np.append(study.clusters, more.clusters + study.groups), cluster_names=names
    )


def half_width(study: ReliabilityData, at: int, seed: int) -> float:
    """Of the interval that `agree` prints; nan where it cannot be said."""
    one = study.with_codes([study.codes[at]])
    sums = SetSums.of(one.marks, one.known.all(2), clusters=one.clusters, groups=one.groups, weights=one.weights)
    interval = agreement_of(one, PEOPLE, sums, rounds=ROUNDS, seed=seed).codes[study.codes[at]]["cohen_kappa"].interval
    return (interval.ends[1] - interval.ends[0]) / 2 if interval and interval.ends else float("nan")


class Trial(NamedTuple):
    """One code of one study: the plan, and the half-widths after coding so many passages, or interviews; nan where not tried."""

    plan: CodePlan
    by_passages: float
    by_interviews: float
    wish: float = 0.0


def trials(design: Design, wish: float, studies: int) -> Iterator[list[Trial]]:
    """Of each study its codes."""
    for number in range(studies):
        rng = np.random.default_rng([20260101, DESIGNS.index(design), number])
        whole = interviews(design.interviews, design.varies, rng)
        order = rng.permutation(len(whole.marks))
        place = np.zeros(len(order), dtype=int)
        for cluster in range(design.coded):
            here = order[whole.clusters[order] == cluster]
            place[here[: design.passages]] = 1
        rest = order[place[order] == 0]
        study = read_by_second(whole, np.flatnonzero(place))
        plans = plan_double_coding(study, [PEOPLE], PEOPLE, wish)
        yield [_trial(study, whole, rest, plan, at, design, rng) for at, plan in enumerate(plans)]


def _trial(
    study: ReliabilityData,
    whole: ReliabilityData,
    rest: Rows,
    plan: CodePlan,
    at: int,
    design: Design,
    rng: np.random.Generator,
) -> Trial:
    by_passages = by_interviews = float("nan")
    if plan.passages:
        coded = np.append(np.flatnonzero(study.known[:, 1, 0]), rest[: plan.passages])
        by_passages = half_width(read_by_second(whole, coded), at, 1)
    if plan.interviews and plan.interviews <= MOST_INTERVIEWS:
        by_interviews = half_width(joined(study, interviews(plan.interviews, design.varies, rng)), at, 1)
    return Trial(plan, by_passages, by_interviews)


def _row(code: str, found: list[Trial], wish: float) -> str:
    plans = [trial.plan for trial in found]
    n = len(found)
    shares = (
        sum(bool(plan.reason) for plan in plans) / n,
        sum(plan.passages == 0 for plan in plans) / n,
        sum(bool(plan.passages) for plan in plans) / n,
    )
    cells = [
        *(f"{share:.0%}" for share in shares),
        *_kept([t.by_passages for t in found], [p.passages for p in plans], wish),
    ]
    return f"| {code} | {' | '.join([*cells, *_kept([t.by_interviews for t in found], [p.interviews for p in plans], wish)])} |"


def _kept(widths: list[float], asked: list[int | None], wish: float) -> tuple[str, str, str]:
    """Median asked for, how often the wish was met of those tried, and the mean half-width."""
    tried = [at for at, (width, number) in enumerate(zip(widths, asked, strict=True)) if number and not np.isnan(width)]
    if not tried:
        return "–", "–", "–"
    of = np.array([widths[at] for at in tried])
    return (
        f"{np.median([asked[at] or 0 for at in tried]):.0f}",
        f"{np.mean(of <= wish):.0%} of {len(of)}",
        f"{of.mean():.3f}",
    )


def report(studies: int) -> str:
    """The page."""
    about = " ".join((__doc__ or "").split("studies: ")[1].split("    OMP")[0].split())
    head = (
        "# Does the plan of `agree --plan` hold\n\n"
        f"Written by `benchmarks/precision_plan.py`. {machine(('secondcoder', 'numpy', 'scipy'))}\n\n"
        f'Simulated studies, {studies} of each kind: {about}\n\nThree codes, by how often they are due. "Cannot be said", "known '
        'already" and "passages suffice" are shares of the studies; in the rest more passages from these interviews do not suffice. '
        "The wish is met where the interval's half-width, after coding what the plan says, is within it; the plan is made for four "
        f"studies in five. Plans of more than {MOST_INTERVIEWS} interviews are not tried.\n"
    )
    parts, tables = [], list[list[Trial]]()
    for wish in WISHES:
        for design in DESIGNS:
            by_code = [list(of_code) for of_code in zip(*trials(design, wish, studies), strict=True)]
            rows = [_row(f"{share:.0%}", of_code, wish) for share, of_code in zip(PREVALENCE, by_code, strict=True)]
            parts.append(
                f"\n## ± {wish:.2f}; coded twice: {design.name}\n\n| code | cannot be said | known already | passages suffice | more "
                "passages, median | wish met | mean half-width | more interviews, median | wish met | mean half-width |\n"
                f"|{'---|' * 10}\n" + "\n".join(rows) + "\n"
            )
            tables += [[trial._replace(wish=wish) for trial in of_code] for of_code in by_code]
    return f"{head}\n{_summary(tables)}\n{''.join(parts)}"


def _summary(tables: list[list[Trial]]) -> str:
    """How often the wish was met over all kinds, and where least often."""
    words = []
    for name, field in (("passages", "by_passages"), ("interviews", "by_interviews")):
        met = [
            [getattr(trial, field) <= trial.wish for trial in of if not np.isnan(getattr(trial, field))]
            for of in tables
        ]
        large = [np.mean(of) for of in met if len(of) >= MANY]
        small = [yes for of in met if len(of) < MANY for yes in of]
        words.append(
            f"Plans of {name}: met in {np.mean(np.concatenate(met)):.0%} of all, and in {min(large, default=np.nan):.0%} to "
            f"{max(large, default=np.nan):.0%} in the rows below that have {MANY} plans or more"
            + (f"; in the others, where the plan is an exception, in {np.mean(small):.0%}." if small else ".")
        )
    return " ".join(words)


def main() -> None:
    """Run and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--studies", type=int, default=200)
    parser.add_argument("--out", type=Path, default=PAGE)
    options = parser.parse_args()
    options.out.write_text(report(options.studies), encoding="utf-8")


if __name__ == "__main__":
    main()
