"""The comparison of ways to merge coders: the invented coders err as stated, and the ways are what their names say."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from secondcoder.labels.coder_marks import CoderMarks
from secondcoder.labels.label_matrix import LabelMatrix
from support.places import BENCHMARKS


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))


def _part(name: str) -> ModuleType:
    return import_module(f"merging.{name}")


def _talk(transcripts: int = 30, length: int = 100, k: int = 4) -> SimpleNamespace:
    y = np.random.default_rng(0).random((transcripts * length, k)) < 0.1
    segments = [SimpleNamespace(transcript=f"t{number}") for number in range(transcripts) for _ in range(length)]
    labels = LabelMatrix(tuple("abcd"), y, np.ones_like(y))
    return SimpleNamespace(name="talk", segments=segments, labels=labels, features=None, code_embeddings=None)


def test_invented_coders_err_as_stated_each_on_two_thirds():
    talk, studies = _talk(), _part("studies")
    coded = studies.invented(talk, studies.APART, 0)
    y, names = talk.labels.y, np.array([segment.transcript for segment in talk.segments])
    for given, looked, (missed, beside) in zip(
        coded.marks.given, coded.marks.looked, studies.HABITS[studies.APART], strict=True
    ):
        assert len(np.unique(names[looked[:, 0]])) == 20
        assert 1 - given[y & looked].mean() == pytest.approx(missed, abs=0.04)
        assert (given & ~y).sum() / (y & looked).sum() == pytest.approx(beside, abs=0.06)
        near = np.zeros_like(y)
        near[1:] |= y[:-1]
        near[:-1] |= y[1:]
        assert near[given & ~y].all()
    assert len(np.unique(names[coded.marks.looked.all(axis=0)[:, 0]])) == 10


def test_the_ways_are_what_their_names_say():
    """Four segments: both gave the code, one each, neither; and one at which the first did not look."""
    given = np.array([[1, 1, 0, 0, 0], [1, 0, 1, 0, 1]], dtype=bool)[:, :, None]
    looked = np.array([[1, 1, 1, 1, 0], [1, 1, 1, 1, 1]], dtype=bool)[:, :, None]
    marks, ways = CoderMarks(("first", "second"), given, looked), _part("ways")
    labels = LabelMatrix(("a",), given.any(axis=0), looked.any(axis=0))
    expected = {
        "any_of_them": [1, 1, 1, 0, 1],
        "all_of_them": [1, 0, 0, 0, 1],
        "first_coder": [1, 1, 0, 0, 1],
        "share": [1, 0.5, 0.5, 0, 1],
    }
    for name, target in expected.items():
        assert getattr(ways, name)(labels, marks).target[:, 0].tolist() == target
    assert ways.weighed_share(labels, marks).weight.tolist() == [2, 2, 2, 2, 1]


def test_dawid_and_skene_believe_two_more_than_one_and_one_more_than_none():
    rng = np.random.default_rng(1)
    truth = rng.random((2000, 1)) < 0.15
    given = np.stack([np.where(truth, rng.random((2000, 1)) < hit, rng.random((2000, 1)) < 0.02) for hit in (0.9, 0.5)])
    labels = LabelMatrix(("a",), truth, np.ones_like(truth))
    target = _part("ways").dawid_skene(labels, CoderMarks(("first", "second"), given, np.ones_like(given))).target[:, 0]
    both, first, second, none = (
        target[(given[0] == one)[:, 0] & (given[1] == other)[:, 0]][0]
        for one, other in ((True, True), (True, False), (False, True), (False, False))
    )
    # Who misses half says less by silence: the first coder's mark alone counts for more than the second's.
    assert both > 0.95 > first > second > none
    assert none < 0.05


def test_human_kappa_is_of_what_both_looked_at():
    given = np.array([[1, 1, 0, 0, 1], [1, 0, 0, 0, 0]], dtype=bool)[:, :, None]
    looked = np.ones_like(given)
    looked[1, 4] = False
    coded = SimpleNamespace(marks=CoderMarks(("first", "second"), given, looked))
    # Observed 3 of 4; by chance 2/4 * 1/4 + 2/4 * 3/4 = 1/2.
    assert import_module("coders").human_kappa(coded, [0]) == pytest.approx(0.5)
