"""DRIFT.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from machine import machine
from secondcoder.embedding import Embedder

from drifts import figures
from drifts.simulated import simulated, sizes
from drifts.splits import LOOSE, RATE, Tallies, cases_and_waves, random_splits
from drifts.talk import SAYS, Talk
from drifts.trials import Alarms, interval, share

FIGURE_STUDIES = (200, 4000)
"""Studies a cell in a quick run, and in a full one."""
PACKAGES = ("secondcoder", "numpy", "scipy", "scikit-learn", "sentence-transformers", "torch")


def report(
    studies: Sequence[Talk], embedder: Embedder, rounds: int, draws: int, tell: Callable[[str], None]
) -> Iterator[str]:
    """All lines."""
    tallies = Tallies()
    for talk in studies:
        random_splits(talk, studies, embedder, rounds, tallies, tell)
        cases_and_waves(talk, tallies, tell)
    yield from _head(studies, rounds)
    yield from figures.lines(FIGURE_STUDIES[draws >= 500], RATE, tell)
    yield from _false_alarms(tallies)
    yield from _parts(tallies)
    yield from _simulation(draws, tell)
    yield from _others(tallies)
    yield from _mixtures(tallies)
    yield from ["## Versions and machine", ""]
    yield f"{machine(PACKAGES)} Vectors of {embedder.id}."


def _head(studies: Sequence[Talk], rounds: int) -> Iterator[str]:
    yield from ["# Drift: false alarms, and alarms", ""]
    yield (
        f"Written by `benchmarks/drift_rates.py`. The rate set is {RATE:.0%} (`[drift] false_alarms`), for each transcript, case or "
        f"wave over all five figures together. {rounds} random splits for each number of training transcripts; a model is trained as "
        "`train` does it. Brackets hold 95 % intervals from drawing held-out transcripts with all their judgements. They say nothing "
        "about other studies, and have no width where all judgements are alike: then the number of transcripts is what counts. "
        "Where too few transcripts or cases were learned from for the rate, nothing is said to differ, and the table has how often "
        "the transcripts were named as further out than all of those (*furthest*)."
    )
    yield ""
    yield (
        "**Read with care.** Three studies are few, and one of them is invented. The smallest differences that are taken "
        "seriously (`drift/measures.py`) and the smallest number of passages were set with these studies in view. The studies shown "
        "as foreign differ in everything, so alarms on them are the least that can be asked; the mixtures are the harder question. "
        "A quarter of a transcript from elsewhere mostly goes unseen by a model of few transcripts."
    )
    yield from ["", "| study | transcripts | what it is |", "|---|---|---|"]
    for talk in studies:
        yield f"| {talk.name} | {len(talk.transcripts)} | {SAYS[talk.name]} |"
    yield ""


def _false_alarms(tallies: Tallies) -> Iterator[str]:
    yield from ["## False alarms: held-out transcripts of the same study", ""]
    yield f"| study | learned from | differ at {RATE:.0%} | at {LOOSE:.0%} | groups of three at {RATE:.0%} | judged | by figure |"
    yield "|---|---|---|---|---|---|---|"
    for (name, size), one in tallies.own.items():
        groups = tallies.groups[name, size] if (name, size) in tallies.groups else Alarms()
        yield (
            f"| {name} | {size} | {_share(one)} | {_share(tallies.own_loose[name, size])} | {_share(groups)} | {len(one)} | "
            f"{_measures(one)} |"
        )
    yield from ["", "### Stretches of held-out transcripts, as if there were no more", ""]
    lengths = sorted({length for _, _, length in tallies.excerpts})
    yield f"| study | learned from | {' | '.join(f'{length} passages' for length in lengths)} |"
    yield f"|---|---|{'---|' * len(lengths)}"
    for name, size in dict.fromkeys((name, size) for name, size, _ in tallies.excerpts):
        cells = (tallies.excerpts[name, size, length] for length in lengths)
        yield f"| {name} | {size} | {' | '.join(_share(cell) for cell in cells)} |"
    yield ""


def _parts(tallies: Tallies) -> Iterator[str]:
    if not tallies.parts:
        return
    yield from ["## Cases and waves of the demonstration against each other: no drift", ""]
    yield from ["| held out | judged | said to differ | judgements | by figure |", "|---|---|---|---|---|"]
    for (part, how), one in tallies.parts.items():
        yield f"| {part} | {how} | {_share(one)} | {len(one)} | {_measures(one)} |"
    yield ""


def _simulation(draws: int, tell: Callable[[str], None]) -> Iterator[str]:
    yield from ["## Simulated studies, from words and vectors", ""]
    error = 100 * (RATE * (1 - RATE) / draws) ** 0.5
    yield (
        "The figures of a transcript rest on the training transcripts, so that they are not quite independent; here they are computed "
        "as in use. New transcripts come from where the training ones came. Where cases differ, three tenths of the variance between "
        f"transcripts lie between cases of three. {draws} studies a line; the standard error is {error:.1f} points where the rate is "
        "kept. **From fewer than three training cases nothing is known of how far cases differ, so nothing is said of new ones; "
        "that one is named as the furthest out is then chance a little more often than the 1 in 3 that secondcoder states.**"
    )
    yield from ["", "| learned from | cases differ | differences | what is new | said to differ | by figure |"]
    yield "|---|---|---|---|---|---|"
    for training, of_cases, kind in sizes():
        tell(f"simulation: {training} transcripts, cases {of_cases}, {kind}")
        for what, one in simulated(training, RATE, draws, of_cases, kind).items():
            cases = f"yes, {training // 3} cases" if of_cases else "no"
            yield f"| {training} | {cases} | {kind} | {what} | {_share(one)} | {_measures(one)} |"
    yield ""


def _others(tallies: Tallies) -> Iterator[str]:
    yield from ["## Alarms: transcripts of another study", ""]
    yield from ["| learned from | of | shown | one by one | groups of three | by figure |", "|---|---|---|---|---|---|"]
    for (name, other, size), one in tallies.others.items():
        groups = tallies.other_groups[name, other, size]
        yield f"| {size} | {name} | {other} | {_share(one)} | {_share(groups)} | {_measures(one)} |"
    yield ""


def _mixtures(tallies: Tallies) -> Iterator[str]:
    yield from ["## Alarms: a stretch of another study inside", ""]
    yield "A held-out transcript of the same study in which so much, in one stretch, is replaced by passages of another one."
    shares = sorted({share for _, _, share in tallies.mixtures})
    yield from [
        "",
        f"| study | learned from | {' | '.join(f'{share:.0%}' for share in shares)} |",
        f"|---|---|{'---|' * len(shares)}",
    ]
    for name, size in dict.fromkeys((name, size) for name, size, _ in tallies.mixtures):
        cells = " | ".join(_share(tallies.mixtures[name, size, share]) for share in shares)
        yield f"| {name} | {size} | {cells} |"
    yield ""


def _share(one: Alarms) -> str:
    said = f"{100 * share(one.judged):.1f} % {_range(one.judged)}" if one.judged else ""
    furthest = f"{100 * share(one.undecided):.0f} % {_range(one.undecided)}" if one.undecided else ""
    if not furthest:
        return said or "–"
    return f"{said}; the others cannot be said, furthest {furthest}" if said else f"cannot be said; furthest {furthest}"


def _range(judgements: Sequence[tuple[str, bool]]) -> str:
    low, high = interval(judgements)
    return f"[{100 * low:.0f}, {100 * high:.0f}]"


def _measures(one: Alarms) -> str:
    return ", ".join(f"{name} {100 * n / len(one):.0f} %" for name, n in one.measures.most_common()) or "–"
