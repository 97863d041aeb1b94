"""What sets each coder apart from the team: one gives a code readily, another sparingly.

On the model's out-of-fold log-odds each coder has an offset, common to all codes, and a smaller one for each code, both shrunken
towards the team by normal priors (random intercepts). Like the error rates of Dawid & Skene (1979, doi:10.2307/2346806) they are each
coder's own; the passage's probability takes the place of one rate for all, as in Raykar et al (2010,
jmlr.org/papers/v11/raykar10a.html). What all coders have in common is the model's affair: a single coder, and coders who code alike,
have no offset.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State
from secondcoder.errors import InputError, did_you_mean
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix, LabelWeights
from secondcoder.learning.assessment.purposes import purpose_thresholds

CODER_SPREAD, CODE_SPREAD = 1.0, 0.1
"""Prior standard deviations of a coder's common offset and of that for a code. The second is small: it rests on a few transcripts, and
an offset that changes from fold to fold costs average precision over folds (benchmarks/NOTES.md)."""
FURTHEST = 8.0
"""Bound of what all coders have in common, which marks that are all equal would drive to infinity."""
STEPS, CLOSE, TINY = 60, 1e-14, 1e-9
"""Of the fit: steps at most; the relative change of the likelihood at which it ends; what keeps a flat direction solvable."""


@dataclass(frozen=True)
class CoderOffsets:
    """Of c coders: offsets of the log-odds and thresholds, (c, k) each."""

    coders: tuple[str, ...]
    offset: Floats
    thresholds: Floats

    def number(self, coder: str) -> int:
        """The coder's row; InputError for a coder from whom nothing was learned."""
        if coder not in self.coders:
            raise InputError(
                f"The model learned from no coder '{coder}'.{did_you_mean(coder, self.coders)} "
                f"It can code as: {', '.join(self.coders)}."
            )
        return self.coders.index(coder)

    def probability(self, coder: str, team: Floats) -> Floats:
        """(n, k) that this coder gives the codes, from the team's."""
        return shifted(team, self.offset[self.number(coder)])


def coder_offsets(probability: Floats, labels: LabelMatrix, purpose: str, groups: Sequence[str]) -> CoderOffsets | None:
    """Those of all who coded; None where the coders are not known apart.

    What was given in a review rests on what the model suggested, and says nothing of a coder.

    Args:
        probability: (n, k), out of fold, of the same segments and codes as the labels.
        purpose, groups: of the thresholds (see `purpose_thresholds`).
    """
    if labels.coders is None:
        return None
    marks = labels.coders.where(~labels.rests)
    some = np.flatnonzero(marks.looked.any(axis=(1, 2)))
    if not len(some):
        return None
    marks = CoderMarks(tuple(marks.coders[at] for at in some.tolist()), marks.given[some], marks.looked[some])
    offset = offsets(probability, marks, labels.weight)
    thresholds = [
        purpose_thresholds(
            purpose,
            own_probability := shifted(probability, own),
            _said_by(own_probability, given, looked, labels),
            groups,
        )
        for own, given, looked in zip(offset, marks.given, marks.looked, strict=True)
    ]
    return CoderOffsets(marks.coders, offset, np.stack(thresholds))


def _said_by(probability: Floats, given: Bools, looked: Bools, labels: LabelMatrix) -> LabelMatrix:
    """The labels as one coder would have them."""
    # Where others looked alone, what this coder would have said is expected: thresholds from few transcripts are unsteady.
    return replace(labels, label_weights=LabelWeights(labels.weight, np.where(looked, given, probability)))


