"""The valence of a code on a segment: probabilities of promotes, inhibits and mixed, learned from the valences that people gave.

One model for all codes, since valence lies mostly in the words and a single code has few. The kernels of `stacked_kernels` score each
training segment from the other groups' segments; one multinomial logistic regression turns these out-of-fold scores into
probabilities, which so hold for new transcripts (stacked generalisation: Wolpert 1992, doi:10.1016/S0893-6080(05)80023-1). Each code
has an offset of its own, shrunken to none, and hears that of its construct. What was tried: benchmarks/VALENCE.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from secondcoder.domain.arrays import Bools, Floats, Rows, State
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.suggestion_reliance import unknown_in_folds
from secondcoder.labels.valences import VALENCES, Valences
from secondcoder.learning.assessment.splits import group_folds
from secondcoder.learning.code_tree import codes_and_above
from secondcoder.learning.features import Features
from secondcoder.learning.stacked_kernels.kernels import EmbeddingKernel, Folds, Kernel, NgramKernel

KERNELS: Sequence[Callable[[], Kernel]] = (EmbeddingKernel, partial(NgramKernel, characters=False))
"""Character n-grams take more than half of the time for a difference within chance (benchmarks/VALENCE.md)."""
SLOPE_SPREAD, INTERCEPT_SPREAD, OFFSET_SPREAD = 1.0, 3.0, 0.5
"""Prior standard deviations about 0: of the kernels' slopes, of each valence's intercept, and of a code's offset for it."""
LIKELIER_THAN_NOT = 0.5
"""A valence whose probability is above this is suggested."""


class ValenceClassifier:
    """Probabilities of the valences of k codes.

    Args:
        folds, seed: of the inner folds; groups stay whole.
        kernels: what compares segments.
        offset_spread: of the codes' offsets; next to 0 all codes are treated alike.

    Attributes:
        codes: the k codes.
    """

    def __init__(
        self,
        folds: int = 5,
        seed: int = 0,
        kernels: Sequence[Callable[[], Kernel]] = KERNELS,
        offset_spread: float = OFFSET_SPREAD,
    ) -> None:
        self.folds, self.seed, self.kernels, self.offset_spread = folds, seed, kernels, offset_spread

    def fit(self, features: Features, labels: LabelMatrix, valences: Valences) -> Self:
        """Learn from n segments and the known valences of their labels, (n, k)."""
        rows = np.flatnonzero(valences.known.any(axis=1))
        features, labels, valences = features.take(rows), labels.take(rows), valences.take(rows)
        shares = valences.shares
        folds = _folds(features, labels, valences, self.folds, self.seed)
        known = np.ones(shares.shape, dtype=bool)
        self.kernels_ = [kernel().fit(features, shares, known, folds) for kernel in self.kernels]
        deviations = [kernel.out_of_fold_ - kernel.out_of_fold_prior_ for kernel in self.kernels_]
        self.spread_ = np.array([_spread(deviation) for deviation in deviations])
        row, code = np.nonzero(valences.known)
        examples = _Examples(
            self._evidence(deviations)[row], code, valences.value[row, code].astype(np.intp), labels.weight[row]
        )
        self.codes = labels.codes
        fitted = _fit_multinomial(examples, codes_and_above(labels.parents), self.offset_spread)
        self.slopes_, self.intercepts_, self.offsets_ = fitted
        return self

    def predict_proba(self, features: Features) -> Floats:
        """(n, k, 3) probabilities of VALENCES, given that the segment carries the code."""
        evidence = self._evidence([kernel.scores(features) - kernel.prior_ for kernel in self.kernels_])
        log_odds = (evidence @ self.slopes_ + self.intercepts_)[:, None, :] + self.offsets_
        odds = np.exp(log_odds - log_odds.max(axis=2, keepdims=True))
        return np.asarray(odds / odds.sum(axis=2, keepdims=True))

    def keep(self, codes: Sequence[str]) -> Self:
        """Give the valence of these codes alone from now on."""
        index = [self.codes.index(code) for code in codes]
        self.codes, self.offsets_ = tuple(codes), self.offsets_[index]
        return self

    def _evidence(self, deviations: Sequence[Floats]) -> Floats:
        """(n, 3, kernels): deviations from the base rates on one scale."""
        return np.stack(
            [deviation / spread for deviation, spread in zip(deviations, self.spread_, strict=True)], axis=2
        )

    def state(self) -> State:
        """The fitted arrays; the names of a kernel's begin with its number."""
        state = {name: getattr(self, f"{name}_") for name in ("spread", "slopes", "intercepts", "offsets")}
        for number, kernel in enumerate(self.kernels_):
            state |= {f"{number}.{name}": array for name, array in kernel.state().items()}
        return state | {"codes": np.array(self.codes)}

    def restore(self, state: Mapping[str, npt.NDArray[Any]]) -> Self:
        """Become what `state` was taken from."""
        for name in ("spread", "slopes", "intercepts", "offsets"):
            setattr(self, f"{name}_", state[name])
        self.codes = tuple(state["codes"].tolist())
        self.kernels_ = [
            kernel().restore({name[2:]: array for name, array in state.items() if name.startswith(f"{number}.")})
            for number, kernel in enumerate(self.kernels)
        ]
        return self

    def describe(self) -> str:
        """The sentence for the methods section."""
        return (
            "The valence of a code (promotes, inhibits, mixed) was learned from the valences that people gave: a multinomial logistic "
            "regression, with an offset for each code, joined the out-of-fold scores of two kernel ridge regressions, one on these "
            "vectors and one on words and word pairs, each with a part of its own for every transcript."
        )


