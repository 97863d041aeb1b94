"""The figures of a choice of passages, worked out by hand."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from support.chart_tables import chart, mark, talk
from support.places import BENCHMARKS


def test_the_figures_of_one_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    benchmark = import_module("telling_passages")
    talks = [talk("t1", "Ash", "p1"), talk("t2", "Ash", "p2")]
    valences = ["promotes", "promotes", "inhibits", "promotes"]
    texts = ["ab", "abcd", "abc", "abcdef"]
    given = zip(["t1", "t1", "t2", "t1"], valences, texts, strict=True)
    data = chart(
        talks, ["A"], [mark(name, "A", at, valence=side, text=text) for at, (name, side, text) in enumerate(given)]
    )
    # The first two say the same, the third something else, the last has a cosine of .6 with these and of .8 with that.
    vectors = np.array([[1, 0], [1, 0], [0, 1], [0.6, 0.8]], dtype=np.float32)
    chosen = pd.DataFrame({"row": "Ash", "code": "A", "passage": [2, 4]})
    figures, cells = benchmark.figures(data, vectors, chosen)
    like_cell = [(1 + 0 + 0.6) / 3, (0.6 + 0.6 + 0.8) / 3]
    assert cells == 1
    assert figures == pytest.approx([like_cell[0], np.mean(like_cell), 0.6, 1 / 2, 1 / 2, 5])