def offsets(probability: Floats, marks: CoderMarks, weight: Floats) -> Floats:
    """(c, k) by penalised maximum likelihood.

    Args:
        probability: (n, k), out of fold. weight: (n,) of the segments.
    """
    coder, row, code = np.nonzero(marks.looked)
    c, _, k = marks.given.shape
    if c == 1:
        return np.zeros((1, k))  # to the letter, and not only to the fit's tolerance
    seen = _Marks(
        coder * k + code,
        marks.given[coder, row, code].astype(np.float64),
        _log_odds(probability)[row, code],
        weight[row],
    )
    # A row a coder and code: what all have in common of the code, the coder's own offset, and theirs for the code.
    of_coder, of_code = np.divmod(np.arange(c * k), k)
    design = np.hstack([np.eye(k)[of_code], CODER_SPREAD * np.eye(c)[of_coder], CODE_SPREAD * np.eye(c * k)])
    own = _fit(seen, design, np.repeat([0.0, 1.0], [k, c + c * k]))[k:]
    return np.asarray(CODER_SPREAD * own[:c, None] + CODE_SPREAD * own[c:].reshape(c, k))


class _Marks(NamedTuple):
    """Of m marks: the row of coder and code in the design, what was marked, the team's log-odds, and the weight."""

    cell: Rows
    y: Floats
    log_odds: Floats
    weight: Floats


def _fit(seen: _Marks, design: Floats, precision: Floats) -> Floats:
    """Newton's method on minus the penalised likelihood, which is convex; steps are halved while it rises.

    Args:
        design: (cells, parameters). precision: (parameters,) of the normal priors about 0; those without one are held within FURTHEST.
    """
    bound, cells = np.where(precision > 0, np.inf, FURTHEST), len(design)
    values = np.zeros(len(precision))

    def loss(values: Floats) -> float:
        log_odds = seen.log_odds + (design @ values)[seen.cell]
        likelihood = seen.weight @ (np.logaddexp(0, log_odds) - seen.y * log_odds)
        return float(likelihood + precision @ values**2 / 2)

    now = loss(values)
    for _ in range(STEPS):
        p = _logistic(seen.log_odds + (design @ values)[seen.cell])
        pull = design.T @ _sums(seen.weight * (p - seen.y), seen.cell, cells) + precision * values
        curve = design.T @ (_sums(seen.weight * p * (1 - p), seen.cell, cells)[:, None] * design) + np.diag(precision)
        # What stands at its bound and would go beyond it stays.
        free = (np.abs(values) < bound) | (values * pull > 0)
        step = np.zeros(len(values))
        step[free] = -np.linalg.solve(curve[np.ix_(free, free)] + TINY * np.eye(int(free.sum())), pull[free])
        before = now
        for halved in range(STEPS):
            tried = np.clip(values + step / 2**halved, -bound, bound)
            if (now := loss(tried)) <= before:
                break
        else:
            return values
        values = tried
        if before - now <= CLOSE * abs(before):
            break
    return values


def shifted(probability: Floats, offset: Floats) -> Floats:
    """(n, k) probabilities whose log-odds lie `offset` (k,) higher."""
    return np.where(offset == 0, probability, _logistic(_log_odds(probability) + offset))


def _log_odds(probability: Floats) -> Floats:
    inside = np.clip(probability, 1e-15, 1 - 1e-15)
    return np.asarray(np.log(inside) - np.log1p(-inside))


def _logistic(log_odds: Floats) -> Floats:
    # By tanh, which does not overflow.
    return np.asarray(0.5 * (1 + np.tanh(log_odds / 2)))


def _sums(values: Floats, of: Rows, length: int) -> Floats:
    return np.bincount(of, values, minlength=length).astype(np.float64)


def offsets_state(found: CoderOffsets) -> State:
    """Its arrays by name; the coders' names as JSON in UTF-8."""
    names = np.frombuffer(json.dumps(found.coders, ensure_ascii=False).encode(), dtype=np.uint8)
    return {"coders.names": names, "coders.offset": found.offset, "coders.thresholds": found.thresholds}


def restore_offsets(state: Mapping[str, npt.NDArray[Any]]) -> CoderOffsets | None:
    """What `offsets_state` was taken from; None in models from before it was kept."""
    if "coders.names" not in state:
        return None
    coders = tuple(json.loads(state["coders.names"].tobytes()))
    return CoderOffsets(coders, state["coders.offset"], state["coders.thresholds"])
