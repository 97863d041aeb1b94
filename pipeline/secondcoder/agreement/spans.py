"""Agreement on spans as coders drew them, without any units: where they marked, apart from what they called it.

Spans are read in sentences, so that a stray full stop is no disagreement. Two spans match when both their first and their last
sentence lie at most `tolerance` sentences apart; each span has at most one partner, and as many as possible find one.
Boundary agreement is 2 x matched / (all spans of both), the positive specific agreement of locations. Agreement on codes is
then judged on the matched spans only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np

from secondcoder.agreement.contingency import Floats
from secondcoder.agreement.continuum import Continuum, alpha_unitised
from secondcoder.agreement.results import Result
from secondcoder.agreement.set_alpha import SetSums
from secondcoder.domain.records import Span
from secondcoder.statistics.cluster_bootstrap import ROUNDS, SEED, draw_clusters, interval_of

TOLERANCES = (0, 1, 2)
NO_SPANS = "neither coder marked a span"
NO_MATCH = "no spans matched"


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """Two coders' spans.

    Attributes:
        boundaries: tolerance in sentences -> boundary agreement, counts both (matched), first, second (without partner).
        codes: tolerance -> alpha (MASI) over the codes of the matched spans.
        same_codes: tolerance -> (matched spans with just the same codes, with at least one code in common).
        unitised: alpha for unitising, over characters and all codes.
    """

    coders: tuple[str, str]
    boundaries: dict[int, Result] = field(default_factory=dict)
    codes: dict[int, Result] = field(default_factory=dict)
    same_codes: dict[int, tuple[int, int]] = field(default_factory=dict)
    unitised: Result | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        by_tolerance = {
            str(tolerance): {
                "boundary_agreement": self.boundaries[tolerance].as_json(),
                "alpha_masi_of_matched": self.codes[tolerance].as_json(),
                "same_codes": self.same_codes[tolerance][0],
                "some_code_shared": self.same_codes[tolerance][1],
            }
            for tolerance in self.boundaries
        }
        unitised = {"alpha_u": self.unitised.as_json()} if self.unitised else {}
        return {"coders": list(self.coders), "tolerance_in_sentences": by_tolerance, **unitised}


def match_spans(first: Sequence[Span], second: Sequence[Span], tolerance: int) -> list[tuple[int, int]]:
    """Partners among two lists of distinct spans (first, last sentence): as many as possible, the nearest where there is choice.

    Returns:
        Pairs of indices into `first` and `second`, ascending.
    """
    place = {span: at for at, span in enumerate(second)}
    # Spans of a coder are distinct, so that equal ones are the only choice.
    if tolerance == 0:
        return [(at, place[span]) for at, span in enumerate(first) if span in place]
    steps = range(-tolerance, tolerance + 1)
    near = [
        [place[other] for down in steps for up in steps if (other := (start + down, end + up)) in place]
        for start, end in first
    ]
    # Block by block: the assignment's time grows with the cube of its size, and few spans compete.
    return sorted(pair for block in _blocks(near, len(second)) for pair in _best(block, near, first, second))


def _blocks(near: Sequence[Sequence[int]], others: int) -> list[list[int]]:
    """Spans of the first coder that compete for partners, block by block; those without any are left out."""
    takers: list[list[int]] = [[] for _ in range(others)]
    for span, partners in enumerate(near):
        for partner in partners:
            takers[partner].append(span)
    seen: set[int] = set()
    blocks: list[list[int]] = []
    for span, partners in enumerate(near):
        if span in seen or not partners:
            continue
        block, waiting = [], [span]
        seen.add(span)
        while waiting:
            member = waiting.pop()
            block.append(member)
            rivals = {rival for partner in near[member] for rival in takers[partner]} - seen
            seen |= rivals
            waiting += rivals
        blocks.append(block)
    return blocks


def _best(
    block: Sequence[int], near: Sequence[Sequence[int]], first: Sequence[Span], second: Sequence[Span]
) -> list[tuple[int, int]]:
    others = sorted({partner for span in block for partner in near[span]})
    if len(block) == len(others) == 1:
        return [(block[0], others[0])]
    from scipy.optimize import linear_sum_assignment

    rows = sorted(block)
    apart = np.abs(
        np.array([first[span] for span in rows])[:, None] - np.array([second[partner] for partner in others])
    ).sum(2)
    allowed = np.array([[partner in near[span] for partner in others] for span in rows])
    # One more match outweighs any nearness.
    cost = np.where(allowed, apart - float(apart.sum() + 1), 0.0)
    pairs = zip(*linear_sum_assignment(cost), strict=True)
    return [(rows[row], others[column]) for row, column in pairs if allowed[row, column]]


def span_agreement(
    texts: Sequence[Continuum],
    coders: tuple[str, str],
    *,
    clusters: Mapping[str, str] | None = None,
    tolerances: Sequence[int] = TOLERANCES,
    rounds: int = ROUNDS,
    seed: int = SEED,
) -> SpanAgreement:
    """Boundary agreement and agreement on codes at each tolerance, and alpha for unitising."""
    boundaries: dict[int, Result] = {}
    on_codes: dict[int, Result] = {}
    same: dict[int, tuple[int, int]] = {}
    names = [(clusters or {}).get(continuum.transcript, continuum.transcript) for continuum in texts]
    for tolerance in tolerances:
        matches = [match_spans(continuum.first.spans, continuum.second.spans, tolerance) for continuum in texts]
        counts = [
            (len(matched), len(continuum.first.spans), len(continuum.second.spans))
            for continuum, matched in zip(texts, matches, strict=True)
        ]
        boundaries[tolerance] = _boundary(_by_cluster(counts, names), coders, rounds, seed)
        on_codes[tolerance], same[tolerance] = _codes_of_matched(texts, matches, coders)
    return SpanAgreement(coders, boundaries, on_codes, same, _unitised(texts, coders))


def _codes_of_matched(
    texts: Sequence[Continuum], matches: Sequence[Sequence[tuple[int, int]]], coders: tuple[str, str]
) -> tuple[Result, tuple[int, int]]:
    kept = [(continuum, np.array(matched)) for continuum, matched in zip(texts, matches, strict=True) if matched]
    unit = "matched span"
    if not kept:
        return Result("alpha_masi", None, coders=coders, unit=unit, reason=NO_MATCH), (0, 0)
    first = np.concatenate([continuum.first.codes[matched[:, 0]] for continuum, matched in kept])
    second = np.concatenate([continuum.second.codes[matched[:, 1]] for continuum, matched in kept])
    n = len(first)
    sums = SetSums.of(
        np.stack([first, second], 1),
        np.ones((n, 2), dtype=bool),
        clusters=np.zeros(n, dtype=np.int64),
        groups=1,
        weights=np.ones(n),
        distances=("masi",),
    )
    same = int((first == second).all(1).sum()), int((first & second).any(1).sum())
    return sums.result("masi", [0, 1], coders, unit), same


def _by_cluster(counts: Sequence[tuple[int, ...]], names: Sequence[str]) -> Floats:
    index = {name: at for at, name in enumerate(dict.fromkeys(names))}
    sums: Floats = np.zeros((len(index), 3))
    for name, row in zip(names, counts, strict=True):
        sums[index[name]] += row
    return sums


def _boundary(counts: Floats, coders: tuple[str, str], rounds: int, seed: int) -> Result:
    matched, first, second = counts.sum(0) if len(counts) else np.zeros(3)
    cells = {"both": float(matched), "first": float(first - matched), "second": float(second - matched)}
    spans = counts[:, 1:].sum(1)
    if first + second == 0:
        return Result("boundary_agreement", None, counts=cells, coders=coders, unit="span", reason=NO_SPANS)
    value = float(2 * matched / (first + second))
    draws = draw_clusters(spans, spans, rounds, seed)
    drawn = draws.weights @ counts
    below = drawn[:, 1] + drawn[:, 2]
    values: Floats = np.full(len(drawn), np.nan)
    np.divide(2 * drawn[:, 0], below, out=values, where=below > 0)
    interval = interval_of(value, values, draws, (0.0, 1.0))
    n = float(first + second)
    return Result("boundary_agreement", value, value, n=n, counts=cells, coders=coders, unit="span", interval=interval)


def _unitised(texts: Sequence[Continuum], coders: tuple[str, str]) -> Result:
    """Over the texts laid end to end, with one empty place between two transcripts, so that no mark runs on."""
    bases = list(accumulate((continuum.size + 1 for continuum in texts), initial=0))
    marked: dict[str, tuple[list[Span], list[Span]]] = {}
    # strict=False: the last base is the end of it all.
    for base, continuum in zip(bases, texts, strict=False):
        for coder, marked_by in enumerate((continuum.first, continuum.second)):
            for code, runs in marked_by.runs.items():
                marked.setdefault(code, ([], []))[coder].extend((start + base, end + base) for start, end in runs)
    # No empty place follows the last text.
    return alpha_unitised(marked, max(0, bases[-1] - 1), coders=coders)
