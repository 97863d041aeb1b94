"""False alarms and power on five invented figures a transcript, with normal, heavy-tailed and skewed differences between transcripts.

No text and no profile: thousands of studies at once. Beside the test that secondcoder makes stands the one it made before, Student's
t on each figure with Holm's correction, which is right for normal differences only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from secondcoder.domain.arrays import Bools, Floats
from secondcoder.drift.permutation import choices, least_p, outlyingness, units_needed

SEED = 20260101
TWO_SIDED = np.array([False, False, True, True, False])
"""As in `drift/measures.py`: meaning, words, answers, speakers, codes."""
DRIFTS = (3.0, 5.0)
"""Standard deviations by which one figure of every new transcript is moved."""
AT_ONCE = 200

Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]
KINDS: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "t with 3 degrees of freedom": lambda rng, shape: rng.standard_t(3, size=shape) / np.sqrt(3),
    "lognormal": lambda rng, shape: (rng.lognormal(size=shape) - np.exp(0.5)) / np.sqrt((np.e - 1) * np.e),
    "exponential": lambda rng, shape: rng.exponential(size=shape) - 1,
}
"""Differences between transcripts, with mean 0 and variance 1."""


@dataclass(frozen=True)
class Said:
    """Shares of studies: by Student's t, by exchange, and in which the new transcripts lie further out than all choices."""

    before: float
    now: float
    furthest: float


@dataclass(frozen=True)
class Layout:
    """Training transcripts, new ones, transcripts in a training case (1: no cases), and the share of variance between cases."""

    training: int
    new: int
    per_case: int = 1
    of_cases: float = 0.0

    @property
    def units(self) -> tuple[Floats, Floats]:
        """Case numbers of training and new transcripts; each new one is of a case of its own."""
        return np.arange(self.training) // self.per_case, self.training + np.arange(self.new)

    def says(self, rate: float) -> str:
        """What can be said at the rate."""
        number, what = len(set(self.units[0])), "transcripts" if self.per_case == 1 else "cases"
        return "" if least_p(number, self.new) <= rate else f"{number} {what} of {units_needed(self.new, rate)}"


LAYOUTS = (
    *(Layout(n, m) for n in (6, 12, 24) for m in (1, 3)),
    *(Layout(21, 3, 3, of_cases) for of_cases in (0.3, 0.8)),
)


def said(layout: Layout, kind: str, drift: float, studies: int, rate: float) -> Said:
    """How often new transcripts are said to differ when one figure has drifted by so much; with 0, falsely."""
    rng = np.random.default_rng([SEED, layout.training, layout.new, list(KINDS).index(kind), round(drift)])
    training, new = layout.units
    weights, can = choices(training, new), not layout.says(rate)
    found = []
    for _ in range(studies // AT_ONCE):
        values = _studies(rng, KINDS[kind], layout)
        values[layout.training :, :, 0] += drift
        p = _p_values(weights, values, np.concatenate([training, new]))
        least = least_p(len(set(training)), layout.new)
        found.append(
            (_by_t(values, layout.training, rate), can & (p <= rate), p <= max(least, 1 / len(weights)) + 1e-9)
        )
    return Said(*(float(np.mean(part)) for part in zip(*found, strict=True)))


def _studies(rng: np.random.Generator, draw: Draw, layout: Layout) -> Floats:
    """(n + m, studies, 5) figures."""
    _, unit = np.unique(np.concatenate(layout.units), return_inverse=True)
    of_cases = draw(rng, (unit.max() + 1, AT_ONCE, len(TWO_SIDED)))[unit]
    own = draw(rng, (len(unit), AT_ONCE, len(TWO_SIDED)))
    return np.sqrt(layout.of_cases) * of_cases + np.sqrt(1 - layout.of_cases) * own


def _p_values(weights: Floats, values: Floats, units: Floats) -> Floats:
    """(studies,) smallest adjusted p value of the five figures."""
    flat, studies = values.reshape(len(values), -1), values.shape[1]
    least, two_sided = np.full(flat.shape[1], 1e-9), np.tile(TWO_SIDED, studies)
    largest = outlyingness(weights, flat, units, least, two_sided).reshape(len(weights), studies, -1).max(axis=2)
    return np.asarray((largest >= largest[0] - 1e-9).mean(axis=0))


def _by_t(values: Floats, training: int, rate: float) -> Bools:
    """(studies,) whether Student's t with Holm's correction finds any figure significant."""
    from scipy.stats import t as student

    old, new = values[:training], values[training:]
    deviation = (new.mean(axis=0) - old.mean(axis=0)) / (old.std(axis=0, ddof=1) * np.sqrt(1 / len(new) + 1 / training))
    tail = np.where(TWO_SIDED, 2 * student.sf(np.abs(deviation), training - 1), student.sf(deviation, training - 1))
    return np.asarray(tail.min(axis=1) * len(TWO_SIDED) <= rate)


def lines(studies: int, rate: float, tell: Callable[[str], None]) -> Iterator[str]:
    """The part of DRIFT.md."""
    yield from ["## False alarms and power under four kinds of differences between transcripts", ""]
    error = 100 * (rate * (1 - rate) / studies) ** 0.5
    yield (
        f"Five figures drawn directly, {studies} studies a cell; the standard error is {error:.1f} points where the rate is kept. "
        "Drift moves one figure of every new transcript by 3 or 5 standard deviations. *Before* is Student's t with Holm's "
        "correction, as in 0.1.0 where there are no cases; *now* the exchange of transcripts, or of whole cases "
        "(`drift/permutation.py`). Where ranks cannot reach the rate nothing is said to differ; what lies further out than all of the "
        "training transcripts is named as undecided, with how often that is chance."
    )
    heads = " | ".join(f"{what}: before, now" for what in ("false alarms", *(f"{size:.0f} SD" for size in DRIFTS)))
    yield from [
        "",
        f"| learned from | new | differences | {heads} | cannot be said | named as furthest: no drift, 3 SD, 5 SD |",
    ]
    yield "|---|---|---|---|---|---|---|---|"
    for layout in LAYOUTS:
        tell(f"figures: {layout}")
        for kind in KINDS:
            yield _line(layout, kind, [said(layout, kind, drift, studies, rate) for drift in (0.0, *DRIFTS)], rate)
    yield ""


def _line(layout: Layout, kind: str, found: list[Said], rate: float) -> str:
    can = layout.says(rate)
    cells = " | ".join(f"{100 * one.before:.1f} %, {'–' if can else f'**{100 * one.now:.1f} %**'}" for one in found)
    cases = f" in {layout.training // layout.per_case} cases, {layout.of_cases:.0%} of the variance between them"
    learned = f"{layout.training}{cases if layout.per_case > 1 else ''}"
    new = "transcript" if layout.new == 1 else f"{layout.new} together"
    furthest = ", ".join(f"{100 * one.furthest:.0f} %" for one in found) if can else "–"
    return f"| {learned} | {new} | {kind} | {cells} | {can or '–'} | {furthest} |"
