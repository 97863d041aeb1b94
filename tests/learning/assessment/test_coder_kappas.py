"""Kappa with each coder, against scikit-learn's, on what each looked at."""

from __future__ import annotations

import numpy as np
import pytest
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.learning.assessment.coder_kappas import coder_kappas
from sklearn.metrics import cohen_kappa_score


def test_each_is_of_what_its_coder_looked_at():
    rng = np.random.default_rng(0)
    suggested, given, looked = rng.random((80, 4)) < 0.3, rng.random((3, 80, 4)) < 0.3, rng.random((3, 80, 4)) < 0.7
    looked[2] = False
    looked[2, :3] = ~looked[1, :3]
    looked[2] &= ~looked[1]
    marks = CoderMarks(("ann", "ben", "cy"), given & looked, looked)
    found = coder_kappas(suggested, marks)
    assert [*found["model"]] == ["ann", "ben", "cy"]
    for name, own, seen in zip(marks.coders, given, looked, strict=True):
        assert found["model"][name] == pytest.approx(cohen_kappa_score(suggested[seen], own[seen]), abs=1e-4)
    both = looked[0] & looked[1]
    expected = cohen_kappa_score(given[0][both], given[1][both])
    assert found["human"]["ann and ben"] == pytest.approx(expected, abs=1e-4)
    assert "ben and cy" not in found["human"]


def test_where_nobody_gives_a_code_it_is_undefined():
    nothing = np.zeros((2, 5, 1), dtype=bool)
    found = coder_kappas(nothing[0], CoderMarks(("ann", "ben"), nothing, ~nothing))
    assert found == {"model": {"ann": None, "ben": None}, "human": {"ann and ben": None}}
