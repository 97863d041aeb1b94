"""Spoilt studies of CODE_LIMITS.md: each cause does what it says, and what counts as false."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from secondcoder.learning.assessment.limits.limit import CodeLimit, Limit
from support.places import BENCHMARKS
from support.planted import planted

TALK = planted(transcripts=12, length=30)
CODES = tuple("abcdefgh")


@pytest.fixture
def spoils(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("limiting.spoils")


@pytest.fixture
def truth() -> np.ndarray:
    return np.random.default_rng(0).random((len(TALK.segments), len(CODES))) < 0.15


@pytest.fixture
def spoilt(spoils: ModuleType, truth: np.ndarray) -> Any:
    return spoils.spoil(TALK.features, truth, CODES, np.zeros(len(CODES), dtype=bool), np.random.default_rng(1))


def test_one_code_a_cause_and_the_others_stay(spoilt: Any, spoils: ModuleType) -> None:
    causes = [
        cause for code, cause in zip(spoilt.codes, spoilt.causes, strict=True) if not code.endswith(spoils.SECOND)
    ]
    assert sorted(causes) == sorted([*spoils.TRUE, spoils.Cause.FINE, spoils.Cause.FINE])


def test_few_examples_are_left_and_the_others_unknown(spoilt: Any, spoils: ModuleType, truth: np.ndarray) -> None:
    j = spoilt.causes.index(spoils.Cause.FEWER)
    kept = truth[:, j] & spoilt.known[:, j]
    assert 8 <= kept.sum() <= 12
    assert not (spoilt.y[:, j] & ~spoilt.known[:, j]).any()


def test_a_split_code_is_two_that_no_coder_gives_together(spoilt: Any, spoils: ModuleType) -> None:
    first, second = (j for j, cause in enumerate(spoilt.causes) if cause is spoils.Cause.SPLIT)
    assert spoilt.codes[second] == spoilt.codes[first] + spoils.SECOND
    assert not (spoilt.marks[:, :, first] & spoilt.marks[:, :, second]).any()
    one, two = spoilt.marks[:, :, first], spoilt.marks[:, :, second]
    assert (one[0] & two[1]).any()
    assert (two[0] & one[1]).any()


def test_two_readings_part_where_it_is_noted(spoilt: Any, spoils: ModuleType) -> None:
    j = spoilt.causes.index(spoils.Cause.BLURRED)
    both = spoilt.looked[:, :, j].all(axis=0)
    parted = both & (spoilt.marks[0, :, j] != spoilt.marks[1, :, j])
    assert (parted & spoilt.systematic[:, j]).sum() > (parted & ~spoilt.systematic[:, j]).sum()
    assert spoilt.of_first().causes[j] is spoils.Cause.FINE


def test_moved_words_stand_in_the_question_and_no_longer_in_the_passage(
    spoilt: Any, spoils: ModuleType, truth: np.ndarray
) -> None:
    j = spoilt.causes.index(spoils.Cause.QUESTION)
    rows = np.flatnonzero(truth[:, j])
    assert spoilt.features.questions.any(axis=1).all()
    own = np.sum(TALK.features.vectors[rows] * spoilt.features.questions[rows], axis=1)
    assert np.median(own) > 0.8  # but for passages that another cause touched before


@pytest.mark.parametrize(
    ("cause", "limit", "is_false"),
    [
        ("SPLIT", Limit.MERGE, False),
        ("SPLIT", Limit.DEFINITION, True),
        ("SPLIT", Limit.UNKNOWN, False),
        ("EASY", Limit.EXAMPLES, True),
        ("FINE", Limit.CONTEXT, True),
        ("FINE", Limit.EXAMPLES, False),
    ],
)
def test_what_counts_as_false(spoils: ModuleType, cause: str, limit: Limit, is_false: bool) -> None:
    said = import_module("limiting.trials").Said("set", 2, "a", spoils.Cause[cause], 30, CodeLimit("a", limit, ""))
    assert import_module("limiting.report").is_false(said) is is_false