def _spread(deviation: Floats) -> float:
    """Standard deviation; 1 where nothing differs, as without a second group to score from."""
    spread = float(deviation.std()) if deviation.size else 0.0
    return spread if spread > 1e-9 else 1.0


def _folds(features: Features, labels: LabelMatrix, valences: Valences, folds: int, seed: int) -> Folds:
    one_group = len(set(features.groups)) < 2
    fold = np.zeros(len(features), dtype=np.intp) if one_group else group_folds(features.groups, folds, seed)
    hidden = unknown_in_folds(valences.reliance, features.groups, fold) if len(features) else None
    # The kernels learn a segment's shares: where one of its valences is unknown, all are.
    of_segments = None if hidden is None else np.repeat(hidden.any(axis=2, keepdims=True), len(VALENCES), axis=2)
    return Folds(fold, labels.weight, of_segments)


class _Examples(NamedTuple):
    """Known valences: evidence (m, 3, kernels), column of the code (m,), place of the valence (m,), weight (m,)."""

    evidence: Floats
    code: Rows
    value: Rows
    weight: Floats


def _fit_multinomial(examples: _Examples, above: Bools, offset_spread: float) -> tuple[Floats, Floats, Floats]:
    """Slopes (kernels,), intercepts (3,) and offsets (k, 3) by penalised maximum likelihood.

    A valence without an example has an intercept of minus infinity, and so no probability.
    """
    from scipy.optimize import minimize

    seen = np.unique(examples.value) if len(examples.value) else np.arange(len(VALENCES))
    evidence, truth = examples.evidence[:, seen], examples.value[:, None] == seen
    m, c, k = evidence.shape[2], len(seen), len(above)
    # One row an example: its code and the constructs above it.
    design = above[examples.code].astype(np.float64)
    precision = np.repeat([SLOPE_SPREAD, INTERCEPT_SPREAD, offset_spread], [m, c, k * c]) ** -2.0

    def loss(values: Floats) -> tuple[float, Floats]:
        slopes, intercepts, offsets = np.split(values, [m, m + c])
        log_odds = evidence @ slopes + intercepts + design @ offsets.reshape(k, c)
        log_odds -= log_odds.max(axis=1, keepdims=True)
        odds = np.exp(log_odds)
        total = odds.sum(axis=1, keepdims=True)
        error = examples.weight[:, None] * (odds / total - truth)
        surprisal = examples.weight @ (np.log(total[:, 0]) - log_odds[truth])
        pull = np.concatenate([np.einsum("ic,icm->m", error, evidence), error.sum(axis=0), (design.T @ error).ravel()])
        return float(surprisal + precision @ values**2 / 2), pull + precision * values

    fitted = minimize(loss, np.zeros(m + c + k * c), jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    slopes, of_seen, own = np.split(fitted, [m, m + c])
    intercepts, offsets = np.full(len(VALENCES), -np.inf), np.zeros((k, len(VALENCES)))
    intercepts[seen] = of_seen
    offsets[:, seen] = above @ own.reshape(k, c)
    return slopes, intercepts, offsets
