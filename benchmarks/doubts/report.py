"""DOUBTS.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
from drifts.talk import DEMONSTRATION, SAYS, Talk
from machine import machine
from secondcoder.domain.arrays import Floats

from doubts.orders import ONE_CODER, SEVERAL_CODERS, Judged, Order
from doubts.trials import MISSED, PLANTED, SEED, SEVERAL, disputed, planted, several

FIRST = (25, 50, 100)
DRAWS = 400
PACKAGES = ("secondcoder", "numpy", "scikit-learn", "sentence-transformers")
Tell = Callable[[str], None]


def report(studies: Sequence[Talk], rounds: int, tell: Tell) -> Iterator[str]:
    """All lines."""
    yield from ["# Second looks: slips found", ""]
    yield (
        f"Written by `benchmarks/label_doubts.py`. A judgement is a passage and a code that somebody looked for. Precision among the "
        f"first {', '.join(map(str, FIRST))} judgements of each order, with 95 % intervals from drawing transcripts {DRAWS} times; "
        f"planted slips and invented coders are means of {rounds} rounds."
    )
    yield ""
    yield (
        "secondcoder's order (`suggestions/slip_probability.py`) was chosen among some thirty with these sets in view, so "
        "that its figures are a little too good. It doubts a mark long before a code left out, since most codes are rare: the first "
        "hundred are mostly marks (last column), and what was overlooked comes later in the list."
    )
    for talk in studies:
        if talk.name == DEMONSTRATION:
            yield from _disputes(talk, tell)
    for talk in studies:
        yield from _planted(talk, rounds, tell)
    for talk in studies:
        yield from _several(talk, rounds, tell)
    yield from ["", "## Versions and machine", "", machine(PACKAGES)]


def _disputes(talk: Talk, tell: Tell) -> Iterator[str]:
    yield from ["", "## A second coder's disputes", ""]
    yield (
        "The demonstration's ten interviews that both invented coders have coded. The model learned from one coder's labels alone; a "
        "judgement is disputed where the other coded otherwise. Not every dispute is a slip. *Any mark* is what a list of marks at "
        "random would hold."
    )
    yield from ["", *_head("labels of, disputed by")]
    for first, second, judged in disputed(talk):
        tell(f"disputes: {first}, {second}")
        marks = judged.y & judged.eligible
        chance = " | ".join([f"{100 * (judged.slips & marks).sum() / marks.sum():.0f} %"] * len(FIRST))
        yield f"| {first}, {second}: {judged.slips.sum()} disputes | any mark | {chance} | 100 % |"
        yield from _rows([judged], ONE_CODER)


def _planted(talk: Talk, rounds: int, tell: Tell) -> Iterator[str]:
    yield from ["", f"## Planted slips: {talk.name}", "", f"{SAYS[talk.name]}.", ""]
    yield (
        "The codings hold real slips too, which nobody has marked as such, so a list that names one of those is counted as having "
        "missed. Planted slips are blunter than people's."
    )
    yield from ["", *_head("planted")]
    for what, plant in PLANTED.items():
        tell(f"{talk.name}: {what}")
        judged = [planted(talk, plant, seed) for seed in range(rounds)]
        yield _at_random(what, judged)
        yield from _rows(judged, ONE_CODER)


def _several(talk: Talk, rounds: int, tell: Tell) -> Iterator[str]:
    yield from ["", f"## Several coders: {talk.name}", ""]
    yield (
        f"The codings are taken for true; each invented coder leaves out {MISSED:.0%} of each code's marks and gives as many in vain, "
        "independently. The model learned from what any of them marked, and a slip is where that is not true. Real coders err alike "
        "on the same passages, so that the figures of all orders that use the coders are too good."
    )
    yield from ["", *_head("coders")]
    for what, (coders, share) in SEVERAL.items():
        tell(f"{talk.name}: {what}")
        judged = [several(talk, coders, share, seed) for seed in range(rounds)]
        yield _at_random(what, judged)
        yield from _rows(judged, SEVERAL_CODERS)


def _head(first: str) -> Iterator[str]:
    yield f"| {first} | order | {' | '.join(f'in the first {n}' for n in FIRST)} | marks in the first 100 |"
    yield f"|---|---|{'---|' * len(FIRST)}---|"


def _at_random(what: str, judged: Sequence[Judged]) -> str:
    slips, of = (
        np.mean([part.sum() for part in parts]) for parts in zip(*((j.slips, j.eligible) for j in judged), strict=True)
    )
    marked = np.mean([one.y[one.eligible].mean() for one in judged])
    chance = " | ".join([f"{100 * slips / of:.1f} %"] * len(FIRST))
    return f"| {what}: {slips:.0f} slips | at random | {chance} | {100 * marked:.0f} % |"


def _rows(judged: Sequence[Judged], orders: Mapping[str, Order]) -> Iterator[str]:
    for name, order in orders.items():
        found = [_ranked(one, order) for one in judged]
        draws = np.mean([_precision_by_draw(one, *its[:2]) for one, its in zip(judged, found, strict=True)], axis=0)
        point = np.mean([_precision(one[0], np.ones(len(one[0]))) for one in found], axis=0)
        low, high = np.quantile(draws, (0.025, 0.975), axis=0)
        cells = " | ".join(
            f"{100 * p:.0f} % [{100 * a:.0f}, {100 * b:.0f}]" for p, a, b in zip(point, low, high, strict=True)
        )
        marks = np.mean([one[2][: max(FIRST)].mean() for one in found])
        yield f"| | {name} | {cells} | {100 * marks:.0f} % |"


def _ranked(judged: Judged, order: Order) -> tuple[Floats, Floats, Floats]:
    """Of all eligible judgements that are listed, in order: whether a slip, the transcript, and whether a mark."""
    score = np.where(judged.eligible & judged.known, order(judged), -np.inf).ravel()
    best = np.argsort(-score, kind="stable")
    best = best[np.isfinite(score[best])]
    passages = best // judged.y.shape[1]
    return judged.slips.ravel()[best], judged.transcripts[passages], judged.y.ravel()[best]


def _precision(slips: Floats, weight: Floats) -> Floats:
    """Precision in the first judgements, each counted as often as its transcript was drawn; places beyond the list hold no slip."""
    until = np.cumsum(weight)
    inside = [np.clip(n - (until - weight), 0, weight) for n in FIRST]
    return np.array([(part * slips).sum() / n for part, n in zip(inside, FIRST, strict=True)])


def _precision_by_draw(judged: Judged, slips: Floats, transcripts: np.ndarray) -> Floats:
    """(draws, 3): the same, transcripts drawn with replacement."""
    names = np.unique(judged.transcripts[judged.eligible.any(axis=1)])
    counts = np.random.default_rng(SEED).multinomial(len(names), np.full(len(names), 1 / len(names)), size=DRAWS)
    # The first judgements alone: later ones are in no draw's hundred.
    some = slice(0, 20 * max(FIRST))
    weights = counts[:, np.searchsorted(names, transcripts[some])].astype(np.float64)
    return np.stack([_precision(slips[some], weight) for weight in weights])
