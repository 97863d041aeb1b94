"""The tables of VERDICTS.md on drawn studies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from drawn_studies import SIZES
from intervals import share
from secondcoder.learning.assessment.readiness import (
    CONFIDENCE,
    LEAST_PRECISION,
    P_VALUE,
    READY,
    TWICE_LEVEL,
    Readiness,
)

from verdict_parts.codes import LEVELS, CodeInStudy
from verdict_parts.random_scores import TAIL, WEAKER


def ready_table(found: Sequence[CodeInStudy]) -> Iterator[str]:
    """How many codes a rule calls ready, how many of these are elsewhere, and how many of those that are it finds."""
    learnable = [code for code in found if code.p_value <= P_VALUE]
    rules = {
        f"average precision at least {READY}": [code for code in learnable if round(code.precision, 2) >= READY],
        "the same in 80 % of the bootstrap rounds": [
            code for code in learnable if np.mean(code.draws >= READY) >= CONFIDENCE
        ],
        **{
            f"lower end, {100 * confidence:.0f} % one-sided": [
                code for code in learnable if round(code.ends[level][0], 2) >= READY
            ]
            for confidence, level in LEVELS.items()
        },
        "**as shipped**": [code for code in found if code.verdict.readiness is Readiness.READY],
    }
    yield "| called ready by | set | codes called ready | as good elsewhere | of those as good elsewhere, found |"
    yield "|---|---|---|---|---|"
    for rule, called in rules.items():
        for name in (*SIZES, None):
            own = [code for code in called if name in (code.source, None)]
            good = [code for code in found if name in (code.source, None) and code.elsewhere >= READY]
            kept = sum(code.elsewhere >= READY for code in own)
            yield (f"| {rule} | {name or 'all'} | {len(own)} | {share(kept, len(own))} | {share(kept, len(good))} |")


def stability_table(found: Sequence[CodeInStudy]) -> Iterator[str]:
    """Whether another division into folds says the same."""
    tried = [code for code in found if code.again is not None]
    pairs = {
        f"average precision at least {READY}": [
            (round(code.precision, 2) >= READY, round(code.again_precision, 2) >= READY) for code in tried
        ],
        "as shipped": [
            (
                code.verdict.readiness is Readiness.READY,
                code.again is not None and code.again.readiness is Readiness.READY,
            )
            for code in tried
        ],
    }
    yield "| rule | codes | ready with the first division | of these ready with another |"
    yield "|---|---|---|---|"
    for rule, both in pairs.items():
        first = [second for is_ready, second in both if is_ready]
        yield f"| {rule} | {len(both)} | {len(first)} | {share(sum(first), len(first))} |"


def withheld_table(found: Sequence[CodeInStudy]) -> Iterator[str]:
    """What suggestions are worth elsewhere, by the share of right ones out of fold."""
    more = [code for code in found if code.verdict.readiness is Readiness.MORE]
    bounds = (0, LEAST_PRECISION, 0.2, 0.3, 0.4, 1.01)
    yield f"| right out of fold | codes | mean | right elsewhere, mean | less than {LEAST_PRECISION:.0%} elsewhere |"
    yield "|---|---|---|---|---|"
    for low, high in zip(bounds, bounds[1:], strict=False):
        own = [code for code in more if low <= round(code.right, 2) < high and not np.isnan(code.right_elsewhere)]
        if own:
            mean, elsewhere = np.mean([(code.right, code.right_elsewhere) for code in own], axis=0)
            below = sum(code.right_elsewhere < LEAST_PRECISION for code in own)
            yield f"| {low:.0%} to {min(high, 1):.0%} | {len(own)} | {mean:.0%} | {elsewhere:.0%} | {share(below, len(own))} |"
    yield ""
    yield f"Withheld so: {sum(code.verdict.imprecise for code in more)} of {len(more)} codes that need more examples."


def twice_table(found: Sequence[CodeInStudy]) -> Iterator[str]:
    """How often the figure with twice the transcripts lies in the interval that was said."""
    more = [code for code in found if code.verdict.readiness is Readiness.MORE and not np.isnan(code.twice)]
    yield "| interval | set | codes | within | below | above | mean width |"
    yield "|---|---|---|---|---|---|---|"
    for level in sorted({0.8, TWICE_LEVEL}):
        for name in (*SIZES, None):
            said = [code for code in more if name in (code.source, None) and not np.isnan(code.ends[level][0])]
            if said:
                low, high = np.array([code.ends[level] for code in said]).T
                real = np.array([code.twice for code in said])
                yield (
                    f"| {100 * level:.0f} %{' (shipped)' if level == TWICE_LEVEL else ''} | {name or 'all'} | {len(said)} | "
                    f"{share(int(((low <= real) & (real <= high)).sum()), len(said))} | {(real < low).mean():.0%} | "
                    f"{(real > high).mean():.0%} | {(high - low).mean():.2f} |"
                )


def learnable_table(found: Sequence[CodeInStudy]) -> Iterator[str]:
    """The permutation test alone against both tests, on the drawn studies."""
    alone = [code.p_value <= P_VALUE for code in found]
    both = [code.p_value <= WEAKER and np.nanquantile(code.draws, TAIL) > code.by_chance for code in found]
    yield "| learnable by | codes | average precision elsewhere, mean | of a random order |"
    yield "|---|---|---|---|"
    for name, chosen in (
        ("both", [a and b for a, b in zip(alone, both, strict=True)]),
        ("the permutation test alone", [a and not b for a, b in zip(alone, both, strict=True)]),
        ("the two tests together alone", [b and not a for a, b in zip(alone, both, strict=True)]),
        ("neither", [not a and not b for a, b in zip(alone, both, strict=True)]),
    ):
        own = [code for code, take in zip(found, chosen, strict=True) if take]
        if own:
            mean, chance = np.mean([(code.elsewhere, code.chance_elsewhere) for code in own], axis=0)
            yield f"| {name} | {len(own)} | {mean:.2f} | {chance:.2f} |"
