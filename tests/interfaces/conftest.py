"""What the tests of the estimator and of the component share."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from secondcoder import SegmentClassifier
from support.planted import planted
from support.segment_tables import Table, cheap, table_of
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session")
def table() -> Table:
    """Eight transcripts of twelve segments, a third of the labels unknown."""
    talk = planted(transcripts=8, length=12, question="what became of it then")
    known = np.random.default_rng(1).random(talk.labels.y.shape) < 0.67
    known[:, 0] |= ~known.any(axis=1)
    return table_of(talk.with_labels(talk.labels.y & known, known))


@pytest.fixture(scope="session")
def fitted(table: Table) -> SegmentClassifier:
    return cheap().fit(table.X, table.y)


@pytest.fixture(scope="package", autouse=True)
def _one_thread() -> Iterator[None]:
    """Small matrices on a busy machine: several threads only wait for each other."""
    with threadpool_limits(1):
        yield
