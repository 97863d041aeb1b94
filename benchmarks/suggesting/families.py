"""Ways to keep a sub-construct no likelier than its construct."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest.mock import patch

import numpy as np
from secondcoder.domain.arrays import Floats, Rows
from secondcoder.learning.assessment import thresholds
from secondcoder.learning.code_tree import below_parents, deepest_first
from secondcoder.learning.stacked_kernels import classifier

Order = Callable[..., Floats]


def as_they_are(values: Floats, parent: Rows, weight: Floats | None = None) -> Floats:
    """A sub-construct may be likelier than its construct."""
    return values


def raised(values: Floats, parent: Rows, weight: Floats | None = None) -> Floats:
    """The construct is raised to its likeliest sub-construct."""
    found = values.copy()
    for code, children in deepest_first(parent):
        found[:, code] = np.maximum(found[:, code], found[:, children].max(axis=1))
    return found


def capped(values: Floats, parent: Rows, weight: Floats | None = None) -> Floats:
    """Sub-constructs are lowered to their construct."""
    found = values.copy()
    for code, children in reversed(list(deepest_first(parent))):
        found[:, children] = np.minimum(found[:, children], found[:, [code]])
    return found


def using(of_probabilities: Order, of_thresholds: Order) -> Callable[[], AbstractContextManager[None]]:
    """The learner with another order of probabilities, and of thresholds."""

    @contextmanager
    def changed() -> Iterator[None]:
        with (
            patch.object(classifier, "below_parents", of_probabilities),
            patch.object(thresholds, "below_parents", of_thresholds),
        ):
            yield

    return changed


OF_FAMILIES = {
    "none": using(as_they_are, as_they_are),
    "probabilities: construct raised": using(raised, as_they_are),
    "probabilities: sub-constructs lowered": using(capped, as_they_are),
    "probabilities pooled": using(below_parents, as_they_are),
    "probabilities pooled; thresholds: sub-constructs' raised": using(below_parents, capped),
    "probabilities pooled; thresholds: constructs' lowered": using(below_parents, raised),
    "**both pooled** (as it ships)": using(below_parents, below_parents),
}
FAMILY_ROWS = tuple(OF_FAMILIES)
