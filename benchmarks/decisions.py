"""How many decisions and keys a passage takes in a review, one suggestion at a time and passage by passage, at the same recall.

A coder who knows every code decides on the suggestions of the demonstration study: on the interviews that it leaves uncoded, by the
sealed codes; and on its coded ones, by the out-of-fold suggestions that training keeps, where the fold was chosen. On the page of
0.1.0 each suggestion was a decision and a key. Passage by passage, a construct with its sub-constructs is one decision, and what is
less likely than the fold is a number until it is unfolded. A code that applies and is folded the coder names (`n`, the code, Enter:
one decision more) or unfolds (`f`: everything in it is decided on). Who unfolds does so wherever a code that applies is not on
screen, in vain where it was not suggested at all. Both give every suggested code that applies, so recall is that of 0.1.0. The
sealed interviews are decided on in the study itself too, by the page's own acts, and recall is read from the codings in the store.

    OMP_NUM_THREADS=1 python benchmarks/decisions.py [--study FOLDER] [--out benchmarks/DECISIONS.md]
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import fmean, median

import numpy as np
from deciding.coder import by_acts, carried, in_the_study, sealed_codings, singly
from deciding.ways import Cost, Passage, naming, one_by_one, unfolding
from machine import machine
from secondcoder.codebook.model import Codebook
from secondcoder.demo.demo import run_demo
from secondcoder.domain.grouping import group_by
from secondcoder.domain.records import Suggestion
from secondcoder.study.study import Study

FOLDS = (0.0, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5)


def uncoded_passages(study: Study) -> list[Passage]:
    """Passages with suggestions of the model in use, with the sealed codes."""
    workspace = study.workspace()
    by_place = group_by(workspace.corpus.suggestions(str(workspace.version)), lambda suggestion: suggestion.place)
    codes = carried(study, sealed_codings(study), list(by_place))
    return [Passage(marks, codes[place]) for place, marks in by_place.items()]


def coded_passages(study: Study) -> list[Passage]:
    """Passages with out-of-fold suggestions, with the codes that people gave; a code that nobody looked for there is left out."""
    version, model = study.workspace().load_model()
    kept = model.out_of_fold
    assert kept is not None
    assert kept.suggested is not None
    passages = []
    for place, suggested, known, yes, score in zip(
        kept.places, kept.suggested, kept.known, kept.y, kept.probability, strict=True
    ):
        columns = np.flatnonzero(suggested & known).tolist()
        marks = [
            Suggestion(*place, model.scored[j], float(score[j]), 0.0, True, version, ((place[1], place[2]),), ())
            for j in columns
        ]
        if marks:
            passages.append(Passage(marks, frozenset(np.array(model.scored)[known & yes].tolist())))
    return passages


def _line(name: str, costs: Sequence[Cost], before: Sequence[Cost]) -> str:
    decisions, keys = [cost.decisions for cost in costs], [cost.keys for cost in costs]
    share = sum(decisions) / sum(cost.decisions for cost in before)
    easy = sum(key <= 2 for key in keys) / len(keys)
    cells = (
        f"{fmean(decisions):.2f}",
        f"{median(decisions):g}",
        f"{share:.1%}",
        f"{fmean(keys):.2f}",
        f"{median(keys):g}",
    )
    given, at_once = sum(cost.given for cost in costs), sum(cost.at_once for cost in costs)
    return f"| {name} | {' | '.join(cells)} | {easy:.0%} | {given} | {at_once} |"


def table(passages: Sequence[Passage], book: Codebook, folds: Sequence[float], shipped: float) -> list[str]:
    """Rows of one set of passages."""
    before = [one_by_one(passage, book, 0.0) for passage in passages]
    lines = [HEAD, "|---" * (HEAD.count("|") - 1) + "|", _line("one suggestion at a time (0.1.0)", before, before)]
    for fold in folds:
        for name, way in (("names what is folded", naming), ("unfolds", unfolding)):
            costs = [way(passage, book, fold) for passage in passages]
            mark = "**" if fold == shipped else ""
            lines.append(_line(f"{mark}fold below {fold:g}: {name}{mark}", costs, before))
    return lines


HEAD = "| | decisions, mean | median | of 0.1.0's | keys, mean | median | at most two | codes given that apply | of them at once |"


def report(folder: Path) -> str:
    """The page."""
    study = Study(folder)
    book, shipped = study.codebook, study.configuration.review.fold
    coded, uncoded = coded_passages(study), uncoded_passages(study)
    study.close()
    ways = {
        "one suggestion at a time": singly,
        "names what is folded": partial(by_acts, unfolds=False),
        "unfolds": partial(by_acts, unfolds=True),
    }
    halves = [fold for fold in FOLDS if _share(coded, book, fold) <= 0.5]
    about = (__doc__ or "").split("\n\n")[1].replace("\n", " ")
    return "\n".join(
        [
            "# How many decisions a passage takes in a review",
            "",
            f"Written by `benchmarks/decisions.py`. {machine()}",
            "",
            about,
            "",
            "The study is invented: the figures are of this page's way to decide, and say nothing of real interviews. The last column "
            "is what applies and is on screen without naming or unfolding anything.",
            "",
            f"## Coded interviews, out-of-fold suggestions ({len(coded)} passages with suggestions)",
            "",
            *table(coded, book, FOLDS, shipped),
            "",
            f"The least of these folds with which naming what is folded takes at most half of 0.1.0's decisions: {min(halves):g}. "
            f"{shipped:g} ships. A larger one would leave more that applies behind a number.",
            "",
            f"## Sealed interviews ({len(uncoded)} passages with suggestions)",
            "",
            *table(uncoded, book, FOLDS, shipped),
            "",
            f"In the study, with the fold of {shipped:g} (a sub-construct that is given counts as its construct, suggested or not):",
            "",
            "| | sealed codes in the store | requests | decisions kept |",
            "|---|---|---|---|",
            *(f"| {name} | {in_the_study(folder, way)} |" for name, way in ways.items()),
            "",
        ]
    )


def _share(passages: Sequence[Passage], book: Codebook, fold: float) -> float:
    """Decisions by naming what is folded, of those of one suggestion at a time."""
    decisions = [sum(way(passage, book, fold).decisions for passage in passages) for way in (naming, one_by_one)]
    return decisions[0] / decisions[1]


def main() -> None:
    """Make the demonstration study where none is named, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", type=Path, help="a demonstration study that `secondcoder demo` made")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = asked.study or Path(scratch) / "demo"
        if asked.study is None:
            run_demo(folder, print).study.close()
        page = report(folder)
    if asked.out:
        asked.out.write_text(page, encoding="utf-8")
    else:
        print(page)


if __name__ == "__main__":
    main()
