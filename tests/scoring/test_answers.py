"""Answers are asked once, kept across runs, and never anything but probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from secondcoder.errors import ModelError, PluginError
from secondcoder.scoring.answers import Answers
from secondcoder.scoring.scorer import Question

PASSAGES, DEFINITIONS = ["a", "bb 😀", "ccc", "a"], ["Length: how long", "Twice: as long"]


class Lengths:
    """A tenth of the passage's length and a hundredth of the definition's; nan for 'ccc'."""

    id = "lengths/1"

    def __init__(self, most: int = 1000) -> None:
        self.asked: list[Question] = []
        self.most = most

    def probabilities(self, questions: Sequence[Question]) -> np.ndarray:
        if len(self.asked) + len(questions) > self.most:
            raise KeyboardInterrupt
        self.asked += questions
        return np.array([math.nan if text == "ccc" else len(text) / 10 + len(told) / 100 for text, told in questions])

    def describe(self) -> str:
        return "Lengths."


def test_rows_are_passages_and_columns_definitions() -> None:
    said = Answers([Lengths()]).probabilities("lengths/1", PASSAGES, DEFINITIONS)
    np.testing.assert_allclose(said, [[0.26, 0.24], [0.56, 0.54], [math.nan] * 2, [0.26, 0.24]], atol=1e-6)


@pytest.mark.parametrize("kept", [True, False])
def test_each_question_is_asked_once(tmp_path: Path, kept: bool) -> None:
    scorer = Lengths()
    answers = Answers([scorer], tmp_path if kept else None)
    for texts in (PASSAGES[:2], PASSAGES, PASSAGES):
        answers.probabilities("lengths/1", texts, DEFINITIONS)
    assert len(scorer.asked) == len(set(scorer.asked)) == 6


def test_memory_holds_a_bounded_number_of_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secondcoder.scoring.answers.IN_MEMORY", 20)
    scorer = Lengths()
    answers, alone = Answers([scorer], tmp_path), Answers([Lengths()])
    for begin in [*range(0, 200, 10), 0]:
        texts = [f"t{number}" for number in range(begin, begin + 10)]
        told = (each.probabilities("lengths/1", texts, DEFINITIONS[:1]) for each in (answers, alone))
        np.testing.assert_array_equal(*told)
        assert len(answers._known) <= 20 + 10
    assert len(scorer.asked) == 200


def test_a_stopped_run_goes_on_and_progress_ends_with_all(tmp_path: Path) -> None:
    texts, path, seen = [f"text {number:03}" for number in range(50)], tmp_path, []
    with pytest.raises(KeyboardInterrupt):
        Answers([Lengths(most=40)], path).probabilities("lengths/1", texts, DEFINITIONS[:1])
    second = Lengths()
    again = Answers([second], path, lambda done, total: seen.append((done, total)))
    said = again.probabilities("lengths/1", texts, DEFINITIONS[:1])
    assert len(second.asked) == 50 - 32
    assert seen == [(16, 18), (18, 18)]
    np.testing.assert_array_equal(said, Answers([Lengths()], path).probabilities("lengths/1", texts, DEFINITIONS[:1]))


def test_another_model_or_definition_is_another_question(tmp_path: Path) -> None:
    path, other = tmp_path, Lengths()
    Answers([Lengths()], path).probabilities("lengths/1", PASSAGES, DEFINITIONS)
    other.id = "lengths/2"
    Answers([other], path).probabilities("lengths/2", PASSAGES, DEFINITIONS[:1])
    assert len(other.asked) == 3


def test_no_passages_and_no_definitions() -> None:
    answers = Answers([Lengths()])
    assert answers.probabilities("lengths/1", [], DEFINITIONS).shape == (0, 2)
    assert answers.probabilities("lengths/1", PASSAGES, []).shape == (4, 0)


def test_a_scorer_that_is_not_there_is_named() -> None:
    with pytest.raises(ModelError, match=r"scorer 'qwen'; the configuration has lengths/1.*learning\.scorers"):
        Answers([Lengths()]).probabilities("qwen", PASSAGES, DEFINITIONS)


@pytest.mark.parametrize("wrong", [[0.5], [0.5, 1.5], [-0.1, 0.2], [[0.1, 0.2]], [math.inf, 0.1]])
def test_what_are_no_probabilities_is_the_packages_fault(wrong: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Lengths, "probabilities", lambda self, questions: np.array(wrong))
    with pytest.raises(PluginError, match="'lengths/1' gave something other than 2 probabilities"):
        Answers([Lengths()]).probabilities("lengths/1", ["a", "bb"], DEFINITIONS[:1])
