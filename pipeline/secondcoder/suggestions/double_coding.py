"""Which passages a second person should code too: half of them where a slip is likeliest, half at random.

What the model, not having seen the transcript, contradicts most is where people are likeliest to part: choosing so finds about twice
as many differences as chance (benchmarks/WHAT_NEXT.md; He & Schonlau found two to three times as many coding errors,
doi:10.1093/jssam/smab022). Agreement is measured on the other half alone (`labels.chosen_passages`).
"""

from __future__ import annotations

import numpy as np

from secondcoder.domain.arrays import Bools
from secondcoder.domain.records import Place
from secondcoder.errors import InputError
from secondcoder.labels.chosen_passages import RANDOM
from secondcoder.labels.label_matrix import LabelMatrix
from secondcoder.labels.review_sample import draw
from secondcoder.suggestions.label_errors import doubts_of_passages
from secondcoder.workspace import Workspace

DOUBTED = "doubted"


def passages_to_code_twice(workspace: Workspace, coder: str, size: int) -> dict[Place, str]:
    """Up to `size` passages that somebody else coded and `coder` did not, in no telling order, each with why it is among them.

    Raises:
        ModelError: there is no model. InputError: it scores no code yet, or the coder looked at everything that others did.
    """
    segments, doubt, by_coder = doubts_of_passages(workspace)
    others = _looked({name: labels for name, labels in by_coder.items() if name != coder}, len(segments))
    open_ = np.flatnonzero(
        others & ~_looked({name: by_coder[name] for name in by_coder if name == coder}, len(segments))
    )
    if not len(open_):
        raise InputError(f"{coder} looked at every passage that somebody else coded. Nothing was written.")
    seed = workspace.configuration.review.sample_seed
    draws = np.array([draw(segments[row].place, seed, "twice") for row in open_])
    drawn = open_[np.argsort(draws)[: -(-size // 2)]]
    rest = np.setdiff1d(open_, drawn)
    doubted = rest[np.argsort(-doubt[rest].max(axis=1), kind="stable")[: size - len(drawn)]]
    why = {segments[row].place: RANDOM for row in drawn} | {segments[row].place: DOUBTED for row in doubted}
    return dict(sorted(why.items()))


def _looked(by_coder: dict[str, LabelMatrix], n: int) -> Bools:
    """(n,) one of them looked for some code."""
    return np.asarray(
        np.any([labels.known.any(axis=1) for labels in by_coder.values()] or [np.zeros(n, dtype=bool)], axis=0)
    )
