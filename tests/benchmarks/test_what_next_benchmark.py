"""Passages needed, worked out by hand, and the quicker n-grams against the classifier's own."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest
from secondcoder.learning.stacked_kernels import kernels
from support.places import BENCHMARKS


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def _curves(*macro_ap: float, words: int = 10):
    point = import_module("choosing.rounds").Point
    return [[point(25 * at, 25 * at * words, 0, 0, value, 0.0, 0.0) for at, value in enumerate(macro_ap)]]


def test_passages_needed_are_read_off_the_curve():
    needed = import_module("choosing.needed").needed
    random = _curves(0.1, 0.2, 0.3, 0.4, 0.5)
    # 0.5 lies halfway between 25 and 50 passages of twice the words: 37.5 of 100.
    found = needed(_curves(0.1, 0.4, 0.6, 0.7, 0.8, words=20), random, 100)
    assert (found.passages, found.words) == pytest.approx((0.375, 0.75))
    assert needed(random, random, 100).passages == pytest.approx(1)
    assert needed(_curves(0.1, 0.2, 0.3, 0.4, 0.45), random, 100).passages == float("inf")


def test_counted_ngrams_weigh_as_the_classifiers_do():
    texts = ["the lamp glows", "a lamp glows", "the river bends", "river and lamp", "nothing else here", "the lamp"]
    plain = [vectoriser.fit_transform(texts[:4]) for vectoriser in kernels.vectorisers(True)]
    new = [vectoriser.fit(texts[:4]).transform(texts) for vectoriser in kernels.vectorisers(True)]
    with import_module("choosing.counted").counted(texts):
        stand_ins = kernels.vectorisers(True)
        for theirs, all_of_them, own in zip(plain, new, stand_ins, strict=True):
            ours = own.fit_transform(texts[:4])
            np.testing.assert_allclose((ours @ ours.T).toarray(), (theirs @ theirs.T).toarray(), atol=1e-12)
            more = own.transform(texts)
            np.testing.assert_allclose((more @ ours.T).toarray(), (all_of_them @ theirs.T).toarray(), atol=1e-12)
